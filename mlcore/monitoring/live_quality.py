"""How true the predictions are that were really served, judged by the engine.

A prediction needs no patience to be checked: the duel that somebody asked about is played, often
enough, and what was answered is held against what happens. Each model version is judged on its
own answers, as they were logged. Match-ups of several moves are played by the frozen referee policy
that the value of battle states is released with (``mlcore/evaluation/well_played.py``).
"""

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import numpy as np
from django.db.models import QuerySet
from django.utils import timezone

from mlcore.datasets.duels import Duels
from mlcore.engine.simulate import simulate_duels
from mlcore.engine.specs import Setups
from mlcore.evaluation import gate, referee, slices
from mlcore.game.gamedata import GameData
from mlcore.learning import metrics, training
from mlcore.models import EvaluationReport, ModelKind, PredictionLog
from mlcore.serving.prediction_log import duels_from_columns, matchups_from_columns

Say = Callable[[str], None]
#: ``duels_from_columns`` or ``matchups_from_columns``.
Unpack = Callable[..., tuple[Setups, np.ndarray, Setups, np.ndarray]]

#: Duels of each version that are played again, and how often each.
SAMPLE = 2_000
PLAYS = 400
WINDOW = timedelta(days=1)
#: The same of match-ups: the referee thinks, so a battle costs it some 30 ms.
MATCHUP_SAMPLE, MATCHUP_PLAYS = 100, 40
MIN_MATCHUPS = 50
#: Fewer duels than this are measured, but neither praised nor blamed.
MIN_DUELS = 200
#: A figure is beyond its bar when it is by this many standard errors.
Z_THRESHOLD = 2.6


@dataclass(frozen=True, eq=False)
class ServedSample:
    """A sample of served predictions of one model version: duels, answers, who asked.

    Of match-ups, ``duels`` holds slots int64 (k, 4) in place of moves.
    """

    duels: tuple[Setups, np.ndarray, Setups, np.ndarray]
    y_prob: np.ndarray
    source: np.ndarray

    def __len__(self) -> int:
        return len(self.y_prob)


def evaluate_predictions(
    game: GameData,
    *,
    since: datetime | None = None,
    until: datetime | None = None,
    sample: int = SAMPLE,
    plays: int = PLAYS,
    matchups: int = MATCHUP_SAMPLE,
    matchup_plays: int = MATCHUP_PLAYS,
    seed: int = 0,
    threads: int = 1,
    say: Say = lambda words: None,
    progress: Callable[[int, int], None] = lambda done, total: None,
) -> list[EvaluationReport]:
    """One report for each model version that answered in the window, kept in the database.

    since, until: the window, by default the last day. sample: duels per version, each as likely;
    matchups: match-ups per version of the value of battle states. Answers about game data that
    has changed since cannot be judged and are left out. ``progress`` is told how many versions
    are done, of how many.
    """
    until = until or timezone.now()
    since = since or until - WINDOW
    logs = PredictionLog.objects.filter(created_at__gt=since, created_at__lte=until)
    judged = logs.filter(data_fingerprint=game.fingerprint)
    left_out = logs.count() - judged.count()
    if left_out:
        say(f"{left_out} answered request(s) about other game data are left out.")
    versions = sorted(judged.order_by().values_list("model", "model_version").distinct())
    reports = []
    for done, (model, version) in enumerate(versions):
        progress(done, len(versions))
        answered = judged.filter(model=model, model_version=version)
        if model == ModelKind.BATTLE:
            served = sample_of(game, answered, matchups, seed=seed, unpack=matchups_from_columns)
            judge_served, each = judge_matchups, matchup_plays
        else:
            served = sample_of(game, answered, sample, seed=seed)
            judge_served, each = judge, plays
        if not len(served):
            continue
        row = EvaluationReport.objects.create(
            window_start=since,
            window_end=until,
            model=model,
            model_version=version,
            data_fingerprint=game.fingerprint,
            duels=len(served),
            plays=each,
            **judge_served(game, served, plays=each, seed=seed, threads=threads),
        )
        reports.append(row)
        asked = "match-ups" if model == ModelKind.BATTLE else "duels"
        say(f"{version}: {len(served)} {asked}, {row.get_verdict_display()}. {summary(row)}")
    progress(len(versions), len(versions))
    return reports


