"""The disk full while a model is exported: the champion stays, and nothing half-written."""

import os

import pytest

from tests.faults.servers import fill, wait_for
from tests.faults.table import workers_of

READS = (
    "/healthz", "/readyz", "/", "/pokemon/", "/moves/", "/types/", "/about/",
    "/api/v1/pokemon/25/", "/api/v1/moves/85/", "/metrics", "/nowhere",
)  # fmt: skip
EXPORT = """
import json
from pathlib import Path
from django.conf import settings
from mlcore.pipeline import candidates, registry
names = sorted(path.name for path in (Path(settings.MODELS_DIR) / "candidates").iterdir())
trained = next(filter(None, map(candidates.load, names)))
try:
    print(json.dumps(registry.export(trained, {}).version))
except OSError as error:
    print(json.dumps(error.strerror))
"""


@pytest.mark.nightly
def test_champion_stays_when_the_disk_is_full(make_site, small_disk):
    site = make_site()
    models = site.var / "models"
    small_disk(models, room=64 * 1024)
    filler = fill(models)
    site.start_web()
    before, files = site.champion(), sorted(path.name for path in models.iterdir())
    assert site.predict()[0] == 200

    assert site.ask(EXPORT) == os.strerror(28)
    assert site.champion() == before
    assert sorted(path.name for path in models.iterdir()) == files
    assert site.predict()[0] == 200
    assert (
        site.ask("from mlcore.models import ModelVersion\nprint(ModelVersion.objects.count())") == 1
    )

    filler.unlink()
    version = site.ask(EXPORT)
    if version == os.strerror(28):
        pytest.fail("there is room again, and it is not used")
    assert (models / f"battle_winner_metadata_{version}.json").exists()
    site.manage("run_task", "promote", "--arguments", f'{{"version": "{version}"}}')
    assert site.champion()["version"] == version
    assert site.predict()[0] == 200


def test_a_full_disk_costs_writes_and_not_the_site(make_site, small_disk):
    site = make_site(API_ANONYMOUS_RATE="0")
    small_disk(site.var, room=4 * 1024 * 1024)
    web = site.start_web()
    assert site.predict()[0] == 200
    wait_for(lambda: len(workers_of(web)) == 2, "both workers")
    workers = workers_of(web)
    filler = fill(site.var)
    for _ in range(3):
        # What is asked for the first time is counted under new names, and the files grow.
        for path in READS:
            assert site.get(path)[0] in (200, 404), path
    status, problem = site.predict_body()
    assert status == 503
    assert problem["type"].endswith("log_unavailable")
    status, page = site.page("/compare/?a=pikachu&b=charizard")
    assert status == 503
    assert "could not be recorded" in page
    assert workers_of(web) == workers, "a worker was killed"

    filler.unlink()
    assert wait_for(lambda: site.predict()[0] == 200, "writing again", seconds=10)
    assert workers_of(web) == workers


def test_a_server_that_starts_on_a_full_disk_comes_by_itself(make_site, small_disk):
    """SQLite needs some room to be opened at all; until then the server says that it waits."""
    site = make_site()
    small_disk(site.var, room=256 * 1024)
    filler = fill(site.var)
    web = site.start_web(until="/healthz")
    assert site.get("/readyz")[0] == 503
    workers = workers_of(web)
    filler.unlink()
    assert wait_for(lambda: site.get("/readyz")[0] == 200, "the site", seconds=20)
    assert site.predict()[0] == 200
    assert workers_of(web) == workers
