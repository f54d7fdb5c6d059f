"""Golden results of the reference simulator: reading them, playing them here, comparing.

    python -m tests.mlcore.engine.golden [--folder tests/golden] [--plays 20000]

prints what the engine and the files of a folder disagree on; tools/showdown/README.md says what a
line and a start state mean, and how files of another seed are made.
"""

import argparse
import json
import os
from dataclasses import dataclass
from math import sqrt
from pathlib import Path
from statistics import NormalDist

import numpy as np
from scipy.stats import chi2, fisher_exact

from mlcore.engine import events as ev
from mlcore.engine import policies
from mlcore.engine import state as st
from mlcore.engine import turn as turns
from mlcore.engine.jit import kernel
from mlcore.engine.rng import HEADER, draw, seed_stream
from tests.mlcore.engine.arena import Arena, ArenaBattle, Fighter, fighter

FOLDER = Path(__file__).parents[2] / "golden"
#: Files of played cases; those of single rolls are compared elsewhere.
FILES = ("duels", "unusual", "setups", "midbattle", "battles")
_STAT = {
    "hp": "hp",
    "atk": "attack",
    "def": "defense",
    "spa": "special_attack",
    "spd": "special_defense",
    "spe": "speed",
    "accuracy": "accuracy",
    "evasion": "evasion",
}
_STATUS = {
    "brn": "burn",
    "par": "paralysis",
    "psn": "poison",
    "tox": "bad_poison",
    "slp": "sleep",
    "frz": "freeze",
}


def read_golden(name: str, folder: Path = FOLDER) -> list[dict]:
    text = (folder / f"{name}.jsonl").read_text(encoding="utf-8")
    return [json.loads(line) for line in text.splitlines()]


def read_regressions() -> list[dict]:
    """Cases on which the engine once disagreed; none, as long as none was found."""
    texts = [path.read_text(encoding="utf-8") for path in sorted(FOLDER.glob("fuzz/*.jsonl"))]
    return [json.loads(line) for text in texts for line in text.splitlines()]


def fighter_of(line: dict, side: str) -> Fighter:
    """The fighter of one side of a line, without its start state."""
    given = line[side]
    moves = given.get("moves") or ([given["move"]] if "move" in given else [])
    return fighter(
        given["species"],
        *moves,
        level=given.get("level", line.get("level", 50)),
        nature=given.get("nature", "hardy"),
        ivs={_STAT[stat]: value for stat, value in given.get("ivs", {}).items()},
        avs={_STAT[stat]: value for stat, value in given.get("avs", {}).items()},
    )


