"""Preview images of shared links: 1200 x 630 pixels, drawn with Pillow.

Colors and fonts are those of the pages. The same content gives the same bytes.
"""

import io
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from django.conf import settings
from PIL import Image, ImageDraw, ImageFont

from battles.cards import plates
from battles.common.faces import Face

WIDTH, HEIGHT = 1200, 630
#: Everything is drawn at twice the size and scaled down for antialiasing.
_SCALE = 2
_MARGIN = 60
_DISPLAY = "bricolage-grotesque-latin-800-normal.woff2"
_TEXT = "figtree-latin-wght-normal.woff2"
_BOLD = 700
#: Characters missing from the fonts, as Showdown writes them.
_INSTEAD = str.maketrans({"♀": "-F", "♂": "-M"})


@dataclass(frozen=True)
class Badge:
    """A type: its slug, which names the color, and its name."""

    slug: str
    name: str


@dataclass(frozen=True)
class Plate:
    """A Pokémon as a plate shows it."""

    name: str
    types: tuple[Badge, ...]
    face: Face


@dataclass(frozen=True)
class CardVerdict:
    """The prediction: the probability that A wins, and the page's words for it."""

    probability: float
    percent_a: str
    percent_b: str
    advice: str
    words: str


@dataclass(frozen=True)
class BattleResult:
    """How a battle ended: ``shares`` are A's chances to win, before it and after each turn.

    winner  "a", "b", or empty for a draw
    """

    headline: str
    words: str
    chart_title: str
    shares: tuple[float, ...]
    winner: str


@dataclass(frozen=True)
class QuizResult:
    """A round: ``marks`` say which questions were answered rightly."""

    title: str
    score: str
    words: str
    marks: tuple[bool, ...]
    question: str


@lru_cache(maxsize=1)
def colors() -> dict[str, str]:
    """The light theme of tokens.css: name -> ``#rrggbb``."""
    css = (settings.BASE_DIR / "static/css/tokens.css").read_text()
    return dict(re.findall(r"--([\w-]+):\s*(?:light-dark\()?(#[0-9a-f]{6})", css))


@lru_cache(maxsize=64)
def _font(file: str, size: int) -> ImageFont.FreeTypeFont:
    font = ImageFont.truetype(settings.BASE_DIR / "static/fonts" / file, size * _SCALE)
    if file == _TEXT:
        font.set_variation_by_axes([_BOLD])
    return font


