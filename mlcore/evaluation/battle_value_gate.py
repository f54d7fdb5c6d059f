"""Whether a value of battle states may go live: good enough, no worse than the live one, sane.

Absolute bars depend on the profile that trained it. Against the live one both answer the same
starts, and the difference of their squared errors is judged with its standard error. The rest are
facts that no network may contradict: both chances sum to one, a sure knock-out wins, more HP is
better, and nobody explodes.
"""

import time
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from mlcore.battle_value import search, starts
from mlcore.battle_value.artefact import BattleValue
from mlcore.engine import state as st
from mlcore.engine.simulate import move_slots
from mlcore.engine.specs import Setups
from mlcore.evaluation.gate import (
    MAX_SLOWDOWN,
    SURE_OVERALL,
    GateVerdict,
    ReleaseCheck,
    at_least,
    at_most,
)
from mlcore.evaluation.well_played import Truth
from mlcore.game.gamedata import GameData, UnknownMove, UnknownPokemon


@dataclass(frozen=True)
class Bars:
    """Largest squared errors above noise and calibration error, least share of favorites right.

    alone: of the network without search, over all starts. exact: mean error, and what an opponent
    who knows the policy gains, in small games that are solved exactly.
    """

    overall: float
    contested: float
    alone: float
    favorites: float
    calibration: float
    exact: float


#: By profile; the quick one is measured on few starts, so luck has more room there.
BARS = {
    "quick": Bars(
        overall=0.03, contested=0.07, alone=0.045, favorites=0.9, calibration=0.06, exact=0.1
    ),
    "full": Bars(
        overall=0.01, contested=0.035, alone=0.02, favorites=0.97, calibration=0.025, exact=0.08
    ),
}
MAX_SWAP_ERROR = 1e-12
#: A look would be exact; what the network takes for decided is left to it.
MAX_SURE_ERROR = 1e-3
#: A difference in squared error this small does not matter.
NEGLIGIBLE = 5e-4
#: Of states in which one side loses half its HP, the share in which it is then worse off.
MIN_HP_MATTERS = 0.95
#: Seconds of one answer.
MAX_SECONDS = 0.015
_SPEED_STARTS, _SPEED_ROUNDS = 10, 5
_EXPLOSIONS = ("explosion", "self-destruct")
_EXPLODING_STARTS = 24
#: Fighter, its move, and the foe that does not survive it; whatever else happens.
_SURE = (
    ("mewtwo", "psychic", "caterpie", "tackle"),
    ("jolteon", "thunderbolt", "magikarp", "tackle"),
    ("alakazam", "psychic", "weedle", "poison-sting"),
)

Matchups = tuple[Setups, np.ndarray, Setups, np.ndarray]


def judge(
    game: GameData,
    challenger: BattleValue,
    report: dict[str, Any],
    live: BattleValue | None,
    truth: Truth,
    bars: Bars,
    *,
    threads: int = 1,
) -> GateVerdict:
    """May the challenger go live? ``report`` and ``truth`` are ``evaluation.well_played``'s."""
    sides: Matchups = truth.sides
    checks = [
        *absolute_checks(report, bars),
        at_most("swap error", swap_error(game, challenger, sides), MAX_SWAP_ERROR),
        at_most("error on sure knock-outs", knock_out_error(game, challenger), MAX_SURE_ERROR),
        at_least("less HP is worse", hp_matters(game, challenger, sides), MIN_HP_MATTERS),
        at_most("times an explosion is advised", explosions(game, challenger, sides), 0),
        at_most("seconds of one answer", _seconds(game, challenger, sides), MAX_SECONDS),
    ]
    if live is not None:
        checks += paired_checks(game, challenger, live, truth, threads=threads)
        checks.append(speed_check(game, challenger, live, sides))
    return GateVerdict(tuple(checks))


def absolute_checks(report: dict[str, Any], bars: Bars) -> list[ReleaseCheck]:
    """What a challenger must reach whatever is live. Without contested starts none is judged."""
    one_ply, alone, exact = (report[name] for name in ("one ply", "network alone", "exact games"))
    checks = [
        at_most("squared error above noise", one_ply["all"]["squared_error"], bars.overall),
        at_least("favorites correct", one_ply["all"].get("favorites", 0.0), bars.favorites),
        at_most("calibration error", one_ply["all"]["calibration_error"], bars.calibration),
        at_most("squared error of the network alone", alone["all"]["squared_error"], bars.alone),
        at_most("mean error in exact games", exact["all"]["one_ply_error"], bars.exact),
        at_most("exploitability in exact games", exact["all"]["exploitability"], bars.exact),
    ]
    if "contested" in one_ply:
        error = one_ply["contested"]["squared_error"]
        checks.append(at_most("squared error on contested starts", error, bars.contested))
    return checks


