"""kill -9 of whoever writes and whoever works: what was answered with success is delivered, at least once."""

import os
import subprocess
import sys
import time
from pathlib import Path

from flask import Flask
from sqlalchemy import func, select

from core.database import db
from core.events import Delivery, Event, delivery, emit, sweep
from core.jobs import queue
from core.plugin import registry
from tests.core.events.process import Ear
from tests.core.jobs import bare

ROOT = Path(__file__).parents[3]


def process(role: str, app: Flask, **options: object) -> "subprocess.Popen[str]":
    command = [sys.executable, "-m", "tests.core.events.process", role, app.instance_path, app.config["DATABASE_URL"]]
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    return subprocess.Popen(command, cwd=ROOT, text=True, env=environment, **options)  # type: ignore[call-overload,no-any-return]  # noqa: S603


def pending() -> int:
    db.session.rollback()
    count = db.session.scalar(select(func.count()).select_from(Delivery).where(Delivery.state == "pending"))
    db.session.rollback()
    return count or 0


def test_nothing_is_lost_when_processes_are_killed(app: Flask) -> None:
    heard = Path(app.instance_path) / "heard"
    heard.touch()
    bare.add(registry(), "ear", Ear(heard))
    answered: list[str] = []
    for _round in range(2):
        worker = process("worker", app)
        writer = process("writer", app, stdout=subprocess.PIPE)
        assert writer.stdout is not None
        answered += [writer.stdout.readline().strip() for _line in range(40)]
        before, deadline = heard.stat().st_size, time.monotonic() + 60
        while heard.stat().st_size == before:
            assert time.monotonic() < deadline, "the worker hears nothing"
            time.sleep(0.05)
        writer.kill()
        answered += writer.stdout.read().split()
        worker.kill()
        writer.wait()
        worker.wait()
    # the queue's file itself may be lost as well
    queue().huey.flush()
    # even if the killed workers did all: the last one is up once this is heard, and can be stopped in good order
    emit("contact.created", id="last")
    db.session.commit()

    worker = process("worker", app)
    try:
        deadline = time.monotonic() + 120
        while pending():
            assert time.monotonic() < deadline, f"{pending()} deliveries wait"
            sweep()
            db.session.rollback()
            time.sleep(1)
    finally:
        worker.terminate()
        assert worker.wait(40) == 0
    told = set(heard.read_text().split())
    written = {payload["id"] for payload in db.session.scalars(select(Event.payload))}
    assert set(filter(None, answered)) <= written
    assert told == written
    assert delivery.LEASE.total_seconds() == 2
