"""One migration at a time, whatever number of servers and people start it."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from flask import Flask
from sqlalchemy import text

from core.database import db

ADVISORY_KEY = 0x656C6576656E  # "eleven"


@contextmanager
def migrating(app: Flask) -> Iterator[None]:
    """Hold the lock of this application's database; wait for whoever holds it (at most ten minutes on SQLite)."""
    if db.engine.dialect.name == "postgresql":
        with db.engine.connect() as connection:
            connection.execute(text("SELECT pg_advisory_lock(:key)"), {"key": ADVISORY_KEY})
            connection.commit()
            try:
                yield
            finally:
                connection.execute(text("SELECT pg_advisory_unlock(:key)"), {"key": ADVISORY_KEY})
                connection.commit()
        return
    # SQLite's own lock on a file beside: it works on every system and ends with the process
    beside = sqlite3.connect(Path(app.instance_path) / "migrate.lock", timeout=600, isolation_level=None)
    try:
        beside.execute("BEGIN EXCLUSIVE")
        yield
    finally:
        beside.close()
