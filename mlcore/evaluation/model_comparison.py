"""Rules of thumb and all kinds of models side by side, and what features are worth.

Models are chosen by validation; the holdout is shown beside it. What may serve is XGBoost or the
linear model; forest and network are there for comparison. What a user would see is told as wrong
favorites in 1,000 answers, beside those of the exact solver alone.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from threadpoolctl import threadpool_limits

from mlcore.battle_value import search
from mlcore.battle_value.artefact import BattleValue
from mlcore.datasets.dataset import DatasetFiles
from mlcore.datasets.splits import HOLDOUTS
from mlcore.evaluation import report, well_played
from mlcore.evaluation.well_played import Truth
from mlcore.game import matchup as game_matchup
from mlcore.game.gamedata import GameData
from mlcore.learning import baselines, features, metrics, training
from mlcore.learning import model as learning_model
from mlcore.learning.training import FeatureView, Settings

#: Duels that forest and network are fitted on; they have no more to learn and take long.
_REGRESSION_DUELS = 40_000
#: Differences of validation log-loss below this many standard errors are none.
_SURE = 2.0

Say = Callable[[str], None]


#: P(A wins), float64 (k,), of rows of features from A's side and from B's.
Answer = Callable[[np.ndarray, np.ndarray], np.ndarray]
#: What all others are held against.
EXACT = "closed_form"


@dataclass(frozen=True)
class Contender:
    """A model or rule: how it answers, and its predictions for the splits it was not fitted on."""

    name: str
    may_serve: bool
    answer: Answer
    y_prob: dict[str, np.ndarray]

    @classmethod
    def of(
        cls, name: str, answer: Answer, views: dict[str, FeatureView], *, may_serve: bool = False
    ) -> "Contender":
        asked = {split: views[split] for split in ("validation", *HOLDOUTS)}
        y_prob = {split: answer(view.rows_ab, view.rows_ba) for split, view in asked.items()}
        return cls(name, may_serve, answer, y_prob)


def run(
    game: GameData,
    files: DatasetFiles,
    start: Settings,
    views: dict[str, FeatureView],
    *,
    tuned: Settings | None = None,
    truth: Truth | None = None,
    value: BattleValue | None = None,
    threads: int = 1,
    say: Say,
) -> dict[str, Any]:
    """Fit everything, print the tables, and return them; ``views`` holds all four splits.

    ``truth``: match-ups that were played out well, for which ``value`` is a contender, too.
    """
    contenders = [
        Contender.of(name, lambda ab, ba, rule=rule: rule(ab), views)  # type: ignore[misc]
        for name, rule in baselines.BASELINES.items()
    ]

    def fitted(name: str, settings: Settings) -> Contender:
        model = training.fit(
            game, views["train"], views["validation"], files, settings, threads=threads
        ).as_model(name)

        def answer(rows_ab: np.ndarray, rows_ba: np.ndarray) -> np.ndarray:
            return learning_model.sigmoid(model.margins(rows_ab, rows_ba))

        return Contender.of(name, answer, views, may_serve=True)

    blind = features.names_without("closed_form", "race")
    linear = replace(start, kind="linear", params={"l2": 1e-5})
    plans = {
        "logistic, without closed form": replace(linear, on_closed_form=False, feature_names=blind),
        "logistic": linear,
        "XGBoost, without closed form": replace(
            start, on_closed_form=False, feature_names=blind, rounds=4 * start.rounds
        ),
        "XGBoost": start,
    }
    if tuned is not None:
        plans["XGBoost, tuned"] = tuned
    for name, settings in plans.items():
        contenders.append(fitted(name, settings))
    for name, regressor in _regressors(start.seed, threads).items():
        answer = _regression(regressor, views["train"], start.seed, threads)
        contenders.append(Contender.of(name, answer, views))

    exact = next(contender for contender in contenders if contender.name == EXACT)
    table = []
    for contender in contenders:
        row: dict[str, Any] = {"name": contender.name, "may_serve": contender.may_serve}
        for split, y_prob in contender.y_prob.items():
            duels = views[split].duels
            beside = metrics.worth(y_prob, exact.y_prob[split], duels.share, duels.plays)
            row[split] = report.scores(y_prob, duels) | {"worth": beside}
        table.append(row)
        say(f"compare: {contender.name:32} {metrics.summary(row['validation'])}")
    for split in HOLDOUTS:
        for row in table:
            say(f"compare: {split:8} {row['name']:32} {_in_words(row[split]['worth'])}")
    matchups = _matchups(game, contenders, truth, value, threads) if truth else []
    for row in matchups:
        say(f"compare: matchups {row['name']:32} {_in_words(row['worth'])}")
    winner = choose(contenders, views["validation"])
    say(f"compare: {winner} wins on validation among those that may serve.")
    ablation = _ablation(game, files, start, views, threads=threads, say=say)
    return {"models": table, "matchups": matchups, "winner": winner, "ablation": ablation}


def _in_words(worth: dict[str, float]) -> str:
    return (
        f"{worth['wrong_favorites']:.2f} wrong favorites in 1,000, {worth['gap']:+.2f} beside the "
        f"exact solver (standard error {worth['standard_error']:.2f})"
    )


def _matchups(
    game: GameData,
    contenders: list[Contender],
    truth: Truth,
    value: BattleValue | None,
    threads: int,
) -> list[dict[str, Any]]:
    """Who wins if both play well, by who wins if each repeats one move; and by ``value``."""
    answers = dict(
        zip(
            (contender.name for contender in contenders),
            matchup_values(game, truth.sides, [contender.answer for contender in contenders]),
            strict=True,
        )
    )
    if value is not None:
        answers["value of battle states"] = search.start_values(
            game.tables, value.net, *truth.sides, threads=threads
        )
    drawn, plays = truth.is_drawn, np.full(truth.drawn, truth.plays)
    return [
        {
            "name": name,
            **well_played.measure(given, truth, drawn),
            "worth": metrics.worth(given[drawn], answers[EXACT][drawn], truth.share[drawn], plays),
        }
        for name, given in answers.items()
    ]


def matchup_values(game: GameData, sides: tuple, answers: list[Answer]) -> list[np.ndarray]:
    """P(A wins) of match-ups by each of these, float64 (k,): A's best move against B's best reply.

    A side without a damaging move loses; two of them are even.
    """
    a, slots_a, b, slots_b = sides
    can = [(slots >= 0) & game.tables.damaging[slots] for slots in (slots_a, slots_b)]
    start, row, column = np.nonzero(can[0][:, :, None] & can[1][:, None, :])
    move_a, move_b = slots_a[start, row], slots_b[start, column]
    views = features.build_pair(game.tables, a.take(start), move_a, b.take(start), move_b)
    helpless = np.stack([~mask.any(axis=1) for mask in can])
    unequal = 0.5 + (helpless[1].astype(np.float64) - helpless[0]) / 2
    found = []
    for answer in answers:
        y_prob, values = answer(*views), unequal.copy()
        for at in np.unique(start):
            of_start = start == at
            rows, columns = can[0][at].sum(), can[1][at].sum()
            grid = y_prob[of_start].reshape(rows, columns)
            moves = slots_a[at][can[0][at]], slots_b[at][can[1][at]]
            best = game_matchup.from_grid(*moves, grid)
            values[at] = best.values[best.best]
        found.append(values)
    return found


def choose(contenders: list[Contender], validation: FeatureView) -> str:
    """The best that may serve; of those no worse beyond noise, the first in order of plainness."""
    able = [contender for contender in contenders if contender.may_serve]
    losses = [
        metrics.log_loss(contender.y_prob["validation"], validation.duels.share)
        for contender in able
    ]
    best = losses[int(np.argmin([loss.mean() for loss in losses]))]
    everything = np.ones((len(best), 1), dtype=bool)
    for contender, loss in zip(able, losses, strict=True):
        gap, error = metrics.paired_difference(loss, best, everything)
        if gap[0] <= _SURE * error[0]:
            return contender.name
    raise AssertionError("the best is never worse than itself")


def _regressors(seed: int, threads: int) -> dict[str, Any]:
    from sklearn.ensemble import RandomForestRegressor
    from sklearn.neural_network import MLPRegressor
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    return {
        "random forest": RandomForestRegressor(
            n_estimators=60, min_samples_leaf=5, max_features=0.3, n_jobs=threads, random_state=seed
        ),
        "small network": make_pipeline(
            StandardScaler(),
            MLPRegressor(
                hidden_layer_sizes=(32,), max_iter=30, early_stopping=True, random_state=seed
            ),
        ),
    }


def _regression(regressor: Any, train: FeatureView, seed: int, threads: int) -> Answer:
    """How a regressor answers that was fitted on the share of wins, seen from both sides."""
    rows = np.random.default_rng(seed).permutation(len(train.duels))[: _REGRESSION_DUELS // 2]
    share = train.duels.share[rows]
    with threadpool_limits(threads):
        regressor.fit(
            np.concatenate([train.rows_ab[rows], train.rows_ba[rows]]),
            np.concatenate([share, 1 - share]),
        )

    def answer(rows_ab: np.ndarray, rows_ba: np.ndarray) -> np.ndarray:
        there, back = regressor.predict(rows_ab), regressor.predict(rows_ba)
        # Both may say 0 or 1, or even more; log-loss wants them to be less sure.
        return np.clip((there + 1 - back) / 2, 5e-4, 1 - 5e-4)

    return answer


def _ablation(
    game: GameData,
    files: DatasetFiles,
    start: Settings,
    views: dict[str, FeatureView],
    *,
    threads: int,
    say: Say,
) -> list[dict[str, Any]]:
    """What each group of features is worth: validation log-loss lost when it is left out.

    Twice: beside the exact solver, which knows most of it all, and without it.
    """
    validation = views["validation"]
    everything = replace(start, feature_names=features.FEATURE_NAMES)
    blind = replace(
        start,
        on_closed_form=False,
        rounds=2 * start.rounds,
        feature_names=features.names_without("closed_form", "race"),
    )
    rows = []
    for words, settings in (("with closed form", everything), ("without closed form", blind)):
        names = settings.feature_names
        whole = _validation_losses(game, files, settings, views, threads)
        for group, members in features.FEATURE_GROUPS.items():
            left = tuple(name for name in names if name not in members)
            if len(left) == len(names):
                continue
            on_closed_form = settings.on_closed_form and group != "closed_form"
            without = _validation_losses(
                game,
                files,
                replace(settings, feature_names=left, on_closed_form=on_closed_form),
                views,
                threads,
            )
            all_duels = np.ones((len(validation.duels), 1), dtype=bool)
            gap, error = metrics.paired_difference(without, whole, all_duels)
            rows.append(
                {
                    "setting": words,
                    "group": group,
                    "features": len(names) - len(left),
                    "worth": float(gap[0]),
                    "standard_error": float(error[0]),
                }
            )
            say(
                f"ablation, {words}: {group:12} is worth {gap[0]:+.6f} of log-loss "
                f"(standard error {error[0]:.6f})"
            )
    return rows


def _validation_losses(
    game: GameData,
    files: DatasetFiles,
    settings: Settings,
    views: dict[str, FeatureView],
    threads: int,
) -> np.ndarray:
    model = training.fit(
        game, views["train"], views["validation"], files, settings, threads=threads
    ).as_model("ablation")
    y_prob = training.predict_view(model, views["validation"])
    return metrics.log_loss(y_prob, views["validation"].duels.share)
