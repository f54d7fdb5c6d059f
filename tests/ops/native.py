"""Every service of the compose file without containers: its command line, environment and user.

    sudo .venv/bin/python tests/ops/native.py    (Linux, root: `make compose-native`)

In a network and a mount namespace of its own, so that ports and paths are those of the compose
file: the services' names mean this machine, /app is the source (read-only), /opt/venv the packages
of the image. Each service's own health check decides; then one prediction goes through everything.
Exit code 0 when all of that works.
"""

import json
import os
import secrets
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from tests.ops import compose  # noqa: E402

#: No distribution packages Grafana; backups and the proxy have tests of their own,
#: tests/faults/test_backup.py and tests/load/test_front_door.py.
LEFT_OUT = {"backup", "grafana", "proxy"}
SECRETS = ("SECRET_KEY", "POSTGRES_PASSWORD", "REDIS_PASSWORD", "GRAFANA_PASSWORD", "METRICS_TOKEN")
#: Where the containers find things; made in the namespace, gone with it.
MOUNTS = ("/app", "/opt/venv", "/var/lib/predictiondex", "/var/lib/mlflow", "/var/lib/monitoring",
          "/etc/monitoring", "/prometheus", "/alertmanager", "/data", "/pgdata")  # fmt: skip
USER = 10001
DUEL = {
    "pokemon_a_id": "pikachu", "move_a_id": "thunderbolt",
    "pokemon_b_id": "charizard", "move_b_id": "flamethrower",
}  # fmt: skip


def say(words: str) -> None:
    print(f"{time.strftime('%H:%M:%S')} {words}", flush=True)


