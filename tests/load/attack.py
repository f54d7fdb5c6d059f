"""Clients that are slow on purpose, clients that never rest, and what everybody else feels of them.

    python -m tests.load.attack [--half-open 16] [--attackers 2] [--seconds 20] [--url URL | --door]

A line for each kind of half-open connection: how long ``/healthz`` and pages take for others
meanwhile, each over a new connection, and how many were not answered. Without ``--url`` a site is
made and served as ``make run`` does it, with two workers and without an allowance, so that
attackers are never refused; with ``--door`` behind the proxy of compose.
"""

import argparse
import contextlib
import http.client
import itertools
import json
import socket
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field

PAGES = ("/", "/pokemon/", "/pokemon/pikachu/", "/compare/?a=pikachu&b=charizard", "/moves/")
#: Answers that do not fit what a client's kernel takes that hardly ever reads.
LARGE = "/api/schema/"
#: A client gives up after so many seconds.
PATIENCE = 20.0
#: Attackers come from other addresses than visitors.
_STRANGER = "127.0.0.2"
_BODY = {"pokemon_a_id": "mew", "pokemon_b_id": "mew"}


def _head(method: str, path: str, host: str, *more: str) -> bytes:
    return "\r\n".join([f"{method} {path} HTTP/1.1", f"Host: {host}", *more, "", ""]).encode()


#: Kind -> what is sent at once, and what is sent byte by byte, one a second. None reads instead.
def openings(host: str) -> dict[str, tuple[bytes, bytes | None]]:
    json_body = ("Content-Type: application/json", "Content-Length: 5000")
    return {
        "slow heads": (b"GET / HTTP/1.1\r\n", b"X-Slow: " + b"a" * 1000),
        "slow bodies": (
            _head("POST", "/api/v1/predict/battle/", host, *json_body),
            b'{"pokemon_a_id": "' + b"a" * 1000,
        ),
        "slow uploads": (
            _head("POST", "/api/v1/predict/battle/", host, json_body[0], "Content-Length: 9000000"),
            b'{"pokemon_a_id": "' + b"a" * 1000,
        ),
        "silent": (b"", b""),
        "slow readers": (_head("GET", LARGE, host, "Accept: application/json") * 8, None),
        "answered and not closed": (_head("GET", "/healthz", host, "Connection: close"), b""),
    }


#: These are whole requests: many at once are refused by 503, as anybody's would be.
WHOLE = ("slow uploads", "slow readers", "answered and not closed")


def crowd_of(kind: str) -> int:
    """Connections of a kind at once that leave room for others."""
    return 16 if kind in WHOLE else 64


class HalfOpen:
    """So many connections of a kind, until the block ends; one that is hung up on comes back."""

    def __init__(self, url: str, kind: str, count: int) -> None:
        self.host, self.port = address_of(url)
        self.first, self.rest = openings(f"{self.host}:{self.port}")[kind]
        self.count = count
        self.done = threading.Event()
        self.thread = threading.Thread(target=self._keep_on, daemon=True)
        self.hung_up = 0

    def __enter__(self) -> "HalfOpen":
        self.sockets = {self._open(): 0 for _ in range(self.count)}
        self.thread.start()
        return self

    def __exit__(self, *error: object) -> None:
        self.done.set()
        self.thread.join()
        for sock in self.sockets:
            sock.close()

    def _open(self) -> socket.socket:
        sock = socket.socket()
        if self.rest is None:
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 2048)
        sock.bind((_STRANGER, 0))
        sock.settimeout(PATIENCE)
        sock.connect((self.host, self.port))
        sock.sendall(self.first)
        sock.setblocking(False)
        return sock

    def _keep_on(self) -> None:
        while not self.done.wait(1.0):
            for sock, sent in list(self.sockets.items()):
                if self._goes_on(sock, sent):
                    self.sockets[sock] = sent + 1
                    continue
                self.hung_up += 1
                del self.sockets[sock]
                sock.close()
                with contextlib.suppress(OSError):
                    self.sockets[self._open()] = 0

    def _goes_on(self, sock: socket.socket, sent: int) -> bool:
        try:
            if self.rest is None:
                return bool(sock.recv(1))
            if self.rest:
                sock.send(self.rest[sent % len(self.rest) :][:1])
            # Whoever was hung up on reads an end; an answer is left where it is.
            return bool(sock.recv(1, socket.MSG_PEEK)) if self.rest else True
        except BlockingIOError:
            return True
        except OSError:
            return False


class Attackers:
    """Clients that ask for the dearest answers again and again, each at once after the last."""

    def __init__(self, url: str, count: int) -> None:
        self.host, self.port = address_of(url)
        self.done = threading.Event()
        self.statuses: list[int] = []
        self.threads = [
            threading.Thread(target=self._loop, args=(n,), daemon=True) for n in range(count)
        ]

    def __enter__(self) -> "Attackers":
        for thread in self.threads:
            thread.start()
        return self

    def __exit__(self, *error: object) -> None:
        self.done.set()
        for thread in self.threads:
            thread.join()

    def _loop(self, number: int) -> None:
        source = (f"127.0.0.{3 + number}", 0)
        best_move = ("POST", "/api/v1/predict/best-move/", json.dumps(_BODY))
        for method, path, body in itertools.cycle(
            [best_move, ("GET", "/compare/?a=mew&b=mew", None)]
        ):
            if self.done.is_set():
                return
            headers = {"Content-Type": "application/json"} if body else {}
            self.statuses.append(
                ask(self.host, self.port, path, method, body, headers, source).status
            )


