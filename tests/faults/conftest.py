"""Servers for the tests of failures. What is missing is said loudly."""

import contextlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from mlcore.engine import jit
from tests.faults import table
from tests.faults.servers import POSTGRES_BINARIES, ROOT, Postgres, Redis, Site

REQUIRED = os.environ.get("REQUIRE_SERVERS", "") not in ("", "0")


def pytest_collection_modifyitems(items):
    for item in items:
        if item.path.is_relative_to(Path(__file__).parent):
            item.add_marker(pytest.mark.integration)


def _missing(what: str) -> None:
    message = f"NO {what}: it is not installed, so nobody knows how the site bears its failure"
    if REQUIRED:
        pytest.fail(message)
    pytest.skip(message)


@pytest.fixture(scope="session")
def trained(tmp_path_factory):
    """A folder with a champion: that of this clone, or one that is trained now."""
    own = Path(os.environ.get("VAR_DIR", ROOT / "var")).resolve()
    os.environ.setdefault("NUMBA_CACHE_DIR", str(own / "numba" / jit.source_hash()))
    if (own / "models" / "champion.json").exists():
        return own
    folder = tmp_path_factory.mktemp("trained")
    subprocess.run(
        [sys.executable, "manage.py", "setup_data", "--train"],
        cwd=ROOT,
        env={**os.environ, "VAR_DIR": str(folder)},
        check=True,
        timeout=540,
    )
    return folder


@pytest.fixture(scope="session")
def imported(tmp_path_factory, trained):
    """A folder with what every site on SQLite begins with: models, game data."""
    return Site(tmp_path_factory.mktemp("imported"), trained).var


@pytest.fixture
def redis(tmp_path):
    if not shutil.which("redis-server"):
        _missing("REDIS")
    server = Redis(tmp_path)
    yield server
    server.stop()


@pytest.fixture
def postgres(tmp_path_factory):
    if not POSTGRES_BINARIES:
        _missing("POSTGRESQL")
    # Its user must reach it, which is not so within the folders of a test.
    folder = Path(subprocess.check_output(["mktemp", "-d"], text=True).strip())
    folder.chmod(0o755)
    server = Postgres(folder)
    yield server
    with contextlib.suppress(subprocess.CalledProcessError):  # the test may have left it stopped
        server.stop("immediate")
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def make_site(tmp_path, trained, request):
    """A function: a site with servers and settings of its own; its processes end with the test.

    ``name``: of a folder of its own, for tests with several.
    """
    sites = []

    def make(name="", **options):
        if options.get("models", True) and not options.get("postgres"):
            options["imported"] = request.getfixturevalue("imported")
        made = Site(tmp_path / name, trained, **options)
        sites.append(made)
        return made

    yield make
    for site in sites:
        site.close()


@pytest.fixture
def small_disk(tmp_path):
    """A function: turn a folder into a file system that has hardly any room left."""
    mounted = []

    def shrink(folder, room):
        try:
            mounted.append(table.shrink(folder, room, tmp_path / "away"))
        except PermissionError as error:
            pytest.skip(f"NO SMALL DISK: {error}, so nobody knows what a full one does")

    yield shrink
    for folder in mounted:
        subprocess.run(["umount", "-l", str(folder)], check=False)