class Canvas:
    """A canvas; coordinates are those of the final image."""

    def __init__(self, width: int = WIDTH, height: int = HEIGHT, ground: str | None = "paper"):
        self.size = (width, height)
        fill = colors()[ground] if ground else (0, 0, 0, 0)
        self.image = Image.new("RGB" if ground else "RGBA", (width * _SCALE, height * _SCALE), fill)
        self.draw = ImageDraw.Draw(self.image)

    def dots(self) -> None:
        """The dotted background."""
        for y in range(12, self.size[1], 24):
            for x in range(12, self.size[0], 24):
                self.disc(x, y, 1.2, "dot")

    def disc(self, x: float, y: float, radius: float, color: str) -> None:
        self.draw.ellipse(_box(x - radius, y - radius, x + radius, y + radius), colors()[color])

    def bar(self, left: float, top: float, right: float, bottom: float, color: str) -> None:
        self.draw.rectangle(_box(left, top, right, bottom), colors()[color])

    def round_bar(
        self, left: float, top: float, right: float, bottom: float, radius: float, color: str
    ) -> None:
        self.draw.rounded_rectangle(
            _box(left, top, right, bottom), radius * _SCALE, colors()[color]
        )

    def polygon(self, points: Sequence[tuple[float, float]], color: str) -> None:
        self.draw.polygon([(x * _SCALE, y * _SCALE) for x, y in points], colors()[color])

    def stroke(self, points: Sequence[tuple[float, float]], width: float, color: str) -> None:
        scaled = [(x * _SCALE, y * _SCALE) for x, y in points]
        self.draw.line(scaled, colors()[color], round(width * _SCALE), joint="curve")

    def text(
        self,
        x: float,
        y: float,
        words: str,
        size: int,
        color: str,
        *,
        anchor: str = "ls",
        file: str = _DISPLAY,
        room: float = WIDTH - 2 * _MARGIN,
        halo: int = 0,
    ) -> float:
        """Write ``words``, smaller if wider than ``room``; returns their width.

        ``halo`` is the width of an edge in the color of paper.
        """
        words = words.translate(_INSTEAD)
        while (width := _font(file, size).getlength(words) / _SCALE) > room and size > 14:
            size -= 2
        self.draw.text(
            (x * _SCALE, y * _SCALE),
            words,
            colors()[color],
            _font(file, size),
            anchor,
            stroke_width=halo * _SCALE,
            stroke_fill=colors()["paper"],
        )
        return width

    def mark(self, x: float, y: float, size: float) -> None:
        """The disc that two sides share, cut along a slanted line; ``x``, ``y`` its center."""
        side = round(size * _SCALE)
        sheet = Image.new("L", (side, side), 0)
        ImageDraw.Draw(sheet).ellipse((0, 0, side - 1, side - 1), 255)
        cut, gap, slant = side / 2, side * 0.055, side * 0.115
        for color, shape in (
            ("a", [(0, 0), (cut - slant - gap, 0), (cut + slant - gap, side), (0, side)]),
            ("b", [(cut - slant + gap, 0), (side, 0), (side, side), (cut + slant + gap, side)]),
        ):
            half = Image.new("L", (side, side), 0)
            ImageDraw.Draw(half).polygon(shape, 255)
            mask = Image.composite(half, Image.new("L", (side, side), 0), sheet)
            corner = (round(x * _SCALE - side / 2), round(y * _SCALE - side / 2))
            self.image.paste(colors()[color], (*corner, corner[0] + side, corner[1] + side), mask)

    def finished(self) -> Image.Image:
        return self.image.resize(self.size, Image.Resampling.LANCZOS)

    def png(self) -> bytes:
        """The image, with a palette since it has few colors."""
        image = self.finished().quantize(192, dither=Image.Dither.NONE)
        file = io.BytesIO()
        image.save(file, "PNG", optimize=True)
        return file.getvalue()


def _box(left: float, top: float, right: float, bottom: float) -> tuple[int, int, int, int]:
    """A box in pixels: Pillow includes the last pixel."""
    return (
        round(left * _SCALE),
        round(top * _SCALE),
        round(right * _SCALE) - 1,
        round(bottom * _SCALE) - 1,
    )


def _sheet() -> Canvas:
    canvas = Canvas()
    canvas.dots()
    canvas.mark(_MARGIN + 22, 62, 44)
    canvas.text(_MARGIN + 58, 63, "PredictionDex", 34, "ink", anchor="lm")
    return canvas


def draw_face(canvas: Canvas, face: Face, x: float, y: float, radius: float) -> None:
    """The face as on a page of the light theme; ``x``, ``y`` its center."""
    size = round(2 * radius * _SCALE)
    properties = plates.palette(colors(), face.color, face.first, face.second)
    image = plates.painted((*face.ground, *face.body, *face.mark), properties, size)
    canvas.image.paste(image, (round((x - radius) * _SCALE), round((y - radius) * _SCALE)), image)
    unit = 2 * radius / plates.BOX
    canvas.text(
        x,
        y - radius + 92 * unit,
        face.number,
        round(19 * unit),
        "ink",
        anchor="ms",
        halo=round(2.5 * unit),
    )


def _badges(canvas: Canvas, types: Sequence[Badge], x: float, y: float, *, centred: bool) -> None:
    """A row of badges that starts at ``x`` or is centered there."""
    font = _font(_TEXT, 24)
    widths = [font.getlength(badge.name) / _SCALE + 36 for badge in types]
    if centred:
        x -= (sum(widths) + 10 * (len(widths) - 1)) / 2
    for badge, width in zip(types, widths, strict=True):
        canvas.round_bar(x, y, x + width, y + 42, 21, f"type-{badge.slug}")
        canvas.text(
            x + width / 2, y + 21, badge.name, 24, f"on-type-{badge.slug}", anchor="mm", file=_TEXT
        )
        x += width + 10


