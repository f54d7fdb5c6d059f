"""Shapes of the charts that pages draw as SVG."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

#: Where the outermost ring lies: a form whose every stat reaches it fills the radar.
RADAR_TOP = 160
RADAR_RADIUS = 78
RADAR_CENTER = (150, 112)
_LABEL_DISTANCE = 14


@dataclass(frozen=True)
class Spoke:
    """One stat's axis: its end, and where its label stands."""

    name: str
    value: int
    # As text: SVG wants a decimal point in every language.
    x: str
    y: str
    label_x: str
    label_y: str
    anchor: str


@dataclass(frozen=True)
class Radar:
    """A hexagon of stats; the first points up, the others follow clockwise."""

    shape: str
    rings: list[str]
    spokes: list[Spoke]
    center: tuple[int, int] = RADAR_CENTER


def _at(index: int, count: int, distance: float) -> tuple[str, str]:
    angle = 2 * math.pi * index / count - math.pi / 2
    x = RADAR_CENTER[0] + distance * math.cos(angle)
    y = RADAR_CENTER[1] + distance * math.sin(angle)
    return f"{x:.1f}", f"{y:.1f}"


def _polygon(distances: Sequence[float]) -> str:
    points = (_at(index, len(distances), distance) for index, distance in enumerate(distances))
    return " ".join(f"{x},{y}" for x, y in points)


def radar(values: Sequence[int], names: Sequence[str]) -> Radar:
    """Six stats as a shape; a stat above RADAR_TOP widens the scale for all."""
    top = max(RADAR_TOP, *values)
    count = len(values)
    spokes = []
    for index, (value, name) in enumerate(zip(values, names, strict=True)):
        x, y = _at(index, count, RADAR_RADIUS)
        label_x, label_y = _at(index, count, RADAR_RADIUS + _LABEL_DISTANCE)
        side = float(label_x) - RADAR_CENTER[0]
        anchor = "middle" if abs(side) < 1 else "start" if side > 0 else "end"
        spokes.append(Spoke(name, value, x, y, label_x, label_y, anchor))
    return Radar(
        shape=_polygon([RADAR_RADIUS * value / top for value in values]),
        rings=[_polygon([RADAR_RADIUS * share] * count) for share in (0.25, 0.5, 0.75, 1)],
        spokes=spokes,
    )