class Stack:
    """The services that run, in a folder of their own."""

    def __init__(self, folder: Path, venvs: dict[str, Path]) -> None:
        self.folder = folder
        self.venvs = venvs
        given = {name: secrets.token_urlsafe(50) for name in SECRETS}
        self.services = compose.load(given | {"ALERT_WEBHOOK_URL": "http://127.0.0.1:9999/"})
        self.running: dict[str, subprocess.Popen] = {}

    # --- what a container would see -------------------------------------------------------------

    def mount(self) -> None:
        names = [name for name in self.services if name not in LEFT_OUT]
        hosts = self.folder / "hosts"
        self.addresses = {name: f"127.0.0.{10 + place}" for place, name in enumerate(names)}
        lines = [f"{address} {name}\n" for name, address in self.addresses.items()]
        hosts.write_text("127.0.0.1 localhost\n" + "".join(lines))
        _do("ip", "link", "set", "lo", "up")
        _do("mount", "--bind", str(hosts), "/etc/hosts")
        for name in MOUNTS:
            inside = self.folder / "mounts" / name.strip("/").replace("/", "-")
            inside.mkdir(parents=True)
            _do("mount", "--bind", str(ROOT if name == "/app" else inside), name)
        _do("mount", "-o", "remount,bind,ro", "/app")
        # One volume, two places.
        _do("mount", "--bind", "/var/lib/monitoring", "/etc/monitoring")
        for name in ("/var/lib/predictiondex", "/var/lib/mlflow", "/var/lib/monitoring"):
            os.chown(name, USER, USER)
        for name in ("/prometheus", "/alertmanager"):
            os.chown(name, 65534, 65534)
        os.chown("/data", 999, 999)
        shutil.chown("/pgdata", "postgres", "postgres")

    def environment(self, name: str) -> dict[str, str]:
        service = self.services[name]
        values = {"PATH": os.environ["PATH"], "HOME": "/tmp", "LANG": "C.UTF-8"}
        if "build" in service:
            venv = self.venvs[service["build"]["target"]]
            values |= {
                "PATH": f"{venv}/bin:{os.environ['PATH']}",
                "NUMBA_CACHE_DIR": "/var/lib/predictiondex/numba",
                "PYTHONDONTWRITEBYTECODE": "1",
            }
        if name == "monitoring":  # there is no name server
            values["WEB_DISCOVERY"] = 'static_configs: [{targets: ["web:8000"]}]'
        return values | {key: str(value) for key, value in service.get("environment", {}).items()}

    def as_user(self, name: str, command: list[str]) -> list[str]:
        service = self.services[name]
        user = service.get("user", f"{USER}:{USER}")
        uid, gid = user.split(":")
        return ["setpriv", f"--reuid={uid}", f"--regid={gid}", "--clear-groups",
                "--no-new-privs", "--bounding-set=-all", "--", *command]  # fmt: skip

    def command(self, name: str) -> list[str]:
        """The command of the compose file, with the program that the image would start."""
        given = list(self.services[name]["command"])
        if name in ("cache", "broker"):  # the same port, and one machine
            bind = f"redis-server --bind {self.addresses[name]}"
            return [word.replace("redis-server", bind) for word in given]
        programs = {"prometheus": "prometheus", "alertmanager": "prometheus-alertmanager"}
        return [programs[name], *given] if name in programs else given

    # --- starting and asking --------------------------------------------------------------------

    def start(self, name: str) -> None:
        if name == "postgres":
            self.start_postgres()
            return
        command = self.as_user(name, self.command(name))
        log = (self.folder / f"{name}.log").open("wb")
        folder = "/app" if "build" in self.services[name] else "/tmp"
        process = subprocess.Popen(
            command, env=self.environment(name), cwd=folder,
            stdout=log, stderr=log, stdin=subprocess.DEVNULL, start_new_session=True,
        )  # fmt: skip
        if self.services[name].get("healthcheck", {}).get("disable"):
            if process.wait(timeout=3000) != 0:
                raise RuntimeError(f"{name} ended with {process.returncode}")
            say(f"{name}: done")
            return
        self.running[name] = process

    def start_postgres(self) -> None:
        """What the image's own start does: initdb, the user and database, the scripts."""
        bin_folder = max(Path("/usr/lib/postgresql").glob("*/bin"))
        given = self.environment("postgres")
        password = self.folder / "pgpassword"
        password.write_text(given["POSTGRES_PASSWORD"])
        shutil.chown(password, "postgres")
        run = ["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups", "--"]
        _do(*run, str(bin_folder / "initdb"), "-D", "/pgdata", "-U", given["POSTGRES_USER"],
            f"--pwfile={password}", "--auth-host=scram-sha-256", "--auth-local=trust")  # fmt: skip
        log = (self.folder / "postgres.log").open("wb")
        self.running["postgres"] = subprocess.Popen(
            [*run, str(bin_folder / "postgres"), "-D", "/pgdata", "-k", "/tmp"],
            stdout=log, stderr=log, start_new_session=True,
        )  # fmt: skip
        here = {**os.environ, **given, "PGHOST": "/tmp", "PGUSER": given["POSTGRES_USER"]}
        _until(
            lambda: subprocess.run(["pg_isready", "-q"], env=here).returncode == 0, 30, "postgres"
        )
        _do("createdb", given["POSTGRES_DB"], env=here)
        for script in sorted((ROOT / "deploy" / "postgres").glob("*.sh")):
            _do("sh", str(script), env=here)

    def healthy(self, name: str) -> bool:
        kind, *test = self.services[name]["healthcheck"]["test"]
        command = ["sh", "-c", *test] if kind == "CMD-SHELL" else test
        if name == "postgres":
            command = [*command[:-1], f"{command[-1]} --host /tmp"]
        else:
            command = self.as_user(name, command)
        done = subprocess.run(
            command, env=self.environment(name), cwd="/app", timeout=60,
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        return done.returncode == 0

    def up(self) -> None:
        for name in compose.in_order(self.services):
            if name in LEFT_OUT:
                continue
            began = time.monotonic()
            self.start(name)
            if process := self.running.get(name):
                limit = 420 if name == "beat" else 120
                _until(lambda n=name: self.healthy(n), limit, name, process)
                say(f"{name}: healthy after {time.monotonic() - began:.0f} s")

    def down(self) -> None:
        for name, process in reversed(self.running.items()):
            # As its image does: PostgreSQL would wait for its clients otherwise.
            process.send_signal(signal.SIGINT if name == "postgres" else signal.SIGTERM)
            try:
                process.wait(timeout=60)
                say(f"{name}: ended with {process.returncode}")
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, 9)
                say(f"{name}: had to be killed")

    # --- the way through all of it --------------------------------------------------------------

    def try_it(self) -> None:
        answer = _ask("http://web:8000/api/v1/predict/battle/", DUEL)
        say(f"a prediction: {answer['win_probability']:.3f} by {answer['model_version']}")
        runs = _ask("http://mlflow:5000/api/2.0/mlflow/experiments/search", {"max_results": 10})
        names = [experiment["name"] for experiment in runs["experiments"]]
        assert "battle-winner" in names, names
        say(f"MLflow has the experiments {names}")

        def scraped() -> bool:
            targets = _ask("http://prometheus:9090/api/v1/targets")["data"]["activeTargets"]
            return bool(targets) and all(target["health"] == "up" for target in targets)

        _until(scraped, 60, "Prometheus's targets")
        managers = _ask("http://prometheus:9090/api/v1/alertmanagers")["data"]
        _until(
            lambda: _ask("http://prometheus:9090/api/v1/alertmanagers")["data"][
                "activeAlertmanagers"
            ],
            60,
            f"Prometheus's Alertmanager ({managers})",
        )
        say("Prometheus scrapes the site and knows Alertmanager")