def _meter(canvas: Canvas, probability: float, top: float) -> None:
    """The meter: A's color from the left, B's from the right, a notch at one half."""
    left, right, height = _MARGIN, WIDTH - _MARGIN, 54
    inner = left + (right - left) * probability
    shape = Image.new("L", canvas.image.size, 0)
    whole = _box(left, top, right, top + height)
    ImageDraw.Draw(shape).rounded_rectangle(whole, height / 2 * _SCALE, 255)
    halves = Image.new("RGB", canvas.image.size, colors()["b"])
    draw = ImageDraw.Draw(halves)
    # From the edge of the picture: even the smallest chance is a box, and the shape cuts it.
    draw.rectangle(_box(0, top, inner, top + height), colors()["a"])
    draw.rectangle(_box(inner - 2, top, inner + 2, top + height), colors()["paper"])
    canvas.image.paste(halves, (0, 0), shape)
    middle = WIDTH / 2
    canvas.bar(middle - 1.5, top - 9, middle + 1.5, top, "ink")
    canvas.bar(middle - 1.5, top + height, middle + 1.5, top + height + 9, "ink")


def versus_card(
    a: Plate, b: Plate, versus: str, verdict: CardVerdict | None, question: str
) -> bytes:
    """Two Pokémon and who wins; without a verdict, the ``question``."""
    canvas = _sheet()
    for plate, x, ink in ((a, 310, "a-ink"), (b, WIDTH - 310, "b-ink")):
        draw_face(canvas, plate.face, x, 216, 104)
        canvas.text(x, 376, plate.name, 54, ink, anchor="ms", room=500)
        _badges(canvas, plate.types, x, 396, centred=True)
    canvas.text(WIDTH / 2, 226, versus, 48, "ink-soft", anchor="mm")
    if verdict is None:
        canvas.text(WIDTH / 2, 548, question, 52, "ink", anchor="ms")
        return canvas.png()
    _meter(canvas, verdict.probability, 466)
    a_leads = verdict.probability >= 0.5
    sizes = (66, 44) if a_leads else (44, 66)
    taken = canvas.text(_MARGIN, 594, verdict.percent_a, sizes[0], "a-ink")
    other = canvas.text(WIDTH - _MARGIN, 594, verdict.percent_b, sizes[1], "b-ink", anchor="rs")
    room = WIDTH - 2 * (_MARGIN + max(taken, other) + 24)
    canvas.text(WIDTH / 2, 574, verdict.advice, 42, "ink", anchor="ms", room=room)
    canvas.text(WIDTH / 2, 608, verdict.words, 24, "ink-soft", anchor="ms", file=_TEXT, room=room)
    return canvas.png()


def result_card(a: Plate, b: Plate, result: BattleResult) -> bytes:
    """Both Pokémon, the winner larger, who won, and the win chance turn by turn."""
    canvas = _sheet()
    for plate, side, x, ink in ((a, "a", 200, "a-ink"), (b, "b", WIDTH - 200, "b-ink")):
        won = side == result.winner
        draw_face(canvas, plate.face, x, 224, 116 if won or not result.winner else 84)
        canvas.text(x, 392, plate.name, 44, ink, anchor="ms", room=300)
    middle = WIDTH / 2
    color = f"{result.winner}-ink" if result.winner else "ink"
    canvas.text(middle, 226, result.headline, 72, color, anchor="ms", room=440)
    canvas.text(middle, 276, result.words, 28, "ink", anchor="ms", file=_TEXT, room=460)
    canvas.text(_MARGIN, 440, result.chart_title, 22, "ink-soft", file=_TEXT, room=700)
    _chart(canvas, result.shares, 454, HEIGHT - 40)
    return canvas.png()


