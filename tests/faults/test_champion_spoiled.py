"""A bad champion gets in: seen by live quality, told by the alert, replaced without a failure.

The whole loop on servers that really run: Redis, PostgreSQL, two web workers, two task workers,
beat, Prometheus, Alertmanager and a webhook. Windows are of seconds; rules, code and gate are
those of production. ``-s`` shows the timeline.
"""

import http.server
import json
import threading
import time
import urllib.error
import urllib.parse
import urllib.request

import pytest

from deploy import render
from tests.faults.servers import Process, free_port, wait_for
from tests.faults.visitors import Visitors, duels, timeline

pytestmark = [pytest.mark.timeout(1200), pytest.mark.nightly]

SECONDS = {
    "SCRAPE_INTERVAL": "1s",
    "EVALUATION_INTERVAL": "1s",
    "RATE_WINDOW": "20s",
    "QUALITY_WINDOW": "45s",
    "ALERT_GROUP_WAIT": "1s",
    "ALERT_GROUP_INTERVAL": "2s",
}
#: 560 different ones: a duel that is asked again is judged once.
DUELS = duels(range(46, 56))
ALERT = "QualityDegraded"

# A model that is unsure of everything: the champion's trees under a temperature of nine.
_SPOIL = """
import hashlib, json, shutil
from pathlib import Path
from django.conf import settings
from mlcore.learning import model as learning_model
from mlcore.models import ModelVersion
from mlcore.pipeline import registry
folder = Path(settings.MODELS_DIR)
good = ModelVersion.objects.get(is_champion=True)
version = registry.next_version()
shutil.copy(folder / learning_model.model_name(good.version),
    folder / learning_model.model_name(version))
metadata = json.loads((folder / learning_model.metadata_name(good.version)).read_text())
metadata |= {"version": version, "temperature": 9.0}
(folder / learning_model.metadata_name(version)).write_text(json.dumps(metadata))
ModelVersion.objects.create(version=version, sha256=good.sha256, metrics=good.metrics,
    data_fingerprint=good.data_fingerprint, metadata=metadata)
registry.serve(version)
print(json.dumps(version))
"""
_EVALUATE_OFTEN = """
import json
from django_celery_beat.models import IntervalSchedule, PeriodicTask
often, _ = IntervalSchedule.objects.get_or_create(every=10, period="seconds")
PeriodicTask.objects.filter(name="evaluate_predictions").update(enabled=True, interval=often,
    kwargs=json.dumps({"reason": "schedule", "sample": 300, "plays": 100}))
"""


class Webhook(http.server.ThreadingHTTPServer):
    """Whom Alertmanager tells; ``heard`` holds (alert name, status)."""

    def __init__(self):
        self.heard: list[tuple[str, str]] = []
        heard = self.heard

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_POST(self):
                body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                heard.extend(
                    (alert["labels"]["alertname"], alert["status"]) for alert in body["alerts"]
                )
                self.send_response(200)
                self.end_headers()

            def log_message(self, *words):
                pass

        super().__init__(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.serve_forever, daemon=True).start()


