"""One allowance for pages and API in measured CPU; bounded work at once; probes never wait."""

import threading
import time
from contextlib import contextmanager

import pytest
from django.conf import settings
from django.core.cache import cache
from django.test import Client
from django.urls import resolve

from battles.common import allowance
from battles.common.allowance import UNIT_SECONDS
from battles.common.gates import Busy, Gate, is_engine_work
from battles.models import RateCount
from predictiondex.metering import MeterMiddleware

pytestmark = pytest.mark.django_db

TYPES = "/api/v1/types/"
MEW = {"pokemon_a_id": "mew", "pokemon_b_id": "mew"}


@pytest.fixture
def limit(settings, client):
    """A function: the allowance of an address, once nothing costs more than usual."""
    client.get("/about/")
    client.get(TYPES)

    def of(units):
        settings.API_ANONYMOUS_RATE = units

    return of


def used(caller="ip/127.0.0.1"):
    """Units, of this minute or the one that has just ended."""
    if settings.REDIS_URL:
        now = int(time.time() // allowance.WINDOW_SECONDS)
        return max(int(cache.get(f"rate/{caller}/{window}", 0)) for window in (now - 1, now))
    row = RateCount.objects.filter(caller=caller).first()
    return 0 if row is None else row.used


def test_pages_and_api_share_one_allowance(client, limit):
    limit(3)
    statuses = [client.get(path).status_code for path in ("/about/", TYPES, "/about/", TYPES)]
    assert statuses == [200, 200, 200, 429]
    assert client.get("/about/").status_code == 429


def test_a_page_says_when_to_come_back(client, limit):
    limit(1)
    client.get("/about/")
    for prefix, words in (("", "Try again in"), ("/fr", "Réessayez dans")):
        response = client.get(f"{prefix}/about/")
        assert response.status_code == 429
        assert 1 <= int(response["Retry-After"]) <= 61
        html = response.content.decode()
        assert words in html
        assert 'name="robots" content="noindex"' in html
        assert "default-src 'none'" in response["Content-Security-Policy"]


@pytest.mark.usefixtures("warm", "champion")
def test_a_request_costs_the_cpu_that_it_took(client, limit):
    limit(1000)
    response = client.post("/api/v1/predict/best-move/", MEW, content_type="application/json")
    assert response.status_code == 200
    # A grid of 60 moves a side takes far more than one unit, however fast the machine.
    assert used() > 1
    assert int(response["X-RateLimit-Remaining"]) == 1000 - used()


@pytest.mark.usefixtures("warm", "champion")
def test_what_a_request_costs_covers_its_cpu(client, limit):
    limit(1000)
    started = time.thread_time()
    assert client.get("/compare/?a=mew&b=mewtwo").status_code == 200
    seconds = time.thread_time() - started
    # The rest is spent outside of the meter: by the test's client and the outermost middleware.
    assert used() * UNIT_SECONDS >= 0.9 * seconds - 0.02


def test_what_is_refused_is_free(client, limit, django_assert_num_queries):
    limit(2)
    for _ in range(5):
        client.get("/about/")
    assert used() == 2
    with django_assert_num_queries(0):
        assert client.get("/about/").status_code == 429


def test_debts_are_paid_by_the_next_minutes():
    """Over time nobody takes more than the allowance, whatever single requests cost."""
    counts = [
        allowance._count("ip/a", window, units, 300)
        for window, units in ((10, 300), (10, 450), (11, 1), (12, 1), (15, 1))
    ]
    assert counts == [300, 750, 451, 152, 1]


def test_a_clock_that_goes_back_forgives_and_adds_nothing():
    assert allowance._count_in_database("ip/a", 10, 200, 300) == 200
    assert allowance._count_in_database("ip/a", 4, 1, 300) == 201


def test_who_owes_more_than_a_minute_is_told_so(client, limit):
    limit(2)
    client.get("/about/")
    allowance._counter.add("ip/127.0.0.1", int(time.time() // 60), 4, 2)
    response = client.get("/about/")
    assert response.status_code == 429
    assert 60 < int(response["Retry-After"]) <= 121


def test_staff_do_not_share_the_allowance_of_their_address(client, limit, admin_client, settings):
    limit(1)
    settings.API_KEY_RATE = 100
    client.get("/about/")
    assert client.get("/about/").status_code == 429
    response = admin_client.get("/about/")
    assert response.status_code == 200
    assert used(f"user/{response.wsgi_request.user.pk}") == 1


def test_a_visitor_without_a_session_gets_pages_that_can_be_shared(client, limit):
    limit(100)
    assert "Cookie" not in client.get("/robots.txt").get("Vary", "")


def test_probes_are_not_counted(client, limit):
    limit(1)
    client.get("/about/")
    assert client.get("/about/").status_code == 429
    for probe in ("/healthz", "/readyz"):
        assert client.get(probe).status_code in (200, 503)
        assert "Retry-After" not in client.get(probe)
    assert used() == 1


# At once


def test_a_gate_lets_in_so_many_and_makes_so_many_wait():
    gate = Gate(places=1, waiting=1, seconds=30)
    gate.enter()
    waiter = threading.Thread(target=gate.enter)
    waiter.start()
    while gate.waiting:
        pass
    with pytest.raises(Busy):
        gate.enter()
    gate.leave()
    waiter.join(10)
    assert not waiter.is_alive()
    gate.leave()
    gate.enter()


def test_nobody_waits_forever():
    gate = Gate(places=1, waiting=1, seconds=0.01)
    gate.enter()
    with pytest.raises(Busy):
        gate.enter()
    assert gate.waiting == 1


@contextmanager
def taken(client, name):
    """The one place of a gate of this client's server is taken."""
    client.get("/healthz")  # loads the middleware
    layer = client.handler._middleware_chain.__wrapped__
    while not isinstance(layer, MeterMiddleware):
        layer = layer.get_response.__wrapped__
    gate = getattr(layer, name)
    gate.enter()
    yield
    gate.leave()


@pytest.fixture
def small(settings):
    """A client of a server with one place at the engine and one for everything, and no queue."""
    settings.ENGINE_JOBS = 1
    settings.WEB_THREADS = 1
    settings.WEB_QUEUE = 0
    return Client()


@pytest.mark.usefixtures("warm", "champion")
def test_a_full_engine_answers_503_and_the_rest_goes_on(small):
    with taken(small, "engine"):
        page = small.get("/compare/?a=mew&b=abra")
        assert page.status_code == 503
        assert int(page["Retry-After"]) > 0
        assert "The arena is full" in page.content.decode()
        answer = small.post("/api/v1/predict/best-move/", MEW, content_type="application/json")
        assert answer.status_code == 503
        assert answer.json()["type"] == "urn:predictiondex:problem:busy"
        assert int(answer["Retry-After"]) > 0
        assert small.get("/about/").status_code == 200
        assert small.get("/healthz").status_code == 200
    assert small.get("/compare/?a=mew&b=abra").status_code == 200


def test_a_full_server_still_answers_probes(small):
    with taken(small, "turns"):
        assert small.get("/about/").status_code == 503
        assert small.get(TYPES).status_code == 503
        assert small.get("/healthz").status_code == 200
        assert small.get("/readyz").status_code in (200, 503)
        assert "Retry-After" not in small.get("/readyz")
    assert small.get("/about/").status_code == 200


@pytest.mark.parametrize(
    ("path", "engine"),
    [
        ("/compare/", True),
        ("/compare/referee/", True),
        ("/pokemon/mew/insights/", True),
        ("/bosses/lance/", True),
        ("/api/v1/simulate/", True),
        ("/api/v1/predict/matrix/", True),
        ("/about/", False),
        ("/api/v1/predict/battle/", False),
        (TYPES, False),
    ],
)
def test_what_works_at_the_engine(path, engine):
    assert is_engine_work(resolve(path).func) is engine
