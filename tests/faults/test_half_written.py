"""Files cut in half, as a crash leaves them: the site says which, and /healthz is never stuck."""

import pytest

from tests.faults.servers import wait_for


def cut(path):
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


@pytest.fixture
def site(make_site):
    return make_site()


def test_half_of_a_model_is_refused_until_it_is_whole(site):
    site.start_web()
    version = site.champion()["version"]
    model = site.var / "models" / f"battle_winner_model_{version}.ubj"
    pointer = site.var / "models" / "champion.json"
    whole, good = model.read_bytes(), pointer.read_bytes()
    cut(pointer)
    for _ in range(20):
        assert site.predict()[0] == 200, "the model in memory answers"
    pointer.unlink()
    assert site.predict()[0] == 200
    for process in site.processes:
        process.stop()

    pointer.write_bytes(good)
    cut(model)
    web = site.start_web(until="/healthz")
    status, problem = site.predict_body()
    assert (status, problem["type"].rpartition(":")[2]) == (503, "no_champion")
    assert "SHA-256" in web.log.read_text()
    assert "SHA-256" not in site.page("/readyz")[1]
    model.write_bytes(whole)
    wait_for(lambda: site.predict()[0] == 200, "the model", seconds=30)


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
