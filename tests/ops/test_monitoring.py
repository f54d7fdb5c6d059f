"""Site, worker and Prometheus that really run: every panel of every dashboard shows data."""

import contextlib
import json
import math
import os
import signal
import socket
import sqlite3
import subprocess
import sys
import time
import urllib.error
import urllib.parse
import urllib.request
from pathlib import Path

import pytest
from numba import config as numba_config

import mlcore.engine.jit  # noqa: F401  (says where compiled kernels are kept)
from deploy import render
from tests.faults.servers import free_port
from tests.ops import dashboards

pytestmark = [pytest.mark.integration, pytest.mark.timeout(1500)]
ROOT = Path(__file__).resolve().parents[2]
TOKEN = "shown-by-prometheus-alone"
SECONDS = {
    "SCRAPE_INTERVAL": "1s",
    "EVALUATION_INTERVAL": "1s",
    "RATE_WINDOW": "20s",
    "QUALITY_WINDOW": "60s",
    "METRICS_TOKEN": TOKEN,
}
DUEL = {"pokemon_a_id": "pikachu", "move_a_id": "thunderbolt", "move_b_id": "tackle"}
MATCHUP = {"pokemon_a_id": "pikachu", "moves_a": ["thunderbolt", "thunder-wave"]}
FOES = ("rattata", "squirtle", "mankey", "snorlax", "eevee", "bulbasaur")


def ask(
    url: str, body: object = None, timeout: float = 20, address: str = "192.0.2.250"
) -> tuple[int, bytes]:
    """(status, body); a refused connection is status 0. ``address``: who asks, says the proxy."""
    data = None if body is None else json.dumps(body).encode()
    headers = {"Content-Type": "application/json", "X-Forwarded-For": address}
    request = urllib.request.Request(url, data, headers)
    try:
        with urllib.request.urlopen(request, timeout=timeout) as answer:
            return answer.status, answer.read()
    except urllib.error.HTTPError as error:
        return error.code, error.read()
    except (urllib.error.URLError, ConnectionError, TimeoutError):
        return 0, b""


def until(test, seconds: float, what: str) -> None:
    deadline = time.monotonic() + seconds
    while not test():
        assert time.monotonic() < deadline, f"{what}: not within {seconds} s"
        time.sleep(0.5)


#: A challenger that was stopped; tests/faults/test_rollout.py sees real ones.
ROLLOUT = """
from mlcore.models import Rollout
figures = {"difference": 0.1, "low": 0.05, "high": 0.15, "duels": 250}
Rollout.objects.create(version="v9", champion="v1", pointer={}, stage="stopped", figures=figures,
    shadow_share=0.1, canary_share=0.1, duels=200, hours=72)
"""


