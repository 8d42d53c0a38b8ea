"""What is to happen once the session's transaction is committed, and never if it is rolled back."""

from collections.abc import Callable
from dataclasses import dataclass

import structlog
from sqlalchemy import event
from sqlalchemy.orm import Session, SessionTransaction

from core.database import db

log = structlog.get_logger()

_KEY = "eleven_after_commit"


@dataclass(frozen=True)
class _Deferred:
    call: Callable[[], None]
    inside: tuple[SessionTransaction, ...]


def after_commit(call: Callable[[], None]) -> None:
    """Call a function after the commit of the current session.

    A rollback, also of the savepoint that is open now, drops it. It must not use the session. When it
    raises, the fault is logged: what is committed is committed, and the caller hears success.
    """
    session = db.session()
    session.connection()
    inside = []
    level = session.get_nested_transaction() or session.get_transaction()
    while level is not None:
        inside.append(level)
        level = level.parent
    session.info.setdefault(_KEY, []).append(_Deferred(call, tuple(inside)))


def _committed(session: Session) -> None:
    if session.in_nested_transaction():
        return
    for deferred in session.info.pop(_KEY, ()):
        try:
            deferred.call()
        except Exception as error:
            log.error("after commit", exc_info=error)


def _rolled_back(session: Session, previous: SessionTransaction) -> None:
    if _KEY in session.info:
        session.info[_KEY] = [d for d in session.info[_KEY] if previous not in d.inside]


def listen() -> None:
    """Follow the session; once per process is enough and more does no harm."""
    for name, function in (("after_commit", _committed), ("after_soft_rollback", _rolled_back)):
        if not event.contains(db.session, name, function):
            event.listen(db.session, name, function)
