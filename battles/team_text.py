"""A team as people write it down: names with levels, or what Showdown exports.

    Starmie 42, Jolteon Lv. 45
    Lapras (F) @ Leftovers
    Level: 50
    - Ice Beam

A line names a Pokémon, or says something about the one before it. What a duel under flat rules
has no use for (ability, item, IVs, ...) is passed over.
"""

import re
from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from mlcore import gamedata
from pokedex.text import listed, shortened

MAX_MEMBERS = 6
MAX_MOVES = 4
#: Longest text that is read, in signs: six full exports fit.
MAX_TEXT = 2000

_LEVEL_LINE = re.compile(r"(?:level|niveau)\s*:\s*(\d{1,9})", re.I)
_MOVE_LINE = re.compile(r"[-–•]\s*(.+)")
_PASSED_OVER = re.compile(
    r"(?:ability|talent|shiny|happiness|evs|ivs|avs|gigantamax|tera type|hidden power)\s*:.*"
    r"|.*\bnature",
    re.I,
)
_LEVEL_AT_END = re.compile(
    r"^(?P<name>.*?[^\W\d].*?)[\s:@(]*(?:\b(?:lvl?|level|niv|niveau|n)\b\.?\s*:?\s*)?"
    r"(?<!\d)(?P<level>\d{1,9})\)?$",
    re.I,
)


@dataclass
class Member:
    """One of the team: index of its form, its level, and indices of moves (none: any)."""

    form: int
    level: int
    moves: list[int] = field(default_factory=list)


@dataclass
class Team:
    """What could be read, and a sentence for everything that could not."""

    members: list[Member] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)


def read_team(text: str, game: gamedata.GameData, *, level: int) -> Team:
    """Members in the order given; ``level`` is that of members without one of their own."""
    team = Team()
    if len(text) > MAX_TEXT:
        team.problems.append(
            _("The team is longer than %(limit)d signs; the rest was not read.")
            % {"limit": MAX_TEXT}
        )
    current: Member | None = None
    for line in text[:MAX_TEXT].replace("\0", " ").splitlines():
        line = line.strip()
        if found := _LEVEL_LINE.fullmatch(line):
            if current:
                current.level = _level(found[1], team, current.level)
        elif found := _MOVE_LINE.fullmatch(line):
            if current:
                _add_move(found[1], current, team, game)
        elif line and not _PASSED_OVER.fullmatch(line):
            for part in re.split(r"[,;]", line):
                if part.strip():
                    current = _member(part.strip(), team, game, level)
                    if current:
                        team.members.append(current)
    if len(team.members) > MAX_MEMBERS:
        team.problems.append(
            _("A team has at most %(limit)d Pokémon; the first %(limit)d were taken.")
            % {"limit": MAX_MEMBERS}
        )
        del team.members[MAX_MEMBERS:]
    return team


def _level(text: str, team: Team, default: int) -> int:
    level = int(text)
    if 1 <= level <= 100:
        return level
    team.problems.append(
        _("Level %(level)s is not possible: 1 to 100 are.") % {"level": shortened(text, 9)}
    )
    return default


def _names(text: str) -> list[str]:
    """Readings of a name, most literal first: a nickname's species stands in brackets."""
    plain = re.sub(r"\s*\((?:M|F)\)", "", text.partition("@")[0]).strip()
    inner = [each for each in re.findall(r"\(([^()]+)\)", plain) if not each.strip().isdigit()]
    return [plain, *inner, re.sub(r"\(.*?\)", "", plain).strip()]


def _form(text: str, game: gamedata.GameData) -> int | None:
    """Index of the form that a name line means."""
    for name in _names(text):
        try:
            return game.form_index(name)
        except gamedata.UnknownPokemon:
            pass
    return None


def _member(text: str, team: Team, game: gamedata.GameData, level: int) -> Member | None:
    name = text
    if found := _LEVEL_AT_END.fullmatch(text):
        name = found["name"]
        if (form := _form(name, game)) is not None:
            return Member(form, _level(found["level"], team, level))
    if (form := _form(text, game)) is not None:
        return Member(form, level)
    words = _("There is no Pokémon “%(text)s” in Let’s Go.") % {"text": shortened(name.strip())}
    if near := _similar(name, game):
        words += " " + _("Did you mean: %(names)s?") % {"names": listed(near)}
    team.problems.append(words)
    return None


def _similar(text: str, game: gamedata.GameData) -> list[str]:
    try:
        game.form_index(_names(text)[0])
    except gamedata.UnknownPokemon as error:
        return [game.form_names[game.form_index(slug)] for slug in error.suggestions]
    return []


def _add_move(text: str, member: Member, team: Team, game: gamedata.GameData) -> None:
    names = {
        "move": shortened(text.strip()),
        "pokemon": game.form_names[member.form],
    }
    try:
        move = game.move_index(text.strip()[:60])
    except gamedata.UnknownMove:
        team.problems.append(_("There is no move “%(move)s” in Let’s Go.") % names)
        return
    if not game.tables.usable[member.form, move]:
        team.problems.append(_("%(pokemon)s cannot learn %(move)s.") % names)
    elif game.tables.damaging[move] and move not in member.moves and len(member.moves) < MAX_MOVES:
        member.moves.append(move)
