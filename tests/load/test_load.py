"""Short versions of the acceptance runs: see ``tests.load.run`` and ``tests.load.schema``."""

import json
import shutil
import socket
from pathlib import Path

import httpx
import numpy as np
import pytest

from predictiondex.bench import api
from tests.load import run
from tests.load.schema import ask_everything

pytestmark = pytest.mark.integration
BATTLE = "/api/v1/predict/battle/"
BATCH = "/api/v1/predict/batch/"
needs_wrk = pytest.mark.skipif(shutil.which("wrk") is None, reason="wrk is not installed")


@pytest.fixture(scope="module")
def duels(django_db_setup, django_db_blocker):
    from mlcore.game import gamedata

    with django_db_blocker.unblock():
        return api.random_duels(gamedata.load(), np.random.default_rng(1), 60)


@needs_wrk
@pytest.mark.django_db  # the facts that the duels are drawn from
def test_no_request_fails_under_load(server, duels):
    load = run.soak(server.url, duels, 2)
    assert load.rate > 0
    assert 0 < load.p50 <= load.p95 <= load.p99


@needs_wrk
def test_the_load_tool_tells_of_refused_requests(server):
    with pytest.raises(RuntimeError, match="refused"):
        api.drive(server.url, [api.line("GET", "/api/v1/nothing/")], seconds=1, connections=1)


@pytest.mark.django_db  # the facts that the duels are drawn from
def test_every_answered_prediction_is_in_the_log_once(site, server, duels):
    site.shell("from mlcore.models import PredictionLog; PredictionLog.objects.all().delete()")
    answered = run.mixed(server.url, duels, 160)
    assert not answered.refused
    assert len(answered.probabilities) == 120
    assert sorted(run.logged(site)) == sorted(answered.probabilities.items())


def test_both_workers_answer(server):
    pids = server.workers()
    before = {pid: run.cpu_ticks(pid) for pid in pids}
    for _ in range(200):
        assert httpx.post(server.url + BATTLE, json=run.DUEL, timeout=30).status_code == 200
        if run.busy_workers(pids, before) == 2:
            return
    pytest.fail("one worker answered all requests")


@pytest.mark.parametrize("with_key", [False, True], ids=["without a key", "with a key"])
def test_it_keeps_to_its_schema(site, server, with_key):
    cases, failed = ask_everything(
        server.url,
        examples=2,
        seed=7,
        key=site.make_key() if with_key else "",
        phases="examples,fuzzing",
        # A site that was made a minute ago has ranked nothing, and says so by a 503.
        without=["/api/v1/rankings/"],
    )
    assert not failed, failed
    assert cases > 40


# Bodies nobody should send -----------------------------------------------------------------------

ROW = json.dumps(run.DUEL)
JSON = "application/json"
EXTREMES = {
    "10 MB": (BATTLE, b'{"pokemon_a_id": "' + b"a" * 10_000_000 + b'"}', JSON, 413),
    "1,001 duels": (BATCH, f'{{"duels": [{", ".join([ROW] * 1001)}]}}'.encode(), JSON, 400),
    "deep lists": (BATTLE, b"[" * 200_000, JSON, 400),
    "deep objects": (BATTLE, b'{"a":' * 100_000 + b"1" + b"}" * 100_000, JSON, 400),
    "NUL in a name": (BATTLE, ROW.replace("pikachu", "pika\\u0000chu").encode(), JSON, 400),
    "NUL in the JSON": (BATTLE, ROW.encode() + b"\0", JSON, 400),
    "a lone surrogate": (BATTLE, ROW.replace("pikachu", "\\ud800").encode(), JSON, 400),
    "a huge integer": (BATTLE, ROW.replace('"pikachu"', "9" * 4_000).encode(), JSON, 400),
    "an endless integer": (BATTLE, ROW.replace('"pikachu"', "9" * 900_000).encode(), JSON, 400),
    "no UTF-8": (BATTLE, b'{"pokemon_a_id": "\xff\xfe"}', JSON, 400),
    "a form": (BATTLE, b"pokemon_a_id=25", "application/x-www-form-urlencoded", 415),
    "XML": (BATTLE, b"<duel/>", "application/xml", 415),
    "no media type": (BATTLE, ROW.encode(), "", 415),
}


def refuse(server, name):
    path, body, content_type, status = EXTREMES[name]
    headers = {"Content-Type": content_type} if content_type else {}
    response = httpx.post(server.url + path, content=body, headers=headers, timeout=60)
    assert response.status_code == status, (name, response.text[:300])
    assert response.headers["Content-Type"] == "application/problem+json"
    document = response.json()
    assert document["status"] == status
    assert document["detail"]


@pytest.mark.parametrize("name", EXTREMES)
def test_an_extreme_body_is_refused(server, name):
    refuse(server, name)


def memory(server) -> int:
    """Bytes that the workers hold in memory together."""
    total = 0
    for pid in server.workers():
        text = Path(f"/proc/{pid}/status").read_text()
        total += int(text.partition("VmRSS:")[2].split()[0]) * 1024
    return total


def test_extreme_bodies_leave_memory_as_it_was(server):
    for name in list(EXTREMES) * 2:  # what they need once is kept for the next
        refuse(server, name)
    before = memory(server)
    for name in list(EXTREMES) * 5:
        refuse(server, name)
    assert memory(server) - before < 20_000_000


def test_a_body_that_never_ends_is_refused_at_once(server):
    host, port = server.url.removeprefix("http://").split(":")
    with socket.create_connection((host, int(port)), timeout=20) as connection:
        connection.sendall(
            f"POST {BATTLE} HTTP/1.1\r\nHost: {host}\r\nContent-Type: {JSON}\r\n"
            "Transfer-Encoding: chunked\r\n\r\n".encode()
        )
        assert connection.recv(100).startswith(b"HTTP/1.1 411")


# Last, since it changes the site ------------------------------------------------------------------


def test_changes_show_in_all_workers_within_five_seconds(site, server):
    seconds, failures = run.changes(site, server.url)
    assert not failures
    assert seconds["facts"] <= run.SEEN_WITHIN
    assert seconds["model"] <= run.SEEN_WITHIN
