"""Pokémon and teams in the text format of Pokémon Showdown, read and written.

    Sparky (Pikachu) (M) @ Light Ball
    Ability: Static
    Level: 50
    Happiness: 70
    EVs: 200 SpA / 200 Spe
    Timid Nature
    IVs: 0 Atk
    - Thunderbolt

A plain list of names does, too, each with its level if one likes: ``Starmie 42, Jolteon Lv. 45``.
So do Showdown's packed teams (one line with ``|``) and teams as JSON.

Let's Go has awakening values instead of effort values: "EVs" (or "AVs") are read as AVs. A level
that is not written is the caller's, 100 in Showdown; a friendship that is not written is 70, with
which Showdown plays Let's Go. What Let's Go lacks is reported as a Remark and left out. Names go by
any spelling in English or French. Reading asks no database.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from mlcore.engine.specs import NATURES
from mlcore.engine.state import MOVE_SLOTS
from mlcore.game.gamedata import GameData, UnknownName
from mlcore.game.spreads import FLAT, MAX_AV, MAX_FRIENDSHIP, MAX_IV, MAX_LEVEL, MIN_LEVEL, Spread
from pokedex.models import Move, Pokemon
from pokedex.text import shortened

#: Maximum text length and number of Pokémon.
MAX_LENGTH = 20_000
MAX_TEAM = 24
_LONGEST_LINE = 200
#: The default level of the format.
SHOWDOWN_LEVEL = 100
STAT_ABBREVIATIONS = ("HP", "Atk", "Def", "SpA", "SpD", "Spe")
#: All spellings of stats, in letters alone. "Spd" is Speed, as in Showdown; "SpD" is not.
_STAT_INDEX = {
    spelling: index
    for index, spellings in enumerate(
        (
            ("hp", "hitpoints"),
            ("atk", "attack"),
            ("def", "defense"),
            ("spa", "spatk", "spattack", "specialatk", "specialattack", "special", "spc"),
            ("spd", "spdef", "spdefense", "specialdef", "specialdefense"),
            ("spe", "speed"),
        )
    )
    for spelling in spellings
}
_SPEED = {"Spd": "spe"}
#: Who holds one of these is a Mega Evolution. Names in letters alone.
_MEGA_STONES = {
    "venusaurite": "venusaur-mega",
    "charizarditex": "charizard-mega-x",
    "charizarditey": "charizard-mega-y",
    "blastoisinite": "blastoise-mega",
    "beedrillite": "beedrill-mega",
    "pidgeotite": "pidgeot-mega",
    "alakazite": "alakazam-mega",
    "slowbronite": "slowbro-mega",
    "gengarite": "gengar-mega",
    "kangaskhanite": "kangaskhan-mega",
    "pinsirite": "pinsir-mega",
    "gyaradosite": "gyarados-mega",
    "aerodactylite": "aerodactyl-mega",
    "mewtwonitex": "mewtwo-mega-x",
    "mewtwonitey": "mewtwo-mega-y",
}

_TEAM_NAME = re.compile(r"={3}.*={3}")
_GENDER = re.compile(r"\s*\((M|F|N)\)$", re.IGNORECASE)
_NICKNAME = re.compile(r"(?P<nickname>.*?)\s*\((?P<name>[^()]+)\)$")
_NATURE = re.compile(r"(?P<name>\S+)\s+nature\s*(\(.*\))?", re.IGNORECASE)
_FIELD = re.compile(r"(?P<key>[A-Za-z][A-Za-z .]{0,30}?)\s*:\s*(?P<value>.*)")
_MOVE = re.compile(r"[-–~•]\s*(?P<name>.+)")
_LEVEL_AT_END = re.compile(
    r"(?P<name>.*?[^\W\d].*?)[\s:@(]*(?:\b(?:lvl?|level|niv|niveau|n)\b\.?\s*:?\s*)?"
    r"(?<!\d)(?P<level>\d{1,9})\)?",
    re.IGNORECASE,
)
_WHOLE = re.compile(r"[+-]?[0-9]{1,9}")


@dataclass(frozen=True)
class Remark:
    """Something that was changed or ignored.

    Codes: ``item``, ``ability``, ``field`` (a line Let's Go has no use for), ``unknown_move``,
    ``cannot_learn``, ``status_move``, ``too_many_moves``, ``too_many_pokemon`` (all after the
    first ``limit``), ``too_high`` (read as ``limit``), ``too_long`` (a line was read up to its
    ``limit``), ``unreadable``, ``unknown_nature``. ``text`` is what was written.
    """

    code: str
    text: str
    limit: int = 0


@dataclass(frozen=True)
class PastedSet:
    """One Pokémon of a text; ``form`` is its slug, or "" when Let's Go has none of that name.

    has_level  whether its level was written
    """

    name: str
    form: str
    moves: tuple[str, ...]
    spread: Spread
    remarks: tuple[Remark, ...]
    has_level: bool


def read_team(
    text: str, game: GameData, *, level: int = SHOWDOWN_LEVEL, status_moves: bool = False
) -> list[PastedSet]:
    """Every Pokémon in a text, in order; at most MAX_TEAM.

    ``level`` is that of those who name none; without ``status_moves`` those are ignored.
    A line names a Pokémon or several, or says something about the one before it; after an empty
    line it is always a name.
    """
    readings: list[_Reading] = []
    begins = True
    for raw in _as_lines(text[:MAX_LENGTH]):
        # Names are short; patterns must not be tried on endless lines.
        whole = re.sub(r"\s+", " ", raw).strip()
        line = "".join(sign for sign in whole[:_LONGEST_LINE] if sign.isprintable()).strip()
        if not line or line == "---" or _TEAM_NAME.fullmatch(line):
            begins = True
            continue
        if begins or not _read_line(line, readings[-1]):
            named = _heads(line, game, level)
            # Within a set, an unknown name is an unreadable line.
            if (
                begins
                or any(reading.form is not None for reading in named)
                or readings[-1].is_name_only
            ):
                readings += named
            else:
                readings[-1].remark("unreadable", line)
            begins = False
        if len(whole) > _LONGEST_LINE:
            readings[-1].remark("too_long", line, _LONGEST_LINE)
        if len(readings) > MAX_TEAM:
            readings[MAX_TEAM - 1].remark("too_many_pokemon", "", MAX_TEAM)
            break
    return [_finished(reading, game, status_moves) for reading in readings[:MAX_TEAM]]


def _as_lines(text: str) -> list[str]:
    """The lines of a text; of a packed team or one in JSON, those that say the same."""
    whole = text.strip()
    if whole.startswith(("[", "{")):
        try:
            team = json.loads(whole)
        except (ValueError, RecursionError):
            team = None
        team = [team] if isinstance(team, dict) else team
        if isinstance(team, list) and team and all(isinstance(each, dict) for each in team):
            return [line for each in team[: MAX_TEAM + 1] for line in _lines_of(each)]
    lines: list[str] = []
    for line in text.splitlines():
        if line.count("|") < len(_PACKED) - 1:
            lines.append(line)
            continue
        # A list of teams has the format and the team's name before the sets.
        head, _, rest = line.partition("]")
        sets = rest.partition("|")[2] if "|" not in head else line
        for packed in sets.split("]"):
            lines += _lines_of(_unpacked(packed))
    return lines


#: Fields of values by stat, as they are written.
_STATS_FIELDS = ("EVs", "AVs", "IVs")
#: The fields of a packed set, in their order.
_PACKED = (
    *("name", "species", "item", "ability", "moves", "nature", "evs", "gender", "ivs"),
    *("shiny", "level", "more"),
)


def _unpacked(packed: str) -> dict[str, Any]:
    """A packed set as it is in JSON."""
    given: dict[str, Any] = dict(zip(_PACKED, packed.split("|"), strict=False))
    given["moves"] = given.get("moves", "").split(",")
    given["happiness"] = given.get("more", "").split(",")[0]
    for name in ("evs", "ivs"):
        numbers = given.get(name, "").split(",")
        given[name] = dict(zip(STAT_ABBREVIATIONS, numbers, strict=False))
    return given


def _lines_of(given: Mapping[str, Any]) -> list[str]:
    """A set in JSON as lines, after an empty one."""

    def word(name: str) -> str:
        value = given.get(name)
        return " ".join(str(value).split()) if isinstance(value, str | int | float) else ""

    def word_or_json(name: str) -> str:
        """The value, as JSON where it is none that a set can have: reading it remarks on that."""
        value = given.get(name)
        known = value is None or isinstance(value, str | int | float)
        return word(name) if known else json.dumps(value)[:_LONGEST_LINE]

    def values(name: str) -> str:
        value = given.get(name)
        if not isinstance(value, dict):
            return word_or_json(name).replace("/", " ")
        stats = value.items()
        return " / ".join(f"{number} {stat}" for stat, number in stats if number not in ("", None))

    species, item = word("species") or word("name"), word("item")
    if not species:
        return []
    lines = ["", species + (f" @ {item}" if item else "")]
    for field in ("ability", "level", "happiness"):
        if word_or_json(field):
            lines.append(f"{field}: {word_or_json(field)}")
    lines += [f"{name}: {values(name.lower())}" for name in _STATS_FIELDS if values(name.lower())]
    if word_or_json("nature"):
        lines.append(f"nature: {word_or_json('nature')}")
    moves = given.get("moves")
    if isinstance(moves, list):
        return lines + [f"- {move}" for move in moves if move]
    return lines + ([f"moves: {word_or_json('moves')}"] if moves else [])


class _Reading:
    """The parsed lines of one Pokémon; ``form`` is its index or None."""

    def __init__(self, name: str, form: int | None, level: int) -> None:
        self.name = name
        self.form = form
        self.is_name_only = True
        self.level = level
        self.has_level = False
        self.nature = FLAT.nature
        self.friendship = FLAT.friendship
        self.ivs = list(FLAT.ivs)
        self.avs = list(FLAT.avs)
        self.moves: list[str] = []
        self.remarks: list[Remark] = []

    def remark(self, code: str, text: str, limit: int = 0) -> None:
        self.remarks.append(Remark(code, text[:60], limit))


def _finished(reading: _Reading, game: GameData, status_moves: bool) -> PastedSet:
    form = reading.form
    moves = _moves(reading, form, game, status_moves)
    return PastedSet(
        name=reading.name[:60],
        form=game.form_slugs[form] if form is not None else "",
        moves=moves,
        spread=Spread(
            level=reading.level,
            nature=reading.nature,
            friendship=reading.friendship,
            ivs=tuple(reading.ivs),
            avs=tuple(reading.avs),
        ),
        remarks=tuple(reading.remarks),
        has_level=reading.has_level,
    )


def _heads(line: str, game: GameData, level: int) -> list[_Reading]:
    """The Pokémon a line names, separated by commas."""
    whole = _head(line, game, level)
    parts = [part.strip() for part in re.split(r"[,;]", line)[: MAX_TEAM + 1] if part.strip()]
    if whole.form is not None or len(parts) < 2:
        return [whole]
    return [_head(part, game, level) for part in parts]


def _head(line: str, game: GameData, level: int) -> _Reading:
    """Parse a heading: ``Nickname (Species) (F) @ Item``, ``Starmie 42``."""
    line = line.rstrip(",; ")
    before, _at, item = line.partition(" @ ")
    name, form = _named(before, game)
    written = item.strip() if form is not None else ""
    if form is not None and (mega := _mega(form, written, game)) is not None:
        name, form, written = game.form_names[mega], mega, ""
    if form is None and (match := _LEVEL_AT_END.fullmatch(line)):
        name, form = _named(match["name"], game)
        written = match["level"]
    reading = _Reading(name, form, level)
    if written.isascii() and written.isdigit():
        _read_field("level", written, f"Level: {written}", reading)
    elif written and _letters(written) != "noitem":
        reading.remark("item", written)
    return reading


def _letters(text: str) -> str:
    """The text in lower case without spaces and punctuation."""
    return re.sub(r"[^a-z0-9]", "", text.lower())


def _mega(form: int, item: str, game: GameData) -> int | None:
    """The Mega Evolution that this form becomes with the item, if it is its Mega Stone."""
    slug = _MEGA_STONES.get(_letters(item), "")
    base, _, _ = slug.partition("-mega")
    return _form(slug, game) if slug and game.form_slugs[form] in (base, slug) else None


def _named(text: str, game: GameData) -> tuple[str, int | None]:
    text = _GENDER.sub("", text.strip())
    match = _NICKNAME.fullmatch(text)
    for name in ([match["name"].strip()] if match else []) + [text]:
        form = _form(name, game)
        if form is not None:
            return name, form
    return (match["name"].strip() if match else text), None


def _form(name: str, game: GameData) -> int | None:
    if len(name) > 60 or name.strip().isdigit():
        return None
    try:
        return int(game.form_index(name))
    except UnknownName:
        return None


def _read_line(line: str, reading: _Reading) -> bool:
    """Whether the line belongs to the Pokémon before it."""
    if match := _MOVE.fullmatch(line):
        reading.moves.append(match["name"].strip())
    elif match := _NATURE.fullmatch(line):
        _read_nature(match["name"], reading)
    elif match := _FIELD.fullmatch(line):
        _read_field(match["key"].lower(), match["value"].strip(), line, reading)
    else:
        return False
    reading.is_name_only = False
    return True


def _read_nature(name: str, reading: _Reading) -> None:
    if name.lower() in NATURES:
        reading.nature = name.lower()
    else:
        reading.remark("unknown_nature", name)


def _read_field(key: str, value: str, line: str, reading: _Reading) -> None:
    if key in ("level", "niveau"):
        reading.has_level = True
        reading.level = _number(value, line, reading, MIN_LEVEL, MAX_LEVEL, reading.level)
    elif key in ("happiness", "friendship"):
        reading.friendship = _number(value, line, reading, 0, MAX_FRIENDSHIP, reading.friendship)
    elif key in ("evs", "avs"):
        _read_stats(value, line, reading, reading.avs, MAX_AV)
    elif key == "ivs":
        _read_stats(value, line, reading, reading.ivs, MAX_IV)
    elif key == "moves":
        reading.remark("unreadable", line)
    elif key == "nature":
        _read_nature(value, reading)
    elif key in ("ability", "talent", "trait"):
        if _letters(value) != "noability":
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


def _read_stats(value: str, line: str, reading: _Reading, values: list[int], high: int) -> None:
    name = line.partition(":")[0].strip()
    for part in value.split("/")[:12]:
        number, _, stat = part.strip().partition(" ")
        stat = _SPEED.get(stat.strip(), _letters(stat))
        if stat not in _STAT_INDEX:
            reading.remark("unreadable", f"{name}: {part.strip()}")
            continue
        index = _STAT_INDEX[stat]
        values[index] = _number(number, f"{name}: {part.strip()}", reading, 0, high, values[index])


def _moves(
    reading: _Reading, form: int | None, game: GameData, status_moves: bool
) -> tuple[str, ...]:
    """Slugs of the moves to compare."""
    tables = game.tables
    slugs: list[str] = []
    for name in reading.moves[:20]:
        try:
            # Numbers are ids elsewhere, but not names here.
            move = None if name.isdigit() else int(game.move_index(name[:60]))
        except UnknownName:
            move = None
        if move is None or move == tables.struggle:
            reading.remark("unknown_move", name)
        elif form is not None and not tables.usable[form, move]:
            reading.remark("cannot_learn", name)
        elif not status_moves and not tables.damaging[move]:
            reading.remark("status_move", name)
        elif len(slugs) == MOVE_SLOTS:
            reading.remark("too_many_moves", name)
        elif tables.move_slugs[move] not in slugs:
            slugs.append(tables.move_slugs[move])
    return tuple(slugs)


def remark_in_words(remark: Remark, name: str) -> str:
    """What was ignored or changed in the text about the Pokémon ``name``, and why."""
    words = {"text": shortened(remark.text), "limit": remark.limit, "pokemon": name}
    return {
        "item": _("Ignored %(text)s: Let’s Go has no held items."),
        "ability": _("Ignored %(text)s: Let’s Go has no abilities."),
        "field": _("Ignored “%(text)s”: not in Let’s Go."),
        "unknown_move": _("Ignored %(text)s: there is no such move in Let’s Go."),
        "cannot_learn": _("Ignored %(text)s: %(pokemon)s can’t learn it in Let’s Go."),
        "status_move": _("Ignored %(text)s: it is not a damaging move."),
        "too_many_moves": _("Ignored %(text)s: a Pokémon has at most four moves."),
        "too_many_pokemon": _("Only the first %(limit)d Pokémon of the text were read."),
        "too_high": _("“%(text)s” was changed to %(limit)d, the maximum in Let’s Go."),
        "too_long": _("Only the first %(limit)d characters of the line “%(text)s” were read."),
        "unreadable": _("Ignored “%(text)s”: it can’t be read."),
        "unknown_nature": _("There is no nature “%(text)s”; a neutral one is used instead."),
    }[remark.code] % words


# Writing


def species_name(pokemon: Pokemon) -> str:
    """The form's name as Showdown writes it: ``Charizard-Mega-X``, ``Nidoran-F``."""
    return form_name(pokemon.slug, pokemon.species.slug, pokemon.species.name_en)


def form_name(slug: str, species_slug: str, species: str) -> str:
    """The same, of a form's slug and the slug and English name of its species."""
    words = [word.capitalize() for word in slug.removeprefix(species_slug).split("-") if word]
    return "-".join([species.replace("♀", "-F").replace("♂", "-M"), *words])


def write_set(pokemon: Pokemon, moves: list[Move], spread: Spread) -> str:
    """One Pokémon as text; reading it gives the same Pokémon."""
    lines = [species_name(pokemon)]
    if spread.level != SHOWDOWN_LEVEL:
        lines.append(f"Level: {spread.level}")
    if spread.friendship != FLAT.friendship:
        lines.append(f"Happiness: {spread.friendship}")
    if avs := _stats_line(spread.avs, FLAT.avs):
        lines.append(f"EVs: {avs}")
    lines.append(f"{spread.nature.capitalize()} Nature")
    if ivs := _stats_line(spread.ivs, FLAT.ivs):
        lines.append(f"IVs: {ivs}")
    lines += [f"- {move.name_en}" for move in moves]
    return "\n".join(lines)


def _stats_line(values: tuple[int, ...], usual: tuple[int, ...]) -> str:
    return " / ".join(
        f"{value} {stat}"
        for value, default, stat in zip(values, usual, STAT_ABBREVIATIONS, strict=True)
        if value != default
    )
