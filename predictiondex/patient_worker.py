"""gunicorn's threaded worker, patient with slow clients: none of them ever holds a thread.

gthread reads requests and writes answers in its threads, so that as many half-open connections as
there are threads stop a site, and it waits in its loop for clients to hang up. Here the loop that
accepts connections also reads each request to its end and hands over what a client has not yet
taken of an answer; a thread gets a request that is all there, and is free as soon as its answer is.
Who is slower than the times below is hung up on; when places or memory run out, whoever holds most
makes room. Each probe has a thread of its own.
"""

import contextlib
import errno
import io
import selectors
import socket
import sys
import time
from collections import Counter
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from functools import partial
from typing import Any

import prometheus_client
from django.conf import settings
from gunicorn import util
from gunicorn.http import body
from gunicorn.http.errors import LimitRequestHeaders, ParseException
from gunicorn.http.message import Request
from gunicorn.http.parser import RequestParser
from gunicorn.workers.gthread import ThreadWorker

from mlcore.lib import afterwards

#: Seconds until the head of a request is there, counted from its first moment.
HEAD_SECONDS = 10.0
#: Seconds in which a client has to send something of a body or to take something of an answer, and
#: those in which all of it has to be through.
IDLE_SECONDS = 10.0
BODY_SECONDS = 60.0
ANSWER_SECONDS = 300.0
#: How long a client that has been answered may go on sending before it is hung up on.
LINGER_SECONDS = 2.0
MAX_HEAD_BYTES = 64 * 1024
#: What a worker holds of requests and answers for all clients together.
MAX_HELD_BYTES = 64 * 1024 * 1024
#: A thread that computes lets others go on after so long. It is Python's 5 ms otherwise, for which
#: a page waits at each of its queries while somebody else's work keeps the interpreter busy.
SWITCH_SECONDS = 0.0005
#: Probes of one kind that may wait for the thread of theirs; more are turned away.
MAX_PROBES = 20
_CHUNK = 64 * 1024
_ACCEPTED_AT_ONCE = 64
_NONE_LEFT = (errno.EMFILE, errno.ENFILE, errno.ENOBUFS, errno.ENOMEM)

DROPPED = prometheus_client.Counter(
    "http_connections_dropped", "Connections hung up on, by what took too long", ["reason"]
)


class Connection:
    """A client: what it has sent of its next request, and what it has yet to take of its answer.

    To gunicorn it is the socket that an answer is written to; writing never waits.
    """

    def __init__(self, sock: socket.socket, client: Any, server: Any) -> None:
        sock.setblocking(False)
        self.socket, self.client, self.server = sock, client, server
        self.received = bytearray()
        self.request: Request | None = None
        #: Bytes of the body that ``request`` waits for, and of the one that a thread has.
        self.missing = self.given = 0
        self.answer = bytearray()
        #: The probe that a thread answers.
        self.probe = ""
        self.goes_on = False
        self.broken = False
        #: What it is waited for, None while a thread has it, and until when: at the latest, and
        #: should nothing happen.
        self.state: str | None = None
        self.last = self.deadline = 0.0

    @property
    def sock(self) -> "Connection":
        return self

    @property
    def host(self) -> str:
        return self.client[0] if isinstance(self.client, tuple) else ""

    @property
    def held(self) -> int:
        return len(self.received) + self.given + len(self.answer)

    def gettimeout(self) -> float:
        return 0.0

    def sendall(self, data: bytes) -> None:
        self.answer += data
        if len(self.answer) >= _CHUNK:
            self.flush()

    def flush(self) -> None:
        """Send what the client takes at once. Raises OSError when it is gone."""
        while self.answer:
            try:
                sent = self.socket.send(self.answer)
            except (BlockingIOError, InterruptedError):
                return
            del self.answer[:sent]

    def shutdown(self, how: int) -> None:
        """gunicorn ends an answer that failed half-way: the rest is up to the worker."""
        raise OSError(errno.ENOTCONN, "ended by the worker")

    def close(self) -> None:
        self.goes_on = False


