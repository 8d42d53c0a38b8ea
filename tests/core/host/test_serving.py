"""The server as a process: it answers, says where, and stops when it is told to, worker included."""

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

import pytest

from core import create_app
from core.database import db

ROOT = Path(__file__).resolve().parents[3]


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


@pytest.mark.parametrize("stop", [signal.SIGTERM, signal.SIGINT])
def test_serve_answers_and_stops(tmp_path, stop):
    environment = os.environ | {"ELEVEN_INSTANCE": str(tmp_path), "ELEVEN_LOG_LEVEL": "ERROR"}
    eleven = [sys.executable, "-m", "core"]
    subprocess.run([*eleven, "db", "upgrade"], cwd=ROOT, env=environment, check=True)  # noqa: S603
    port = free_port()
    server = subprocess.Popen([*eleven, "serve", "--worker", "--port", str(port)], cwd=ROOT, env=environment,  # noqa: S603
                              stdout=subprocess.PIPE, text=True,
                              # a shell has what it runs in the background ignore SIGINT, and children inherit that
                              preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL))
    try:
        assert server.stdout is not None
        assert server.stdout.readline().strip() == f"Eleven listens on http://127.0.0.1:{port}"
        status = 0
        for _try in range(50):
            try:
                with urllib.request.urlopen(f"http://127.0.0.1:{port}/sign-in", timeout=10) as answer:
                    status = answer.status
                break
            except urllib.error.HTTPError as error:
                # without core's first revision there is a server but no table
                status = error.code
                break
            except OSError:
                time.sleep(0.2)
        assert status
        server.send_signal(stop)
        assert server.wait(timeout=60) == 0
    finally:
        server.kill()
        server.wait()


def test_workers_are_forked_from_one_that_has_loaded(tmp_path):
    environment = os.environ | {"ELEVEN_INSTANCE": str(tmp_path), "ELEVEN_LOG_LEVEL": "ERROR"}
    subprocess.run([sys.executable, "-m", "core", "db", "upgrade"], cwd=ROOT, env=environment, check=True)
    port = free_port()
    server = subprocess.Popen([sys.executable, "-m", "gunicorn", "core:create_app()", "--preload", "--workers=2",  # noqa: S603
                               f"--bind=127.0.0.1:{port}", "--log-level=error"], cwd=ROOT, env=environment)
    try:
        seen = 0
        for _try in range(100):
            try:
                with urllib.request.urlopen(f"http://127.0.0.1:{port}/sign-in", timeout=10) as answer:
                    seen += answer.status == 200
            except urllib.error.HTTPError as error:
                pytest.fail(f"{error}: {error.read()[:500]!r}")
            except OSError:
                time.sleep(0.2)
            if seen == 10:
                break
        assert seen == 10
    finally:
        server.terminate()
        server.wait(timeout=60)


def test_an_application_leaves_no_connection_open(app):
    made = create_app(app.instance_path, DATABASE_URL=app.config["DATABASE_URL"])
    with made.app_context():
        assert (db.engine.pool.checkedin(), db.engine.pool.checkedout()) == (0, 0)
