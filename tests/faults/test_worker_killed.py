"""A worker killed (-9) in mid-retrain: the run is taken up again; nothing is half promoted."""

import json
import signal

from tests.faults.servers import wait_for

DUELS = 40_000


def test_a_killed_retraining_is_taken_up_again(make_site, redis):
    site = make_site(redis=redis)
    before = site.champion()
    worker = site.start_worker("first")
    number = site.order("retrain", duels=DUELS)

    def run():
        return next(row for row in site.runs() if row["id"] == number)

    wait_for(lambda: run()["state"] == "running" and run()["progress"] > 0.1, "the retraining")
    worker.send(signal.SIGKILL)

    assert run()["state"] == "running", "nobody can know yet that it is dead"
    second = site.start_worker("second")
    site.start_beat()
    taken_up = wait_for(lambda: run()["attempts"] == 2 and run(), "a second attempt", seconds=60)
    assert taken_up["state"] == "running"
    assert site.champion() == before

    ended = wait_for(
        lambda: run()["state"] not in ("running", "queued") and run(), "the end", seconds=240
    )
    # A model of few duels may or may not pass the gate: both are an end that it has.
    assert ended["state"] == "succeeded" or ended["error"].startswith("GateRefused"), ended
    whole(site)
    if ended["state"] == "failed":
        assert site.champion() == before

    other = site.order("retrain", duels=DUELS, seed=99)
    wait_for(
        lambda: any(row["id"] == other and row["state"] == "running" for row in site.runs()),
        "a new retraining",
    )
    assert second.running


def whole(site):
    """The pointer, the row and the files are of one model, and it can be loaded."""
    served = site.ask(
        "import json\n"
        "from mlcore.models import ModelVersion\n"
        "from mlcore.serving import champion as champion_store\n"
        "rows = list(ModelVersion.objects.filter(is_champion=True))\n"
        "loaded = champion_store.reload()\n"
        "print(json.dumps([loaded.version, *[row.version for row in rows]]))"
    )
    assert served == [site.champion()["version"]] * 2
    leftovers = [path.name for path in (site.var / "models").glob(".*-*")]
    assert not leftovers, leftovers
    assert not list((site.var / "datasets").glob(".making-*/manifest.json"))
    for metadata in (site.var / "models").glob("battle_winner_metadata_*.json"):
        assert json.loads(metadata.read_text())["model_sha256"]