def _do(*command: str, env: dict[str, str] | None = None) -> None:
    subprocess.run(command, check=True, env=env, stdout=subprocess.DEVNULL)


def _ask(url: str, body: object = None) -> dict:
    data = None if body is None else json.dumps(body).encode()
    headers = {"Content-Type": "application/json"}
    request = urllib.request.Request(url, data=data, headers=headers)
    with urllib.request.urlopen(request, timeout=20) as answer:
        return json.load(answer)


def _until(test, seconds: float, what: str, process: subprocess.Popen | None = None) -> None:
    deadline = time.monotonic() + seconds
    while not test():
        if process is not None and process.poll() is not None:
            raise RuntimeError(f"{what} ended with {process.returncode}")
        if time.monotonic() > deadline:
            raise RuntimeError(f"{what} is not healthy after {seconds} s")
        time.sleep(1)


def packages(folder: Path) -> dict[str, Path]:
    """What the images would have installed, each in an environment of its own."""
    made = {}
    # The services' users may not be able to enter the folder of this Python.
    everybodys = shutil.which("python3.11", path="/usr/local/bin:/usr/bin")
    base = everybodys or str(Path(sys.executable).resolve())
    for target, file in (("web", "requirements-web.txt"), ("worker", "requirements.txt")):
        made[target] = folder / target
        uv = [str(ROOT / ".venv" / "bin" / "uv")]
        _do(*uv, "venv", "--quiet", "--python", base, str(made[target]))
        _do(*uv, "pip", "install", "--quiet", "--python", str(made[target] / "bin" / "python"),
            "-r", str(ROOT / file))  # fmt: skip
        say(f"packages of the {target} image installed")
    return made


def main() -> int:
    if os.geteuid() != 0:
        print("This must be started by root: it makes namespaces.", file=sys.stderr)
        return 2
    if len(sys.argv) == 1:
        with tempfile.TemporaryDirectory(prefix="native-", ignore_cleanup_errors=True) as name:
            Path(name).chmod(0o755)
            packages(Path(name))
            # Places to mount things on are outside the namespace, too: they go again afterwards.
            made = [Path(mount) for mount in MOUNTS if not Path(mount).exists()]
            for mount in made:
                mount.mkdir(parents=True)
            code = subprocess.run(
                ["unshare", "--net", "--mount", "--pid", "--fork", "--kill-child", "--mount-proc",
                 sys.executable, __file__, name]
            ).returncode  # fmt: skip
            for mount in made:
                mount.rmdir()
            return code
    folder = Path(sys.argv[1])
    stack = Stack(folder, {target: folder / target for target in ("web", "worker")})
    stack.mount()
    try:
        stack.up()
        stack.try_it()
    except Exception as error:
        say(f"FAILED: {error!r}")
        for log in folder.glob("*.log"):
            print(f"--- {log.name}\n{log.read_text()[-3000:]}", file=sys.stderr)
        return 1
    finally:
        stack.down()
    say("all services ran")
    return 0


if __name__ == "__main__":
    sys.exit(main())
