"""Which columns point to a table's rows, read from the database: tables of switched-off plugins count too."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask import current_app
from sqlalchemy import ColumnElement, Connection, MetaData, Select, Table, and_, inspect, or_, select, text
from sqlalchemy.exc import NoSuchTableError

from core.database import db, metadata
from core.journal.tables import key_columns
from core.plugin import Registry

CHUNK = 500


@dataclass(frozen=True)
class Reference:
    """`table.column` holds a value of `target`.`target_column`; `on_delete` is CASCADE, SET NULL or other.

    A generic reference (`record_type`, `record_id`) has the `record_type` that it is limited to.
    """

    table: str
    column: str
    target: str
    target_column: str
    on_delete: str
    record_type: str | None = None


def references(target: str | None = None) -> list[Reference]:
    """All references to a table (or to any). Foreign keys of several columns are not among them."""
    connection = db.session.connection()
    found = _sqlite(connection) if connection.dialect.name == "sqlite" else _inspected(connection)
    return [reference for reference in (*found, *_generic()) if target in (None, reference.target)]


def _sqlite(connection: Connection) -> Iterator[Reference]:
    # one statement instead of the inspector's two per table
    rows = connection.execute(text(
        'SELECT m.name, f.id, f."from", f."table", f."to", f.on_delete FROM sqlite_master m '
        "JOIN pragma_foreign_key_list(m.name) f WHERE m.type = 'table' ORDER BY m.name, f.id, f.seq")).all()
    columns = Counter((row[0], row[1]) for row in rows)
    for name, number, column, target, target_column, on_delete in rows:
        if columns[name, number] == 1:
            yield Reference(name, column, target, target_column or "id", on_delete.upper())


def _inspected(connection: Connection) -> Iterator[Reference]:
    for (_schema, name), keys in inspect(connection).get_multi_foreign_keys().items():
        for key in keys:
            if len(key["constrained_columns"]) == 1:
                yield Reference(str(name), key["constrained_columns"][0], key["referred_table"],
                                key["referred_columns"][0], str(key.get("options", {}).get("ondelete", "")).upper())


def _generic() -> Iterator[Reference]:
    shelf: Registry | None = current_app.extensions.get("eleven")
    kinds = list(shelf.record_types.values()) if shelf else []
    for table in metadata.tables.values():
        if table.info.get("generic_reference"):
            for kind in kinds:
                yield Reference(table.name, "record_id", kind.model.__table__.name, "id", "CASCADE", kind.name)


def table_named(name: str) -> Table | None:
    """A table as the models describe it, else as the database does; None if it is not there."""
    connection = db.session.connection()
    if name in metadata.tables:
        return metadata.tables[name] if inspect(connection).has_table(name) else None
    try:
        return Table(name, MetaData(), autoload_with=connection, resolve_fks=False)
    except NoSuchTableError:
        return None


def rows_that_refer(reference: Reference, table: Table, values: Sequence[Any], limit: int | None = None,
                    lock: bool = False) -> list[dict[str, Any]]:
    """The rows whose column holds one of some values; see `rows_by_key` for `lock`."""
    found: list[dict[str, Any]] = []
    for start in range(0, len(values), CHUNK):
        statement = select(table).where(table.c[reference.column].in_(values[start:start + CHUNK]))
        if reference.record_type is not None:
            statement = statement.where(table.c.record_type == reference.record_type)
        if lock:
            statement = locked(statement, table)
        found += [dict(row) for row in db.session.connection().execute(statement.limit(limit)).mappings()]
    return found


def rows_by_key(table: Table, keys: Iterable[Mapping[str, Any]], lock: bool = False) -> Iterator[dict[str, Any]]:
    """The rows with some primary keys, given by column name; with `lock` nobody else may change them from then on.

    Nor may anybody hang a new row on them, which needs a share of the lock. So lock what is pointed to first, then
    read what points to it. SQLite has one writer at a time and nothing to lock.
    """
    for part in chunks(list(keys)):
        statement = select(table).where(with_keys(table, part))
        if lock:
            statement = locked(statement, table)
        for row in db.session.connection().execute(statement).mappings():
            yield dict(row)


def locked(statement: Select[Any], table: Table) -> Select[Any]:
    """The rows of a statement locked one after the other by their keys, so that no two wait for each other."""
    return statement.order_by(*(table.c[name] for name in key_columns(table))).with_for_update()


def with_keys(table: Table, rows: Sequence[Mapping[str, Any]]) -> ColumnElement[bool]:
    """The condition that a row is one of some."""
    names = key_columns(table)
    if len(names) == 1:
        return table.c[names[0]].in_([row[names[0]] for row in rows])
    return or_(*(and_(*(table.c[name] == row[name] for name in names)) for row in rows))


def chunks(rows: Sequence[Any]) -> Iterator[Sequence[Any]]:
    """Parts small enough for one statement's parameters."""
    for start in range(0, len(rows), CHUNK):
        yield rows[start:start + CHUNK]
