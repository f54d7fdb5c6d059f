"""Best counters to a boss's team when both play well, with the boss's real moves."""

from functools import partial

import numpy as np

from battles.bosses import counters as bosses_counters
from battles.bosses.counters import CounterCell, CounterReport, CounterRow, Foe, TeamMember, Words
from battles.bosses.forms import BossForm
from battles.common import by_network
from mlcore.battle_value.artefact import BattleValue
from mlcore.engine.specs import Setups
from mlcore.engine.state import MOVE_SLOTS
from mlcore.game.gamedata import GameData
from mlcore.game.spreads import Spread
from mlcore.serving import known_counters, known_sets
from mlcore.serving.known_counters import KnownCounters, TeamCounters
from pokedex.models import Boss, BossPokemon


def setups_of(game: GameData, foes: list[BossPokemon]) -> tuple[Setups, np.ndarray]:
    """The boss's Pokémon and all moves they are known to have, int (m, 4)."""
    forms = np.array([game.form_index(foe.pokemon.slug) for foe in foes], dtype=np.int32)
    sets = [known_sets.padded([game.move_index(move.slug) for move in foe.moves]) for foe in foes]
    return Setups.flat(forms, level=np.array([foe.level for foe in foes])), np.array(sets)


def everyone_against(
    game: GameData,
    value: BattleValue,
    foes: list[BossPokemon],
    level: int,
    allowed: np.ndarray,
) -> TeamCounters:
    """The best of the allowed forms at one level; cached until model, data or team change."""
    team = tuple((foe.pokemon.slug, foe.level, *(move.slug for move in foe.moves)) for foe in foes)
    own = Setups.flat(allowed.astype(np.int32), level=np.full(len(allowed), level))
    return by_network.kept(
        game,
        value,
        f"boss:{level}:{team}:{allowed.tolist()}",
        lambda: known_counters.of_team(game, value, own, *setups_of(game, foes)),
    )


def answer(game: GameData, value: BattleValue, boss: Boss, form: BossForm) -> CounterReport:
    """Counters, and the visitor's team if there is one."""
    foes = bosses_counters.team_of(boss, form.chosen_edition)
    level = form.cleaned_data.get("level") or max(foe.level for foe in foes)
    words = Words(game, foes)
    team = bosses_counters.read_members(form.team_text, game, level, status_moves=True)
    megas = form.cleaned_data.get("megas") != "no"
    allowed = np.array(
        [
            index
            for index, slug in enumerate(game.form_slugs)
            if slug in words.pokemon and (megas or words.pokemon[slug].kind != "mega")
        ]
    )
    found = everyone_against(game, value, foes, level, allowed)
    best = [
        _row(words, TeamMember(int(allowed[row]), Spread(level=level)), found.against_all, at)
        for at, row in enumerate(found.overall[: bosses_counters.SHOWN])
    ]
    rows: list[CounterRow] = []
    if team.members:
        own = Setups.concatenate([member.spread.setups(member.form) for member in team.members])
        given = np.array([known_sets.padded(member.moves) for member in team.members])
        theirs = known_counters.against_team(game, value, own, *setups_of(game, foes), given)
        rows = [_row(words, member, theirs, at) for at, member in enumerate(team.members)]
        rows.sort(key=lambda row: -row.mean)
    report = []
    for k, (foe, (picked, against)) in enumerate(zip(foes, found.each, strict=True)):
        cells = []
        for at, row in enumerate(picked[: bosses_counters.SHOWN_EACH]):
            member = TeamMember(int(allowed[row]), Spread(level=level))
            pokemon = words.pokemon[game.form_slugs[member.form]]
            cells.append((pokemon, _cell(words, member, foe, against, at, 0)))
        yours = max(rows, key=partial(_chance_in, k), default=None)
        mine = (yours.pokemon, yours.cells[k]) if yours else None
        report.append(Foe(foe, foe.moves, cells, mine))
    return CounterReport(
        foes=report,
        best=best,
        team=rows,
        problems=team.problems,
        verdict=bosses_counters.verdict(rows, boss, len(foes)),
        model_version=value.version,
        is_well_played=True,
    )


def _chance_in(k: int, row: CounterRow) -> float:
    return row.cells[k].probability


def _row(words: Words, member: TeamMember, against: KnownCounters, at: int) -> CounterRow:
    cells = [_cell(words, member, foe, against, at, k) for k, foe in enumerate(words.foes)]
    pokemon = words.pokemon[words.game.form_slugs[member.form]]
    return CounterRow(
        pokemon,
        member.spread.level,
        bosses_counters.setup_in_words(member.spread),
        cells,
        float(against.values[at].mean()),
        moves=cells[0].moves,
    )


def _cell(
    words: Words, member: TeamMember, foe: BossPokemon, against: KnownCounters, at: int, k: int
) -> CounterCell:
    moves = tuple(int(move) for move in against.sets[at, k] if move >= 0)[:MOVE_SLOTS]
    return CounterCell(
        foe,
        float(against.values[at, k]),
        None,
        words.url(TeamMember(member.form, member.spread, moves), foe, status_moves=True),
        moves=[words.moves[words.game.move_slugs[move]] for move in moves],
    )
