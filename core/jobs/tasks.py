"""The queue: Huey over SQLite, PostgreSQL or Redis, one per application, opened at first use."""

import hashlib
import threading
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from flask import Flask, current_app
from huey import Huey, MemoryHuey, PostgresHuey, RedisHuey, SqliteHuey
from huey.serializer import SignedSerializer
from huey.storage import PostgresStorage

from core.config import ConfigError
from core.jobs.after_commit import after_commit

_opening = threading.Lock()


class _Tables(PostgresStorage):
    """Huey's tables, made by one process at a time: of two that start at once the second would fail."""

    def initialize_schema(self) -> None:
        with self.db(commit=True, close=True) as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(hashtext('eleven jobs'))")
            for statement in self.ddl:
                cursor.execute(statement)


class Queue:
    """An application's Huey and the one task that it knows."""

    def __init__(self, huey: Huey, app: Flask) -> None:
        from core.jobs import run

        self.huey = huey
        # no retries by Huey: whoever needs them (events, mail) counts them in the database
        self.run = huey.task(name="run")(lambda key, arguments: run.run(app, key, arguments))
        huey.periodic_task(lambda _moment: True, name="tick")(lambda: run.tick(app))


def queue(app: Flask | None = None) -> Queue:
    """The queue of an application, by default the current one."""
    app = app or current_app
    with _opening:
        if "eleven_queue" not in app.extensions:
            app.extensions["eleven_queue"] = Queue(_open(app), app)
    found: Queue = app.extensions["eleven_queue"]
    return found


def enqueue(key: str, /, **arguments: Any) -> None:
    """Run the job `<plugin>:<key>` in the background with JSON-like arguments, after the session's commit.

    Nothing runs if the session is rolled back. A crash between commit and queue loses the job: for what
    must not be lost emit an event, or `start` tracked work.
    """
    found = queue()
    after_commit(lambda: put(found, key, arguments))


def put(found: Queue, key: str, arguments: Mapping[str, Any], delay: float = 0) -> None:
    """Put a job into the queue at once; `delay` in seconds."""
    if delay:
        found.run.schedule(args=(key, dict(arguments)), delay=delay)
    else:
        found.run(key, dict(arguments))


def _open(app: Flask) -> Huey:
    secret = str(app.config["SECRET_KEY"])
    # several companies may share a server: each has a queue of its own, and takes nothing it did not sign
    common: dict[str, Any] = {"name": "eleven" + hashlib.sha256(secret.encode()).hexdigest()[:12], "results": False,
                              "serializer": SignedSerializer(secret, salt="jobs")}
    url, database = str(app.config["JOBS_URL"]), str(app.config["SQLALCHEMY_DATABASE_URI"])
    if url.startswith(("redis://", "rediss://")):
        return RedisHuey(url=url, **common)
    if url == "memory://":
        return MemoryHuey(**common)
    if url:
        raise ConfigError(f"ELEVEN_JOBS_URL: {url.split(':')[0]} is no queue. Use redis://host:port/number, or "
                          "leave it empty: jobs then wait beside the data.")
    if database.startswith("postgresql"):
        return PostgresHuey(dsn=database.replace("+psycopg", "", 1), storage_class=_Tables, **common)
    Path(app.instance_path).mkdir(parents=True, exist_ok=True)
    return SqliteHuey(filename=str(Path(app.instance_path) / "jobs.db"), timeout=10, **common)
