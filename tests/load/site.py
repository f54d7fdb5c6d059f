"""Real servers for tests and acceptance runs: a copy of this site, or one made from nothing."""

import hashlib
import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import django
import numba
import numpy as np
import psycopg
from django.conf import settings
from psycopg import sql

if not settings.configured:  # run as a script
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "predictiondex.settings")
    django.setup()

from battles.api.access import keys as api_keys
from predictiondex.bench.served import BenchServer, copy_site, served


@dataclass(frozen=True)
class Site:
    """What belongs to a server: the directory of its files, and its database."""

    directory: Path
    database_url: str

    @contextmanager
    def served(
        self, *, workers: int = 1, ready: str = "/readyz", **environment: str
    ) -> Iterator[BenchServer]:
        with served(
            self.directory,
            workers=workers,
            database_url=self.database_url,
            ready=ready,
            environment={"CELERY_BROKER_URL": "", **environment},
        ) as site:
            yield site

    def manage(self, *arguments: str) -> str:
        """What a management command prints; RuntimeError when it fails."""
        done = subprocess.run(
            [sys.executable, "manage.py", *arguments],
            cwd=settings.BASE_DIR,
            env={
                **os.environ,
                "VAR_DIR": str(self.directory),
                "DATABASE_URL": self.database_url,
                "NUMBA_CACHE_DIR": str(numba.config.CACHE_DIR),
                "LOG_LEVEL": "WARNING",
            },
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            raise RuntimeError(f"manage.py {arguments[0]}: {done.stderr[-2000:]}")
        return done.stdout.strip()

    def shell(self, code: str) -> str:
        """What some Python prints inside the site."""
        return self.manage("shell", "--no-imports", "-c", code)

    def make_key(self) -> str:
        """An API key that may do everything, and that every process knows."""
        key = self.shell(
            "from battles.api.access import keys\n"
            "print(keys.create(name='load', scopes=['admin'])[1])"
        )
        time.sleep(api_keys.POLL_SECONDS)
        return key


@contextmanager
def copied_site() -> Iterator[Site]:
    """This site's own data, champion and rankings, until the block ends."""
    with TemporaryDirectory() as name:
        directory = Path(name)
        copy_site(directory)
        yield Site(directory, f"sqlite:///{directory / 'predictiondex.sqlite3'}")


@contextmanager
def made_site(*, postgres: str = "", models: Path | None = None) -> Iterator[Site]:
    """A site from nothing: tables, facts, and the champion of ``models`` or one of a few trees.

    ``postgres`` is the address of a server on which a database is made for it, and dropped.
    """
    with TemporaryDirectory() as name, _database(Path(name), postgres) as url:
        site = Site(Path(name), url)
        site.manage("migrate", "--verbosity=0")
        site.manage("createcachetable")
        site.manage("import_pokedex", "--verbosity=0")
        if models is None:
            site.shell("from tests.load.site import write_champion; write_champion('v1', 1)")
        else:
            (site.directory / "models").symlink_to(models)
        yield site


@contextmanager
def _database(directory: Path, postgres: str) -> Iterator[str]:
    if not postgres:
        yield f"sqlite:///{directory / 'predictiondex.sqlite3'}"
        return
    name = f"load_{os.getpid()}"
    with psycopg.connect(postgres, autocommit=True) as connection:
        connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
        try:
            yield f"{postgres.rpartition('/')[0]}/{name}"
        finally:
            connection.execute(
                sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name))
            )


def write_champion(version: str, seed: int) -> None:
    """Make a few trees over real features the champion; labels by chance, drawn by ``seed``.

    To be called inside the site, which sees it as it sees any promotion: by the pointer.
    """
    import xgboost

    from mlcore.engine.specs import Setups
    from mlcore.game import gamedata
    from mlcore.learning import features
    from mlcore.learning import model as learning_model
    from mlcore.lib import atomic
    from mlcore.serving import champion as champion_store

    game = gamedata.current()
    random = np.random.default_rng(seed)
    forms, moves = np.nonzero(game.tables.usable & game.tables.damaging)
    a, b = random.integers(len(forms), size=(2, 200))
    rows, _ = features.build_pair(
        game.tables, Setups.flat(forms[a]), moves[a], Setups.flat(forms[b]), moves[b]
    )
    matrix = xgboost.DMatrix(rows, label=random.integers(2, size=len(rows)))
    booster = xgboost.train({"max_depth": 3, "nthread": 1, "seed": seed}, matrix, 5)
    model = bytes(booster.save_raw("ubj"))
    metadata = json.dumps(
        {
            "version": version,
            "format_version": learning_model.FORMAT_VERSION,
            "schema_hash": features.SCHEMA_HASH,
            "feature_names": list(features.FEATURE_NAMES),
            "temperature": 1.0,
            "data_fingerprint": game.fingerprint,
        }
    ).encode()
    directory = Path(settings.MODELS_DIR)
    directory.mkdir(exist_ok=True)
    atomic.write(directory / learning_model.model_name(version), model)
    atomic.write(directory / learning_model.metadata_name(version), metadata)
    pointer = {
        "version": version,
        "sha256": hashlib.sha256(model).hexdigest(),
        "metadata_sha256": hashlib.sha256(metadata).hexdigest(),
    }
    atomic.write(directory / champion_store.POINTER_NAME, json.dumps(pointer).encode())


def write_ranking() -> None:
    """Rank all forms by the champion, each with its first damaging move; to be called inside.

    A whole ranking, of all moves, takes minutes.
    """
    from mlcore.engine.specs import Setups
    from mlcore.game import gamedata
    from mlcore.learning import model as learning_model
    from mlcore.rankings import compute, refresh
    from mlcore.serving import champion as champion_store

    game, champion = gamedata.current(), champion_store.current()
    count = len(game.form_slugs)
    square = compute.empty_square(count)
    first = np.array(
        [(*game.usable_moves(form), compute.NO_MOVE)[0] for form in range(count)], dtype=np.int16
    )
    square.moves[:], square.replies[:] = first[:, None], first[None, :]
    able = first != compute.NO_MOVE
    a, b = np.nonzero(able[:, None] & able[None, :])
    square.values[a, b] = learning_model.predict_with(
        champion, game, Setups.flat(a), first[a], Setups.flat(b), first[b]
    )
    square.values[~able, :], square.values[:, ~able] = 0.0, 1.0
    np.fill_diagonal(square.values, np.nan)
    refresh.store(champion, game, square)
