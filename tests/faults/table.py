"""What each fault costs, measured under load: ``make faults`` prints the table.

While a fault is made and undone, clients ask for predictions, some over connections that they keep,
and one asks /healthz. A row says how many were answered, refused with a reason (503), failed in
another way or dropped without an answer; how many of those answered are not in the log, how many
are there twice; the longest time without an answer, and the slowest /healthz.
"""

import contextlib
import http.client
import itertools
import json
import os
import shutil
import signal
import sqlite3
import subprocess
import tempfile
import threading
import time
import uuid
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from mlcore.engine import jit
from tests.faults.servers import DUEL, ROOT, Postgres, Process, Redis, Site, fill, wait_for

CLIENTS = 3
#: Before and after each fault.
CALM_SECONDS = 2.0
HEADER = (
    f"{'fault':<34}{'answered':>9}{'refused':>9}{'failed':>8}{'dropped':>9}"
    f"{'unlogged':>10}{'doubled':>9}{'silence':>9}{'/healthz':>10}"
)


@dataclass
class Row:
    fault: str
    statuses: Counter
    unlogged: int
    doubled: int
    silence: float
    healthz: float

    @property
    def failed(self) -> int:
        return sum(times for status, times in self.statuses.items() if status not in (0, 200, 503))

    def __str__(self) -> str:
        return (
            f"{self.fault:<34}{self.statuses[200]:>9}{self.statuses[503]:>9}{self.failed:>8}"
            f"{self.statuses[0]:>9}{self.unlogged:>10}{self.doubled:>9}"
            f"{self.silence:>8.1f}s{self.healthz:>9.2f}s"
        )


class Load:
    """Clients that never rest; each prediction has an identifier of its own."""

    def __init__(self, site: Site) -> None:
        self.site = site
        self.stopped = threading.Event()
        self.answers: list[tuple[str, int, float]] = []
        self.healthz = [0.0]
        self.threads = [
            *(threading.Thread(target=self._ask, args=(one == 0,)) for one in range(CLIENTS)),
            threading.Thread(target=self._probe),
        ]

    def __enter__(self) -> "Load":
        self.began = time.monotonic()
        for thread in self.threads:
            thread.start()
        time.sleep(CALM_SECONDS)
        return self

    def __exit__(self, *error: object) -> None:
        time.sleep(CALM_SECONDS)
        self.stopped.set()
        for thread in self.threads:
            thread.join(60)

    def _ask(self, keeps: bool) -> None:
        connection = None
        while not self.stopped.is_set():
            identifier, status = uuid.uuid4().hex, 0
            connection = connection or http.client.HTTPConnection("127.0.0.1", self.site.port, 40)
            try:
                headers = {"Content-Type": "application/json", "X-Request-ID": identifier}
                path = "/api/v1/predict/battle/"
                connection.request("POST", path, json.dumps(DUEL).encode(), headers)
                response = connection.getresponse()
                response.read()
                status, goes_on = response.status, not response.will_close
            except (OSError, http.client.HTTPException):
                goes_on = False
            self.answers.append((identifier, status, time.monotonic()))
            if not keeps or not goes_on:
                connection.close()
                connection = None
            time.sleep(0.02)

    def _probe(self) -> None:
        while not self.stopped.is_set():
            began = time.monotonic()
            self.site.get("/healthz")
            self.healthz.append(time.monotonic() - began)
            time.sleep(0.05)

    def row(self, fault: str) -> Row:
        answered = {name for name, status, _ in self.answers if status == 200}
        times = [
            self.began,
            *sorted(at for _, status, at in self.answers if status == 200),
            max(at for *_, at in self.answers),
        ]
        logged = Counter(self.site.logged())
        asked = {name for name, *_ in self.answers}
        return Row(
            fault,
            Counter(status for _, status, _ in self.answers),
            len(answered - logged.keys()),
            sum(1 for name in asked if logged[name] > 1),
            max(after - before for before, after in itertools.pairwise(times)),
            max(self.healthz),
        )


def measure(site: Site, fault: str, make: Callable[[], None]) -> Row:
    """The row of one fault: ``make`` makes it and undoes it."""
    wait_for(lambda: site.predict()[0] == 200, f"the site before: {fault}", seconds=60)
    with Load(site) as load:
        make()
        wait_for(lambda: site.predict()[0] == 200, f"the site after: {fault}", seconds=60)
    return load.row(fault)


def workers_of(web: Process) -> list[int]:
    children = Path(f"/proc/{web.popen.pid}/task/{web.popen.pid}/children")
    return [int(number) for number in children.read_text().split()]


