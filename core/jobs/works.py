"""Tracked work: started by a person, watched on a page, cancelled at will, taken up again after a crash."""

import shutil
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from time import monotonic
from typing import Any

import structlog
from flask import Flask, current_app
from sqlalchemy import Update, and_, delete, or_, select, update
from sqlalchemy.exc import DBAPIError
from werkzeug.utils import secure_filename

from core.database import db, now
from core.jobs.models import Work
from core.jobs.tasks import enqueue
from core.journal import acting

log = structlog.get_logger()

BEAT = 20.0
"""Seconds between the signs of life of a running work."""
STUCK = timedelta(minutes=2)
"""A running work that gave no sign for so long has lost its worker."""
LOST = timedelta(minutes=10)
"""A work that has waited for so long may have been lost on its way into the queue."""
ATTEMPTS = 3
KEEP = timedelta(days=14)

_finished: list[Callable[[Work], None]] = []


class WorkCancelledError(Exception):
    """The person has stopped the work: it ends where it reports progress."""


class WorkFailedError(Exception):
    """The work cannot go on; the message is a sentence for the person who waits for it."""


class AlreadyTakenError(Exception):
    """Another worker has the work, or it was cancelled before it began."""


def on_finished(listener: Callable[[Work], None]) -> Callable[[Work], None]:
    """Call a function in the transaction in which a work ends, however it ends but by being cancelled."""
    if listener not in _finished:
        _finished.append(listener)
    return listener


def start(key: str, user: Any, title: str, /, **arguments: Any) -> Work:
    """Start tracked work: the job `key` gets `arguments` and `work_id`, which it hands to `working`.

    It begins after the session's commit. `user` sees it and hears of its end.
    """
    work = Work(key=key, user_id=user.id if user is not None else None, title=title, arguments=arguments)
    db.session.add(work)
    db.session.flush()
    enqueue(key, work_id=work.id, **arguments)
    return work


class Working:
    """A work from inside its job."""

    def __init__(self, work: Work) -> None:
        self.id, self.uid, self.user_id, self.title = work.id, work.uid, work.user_id, work.title
        self.result: dict[str, Any] = dict(work.result)
        """What to say of the outcome: counts, "url" of a page to see it on, "transaction_id" to undo it.

        A run that goes on where another broke off finds what that one kept."""
        self.path: Path | None = None
        self._written = 0.0

    def progress(self, done: int, total: int | None = None, message: str = "") -> None:
        """Tell how far the work is; raises WorkCancelledError if the person has stopped it.

        Written at once when no transaction is open, else (on SQLite, which knows one writer) with it:
        commit your batches before you report.
        """
        if monotonic() - self._written < 0.5 and done != total:
            return
        self._written = monotonic()
        values: dict[str, Any] = {"done": done, "message": message, "heartbeat": now()}
        if total is not None:
            values["total"] = total
        if not _write_apart(update(Work).where(Work.id == self.id, Work.state == "running").values(**values)):
            raise WorkCancelledError

    def keep(self, **result: Any) -> None:
        """Write down with the caller's transaction what it adds to the outcome; the work may break off after it.

        Raises WorkCancelledError if the work is not to go on: once a person has stopped it, nothing more is committed.
        """
        self.result |= result
        kept = db.session.execute(
            update(Work).where(Work.id == self.id, Work.state == "running").values(result=self.result)
            .returning(Work.id).execution_options(synchronize_session=False)).first()
        if kept is None:
            raise WorkCancelledError

    def file(self, name: str) -> Path:
        """Where to write the file that the person will download; `name` is what it is called there."""
        folder = folder_of(self.uid)
        folder.mkdir(parents=True, exist_ok=True)
        self.path = folder / (secure_filename(name) or "file")
        return self.path


@contextmanager
def working(work_id: int) -> Iterator[Working]:
    """Take a work in hand for the block, and commit in the end: done with all that the block changed, or failed.

    Raises AlreadyTakenError if it is not waiting any more; exceptions of the block are passed on after
    its changes were rolled back, but for WorkCancelledError.
    """
    work = _take(work_id)
    app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]
    stop = threading.Event()
    threading.Thread(target=_beat, args=(app, work.id, stop), daemon=True).start()
    try:
        with acting(work.user_id, "job", work.title):
            yield work
            _end(work.id, state="done", result=work.result,
                 file=str(work.path.relative_to(current_app.instance_path)) if work.path else None)
            db.session.commit()
    except WorkCancelledError:
        db.session.rollback()
        log.info("work cancelled", work=work.uid)
    except Exception as error:
        db.session.rollback()
        fail(work.id, str(error) if isinstance(error, WorkFailedError) else "")
        if not isinstance(error, WorkFailedError):
            raise
    finally:
        stop.set()