def put_into(battle: ArenaBattle, line: dict, side: str) -> None:
    """Put a side into its start state; counters that are random are drawn by ``play``."""
    start = line[side].get("start", {})
    who = getattr(battle, side)
    if "hp" in start:
        who.set(hp=max(1, int(who.max_hp * start["hp"])))
    if "status" in start:
        who.set(status=_STATUS[start["status"]])
    who.set(stages={_STAT[stat]: stage for stat, stage in start.get("boosts", {}).items()})
    for screen in start.get("screens", ()):
        who.set(**{"light_screen" if screen == "lightscreen" else screen: 5})
    if start.get("confusion"):
        who.set(confusion=1)
    if start.get("leechseed"):
        who.set(seeded=1)
    if start.get("substitute"):
        who.set(substitute=who.max_hp // 4)


# Playing -------------------------------------------------------------------------------------


@kernel
def _play_many(start, rules, seed, stream, plays, s, rng, log, out):
    """Play one battle many times from ``start``; adds A, B, draws, turns, turns^2 to ``out``."""
    for play in range(plays):
        for i in range(3):
            for j in range(st.SIDE_COLUMNS):
                s[i, j] = start[i, j]
        seed_stream(rng, seed, stream, play)
        for side in range(2):
            if s[side, st.STATUS] == st.SLEEP:
                s[side, st.STATUS_COUNTER] = 2 + draw(rng, 3)
            if s[side, st.CONFUSION]:
                s[side, st.CONFUSION] = 2 + draw(rng, 4)
        while s[st.FIELD, st.WINNER] == st.UNDECIDED:
            slot_a = policies.choose_random(s, rng, rules.moves, 0)
            slot_b = policies.choose_random(s, rng, rules.moves, 1)
            turns.play_turn(s, rng, log, rules, slot_a, slot_b)
        out[s[st.FIELD, st.WINNER] - 1] += 1
        out[3] += s[st.FIELD, st.TURN]
        out[4] += s[st.FIELD, st.TURN] ** 2


def play(arena: Arena, lines: list[dict], *, plays: int, seed: int) -> np.ndarray:
    """int64 (k, 5): how often A won, B won, nobody; turns and squared turns of all plays."""
    out = np.zeros((len(lines), 5), dtype=np.int64)
    scratch = st.new_state(), np.zeros(HEADER, dtype=np.int64), ev.no_events()
    for k, line in enumerate(lines):
        battle = arena.battle(fighter_of(line, "a"), fighter_of(line, "b"))
        for side in "ab":
            put_into(battle, line, side)
        _play_many(battle.state, arena.rules, seed, k, plays, *scratch, out[k])
    return out


# Comparing -----------------------------------------------------------------------------------

#: Chance that a perfect engine fails one of the bounds below, each over a whole file.
ALPHA = 0.001
#: A case whose rarer result is expected less often than this in the golden plays is nearly
#: decided: no bell curve fits it, an exact test does.
RARE = 5


@dataclass(frozen=True)
class Case:
    """One golden line against the engine's plays of it."""

    id: str
    golden: float
    engine: float
    #: Standard scores of the win share and of the mean number of turns; None: no spread.
    z: float | None
    z_turns: float | None
    #: Exact two-sided p-value of a nearly decided case.
    p_exact: float | None


def _score(golden: np.ndarray, ours: np.ndarray) -> tuple[float, float, float | None]:
    """Win shares (a draw is half a win) of both samples and their standard score."""
    n, m = golden.sum(), ours.sum()
    worth = np.array([1.0, 0.0, 0.5])
    share, own_share = golden @ worth / n, ours @ worth / m
    pooled = (golden + ours) / (n + m)
    mean = pooled @ worth
    variance = pooled @ worth**2 - mean**2
    if variance <= 1e-12:
        return share, own_share, None
    return share, own_share, (own_share - share) / sqrt(variance * (1 / n + 1 / m))


def _exact(golden: np.ndarray, ours: np.ndarray) -> float:
    """Two-sided p-value: Fisher's exact test on "A won" and on "B won", the smaller one twice."""
    values = []
    for won in (0, 1):
        table = [
            [golden[won], golden.sum() - golden[won]],
            [ours[won], ours.sum() - ours[won]],
        ]
        values.append(float(fisher_exact(table)[1]))
    return min(1.0, 2 * min(values))


def compare(lines: list[dict], ours: np.ndarray) -> list[Case]:
    """Every line against the engine's plays of it."""
    cases = []
    for line, own in zip(lines, ours, strict=True):
        golden = np.array([line["wins_a"], line["wins_b"], line["draws"]])
        n, m = int(golden.sum()), int(own[:3].sum())
        share, own_share, z = _score(golden, own[:3])
        # Expected number of golden plays that do not end in the most common result.
        rare = n * (1 - (golden + own[:3]).max() / (n + m))
        p_exact = None
        if z is None or rare < RARE:
            z, p_exact = None, _exact(golden, own[:3])
        mean = own[3] / m
        variance = own[4] / m - mean**2
        z_turns = None
        if variance > 1e-9:
            # The golden mean is rounded to two decimals.
            spread = sqrt(variance * (1 / n + 1 / m) + 0.01**2 / 12)
            z_turns = (mean - line["mean_turns"]) / spread
        elif abs(mean - line["mean_turns"]) > 0.006:
            z_turns = float("inf")
        cases.append(Case(str(line["id"]), share, own_share, z, z_turns, p_exact))
    return cases


def largest_score(count: int, alpha: float = ALPHA) -> float:
    """Bound of the largest |z| among ``count`` cases of a perfect engine (Sidak)."""
    if count == 0:
        return float("inf")
    alpha_per_case = 1 - (1 - alpha) ** (1 / count)
    return NormalDist().inv_cdf(1 - alpha_per_case / 2)


def band(count: int, alpha: float = ALPHA) -> tuple[float, float]:
    """Where the sum of ``count`` squared scores lies with probability 1 - alpha."""
    return float(chi2.ppf(alpha / 2, count)), float(chi2.ppf(1 - alpha / 2, count))


def disagreements(cases: list[Case]) -> list[str]:
    """Everything in a file that a perfect engine would show with probability below ALPHA."""
    messages = []
    undecided = [case for case in cases if case.z is not None]
    decided = [case for case in cases if case.p_exact is not None]
    bound = largest_score(len(undecided))
    messages += [
        f"{case.id}: {case.golden:.3f} there, {case.engine:.3f} here, z {case.z:+.2f}"
        for case in undecided
        if abs(case.z) > bound
    ]
    messages += [
        f"{case.id}: nearly decided, {case.golden:.3f} there, {case.engine:.3f} here"
        for case in decided
        if case.p_exact < ALPHA / len(decided)
    ]
    low, high = band(len(undecided))
    total = sum(case.z**2 for case in undecided)
    if undecided and not low <= total <= high:
        messages.append(
            f"sum of squares {total:.1f} of {len(undecided)}, not {low:.1f}..{high:.1f}"
        )
    return messages


def turn_disagreements(cases: list[Case]) -> list[str]:
    """The same for the mean number of turns, which also tells decided cases apart."""
    scores = [(case.id, case.z_turns) for case in cases if case.z_turns is not None]
    # Means of 400 skewed counts have wider tails than the bell curve.
    bound = largest_score(len(scores)) + 1
    messages = [f"{id_}: turns, z {z:+.2f}" for id_, z in scores if abs(z) > bound]
    low, high = band(len(scores))
    total = sum(min(abs(z), 1e3) ** 2 for _, z in scores)
    if scores and not low * 0.95 <= total <= high * 1.05:
        messages.append(f"turns: sum of squares {total:.1f} of {len(scores)}")
    return messages


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--folder", type=Path, default=FOLDER)
    parser.add_argument("--plays", type=int, default=20_000)
    options = parser.parse_args()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "predictiondex.settings")
    import django

    django.setup()
    from mlcore.game import gamedata

    arena = Arena(gamedata.load())
    for name in FILES:
        if not (options.folder / f"{name}.jsonl").exists():
            continue
        lines = read_golden(name, options.folder)
        cases = compare(lines, play(arena, lines, plays=options.plays, seed=1))
        scores = np.array([case.z for case in cases if case.z is not None])
        low, high = band(len(scores))
        print(
            f"{name}: {len(cases)} cases, {len(scores)} undecided; sum of z squared "
            f"{(scores**2).sum():.1f} ({low:.1f} to {high:.1f}), largest |z| "
            f"{np.abs(scores).max():.2f}, {(np.abs(scores) > 3.5).sum()} beyond 3.5"
        )
        for line in disagreements(cases) + turn_disagreements(cases):
            print(f"  {line}")


if __name__ == "__main__":
    main()
