"""Real servers for tests and acceptance runs: a copy of this site, or a site made from nothing."""

import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import numba
from django.conf import settings

from predictiondex.served import Served, copy_site, served

_MAKE_KEY = """
from battles import api_keys
print(api_keys.create(name="load", scopes=["admin"])[1])
"""


@contextmanager
def copied_site(
    *, workers: int = 1, environment: Mapping[str, str] | None = None
) -> Iterator[tuple[Served, Path]]:
    """This site's own data and models on a port of its own, in a directory that goes afterwards."""
    with TemporaryDirectory() as name:
        directory = Path(name)
        copy_site(directory)
        with served(directory, workers=workers, environment=environment) as site:
            yield site, directory


def manage(directory: Path, *arguments: str, database_url: str = "") -> str:
    """What a management command prints on the site that lives in ``directory``."""
    url = database_url or f"sqlite:///{directory / 'predictiondex.sqlite3'}"
    done = subprocess.run(
        [sys.executable, "manage.py", *arguments],
        cwd=settings.BASE_DIR,
        env=environment_of(directory, url),
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise RuntimeError(f"manage.py {arguments[0]}: {done.stderr[-2000:]}")
    return done.stdout.strip()


def environment_of(directory: Path, database_url: str) -> dict[str, str]:
    """Where a command or a server of that site finds what it needs."""
    return {
        **os.environ,
        "VAR_DIR": str(directory),
        "DATABASE_URL": database_url,
        "NUMBA_CACHE_DIR": str(numba.config.CACHE_DIR),
        "LOG_LEVEL": "WARNING",
    }


def make_key(directory: Path, database_url: str = "") -> str:
    """An API key that may do everything."""
    return manage(directory, "shell", "--verbosity=0", "-c", _MAKE_KEY, database_url=database_url)
