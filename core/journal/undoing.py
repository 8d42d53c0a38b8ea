"""Taking back: the inverse of a journal transaction, or a list of what stands in the way."""

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import JSON, Column, DateTime, Numeric, Table, and_, bindparam, delete, insert, select, update
from sqlalchemy.exc import IntegrityError

from core.database import UtcDateTime, db, metadata, now
from core.journal import transactions
from core.journal.deleting import forget
from core.journal.encoding import decode_row
from core.journal.locking import lock
from core.journal.models import JournalChange, JournalTransaction
from core.journal.recording import record_rows
from core.journal.references import (
    Reference,
    chunks,
    references,
    rows_by_key,
    rows_that_refer,
    table_named,
    with_keys,
)
from core.journal.tables import BOOKKEEPING, belongs, journaled, key_columns, key_values, row_id
from core.journal.wholes import renew

Guard = Callable[[Sequence[JournalChange]], AbstractContextManager[object]]
"""Stands around an undo: is given what will be taken back, newest first, and forbids it by raising, before or after.
Whatever it raises leaves no trace of the undo."""


def _unguarded(_changes: Sequence[JournalChange]) -> AbstractContextManager[object]:
    return nullcontext()


_listeners: list[Callable[[int], None]] = []


def on_undone(listener: Callable[[int], None]) -> Callable[[int], None]:
    """Call a function with the id of each step that takes another back or restores, in its transaction."""
    if listener not in _listeners:
        _listeners.append(listener)
    return listener


@dataclass(frozen=True)
class Conflict:
    """A value that is not what the transaction left behind.

    `column` is None when it is about the row as a whole, which is there or not. `changed_by_id`,
    `changed_at` and `transaction_id` tell of the last change since, if the journal knows one.
    """

    table: str
    row_id: str
    column: str | None
    expected: Any
    found: Any
    changed_by_id: int | None = None
    changed_at: datetime | None = None
    transaction_id: int | None = None


class UndoConflict(Exception):
    """The transaction cannot be taken back as a whole; nothing was changed. `changes` says what is in the way."""

    def __init__(self, changes: Sequence[Conflict], message: str = "") -> None:
        super().__init__(message or f"{len(changes)} value(s) have changed since")
        self.changes = list(changes)


def undo(transaction_id: int, only: Collection[int] | None = None, guard: Guard = _unguarded) -> JournalTransaction:
    """Write the inverse of a transaction in the caller's; taking back an undo is a redo. Never commits.

    `only` names those of its changes that are meant, by id; the others stay and can be taken back another time.
    Asks for nobody's permission: what people undo goes through core.records.undoing, which passes the guard. Rows
    that a table keeps for good (`info={"lasting": True}`) stay as they are.

    Raises LookupError for a transaction that does not exist and UndoConflict if it has been undone
    already or if a row no longer holds what the transaction left behind.
    """
    db.session.flush()
    original = db.session.get(JournalTransaction, transaction_id, with_for_update=True, populate_existing=True)
    if original is None:
        raise LookupError(f"there is no journal transaction {transaction_id}")
    if original.undone_by_id is not None:
        raise UndoConflict([], "it has been undone already")
    changes = _changes(transaction_id)
    chosen = changes if only is None else [change for change in changes if change.id in only]
    part = len(chosen) < len(changes)
    number = _inverted([change for change in chosen if not _lasting(change)], guard,
                       **({} if part else {"undo_of_id": transaction_id}))
    if part:
        return db.session.get_one(JournalTransaction, number)
    db.session.execute(update(JournalTransaction).where(JournalTransaction.id == transaction_id)
                       .values(undone_by_id=number))
    return db.session.get_one(JournalTransaction, number)


def restore(table: str, number: Any, guard: Guard = _unguarded) -> JournalTransaction:
    """Bring one deleted row back with what went with it, even if more was deleted in the same step.

    Asks for nobody's permission, as `undo`. Raises LookupError if the journal has no deletion of it and
    UndoConflict as `undo` does.
    """
    db.session.flush()
    last = db.session.scalars(select(JournalChange).where(
        JournalChange.table_name == table, JournalChange.row_id == str(number))
        .order_by(JournalChange.id.desc()).limit(1)).first()
    if last is None or last.op != "delete":
        raise LookupError(f"{table} {number} has not been deleted")
    return restore_of(last.transaction_id, table, [number], guard)


def _lasting(change: JournalChange) -> bool:
    """Whether a row stays, whatever is undone around it; with the person it belongs to it comes back all the same."""
    table = metadata.tables.get(change.table_name)
    return change.op != "delete" and table is not None and bool(table.info.get("lasting"))


