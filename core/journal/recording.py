"""Recording: every row that a flush inserts, updates or deletes, written with one bulk INSERT per flush.

The ORM's mapper events say what happens to each row; statements that bypass the ORM call `record_rows`.
Rows of `relationship(secondary=…)` are recorded too, if their table has no columns beside the two keys.
A table of its own mapped class is the only thing a model may span (no joined inheritance).
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cache
from typing import Any, Literal

from sqlalchemy import Connection, Table, and_, event, insert, inspect, select
from sqlalchemy.orm import Mapper, Session, UOWTransaction
from sqlalchemy.orm.state import InstanceState

from core.database import db
from core.journal import transactions
from core.journal.encoding import encode_row
from core.journal.models import JournalChange
from core.journal.tables import BOOKKEEPING, journaled, key_columns, key_of, parents, row_id, under

Op = Literal["insert", "update", "delete"]
Change = tuple[str, Any, Op, tuple[str, ...]]
"""(table name, primary key: an int or "1,2", insert | update | delete, whose part it is and was: `table.column=id`)."""

_listeners: list[Callable[[Sequence[Change]], None]] = []
_NEW = insert(JournalChange)
_PENDING, _BEFORE = "eleven_journal_pending", "eleven_journal_before"


def on_changes(listener: Callable[[Sequence[Change]], None]) -> Callable[[Sequence[Change]], None]:
    """Call a function with the changes of each flush, inside the transaction; it must not flush."""
    if listener not in _listeners:
        _listeners.append(listener)
    return listener


def record_rows(session: Session, table: Table, op: Op, rows: Iterable[Any]) -> None:
    """Record what a statement that bypasses the ORM does (or has just done) to rows of a table.

    `rows` are whole rows by column name for insert and delete, pairs (before, after) for update, both
    with the primary key; columns of an update that did not change are left out here.
    """
    changes = [_change(table, op, row[0], row[1]) if op == "update" else
               _change(table, op, None if op == "insert" else row, row if op == "insert" else None) for row in rows]
    write(session, [change for change in changes if change])


def write(session: Session, changes: Sequence[dict[str, Any]]) -> None:
    """Write changes made by `_change` and tell the listeners."""
    if not changes:
        return
    number = transactions.transaction_id(session)
    told: list[Change] = [(change["table_name"], change.pop("key"), change["op"],
                           tuple(filter(None, (change["under"], change["also_under"])))) for change in changes]
    session.connection().execute(_NEW, [change | {"transaction_id": number} for change in changes])
    for listener in _listeners:
        listener(told)


def _change(table: Table, op: Op, before: Mapping[str, Any] | None, after: Mapping[str, Any] | None,
            ) -> dict[str, Any] | None:
    whole = dict(before or {}) | dict(after or {})
    if op == "update":
        old, new = before or {}, after or {}
        names = [n for n in new if n not in BOOKKEEPING and (n not in old or old[n] != new[n])]
        before, after = {n: old.get(n) for n in names}, {n: new[n] for n in names}
        if not names:
            return None
    return {
        "table_name": table.name, "row_id": row_id(table, whole), "key": key_of(table, whole), "op": op,
        "before": None if before is None else encode_row(before),
        "after": None if after is None else encode_row(after),
    } | under(table, whole, before)


def _recorded(mapper: Mapper[Any]) -> bool:
    return bool(getattr(mapper.class_, "__journal__", False))


def _table(mapper: Mapper[Any]) -> Table:
    table = mapper.local_table
    assert isinstance(table, Table)  # noqa: S101
    return table


def _stored(connection: Connection, mapper: Mapper[Any], state: InstanceState[Any]) -> dict[str, Any]:
    """The row as the database has it."""
    table = _table(mapper)
    key = state.key[1] if state.key else mapper.primary_key_from_instance(state.obj())
    where = and_(*(column == value for column, value in zip(mapper.primary_key, key, strict=True)))
    return dict(connection.execute(select(table).where(where)).mappings().one())


def _values(connection: Connection, mapper: Mapper[Any], state: InstanceState[Any]) -> dict[str, Any]:
    """The row as it has just been written. What the ORM left out of an INSERT is NULL."""
    if state.expired_attributes.intersection(mapper.column_attrs.keys()):
        return _stored(connection, mapper, state)
    return {attr.columns[0].name: state.dict.get(attr.key) for attr in mapper.column_attrs
            if attr.columns[0].table is mapper.local_table}


def _inserted(mapper: Mapper[Any], connection: Connection, target: Any) -> None:
    if _recorded(mapper):
        state = inspect(target)
        _pend(state, _change(_table(mapper), "insert", None, _values(connection, mapper, state)))


def _before_update(mapper: Mapper[Any], connection: Connection, target: Any) -> None:
    if not _recorded(mapper):
        return
    state: InstanceState[Any] = inspect(target)
    before: dict[str, Any] = {}
    for name in state.committed_state.keys() & mapper.column_attrs.keys():
        attr, history = mapper.column_attrs[name], state.attrs[name].history
        if history.added and attr.columns[0].name not in BOOKKEEPING:
            if not history.deleted:
                # it was assigned without having been read, or changed in place
                before = _stored(connection, mapper, state)
                break
            before[attr.columns[0].name] = history.deleted[0]
    assert state.session is not None  # noqa: S101
    state.session.info.setdefault(_BEFORE, {})[state] = before


def _updated(mapper: Mapper[Any], connection: Connection, target: Any) -> None:
    if not _recorded(mapper):
        return
    state: InstanceState[Any] = inspect(target)
    assert state.session is not None  # noqa: S101
    before = state.session.info.get(_BEFORE, {}).pop(state, None)
    if not before:
        return
    loaded = {attr.columns[0].name: attr.key for attr in mapper.column_attrs}
    wanted = {*before, *key_columns(_table(mapper)), *parents(_table(mapper))}
    if any(loaded[name] not in state.dict for name in wanted if name in loaded):
        after = _stored(connection, mapper, state)
    else:
        after = {name: state.dict[loaded[name]] for name in wanted if name in loaded}
    _pend(state, _change(_table(mapper), "update", after | before, after))


def _deleting(mapper: Mapper[Any], connection: Connection, target: Any) -> None:
    if _recorded(mapper):
        state: InstanceState[Any] = inspect(target)
        _pend(state, _change(_table(mapper), "delete", _stored(connection, mapper, state)
                             if state.modified or state.unloaded else _values(connection, mapper, state), None))


def _pend(state: InstanceState[Any], change: dict[str, Any] | None) -> None:
    if change is not None:
        assert state.session is not None  # noqa: S101
        state.session.info.setdefault(_PENDING, []).append(change)


def _links(session: Session) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """Rows that the flush put into and took out of tables between two models."""
    added: dict[Any, dict[str, Any] | None] = {}
    removed: dict[Any, dict[str, Any] | None] = {}
    for record in [*session.new, *session.dirty, *session.deleted]:
        state: InstanceState[Any] = inspect(record)
        for relation in _through_tables(state.mapper):
            history = state.attrs[relation.key].history
            gone = [*history.deleted, *(history.unchanged if record in session.deleted else ())]
            for others, found, op in ((history.added, added, "insert"), (gone, removed, "delete")):
                for other in others or ():
                    row = _link(state, relation, other)
                    if row is not None:
                        before, after = (row, None) if op == "delete" else (None, row)
                        found[relation.secondary.name, tuple(sorted(row.items()))] = _change(
                            relation.secondary, op, before, after)  # type: ignore[arg-type]
    return [c for c in added.values() if c], [c for c in removed.values() if c]


@cache
def _through_tables(mapper: Mapper[Any]) -> list[Any]:
    return [relation for relation in mapper.relationships
            if isinstance(relation.secondary, Table) and not relation.viewonly and journaled(relation.secondary)]


def _link(state: InstanceState[Any], relation: Any, other: Any) -> dict[str, Any] | None:
    if other is None:
        return None
    far = inspect(other)
    row = {}
    for pairs, side in ((relation.synchronize_pairs, state), (relation.secondary_synchronize_pairs, far)):
        for source, target in pairs:
            attribute = side.mapper.get_property_by_column(source).key
            row[target.name] = side.dict.get(attribute)
    return row


def _flushed(session: Session, _context: UOWTransaction) -> None:
    added, removed = _links(session)
    pending = session.info.pop(_PENDING, [])
    write(session, [*removed, *_as_executed(pending), *added])


def _as_executed(changes: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """In the order of the statements: in one table the ORM updates before it inserts.

    Undo goes backwards through this order, and two rows may have exchanged a unique value.
    """
    ordered: list[dict[str, Any]] = []
    for change in changes:
        place = len(ordered)
        if change["op"] == "update":
            while place and (ordered[place - 1]["table_name"], ordered[place - 1]["op"]) == (
                    change["table_name"], "insert"):
                place -= 1
        ordered.insert(place, change)
    return ordered


def _rolled_back(session: Session, previous: Any) -> None:
    session.info.pop(_PENDING, None)
    session.info.pop(_BEFORE, None)
    transactions.rolled_back(session, previous)


def listen() -> None:
    """Follow the ORM's events; once per process is enough and more does no harm."""
    for target, name, function in (
        (Mapper, "after_insert", _inserted), (Mapper, "before_update", _before_update),
        (Mapper, "after_update", _updated), (Mapper, "before_delete", _deleting),
        (db.session, "after_flush", _flushed), (db.session, "after_soft_rollback", _rolled_back),
        (db.session, "after_transaction_end", transactions.ended),
    ):
        if not event.contains(target, name, function):
            event.listen(target, name, function)
