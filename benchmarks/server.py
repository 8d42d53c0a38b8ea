"""A gunicorn as a company would run it, with the settings of benchmarks.settings, the same for both sides."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

WORKERS = 2
READY = "a worker is ready"


@dataclass(frozen=True)
class Server:
    """A running gunicorn: its port on 127.0.0.1 and the process id of its master."""

    port: int
    pid: int

    def memory(self) -> float:
        """The memory of the largest worker in megabytes (10^6 bytes), of shared pages its share: PSS in proc(5)."""
        children = Path(f"/proc/{self.pid}/task/{self.pid}/children").read_text().split()
        return max(_share(int(child)) for child in children) / 1e6


@contextmanager
def running(application: str, environment: dict[str, str], log: Path) -> Iterator[Server]:
    """Serve an application such as `core:create_app()`; what gunicorn says goes to the file `log`.

    Raises RuntimeError with the log's end if it does not come up within a minute.
    """
    port = _free_port()
    command = [sys.executable, "-m", "gunicorn", application, "--config=python:benchmarks.settings",
               f"--bind=127.0.0.1:{port}"]
    everyone = {"MALLOC_ARENA_MAX": "2"}  # as docs/how-to/run.md has it
    with log.open("w") as output:
        process = subprocess.Popen(command, env=os.environ | everyone | environment, stdout=output, stderr=output)
    try:
        _wait(process, log)
        yield Server(port, process.pid)
    finally:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(30)
        except subprocess.TimeoutExpired:
            process.kill()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait(process: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline and process.poll() is None:
        if log.read_text().count(READY) == WORKERS:
            return
        time.sleep(0.1)
    raise RuntimeError(f"gunicorn did not start:\n{log.read_text()[-2000:]}")


def _share(pid: int) -> int:
    lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("Pss:")) * 1024
