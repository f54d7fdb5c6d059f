"""Two workers make the data set that one makes, to the byte."""

import json

import pytest

from tests.faults.servers import wait_for

MAKE = """
import json, tempfile, time
from pathlib import Path
from django.conf import settings
from mlcore.datasets import dataset
from mlcore.game import gamedata
from mlcore.jobs import dataset_workers
settings.DATASETS_DIR = Path(tempfile.mkdtemp(dir=settings.VAR_DIR))
recipe = dataset.Recipe(duels={duels}, plays={plays}, more_plays={more}, seed=7)
game = gamedata.current()
dataset.play_chunk(game.tables, recipe, dataset.draw_recipe(game.tables, recipe), 0)
started = time.perf_counter()
files = {make}(game, recipe, threads=1)
print(json.dumps([files.manifest["files"], time.perf_counter() - started]))
"""


def made(site, function, *, duels=100_000, plays=4, more=12):
    return site.ask(MAKE.format(make=function, duels=duels, plays=plays, more=more))


def test_two_workers_make_the_same_files_as_one(make_site, redis):
    site = make_site(redis=redis)
    alone, _ = made(site, "dataset.make")
    assert len(alone) == 4
    assert all(len(entry["sha256"]) == 64 for entry in alone.values())
    worker = site.start_worker()
    together, _ = made(site, "dataset_workers.make_dataset")
    assert together == alone

    def helped():
        lines = worker.log.read_text().splitlines()
        return [line for line in lines if "play_chunk" in line and "succeeded" in line]

    wait_for(helped, "a chunk that the worker played", seconds=10)
    assert "others" not in json.dumps(helped())


@pytest.mark.nightly
def test_without_another_worker_it_is_made_all_the_same(make_site, redis):
    site = make_site(redis=redis)
    alone, _ = made(site, "dataset.make", duels=30_000)
    together, _ = made(site, "dataset_workers.make_dataset", duels=30_000)
    assert together == alone
