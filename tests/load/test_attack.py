"""Slow clients and the server without a proxy, over real sockets."""

import socket
import time
from contextlib import ExitStack

import httpx
import pytest

from mlcore.serving import pointer
from predictiondex import patient_worker
from tests.load import attack
from tests.load.run import BATTLE

pytestmark = pytest.mark.integration
JSON = b"Content-Type: application/json\r\n"


@pytest.fixture(scope="module")
def warmed(server):
    attack.warm(server.url)
    return server


@pytest.mark.parametrize("kind", attack.openings(""))
def test_half_open_connections_do_not_stop_the_site(warmed, kind):
    with attack.HalfOpen(warmed.url, kind, attack.crowd_of(kind)):
        felt = attack.feel(warmed.url, 3)
    assert not felt.failed
    assert felt.share(felt.probes, 0.5) < 1.0


def test_probes_pass_by_those_who_never_rest(warmed):
    with attack.Attackers(warmed.url, 2) as attackers:
        felt = attack.feel(warmed.url, 4)
    assert len(attackers.statuses) > 2
    assert not [one for one in felt.probes if one.status != 200]
    assert felt.share(felt.probes, 0.5) < 1.0


CHALLENGER = """
import json
from pathlib import Path
from django.conf import settings
from mlcore.learning import model as learning_model
from mlcore.learning.training import Trained
from mlcore.pipeline import registry, rollouts
from mlcore.serving import champion as champion_store
live = champion_store.reload()
trees = (Path(settings.MODELS_DIR) / learning_model.model_name(live.version)).read_bytes()
described = live.metadata | {"kind": "xgboost"}
row = registry.export(Trained(trees, described), {}, gate={"passed": True, "checks": []})
rollouts.start(row.version, shadow_share=1.0)
"""
SHADOWED = """
from mlcore.models import PredictionLog
print(PredictionLog.objects.filter(source="shadow").count())
"""


def test_what_requests_leave_behind_is_done(warmed, site):
    """Also when nobody asks any more; but for what finds the database busy."""
    site.shell(CHALLENGER)
    try:
        time.sleep(pointer.POLL_SECONDS + 1)
        duel = {"pokemon_a_id": "mew", "move_a_id": "psychic", "pokemon_b_id": "gengar"}
        duel |= {"move_b_id": "shadow-ball"}
        with httpx.Client(base_url=warmed.url, timeout=30) as client:
            for level in range(1, 21):
                asked = duel | {"setup_a": {"level": level}}
                assert client.post(BATTLE, json=asked).json()["model_version"] == "v1"
            end = time.monotonic() + 30
            while int(site.shell(SHADOWED)) < 15 and time.monotonic() < end:
                time.sleep(1)
        assert int(site.shell(SHADOWED)) >= 15
    finally:
        site.manage("rollout", "stop")


@pytest.fixture
def connect(server):
    """A function: a new connection, closed with the test."""
    with ExitStack() as stack:
        yield lambda: stack.enter_context(
            socket.create_connection(attack.address_of(server.url), timeout=30)
        )


def read(connection) -> bytes:
    """Everything until the server hangs up."""
    parts = []
    while part := connection.recv(65536):
        parts.append(part)
    return b"".join(parts)


def test_half_a_head_is_waited_for_and_then_refused(connect):
    slow, silent, began = connect(), connect(), time.monotonic()
    slow.sendall(b"GET / HTTP/1.1\r\nHost: localhost\r\n")
    assert read(slow).startswith(b"HTTP/1.1 408 ")
    assert read(silent) == b""
    waited = time.monotonic() - began
    assert patient_worker.HEAD_SECONDS - 1 < waited < patient_worker.HEAD_SECONDS + 10


def test_a_request_in_pieces_is_answered(connect):
    connection = connect()
    body = b'{"pokemon_a_id": "mew"}'
    request = (
        b"POST %s HTTP/1.1\r\nHost: localhost\r\n%sContent-Length: %d\r\n"
        b"Connection: close\r\n\r\n%s" % (BATTLE.encode(), JSON, len(body), body)
    )
    for place in range(0, len(request), 40):
        connection.sendall(request[place : place + 40])
        time.sleep(0.05)
    answer = read(connection)
    assert answer.startswith(b"HTTP/1.1 400 ")
    assert b"pokemon_b_id" in answer


def test_requests_sent_at_once_are_answered_in_order(connect):
    connection = connect()
    one = b"GET %s HTTP/1.1\r\nHost: localhost\r\n%s\r\n"
    paths = (b"/healthz", b"/nothing-of-the-kind", b"/api/v1/types/", b"/healthz")
    ends = (b"", b"", b"", b"Connection: close\r\n")
    connection.sendall(b"".join(one % pair for pair in zip(paths, ends, strict=True)))
    answer = read(connection)
    statuses = [part[:3] for part in answer.split(b"HTTP/1.1 ")[1:]]
    assert statuses == [b"200", b"404", b"200", b"200"]


def asking_first(length):
    """The head of a request whose body is sent when the server says so."""
    head = (
        b"POST %s HTTP/1.1\r\nHost: localhost\r\n%sExpect: 100-continue\r\n"
        b"Content-Length: %d\r\n\r\n"
    )
    return head % (BATTLE.encode(), JSON, length)


def test_a_client_that_asks_first_is_told_to_go_on(connect):
    connection = connect()
    connection.sendall(asking_first(2))
    assert connection.recv(100) == b"HTTP/1.1 100 Continue\r\n\r\n"
    connection.sendall(b"{}")
    assert connection.recv(100).startswith(b"HTTP/1.1 400 ")


def test_nobody_is_told_to_go_on_with_too_much(connect):
    connection = connect()
    connection.sendall(asking_first(900_000_000))
    assert connection.recv(100).startswith(b"HTTP/1.1 413 ")


@pytest.mark.parametrize(
    ("request_line", "status"),
    [
        (b"GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n", b"400"),
        (b"GET / HTTP/1.1\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n", b"400"),
        (b"POST / HTTP/1.1\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n", b"400"),
        (b"nonsense\r\n\r\n", b"400"),
        (b"GET / HTTP/1.1\r\nX: " + b"a" * 9000 + b"\r\n\r\n", b"431"),
        (b"GET / HTTP/1.1\r\nX: " + b"a" * 70_000, b"431"),
    ],
)
def test_what_is_no_request_is_refused(connect, request_line, status):
    connection = connect()
    connection.sendall(request_line)
    assert read(connection).startswith(b"HTTP/1.1 " + status)


def test_when_places_run_out_whoever_holds_most_makes_room(site, monkeypatch):
    monkeypatch.setenv("GUNICORN_CMD_ARGS", "--worker-connections 30 --threads 17")
    with site.served() as served, ExitStack() as stack:
        host, port = attack.address_of(served.url)
        crowd = [
            stack.enter_context(
                socket.create_connection((host, port), 30, source_address=("127.0.0.2", 0))
            )
            for _ in range(60)
        ]
        for _ in range(20):
            assert httpx.get(f"{served.url}/healthz", timeout=30).status_code == 200
        counted = httpx.get(f"{served.url}/metrics", timeout=30).text
        assert 'http_connections_dropped_total{reason="no_room"}' in counted
        crowd[-1].sendall(b"GET /healthz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
        assert read(crowd[-1]).startswith(b"HTTP/1.1 200 ")