def of_servers(site: Site, web: Process, postgres: Postgres, redis: Redis) -> dict:
    """Fault -> what makes and undoes it, for a site with PostgreSQL and Redis."""

    def kill(count: int) -> None:
        for number in workers_of(web)[:count]:
            os.kill(number, signal.SIGKILL)

    def terminate() -> None:
        sql = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid()"
        command = ["psql", "-q", "-h", "127.0.0.1", "-p", str(postgres.port), "-U", "postgres"]
        subprocess.run([*command, "-c", sql], check=True, stdout=subprocess.DEVNULL)

    def restart(seconds: float) -> None:
        postgres.stop()
        time.sleep(seconds)
        postgres.start()

    def without_redis() -> None:
        redis.stop()
        time.sleep(5)
        redis.start()

    def frozen_redis() -> None:
        redis.process.send(signal.SIGSTOP)
        time.sleep(5)
        redis.process.send(signal.SIGCONT)

    def reload() -> None:
        before = workers_of(web)
        os.kill(web.popen.pid, signal.SIGHUP)
        wait_for(lambda: not set(before) & set(workers_of(web)), "new workers", seconds=60)

    return {
        "one worker killed (-9)": lambda: kill(1),
        "both workers killed (-9)": lambda: kill(2),
        "reloaded (SIGHUP)": reload,
        "connections terminated": terminate,
        "PostgreSQL restarted": lambda: restart(0),
        "PostgreSQL away for 5 s": lambda: restart(5),
        "Redis away for 5 s": without_redis,
        "Redis frozen for 5 s": frozen_redis,
    }


def of_files(site: Site) -> dict:
    """The same for a site with SQLite, its folder on a small file system."""

    def lock() -> None:
        other = sqlite3.connect(site.var / "predictiondex.sqlite3", isolation_level=None)
        other.execute("BEGIN EXCLUSIVE")
        time.sleep(25)
        other.execute("ROLLBACK")
        other.close()

    def full() -> None:
        filler = fill(site.var)
        time.sleep(5)
        filler.unlink()

    return {
        "SQLite locked for 25 s": lock,
        "disk full for 5 s": full,
    }


def measure_servers(make_site, postgres: Postgres, redis: Redis) -> Iterator[Row]:
    site = make_site(postgres=postgres, redis=redis, API_ANONYMOUS_RATE="0", WEB_CONCURRENCY="2")
    web = site.start_web()
    for fault in of_servers(site, web, postgres, redis).items():
        yield measure(site, *fault)


def measure_files(make_site, small_disk) -> Iterator[Row]:
    site = make_site(API_ANONYMOUS_RATE="0", WEB_CONCURRENCY="2")
    small_disk(site.var, room=16 * 1024 * 1024)
    site.start_web()
    for fault in of_files(site).items():
        yield measure(site, *fault)


def main() -> None:
    """The table, with servers and folders of its own; needs root for the small file system."""
    folder = Path(tempfile.mkdtemp(prefix="faults-"))
    folder.chmod(0o755)
    # Nobody waits for a compiler, whichever site's folder it is.
    os.environ.setdefault("NUMBA_CACHE_DIR", str(ROOT / "var" / "numba" / jit.source_hash()))
    sites: list[Site] = []
    mounted: list[Path] = []

    def make_site(**options):
        sites.append(Site(folder / str(len(sites)), ROOT / "var", **options))
        return sites[-1]

    def small_disk(where: Path, room: int) -> None:
        mounted.append(shrink(where, room, folder / "away"))

    print(HEADER, flush=True)
    postgres, redis = Postgres(folder), Redis(folder)
    try:
        for row in measure_servers(make_site, postgres, redis):
            print(row, flush=True)
        for row in measure_files(make_site, small_disk):
            print(row, flush=True)
    finally:
        for site in sites:
            site.close()
        redis.stop()
        with contextlib.suppress(subprocess.CalledProcessError):
            postgres.stop("immediate")
        for place in mounted:
            subprocess.run(["umount", "-l", str(place)], check=False)
        shutil.rmtree(folder, ignore_errors=True)


def shrink(folder: Path, room: int, away: Path) -> Path:
    """Turn a folder into a file system with so much room left. PermissionError without root."""
    used = sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
    folder.rename(away)
    folder.mkdir()
    # Whole pages for each file and folder, and so much room.
    size = used + 8192 * (2 + sum(1 for _ in away.rglob("*"))) + room
    command = ["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", str(folder)]
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode:
        raise PermissionError(done.stderr.strip())
    subprocess.run(["cp", "-a", f"{away}/.", str(folder)], check=True)
    return folder


if __name__ == "__main__":
    main()
