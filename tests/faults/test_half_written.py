"""Files cut in half, as a crash leaves them: the site says which, and /healthz is never stuck."""

from pathlib import Path

import pytest

from tests.faults.servers import wait_for


def cut(path):
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


@pytest.fixture
def site(make_site):
    return make_site()


#: What is in the database of one of the champion's files becomes something else, or good again.
STORE = """
from pathlib import Path
from django.conf import settings
from mlcore.models import ModelFile
ModelFile.objects.filter(name={name!r}).update(content=Path({path!r}).read_bytes())
"""


def test_half_of_a_model_is_healed_from_the_database(site):
    site.start_web()
    model = site.var / "models" / f"battle_winner_model_{site.champion()['version']}.ubj"
    pointer = site.var / "models" / "champion.json"
    whole, good = model.read_bytes(), pointer.read_bytes()
    for spoil in (cut, Path.unlink):
        spoil(pointer)
        for _ in range(20):
            assert site.predict()[0] == 200, "the model in memory answers"
        wait_for(
            lambda: site.predict()[0] == 200 and pointer.exists() and pointer.read_bytes() == good,
            "the pointer",
            seconds=30,
        )
    for process in site.processes:
        process.stop()
    cut(pointer)
    cut(model)
    site.start_web()
    assert site.predict()[0] == 200
    assert (model.read_bytes(), pointer.read_bytes()) == (whole, good)


def test_half_of_a_model_is_refused_until_it_is_whole(site, tmp_path):
    model = site.var / "models" / f"battle_winner_model_{site.champion()['version']}.ubj"
    whole = tmp_path / "whole"
    whole.write_bytes(model.read_bytes())
    cut(model)
    site.manage("shell", "-c", STORE.format(name=model.name, path=str(model)))
    web = site.start_web(until="/healthz")
    status, problem = site.predict_body()
    assert (status, problem["type"].rpartition(":")[2]) == (503, "no_champion")
    assert "SHA-256" in web.log.read_text()
    assert "SHA-256" not in site.page("/readyz")[1]
    site.manage("shell", "-c", STORE.format(name=model.name, path=str(whole)))
    wait_for(lambda: site.predict()[0] == 200, "the model", seconds=30)
    assert model.read_bytes() == whole.read_bytes()


def test_half_of_a_database_is_named(site):
    """Its second half is gone: what is left says so, to the server and to a command."""
    for path in site.var.glob("predictiondex.sqlite3-*"):
        path.unlink()
    cut(site.var / "predictiondex.sqlite3")
    site.start_web(until="/healthz")
    assert site.get("/readyz")[0] == 503
    assert site.get("/pokemon/")[0] == 503
    assert site.predict()[0] == 503
    failed = site.run("setup_data")
    assert failed.returncode == 1
    assert "malformed" in failed.stderr
    assert "Traceback" not in failed.stderr