class Servers:
    """Processes of one test in a folder of their own, all ended with it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.processes: list[subprocess.Popen] = []
        redis = free_port()
        self.port = free_port()
        self.site = f"http://127.0.0.1:{self.port}"
        self.environment = {
            "PATH": os.environ["PATH"],
            "HOME": str(folder),
            "VAR_DIR": str(folder / "var"),
            "NUMBA_CACHE_DIR": numba_config.CACHE_DIR,
            "REDIS_URL": f"redis://127.0.0.1:{redis}/0",
            "API_ANONYMOUS_RATE": "0",
            "API_TRUSTED_PROXIES": "127.0.0.1",
            "METRICS_TOKEN": TOKEN,
            "WEB_CONCURRENCY": "2",
            "PORT": str(self.port),
        }
        self.start("redis", "redis-server", "--port", redis, "--save", "", "--dir", folder)
        until(lambda: _listens(redis), 20, "redis")

    def start(self, name: str, *command: object) -> subprocess.Popen:
        log = (self.folder / f"{name}.log").open("wb")
        process = subprocess.Popen(
            [str(word) for word in command],
            cwd=ROOT,
            env=self.environment,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
        self.processes.append(process)
        return process

    def manage(self, *arguments: object) -> None:
        done = subprocess.run(
            [sys.executable, "manage.py", *map(str, arguments)],
            cwd=ROOT,
            env=self.environment,
            capture_output=True,
            text=True,
            timeout=600,
        )
        assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]

    def stop(self) -> None:
        for process in reversed(self.processes):
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGTERM)
        for process in self.processes:
            try:
                process.wait(timeout=30)
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, signal.SIGKILL)


def _listens(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


@pytest.fixture(scope="module")
def servers(program, tmp_path_factory):
    """Redis, and a site that was trained by its own task."""
    program("redis-server")
    running = Servers(tmp_path_factory.mktemp("monitoring"))
    try:
        running.manage("setup_data")
        running.manage("run_task", "retrain", "--arguments", '{"duels": 34000, "plays": 8}')
        running.start(
            "gunicorn", Path(sys.executable).with_name("gunicorn"),
            "--config", "deploy/gunicorn.conf.py", "predictiondex.wsgi",
        )  # fmt: skip
        until(lambda: ask(f"{running.site}/readyz")[0] == 200, 120, "the site")
        yield running
    finally:
        running.stop()


@pytest.fixture(scope="module")
def prometheus(servers, program):
    """Its address; it scrapes every second."""
    folder = servers.folder / "rendered"
    discovery = f'static_configs: [{{targets: ["127.0.0.1:{servers.port}"]}}]'
    render.render(folder, SECONDS | {"WEB_DISCOVERY": discovery})
    port = free_port()
    servers.start(
        "prometheus", program("prometheus"),
        f"--config.file={folder / 'prometheus' / 'prometheus.yml'}",
        f"--storage.tsdb.path={servers.folder / 'tsdb'}",
        f"--web.listen-address=127.0.0.1:{port}",
    )  # fmt: skip
    address = f"http://127.0.0.1:{port}"
    until(lambda: ask(f"{address}/-/ready")[0] == 200, 60, "Prometheus")
    return address


def value_of(prometheus: str, expression: str) -> list[float]:
    """The numbers that a query answers with now."""
    query = urllib.parse.urlencode({"query": expression})
    status, body = ask(f"{prometheus}/api/v1/query?{query}")
    answer = json.loads(body)
    assert status == 200, (expression, answer)
    return [float(row["value"][1]) for row in answer["data"]["result"]]


def crowd(site: str) -> None:
    """As many visitors and requests as a verdict on drift takes."""
    for number in range(250):
        address = f"192.0.2.{1 + number % 25}"
        asked = {"pokemon_b_id": "eevee", "setup_a": {"level": 40 + number % 20}}
        for name, body in (("battle", DUEL), ("matchup", MATCHUP)):
            status, _ = ask(f"{site}/api/v1/predict/{name}/", body | asked, address=address)
            assert status == 200


def predict(site: str, foe: str = "eevee") -> int:
    """The status that a prediction is answered with."""
    return ask(f"{site}/api/v1/predict/battle/", DUEL | {"pokemon_b_id": foe})[0]


def visit(site: str, database: Path) -> None:
    """What a few visitors do, mistakes and a moment without a log included."""
    for foe in FOES * 6:
        assert predict(site, foe) in (200, 400)
    duels = [DUEL | {"pokemon_b_id": foe} for foe in FOES]
    ask(f"{site}/api/v1/predict/batch/", {"duels": duels})
    for foe in FOES * 6:
        assert ask(f"{site}/api/v1/predict/matchup/", MATCHUP | {"pokemon_b_id": foe})[0] == 200
    ask(f"{site}/api/v1/pokemon/missingno/")
    for page in ("/", "/compare/?a=pikachu&b=squirtle", "/pokemon/pikachu/insights/", "/model/"):
        assert ask(f"{site}{page}")[0] == 200, page
    with contextlib.closing(sqlite3.connect(database, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        assert predict(site) == 503
    assert predict(site) == 200


def test_only_prometheus_may_scrape(servers):
    assert ask(f"{servers.site}/metrics")[0] == 401


def test_every_panel_shows_data(servers, prometheus):
    """Polled until all have answered: rates need a few scrapes while visitors come."""
    database = servers.folder / "var" / "predictiondex.sqlite3"
    missing = {str(query): query for query in dashboards.queries("20s")}
    until(lambda: value_of(prometheus, "up") == [1.0], 30, "the first scrape")
    for _ in range(7):
        visit(servers.site, database)
    servers.manage(
        "run_task",
        "evaluate_predictions",
        "--arguments",
        '{"sample": 250, "plays": 20, "matchups": 10, "matchup_plays": 2}',
    )
    crowd(servers.site)
    servers.manage("run_task", "check_drift")
    servers.manage("shell", "-c", ROLLOUT)
    deadline = time.monotonic() + 120
    while missing and time.monotonic() < deadline:
        visit(servers.site, database)
        for name, query in list(missing.items()):
            if any(math.isfinite(number) for number in value_of(prometheus, query.expression)):
                del missing[name]
    assert not missing, sorted(missing)


def test_a_prediction_is_counted_once(servers, prometheus):
    """Two processes answer and are added up."""
    asked = 'sum(model_predictions_total{source="api"})'
    time.sleep(3)
    before = value_of(prometheus, asked)[0]
    for _ in range(25):
        assert predict(servers.site) == 200
    until(lambda: value_of(prometheus, asked) == [before + 25], 15, "all 25, and no more")


def test_the_site_goes_down_and_the_alert_fires(servers, prometheus, tmp_path, program):
    """With windows of seconds, by rules that differ in nothing else."""
    folder = tmp_path / "rendered"
    discovery = f'static_configs: [{{targets: ["127.0.0.1:{free_port()}"]}}]'
    render.render(folder, SECONDS | {"WEB_DISCOVERY": discovery, "DOWN_FOR": "2s"})
    port = free_port()
    servers.start(
        "prometheus-alone", program("prometheus"),
        f"--config.file={folder / 'prometheus' / 'prometheus.yml'}",
        f"--storage.tsdb.path={tmp_path / 'tsdb'}",
        f"--web.listen-address=127.0.0.1:{port}",
    )  # fmt: skip

    def firing() -> bool:
        status, body = ask(f"http://127.0.0.1:{port}/api/v1/alerts")
        alerts = json.loads(body)["data"]["alerts"] if status == 200 else []
        return any(
            alert["labels"]["alertname"] == "SiteDown" and alert["state"] == "firing"
            for alert in alerts
        )

    until(firing, 60, "SiteDown")