def summary(row: EvaluationReport) -> str:
    """The figures of a report on one line."""
    return (
        f"log-loss excess {row.log_loss_excess:+.5f}, Brier excess {row.brier_excess:+.5f}, "
        f"ECE {row.ece:.4f}, clear favorites {row.clear_favourites_right:.2%} "
        f"of {row.clear_favourites}"
    )


def sample_of(
    game: GameData,
    logs: QuerySet[PredictionLog],
    count: int,
    *,
    seed: int = 0,
    unpack: Unpack = duels_from_columns,
) -> ServedSample:
    """Up to ``count`` duels of the logged requests, without repetition, each duel as likely."""
    sizes = list(logs.order_by("id").values_list("id", "duel_count"))
    ends = np.cumsum([size for _, size in sizes], dtype=np.int64)
    total = int(ends[-1]) if len(ends) else 0
    random = np.random.default_rng(seed)
    picks = np.sort(random.choice(total, min(count, total), replace=False))
    rows_of: dict[int, list[int]] = defaultdict(list)
    for pick, entry in zip(picks, np.searchsorted(ends, picks, side="right"), strict=True):
        key, size = sizes[entry]
        rows_of[key].append(int(pick - (ends[entry] - size)))
    return read(game, rows_of, unpack)


def read(
    game: GameData, rows_of: dict[int, list[int]], unpack: Unpack = duels_from_columns
) -> ServedSample:
    """The chosen rows of the chosen requests; a form or move that is gone leaves its request."""
    sides: list[tuple[Setups, np.ndarray, Setups, np.ndarray]] = []
    answers: list[np.ndarray] = []
    sources: list[str] = []
    for log in _in_chunks(sorted(rows_of)):
        rows = np.array(rows_of[log.pk])
        try:
            a, move_a, b, move_b = unpack(game.tables, log.duels, log.duel_count)
        except KeyError:
            continue
        sides.append((a.take(rows), move_a[rows], b.take(rows), move_b[rows]))
        answers.append(np.asarray(log.win_probabilities, dtype=np.float64)[rows])
        sources += [log.source] * len(rows)
    if not sides:
        none = Setups.flat(np.zeros(0, dtype=np.int32))
        sides, answers = [(none, np.zeros(0, np.int64), none, np.zeros(0, np.int64))], [np.zeros(0)]
    return ServedSample(
        duels=(
            join([side[0] for side in sides]),
            np.concatenate([side[1] for side in sides]),
            join([side[2] for side in sides]),
            np.concatenate([side[3] for side in sides]),
        ),
        y_prob=np.concatenate(answers),
        source=np.array(sources, dtype=str),
    )


def _in_chunks(keys: list[int], size: int = 500) -> Iterable[PredictionLog]:
    for start in range(0, len(keys), size):
        yield from PredictionLog.objects.filter(pk__in=keys[start : start + size]).order_by("pk")


def join(parts: list[Setups]) -> Setups:
    """Set-ups one after the other."""
    names = ("form", "level", "nature", "friendship", "ivs", "avs")
    return Setups(
        **{name: np.concatenate([getattr(part, name) for part in parts]) for name in names}
    )


def judge(
    game: GameData, served: ServedSample, *, plays: int = PLAYS, seed: int = 0, threads: int = 1
) -> dict[str, Any]:
    """Play the duels and score the answers: the measured fields of an EvaluationReport."""
    a, move_a, b, move_b = served.duels
    outcomes = simulate_duels(
        game.tables, a, move_a, b, move_b, plays=plays, seed=seed, threads=threads
    )
    share, played = outcomes.win_share, outcomes.plays
    scores = _scores(served.y_prob, share, played)
    duels = Duels(
        a=a,
        move_a=move_a,
        b=b,
        move_b=move_b,
        # No scenario drew these: people did.
        scenario=np.full(len(served), -1),
        plays=played,
        share=share,
        half_plays=played,
        half_share=share,
        turns=outcomes.turns / played,
        weight=np.ones(len(served)),
    )
    masks = slices.slices(game, training.view(game, duels, threads=threads))
    for source in np.unique(served.source):
        masks[f"source: {source}"] = served.source == source
    return {
        **{name: scores[name] for name in EvaluationReport.MEASURED},
        "scores": scores,
        "slices": {
            name: _scores(served.y_prob[mask], share[mask], played[mask])
            for name, mask in masks.items()
        },
        "reliability": metrics.reliability(served.y_prob, share),
        "verdict": verdict(scores),
    }


