"""Pokémon and teams in the text format of Pokémon Showdown, read and written.

    Sparky (Pikachu) (M) @ Light Ball
    Ability: Static
    Level: 50
    Happiness: 70
    EVs: 200 SpA / 200 Spe
    Timid Nature
    IVs: 0 Atk
    - Thunderbolt

Let's Go has awakening values instead of effort values: "EVs" (or "AVs") are read as AVs. A level
that is not written is 100, as in Showdown; a friendship that is not written is 70, with which
Showdown plays Let's Go. What Let's Go lacks is reported as a Remark and left out. Names go by any
spelling in English or French. Reading asks no database.
"""

import re
from dataclasses import dataclass

from battles.raised import FLAT, Raised
from mlcore.engine.specs import NATURES
from mlcore.gamedata import GameData, UnknownName
from mlcore.setup_rules import MAX_AV, MAX_FRIENDSHIP, MAX_IV, MAX_LEVEL
from pokedex.models import Move, Pokemon, PokemonKind

#: Longest text and most Pokémon that are read.
MAX_LENGTH = 20_000
MAX_TEAM = 24
MAX_MOVES = 4
#: A text that names no level means this one.
SHOWDOWN_LEVEL = 100
STAT_ABBREVIATIONS = ("HP", "Atk", "Def", "SpA", "SpD", "Spe")
_STAT_INDEX = {name.lower(): index for index, name in enumerate(STAT_ABBREVIATIONS)}

_TEAM_NAME = re.compile(r"={3}.*={3}")
_GENDER = re.compile(r"\s*\((M|F|N)\)$", re.IGNORECASE)
_NICKNAME = re.compile(r"(?P<nickname>.*?)\s*\((?P<name>[^()]+)\)$")
_NATURE = re.compile(r"(?P<name>\S+)\s+nature\s*(\(.*\))?", re.IGNORECASE)
_FIELD = re.compile(r"(?P<key>[A-Za-z][A-Za-z .]{0,30}?)\s*:\s*(?P<value>.*)")
_MOVE = re.compile(r"[-–~•]\s*(?P<name>.+)")
_WHOLE = re.compile(r"[+-]?[0-9]{1,9}")


@dataclass(frozen=True)
class Remark:
    """Something that was read differently or left out.

    Codes: ``item``, ``ability``, ``field`` (a line Let's Go has no use for), ``unknown_move``,
    ``cannot_learn``, ``status_move``, ``too_many_moves``, ``too_high`` (read as ``limit``),
    ``unreadable``, ``unknown_nature``. ``text`` is what was written.
    """

    code: str
    text: str
    limit: int = 0


@dataclass(frozen=True)
class PastedSet:
    """One Pokémon of a text; ``form`` is its slug, or "" when Let's Go has none of that name."""

    name: str
    form: str
    moves: tuple[str, ...]
    raised: Raised
    remarks: tuple[Remark, ...]


def read_team(text: str, game: GameData) -> list[PastedSet]:
    """Every Pokémon of a text, in its order; at most MAX_TEAM."""
    blocks: list[list[str]] = []
    block: list[str] = []
    for raw in text[:MAX_LENGTH].splitlines():
        line = "".join(sign for sign in raw if sign.isprintable()).strip()
        if line and not _TEAM_NAME.fullmatch(line):
            block.append(line)
        elif block:
            blocks.append(block)
            block = []
    if block:
        blocks.append(block)
    return [_read_set(lines, game) for lines in blocks[:MAX_TEAM]]


class _Reading:
    """What has been gathered from the lines of one Pokémon."""

    def __init__(self) -> None:
        self.level = SHOWDOWN_LEVEL
        self.nature = FLAT.nature
        self.friendship = FLAT.friendship
        self.ivs = list(FLAT.ivs)
        self.avs = list(FLAT.avs)
        self.moves: list[str] = []
        self.remarks: list[Remark] = []

    def remark(self, code: str, text: str, limit: int = 0) -> None:
        self.remarks.append(Remark(code, text[:60], limit))


def _read_set(lines: list[str], game: GameData) -> PastedSet:
    reading = _Reading()
    name, form = _head(lines[0], reading, game)
    for line in lines[1:]:
        _read_line(line, reading)
    moves = _moves(reading, form, game)
    return PastedSet(
        name=name[:60],
        form=game.form_slugs[form] if form is not None else "",
        moves=moves,
        raised=Raised(
            level=reading.level,
            nature=reading.nature,
            friendship=reading.friendship,
            ivs=tuple(reading.ivs),
            avs=tuple(reading.avs),
        ),
        remarks=tuple(reading.remarks),
    )


