"""Draw the sprite of the plates that stand for Pokémon: static/img/faces.svg.

    .venv/bin/python tools/faces/draw.py

Symbols, all in a box of 96 x 96:

- ``on-TYPE``: the plate, with a backdrop;
- ``ring``, ``ring-mega``, ``ring-alolan``: its rim;
- ``SHAPE-small``, ``SHAPE-medium``, ``SHAPE-large``: bodies, growing by stage of evolution;
  ``SHAPE-calm``: large, with a gentle look;
- ``flight-small``, ``flight-medium``, ``flight-large``: wings behind a body of second type Flying;
- ``mark-mega``, ``mark-mega-x``, ``mark-mega-y``, ``mark-alolan``, ``mark-partner``;
- ``empty``: nobody yet.

Colors are custom properties, so the page decides them. Only ellipses and paths of absolute M, L, C,
Q and Z are written: battles/cards/plates.py paints the same file with Pillow.
"""

from pathlib import Path

from bodies import BODIES, back_wings
from plates import BACKDROPS, EMPTY, MARKS, PLATE, rim, scalloped, smooth, spiked, within
from strokes import Part, parse, written

TARGET = Path(__file__).resolve().parents[2] / "static/img/faces.svg"
#: How large a body is drawn.
SCALE = {"small": 0.7, "medium": 0.8, "large": 0.88, "calm": 0.88}
LOOKS = {"small": "young", "medium": "keen", "large": "fierce", "calm": "calm"}
#: Where a body stands in its drawing, and where on the plate: above the number.
GROUND, GROUND_ON_PLATE = (48.0, 80.0), (48.0, 76.0)


def scaled(part: Part, scale: float) -> Part:
    """The part, smaller and standing on the same ground; outlines keep their width."""
    name, attributes = part
    fitted = dict(attributes)

    def put(x: float, y: float) -> tuple[float, float]:
        return (
            GROUND_ON_PLATE[0] + (x - GROUND[0]) * scale,
            GROUND_ON_PLATE[1] + (y - GROUND[1]) * scale,
        )

    if name == "path":
        fitted["d"] = written(
            [
                (
                    letter,
                    [n for i in range(0, len(numbers), 2) for n in put(numbers[i], numbers[i + 1])],
                )
                for letter, numbers in parse(attributes["d"])
            ]
        )
        if attributes["fill"] == "none":
            fitted["stroke-width"] = f"{_limb(float(attributes['stroke-width']), scale):g}"
    else:
        x, y = put(float(attributes["cx"]), float(attributes["cy"]))
        fitted |= {"cx": f"{x:.1f}", "cy": f"{y:.1f}"}
        for key in ("rx", "ry"):
            fitted[key] = f"{float(attributes[key]) * scale:.1f}"
    return name, fitted


def _limb(width: float, scale: float) -> float:
    if width > 12:  # the outline of a limb: its fill is scaled, its edge is not
        return round((width - 6) * scale + 6, 1)
    return round(width * scale, 1) if width > 4 else width


#: Said once for a symbol, not by each of its parts.
COMMON = {"stroke-width": "3", "stroke-linejoin": "round", "stroke-linecap": "round"}


def symbol(name: str, parts: list[Part]) -> str:
    drawn = "".join(
        f"<{tag} "
        + " ".join(
            f'{key}="{value}"' for key, value in attributes.items() if COMMON.get(key) != value
        )
        + "/>"
        for tag, attributes in parts
    )
    common = " ".join(f'{key}="{value}"' for key, value in COMMON.items())
    return f'<symbol id="{name}" viewBox="0 0 96 96" {common}>{drawn}</symbol>'


def sprite() -> str:
    symbols = [
        symbol("ring", rim(smooth, 48)),
        symbol("ring-mega", rim(spiked)),
        symbol("ring-alolan", rim(scalloped)),
        *(
            symbol(f"on-{kind}", [PLATE, *(within(part) for part in BACKDROPS[kind])])
            for kind in BACKDROPS
        ),
        *(
            symbol(
                f"{shape}-{size}",
                [scaled(part, SCALE[size]) for part in draw(size.replace("calm", "large"), look)],
            )
            for shape, draw in BODIES.items()
            for size, look in LOOKS.items()
        ),
        *(
            symbol(f"flight-{stage}", [scaled(part, SCALE[stage]) for part in back_wings(stage)])
            for stage in SCALE
            if stage != "calm"
        ),
        *(symbol(name, parts) for name, parts in MARKS.items()),
        symbol("empty", EMPTY),
    ]
    return '<svg xmlns="http://www.w3.org/2000/svg">\n' + "\n".join(symbols) + "\n</svg>\n"


if __name__ == "__main__":
    TARGET.write_text(sprite())