def judge_matchups(
    game: GameData,
    served: ServedSample,
    *,
    plays: int = MATCHUP_PLAYS,
    seed: int = 0,
    threads: int = 1,
) -> dict[str, Any]:
    """``judge`` for match-ups: the referee plays both sides. Slices are by source."""
    share = referee.shares_of(game.tables, served.duels, plays, seed=seed, threads=threads)
    played = np.full(len(served), plays)
    scores = _scores(served.y_prob, share, played)
    sources = {name: served.source == name for name in np.unique(served.source)}
    return {
        **{name: scores[name] for name in EvaluationReport.MEASURED},
        "scores": scores,
        "slices": {
            f"source: {name}": _scores(served.y_prob[mask], share[mask], played[mask])
            for name, mask in sources.items()
        },
        "reliability": metrics.reliability(served.y_prob, share),
        "verdict": matchup_verdict(scores),
    }


def matchup_verdict(scores: dict[str, Any]) -> str:
    """Whether the squared error above noise is beyond its bar by more than chance explains."""
    if scores["duels"] < MIN_MATCHUPS:
        return EvaluationReport.Verdict.TOO_FEW
    slack = Z_THRESHOLD * scores["brier_excess_standard_error"]
    if scores["brier_excess"] - slack > EvaluationReport.MAX_BATTLE_BRIER_EXCESS:
        return EvaluationReport.Verdict.DEGRADED
    return EvaluationReport.Verdict.GOOD


def _scores(y_prob: np.ndarray, share: np.ndarray, plays: np.ndarray) -> dict[str, Any]:
    """``evaluation.evaluate``, and how far above the floor, with the sampling error of it."""
    scores = metrics.evaluate(y_prob, share, plays)
    losses = {
        "log_loss_excess": metrics.log_loss(y_prob, share) - metrics.log_loss_floor(share, plays),
        "brier_excess": metrics.brier(y_prob, share) - metrics.brier_floor(share, plays),
    }
    root = np.sqrt(len(y_prob))
    excess = {name: float(values.mean()) for name, values in losses.items()}
    errors = {
        f"{name}_standard_error": float(values.std() / root) for name, values in losses.items()
    }
    return {**scores, **excess, **errors, "plays": float(plays.mean())}


def verdict(scores: dict[str, Any]) -> str:
    """Whether the served answers are as good as the gate wants; in doubt they are.

    Degraded means beyond a bar by more than chance explains.
    """
    if scores["duels"] < MIN_DUELS:
        return EvaluationReport.Verdict.TOO_FEW
    surely_above = (
        scores["log_loss_excess"] - Z_THRESHOLD * scores["log_loss_excess_standard_error"]
        > EvaluationReport.MAX_LOG_LOSS_EXCESS
    )
    favorites, correct = scores["clear_favourites"], scores["clear_favourites_right"]
    bar = gate.MIN_FAVORITES_CORRECT
    slack = Z_THRESHOLD * (bar * (1 - bar) / max(favorites, 1)) ** 0.5
    too_wrong = favorites > 0 and correct < bar - slack
    # The gap of a bin has its luck too: at most that of fair coins, thrown once a play.
    luck = 0.5 * (scores["ece_bins"] / (scores["duels"] * scores["plays"])) ** 0.5
    miscalibrated = scores["ece"] > gate.MAX_ECE + Z_THRESHOLD * luck
    if surely_above or too_wrong or miscalibrated:
        return EvaluationReport.Verdict.DEGRADED
    return EvaluationReport.Verdict.GOOD


def is_degraded(version: str, *, windows: int = 2) -> bool:
    """The last ``windows`` reports with enough duels all say that this version's answers slip."""
    verdicts = list(
        EvaluationReport.objects.filter(model_version=version)
        .exclude(verdict=EvaluationReport.Verdict.TOO_FEW)
        .values_list("verdict", flat=True)[:windows]
    )
    return len(verdicts) == windows and set(verdicts) == {EvaluationReport.Verdict.DEGRADED}