def restore_of(transaction_id: int, table: str, numbers: Iterable[Any], guard: Guard = _unguarded,
               ) -> JournalTransaction:
    """Bring back rows that one step deleted, with what went with them. Raises UndoConflict as `undo` does."""
    changes = _changes(transaction_id)
    wanted = {str(number) for number in numbers}
    roots = [change for change in changes
             if change.op == "delete" and change.table_name == table and change.row_id in wanted]
    return undo(transaction_id, _with_dependents(changes, roots), guard)


def _changes(transaction_id: int) -> Sequence[JournalChange]:
    """The changes of a transaction, newest first."""
    return db.session.scalars(select(JournalChange).where(JournalChange.transaction_id == transaction_id)
                              .order_by(JournalChange.id.desc())).all()


def _with_dependents(changes: Sequence[JournalChange], roots: Sequence[JournalChange]) -> set[int]:
    """The ids of a step's changes that the deletion of some of its rows brought about, theirs included."""
    pointing: dict[str, list[Reference]] = {}
    hanging: dict[str, list[tuple[JournalChange, Any]]] = {}
    for reference in references():
        pointing.setdefault(reference.target, []).append(reference)
    columns = {(one.table, one.column) for found in pointing.values() for one in found}
    for change in changes:
        old = change.old
        for column in old:
            if (change.table_name, column) in columns:
                hanging.setdefault(belongs(change.table_name, column, old[column]), []).append(
                    (change, old.get("record_type")))
    chosen = {root.id for root in roots}
    waiting = list(roots)
    while waiting:
        row = waiting.pop()
        for reference in pointing.get(row.table_name, ()):
            for change, kind in hanging.get(belongs(reference.table, reference.column, row.row_id), ()):
                if change.id not in chosen and reference.record_type in (None, kind):
                    chosen.add(change.id)
                    if change.op == "delete":
                        waiting.append(change)
    return chosen


def _inverted(changes: Sequence[JournalChange], guard: Guard, **about: Any) -> int:
    """Apply the inverse of changes, given newest first, as a journal transaction of its own."""
    session = db.session()
    current = transactions.opened(session)
    outer = current.id, current.inside
    try:
        with session.begin_nested(), guard(changes):
            number = transactions.new_transaction(session, **about)
            current.id, current.inside = number, transactions.around(session)
            undoing = _Undoing(changes[0].transaction_id if changes else 0)
            renewed = lock(changes, undoing.references)
            for run in _runs(changes):
                undoing.take_back(run)
            if undoing.conflicts:
                raise UndoConflict(undoing.conflicts)
            for table, numbers in renewed.items():
                renew(table, [key_values(table, number) for number in sorted(numbers)])
    except IntegrityError as error:
        current.id, current.inside = outer
        raise UndoConflict([], f"what it refers to is gone, or its place is taken: {error.orig}") from error
    except Exception:
        current.id, current.inside = outer
        raise
    if outer[0] is not None:
        current.id, current.inside = outer
    forget({(c.table_name, c.row_id) for c in changes if c.op == "insert"})
    for listener in _listeners:
        listener(number)
    return number


def _runs(changes: Iterable[JournalChange]) -> Iterator[list[JournalChange]]:
    """Neighbours that one statement can take back: same table, same operation, same columns, other rows."""
    run: list[JournalChange] = []
    seen: set[str] = set()
    for change in changes:
        if run and (change.table_name != run[0].table_name or change.op != run[0].op or change.row_id in seen
                    or (change.before or {}).keys() != (run[0].before or {}).keys()):
            yield run
            run, seen = [], set()
        run.append(change)
        seen.add(change.row_id)
    if run:
        yield run


