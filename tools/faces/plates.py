"""What lies under a body and over it: plates with their backdrops, rims, marks."""

import math
from collections.abc import Callable

from strokes import Part, both, line, pair, parse, written

# ---- what is seen behind a body, by type: flat, in a tint of the plate


def flat(d: str) -> Part:
    return "path", {"d": d, "fill": "var(--face-tint)"}


def spot(x: float, y: float, r: float) -> Part:
    return "ellipse", {
        "cx": f"{x:g}",
        "cy": f"{y:g}",
        "rx": f"{r:g}",
        "ry": f"{r:g}",
        "fill": "var(--face-tint)",
    }


def hoop(d: str, width: float = 4) -> Part:
    return line(d, width, "var(--face-tint)")


def star(x: float, y: float, r: float, points: int = 4, inner: float = 0.38) -> Part:
    corners = []
    for k in range(points * 2):
        reach = r if k % 2 == 0 else r * inner
        angle = math.pi * k / points - math.pi / 2
        corners.append(f"{x + reach * math.cos(angle):.1f} {y + reach * math.sin(angle):.1f}")
    return flat("M" + "L".join(corners) + "Z")


FLAME = "M70 88C62 66 72 56 70 34C80 44 80 52 84 46C90 60 88 78 82 86Z"
BACKDROPS: dict[str, list[Part]] = {
    "normal": [flat(both("M48 62C64 62 80 66 90 72L80 88L48 92"))],
    "fire": [*pair(flat(FLAME)), *pair(flat("M54 44C52 28 60 24 58 8C68 18 70 32 66 44Z"))],
    "water": [
        flat("M6 58C16 50 24 50 34 58C44 66 52 66 62 58C72 50 80 50 90 58L88 78L48 92L8 78Z"),
        *pair(flat("M78 20C84 28 86 32 86 36C86 42 72 42 72 36C72 32 74 28 78 20Z")),
    ],
    "electric": [*pair(flat("M84 20L66 46L76 46L64 74L92 40L80 40L90 22Z"))],
    "grass": [
        *pair(flat("M60 84C58 60 72 44 92 40C94 60 84 78 60 84Z")),
        *pair(flat("M58 44C58 26 68 16 84 16C84 32 76 42 58 44Z")),
    ],
    "ice": [
        *pair(flat("M70 84L62 60L74 26L86 60L80 84Z")),
        *pair(flat("M84 84L82 66L90 50L93 62Z")),
        flat("M40 30L48 8L56 30L48 44Z"),
    ],
    "fighting": [
        flat(
            "M48 4L56 20L72 10L70 28L90 26L78 42L94 52L76 58L84 76L12 76L20 58L2 52L18 42"
            "L6 26L26 28L24 10L40 20Z"
        )
    ],
    "poison": [
        spot(20, 30, 10),
        spot(78, 26, 7),
        spot(82, 52, 11),
        spot(14, 58, 7),
        spot(66, 14, 4),
        spot(28, 74, 9),
        spot(70, 76, 8),
        spot(40, 12, 5),
    ],
    "ground": [flat("M4 64L20 46L34 60L48 42L64 60L78 44L92 64L86 82L48 92L10 82Z")],
    "flying": [
        *pair(
            flat(
                "M54 40C54 32 62 28 68 32C70 22 86 22 86 34"
                "C94 34 94 46 86 46L58 46C54 46 54 42 54 40Z"
            )
        ),
        flat(
            "M10 66C10 58 18 56 22 60C24 50 38 50 40 60C48 60 48 70 40 70L16 70C10 70 10 68 10 66Z"
        ),
        flat(
            "M58 66C58 60 64 58 68 60C70 52 82 52 84 62C90 62 88 70 84 70L62 70C58 70 58 68 58 66Z"
        ),
    ],
    "psychic": [
        hoop("M48 16C66 16 80 30 80 46C80 64 66 76 48 76C30 76 16 64 16 46C16 30 30 16 48 16Z", 4),
        hoop("M48 5C72 5 90 24 90 46C90 68 72 84 48 84C24 84 6 68 6 46C6 24 24 5 48 5Z", 3),
        spot(48, 46, 22),
    ],
    "bug": [
        *pair(flat("M76 10L88 17L88 31L76 38L64 31L64 17Z")),
        *pair(flat("M82 42L93 48L92 62L80 67L70 60L70 48Z")),
        *pair(flat("M66 68L78 74L74 86L58 90L56 76Z")),
    ],
    "rock": [
        flat("M6 76L10 52L26 40L40 54L44 82Z"),
        flat("M52 80L58 46L74 34L90 52L90 76Z"),
        flat("M36 30L50 14L62 26L54 42L40 42Z"),
    ],
    "ghost": [
        flat("M16 80C6 60 14 52 12 36C12 24 28 20 32 32C36 44 26 48 32 62C36 72 30 80 16 80Z"),
        flat("M80 80C90 60 82 52 84 36C84 24 68 20 64 32C60 44 70 48 64 62C60 72 66 80 80 80Z"),
        spot(48, 16, 8),
    ],
    "dragon": [
        *pair(
            flat("M50 56C54 28 70 12 92 12C86 20 92 26 88 34C92 42 88 48 84 52C86 62 76 70 58 72Z")
        )
    ],
    "dark": [
        flat("M62 6C30 0 6 22 8 48C10 74 34 88 58 82C38 76 26 62 28 42C30 24 44 10 62 6Z"),
        star(76, 24, 9),
        star(84, 58, 6),
    ],
    "steel": [
        flat(
            "M42 4L54 4L56 14L66 17L74 10L83 19L77 28L81 38L92 40L92 52L81 54L77 64L83 73L74 82"
            "L22 82L13 73L19 64L15 54L4 52L4 40L15 38L19 28L13 19L22 10L30 17L40 14Z"
        )
    ],
    "fairy": [
        star(20, 30, 13),
        star(78, 24, 11),
        star(84, 60, 9),
        star(14, 64, 8),
        star(48, 12, 7),
    ],
}


