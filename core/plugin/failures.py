"""What went wrong in plugins, kept in the database so that the Plugins page shows every process's faults.

They are written by a thread of their own, in a transaction of their own: a fault must not wait for the transaction
in which it happened, nor that one for it. What cannot be written is only in the log.
"""

import threading
from collections import deque
from datetime import datetime

import structlog
from flask import Flask, current_app
from sqlalchemy import Index, Insert, delete, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Mapped, Session, mapped_column

from core.database import Model, db
from core.plugin.contributions import Failure

log = structlog.get_logger()

MOST = 300
"""So many different faults are kept, the latest."""
MESSAGE, TRACE = 500, 8000
"""Characters of a message and of a trace (its end) that are kept."""
PAUSE = 0.5
"""Seconds between two writings, so that a panel that fails a hundred times a second costs two."""


class PluginFailure(Model):
    """A fault of a plugin, told apart by place and message: how often, when first and last, and the latest trace."""

    __tablename__ = "plugin_failure"
    __journal__ = False
    __table_args__ = (Index("uq_plugin_failure_what", "plugin", "place", "message", unique=True),)

    id: Mapped[int] = mapped_column(primary_key=True)
    plugin: Mapped[str]
    place: Mapped[str]
    message: Mapped[str]
    trace: Mapped[str]
    count: Mapped[int]
    first_at: Mapped[datetime]
    last_at: Mapped[datetime] = mapped_column(index=True)


class Failures(deque[Failure]):
    """The latest faults of this process, and the way of all into the database."""

    def __init__(self) -> None:
        super().__init__(maxlen=200)
        self._app: Flask | None = None
        self._waiting: deque[Failure] = deque(maxlen=1000)
        self._thread: threading.Thread | None = None
        self._lock = threading.Lock()
        self._hurry = threading.Event()

    def init_app(self, app: Flask) -> None:
        """Write into the application's database from now on."""
        self._app = app

    def keep(self, failure: Failure) -> None:
        """Keep a fault; it is written in the background."""
        self.append(failure)
        if self._app is None:
            return
        with self._lock:
            self._waiting.append(failure)
            if self._thread is None or not self._thread.is_alive():
                self._hurry.clear()
                # no daemon: a command that ends at once waits for it
                self._thread = threading.Thread(target=self._write, args=(self._app,))
                self._thread.start()

    def settle(self, seconds: float = 5.0) -> None:
        """Wait until what has been kept is written, for so long at most."""
        thread = self._thread
        if thread is not None:
            self._hurry.set()
            thread.join(seconds)

    def drop(self, plugin: str) -> None:
        """Forget the faults of a plugin that are not written yet, and those of this process."""
        with self._lock:
            for faults in (self, self._waiting):
                for failure in [one for one in faults if one.plugin == plugin]:
                    faults.remove(failure)

    def _write(self, app: Flask) -> None:
        with app.app_context():
            while True:
                with self._lock:
                    batch = list(self._waiting)
                    self._waiting.clear()
                    if not batch:
                        self._thread = None
                        return
                try:
                    with db.engine.begin() as connection:
                        for failure in batch:
                            connection.execute(_statement(failure))
                        latest = select(PluginFailure.id).order_by(PluginFailure.last_at.desc()).limit(MOST)
                        connection.execute(delete(PluginFailure).where(PluginFailure.id.not_in(latest)))
                except SQLAlchemyError as error:
                    log.warning("faults of plugins not written", count=len(batch), why=str(error)[:200])
                self._hurry.wait(PAUSE)


def kept(plugin: str | None = None) -> list[PluginFailure]:
    """The faults of a plugin, or of all, the latest first."""
    current_app.extensions["eleven"].calls.failures.settle()
    statement = select(PluginFailure).order_by(PluginFailure.last_at.desc())
    if plugin is not None:
        statement = statement.where(PluginFailure.plugin == plugin)
    # on SQLite the caller's own transaction sees nothing that was written after it began, and may hold the write lock
    with Session(db.engine.execution_options(only_reads=True)) as apart:
        return list(apart.scalars(statement))


def clear(plugin: str) -> None:
    """Forget the faults of a plugin; who calls it commits."""
    current_app.extensions["eleven"].calls.failures.drop(plugin)
    db.session.execute(delete(PluginFailure).where(PluginFailure.plugin == plugin))


def _statement(failure: Failure) -> Insert:
    insert = postgresql.insert if db.engine.dialect.name == "postgresql" else sqlite.insert
    # a NUL cannot be stored by PostgreSQL, half a character by neither
    message, trace = (text.replace("\0", "").encode(errors="replace").decode()
                      for text in (failure.message[:MESSAGE], failure.trace[-TRACE:]))
    values = {"trace": trace, "last_at": failure.at}
    return insert(PluginFailure).values(
        plugin=failure.plugin, place=failure.where[:MESSAGE], message=message, count=1, first_at=failure.at, **values,
    ).on_conflict_do_update(index_elements=["plugin", "place", "message"],
                            set_=values | {"count": PluginFailure.count + 1})
