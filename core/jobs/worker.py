"""Workers: the process that `eleven worker` is, and threads inside a web server that runs alone."""

from collections.abc import Callable
from typing import Any

from flask import Flask, has_app_context
from huey.consumer import Consumer

from core.database import db
from core.jobs.tasks import queue

# how often an idle worker looks into a queue that cannot wake it (SQLite), in seconds
_POLLING = {"initial_delay": 0.05, "max_delay": 1.0}


class _Inside(Consumer):
    """A consumer that leaves the process's signals to the web server around it."""

    def _set_signal_handlers(self) -> None:
        pass


def start_consumer(app: Flask, threads: int = 2) -> Callable[[], None]:
    """Run jobs in threads of this process; returns what stops them after the jobs at hand."""
    consumer = _Inside(queue(app).huey, workers=threads, **_POLLING)
    consumer.start()

    def stop() -> None:
        consumer.stop(graceful=True)

    return stop


def run_worker(app: Flask, threads: int = 2) -> None:
    """Run jobs until SIGTERM or SIGINT; the jobs at hand are finished, for half a minute at most."""
    options: dict[str, Any] = {"graceful_signal": "TERM", "shutdown_timeout": 30} | _POLLING
    Consumer(queue(app).huey, workers=threads, **options).run()


def run_pending(app: Flask) -> int:
    """Do all that waits in the queue here and now (tests, commands); returns how many tasks that were.

    The caller's open transaction is rolled back: jobs have sessions of their own, and SQLite one writer.
    """
    huey, count = queue(app).huey, 0
    if has_app_context():
        db.session.rollback()
    while (task := huey.dequeue()) is not None:
        huey.execute(task)
        count += 1
    return count
