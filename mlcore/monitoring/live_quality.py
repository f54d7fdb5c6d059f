"""How true the predictions are that were really served, judged by the engine.

A prediction needs no patience to be checked: the duel that somebody asked about is played, often
enough, and what was answered is held against what happens. Each model version is judged on its
own answers, as they were logged. What is played is the sample of ``log_totals``, one duel a
request and no caller more than a twentieth: whoever wants to see a model condemned has to be
many. Match-ups of several moves are played by the frozen referee policy
that the value of battle states is released with (``mlcore/evaluation/well_played.py``).
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

import numpy as np
from django.db.models import Sum
from django.utils import timezone

from mlcore.datasets.duels import Duels
from mlcore.engine.simulate import simulate_duels
from mlcore.evaluation import gate, referee, slices
from mlcore.game.gamedata import GameData
from mlcore.learning import metrics, training
from mlcore.models import AskedOnDay, EvaluationReport, ModelKind, PredictionLog, SampledAnswer
from mlcore.monitoring import log_totals
from mlcore.serving import callers, prediction_log

Say = Callable[[str], None]
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

    Of match-ups, ``duels`` holds slots int64 (k, 4) in place of moves. caller: int (k,), equal for
    one caller. is_fair: no caller is more than ``log_totals.SHARE`` of it; else it is measured, but
    no verdict rests on it.
    """

    duels: prediction_log.Duels
    y_prob: np.ndarray
    source: np.ndarray
    caller: np.ndarray
    is_fair: bool

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
    log_totals.add_up()
    until = until or timezone.now()
    since = since or until - WINDOW
    in_window = AskedOnDay.objects.filter(day__range=(_day(since), _day(until)))
    fingerprint = game.fingerprint[: PredictionLog.FINGERPRINT_LENGTH]
    judged = in_window.filter(data_fingerprint=fingerprint)
    others = in_window.exclude(data_fingerprint=fingerprint).aggregate(sum=Sum("requests"))
    if others["sum"]:
        say(f"{others['sum']} answered request(s) about other game data are left out.")
    versions = sorted(judged.order_by().values_list("model", "model_version").distinct())
    reports = []
    for done, (model, version) in enumerate(versions):
        progress(done, len(versions))
        days = list(judged.filter(model=model, model_version=version))
        if model == ModelKind.BATTLE:
            served = sample_of(game, days, since, until, matchups)
            judge_served, each = judge_matchups, matchup_plays
        else:
            served = sample_of(game, days, since, until, sample)
            judge_served, each = judge, plays
        if served is None:
            continue
        row = EvaluationReport.objects.create(
            window_start=since,
            window_end=until,
            model=model,
            model_version=version,
            data_fingerprint=game.fingerprint,
            duels=len(served),
            callers=len(np.unique(served.caller)),
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


def _day(moment: datetime) -> date:
    return moment.astimezone(UTC).date()


def sample_of(
    game: GameData, days: list[AskedOnDay], since: datetime, until: datetime, count: int
) -> ServedSample | None:
    """Up to ``count`` of the sampled answers of these days that were given in the window.

    Each question is as likely, whichever day it was asked on: a busy day's sample ends at a lower
    lot than a quiet one's, and no higher lots are taken of any. What is about a form or move that
    is gone is left out. None when there is nothing.
    """
    rows: dict[int, SampledAnswer] = {}
    ends = []
    for day in days:
        sample = list(day.sample.order_by("lot"))
        if len(sample) >= log_totals.KEPT[ModelKind(day.model)]:
            ends.append(sample[-1].lot)
        for row in sample:
            if since < row.created_at <= until:
                rows.setdefault(row.lot, row)
    lowest = [rows[lot] for lot in sorted(rows) if not ends or lot <= min(ends)]
    if not lowest:
        return None
    columns, y_prob = prediction_log.unpack_singles([bytes(row.record) for row in lowest])
    known = np.flatnonzero(prediction_log.is_known(game.tables, columns))
    askers = [(callers.week_of(row.created_at), row.caller) for row in lowest]
    fair = log_totals.fair([askers[at] for at in known], count)
    taken = known[fair or slice(count)]
    if not len(taken):
        return None
    columns = {name: values[taken] for name, values in columns.items()}
    return ServedSample(
        duels=prediction_log.duels_of(game.tables, columns),
        y_prob=y_prob[taken],
        source=np.array([lowest[at].source for at in taken]),
        caller=np.array([week * 2**16 + number for week, number in (askers[at] for at in taken)]),
        is_fair=bool(fair),
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
    scores = _scores(served.y_prob, share, played, served.caller)
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
        "verdict": _verdict_of_many(served, share, played, scores),
    }


def _verdict_of_many(
    served: ServedSample, share: np.ndarray, played: np.ndarray, scores: dict[str, Any]
) -> str:
    """``verdict``, and Degraded only where no single caller's questions made it so.

    A twentieth of a sample is enough to pass the bar of favorites and that of calibration, whose
    slack counts duels, not callers.
    """
    if not served.is_fair:
        return EvaluationReport.Verdict.TOO_FEW
    found = verdict(scores)
    if found != EvaluationReport.Verdict.DEGRADED:
        return found
    askers, asked = np.unique(served.caller, return_counts=True)
    for caller in askers[np.argsort(-asked)]:
        rest = served.caller != caller
        without = _scores(served.y_prob[rest], share[rest], played[rest], served.caller[rest])
        other = verdict(without)
        if other != EvaluationReport.Verdict.DEGRADED:
            return other
    return found


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
    scores = _scores(served.y_prob, share, played, served.caller)
    sources = {name: served.source == name for name in np.unique(served.source)}
    return {
        **{name: scores[name] for name in EvaluationReport.MEASURED},
        "scores": scores,
        "slices": {
            f"source: {name}": _scores(served.y_prob[mask], share[mask], played[mask])
            for name, mask in sources.items()
        },
        "reliability": metrics.reliability(served.y_prob, share),
        "verdict": matchup_verdict(scores) if served.is_fair else EvaluationReport.Verdict.TOO_FEW,
    }


def matchup_verdict(scores: dict[str, Any]) -> str:
    """Whether the squared error above noise is beyond its bar by more than chance explains."""
    if scores["duels"] < MIN_MATCHUPS:
        return EvaluationReport.Verdict.TOO_FEW
    slack = Z_THRESHOLD * scores["brier_excess_standard_error"]
    if scores["brier_excess"] - slack > EvaluationReport.MAX_BATTLE_BRIER_EXCESS:
        return EvaluationReport.Verdict.DEGRADED
    return EvaluationReport.Verdict.GOOD


def _scores(
    y_prob: np.ndarray, share: np.ndarray, plays: np.ndarray, caller: np.ndarray | None = None
) -> dict[str, Any]:
    """``evaluation.evaluate``, and how far above the floor, with the sampling error of it.

    What one caller asks is of a kind: with ``caller`` the error is that between callers.
    """
    scores = metrics.evaluate(y_prob, share, plays)
    losses = {
        "log_loss_excess": metrics.log_loss(y_prob, share) - metrics.log_loss_floor(share, plays),
        "brier_excess": metrics.brier(y_prob, share) - metrics.brier_floor(share, plays),
    }
    if caller is None:
        caller = np.arange(len(y_prob))
    excess = {name: float(values.mean()) for name, values in losses.items()}
    errors = {
        f"{name}_standard_error": metrics.error_between(values, caller)
        for name, values in losses.items()
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
