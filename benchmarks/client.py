"""The load: a fixed number of keep-alive connections, each asking again as soon as it has its answer.

Runs in a process of its own, so that neither server shares an interpreter with it, and does as little as it can per
answer: on a small machine every microsecond spent here is taken from both servers alike and flatters the slower one.
Speaks JSON on stdin and stdout:  python -m benchmarks.client < load.json
"""

import json
import selectors
import socket
import statistics
import subprocess
import sys
import time
from dataclasses import asdict, dataclass
from itertools import cycle
from typing import Any


@dataclass(frozen=True)
class Request:
    """One HTTP request: `path` with its query, `headers` and, for a POST, `body` as it goes over the wire."""

    path: str
    headers: dict[str, str]
    method: str = "GET"
    body: str = ""

    def encoded(self) -> bytes:
        """The request as bytes, made once and sent often."""
        body = self.body.encode()
        headers = {"Host": "127.0.0.1", **self.headers}
        if body:
            headers |= {"Content-Type": "application/json", "Content-Length": str(len(body))}
        lines = [f"{self.method} {self.path} HTTP/1.1", *(f"{name}: {value}" for name, value in headers.items())]
        return "\r\n".join([*lines, "", ""]).encode() + body


@dataclass(frozen=True)
class Outcome:
    """How many requests were answered, in how many seconds, and the time that half of them took, in seconds."""

    answered: int
    seconds: float
    median: float


class RefusedError(Exception):
    """An answer was no success, so that there is nothing to compare; the message quotes it."""


class Connection:
    """One keep-alive connection and the answer that is arriving on it."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.socket = socket.create_connection(("127.0.0.1", port), timeout=60)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.received = bytearray()
        self.expected = 0

    def ask(self, request: bytes) -> None:
        """Send a request; the connection must be idle."""
        self.received.clear()
        self.expected = 0
        self.started = time.perf_counter()
        self.socket.sendall(request)

    def answered(self) -> bool:
        """Read what has arrived; whether the answer is whole. Raises RefusedError unless its status is 2xx."""
        chunk = self.socket.recv(262144)
        self.received += chunk
        if not self.expected:
            self._read_head()
        if not chunk:
            raise RefusedError("The server closed a connection before its answer was whole.")
        return bool(self.expected) and len(self.received) >= self.expected

    def _read_head(self) -> None:
        end = self.received.find(b"\r\n\r\n")
        if end < 0:
            return
        head = bytes(self.received[:end]).lower()
        if not head.startswith(b"http/1.1 2"):
            status, body = bytes(self.received[9:end]).split(b"\r\n", 1)[0], bytes(self.received[end + 4:end + 104])
            raise RefusedError(f"{status.decode()}: {body.decode(errors='replace')}")
        _, found, rest = head.partition(b"content-length:")
        if not found:
            raise RefusedError("The answer has no Content-Length, so its end cannot be seen.")
        self.expected = end + 4 + int(rest.split(b"\r\n", 1)[0])


def drive(port: int, requests: list[Request], connections: int, seconds: float) -> Outcome:
    """Ask for so many seconds, the requests in turn, and return the outcome. Raises RefusedError."""
    upcoming = cycle([request.encoded() for request in requests])
    times: list[float] = []
    begin = time.perf_counter()
    end = begin + seconds
    with selectors.DefaultSelector() as selector:
        opened = [Connection(port) for _ in range(connections)]
        for connection in opened:
            selector.register(connection.socket, selectors.EVENT_READ, connection)
            connection.ask(next(upcoming))
        busy = connections
        while busy:
            for key, _ in selector.select():
                connection = key.data
                if connection.answered():
                    moment = time.perf_counter()
                    times.append(moment - connection.started)
                    if moment < end:
                        connection.ask(next(upcoming))
                    else:
                        selector.unregister(connection.socket)
                        connection.socket.close()
                        busy -= 1
    return Outcome(len(times), time.perf_counter() - begin, statistics.median(times))


def drive_apart(port: int, requests: list[Request], connections: int, seconds: float) -> Outcome:
    """The same as `drive`, in a process of its own. Raises RefusedError with what that process said."""
    order = {"port": port, "requests": [asdict(request) for request in requests], "connections": connections,
             "seconds": seconds}
    done = subprocess.run([sys.executable, "-m", "benchmarks.client"], input=json.dumps(order), text=True,
                          capture_output=True, check=False)
    if done.returncode:
        raise RefusedError(done.stderr.strip())
    return Outcome(**json.loads(done.stdout))


def main(order: dict[str, Any]) -> None:
    """Carry out the order read from stdin."""
    requests = [Request(**request) for request in order.pop("requests")]
    try:
        outcome = drive(requests=requests, **order)
    except (RefusedError, OSError) as error:
        sys.exit(str(error))
    json.dump(asdict(outcome), sys.stdout)


if __name__ == "__main__":
    main(json.load(sys.stdin))
