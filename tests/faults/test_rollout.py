"""A challenger goes live in steps, and another one is stopped, on servers that really run.

Redis, PostgreSQL, two web workers, a task worker that is killed on the way, beat, Prometheus,
Alertmanager and a webhook. A judgment is due every few seconds; all else is as in production.
``-s`` shows the timeline.
"""

import signal
import time

import pytest

from tests.faults.servers import wait_for
from tests.faults.test_champion_spoiled import monitoring
from tests.faults.visitors import ADDRESSES, Visitors, duels, timeline

__all__ = ["monitoring"]

pytestmark = [pytest.mark.timeout(600), pytest.mark.nightly]

#: A question counts once a day, so there are many: 5,320.
DUELS = duels(range(6, 101))
ALERT = "RolloutStopped"
#: Challengers that passed the gate: the champion's trees, a hair less sure, and sure of nothing.
EXPORT = """
import json
from pathlib import Path
from django.conf import settings
from mlcore.learning import model as learning_model
from mlcore.learning.training import Trained
from mlcore.models import ModelVersion
from mlcore.pipeline import registry
live = ModelVersion.objects.get(is_champion=True)
trees = (Path(settings.MODELS_DIR) / learning_model.model_name(live.version)).read_bytes()
print(json.dumps([
    registry.export(
        Trained(trees, live.metadata | {"temperature": live.metadata["temperature"] * factor}),
        live.metrics, gate={"passed": True, "checks": []}).version
    for factor in (1.01, 6.0)]))
"""
SHARES = ("--shadow-share", "0.5", "--canary-share", "0.5", "--duels", "100")


def test_one_goes_live_in_steps_and_one_is_stopped(make_site, redis, postgres, monitoring):
    note = timeline()
    site = make_site(
        redis=redis,
        postgres=postgres,
        API_ANONYMOUS_RATE="0",
        API_TRUSTED_PROXIES="127.0.0.1",
        WEB_CONCURRENCY="2",
        ROLLOUT_JUDGE_SECONDS="3",
    )
    query, heard = monitoring(site)
    site.start_web()
    worker = site.start_worker()
    site.start_beat()
    old = site.champion()["version"]
    good, bad = site.ask(EXPORT)
    note(f"{old} is live; {good} and {bad} passed the gate")

    def stage(version, name):
        asked = f'model_rollout_stage{{version="{version}",stage="{name}"}} == 1'
        wait_for(lambda: query(asked), f"{name} of {version}", seconds=150)

    # Stopped.
    visitors = Visitors(site, DUELS, 0.01)
    note(site.manage("rollout", "start", bad, *SHARES).strip())
    stage(bad, "shadow")
    stage(bad, "stopped")
    low = query(f'model_rollout_log_loss_difference_low{{version="{bad}"}}')[0]
    assert low > 0
    note(f"{bad} is stopped: log-loss at least {low:+.4f} beside the champion's")
    unseen = query(f'sum(model_predictions_total{{version="{bad}",source="shadow"}})')[0]
    assert unseen >= 100
    assert visitors.versions() == {old}, "nobody saw it"
    wait_for(lambda: (ALERT, "firing") in heard, "the alert at the webhook")
    note(f"the alert has reached the webhook; {bad} answered {unseen:.0f} times, nobody saw it")

    # Live. Whoever judges is killed in between.
    note(site.manage("rollout", "start", good, *SHARES).strip())
    stage(good, "canary")
    worker.send(signal.SIGKILL)
    note(f"{good} is in the canary; the worker is killed")
    time.sleep(3)  # every web worker has followed
    visitors.forget()
    wait_for(lambda: len(visitors.seen) == len(ADDRESSES), "an answer for everybody")
    time.sleep(3)
    seen = [frozenset(versions) for versions in list(visitors.seen.values())]
    assert set(seen) == {frozenset({old}), frozenset({good})}, "each caller sees one model"
    note(f"{seen.count(frozenset({good}))} of {len(seen)} callers have {good}")
    site.start_worker("another")
    stage(good, "live")
    note(f"{good} is live")
    time.sleep(3)
    visitors.forget()
    time.sleep(3)
    assert visitors.versions() == {good}

    # Back, with one command.
    note(site.manage("ml", "--rollback").strip())
    time.sleep(3)
    visitors.forget()
    time.sleep(3)
    visitors.end()
    assert visitors.versions() == {old}
    assert visitors.statuses() == {200}, visitors.answered
    note(f"requests, by status and version: {dict(visitors.answered)}; none failed")
    print(site.manage("rollout", "status"))