@dataclass
class Answer:
    status: int
    seconds: float
    path: str = ""


def ask(host, port, path, method="GET", body=None, headers=None, source=None) -> Answer:
    """Over a new connection; status 0 for no answer in time."""
    began = time.perf_counter()
    connection = http.client.HTTPConnection(host, port, PATIENCE, source_address=source)
    try:
        connection.request(method, path, body, headers or {})
        response = connection.getresponse()
        response.read()
        status = response.status
    except (OSError, http.client.HTTPException):
        status = 0
    finally:
        connection.close()
    return Answer(status, time.perf_counter() - began, path)


@dataclass
class Felt:
    """What others feel: answers of /healthz and of pages."""

    probes: list[Answer] = field(default_factory=list)
    pages: list[Answer] = field(default_factory=list)

    @staticmethod
    def share(answers: list[Answer], share: float) -> float:
        """The time, in seconds, within which such a share was answered; failures took forever."""
        times = sorted(one.seconds if one.status == 200 else PATIENCE for one in answers)
        return times[min(len(times) - 1, int(share * len(times)))]

    @property
    def failed(self) -> list[Answer]:
        return [one for one in [*self.probes, *self.pages] if one.status != 200]

    def __str__(self) -> str:
        return (
            f"/healthz p50 {1000 * self.share(self.probes, 0.5):6.1f} ms,"
            f" p99 {1000 * self.share(self.probes, 0.99):7.1f} ms ({len(self.probes)});"
            f" pages p50 {1000 * self.share(self.pages, 0.5):6.1f} ms,"
            f" p99 {1000 * self.share(self.pages, 0.99):7.1f} ms ({len(self.pages)});"
            f" slowest {max(self.pages, key=lambda one: one.seconds).path};"
            f" {len(self.failed)} failed"
        )


def feel(url: str, seconds: float, pages: tuple[str, ...] = PAGES) -> Felt:
    """Ask /healthz 20 times a second and pages 5 times, each in a thread of its own."""
    host, port = address_of(url)
    felt = Felt()
    end = time.monotonic() + seconds

    def visit() -> None:
        for path in itertools.cycle(pages):
            if time.monotonic() > end:
                return
            felt.pages.append(ask(host, port, path))
            time.sleep(0.2)

    visitor = threading.Thread(target=visit)
    visitor.start()
    while time.monotonic() < end:
        felt.probes.append(ask(host, port, "/healthz"))
        time.sleep(0.05)
    visitor.join()
    return felt


def address_of(url: str) -> tuple[str, int]:
    host, _, port = url.removeprefix("http://").rstrip("/").partition(":")
    return host, int(port or 80)


def warm(url: str) -> None:
    """Every page was asked for by each worker, most likely, before anything is measured."""
    for path in [*PAGES, "/compare/?a=mew&b=mew", LARGE] * 6:
        ask(*address_of(url), path)


def attack(url: str, options: argparse.Namespace) -> Iterator[tuple[str, Felt]]:
    warm(url)
    yield "nobody", feel(url, options.seconds)
    with Attackers(url, options.attackers):
        yield "attackers", feel(url, options.seconds)
    for kind in options.kinds or openings(""):
        with HalfOpen(url, kind, options.half_open):
            yield kind, feel(url, options.seconds)
    kinds = list(openings(""))
    with contextlib.ExitStack() as stack:
        for kind in kinds:
            stack.enter_context(HalfOpen(url, kind, options.half_open // len(kinds) + 1))
        stack.enter_context(Attackers(url, options.attackers))
        yield "all of them, and attackers", feel(url, options.seconds)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--url", default="", help="a site that runs already")
    parser.add_argument("--door", action="store_true", help="put the proxy in front")
    parser.add_argument("--half-open", type=int, default=16)
    parser.add_argument("--attackers", type=int, default=2)
    parser.add_argument("--seconds", type=float, default=20)
    parser.add_argument("--kinds", nargs="*", choices=list(openings("")))
    options = parser.parse_args()
    wrong = 0
    with contextlib.ExitStack() as stack:
        url = options.url or stack.enter_context(_own_site(options.door))
        for kind, felt in attack(url, options):
            print(f"{kind:<28}{felt}", flush=True)
            wrong += bool(felt.failed) or felt.share(felt.probes, 0.99) > 0.1
            wrong += felt.share(felt.pages, 0.99) > 1.0
    return int(wrong > 0)


@contextlib.contextmanager
def _own_site(door: bool) -> Iterator[str]:
    from tests.load.proxy import proxied
    from tests.load.site import made_site, settings

    with (
        made_site(models=settings.MODELS_DIR) as site,
        site.served(workers=2, API_TRUSTED_PROXIES="127.0.0.1") as server,
    ):
        if not door:
            yield server.url
            return
        with proxied(site.directory, address_of(server.url)[1]) as proxy:
            yield proxy.url


if __name__ == "__main__":
    sys.exit(main())
