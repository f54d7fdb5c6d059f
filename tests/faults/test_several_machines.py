"""Sites with folders of their own, as on several machines: they share a PostgreSQL and a Redis."""

import json
import threading
import time

import pytest

from tests.faults.servers import wait_for
from tests.faults.test_dataset_together import made

#: From the moment that the database names a version to the moment that a machine answers with it.
SECONDS = 5

EXPORT = """
import json
from mlcore.learning import model as learning_model
from mlcore.learning.training import Trained
from mlcore.models import ModelVersion
from mlcore.pipeline import registry
from mlcore.serving import champion as champion_store
from pathlib import Path
from django.conf import settings
champion_store.reload()
good = ModelVersion.objects.get(is_champion=True)
model = Path(settings.MODELS_DIR) / learning_model.model_name(good.version)
row = registry.export(
    Trained(model.read_bytes(), good.metadata | {"kind": "xgboost", "temperature": 1.5}),
    good.metrics)
print(json.dumps(row.version))
"""
CHANGED = """
import json
from mlcore.models import LivePointer
row = LivePointer.objects.get(model="duel")
print(json.dumps([row.version, row.changed_at.timestamp()]))
"""


class Visitor(threading.Thread):
    """Asks a site without pause; ``since`` has when a version first answered, ``failed`` what else
    came."""

    def __init__(self, site):
        super().__init__(daemon=True)
        self.site, self.since, self.failed = site, {}, []
        self._ended = threading.Event()
        self.start()

    def run(self):
        while not self._ended.wait(0.1):
            status, answer = self.site.predict_body()
            if status == 200:
                self.since.setdefault(answer["model_version"], time.time())
                self.latest = answer["model_version"]
            else:
                self.failed.append((status, answer))

    def end(self):
        self._ended.set()
        self.join(60)


@pytest.fixture
def machine(make_site, redis, postgres, tmp_path):
    """A function: the site on a machine of its own."""
    runs = f"sqlite:///{tmp_path / 'mlflow.sqlite3'}"

    def make(name, models=False):
        return make_site(
            name,
            models=models,
            redis=redis,
            postgres=postgres,
            API_ANONYMOUS_RATE="0",
            MLFLOW_TRACKING_URI=runs,
        )

    return make


def test_a_promotion_and_a_rollback_are_served_everywhere(machine, capsys):
    first, second = machine("first", models=True), machine("second")
    assert not (second.var / "models").exists()
    first.start_web()
    second.start_web()
    visitors = [Visitor(first), Visitor(second)]
    old = first.champion()["version"]
    for visitor in visitors:
        wait_for(lambda visitor=visitor: old in visitor.since, "the champion")
    assert second.champion() == first.champion()

    def served_everywhere(version, what):
        live, changed_at = first.ask(CHANGED)
        assert live == version
        for visitor in visitors:
            wait_for(lambda visitor=visitor: visitor.latest == version, f"the {what}", pause=0.05)
        for visitor in visitors:
            seconds = visitor.since[version] - changed_at
            with capsys.disabled():
                print(f"\n{what} of {version}: {visitor.site.folder.name} after {seconds:.1f} s")
            assert seconds < SECONDS
        assert first.champion() == second.champion()

    new = second.ask(EXPORT)
    second.manage("run_task", "promote", "--arguments", json.dumps({"version": new}))
    served_everywhere(new, "promotion")

    # A third machine that has never had a model rolls back, to the version that was confirmed.
    third = machine("third")
    for visitor in visitors:
        visitor.since.clear()
    wrong = third.run("run_task", "rollback", "--arguments", json.dumps({"version": "v99"}))
    assert "no longer to v99" in wrong.stderr
    third.manage("run_task", "rollback", "--arguments", json.dumps({"version": old}))
    served_everywhere(old, "rollback")
    for visitor in visitors:
        visitor.end()
        assert not visitor.failed


def test_a_fresh_machine_trains_nothing(machine):
    first = machine("first", models=True)
    fresh = machine("fresh")
    said = fresh.manage("setup_data", "--train")
    assert f"Champion {first.champion()['version']} is ready." in said
    assert "training one" not in said
    assert fresh.champion() == first.champion()
    assert not (fresh.var / "datasets").exists()
    # Whoever computes the rankings, it is a worker: a setup leaves nothing running.
    (order,) = [run for run in fresh.runs() if run["task"] == "refresh_rankings"]
    assert order["state"] == "queued"


@pytest.mark.nightly
def test_a_worker_of_each_machine_plays_chunks_of_one_data_set(machine):
    first, second = machine("first", models=True), machine("second")
    workers = [first.start_worker("one"), second.start_worker("two")]
    size = {"duels": 160_000, "plays": 2, "more": 6}
    together, _ = made(first, "dataset_workers.make_dataset", **size)

    def helped(worker):
        lines = worker.log.read_text().splitlines()
        played = [line for line in lines if "play_chunk" in line and "succeeded" in line]
        return [line for line in played if ": None" not in line]

    for worker in workers:
        wait_for(lambda worker=worker: helped(worker), "a chunk of each", seconds=10)
        worker.stop()

    # The other machine makes it again, out of chunks that are finished; nobody plays.
    again, _ = made(second, "dataset_workers.make_dataset", **size)
    assert again == together
