"""Limits of requests: counted once for all workers, told in headers, no obstacle when broken."""

import os
import subprocess
import sys
import time
from ipaddress import ip_network

import pytest
from django.conf import settings
from django.db import OperationalError
from prometheus_client import REGISTRY

from battles.api.access import keys as api_keys
from battles.common import allowance
from battles.models import RateCount

TYPES = "/api/v1/types/"
pytestmark = pytest.mark.django_db


@pytest.fixture
def limit(settings, client):
    client.get(TYPES)  # whatever costs more only once
    settings.API_ANONYMOUS_RATE = 3
    return settings


def test_it_works(ask, limit):
    responses = [ask(TYPES) for _ in range(4)]
    assert [response.status_code for response in responses] == [200, 200, 200, 429]
    left = [response["X-RateLimit-Remaining"] for response in responses]
    assert left == ["2", "1", "0", "0"]
    assert {response["X-RateLimit-Limit"] for response in responses} == {"3"}
    assert responses[3]["Content-Type"] == "application/problem+json"
    assert 0 < int(responses[3]["Retry-After"]) <= 61
    assert responses[3]["Retry-After"] == responses[3]["X-RateLimit-Reset"]


def test_the_next_minute_is_another(ask, limit, clock):
    for _ in range(5):
        ask(TYPES)
    clock.now += 60
    assert ask(TYPES).status_code == 200


def test_mistakes_count_too(ask, limit, champion):
    for _ in range(3):
        response = ask("/api/v1/predict/battle/", b"{")
        assert response.status_code == 400
        assert "X-RateLimit-Remaining" in response
    assert ask("/api/v1/predict/battle/", b"{").status_code == 429


def test_who_has_nothing_left_makes_no_work(ask, settings, champion, duel):
    def worked_out():
        return REGISTRY.get_sample_value(
            "model_prediction_duration_seconds_count", {"source": "api"}
        )

    path = "/api/v1/predict/battle/"
    ask(path, duel())  # whatever costs more only once
    settings.API_ANONYMOUS_RATE = 3
    statuses = [ask(path, duel()).status_code for _ in range(4)]
    assert statuses == [200, 200, 200, 429]
    before = worked_out()
    assert [ask(path, duel()).status_code for _ in range(5)] == [429] * 5
    assert worked_out() == before


def test_a_batch_counts_several_times(ask, settings, champion, duel):
    settings.API_ANONYMOUS_RATE = 25
    path = "/api/v1/predict/batch/"
    statuses = [ask(path, {"duels": [duel()]}).status_code for _ in range(3)]
    assert statuses == [200, 200, 429]


def test_callers_do_not_share(client, limit):
    for _ in range(4):
        client.get(TYPES, REMOTE_ADDR="192.0.2.1")
    assert client.get(TYPES, REMOTE_ADDR="192.0.2.1").status_code == 429
    assert client.get(TYPES, REMOTE_ADDR="192.0.2.2").status_code == 200


def test_addresses_of_one_network_do(client, limit):
    for n in range(4):
        client.get(TYPES, REMOTE_ADDR=f"2001:db8::{n + 1}")
    assert client.get(TYPES, REMOTE_ADDR="2001:db8::99").status_code == 429
    assert client.get(TYPES, REMOTE_ADDR="2001:db8:1::1").status_code == 200


def test_a_forged_address_helps_nobody(client, limit):
    for n in range(4):
        client.get(TYPES, headers={"x-forwarded-for": f"192.0.2.{n}"})
    assert client.get(TYPES, headers={"x-forwarded-for": "192.0.2.77"}).status_code == 429


def test_a_trusted_proxy_is_believed(client, limit):
    limit.API_TRUSTED_PROXIES = [ip_network("127.0.0.1/32")]
    for n in range(4):
        client.get(TYPES, headers={"x-forwarded-for": f"{n}.1.1.1, 192.0.2.1"})
    again = {"x-forwarded-for": "9.9.9.9, 192.0.2.1"}
    assert client.get(TYPES, headers=again).status_code == 429
    other = {"x-forwarded-for": "9.9.9.9, 192.0.2.2"}
    assert client.get(TYPES, headers=other).status_code == 200


def test_keys_have_limits_of_their_own(ask, limit):
    limit.API_KEY_RATE = 5
    _row, key = api_keys.create(name="a bot", scopes=["read"])
    _row, poor = api_keys.create(name="another", scopes=["read"], rate_per_minute=1)
    api_keys.forget()
    for _ in range(4):
        ask(TYPES)
    assert ask(TYPES, authorization=f"Bearer {key}")["X-RateLimit-Limit"] == "5"
    assert ask(TYPES, authorization=f"Bearer {poor}").status_code == 200
    assert ask(TYPES, authorization=f"Bearer {poor}").status_code == 429


def test_guessing_keys_is_limited(ask, limit):
    codes = [ask(TYPES, authorization=f"Bearer pdx_{n}").status_code for n in range(4)]
    assert codes == [401, 401, 401, 429]


def test_a_counter_that_is_away_lets_pass(ask, limit, monkeypatch):
    def away(*args):
        raise OperationalError("database is locked")

    monkeypatch.setattr(allowance, "_count", away)
    response = ask(TYPES)
    assert response.status_code == 200
    assert "X-RateLimit-Limit" not in response


@pytest.mark.skipif(
    "DatabaseCache" not in settings.CACHES["default"]["BACKEND"], reason="counts are kept in Redis"
)
def test_old_counts_are_swept(clock, monkeypatch):
    monkeypatch.setattr(allowance, "_SWEEP_ONE_IN", 1)
    allowance.spend("ip/a", 1, 10)
    clock.now += 300
    allowance.spend("ip/b", 1, 10)
    assert list(RateCount.objects.values_list("caller", flat=True)) == ["ip/b"]


SPEND = """
from battles.common import allowance
print(sum(not allowance.spend("ip/{caller}", 1, 120).exceeded for _ in range(100)))
"""


@pytest.mark.slow
def test_workers_let_no_more_through_than_one_would(tmp_path):
    """Two processes, one database; the minute may turn over while they count."""
    environment = {
        **os.environ,
        "DATABASE_URL": f"sqlite:///{tmp_path}/counts.sqlite3",
        "VAR_DIR": str(tmp_path),
        "REDIS_URL": "",
    }
    manage = [sys.executable, "manage.py"]
    options = {"cwd": settings.BASE_DIR, "env": environment, "text": True}
    subprocess.run(
        [*manage, "migrate", "battles", "--verbosity", "0"], check=True, timeout=120, **options
    )
    for caller in "ab":
        minute = time.time() // allowance.WINDOW_SECONDS
        workers = [
            subprocess.Popen(
                [*manage, "shell", "--no-imports", "-c", SPEND.format(caller=caller)],
                stdout=subprocess.PIPE,
                **options,
            )
            for _ in range(2)
        ]
        passed = sum(int(worker.communicate(timeout=120)[0]) for worker in workers)
        if time.time() // allowance.WINDOW_SECONDS == minute:
            break
    assert passed == 120
