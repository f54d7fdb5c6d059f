"""The proxy of compose with its own configuration, ``deploy/Caddyfile``, before real servers."""

import json
import os
import signal
import socket
import ssl
import subprocess
import threading
import time
from collections import Counter
from contextlib import ExitStack

import httpx
import pytest

from tests.load import attack, proxy
from tests.load.run import BATTLE, DUEL

pytestmark = pytest.mark.integration
TYPES = "/api/v1/types/"
METRICS = ("/metrics", "/metrics/", "//metrics", "/%6detrics", "/METRICS", "/x/../metrics")
ONCE = (
    "content-security-policy", "x-frame-options", "x-content-type-options", "referrer-policy",
    "permissions-policy", "cross-origin-opener-policy", "content-type", "x-request-id",
)  # fmt: skip


@pytest.fixture(scope="session", autouse=True)
def _caddy():
    if proxy.program() is None:
        message = "NOT INSTALLED: caddy, so nobody knows what the front door lets in"
        if os.environ.get("REQUIRE_SERVERS", "") not in ("", "0"):
            pytest.fail(message)
        pytest.skip(message)


@pytest.fixture(scope="module")
def web(site):
    """A web that believes what this machine's first address forwards."""
    with site.served(workers=2, API_TRUSTED_PROXIES="127.0.0.1") as served:
        yield served


@pytest.fixture(scope="module")
def door(web, tmp_path_factory):
    folder = tmp_path_factory.mktemp("door")
    with proxy.proxied(folder, attack.address_of(web.url)[1]) as running:
        attack.warm(running.url)
        yield running


def get(url, path, *, source="127.0.0.1", **options):
    with httpx.Client(transport=httpx.HTTPTransport(local_address=source), timeout=30) as client:
        return client.get(url + path, **options)


def test_pages_come_through_compressed_with_each_header_once(door):
    page = get(door.url, "/")
    assert page.status_code == 200
    assert page.headers["content-encoding"] == "gzip"
    style = page.text.partition('rel="stylesheet" href="')[2].partition('"')[0]
    for answer in (page, get(door.url, style), get(door.url, TYPES)):
        assert answer.status_code == 200, answer.url
        names = Counter(name.lower() for name, _value in answer.headers.multi_items())
        assert all(times == 1 for name, times in names.items() if name != "set-cookie"), names
        assert "server" not in names
    assert not [name for name in ONCE if name not in page.headers]


@pytest.mark.parametrize(
    "path", ["/metrics", "/metrics/", "//metrics", "/METRICS", "/x/../metrics"]
)
def test_metrics_are_closed_to_the_outside(web, door, path):
    host, port = attack.address_of(door.url)
    with socket.create_connection((host, port), 20) as connection:
        connection.sendall(f"GET {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n".encode())
        head = connection.recv(64)
    assert head.split()[1] == b"404"
    assert get(web.url, "/metrics").status_code == 200


@pytest.mark.parametrize("megabytes", [3, 20])
def test_a_large_body_is_refused_in_the_sites_words(door, megabytes):
    body = b'{"pokemon_a_id": "' + b"a" * (megabytes * 1_000_000) + b'"}'
    headers = {"Content-Type": "application/json"}
    answer = httpx.post(door.url + BATTLE, content=body, headers=headers, timeout=60)
    assert answer.status_code == 413
    assert answer.headers["Content-Type"] == "application/problem+json"


def test_a_body_without_a_length_is_refused(door):
    def endless():
        for _ in range(1000):
            yield b" " * 10_000

    headers = {"Content-Type": "application/json"}
    answer = httpx.post(door.url + BATTLE, content=endless(), headers=headers, timeout=60)
    assert answer.status_code in (411, 413)


# Who asks ---------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def strict(site, tmp_path_factory):
    """Address of a web that allows four units a minute, and of the proxy before it."""
    with (
        site.served(API_TRUSTED_PROXIES="127.0.0.1", API_ANONYMOUS_RATE="4") as served,
        proxy.proxied(
            tmp_path_factory.mktemp("strict"), attack.address_of(served.url)[1]
        ) as running,
    ):
        yield served.url, running.url


def used_up(url, source, forge):
    """Ask until it is refused, with another forged address each time; the number of answers."""
    for count in range(40):
        headers = {"X-Forwarded-For": f"192.0.2.{count}"} if forge else {}
        if get(url, TYPES, source=source, headers=headers).status_code == 429:
            return count
    return None


def test_a_forged_address_helps_nobody_at_the_door(strict):
    _web, door = strict
    assert used_up(door, "127.0.0.21", forge=True) is not None
    assert get(door, TYPES, source="127.0.0.21").status_code == 429
    # Another visitor has an allowance of its own: the proxy tells who asks.
    assert get(door, TYPES, source="127.0.0.22").status_code == 200


def test_a_forged_address_helps_nobody_who_finds_the_web_itself(strict):
    web, _door = strict
    assert used_up(web, "127.0.0.23", forge=True) is not None
    assert get(web, TYPES, source="127.0.0.24").status_code == 200


# TLS --------------------------------------------------------------------------------------------


