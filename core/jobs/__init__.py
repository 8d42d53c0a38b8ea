"""Background work: jobs after commit or by the clock, and tracked work with progress."""

from flask import Flask

from core.jobs.after_commit import after_commit, listen
from core.jobs.models import JobTick, Work
from core.jobs.tasks import enqueue, put, queue
from core.jobs.worker import run_pending, run_worker, start_consumer
from core.jobs.works import (
    AlreadyTakenError,
    WorkCancelledError,
    WorkFailedError,
    Working,
    cancel,
    folder_of,
    on_finished,
    start,
    working,
)

__all__ = [
    "AlreadyTakenError", "JobTick", "Work", "WorkCancelledError", "WorkFailedError", "Working", "after_commit",
    "cancel", "enqueue", "folder_of", "init_app", "on_finished", "put", "queue", "run_pending", "run_worker",
    "start", "start_consumer", "working",
]


def init_app(_app: Flask) -> None:
    """Follow commits; the queue opens at first use."""
    listen()
