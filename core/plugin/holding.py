"""Whose transaction it is: while a plugin answers, its caller's. What the plugin begins beside it, it has to end."""

from typing import Any

from flask import Flask, g
from sqlalchemy import event
from sqlalchemy.orm import Session, SessionTransaction

from core import database
from core.database import db
from core.plugin.watching import Running, running


class HeldTransactionError(RuntimeError):
    """A plugin has tried to end the transaction of its caller."""


class LeftOpenError(RuntimeError):
    """A plugin has begun a savepoint or taken a connection, and not given it back."""


def refuse(what: str) -> None:
    """Raise HeldTransactionError where a plugin answers in the caller's transaction, for `commit` and its like."""
    call = running()
    if call is not None and call.holds and g.get("eleven_calls") is call.context:
        raise HeldTransactionError(
            f"db.session.{what}() inside of a hook or an operation: the transaction is the caller's, who would lose "
            "what it holds. Leave it out; the view, the job or the command ends the transaction.")


def tidy(call: Running) -> None:
    """End what a call has left open, and raise LeftOpenError that names it."""
    session, left = db.session(), []
    own = session.connection().connection.dbapi_connection if session.in_transaction() else None
    for thing in reversed(call.opened or ()):
        if isinstance(thing, SessionTransaction):
            if thing.is_active:
                thing.rollback()
                left.append("a savepoint (use `with db.session.begin_nested():`)")
        elif thing.is_valid and thing.dbapi_connection is not own:
            thing.invalidate()
            left.append("a connection (use `with db.engine.connect() as connection:`)")
    if left:
        raise LeftOpenError(f"It has left open {' and '.join(left)}.")


def _opened(thing: Any) -> None:
    call = running()
    if call is not None:
        call.opened = [*(call.opened or ()), thing]


def _begun(_session: Session, transaction: SessionTransaction) -> None:
    if transaction.nested:
        _opened(transaction)


def _checked_out(_connection: Any, _record: Any, proxy: Any) -> None:
    # not the pool's record: that may be another thread's by the time that the call ends
    _opened(proxy)


def follow_transactions(app: Flask) -> None:
    """Take note of what calls do to the transactions and connections of an application."""
    if refuse not in database.objections:
        database.objections.append(refuse)
    if not event.contains(db.session, "after_transaction_create", _begun):
        event.listen(db.session, "after_transaction_create", _begun)
    with app.app_context():
        event.listen(db.engine, "checkout", _checked_out)