def _take(work_id: int) -> Working:
    taken = db.session.execute(
        update(Work).where(Work.id == work_id, Work.state == "queued")
        .values(state="running", attempts=Work.attempts + 1, started_at=now(), heartbeat=now(), message="")
        .returning(Work.id).execution_options(synchronize_session=False)).first()
    if taken is None:
        db.session.rollback()
        raise AlreadyTakenError(f"work {work_id} is not waiting")
    work = Working(db.session.get_one(Work, work_id))
    db.session.commit()
    return work


def _end(work_id: int, *, state: str, **values: Any) -> None:
    """Settle how a work ended, if it is still going, and tell who wants to know."""
    db.session.flush()
    ended = db.session.execute(
        update(Work).where(Work.id == work_id, Work.state.in_(("queued", "running")))
        .values(state=state, finished_at=now(), **values).returning(Work.id)
        .execution_options(synchronize_session=False)).first()
    if ended is None:
        raise WorkCancelledError
    work = db.session.get_one(Work, work_id, populate_existing=True)
    for listener in _finished:
        listener(work)


def fail(work_id: int, message: str = "") -> None:
    """Settle that a work has failed, unless it has ended otherwise; commits."""
    try:
        _end(work_id, state="failed", message=message)
        db.session.commit()
    except WorkCancelledError:
        db.session.rollback()


def cancel(work: Work) -> bool:
    """Stop a work, at once if it waits, else at its next report. False if it has ended already."""
    stopped = db.session.execute(
        update(Work).where(Work.id == work.id, Work.state.in_(("queued", "running")))
        .values(state="cancelled", finished_at=now()).returning(Work.id)
        .execution_options(synchronize_session=False)).first()
    db.session.refresh(work)
    return stopped is not None


def requeue() -> None:
    """Queue works again whose worker has died or that were lost on the way; after ATTEMPTS they have failed."""
    lost = db.session.scalars(select(Work).where(or_(
        and_(Work.state == "running", Work.heartbeat < now() - STUCK),
        and_(Work.state == "queued", Work.heartbeat < now() - LOST)))).all()
    for work in lost:
        if work.attempts >= ATTEMPTS:
            _end(work.id, state="failed")
            continue
        log.warning("work queued again", work=work.uid, was=work.state)
        work.state, work.heartbeat = "queued", now()
        enqueue(work.key, work_id=work.id, **work.arguments)


def forget_old() -> None:
    """Delete works that ended long ago, with their files."""
    old = db.session.execute(select(Work.id, Work.uid).where(Work.finished_at < now() - KEEP)).all()
    for row in old:
        shutil.rmtree(folder_of(row.uid), ignore_errors=True)
    db.session.execute(delete(Work).where(Work.id.in_([row.id for row in old])))


def folder_of(uid: str) -> Path:
    """Where a work's files are."""
    return Path(current_app.instance_path) / "work" / uid


def _write_apart(statement: Update) -> bool:
    """Run an UPDATE in a transaction of its own and tell whether it met a row."""
    session = db.session()
    if session.in_transaction() and db.engine.dialect.name == "sqlite":
        # the session holds the one write lock there is
        return bool(session.connection().execute(statement.returning(Work.id)).first())
    with db.engine.begin() as connection:
        return bool(connection.execute(statement.returning(Work.id)).first())


def _beat(app: Flask, work_id: int, stop: threading.Event) -> None:
    statement = update(Work).where(Work.id == work_id, Work.state == "running")
    with app.app_context():
        while not stop.wait(BEAT):
            try:
                with db.engine.begin() as connection:
                    connection.execute(statement.values(heartbeat=now()))
            except DBAPIError:
                # a long transaction of the work itself holds the lock; nobody can take the work away meanwhile
                log.debug("no heartbeat", work_id=work_id)