# ---- plates, rims and marks

#: Inner edge of a rim.
INSIDE = 40.5
PLATE: Part = (
    "ellipse",
    {"cx": "48", "cy": "48", "rx": "42", "ry": "42", "fill": "var(--face-plate)"},
)


def within(part: Part) -> Part:
    """The part with what sticks out of the plate pulled in; the rim covers its edge."""
    name, attributes = part
    if name != "path":
        return part

    def pulled(x: float, y: float) -> tuple[float, float]:
        distance = math.hypot(x - 48, y - 48)
        shrink = min(1.0, 43 / distance) if distance else 1.0
        return 48 + (x - 48) * shrink, 48 + (y - 48) * shrink

    steps = [
        (letter, [n for i in range(0, len(numbers), 2) for n in pulled(*numbers[i : i + 2])])
        for letter, numbers in parse(attributes["d"])
    ]
    return name, attributes | {"d": written(steps)}


def rim(radius: Callable[[float], float], steps: int = 96) -> list[Part]:
    """A rim in two halves, cut along the diagonal; ``radius`` is its outer edge by angle."""

    def edge(reach: Callable[[float], float], angles: list[float]) -> str:
        return "L".join(
            f"{48 + reach(a) * math.cos(a):.1f} {48 + reach(a) * math.sin(a):.1f}" for a in angles
        )

    def half(start: float) -> str:
        angles = [start + math.pi * k / steps for k in range(steps + 1)]
        return f"M{edge(radius, angles)}L{edge(lambda angle: INSIDE, angles[::-1])}Z"

    quarter = math.pi / 4
    return [
        ("path", {"d": half(-5 * quarter), "fill": "var(--face-first)"}),
        ("path", {"d": half(-quarter), "fill": "var(--face-second)"}),
    ]


def smooth(angle: float) -> float:
    return 48


def spiked(angle: float) -> float:
    turn = (angle / (2 * math.pi) * 16) % 1
    return 42.5 + 6.5 * abs(2 * turn - 1)


def scalloped(angle: float) -> float:
    return 42 + 6 * abs(math.cos(angle * 6)) ** 0.6


def badge(fill: str, *signs: Part) -> list[Part]:
    return [
        (
            "ellipse",
            {
                "cx": "80",
                "cy": "17",
                "rx": "14.5",
                "ry": "14.5",
                "fill": fill,
                "stroke": "var(--face-rim)",
                "stroke-width": "3",
            },
        ),
        *signs,
    ]


def white(d: str, width: float = 4) -> Part:
    return line(d, width, "#ffffff")


MEGA, ALOLA, PARTNER = "#b0247c", "#00797d", "#8a5000"
MARKS: dict[str, list[Part]] = {
    "mark-mega": badge(
        MEGA,
        white("M73.500 17L80 10.500L86.500 17", 3.6),
        white("M73.500 24L80 17.500L86.500 24", 3.6),
    ),
    "mark-mega-x": badge(MEGA, white("M75 11.500L85 22.500"), white("M85 11.500L75 22.500")),
    "mark-mega-y": badge(MEGA, white("M74.500 10.500L80 17L85.500 10.500"), white("M80 17L80 24")),
    "mark-alolan": badge(
        ALOLA,
        ("ellipse", {"cx": "80", "cy": "17", "rx": "4", "ry": "4", "fill": "#ffffff"}),
        *[
            white(
                f"M{80 + 7 * math.cos(a):.1f} {17 + 7 * math.sin(a):.1f}"
                f"L{80 + 9.5 * math.cos(a):.1f} {17 + 9.5 * math.sin(a):.1f}",
                2.6,
            )
            for a in (k * math.pi / 4 for k in range(8))
        ],
    ),
    "mark-partner": badge(
        PARTNER,
        (
            "path",
            {
                "d": "M80 26C74 21 71 18 71 14C71 9 78 8 80 13C82 8 89 9 89 14C89 18 86 21 80 26Z",
                "fill": "#ffffff",
            },
        ),
    ),
}
EMPTY: list[Part] = [
    ("ellipse", {"cx": "48", "cy": "48", "rx": "41", "ry": "41", "fill": "var(--card)"}),
    *[
        line(
            f"M{48 + 44 * math.cos(a):.1f} {48 + 44 * math.sin(a):.1f}"
            f"L{48 + 44 * math.cos(a + 0.12):.1f} {48 + 44 * math.sin(a + 0.12):.1f}",
            3,
            "var(--line-strong)",
        )
        for a in (k * math.pi / 12 for k in range(24))
    ],
    line("M37 38C37 30 42 26 48 26C55 26 60 31 60 37C60 45 48 46 48 55", 6.5, "var(--ink-soft)"),
    ("ellipse", {"cx": "48", "cy": "67", "rx": "4.2", "ry": "4.2", "fill": "var(--ink-soft)"}),
]
