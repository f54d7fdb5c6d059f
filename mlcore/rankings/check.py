"""Do the rankings say what the engine plays? Pairs drawn from them, played many times."""

from dataclasses import dataclass

import numpy as np

from mlcore.engine import simulate
from mlcore.engine.specs import Setups
from mlcore.game.gamedata import GameData
from mlcore.rankings.compute import NO_MOVE
from mlcore.rankings.standings import Standings

PAIRS = 200
PLAYS = 2000
#: A difference within so many standard errors is noise: for a pair, and for two pairs compared
#: with each other, of which there are a hundred times as many.
SIGMAS, ORDER_SIGMAS = 3.5, 5.0


@dataclass(frozen=True, eq=False)
class RankingCheck:
    """k pairs: what the ranking says, what was played.

    forms    int (k, 2): ids of A and B; predicted, played: float64 (k,), P(A wins) with A's best
             move against B's best reply
    errors   float64 (k,): standard errors of ``played``
    """

    forms: np.ndarray
    predicted: np.ndarray
    played: np.ndarray
    errors: np.ndarray

    @property
    def wrong_winners(self) -> np.ndarray:
        """Pairs whose other side wins beyond noise, bool (k,)."""
        ahead, truth = self.predicted - 0.5, self.played - 0.5
        return (ahead * truth < 0) & (np.abs(truth) > SIGMAS * self.errors)

    @property
    def same_winners(self) -> int:
        """Pairs with the same winner, those within noise of a tie not excused."""
        return int(((self.predicted >= 0.5) == (self.played >= 0.5)).sum())

    @property
    def wrong_orders(self) -> np.ndarray:
        """Two of the pairs stand in the other order, beyond noise: int (m, 2) indices."""
        first, second = np.triu_indices(len(self.predicted), k=1)
        said = self.predicted[first] - self.predicted[second]
        was = self.played[first] - self.played[second]
        noise = np.hypot(self.errors[first], self.errors[second])
        wrong = (said * was < 0) & (np.abs(was) > ORDER_SIGMAS * noise)
        return np.stack([first[wrong], second[wrong]], axis=1)

    @property
    def mean_gap(self) -> float:
        """Mean absolute difference between what was said and what was played."""
        return float(np.abs(self.predicted - self.played).mean())

    @property
    def holds(self) -> bool:
        return not self.wrong_winners.any() and not len(self.wrong_orders)


def check(
    standings: Standings,
    game: GameData,
    *,
    pairs: int = PAIRS,
    plays: int = PLAYS,
    seed: int,
    threads: int = 1,
) -> RankingCheck:
    """Draw pairs from the ranking and play each with the moves that it names."""
    square = standings.square
    fights = (square.moves != NO_MOVE) & (square.replies != NO_MOVE)
    able = np.argwhere(fights & np.isfinite(square.values))
    rng = np.random.default_rng(seed)
    drawn = able[rng.choice(len(able), size=min(pairs, len(able)), replace=False)]
    row, column = drawn[:, 0], drawn[:, 1]
    forms = standings.form_ids[drawn]
    moves = standings.move_ids[square.moves[row, column]]
    replies = standings.move_ids[square.replies[row, column]]
    a, b = (
        Setups.flat(np.array([game.form_index_by_id[int(form)] for form in side], dtype=np.int32))
        for side in forms.T
    )
    outcomes = simulate.simulate_duels(
        game.tables,
        a,
        np.array([game.move_index_by_id[int(move)] for move in moves]),
        b,
        np.array([game.move_index_by_id[int(reply)] for reply in replies]),
        plays=plays,
        seed=seed,
        threads=threads,
    )
    played = outcomes.win_share
    # One play more on each side: a share of 0 or 1 has an error too.
    smoothed = (played * plays + 1) / (plays + 2)
    errors = np.sqrt(smoothed * (1 - smoothed) / plays)
    return RankingCheck(forms, square.values[row, column].astype(np.float64), played, errors)
