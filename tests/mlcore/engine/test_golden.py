"""The engine against the reference simulator, by statistics that can fail.

Every golden line was played 400 times there; it is played several thousand times here. Each file
must pass on its own: no case beyond the family-wise bound, the sum of squares inside its band,
decided cases decided alike, and the same for the mean number of turns.
"""

from math import sqrt
from statistics import NormalDist

import numpy as np
import pytest
from numba import config as numba_config
from scipy.stats import binom

from mlcore.engine.specs import MoveColumn
from tests.mlcore.engine import golden

PLAYS = 4000
SEED = 20181116

slow = [
    pytest.mark.slow,
    pytest.mark.skipif(bool(numba_config.DISABLE_JIT), reason="hours without the compiler"),
]


@pytest.fixture(scope="module")
def played(arena):
    """The cases of a file, played once."""
    kept = {}

    def cases(name):
        if name not in kept:
            lines = golden.read_golden(name)
            kept[name] = golden.compare(lines, golden.play(arena, lines, plays=PLAYS, seed=SEED))
        return kept[name]

    return cases


class TestAgainstTheSimulator:
    pytestmark = slow

    @pytest.mark.parametrize("name", golden.FILES)
    def test_win_shares_agree(self, played, name):
        assert golden.disagreements(played(name)) == []

    @pytest.mark.parametrize("name", golden.FILES)
    def test_mean_turns_agree(self, played, name):
        assert golden.turn_disagreements(played(name)) == []

    @pytest.mark.parametrize("name", golden.FILES)
    def test_hardly_any_case_lies_far_off(self, played, name):
        """A perfect engine has |z| > 3.5 in one case of 2,150."""
        scores = [case.z for case in played(name) if case.z is not None]
        far_off = 2 * NormalDist().cdf(-3.5)
        allowed = binom.ppf(1 - golden.ALPHA, len(scores), far_off)
        assert sum(abs(z) > 3.5 for z in scores) <= allowed

    def test_what_once_disagreed_agrees(self, arena):
        """Cases kept by tests/mlcore/engine/fuzz.py, each with thousands of plays there."""
        lines = golden.read_regressions()
        cases = golden.compare(lines, golden.play(arena, lines, plays=10 * PLAYS, seed=SEED))
        assert golden.disagreements(cases) == []

    def test_the_files_hold_enough_cases(self, played):
        assert sum(len(played(name)) for name in ("duels", "unusual", "setups")) >= 500
        assert len(played("battles")) >= 400