def paired_checks(
    game: GameData, challenger: BattleValue, live: BattleValue, truth: Truth, *, threads: int = 1
) -> list[ReleaseCheck]:
    """Squared error beside the live network's on the same starts: all, and contested ones."""
    errors = [
        (search.start_values(game.tables, value.net, *truth.sides, threads=threads) - truth.share)
        ** 2
        for value in (challenger, live)
    ]
    difference = errors[0] - errors[1]
    checks = []
    for name, rows in (
        ("all starts", truth.is_drawn),
        ("contested starts", truth.is_contested),
    ):
        if rows.sum() < 2:
            continue
        of_rows = difference[rows]
        standard_error = float(of_rows.std(ddof=1) / np.sqrt(len(of_rows)))
        bar = max(NEGLIGIBLE, SURE_OVERALL * standard_error)
        checks.append(
            ReleaseCheck(
                f"squared error beside {live.version}: {name}",
                bool(of_rows.mean() <= bar),
                f"{of_rows.mean():+.5f}",
                f"at most {bar:+.5f}",
            )
        )
    return checks


def swap_error(game: GameData, value: BattleValue, sides: Matchups) -> float:
    """How far both sides' chances are from adding up to one, with and without search."""
    a, slots_a, b, slots_b = sides
    worst = 0.0
    for samples in (0, 4):
        one = search.start_values(game.tables, value.net, a, slots_a, b, slots_b, samples=samples)
        other = search.start_values(game.tables, value.net, b, slots_b, a, slots_a, samples=samples)
        worst = max(worst, float(np.abs(one + other - 1).max()))
    return worst


def knock_out_error(game: GameData, value: BattleValue) -> float:
    """Largest error of answers that are certain; forms or moves that are gone are left out."""
    worst = 0.0
    for form, move, foe, reply in _SURE:
        try:
            a, b = (Setups.flat(np.array([game.form_index(name)])) for name in (form, foe))
            slots_a, slots_b = (move_slots([[game.move_index(name)]]) for name in (move, reply))
        except (UnknownPokemon, UnknownMove):
            continue
        (chance,) = search.start_values(game.tables, value.net, a, slots_a, b, slots_b)
        worst = max(worst, 1.0 - float(chance))
    return worst


def hp_matters(game: GameData, value: BattleValue, sides: Matchups) -> float:
    """Share of starts in which the network thinks less of a side with half its HP; float 0..1.

    Starts that it takes for decided either way say nothing.
    """
    worse, asked = 0, 0
    work = search.new_workspace()
    for state in starts.states_of(game.tables, *sides):
        before = search.state_value(state, game.tables.rules, value.net, work)
        if not 0.01 < before < 0.99:
            continue
        state[0, st.HP] = max(1, state[0, st.HP] // 2)
        asked += 1
        worse += search.state_value(state, game.tables.rules, value.net, work) < before
    return worse / asked if asked else 1.0


def explosions(game: GameData, value: BattleValue, sides: Matchups) -> int:
    """How often an exploding move is advised to a side that can still win; its user loses."""
    tables = game.tables
    slugs = list(tables.move_slugs)
    exploding = [slugs.index(name) for name in _EXPLOSIONS if name in slugs]
    advised = 0
    a, _, b, slots_b = sides
    forms = np.flatnonzero(tables.usable[:, exploding].any(axis=1))
    for at in range(min(_EXPLODING_STARTS, len(a)) if len(forms) else 0):
        form = int(forms[at % len(forms)])
        usable = [int(move) for move in np.flatnonzero(tables.usable[form])]
        explosion = next(move for move in exploding if move in usable)
        others = [move for move in usable if move not in exploding][:3]
        slots = move_slots([[explosion, *others]])
        row = np.array([at])
        own = replace(a.take(row), form=np.array([form], dtype=np.int32))
        _, advice, _ = search.answer_at_start(
            tables, value.net, own, slots, b.take(row), slots_b[row]
        )
        advised += advice.value > 0.01 and advice.shares.get(0, 0.0) > 0
    return advised


def speed_check(
    game: GameData, challenger: BattleValue, live: BattleValue, sides: Matchups
) -> ReleaseCheck:
    """Time of one answer beside the live network's."""
    ratio = _seconds(game, challenger, sides) / _seconds(game, live, sides)
    return ReleaseCheck(
        "time beside the live one's",
        ratio <= MAX_SLOWDOWN,
        f"{ratio:.2f}",
        f"at most {MAX_SLOWDOWN}",
    )


def _seconds(game: GameData, value: BattleValue, sides: Matchups) -> float:
    """Seconds of one answer: mean over some starts, each at its fastest of some rounds."""
    a, slots_a, b, slots_b = sides
    fastest = []
    for at in range(min(_SPEED_STARTS, len(a))):
        row = np.array([at])
        asked = (a.take(row), slots_a[row], b.take(row), slots_b[row])
        rounds = []
        for _ in range(_SPEED_ROUNDS):
            started = time.perf_counter()
            search.start_values(game.tables, value.net, *asked)
            rounds.append(time.perf_counter() - started)
        fastest.append(min(rounds))
    return float(np.mean(fastest))