def _head(line: str, reading: _Reading, game: GameData) -> tuple[str, int | None]:
    """The name and the form of the first line: ``Nickname (Species) (F) @ Item``."""
    before, at, item = line.partition(" @ ")
    if at and item.strip():
        reading.remark("item", item.strip())
    before = _GENDER.sub("", before.strip())
    match = _NICKNAME.fullmatch(before)
    for name in ([match["name"].strip()] if match else []) + [before]:
        form = _form(name, game)
        if form is not None:
            return name, form
    return (match["name"].strip() if match else before), None


def _form(name: str, game: GameData) -> int | None:
    if len(name) > 60 or name.strip().isdigit():
        return None
    try:
        return int(game.form_index(name))
    except UnknownName:
        return None


def _read_line(line: str, reading: _Reading) -> None:
    if match := _MOVE.fullmatch(line):
        reading.moves.append(match["name"].strip())
    elif match := _NATURE.fullmatch(line):
        _read_nature(match["name"], reading)
    elif match := _FIELD.fullmatch(line):
        _read_field(match["key"].lower(), match["value"].strip(), line, reading)
    else:
        reading.remark("unreadable", line)


def _read_nature(name: str, reading: _Reading) -> None:
    if name.lower() in NATURES:
        reading.nature = name.lower()
    else:
        reading.remark("unknown_nature", name)


def _read_field(key: str, value: str, line: str, reading: _Reading) -> None:
    if key == "level":
        reading.level = _number(value, line, reading, 1, MAX_LEVEL, reading.level)
    elif key in ("happiness", "friendship"):
        reading.friendship = _number(value, line, reading, 0, MAX_FRIENDSHIP, reading.friendship)
    elif key in ("evs", "avs"):
        _read_stats(value, reading, reading.avs, MAX_AV)
    elif key == "ivs":
        _read_stats(value, reading, reading.ivs, MAX_IV)
    elif key == "nature":
        _read_nature(value, reading)
    elif key == "ability":
        reading.remark("ability", value)
    else:
        reading.remark("field", line)


def _number(value: str, line: str, reading: _Reading, low: int, high: int, default: int) -> int:
    if not _WHOLE.fullmatch(value) or int(value) < low:
        reading.remark("unreadable", line)
        return default
    if int(value) > high:
        reading.remark("too_high", line, high)
    return min(int(value), high)


def _read_stats(value: str, reading: _Reading, values: list[int], high: int) -> None:
    for part in value.split("/")[:12]:
        words = part.split()
        if len(words) != 2 or words[1].lower() not in _STAT_INDEX:
            reading.remark("unreadable", part.strip())
            continue
        index = _STAT_INDEX[words[1].lower()]
        values[index] = _number(words[0], part.strip(), reading, 0, high, values[index])


def _moves(reading: _Reading, form: int | None, game: GameData) -> tuple[str, ...]:
    """Slugs of the moves that can be compared."""
    tables = game.tables
    found: list[str] = []
    for name in reading.moves[:20]:
        try:
            # Numbers are ids elsewhere; here they are no names.
            move = None if name.isdigit() else int(game.move_index(name[:60]))
        except UnknownName:
            move = None
        if move is None or move == tables.struggle:
            reading.remark("unknown_move", name)
        elif form is not None and not tables.usable[form, move]:
            reading.remark("cannot_learn", name)
        elif not tables.damaging[move]:
            reading.remark("status_move", name)
        elif len(found) == MAX_MOVES:
            reading.remark("too_many_moves", name)
        elif tables.move_slugs[move] not in found:
            found.append(tables.move_slugs[move])
    return tuple(found)


# Writing


def species_name(pokemon: Pokemon) -> str:
    """The form's name as Showdown writes it: ``Charizard-Mega-X``, ``Nidoran-F``."""
    if pokemon.kind == PokemonKind.BASE:
        return pokemon.name_en.replace("♀", "-F").replace("♂", "-M")
    suffix = pokemon.slug.removeprefix(pokemon.species.slug)
    words = [word.capitalize() for word in suffix.strip("-").split("-")]
    return "-".join([pokemon.species.name_en, *words])


def write_set(pokemon: Pokemon, moves: list[Move], raised: Raised) -> str:
    """One Pokémon as text; read again, it is the same."""
    lines = [species_name(pokemon)]
    if raised.level != SHOWDOWN_LEVEL:
        lines.append(f"Level: {raised.level}")
    if raised.friendship != FLAT.friendship:
        lines.append(f"Happiness: {raised.friendship}")
    if avs := _stats_line(raised.avs, FLAT.avs):
        lines.append(f"EVs: {avs}")
    lines.append(f"{raised.nature.capitalize()} Nature")
    if ivs := _stats_line(raised.ivs, FLAT.ivs):
        lines.append(f"IVs: {ivs}")
    lines += [f"- {move.name_en}" for move in moves]
    return "\n".join(lines)


def _stats_line(values: tuple[int, ...], usual: tuple[int, ...]) -> str:
    return " / ".join(
        f"{value} {stat}"
        for value, default, stat in zip(values, usual, STAT_ABBREVIATIONS, strict=True)
        if value != default
    )
