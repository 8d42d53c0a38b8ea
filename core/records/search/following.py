"""The index follows the journal: whatever changes a record, by operation, bulk, undo or restore, changes its entry."""

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from flask import current_app
from sqlalchemy import event
from sqlalchemy.orm import Session, SessionTransaction

from core.database import db
from core.journal import Change, on_changes
from core.plugin import registry
from core.records.search.entries import child, refresh
from core.records.type import RecordType

_CHANGED = "eleven_search_changed"


def listen() -> None:
    """Follow the journal and the session; once per process is enough and more does no harm."""
    on_changes(remember)
    for name, function in (("before_commit", catch_up), ("after_soft_rollback", forget)):
        if not event.contains(db.session, name, function):
            event.listen(db.session, name, function)


def remember(changes: Sequence[Change]) -> None:
    """Keep which rows changed until the transaction ends: a record is indexed once, with all its parts."""
    if "eleven" not in current_app.extensions:
        return  # an application without record types
    changed = db.session().info.setdefault(_CHANGED, defaultdict(set))
    for table, key, _op, wholes in changes:
        changed[table].update((key, *wholes))


def catch_up(session: Session) -> None:
    """Index what has changed; at the end of the transaction and inside of it."""
    if session.in_nested_transaction():
        return
    session.flush()
    changed: dict[str, set[Any]] = session.info.pop(_CHANGED, {})
    for kind in registry().record_types.values() if changed else ():
        refresh(kind, _records(kind, changed))


def forget(session: Session, previous: SessionTransaction) -> None:
    """Drop what was rolled back; after a savepoint there may be changes left, and indexing twice is no harm."""
    if previous.parent is None:
        session.info.pop(_CHANGED, None)


def _records(kind: RecordType, changed: dict[str, set[Any]]) -> set[int]:
    """The records of a type that changed themselves, or whose child rows did: those name their record."""
    found = {key for key in changed.get(kind.table, ()) if isinstance(key, int)}
    for relation in {name.partition(".")[0] for name in kind.search if "." in name}:
        model, parent = child(kind, relation)
        start = f"{model.__tablename__}.{parent.name}="
        found |= {int(key.removeprefix(start)) for key in changed.get(model.__tablename__, ())
                  if isinstance(key, str) and key.startswith(start)}
    return found
