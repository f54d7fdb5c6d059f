"""Chunks of a data set played elsewhere: the same result, whoever plays, answers or dies."""

import json
from types import SimpleNamespace

import numpy as np
import pytest
from django.core.cache import cache
from kombu.exceptions import OperationalError as BrokerError

from mlcore.datasets import dataset
from mlcore.datasets.dataset import Recipe
from mlcore.game import gamedata
from mlcore.jobs import dataset_workers, task_runs

pytestmark = pytest.mark.django_db
RECIPE = Recipe(duels=900, plays=4, more_plays=8, seed=3)


@pytest.fixture(autouse=True)
def small_chunks(settings, monkeypatch):
    monkeypatch.setattr(dataset, "_PLAYED_AT_ONCE", 200)
    settings.CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
    settings.ENGINE_THREADS = 1
    cache.clear()


class Workers:
    """A broker whose workers answer as ``answer`` says, for the chunks in ``awake``."""

    def __init__(self, answer, awake=lambda first: True):
        self.answer, self.awake, self.played = answer, awake, []

    def apply_async(self, *, kwargs, expires):
        message = json.loads(json.dumps(kwargs))  # what a worker gets
        result = SimpleNamespace(result=None, successful=lambda: False)
        if self.awake(kwargs["first"]):
            result.result = json.loads(json.dumps(self.answer(**message)))
            result.successful = lambda: True
            self.played.append(kwargs["first"])
        return result


@pytest.fixture
def together(game, monkeypatch):
    """A function: the recipe played with the help of workers, beside what one plays alone."""

    def play(workers):
        monkeypatch.setattr(task_runs, "celery_task", lambda name: workers)
        monkeypatch.setattr(gamedata, "current", lambda: game)
        alone, split_alone = dataset.play(game, RECIPE)
        shared, split = dataset.play(game, RECIPE, play_chunks=dataset_workers.play_together)
        assert np.array_equal(split, split_alone)
        for name in ("plays", "share", "half_plays", "half_share", "turns", "weight"):
            mine, theirs = getattr(alone, name), getattr(shared, name)
            assert mine.dtype == theirs.dtype
            assert mine.tobytes() == theirs.tobytes(), name
        return workers

    return play


def test_workers_play_what_one_plays(together):
    workers = together(Workers(dataset_workers.play_chunk))
    assert workers.played == [0, 200, 400, 600, 800]


def test_chunks_that_nobody_answers_are_played_here(together):
    workers = together(Workers(dataset_workers.play_chunk, awake=lambda first: first == 200))
    assert workers.played == [200]


def test_a_job_that_died_goes_on_from_its_finished_chunks(together):
    together(Workers(dataset_workers.play_chunk, awake=lambda first: first < 400))
    # All of it is known by now, what was played here, too: nobody is asked again.
    workers = together(Workers(dataset_workers.play_chunk))
    assert workers.played == []
    cache.clear()
    assert together(workers).played == [0, 200, 400, 600, 800]


def test_without_workers_all_is_played_here(together):
    together(Workers(dataset_workers.play_chunk, awake=lambda first: False))


def test_a_broker_that_is_away_changes_nothing(together):
    class Away:
        def apply_async(self, **message):
            raise BrokerError("connection refused")

    together(Away())


def test_the_claim_of_a_worker_that_died_runs_out(together, monkeypatch):
    monkeypatch.setattr(dataset_workers, "CLAIM_SECONDS", 1)

    def die(*, job, first, **rest):
        assert dataset_workers.claim(job, first)

    together(Workers(die))


def test_a_worker_with_other_facts_or_code_plays_nothing(game, monkeypatch):
    monkeypatch.setattr(gamedata, "current", lambda: game)
    cache.set("dataset-job/j", True)
    message = {
        "job": "j",
        "first": 0,
        "recipe": {"duels": 900, "plays": 4, "more_plays": 8, "seed": 3},
        "fingerprint": game.fingerprint,
        "code_version": dataset.code_version(),
    }
    assert dataset_workers.play_chunk(**message | {"fingerprint": "other"}) is None
    assert dataset_workers.play_chunk(**message | {"code_version": "other"}) is None
    assert dataset_workers.play_chunk(**message | {"job": "ended"}) is None
    assert dataset_workers.play_chunk(**message) is not None
    assert dataset_workers.play_chunk(**message) is None  # somebody has claimed it


def test_packing_keeps_every_bit(game):
    played = dataset.play_chunk(game.tables, RECIPE, dataset.draw_recipe(game.tables, RECIPE), 200)
    back = dataset_workers.unpack(dataset_workers.pack(played))
    for mine, theirs in zip(played, back, strict=True):
        assert mine.dtype == theirs.dtype
        assert mine.tobytes() == theirs.tobytes()


def test_without_a_broker_one_makes_it_alone(game, settings, tmp_path, monkeypatch):
    settings.CELERY_TASK_ALWAYS_EAGER = True
    settings.DATASETS_DIR = tmp_path
    monkeypatch.setattr(task_runs, "celery_task", lambda name: pytest.fail("it was sent"))
    files = dataset_workers.make_dataset(game, Recipe(duels=3_000, plays=4, more_plays=12, seed=5))
    assert files.manifest["recipe"]["duels"] == 3_000
