"""The site as it is deployed, started on a port of its own for as long as something asks it."""

import os
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

import numba
from django.conf import settings
from django.db import connection

START_SECONDS = 120.0
STOP_SECONDS = 25.0


@dataclass(frozen=True)
class BenchServer:
    """A running server: its address, and the process that stands for all of its workers."""

    url: str
    pid: int
    log: Path

    def workers(self) -> list[int]:
        """Process ids of the workers (Linux)."""
        children = Path(f"/proc/{self.pid}/task/{self.pid}/children")
        return [int(pid) for pid in children.read_text().split()]

    def cpu(self) -> float:
        """Seconds of CPU that the workers have taken (Linux)."""
        stats = [Path(f"/proc/{pid}/stat").read_text() for pid in self.workers()]
        # After the name, which may have spaces: the 12th and 13th are user and system time.
        times = [stat.rpartition(")")[2].split()[11:13] for stat in stats]
        return sum(int(ticks) for pair in times for ticks in pair) / os.sysconf("SC_CLK_TCK")


@contextmanager
def served(
    directory: Path,
    *,
    workers: int = 1,
    database_url: str = "",
    application: str = "predictiondex.wsgi",
    ready: str = "/readyz",
    environment: Mapping[str, str] | None = None,
) -> Iterator[BenchServer]:
    """gunicorn with the deployed configuration, until the block ends.

    ``directory`` is its VAR_DIR. Nobody's minute is limited, though every request is counted;
    ``environment`` goes before that and before the free port.
    Raises RuntimeError with the end of its log when ``ready`` is not answered by 200 in time.
    """
    given = environment or {}
    host, port = given.get("HOST", "127.0.0.1"), given.get("PORT") or _free_port()
    log = directory / "server.log"
    variables = {
        **os.environ,
        "DJANGO_ENV": "local",
        "DEBUG": "0",
        "VAR_DIR": str(directory),
        "DATABASE_URL": database_url or f"sqlite:///{directory / 'predictiondex.sqlite3'}",
        "NUMBA_CACHE_DIR": str(numba.config.CACHE_DIR),
        "API_ANONYMOUS_RATE": "1000000000",
        "API_KEY_RATE": "1000000000",
        "HOST": "127.0.0.1",
        "PORT": str(port),
        "WEB_CONCURRENCY": str(workers),
        "LOG_LEVEL": "WARNING",
        **given,
    }
    command = [sys.executable, "-m", "gunicorn", "--config", "deploy/gunicorn.conf.py"]
    with log.open("ab") as output:
        process = subprocess.Popen(
            [*command, application],
            cwd=settings.BASE_DIR,
            env=variables,
            stdout=output,
            stderr=subprocess.STDOUT,
        )
    try:
        url = f"http://{host}:{port}"
        _wait_until_ready(process, url + ready, log)
        yield BenchServer(url, process.pid, log)
    finally:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def copy_site(directory: Path) -> None:
    """A VAR_DIR of its own: copies of this site's SQLite database and of its models.

    Raises RuntimeError when this site's database is no SQLite file.
    """
    if connection.vendor != "sqlite":
        raise RuntimeError("Only an SQLite database can be copied; unset DATABASE_URL.")
    source = settings.DATABASES["default"]["NAME"]
    with (
        closing(sqlite3.connect(source)) as here,
        closing(sqlite3.connect(directory / "predictiondex.sqlite3")) as there,
    ):
        here.backup(there)
    shutil.copytree(settings.MODELS_DIR, directory / "models")


def _free_port() -> int:
    with closing(socket.create_server(("127.0.0.1", 0))) as listener:
        return int(listener.getsockname()[1])


def _wait_until_ready(process: subprocess.Popen, address: str, log: Path) -> None:
    deadline = time.monotonic() + START_SECONDS
    reason = "it does not answer"
    while time.monotonic() < deadline and process.poll() is None:
        try:
            with urllib.request.urlopen(address, timeout=10):
                return
        except urllib.error.HTTPError as error:
            reason = error.read().decode("utf-8", "replace")
        except OSError:
            pass
        time.sleep(0.2)
    end = log.read_text(errors="replace")[-2000:]
    raise RuntimeError(f"The server did not get ready: {reason}.\n{end}")
