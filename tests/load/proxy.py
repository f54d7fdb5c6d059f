"""The proxy of compose with its own configuration, and a name server that knows its webs."""

import os
import shutil
import socket
import struct
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
CONFIGURATION = ROOT / "deploy" / "Caddyfile"


def program() -> str | None:
    """The path of Caddy: of this environment's packages, or of the system's."""
    return shutil.which("caddy", path=f"{Path(sys.executable).parent}:{os.environ['PATH']}")


class Names:
    """A DNS server that answers every question for an IPv4 address with the same ones."""

    def __init__(self, *addresses: str) -> None:
        self.addresses = addresses
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.socket.bind(("127.0.0.1", 0))
        self.port = self.socket.getsockname()[1]
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self) -> None:
        while True:
            try:
                query, asker = self.socket.recvfrom(512)
            except OSError:
                return
            end = query.index(b"\0", 12) + 5
            is_a = query[end - 4 : end - 2] == b"\0\1"
            answers = b"".join(
                b"\xc0\x0c\0\1\0\1" + struct.pack(">IH", 0, 4) + socket.inet_aton(address)
                for address in (self.addresses if is_a else ())
            )
            count = len(self.addresses) if is_a else 0
            head = query[:2] + b"\x81\x80\0\1" + struct.pack(">HHH", count, 0, 0)
            self.socket.sendto(head + query[12:end] + answers, asker)

    def close(self) -> None:
        self.socket.close()


def free_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return taken.getsockname()[1]


class Proxy:
    """Caddy on free ports before the webs at these addresses and that port."""

    def __init__(self, folder: Path, addresses: tuple[str, ...], port: int, **settings: str):
        self.http_port, self.https_port = free_port(), free_port()
        self.url = f"http://127.0.0.1:{self.http_port}"
        self.names = Names(*addresses)
        self.log = folder / "proxy.log"
        environment = {
            "PATH": os.environ["PATH"],
            "HOME": str(folder),
            "PROXY_DATA": str(folder / "data"),
            "PROXY_HTTP_PORT": str(self.http_port),
            "PROXY_HTTPS_PORT": str(self.https_port),
            "PROXY_HEALTH_PORT": str(free_port()),
            "WEB_NAME": "web.test",
            "WEB_PORT": str(port),
            "WEB_RESOLVERS": f"resolvers 127.0.0.1:{self.names.port}",
            **settings,
        }
        caddy = program()
        assert caddy is not None
        with self.log.open("ab") as output:
            self.process = subprocess.Popen(
                [caddy, "run", "--adapter", "caddyfile", "--config", str(CONFIGURATION)],
                env=environment, stdin=subprocess.DEVNULL, stdout=output, stderr=output,
            )  # fmt: skip

    def wait(self) -> None:
        """Until it listens."""
        end = time.monotonic() + 30
        while True:
            try:
                socket.create_connection(("127.0.0.1", self.http_port), 1).close()
                return
            except OSError:
                if time.monotonic() > end or self.process.poll() is not None:
                    text = self.log.read_text()[-2000:]
                    raise RuntimeError(f"The proxy does not start.\n{text}") from None
            time.sleep(0.1)

    def stop(self) -> None:
        self.process.terminate()
        self.process.wait(30)
        self.names.close()


@contextmanager
def proxied(
    folder: Path, port: int, *, addresses: tuple[str, ...] = ("127.0.0.1",), **settings: str
) -> Iterator[Proxy]:
    proxy = Proxy(folder, addresses, port, **settings)
    try:
        proxy.wait()
        yield proxy
    finally:
        proxy.stop()
