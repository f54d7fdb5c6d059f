"""A challenger on its way to everybody: in shadow, then in a canary, then live, or stopped.

``start`` sends a version that passed the gate on its way; ``judge`` moves it on or stops it. What
the challenger answered, unseen or to the callers of the canary, is taken from the prediction log as
live quality takes it, played out by the engine, and held against what the champion says of the same
duels. Serving processes follow by themselves (``mlcore/serving/rollout.py``).

All that is known is in the row of Rollout, and each step is one statement, so that whoever judges
may be killed at any time: the next one goes on.
"""

import logging
import math
from collections.abc import Callable
from datetime import UTC, timedelta
from typing import Any, TypedDict

import numpy as np
from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils import timezone

from mlcore.engine.simulate import simulate_duels
from mlcore.evaluation import gate
from mlcore.game.gamedata import GameData
from mlcore.jobs import task_runs
from mlcore.learning import metrics
from mlcore.learning import model as learning_model
from mlcore.learning.model import Model
from mlcore.models import AskedOnDay, ModelKind, ModelVersion, PredictionLog, Rollout, TaskRun
from mlcore.monitoring import live_quality, log_totals
from mlcore.pipeline import registry
from mlcore.serving import champion as champion_store
from mlcore.serving import rollout as serving_rollout

logger = logging.getLogger(__name__)

Say = Callable[[str], None]

SHADOW_SHARE, CANARY_SHARE = 0.1, 0.1
HOURS = 72
#: A challenger may lose so much more than the champion, in nats, to go on: a fifth of what live
#: quality takes for degraded.
MARGIN = 0.002
#: Ends of the interval of the difference, in standard errors. A stage is looked at some ten times.
SURE = gate.SURE_OVERALL
#: A stage is judged anew when there is so much more to judge it on, so that nobody looks until
#: chance has its way.
GROWTH = 1.25
#: Calls of a stage that may take long, and as which share of its requests. What else a machine has
#: to do makes the champion slow, too: only a share that is clearly the challenger's stops it.
SLOW, SLOW_SHARE = 5, 0.05
_HISTORY = 100


class RolloutRefused(Exception):
    """A version cannot be rolled out; the text says why."""


class Figures(TypedDict):
    """A stage's answers beside the champion's: means over its duels, with their differences.

    difference    log-loss of the challenger above the champion's, in nats, with the ends of its
                  interval, ``low`` and ``high``; brier_difference: the same of the squared error
    is_fair       no caller is more than a twentieth of the duels: else nothing is decided on them
    """

    duels: int
    callers: int
    log_loss: float
    champion_log_loss: float
    difference: float
    low: float
    high: float
    brier_difference: float
    brier_low: float
    brier_high: float
    is_fair: bool


# Starting ----------------------------------------------------------------------------------------


def start(
    version: str,
    *,
    by: str = "",
    shadow_share: float = SHADOW_SHARE,
    canary_share: float = CANARY_SHARE,
    duels: int = live_quality.MIN_DUELS,
    hours: int = HOURS,
) -> Rollout:
    """Let a version begin in shadow.

    shadow_share: of requests; canary_share: of callers. duels: that a stage is judged on at least,
    hours: that it may take. To be called by whoever holds ``registry.one_at_a_time``, so that no
    other version goes live in between. Raises RolloutRefused.
    """
    row = ModelVersion.objects.filter(version=version).first()
    if row is None:
        raise RolloutRefused(f"there is no version {version!r}")
    if row.model != ModelKind.DUEL:
        raise RolloutRefused(f"{version} is no model of duels: promote it instead")
    if not (row.metadata.get("gate") or {}).get("passed"):
        raise RolloutRefused(f"{version} did not pass the gate")
    try:
        champion = champion_store.reload()
    except champion_store.NoChampion as reason:
        raise RolloutRefused(f"{reason}: there is nothing to compare {version} with") from reason
    if champion.version == version:
        raise RolloutRefused(f"{version} is live already")
    try:
        named = registry.pointer_of(row)
        with transaction.atomic():
            return Rollout.objects.create(
                version=version,
                champion=champion.version,
                pointer=named,
                shadow_share=shadow_share,
                canary_share=canary_share,
                duels=duels,
                hours=hours,
                started_by=by[:150],
            )
    except (LookupError, learning_model.BadArtefact) as reason:
        raise RolloutRefused(str(reason)) from reason
    except IntegrityError as reason:
        raise RolloutRefused("another rollout is under way: stop it first") from reason