class TestTheStatisticCanFail:
    """The same comparison with an engine that is wrong on purpose."""

    pytestmark = slow

    def changed(self, arena, **columns):
        """An arena whose moves differ: column -> function of the old values."""
        moves = arena.tables.moves.copy()
        for name, change in columns.items():
            column = MoveColumn[name]
            moves[:, column] = change(moves[:, column])
        return arena.with_moves(moves)

    def disagreements(self, arena, name):
        lines = golden.read_golden(name)
        cases = golden.compare(lines, golden.play(arena, lines, plays=PLAYS, seed=SEED))
        return golden.disagreements(cases)

    def test_when_every_move_has_a_critical_hit_in_eight(self, arena):
        wrong = self.changed(arena, CRITICAL_STAGE=lambda stage: np.maximum(stage, 1))
        assert self.disagreements(wrong, "duels")

    def test_when_accuracy_is_three_points_off(self, arena):
        """A bias far too small to show in most single cases shows in the sum of squares."""
        wrong = self.changed(
            arena, ACCURACY=lambda accuracy: np.where(accuracy > 0, accuracy - 3, 0)
        )
        assert any("sum of squares" in line for line in self.disagreements(wrong, "duels"))

    def test_when_secondary_effects_come_half_as_often(self, arena):
        wrong = self.changed(arena, AILMENT_CHANCE=lambda chance: chance // 2)
        assert self.disagreements(wrong, "duels")

    def test_when_one_move_always_crits(self, arena):
        """One move wrong in three duels: the bound of single cases finds it."""
        moves = arena.tables.moves.copy()
        moves[arena.move("quick-attack"), MoveColumn.ALWAYS_CRITS] = 1
        wrong = arena.with_moves(moves)
        assert self.disagreements(wrong, "unusual")


# The statistic itself, on made-up results ------------------------------------------------------


def line(id_, wins_a, wins_b, draws=0, mean_turns=1.0):
    return {
        "id": id_,
        "wins_a": wins_a,
        "wins_b": wins_b,
        "draws": draws,
        "mean_turns": mean_turns,
    }


def own(wins_a, wins_b, draws=0, turns=1.0, spread=0.0):
    """Plays of ours with a mean number of turns and their standard deviation."""
    n = wins_a + wins_b + draws
    return [wins_a, wins_b, draws, round(n * turns), round(n * (turns**2 + spread**2))]


def compared(lines, ours):
    return golden.compare(lines, np.array(ours, dtype=np.int64))


def test_the_score_of_a_case_is_the_two_sample_one():
    [case] = compared([line("x", 180, 220)], [own(2000, 2000)])
    pooled = 2180 / 4400
    expected = (0.5 - 0.45) / sqrt(pooled * (1 - pooled) * (1 / 400 + 1 / 4000))
    assert case.z == pytest.approx(expected)
    assert case.p_exact is None


def test_a_draw_counts_half_a_win():
    [case] = compared([line("x", 100, 100, 200)], [own(1000, 1000, 2000)])
    assert case.golden == case.engine == 0.5
    assert case.z == 0


def test_a_perfect_engine_passes():
    rng = np.random.default_rng(1)
    chances = rng.uniform(0.05, 0.95, 400)
    lines = [line(k, int(w), 400 - int(w)) for k, w in enumerate(rng.binomial(400, chances))]
    ours = [own(int(w), 4000 - int(w)) for w in rng.binomial(4000, chances)]
    assert golden.disagreements(compared(lines, ours)) == []


def test_one_wrong_case_fails():
    messages = golden.disagreements(compared([line("odd", 100, 300)], [own(2000, 2000)]))
    assert any(text.startswith("odd:") for text in messages)


def test_many_small_biases_fail_together():
    """Half a standard deviation each: no case stands out, the sum does."""
    rng = np.random.default_rng(2)
    lines = [line(k, int(w), 400 - int(w)) for k, w in enumerate(rng.binomial(400, 0.5, 300))]
    ours = [own(int(w), 4000 - int(w)) for w in rng.binomial(4000, 0.53, 300)]
    messages = golden.disagreements(compared(lines, ours))
    assert len(messages) == 1
    assert messages[0].startswith("sum of squares")


def test_an_engine_that_repeats_the_golden_results_fails_too():
    """Too good to be true: the band has a lower end."""
    lines = [line(k, 200, 200) for k in range(100)]
    messages = golden.disagreements(compared(lines, [own(2000, 2000)] * 100))
    assert messages[0].startswith("sum of squares 0.0")


@pytest.mark.parametrize(
    ("golden_wins", "own_wins", "agrees"),
    [
        (400, 4000, True),  # decided on both sides
        (0, 0, True),
        (400, 0, False),
        (0, 4000, False),
        (400, 3990, True),  # one in 400 less: 400 plays need not show it
        (399, 4000, True),  # one play of a nearly decided case
        (400, 3800, False),  # one in twenty would have shown
        (390, 4000, False),
    ],
)
def test_decided_and_nearly_decided_cases(golden_wins, own_wins, agrees):
    cases = compared([line("x", golden_wins, 400 - golden_wins)], [own(own_wins, 4000 - own_wins)])
    assert (golden.disagreements(cases) == []) is agrees


def test_turns_tell_decided_cases_apart():
    cases = compared([line("x", 400, 0, mean_turns=3.0)], [own(4000, 0, turns=3.2, spread=1.0)])
    assert golden.disagreements(cases) == []
    assert golden.turn_disagreements(cases)


def test_turns_without_spread_must_be_equal():
    same = compared([line("x", 400, 0, mean_turns=3.0)], [own(4000, 0, turns=3.0)])
    assert golden.turn_disagreements(same) == []
    other = compared([line("x", 400, 0, mean_turns=4.0)], [own(4000, 0, turns=3.0)])
    assert golden.turn_disagreements(other)


def test_the_bounds_are_those_of_the_books():
    """Normal and chi-square quantiles from printed tables."""
    assert golden.largest_score(1) == pytest.approx(3.2905, abs=1e-3)
    low, high = golden.band(10)
    assert (low, high) == (pytest.approx(1.265, abs=1e-2), pytest.approx(31.42, abs=1e-2))