class _Undoing:
    """Takes runs of changes back, or collects what stands in the way."""

    def __init__(self, transaction_id: int) -> None:
        self.transaction_id = transaction_id
        self.references = references()
        self.conflicts: list[Conflict] = []

    def take_back(self, run: list[JournalChange]) -> None:
        table = table_named(run[0].table_name)
        if table is None:
            self.conflicts += [Conflict(c.table_name, c.row_id, None, "a table", None) for c in run]
            return
        keys = {change.row_id: key_values(table, change.row_id) for change in run}
        stored = {row_id(table, row): row for row in rows_by_key(table, keys.values())}
        before = len(self.conflicts)
        for change in run:
            self._compare(table, change, stored.get(change.row_id))
        if run[0].op == "insert":
            self._nothing_hangs_on(table, [stored[c.row_id] for c in run if c.row_id in stored])
        if len(self.conflicts) > before:
            return
        inverse: dict[str, Callable[[Table, list[JournalChange], dict[str, dict[str, Any]]], None]] = {
            "insert": _remove, "delete": _bring_back, "update": _set_back}
        inverse[run[0].op](table, run, stored)

    def _compare(self, table: Table, change: JournalChange, row: dict[str, Any] | None) -> None:
        if (row is None) != (change.op == "delete"):
            self._conflict(change.table_name, change.row_id, None, "deleted" if row else "there",
                           "there" if row else "deleted")
        elif row is not None:
            for name, value in decode_row(change.after).items():
                if name in row and name not in BOOKKEEPING and not _same(table.c[name], value, row[name]):
                    self._conflict(change.table_name, change.row_id, name, value, row[name])

    def _nothing_hangs_on(self, table: Table, rows: list[dict[str, Any]]) -> None:
        """What was made here may not go while rows made later refer to it: the database would take them along."""
        for reference in self.references:
            child = table_named(reference.table) if reference.target == table.name else None
            if child is None or not journaled(child):
                continue
            values = [row[reference.target_column] for row in rows]
            own = {row_id(table, row) for row in rows} if child.name == table.name else set()
            for hanging in rows_that_refer(reference, child, values, limit=20):
                number = row_id(child, hanging)
                if number not in own:
                    self._conflict(child.name, number, reference.column, None, hanging[reference.column])

    def _conflict(self, table: str, number: str, column: str | None, expected: Any, found: Any) -> None:
        since = None
        if len(self.conflicts) < 50:
            since = db.session.execute(
                select(JournalTransaction.user_id, JournalTransaction.at, JournalTransaction.id)
                .join(JournalChange, JournalChange.transaction_id == JournalTransaction.id)
                .where(JournalChange.table_name == table, JournalChange.row_id == number,
                       JournalTransaction.id > self.transaction_id)
                .order_by(JournalChange.id.desc()).limit(1)).first()
        self.conflicts.append(Conflict(table, number, column, expected, found, *(since or ())))


def _remove(table: Table, run: list[JournalChange], stored: dict[str, dict[str, Any]]) -> None:
    rows = [stored[change.row_id] for change in run]
    for part in chunks(rows):
        db.session.connection().execute(delete(table).where(with_keys(table, part)))
    record_rows(db.session(), table, "delete", rows)


def _bring_back(table: Table, run: list[JournalChange], _stored: dict[str, dict[str, Any]]) -> None:
    rows = []
    for change in run:
        row = {name: _adapted(table.c[name], value) for name, value in decode_row(change.before).items()
               if name in table.c}
        if "version" in row:
            row["version"] += 1
        if "updated_at" in row:
            row["updated_at"] = _adapted(table.c.updated_at, now())
        rows.append(row)
    statement = insert(table).values({name: bindparam(name, type_=_type(table.c[name])) for name in rows[0]})
    db.session.connection().execute(statement, rows)
    if len(rows[0]) < len(table.c):
        rows = list(rows_by_key(table, rows))
    record_rows(db.session(), table, "insert", rows)


def _set_back(table: Table, run: list[JournalChange], stored: dict[str, dict[str, Any]]) -> None:
    names = [name for name in run[0].before or {} if name in table.c]
    values: dict[str, Any] = {name: bindparam(f"new_{name}", type_=_type(table.c[name])) for name in names}
    if "version" in table.c:
        values["version"] = table.c.version + 1
    if "updated_at" in table.c:
        values["updated_at"] = _adapted(table.c.updated_at, now())
    keys = key_columns(table)
    statement = update(table).values(values).where(and_(*(table.c[name] == bindparam(f"key_{name}") for name in keys)))
    pairs = []
    for change in run:
        row = stored[change.row_id]
        back = {name: _adapted(table.c[name], value) for name, value in decode_row(change.before).items()
                if name in table.c}
        pairs.append((row, row | back))
    written = db.session.connection().execute(statement, [
        {f"new_{name}": after[name] for name in names} | {f"key_{name}": row[name] for name in keys}
        for row, after in pairs])
    if written.rowcount != len(pairs):
        raise UndoConflict([], f"rows of {table.name} have gone meanwhile")
    record_rows(db.session(), table, "update", pairs)


def _type(column: Column[Any]) -> Any:
    """The column's type, but NULL for None in a JSON column that may be NULL."""
    if isinstance(column.type, JSON) and column.nullable:
        return type(column.type)(none_as_null=True)
    return column.type


def _adapted(column: Column[Any], value: Any) -> Any:
    """A journaled value as the column takes it today: a table that no model describes has plainer types."""
    if isinstance(value, datetime):
        zoned = isinstance(column.type, UtcDateTime) or (
            isinstance(column.type, DateTime) and column.type.timezone)
        if zoned and value.tzinfo is None:
            return value.replace(tzinfo=UTC)
        if not zoned and value.tzinfo is not None:
            return value.astimezone(UTC).replace(tzinfo=None)
    return value


def _same(column: Column[Any], expected: Any, found: Any) -> bool:
    expected = _adapted(column, expected)
    if isinstance(column.type, Numeric) and None not in (expected, found):
        # the database rounds to the column's scale, the journal saw what was assigned
        scale = Decimal(1).scaleb(-(column.type.scale or 10))
        return abs(Decimal(str(expected)) - Decimal(str(found))) <= scale / 2
    return bool(expected == found)