def stop(reason: str = "stopped by hand") -> Rollout | None:
    """Stop the rollout that is under way: the champion answers everybody again. None: there is
    none."""
    rollout = Rollout.open_of(ModelKind.DUEL)
    if rollout is None or not Rollout.end(rollout.pk, Rollout.Stage.STOPPED, reason):
        return None
    rollout.refresh_from_db()
    return rollout


def order_due_judgment() -> TaskRun | None:
    """Order a judgment when the last one was long ago and none is under way."""
    rollout = Rollout.open_of(ModelKind.DUEL)
    if rollout is None:
        return None
    task = "judge_rollout"
    long_ago = timezone.now() - timedelta(seconds=settings.ROLLOUT_JUDGE_SECONDS)
    if (rollout.judged_at or rollout.started_at) > long_ago:
        return None
    # One that failed left no mark on the rollout.
    recent = Q(state__in=TaskRun.OPEN) | Q(queued_at__gt=long_ago)
    if TaskRun.objects.filter(recent, task=task).exists():
        return None
    return task_runs.submit(task, reason="schedule")


# Judging -----------------------------------------------------------------------------------------


def judge(
    game: GameData,
    *,
    plays: int = live_quality.PLAYS,
    seed: int = 0,
    threads: int = 1,
    say: Say = lambda words: None,
) -> Rollout | None:
    """Judge the rollout that is under way, and move it on or stop it; None if there is none.

    plays: of each duel. Raises Locked while another promotion is under way.
    """
    rollout = Rollout.open_of(ModelKind.DUEL)
    if rollout is None:
        say("No rollout is under way.")
        return None
    stage, figures, words = rollout.stage, None, _why_not(rollout)
    if words is None:
        log_totals.add_up()
        figures = _figures(game, rollout, champion_store.current(), plays, seed, threads)
        words = _decide(rollout, figures, say)
    Rollout.objects.filter(pk=rollout.pk).update(judged_at=timezone.now())
    if words is not None:
        say(words)
    if words is not None or figures is not None:
        _keep(rollout, stage, figures, words or "")
    rollout.refresh_from_db()
    return rollout


def _stop(rollout: Rollout, reason: str) -> str:
    Rollout.end(rollout.pk, Rollout.Stage.STOPPED, reason, by_itself=True)
    return f"{rollout.version} is stopped: {reason}"


def _why_not(rollout: Rollout) -> str | None:
    """Stop what needs no figures to be stopped; gives what was done."""
    champion = champion_store.reload()
    if champion.version != rollout.champion:
        return _stop(rollout, f"{champion.version} is live, no longer {rollout.champion}")
    serving_rollout.current(force=True)
    if trouble := serving_rollout.trouble():
        return _stop(rollout, trouble)
    answered = PredictionLog.objects.filter(
        model=ModelKind.DUEL,
        model_version=rollout.version,
        created_at__gte=rollout.stage_since,
    )
    enough = math.ceil(rollout.slow / SLOW_SHARE)  # more of them need not be counted
    if rollout.slow > SLOW and answered.order_by()[:enough].count() < enough:
        seconds = serving_rollout.SLOW_SECONDS
        return _stop(rollout, f"{rollout.slow} answers took longer than {seconds} s")
    return None


