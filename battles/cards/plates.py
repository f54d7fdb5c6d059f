"""Paints the drawings of ``static/img/faces.svg`` with Pillow.

Knows what that file uses, nothing more: ellipses, and paths of absolute M, L, C, Q and Z, with
fills, outlines and colors that are custom properties.
"""

import re
import xml.etree.ElementTree as ET
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

from django.conf import settings
from PIL import Image, ImageDraw

BOX = 96
#: Painted larger and scaled down for antialiasing.
_SCALE = 4
_STEPS = 12
_NAMESPACE = "{http://www.w3.org/2000/svg}"
_PLATE, _TINT = 0.14, 0.34

Point = tuple[float, float]


@dataclass(frozen=True)
class _Part:
    """A part of a drawing: its outline as points, and how it is painted."""

    points: tuple[Point, ...]
    fill: str
    stroke: str
    width: float


def palette(tokens: Mapping[str, str], color: str, first: str, second: str) -> dict[str, str]:
    """The custom properties that static/css/faces.css gives a plate, on a light page."""
    kind = tokens[f"type-{first}"]
    return {
        "face-line": tokens["face-line"],
        "face-rim": tokens["card"],
        "face-body": tokens[f"face-{color}"],
        "face-shade": tokens[f"face-{color}-shade"],
        "face-light": tokens[f"face-{color}-light"],
        "face-first": kind,
        "face-second": tokens[f"type-{second}"],
        "face-plate": _mixed(kind, tokens["card"], _PLATE),
        "face-tint": _mixed(kind, tokens["card"], _TINT),
    }


def painted(names: Iterable[str], colors: Mapping[str, str], size: int) -> Image.Image:
    """The drawings, the first of them lowest, as a transparent picture of ``size`` pixels."""
    sheet = Image.new("RGBA", (size * _SCALE, size * _SCALE))
    draw = ImageDraw.Draw(sheet)
    factor = size * _SCALE / BOX
    drawings = _drawings()
    for name in names:
        for part in drawings[name]:
            _paint(draw, part, colors, factor)
    return sheet.resize((size, size), Image.Resampling.BOX)


def _paint(
    draw: ImageDraw.ImageDraw, part: _Part, colors: Mapping[str, str], factor: float
) -> None:
    points = [(x * factor, y * factor) for x, y in part.points]
    if part.fill != "none":
        draw.polygon(points, _color(part.fill, colors))
    if part.stroke:
        color, width = _color(part.stroke, colors), part.width * factor
        draw.line(points, color, round(width), joint="curve")
        for x, y in (points[0], points[-1]):
            half = width / 2 - 0.5
            draw.ellipse((x - half, y - half, x + half, y + half), color)


def _color(value: str, colors: Mapping[str, str]) -> str:
    return colors[value[len("var(--") : -1]] if value.startswith("var(") else value


def _mixed(color: str, other: str, share: float) -> str:
    pairs = zip(bytes.fromhex(color[1:]), bytes.fromhex(other[1:]), strict=True)
    return "#" + bytes(round(a * share + b * (1 - share)) for a, b in pairs).hex()


@lru_cache(maxsize=1)
def _drawings() -> dict[str, tuple[_Part, ...]]:
    root = ET.parse(settings.BASE_DIR / "static/img/faces.svg").getroot()
    return {
        symbol.attrib["id"]: tuple(_part(symbol, element) for element in symbol)
        for symbol in root.iter(f"{_NAMESPACE}symbol")
    }


def _part(symbol: ET.Element, element: ET.Element) -> _Part:
    said = {**symbol.attrib, **element.attrib}
    if element.tag == f"{_NAMESPACE}ellipse":
        x, y, rx, ry = (float(said[key]) for key in ("cx", "cy", "rx", "ry"))
        curve = 0.5523
        path = (
            f"M{x + rx} {y}C{x + rx} {y + ry * curve} {x + rx * curve} {y + ry} {x} {y + ry}"
            f"C{x - rx * curve} {y + ry} {x - rx} {y + ry * curve} {x - rx} {y}"
            f"C{x - rx} {y - ry * curve} {x - rx * curve} {y - ry} {x} {y - ry}"
            f"C{x + rx * curve} {y - ry} {x + rx} {y - ry * curve} {x + rx} {y}Z"
        )
    else:
        path = said["d"]
    return _Part(
        points=tuple(_points(path)),
        fill=said["fill"],
        stroke=said.get("stroke", ""),
        width=float(said["stroke-width"]),
    )


def _points(path: str) -> list[Point]:
    """The path as a line of points."""
    points: list[Point] = []
    for letter, text in re.findall(r"([MLCQZ])([^MLCQZ]*)", path):
        numbers = [float(number) for number in re.findall(r"-?[\d.]+", text)]
        given = list(zip(numbers[::2], numbers[1::2], strict=True))
        if letter == "Z":
            points.append(points[0])
        elif letter in "ML":
            points += given
        else:
            points += _curve([points[-1], *given])
    return points


def _curve(control: list[Point]) -> list[Point]:
    """Points of a Bézier curve after its first one."""
    result = []
    for step in range(1, _STEPS + 1):
        share, row = step / _STEPS, control
        while len(row) > 1:
            row = [
                (x + (to_x - x) * share, y + (to_y - y) * share)
                for (x, y), (to_x, to_y) in pairwise(row)
            ]
        result += row
    return result