@pytest.fixture
def monitoring(tmp_path, program):
    """A function: Prometheus and Alertmanager over a site; gives a function that queries."""
    processes, webhook = [], Webhook()

    def start(site):
        folder, prometheus, alertmanager = tmp_path / "monitoring", free_port(), free_port()
        folder.mkdir()
        discovery = f'static_configs: [{{targets: ["127.0.0.1:{site.port}"]}}]'
        receiver = f"http://127.0.0.1:{webhook.server_port}/"
        render.render(
            folder,
            SECONDS
            | {
                "WEB_DISCOVERY": discovery,
                "ALERTMANAGERS": f'"127.0.0.1:{alertmanager}"',
                "ALERT_WEBHOOK_URL": receiver,
            },
        )
        processes.append(
            Process(
                [
                    program("prometheus-alertmanager", "alertmanager"),
                    f"--config.file={folder / 'alertmanager' / 'alertmanager.yml'}",
                    f"--storage.path={folder / 'alerts'}",
                    f"--web.listen-address=127.0.0.1:{alertmanager}",
                    "--cluster.listen-address=",
                ],
                folder / "alertmanager.log",
                site.environment,
            )
        )
        processes.append(
            Process(
                [
                    program("prometheus"),
                    f"--config.file={folder / 'prometheus' / 'prometheus.yml'}",
                    f"--storage.tsdb.path={folder / 'tsdb'}",
                    f"--web.listen-address=127.0.0.1:{prometheus}",
                ],
                folder / "prometheus.log",
                site.environment,
            )
        )

        def query(expression: str) -> list[float]:
            asked = urllib.parse.urlencode({"query": expression})
            address = f"http://127.0.0.1:{prometheus}/api/v1/query?{asked}"
            try:
                with urllib.request.urlopen(address, timeout=10) as response:
                    result = json.loads(response.read())["data"]["result"]
            except OSError:
                return []
            return [float(row["value"][1]) for row in result]

        return query, webhook.heard

    yield start
    for process in reversed(processes):
        process.stop()
    webhook.shutdown()


def test_a_spoiled_champion_is_found_out_and_replaced(make_site, redis, postgres, monitoring):
    note = timeline()
    site = make_site(
        redis=redis,
        postgres=postgres,
        API_ANONYMOUS_RATE="0",
        API_TRUSTED_PROXIES="127.0.0.1",
        WEB_CONCURRENCY="2",
        RETRAIN_QUIET_SECONDS="0",
    )
    query, heard = monitoring(site)
    site.start_web()
    site.start_worker("first")
    site.start_worker("second")
    site.start_beat()
    site.manage("shell", "-c", _EVALUATE_OFTEN)
    visitors = Visitors(site, DUELS, 0.02)
    good = site.champion()["version"]

    wait_for(
        lambda: query(f'sum(model_predictions_total{{version="{good}"}})'),
        "predictions in Prometheus",
    )
    note("predictions by the API show in Prometheus")
    excess = wait_for(
        lambda: query(f'model_live_log_loss_excess{{version="{good}"}}'),
        "a live evaluation",
        seconds=180,
    )
    limit = query("model_promotion_gate_log_loss_excess_limit")
    assert excess[0] < limit[0]
    note(f"live quality of {good} is known: log-loss excess {excess[0]:.4f}, limit {limit[0]}")
    assert not heard, "nothing is wrong yet"

    bad = site.ask(_SPOIL)
    wait_for(lambda: visitors.latest == bad, "the spoiled champion in service")
    note(f"{bad}, spoiled, serves")
    excess = wait_for(
        lambda: query(f'model_live_log_loss_excess{{version="{bad}"}} > {limit[0]}'),
        "fallen live quality",
        seconds=180,
    )
    note(f"live quality of {bad} has fallen: log-loss excess {excess[0]:.4f}")
    wait_for(lambda: (ALERT, "firing") in heard, "the alert at the webhook", seconds=180)
    note("the alert has reached the webhook")

    def retraining():
        return [row for row in site.runs() if row["task"] == "retrain"]

    wait_for(retraining, "a retraining", seconds=60)
    note("a retraining has been ordered")
    run = wait_for(
        lambda: [row for row in retraining() if row["state"] not in ("queued", "running")],
        "its end",
        seconds=480,
        pause=2,
    )[0]
    assert run["state"] == "succeeded", run
    mended = site.champion()["version"]
    assert mended not in (good, bad)
    note(f"{mended} passed the gate and is champion")
    wait_for(lambda: visitors.latest == mended, "the new champion in service")
    wait_for(lambda: (ALERT, "resolved") in heard, "the end of the alert", seconds=180)
    note("the alert has resolved")

    before = visitors.answered.copy()
    time.sleep(6)
    visitors.end()
    late = {version for (_, version) in visitors.answered - before}
    assert late == {mended}, "a worker answers with another version still"
    assert visitors.statuses() == {200}, visitors.answered
    note(f"requests, by status and version: {dict(visitors.answered)}")