def _figures(
    game: GameData, rollout: Rollout, champion: Model, plays: int, seed: int, threads: int
) -> Figures | None:
    """The stage's figures; None while there is too little, or hardly more than last time."""
    until = timezone.now()
    days = AskedOnDay.objects.filter(
        model=ModelKind.DUEL,
        model_version=rollout.version,
        data_fingerprint=game.fingerprint[: PredictionLog.FINGERPRINT_LENGTH],
        day__gte=rollout.stage_since.astimezone(UTC).date(),
    )
    served = live_quality.sample_of(
        game, list(days), rollout.stage_since, until, live_quality.SAMPLE
    )
    seen = rollout.figures.get("duels", 0) if rollout.figures.get("is_fair") else 0
    least = min(max(rollout.duels, GROWTH * seen), live_quality.SAMPLE)
    if served is None or len(served) < least or seen == live_quality.SAMPLE:
        return None
    outcomes = simulate_duels(game.tables, *served.duels, plays=plays, seed=seed, threads=threads)
    share = outcomes.win_share
    y_champion = learning_model.predict_with(champion, game, *served.duels)
    losses = [metrics.log_loss(y_prob, share) for y_prob in (served.y_prob, y_champion)]
    squared = [metrics.brier(y_prob, share) for y_prob in (served.y_prob, y_champion)]
    gap, low, high = _interval(losses[0] - losses[1], served.caller)
    brier_gap, brier_low, brier_high = _interval(squared[0] - squared[1], served.caller)
    return Figures(
        duels=len(served),
        callers=len(np.unique(served.caller)),
        log_loss=float(losses[0].mean()),
        champion_log_loss=float(losses[1].mean()),
        difference=gap,
        low=low,
        high=high,
        brier_difference=brier_gap,
        brier_low=brier_low,
        brier_high=brier_high,
        is_fair=served.is_fair,
    )


def _interval(gaps: np.ndarray, caller: np.ndarray) -> tuple[float, float, float]:
    """Mean of the paired differences, and the ends of its interval.

    What one caller asks is of a kind, so the error is that between callers.
    """
    mean, reach = float(gaps.mean()), SURE * metrics.error_between(gaps, caller)
    return mean, mean - reach, mean + reach


def _decide(rollout: Rollout, figures: Figures | None, say: Say) -> str | None:
    """Move on or stop; gives what was done, None if the stage goes on."""
    if figures is not None:
        say(summary(figures))
        if figures["is_fair"] and figures["low"] > gate.NEGLIGIBLE:
            return _stop(rollout, f"surely worse than {rollout.champion}: {summary(figures)}")
        if figures["is_fair"] and figures["high"] <= MARGIN:
            return _advance(rollout, summary(figures))
    if timezone.now() - rollout.stage_since > timedelta(hours=rollout.hours):
        hours = "1 hour" if rollout.hours == 1 else f"{rollout.hours} hours"
        return _stop(rollout, f"no verdict within {hours}")
    return None


def _advance(rollout: Rollout, why: str) -> str | None:
    if rollout.stage == Rollout.Stage.CANARY:
        with registry.one_at_a_time():
            try:
                registry.serve(rollout.version, rollout=rollout.pk)
            except registry.RolloutEnded:  # somebody stopped it while this one was judging
                return None
        # MLflow takes seconds: who wants to go back does not wait for it.
        try:
            registry.set_alias(rollout.version, registry.CHAMPION)
        except Exception:  # whatever MLflow lacks: the version is live
            logger.exception("MLflow could not be told that %s is live", rollout.version)
        return f"{rollout.version} is live: {why}"
    moved = Rollout.objects.filter(pk=rollout.pk, stage=rollout.stage).update(
        stage=Rollout.Stage.CANARY, stage_since=timezone.now(), slow=0, figures={}
    )
    share = f"{rollout.canary_share:.0%}"
    return f"{rollout.version} answers {share} of the callers: {why}" if moved else None


def _keep(rollout: Rollout, stage: str, figures: Figures | None, words: str) -> None:
    """Remember a judgment; its figures are those of the stage unless that is over."""
    entry: dict[str, Any] = {
        "at": timezone.now().isoformat(timespec="seconds"),
        "stage": stage,
        "words": words,
        "figures": figures or {},
    }
    history = [*rollout.history, entry][-_HISTORY:]
    row = Rollout.objects.filter(pk=rollout.pk)
    row.update(history=history)
    if figures is not None:
        row.exclude(stage=Rollout.Stage.CANARY, stage_since__gt=rollout.stage_since).update(
            figures=figures
        )


def summary(figures: Figures | dict[str, Any]) -> str:
    """The figures on one line."""
    return (
        f"log-loss {figures['difference']:+.5f} ({figures['low']:+.5f} to {figures['high']:+.5f}) "
        f"beside the champion's, on {figures['duels']} duels of {figures['callers']} callers"
    )