def _chart(canvas: Canvas, shares: Sequence[float], top: float, bottom: float) -> None:
    """A's share from below in its color, B's above it; a battle of no turn is one level."""
    left, right = _MARGIN, WIDTH - _MARGIN
    canvas.round_bar(left, top, right, bottom, 16, "b")
    shares = shares if len(shares) > 1 else (shares[0], shares[0])
    step = (right - left) / (len(shares) - 1)
    line = [
        (left + place * step, bottom - (bottom - top) * share) for place, share in enumerate(shares)
    ]
    shape = Image.new("L", canvas.image.size, 0)
    whole = _box(left, top, right, bottom)
    ImageDraw.Draw(shape).rounded_rectangle(whole, 16 * _SCALE, 255)
    area = Image.new("RGB", canvas.image.size, colors()["b"])
    draw = ImageDraw.Draw(area)
    points = [(x * _SCALE, y * _SCALE) for x, y in line]
    edge = bottom * _SCALE
    draw.polygon([(left * _SCALE, edge), *points, (right * _SCALE, edge)], colors()["a"])
    draw.line(points, colors()["paper"], 5 * _SCALE, joint="curve")
    half = (top + bottom) / 2
    for x in range(round(left), round(right), 24):
        draw.rectangle(_box(x, half - 1, x + 12, half + 1), colors()["paper"])
    canvas.image.paste(area, (0, 0), shape)


def quiz_card(result: QuizResult) -> bytes:
    """The score in large figures and a square for each question."""
    canvas = _sheet()
    middle = WIDTH / 2
    canvas.text(middle, 176, result.title, 38, "ink-soft", anchor="ms")
    canvas.text(middle, 340, result.score, 160, "ink", anchor="ms")
    canvas.text(middle, 402, result.words, 34, "ink", anchor="ms", file=_TEXT)
    size, gap = 70, 16
    x = middle - (len(result.marks) * (size + gap) - gap) / 2
    for mark in result.marks:
        canvas.round_bar(x, 446, x + size, 446 + size, 14, "a" if mark else "sunk")
        if mark:
            canvas.stroke([(x + 18, 482), (x + 31, 496), (x + 53, 466)], 8, "on-a")
        else:
            for ends in ([(x + 24, 470), (x + 46, 492)], [(x + 46, 470), (x + 24, 492)]):
                canvas.stroke(ends, 7, "line-strong")
        x += size + gap
    canvas.text(middle, 584, result.question, 32, "b-ink", anchor="ms")
    return canvas.png()


def pokemon_card(plate: Plate, stats: Sequence[tuple[str, int]], title: str) -> bytes:
    """One Pokémon with its types and base stats (name, 1 to 255)."""
    canvas = _sheet()
    draw_face(canvas, plate.face, 260, 350, 180)
    left, right = 510, WIDTH - _MARGIN
    canvas.text(left, 190, plate.name, 76, "ink", room=right - left)
    _badges(canvas, plate.types, left, 216, centred=False)
    canvas.text(left, 308, title, 24, "ink-soft", file=_TEXT)
    for row, (name, value) in enumerate(stats):
        y = 346 + row * 42
        canvas.text(left, y, name, 24, "ink", anchor="lm", file=_TEXT, room=200)
        canvas.text(left + 262, y, str(value), 26, "ink", anchor="rm", file=_TEXT)
        start = left + 280
        canvas.round_bar(start, y - 10, right, y + 10, 10, "sunk")
        end = start + max((right - start) * min(value, 180) / 180, 20)
        canvas.round_bar(start, y - 10, end, y + 10, 10, "a")
    return canvas.png()


def site_card(title: str, words: str) -> bytes:
    """The default card."""
    canvas = Canvas()
    canvas.dots()
    canvas.mark(WIDTH / 2, 190, 200)
    canvas.text(WIDTH / 2, 398, "PredictionDex", 92, "ink", anchor="ms")
    canvas.text(WIDTH / 2, 470, title, 46, "ink", anchor="ms")
    canvas.text(WIDTH / 2, 524, words, 28, "ink-soft", anchor="ms", file=_TEXT)
    half = WIDTH / 2
    canvas.bar(0, HEIGHT - 26, half - 2, HEIGHT, "a")
    canvas.bar(half + 2, HEIGHT - 26, WIDTH, HEIGHT, "b")
    return canvas.png()
