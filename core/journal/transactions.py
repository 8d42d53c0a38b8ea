"""One journal transaction per database transaction, made at the first change and forgotten with it."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any

from flask import has_app_context
from sqlalchemy import insert
from sqlalchemy.orm import Session, SessionTransaction

from core.database import db, now
from core.journal.actors import actor
from core.journal.models import JournalTransaction
from core.logs import request_id


@dataclass
class Open:
    """The journal transaction that changes belong to, and the savepoints that it dies with."""

    id: int | None = None
    inside: list[SessionTransaction] = field(default_factory=list)


_KEY = "eleven_journal_open"
_NEW = insert(JournalTransaction).returning(JournalTransaction.id)
_step: ContextVar[Open | None] = ContextVar("eleven_journal_step", default=None)


def around(session: Session) -> list[SessionTransaction]:
    """The savepoint that is open now and all that it stands in, the whole transaction last."""
    found = []
    level = session.get_nested_transaction() or session.get_transaction()
    while level is not None:
        found.append(level)
        level = level.parent
    return found


def opened(session: Session) -> Open:
    """What holds the id of the session's journal transaction."""
    step = _step.get()
    found: Open = step if step is not None else session.info.setdefault(_KEY, Open())
    return found


def transaction_id(session: Session) -> int:
    """The id of the session's journal transaction; its row is written at the first call."""
    current = opened(session)
    if current.id is None:
        current.id = new_transaction(session)
        current.inside = around(session)
    return current.id


def new_transaction(session: Session, **values: Any) -> int:
    """Write the row of a journal transaction and return its id."""
    who = actor()
    row = {"at": now(), "user_id": who.user_id, "via": who.via, "reason": who.reason, "request_id": request_id()}
    return int(session.connection().execute(_NEW, row | values).scalar_one())


def current_transaction_id() -> int | None:
    """The journal transaction of what has been flushed and not yet committed: what an undo toast needs."""
    return opened(db.session()).id if has_app_context() else None


@contextmanager
def one_step() -> Iterator[Open]:
    """Let several database transactions be one step of the journal: an import that commits by batches.

    The id of the step is in `.id` after its first change.
    """
    token = _step.set(Open())
    try:
        yield _step.get() or Open()
    finally:
        _step.reset(token)


def rolled_back(session: Session, previous: SessionTransaction) -> None:
    """Forget the journal transaction if its row was rolled back with a savepoint or with everything."""
    current = opened(session)
    if previous in current.inside:
        current.id, current.inside = None, []


def ended(session: Session, transaction: SessionTransaction) -> None:
    """Begin afresh with the next database transaction."""
    if transaction.parent is None:
        session.info.pop(_KEY, None)
        step = _step.get()
        if step is not None:
            step.inside = []