class PatientWorker(ThreadWorker):
    """See the module."""

    def init_process(self) -> None:
        sys.setswitchinterval(SWITCH_SECONDS)
        self.connections: set[Connection] = set()
        self.swept = time.monotonic()
        # One that waits for the database must not hold up the other.
        self.probes = {
            path: ThreadPoolExecutor(1, thread_name_prefix=path) for path in settings.PROBES
        }
        super().init_process()

    # --- the loop -------------------------------------------------------------------------------

    def run(self) -> None:
        self.poller.register(
            self.method_queue.fileno(), selectors.EVENT_READ, self.method_queue.run_callbacks
        )
        self.set_accept_enabled(True)
        while self.alive:
            self.notify()
            self.wait_for_and_dispatch_events(timeout=1.0)
            if not self.is_parent_alive():
                break
            self._sweep()
        # Who has been let in by the kernel already is answered; others are refused from now on, so
        # that a proxy asks somebody else.
        for listener in self.sockets:
            self.accept(listener)
        self.set_accept_enabled(False)
        for listener in self.sockets:
            self.accept(listener)
            listener.close()
        end = time.monotonic() + self.cfg.graceful_timeout
        while self.connections and time.monotonic() < end:
            self.notify()
            self.wait_for_and_dispatch_events(timeout=min(0.5, self.cfg.graceful_timeout))
            self._sweep()
        for pool in (self.tpool, *self.probes.values()):
            pool.shutdown(wait=False)
        self.poller.close()
        self.method_queue.close()

    def accept(self, listener: socket.socket) -> None:
        for _ in range(_ACCEPTED_AT_ONCE):
            try:
                sock, client = listener.accept()
            except OSError as error:
                if error.errno in _NONE_LEFT:
                    if not self._make_room():
                        self.set_accept_enabled(False)  # until the next sweep
                elif error.errno not in (errno.EAGAIN, errno.ECONNABORTED, errno.EINTR):
                    raise
                return
            if len(self.connections) >= self.worker_connections and not self._make_room():
                DROPPED.labels("no_room").inc()
                util.close(sock)
                continue
            conn = Connection(sock, client, listener.getsockname())
            self.connections.add(conn)
            self._wait(conn, "head", HEAD_SECONDS)
            # Whoever connects has mostly sent its request, too.
            self._receive(conn, sock)

    def _wait(self, conn: Connection, state: str, seconds: float, idle: float = 0.0) -> None:
        """Until something comes from the client or, with ``answer``, can be sent to it."""
        now = time.monotonic()
        conn.last = now + seconds
        conn.deadline = now + (idle or seconds)
        event = selectors.EVENT_WRITE if state == "answer" else selectors.EVENT_READ
        ready = partial(_READY[state], self, conn)
        if conn.state is None:
            self.poller.register(conn.socket, event, ready)
        else:
            self.poller.modify(conn.socket, event, ready)
        conn.state = state

    def _drop(self, conn: Connection, reason: str = "") -> None:
        if reason:
            DROPPED.labels(reason).inc()
        self.connections.discard(conn)
        if conn.state is not None:
            self.poller.unregister(conn.socket)
            conn.state = None
        util.close(conn.socket)

    def _sweep(self) -> None:
        """Hang up on whoever was waited for long enough; once a second."""
        now = time.monotonic()
        if now < self.swept + 1:
            return
        self.swept = now
        if self.alive:
            self.set_accept_enabled(True)
        for conn in [one for one in self.connections if one.state and one.deadline < now]:
            late = conn.state in ("head", "body") and (conn.received or conn.request)
            if late:
                conn.answer += b"HTTP/1.1 408 Request Timeout\r\nConnection: close\r\n\r\n"
                with contextlib.suppress(OSError):
                    conn.flush()
            self._drop(conn, "" if conn.state in ("idle", "linger") else f"slow_{conn.state}")

    def _bound_memory(self, conn: Connection) -> None:
        """To be called when ``conn`` holds more; those with little cannot be too many."""
        if conn.held < _CHUNK:
            return
        while sum(one.held for one in self.connections) > MAX_HELD_BYTES:
            if not self._make_room(lambda one: one.held):
                return

    def _make_room(self, cost: Callable[[Connection], int] = lambda one: 1) -> bool:
        """Hang up on whoever costs most at the address that does; False if nobody can be."""
        waiting = [one for one in self.connections if one.state and cost(one)]
        if not waiting:
            return False
        costs = Counter[str]()
        for one in waiting:
            costs[one.host] += cost(one)
        self._drop(max(waiting, key=lambda one: (costs[one.host], one.held, -one.last)), "no_room")
        return True

    # --- from a client --------------------------------------------------------------------------

    def _receive(self, conn: Connection, _socket: object) -> None:
        try:
            data = conn.socket.recv(_CHUNK)
        except (BlockingIOError, InterruptedError):
            return
        except OSError:
            data = b""
        if not data:
            self._drop(conn)
            return
        if conn.state == "idle":
            self._wait(conn, "head", HEAD_SECONDS)
        conn.received += data
        conn.deadline = conn.last if conn.state == "head" else self._later(conn)
        self._read(conn)
        self._bound_memory(conn)

    @staticmethod
    def _later(conn: Connection) -> float:
        return min(conn.last, time.monotonic() + IDLE_SECONDS)

    def _read(self, conn: Connection) -> None:
        """Take a request that is all there out of what was received, and give it to a thread."""
        try:
            if conn.request is None and not self._read_head(conn):
                return
        except ParseException as error:
            self._refuse(conn, error)
            return
        except OSError:
            self._drop(conn)
            return
        request = conn.request
        assert request is not None
        if len(conn.received) < conn.missing:
            if conn.state != "body":
                self._wait(conn, "body", BODY_SECONDS, IDLE_SECONDS)
            return
        content = bytes(conn.received[: conn.missing])
        del conn.received[: conn.missing]
        request.body = io.BytesIO(content)
        conn.given = len(content)
        pool = self.probes.get(request.path, self.tpool)
        if pool is not self.tpool:
            if sum(one.probe == request.path for one in self.connections) >= MAX_PROBES:
                conn.request, conn.goes_on = None, False
                conn.answer += b"HTTP/1.1 503 Service Unavailable\r\nConnection: close\r\n\r\n"
                self._send(conn, conn.socket)
                return
            conn.probe = request.path
        self.poller.unregister(conn.socket)
        conn.state = None
        pool.submit(self._in_thread, conn)

    def _read_head(self, conn: Connection) -> bool:
        """Whether the head is there: it is in ``conn.request`` then."""
        end = conn.received.find(b"\r\n\r\n") + 4
        if end < 4:
            if len(conn.received) > MAX_HEAD_BYTES:
                raise LimitRequestHeaders("too large")
            return False
        head = bytes(conn.received[:end])
        del conn.received[:end]
        request = next(RequestParser(self.cfg, iter([head]), conn.client))
        reader = request.body.reader
        whole = isinstance(reader, body.LengthReader) and reader.length <= settings.MAX_BODY_BYTES
        conn.missing = reader.length if whole else 0
        if not whole:
            # The application refuses it by its head; what is sent of it all the same is not read.
            conn.received.clear()
            request.force_close()
        elif request._expected_100_continue and len(conn.received) < conn.missing:
            conn.sendall(b"HTTP/1.1 100 Continue\r\n\r\n")
            conn.flush()
        request._expected_100_continue = False
        conn.request = request
        return True

    def _refuse(self, conn: Connection, error: Exception) -> None:
        self.handle_error(None, conn, conn.client, error)
        conn.goes_on = False
        self._send(conn, conn.socket)

    # --- in a thread ----------------------------------------------------------------------------

    def _in_thread(self, conn: Connection) -> None:
        """Answer the request, give the connection back to the loop, and do what is left then."""
        done = Future[bool]()
        try:
            done.set_result(self.handle(conn))
        except BaseException as error:  # for the loop to raise
            done.set_exception(error)
        self.method_queue.defer(self._answered, conn, done)
        afterwards.work_off()

    def handle(self, conn: Connection) -> bool:
        """Answer the request; whether the connection can be used again."""
        request, conn.request = conn.request, None
        conn.goes_on = True
        try:
            again = self.handle_request(request, conn)
            conn.flush()
            return bool(again and conn.goes_on)
        except StopIteration:
            pass  # half an answer, which is in the log
        except OSError as error:
            if error.errno not in (errno.EPIPE, errno.ECONNRESET, errno.ENOTCONN):
                self.log.exception("Socket error processing request.")
            conn.broken = True
        except Exception as error:
            self.handle_error(request, conn, conn.client, error)
        return False

    # --- to a client ----------------------------------------------------------------------------

    def _answered(self, conn: Connection, done: "Future[bool]") -> None:
        conn.goes_on = done.result()
        conn.given, conn.probe = 0, ""
        if conn.broken:
            self._drop(conn)
        else:
            self._send(conn, conn.socket)

    def _send(self, conn: Connection, _socket: object) -> None:
        before = len(conn.answer)
        try:
            conn.flush()
        except OSError:
            self._drop(conn)
            return
        if conn.answer:
            if conn.state != "answer":
                self._wait(conn, "answer", ANSWER_SECONDS, IDLE_SECONDS)
                self._bound_memory(conn)
            elif len(conn.answer) < before:
                conn.deadline = self._later(conn)
        elif not conn.goes_on:
            try:
                conn.socket.shutdown(socket.SHUT_WR)
            except OSError:
                self._drop(conn)
                return
            conn.received.clear()
            self._wait(conn, "linger", BODY_SECONDS, LINGER_SECONDS)
        else:
            self._wait(conn, "idle", self.cfg.keepalive)
            if conn.received:
                self._wait(conn, "head", HEAD_SECONDS)
                self._read(conn)

    def _discard(self, conn: Connection, _socket: object) -> None:
        """A client that is still sending would not hear its answer if it was hung up on."""
        try:
            gone = not conn.socket.recv(_CHUNK)
        except (BlockingIOError, InterruptedError):
            return
        except OSError:
            gone = True
        if gone:
            self._drop(conn)
        else:
            conn.deadline = min(conn.last, time.monotonic() + LINGER_SECONDS)


_READY: dict[str, Callable[..., None]] = {
    "head": PatientWorker._receive,
    "body": PatientWorker._receive,
    "idle": PatientWorker._receive,
    "answer": PatientWorker._send,
    "linger": PatientWorker._discard,
}
