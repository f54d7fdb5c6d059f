"""Paths, and the parts that a drawing is made of; fills are custom properties of the page."""

import re

Part = tuple[str, dict[str, str]]


def parse(path: str) -> list[tuple[str, list[float]]]:
    return [
        (letter, [float(number) for number in re.findall(r"-?[\d.]+", numbers)])
        for letter, numbers in re.findall(r"([MLCQZ])([^MLCQZ]*)", path)
    ]


def written(path: list[tuple[str, list[float]]]) -> str:
    return "".join(
        letter + " ".join(f"{number:.1f}".removesuffix(".0") for number in numbers)
        for letter, numbers in path
    )


def both(half: str) -> str:
    """A closed path from its right half, which runs from the top of x = 48 to its bottom."""
    steps = parse(half)
    points = [steps[0][1]]
    back: list[tuple[str, list[float]]] = []
    for letter, numbers in steps[1:]:
        start, end = points[-1], numbers[-2:]
        inner = [numbers[i : i + 2] for i in range(0, len(numbers) - 2, 2)]
        turned = [number for point in [*reversed(inner), start] for number in point]
        back.append((letter, [96 - n if i % 2 == 0 else n for i, n in enumerate(turned)]))
        points.append(end)
    return written([*steps, *reversed(back), ("Z", [])])


def placed(path: str, x: float, y: float, across: float, down: float) -> str:
    """A path around (0, 0) moved to a place and stretched; a negative ``across`` turns it."""
    return written(
        [
            (
                letter,
                [x + n * across if i % 2 == 0 else y + n * down for i, n in enumerate(numbers)],
            )
            for letter, numbers in parse(path)
        ]
    )


def mirrored(path: str) -> str:
    return written(
        [
            (letter, [96 - n if i % 2 == 0 else n for i, n in enumerate(numbers)])
            for letter, numbers in parse(path)
        ]
    )


LINE = "var(--face-line)"


def _outlined(fill: str, d: str, width: float = 3) -> Part:
    return "path", {
        "d": d,
        "fill": f"var(--face-{fill})",
        "stroke": LINE,
        "stroke-width": f"{width:g}",
        "stroke-linejoin": "round",
    }


def body(d: str) -> Part:
    return _outlined("body", d)


def shade(d: str) -> Part:
    return _outlined("shade", d)


def pale(d: str) -> Part:
    return _outlined("light", d)


def accent(d: str) -> Part:
    return _outlined("second", d)


def light(d: str) -> Part:
    return "path", {"d": d, "fill": "var(--face-light)"}


def dim(d: str) -> Part:
    return "path", {"d": d, "fill": "var(--face-shade)"}


def ink(d: str) -> Part:
    return "path", {"d": d, "fill": LINE}


def line(d: str, width: float = 3, color: str = LINE) -> Part:
    return "path", {
        "d": d,
        "fill": "none",
        "stroke": color,
        "stroke-width": f"{width:g}",
        "stroke-linecap": "round",
        "stroke-linejoin": "round",
    }


def tube(d: str, width: float, fill: str = "body") -> list[Part]:
    """A limb of even width: the outline is a wider line under it."""
    return [line(d, width + 6), line(d, width, f"var(--face-{fill})")]


def disc(
    x: float, y: float, rx: float, ry: float | None = None, fill: str = "body", outline: bool = True
) -> Part:
    attributes = {"cx": f"{x:g}", "cy": f"{y:g}", "rx": f"{rx:g}", "ry": f"{ry or rx:g}"}
    attributes["fill"] = (
        LINE if fill == "line" else fill if fill[0] == "#" else f"var(--face-{fill})"
    )
    if outline:
        attributes |= {"stroke": LINE, "stroke-width": "3"}
    return "ellipse", attributes


def pair(part: Part) -> list[Part]:
    """The part and its mirror image."""
    name, attributes = part
    other = dict(attributes)
    if name == "path":
        other["d"] = mirrored(attributes["d"])
    else:
        other["cx"] = f"{96 - float(attributes['cx']):g}"
    return [part, (name, other)]


def eye(x: float, y: float, look: str, side: int = 1, size: float = 1) -> list[Part]:
    """Round when young, narrow under a slanted brow when fierce; side: 1 right, -1 left."""
    if look == "calm":
        return [
            disc(x, y + 0.6, 4.4 * size, 5 * size, "line", outline=False),
            disc(x + 1.4 * size, y - 1.2 * size, 1.7 * size, fill="#ffffff", outline=False),
            line(placed("M-5.6 -5.4Q0 -9.4 5.6 -5.4", x, y, size, size), 2.4),
        ]
    if look == "young":
        return [
            disc(x, y, 5.2 * size, 6.4 * size, "line", outline=False),
            disc(x + 1.6 * size, y - 2.4 * size, 2.1 * size, fill="#ffffff", outline=False),
        ]
    if look == "keen":
        return [
            disc(x, y, 4.8 * size, 5.4 * size, "#ffffff", outline=False),
            disc(x - side * 0.8, y + 0.6, 3.2 * size, 4.2 * size, "line", outline=False),
            line(placed("M-5.4 -4L5.4 -5.6", x, y, side * size, size), 2.6),
        ]
    white = placed("M-6 -1.6L6.4 -6C7 4 -3 6 -6 -1.6Z", x, y, side * size, size)
    return [
        ("path", {"d": white, "fill": "#ffffff"}),
        disc(x - side * 0.4, y, 2.8 * size, 3 * size, "line", outline=False),
        line(placed("M-7 -1.4L7 -6.6", x, y, side * size, size)),
    ]


def eyes(x: float, y: float, look: str, size: float = 1) -> list[Part]:
    return [*eye(x, y, look, 1, size), *eye(96 - x, y, look, -1, size)]
