"""Draw the icons that browsers and phones want as pixels, from the site's mark.

    .venv/bin/python tools/icons/draw.py

Writes static/img/: icon-192.png, icon-512.png (transparent), icon-maskable-512.png and
apple-touch-icon.png (on paper, with room around the mark), favicon.ico.
"""

import os
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "predictiondex.settings")

from PIL import Image  # noqa: E402

from battles.cards.art import Canvas  # noqa: E402

TARGET = ROOT / "static/img"


def icon(size: int, share: float, *, ground: str | None = None) -> Image.Image:
    """The mark, ``share`` of the icon wide."""
    canvas = Canvas(size, size, ground)
    canvas.mark(size / 2, size / 2, size * share)
    return canvas.finished()


def main() -> None:
    for size in (192, 512):
        icon(size, 0.96).save(TARGET / f"icon-{size}.png", optimize=True)
    # Phones cut a circle of 80 % out of a maskable icon.
    icon(512, 0.62, ground="paper").save(TARGET / "icon-maskable-512.png", optimize=True)
    icon(180, 0.74, ground="paper").save(TARGET / "apple-touch-icon.png", optimize=True)
    sizes = (16, 32, 48)
    drawn = [icon(size, 1.0) for size in sizes]
    drawn[-1].save(
        TARGET / "favicon.ico", sizes=[(size, size) for size in sizes], append_images=drawn[:-1]
    )


if __name__ == "__main__":
    main()
