"""Real servers on free ports with folders of their own, to be killed at will."""

import contextlib
import json
import os
import pwd
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
POSTGRES_BINARIES = sorted(Path("/usr/lib/postgresql").glob("*/bin"))
DUEL = {
    "pokemon_a_id": "pikachu",
    "pokemon_b_id": "charizard",
    "move_a_id": "thunderbolt",
    "move_b_id": "flamethrower",
}


def free_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return taken.getsockname()[1]


def fill(folder: Path) -> Path:
    """A file that takes all room that the folder's file system has left."""
    filler = folder / "filler"
    with filler.open("wb", buffering=0) as file, contextlib.suppress(OSError):
        while file.write(b"x" * 4096):
            pass
    return filler


def wait_for(condition, what: str, *, seconds: float = 60, pause: float = 0.2):
    """What ``condition`` gives as soon as it is true; fails after so many seconds."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        result = condition()
        if result:
            return result
        time.sleep(pause)
    raise AssertionError(f"{what} did not come within {seconds} s")


class Process:
    """A process group with its log in a file."""

    def __init__(self, command, log: Path, environment):
        self.log = log
        with log.open("ab") as output:
            self.popen = subprocess.Popen(
                [str(part) for part in command],
                cwd=ROOT,
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    @property
    def running(self) -> bool:
        return self.popen.poll() is None

    def send(self, what: signal.Signals) -> None:
        """A signal to the whole group."""
        os.killpg(self.popen.pid, what)

    def stop(self) -> None:
        """Ask it to end; kill what does not listen."""
        if self.running:
            self.send(signal.SIGTERM)
            with contextlib.suppress(subprocess.TimeoutExpired):
                self.popen.wait(15)
        with contextlib.suppress(ProcessLookupError):
            self.send(signal.SIGKILL)
        self.popen.wait(10)


class Redis:
    """A Redis server that keeps nothing."""

    def __init__(self, folder: Path):
        self.folder, self.port = folder, free_port()
        self.url = f"redis://127.0.0.1:{self.port}/0"
        self.start()

    def start(self) -> None:
        command = ["redis-server", "--port", self.port, "--bind", "127.0.0.1", "--save", ""]
        self.process = Process(
            [*command, "--dir", self.folder], self.folder / "redis.log", os.environ
        )
        wait_for(self.answers, "Redis")

    def answers(self) -> bool:
        try:
            with socket.create_connection(("127.0.0.1", self.port), 1) as connection:
                connection.sendall(b"PING\r\n")
                return connection.recv(16).startswith(b"+PONG")
        except OSError:
            return False

    def stop(self) -> None:
        self.process.stop()


class Postgres:
    """A PostgreSQL cluster of its own. The server refuses to be root, so root lends it a user."""

    def __init__(self, folder: Path):
        self.folder, self.port = folder / "postgres", free_port()
        self.folder.mkdir()
        self.url = f"postgres://postgres@127.0.0.1:{self.port}/postgres"
        self.as_user = []
        if os.getuid() == 0:
            self.as_user = ["runuser", "-u", "postgres", "--"]
            os.chown(self.folder, pwd.getpwnam("postgres").pw_uid, -1)
        self.control("initdb", "-D", self.folder, "-U", "postgres", "-A", "trust", "--no-sync")
        self.start()

    def control(self, name: str, *arguments) -> None:
        command = [*self.as_user, POSTGRES_BINARIES[-1] / name, *arguments]
        subprocess.run(
            [str(part) for part in command],
            cwd=self.folder,
            check=True,
            stdout=subprocess.DEVNULL,
            timeout=120,
        )

    def start(self) -> None:
        options = f"-p {self.port} -c listen_addresses=127.0.0.1 -k {self.folder}"
        log = self.folder / "log"
        self.control("pg_ctl", "-D", self.folder, "-w", "-l", log, "-o", options, "start")

    def stop(self, mode: str = "fast") -> None:
        self.control("pg_ctl", "-D", self.folder, "-w", "-m", mode, "stop")


class Site:
    """The site with its own folder, database and workers.

    ``models``: begin with those trained; ``imported``: a copy of this folder is all it needs.
    """

    def __init__(
        self,
        folder: Path,
        trained: Path,
        *,
        models=True,
        imported=None,
        redis=None,
        postgres=None,
        **settings,
    ):
        self.folder, self.port = folder, free_port()
        self.var = folder / "var"
        folder.mkdir(exist_ok=True)
        if imported:
            shutil.copytree(imported, self.var)
        elif models:
            shutil.copytree(trained / "models", self.var / "models")
        self.processes: list[Process] = []
        self.environment = {
            name: value
            for name, value in os.environ.items()
            if name not in {"DATABASE_URL", "REDIS_URL", "CELERY_BROKER_URL"}
        } | {
            "VAR_DIR": str(self.var),
            "PORT": str(self.port),
            "ENGINE_THREADS": "1",
            "LOG_FORMAT": "json",
            "TASK_DEAD_SECONDS": "6",
            "TASK_VISIBILITY_SECONDS": "3600",
            **({"REDIS_URL": redis.url} if redis else {}),
            **({"DATABASE_URL": postgres.url} if postgres else {}),
            **settings,
        }
        if not imported:
            self.manage("setup_data")

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def run(self, *arguments) -> subprocess.CompletedProcess:
        """``manage.py`` with these arguments, however it ends."""
        return subprocess.run(
            [sys.executable, "manage.py", *arguments],
            cwd=ROOT,
            env=self.environment,
            capture_output=True,
            text=True,
            timeout=300,
        )

    def manage(self, *arguments) -> str:
        done = self.run(*arguments)
        if done.returncode:
            raise AssertionError(f"{arguments}: {done.stdout}\n{done.stderr}")
        return done.stdout

    def ask(self, code: str):
        """What Python code in the site's own shell prints last, read as JSON."""
        return json.loads(self.manage("shell", "-v", "0", "-c", code).strip().splitlines()[-1])

    def runs(self) -> list[dict]:
        return self.ask(_RUNS)

    def order(self, task: str, **arguments) -> int:
        return self.ask(
            "from mlcore.jobs import task_runs\n"
            f"print(task_runs.submit({task!r}, reason='test', arguments={arguments!r}).pk)"
        )

    def start(self, name: str, *command) -> Process:
        process = Process(command, self.folder / f"{name}.log", self.environment)
        self.processes.append(process)
        return process

    def start_web(self, until: str = "/readyz") -> Process:
        web = self.start(
            "web",
            *(sys.executable, "-m", "gunicorn", "--config", "deploy/gunicorn.conf.py"),
            "predictiondex.wsgi",
        )
        wait_for(lambda: self.get(until)[0] == 200, "the site", seconds=180)
        return web

    def start_worker(self, name: str = "worker") -> Process:
        command = (sys.executable, "-m", "celery", "-A", "predictiondex", "worker")
        worker = self.start(name, *command, "-c", "1", "-n", f"{name}@%h", "-l", "INFO")
        wait_for(lambda: b" ready." in worker.log.read_bytes(), name, seconds=180)
        return worker

    def start_beat(self) -> Process:
        """The clock, with the watch of every minute set to every two seconds."""
        self.manage("shell", "-c", _WATCH_OFTEN)
        return self.start("beat", sys.executable, "-m", "celery", "-A", "predictiondex", "beat")

    def get(self, path: str, **headers) -> tuple[int, dict]:
        return self.send(urllib.request.Request(self.address + path, headers=headers))

    def predict(self, identifier: str = "") -> tuple[int, dict]:
        request = urllib.request.Request(
            f"{self.address}/api/v1/predict/battle/", json.dumps(DUEL).encode()
        )
        request.add_header("Content-Type", "application/json")
        if identifier:
            request.add_header("X-Request-ID", identifier)
        return self.send(request)

    def send(self, request: urllib.request.Request) -> tuple[int, dict]:
        """Status and headers; status 0 when nobody answers."""
        try:
            with urllib.request.urlopen(request, timeout=30) as response:
                response.read()
                return response.status, dict(response.headers)
        except urllib.error.HTTPError as error:
            return error.code, dict(error.headers)
        except OSError:
            return 0, {}

    def predict_body(self) -> tuple[int, dict]:
        """Status and document of a prediction."""
        status, text = self.page("/api/v1/predict/battle/", json.dumps(DUEL).encode())
        return status, json.loads(text)

    def page(self, path: str, body: bytes | None = None) -> tuple[int, str]:
        """Status and text."""
        request = urllib.request.Request(self.address + path, body)
        if body is not None:
            request.add_header("Content-Type", "application/json")
        try:
            with urllib.request.urlopen(request, timeout=30) as response:
                return response.status, response.read().decode()
        except urllib.error.HTTPError as error:
            return error.code, error.read().decode()

    def logged(self) -> list[str]:
        """The identifier of every request that is in the log of predictions."""
        return self.ask(
            "import json\n"
            "from mlcore.models import PredictionLog\n"
            "print(json.dumps(list(PredictionLog.objects.values_list('request_id', flat=True))))"
        )

    def champion(self) -> dict:
        return json.loads((self.var / "models" / "champion.json").read_text())

    def close(self) -> None:
        for process in reversed(self.processes):
            process.stop()


_RUNS = """
import json
from mlcore.models import TaskRun
print(json.dumps(list(TaskRun.objects.order_by("id").values(
    "id", "task", "state", "attempts", "error", "message", "progress"))))
"""
_WATCH_OFTEN = """
from django_celery_beat.models import IntervalSchedule, PeriodicTask
often, _ = IntervalSchedule.objects.get_or_create(every=2, period="seconds")
PeriodicTask.objects.exclude(name="watch").update(enabled=False)
PeriodicTask.objects.filter(name="watch").update(interval=often)
"""
