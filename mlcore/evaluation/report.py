"""Everything that is measured on a model, on what it has not seen: as data and as a page."""

from collections.abc import Callable
from typing import Any

import numpy as np
from django.template.loader import render_to_string

from mlcore.datasets.dataset import DatasetFiles
from mlcore.datasets.duels import Duels
from mlcore.datasets.splits import HOLDOUTS
from mlcore.engine.simulate import simulate_duels
from mlcore.engine.specs import Setups
from mlcore.evaluation import charts, slices
from mlcore.game import matchup as game_matchup
from mlcore.game import move_strength
from mlcore.game.gamedata import GameData
from mlcore.learning import baselines, features, metrics, training
from mlcore.learning import model as learning_model
from mlcore.learning.model import Model
from mlcore.learning.training import FeatureView

#: Size of the match-ups that best moves are judged by.
_REGRET_MATCHUPS = 150
_REGRET_MOVES = 4
_REGRET_PLAYS = 600


def scores(y_prob: np.ndarray, duels: Duels) -> dict[str, float]:
    """All scores of predictions for duels of a data set."""
    return metrics.evaluate(
        y_prob,
        duels.share,
        duels.plays,
        half_share=duels.half_share,
        half_plays=duels.half_plays,
    )


def of_split(game: GameData, model: Model, view: FeatureView) -> dict[str, Any]:
    """Scores of a model on a split: in all, in the words of others, by slice, by bin."""
    y_prob = training.predict_view(model, view)
    swapped = learning_model.sigmoid(model.margins(view.rows_ba, view.rows_ab))
    return {
        "scores": scores(y_prob, view.duels),
        "classification": metrics.classification(y_prob, view.duels.share),
        "reliability": metrics.reliability(y_prob, view.duels.share),
        "swap_error": float(np.abs(y_prob + swapped - 1).max()),
        "slices": {
            name: scores(y_prob[mask], view.duels.take(mask))
            for name, mask in slices.slices(game, view).items()
        },
        "baselines": {
            name: scores(rule(view.rows_ab), view.duels)
            for name, rule in baselines.BASELINES.items()
        },
        "worth": metrics.worth(
            y_prob, baselines.closed_form(view.rows_ab), view.duels.share, view.duels.plays
        ),
    }


def best_move_regret(
    game: GameData,
    model: Model,
    *,
    count: int = _REGRET_MATCHUPS,
    threads: int = 1,
    seed: int = 0,
) -> dict[str, float]:
    """What following the model's advice costs, in win probability, over random match-ups.

    Each side has up to four moves. The truth is played: half of the plays choose the truly best
    move, the other half say what it and the recommended one are worth, so that the best move is
    not flattered by luck.
    """
    random = np.random.default_rng(seed)
    fighters = move_strength.fighters_of(game.tables)
    asked = []
    for _ in range(count):
        form_a, form_b = random.choice(fighters, 2)
        moves_a, moves_b = (
            random.permutation(game.usable_moves(int(form)))[:_REGRET_MOVES]
            for form in (form_a, form_b)
        )
        grid_a, grid_b = np.meshgrid(moves_a, moves_b, indexing="ij")
        asked.append((form_a, form_b, moves_a, moves_b, grid_a.ravel(), grid_b.ravel()))
    sizes = [len(entry[4]) for entry in asked]
    a = Setups.flat(np.repeat([entry[0] for entry in asked], sizes))
    b = Setups.flat(np.repeat([entry[1] for entry in asked], sizes))
    move_a = np.concatenate([entry[4] for entry in asked])
    move_b = np.concatenate([entry[5] for entry in asked])
    predicted = learning_model.predict_with(model, game, a, move_a, b, move_b)
    halves = [
        simulate_duels(
            game.tables, a, move_a, b, move_b, plays=_REGRET_PLAYS // 2, seed=part, threads=threads
        ).win_share
        for part in (1, 2)
    ]
    regrets = []
    start = 0
    for _, _, moves_a, moves_b, grid_a, _ in asked:
        end = start + len(grid_a)
        shape = (len(moves_a), len(moves_b))
        advised = game_matchup.from_grid(moves_a, moves_b, predicted[start:end].reshape(shape)).best
        for choosing, judging in (halves, halves[::-1]):
            best = game_matchup.from_grid(moves_a, moves_b, choosing[start:end].reshape(shape)).best
            worth = judging[start:end].reshape(shape).min(axis=1)
            regrets.append(worth[best] - worth[advised])
        start = end
    return {
        "matchups": count,
        "mean_regret": float(np.mean(regrets)),
        "standard_error": float(np.std(regrets) / np.sqrt(len(regrets))),
    }


def make(
    game: GameData,
    files: DatasetFiles,
    model: Model,
    views: dict[str, FeatureView],
    twin: tuple[Model, FeatureView],
    *,
    threads: int = 1,
    say: Callable[[str], None] = lambda words: None,
) -> dict[str, Any]:
    """The whole report on a model: JSON-ready.

    ``twin``: a model of the same settings fitted on a plain random split, and the duels that split
    leaves to judge it by. Published figures are on such splits, where pairs of species are on
    both sides, so they are easier than ours; the twin says by how much.
    """
    report: dict[str, Any] = {
        "about": {
            key: model.metadata.get(key)
            for key in ("kind", "on_closed_form", "trees", "temperature", "code_version", "seed")
        }
        | {
            "features": len(model.columns),
            "dataset": files.name,
            "data_fingerprint": model.fingerprint,
            "ece_bins": metrics.ECE_BINS,
            "switched_off": {
                group: worth
                for group, worth in training.SWITCHED_OFF.items()
                if not set(features.FEATURE_GROUPS[group])
                & set(model.metadata.get("feature_names", ()))
            },
        },
        "splits": {},
    }
    for split in HOLDOUTS:
        report["splits"][split] = of_split(game, model, views[split])
        part = report["splits"][split]
        say(f"evaluate: {split}: {metrics.summary(part['scores'])}")
        for name, rule in part["baselines"].items():
            say(f"    {name}: {metrics.summary(rule)}")
    y_prob = training.predict_view(*twin)
    report["plain_split"] = metrics.classification(y_prob, twin[1].duels.share)
    say(f"evaluate: plain random split: accuracy {report['plain_split']['accuracy']:.2%}")
    report["best_move"] = best_move_regret(game, model, threads=threads)
    say(
        f"evaluate: following its advice costs {report['best_move']['mean_regret']:.4f} of win "
        f"probability over {report['best_move']['matchups']} match-ups"
    )
    return report


def page(report: dict[str, Any]) -> str:
    """The report as an HTML page that needs nothing else."""
    return render_to_string(
        "mlcore/report.html",
        {
            "report": report,
            "splits": [
                {
                    "name": name,
                    **part,
                    "diagram": charts.reliability_points(part["reliability"]),
                    "slices": sorted(
                        part["slices"].items(), key=lambda item: -item[1]["mse_above_noise"]
                    ),
                }
                for name, part in report["splits"].items()
            ],
        },
    )