def test_an_own_certificate_and_the_way_to_it(site, tmp_path):
    certificate, key = tmp_path / "site.crt", tmp_path / "site.key"
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2",
         "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost",
         "-keyout", key, "-out", certificate],
        check=True, capture_output=True,
    )  # fmt: skip
    production = {
        "DJANGO_ENV": "production", "SECRET_KEY": "0123456789" * 5, "ALLOWED_HOSTS": "localhost",
        "SITE_URL": "https://localhost", "API_TRUSTED_PROXIES": "127.0.0.1",
    }  # fmt: skip
    with (
        site.served(**production, ready="/healthz") as served,
        proxy.proxied(
            tmp_path,
            attack.address_of(served.url)[1],
            SITE_ADDRESS="localhost",
            SITE_TLS=f"tls {certificate} {key}",
        ) as running,
    ):
        plain = httpx.get(f"http://localhost:{running.http_port}{TYPES}", timeout=30)
        assert plain.status_code == 308
        assert plain.headers["Location"] == f"https://localhost{TYPES}"
        context = ssl.create_default_context(cafile=str(certificate))
        secure = httpx.get(
            f"https://localhost:{running.https_port}{TYPES}", verify=context, timeout=30
        )
        assert secure.status_code == 200
        assert secure.headers["Strict-Transport-Security"].startswith("max-age=31536000")
        # The site knows by itself who speaks HTTPS: a stranger's word does not count.
        direct = get(
            served.url, TYPES, source="127.0.0.9",
            headers={"Host": "localhost", "X-Forwarded-Proto": "https"},
        )  # fmt: skip
        assert direct.status_code == 301


# Attacks and restarts ---------------------------------------------------------------------------


@pytest.mark.parametrize("kind", attack.openings(""))
def test_half_open_connections_do_not_stop_the_site(door, kind):
    with attack.HalfOpen(door.url, kind, attack.crowd_of(kind)):
        felt = attack.feel(door.url, 3)
    assert not felt.failed
    assert felt.share(felt.probes, 0.5) < 1.0


class Callers:
    """Visitors who never rest: reads and predictions, over new connections and kept ones."""

    REQUESTS = (("POST", BATTLE, json.dumps(DUEL)), ("GET", TYPES, None))

    def __init__(self, url, count=4):
        self.url, self.done = url, threading.Event()
        self.answers = Counter()
        self.threads = [threading.Thread(target=self._call, args=(n % 2,)) for n in range(count)]

    def __enter__(self):
        for thread in self.threads:
            thread.start()
        return self

    def __exit__(self, *error):
        self.done.set()
        for thread in self.threads:
            thread.join()

    def _call(self, keeps):
        with ExitStack() as stack:
            client = stack.enter_context(httpx.Client(timeout=40)) if keeps else httpx
            while not self.done.is_set():
                for method, path, body in (
                    ("POST", BATTLE, json.dumps(DUEL)),
                    ("GET", TYPES, None),
                ):
                    headers = {"Content-Type": "application/json"} if body else {}
                    options = {} if keeps else {"timeout": 40}
                    try:
                        answer = client.request(
                            method, self.url + path, content=body, headers=headers, **options
                        )
                        self.answers[answer.status_code] += 1
                    except httpx.HTTPError as error:
                        self.answers[repr(error)] += 1


def test_webs_restarted_one_after_the_other_lose_no_request(site, tmp_path):
    port = str(proxy.free_port())
    addresses = ("127.0.0.1", "127.0.0.2")

    def start(address):
        stack = ExitStack()
        given = {"HOST": address, "PORT": port, "API_TRUSTED_PROXIES": "127.0.0.1"}
        return stack, stack.enter_context(site.served(**given))

    running = {}
    with ExitStack() as last:
        for address in addresses:
            running[address] = start(address)
            last.callback(lambda address=address: running[address][0].close())
        door = last.enter_context(proxy.proxied(tmp_path, int(port), addresses=addresses))
        with Callers(door.url) as callers:
            time.sleep(2)
            for address in addresses:
                running[address][0].close()
                running[address] = start(address)
            for address in addresses:
                web = running[address][1]
                before = web.workers()
                os.kill(web.pid, signal.SIGHUP)
                end = time.monotonic() + 60
                while set(before) & set(web.workers()) and time.monotonic() < end:
                    time.sleep(0.2)
                assert not set(before) & set(web.workers())
            time.sleep(1)
    assert set(callers.answers) == {200}, callers.answers
    assert callers.answers[200] > 100


def test_a_visitor_waits_for_the_only_web(site, tmp_path):
    port = str(proxy.free_port())
    with proxy.proxied(tmp_path, int(port)) as door:
        answers = []
        asked = threading.Thread(
            target=lambda: answers.append(httpx.post(door.url + BATTLE, json=DUEL, timeout=60))
        )
        asked.start()
        time.sleep(3)
        with socket.create_server(("127.0.0.1", int(port))) as listener:
            connection, _ = listener.accept()
            with connection:
                head = connection.recv(65536)
                connection.sendall(
                    b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok"
                )
        asked.join()
    assert head.startswith(b"POST /api/v1/predict/battle/ HTTP/1.1")
    assert answers[0].text == "ok"
