"""Letting everything that refers to one row refer to another, journaled row by row, so that undo can take it back.

As with deletions the references are those of the database, so the tables of switched-off plugins are included.

Where a unique key leaves room for one row only, the one that is there already stays: its like is merged into it in
the same manner, so nothing that hangs on it is lost, and is deleted. To refuse instead would let a row that nobody
sees, of a plugin that is switched off, stand in the way for good; and undo brings the row back.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, Subquery, Table, and_, column, delete, func, inspect, select, text, true, update
from sqlalchemy import table as named

from core.database import db
from core.journal.deleting import Plan, forget
from core.journal.recording import record_rows
from core.journal.references import CHUNK, Reference, references, rows_by_key, table_named, with_keys
from core.journal.tables import journaled, key_columns

Row = dict[str, Any]


@dataclass(frozen=True)
class _UniqueKey:
    """Columns whose values together stand in one row only; `where` limits it to some rows."""

    columns: tuple[str, ...]
    where: str = ""


def repoint(table: Table, old: Any, new: Any) -> None:
    """Let what refers to the row `old` of a table refer to the row `new`, in the caller's transaction.

    Some hundred rows are read at a time. Tables that the journal does not keep are changed too, without a record:
    undo leaves their rows where they are. Raises LookupError if one of the two is not there.
    """
    db.session.flush()
    name, = key_columns(table)
    rows = {row[name]: row for row in rows_by_key(table, [{name: old}, {name: new}])}
    if len(rows) < 2:
        raise LookupError(f"{table.name} {old} and {new} must both be there, and two")
    repointing = _Repointing()
    repointing.move(table, rows[old], rows[new])
    forget(repointing.gone)


def count_references(table: str, numbers: Sequence[Any], most: int = 1000) -> dict[str, int]:
    """How many rows of each table refer to some rows by their `id`; `most` + 1 stands for more. One statement."""
    found = [reference for reference in references(table) if reference.target_column == "id"]
    if not found:
        return {}
    counted = [select(func.count()).select_from(_referring(reference, numbers, most + 1)).scalar_subquery()
               for reference in found]
    counts: dict[str, int] = {}
    for reference, number in zip(found, db.session.execute(select(*counted)).one(), strict=True):
        if number:
            counts[reference.table] = counts.get(reference.table, 0) + number
    return counts


def _referring(reference: Reference, numbers: Sequence[Any], limit: int) -> Subquery:
    place = named(reference.table, column(reference.column), column("record_type"))
    condition: ColumnElement[bool] = place.c[reference.column].in_(numbers)
    if reference.record_type is not None:
        condition = condition & (place.c.record_type == reference.record_type)
    return select(place.c[reference.column]).where(condition).limit(limit).subquery()


class _Repointing:
    """The work, with what it has to know of the database asked once."""

    def __init__(self) -> None:
        self.known = references()
        self.by_target: dict[str, list[Reference]] = {}
        for reference in self.known:
            self.by_target.setdefault(reference.target, []).append(reference)
        self.table = cache(_there)
        self.unique_keys = cache(_unique_keys)
        self.gone: set[tuple[str, str]] = set()

    def move(self, table: Table, old: Row, new: Row) -> None:
        """Let all that refers to one row refer to another of the same table."""
        for reference in self.by_target.get(table.name, ()):
            before, after = old[reference.target_column], new[reference.target_column]
            if not db.session.connection().execute(select(_referring(reference, [before], 1))).first():
                continue
            child = self.table(reference.table)
            for key in self.unique_keys(child.name):
                if reference.column in key.columns:
                    self._settle(reference, child, key, before, after)
            self._point(reference, child, before, after)

    def _settle(self, reference: Reference, child: Table, key: _UniqueKey, before: Any, after: Any) -> None:
        """Merge the rows that would stand twice into those that are there."""
        for pairs in self._colliding(reference, child, key, before, after):
            if child.name in self.by_target:
                for mine, theirs in pairs:
                    self.move(child, mine, theirs)
            rows = [mine for mine, _theirs in pairs]
            if journaled(child):
                plan = Plan(self.known)
                plan.take(child, rows)
                plan.carry_out()
                self.gone |= plan.gone
            else:
                db.session.connection().execute(delete(child).where(with_keys(child, rows)))

    def _colliding(self, reference: Reference, child: Table, key: _UniqueKey, before: Any, after: Any,
                   ) -> Iterator[list[tuple[Row, Row]]]:
        """Pairs of a row that refers to the old and one to the new, equal in the rest of a unique key."""
        mine, theirs = (select(child).where(_refers(reference, child, value),
                                            text(key.where) if key.where else true()).subquery()
                        for value in (before, after))
        names = [one.name for one in child.c]
        same = and_(true(), *(mine.c[name] == theirs.c[name] for name in key.columns if name != reference.column))
        statement = select(*(mine.c[name] for name in names), *(theirs.c[name] for name in names)).select_from(
            mine.join(theirs, same))
        while rows := db.session.connection().execute(statement.limit(CHUNK)).all():
            yield [(dict(zip(names, row[:len(names)], strict=True)), dict(zip(names, row[len(names):], strict=True)))
                   for row in rows]

    def _point(self, reference: Reference, child: Table, before: Any, after: Any) -> None:
        values: dict[str, Any] = {reference.column: after}
        if "version" in child.c:
            values["version"] = child.c.version + 1
        statement = select(child).where(_refers(reference, child, before)).limit(CHUNK)
        while rows := [dict(row) for row in db.session.connection().execute(statement).mappings()]:
            db.session.connection().execute(update(child).where(with_keys(child, rows)).values(values))
            if journaled(child):
                record_rows(db.session(), child, "update", [(row, row | {reference.column: after}) for row in rows])


def _there(name: str) -> Table:
    table = table_named(name)
    assert table is not None  # noqa: S101 the database has just named it
    return table


def _refers(reference: Reference, child: Table, value: Any) -> ColumnElement[bool]:
    condition: ColumnElement[bool] = child.c[reference.column] == value
    if reference.record_type is not None:
        condition = and_(condition, child.c.record_type == reference.record_type)
    return condition


def _unique_keys(name: str) -> list[_UniqueKey]:
    """The unique keys of a table as the database has them. Those over expressions are left to it to refuse."""
    inspector = inspect(db.session.connection())
    found = [_UniqueKey(tuple(inspector.get_pk_constraint(name)["constrained_columns"]))]
    found += [_UniqueKey(tuple(one["column_names"])) for one in inspector.get_unique_constraints(name)]
    for index in inspector.get_indexes(name):
        columns = tuple(part for part in index["column_names"] if part is not None)
        if index["unique"] and len(columns) == len(index["column_names"]) and not index.get("expressions"):
            options = index.get("dialect_options", {})
            where = next((str(value) for option, value in options.items() if option.endswith("_where")), "")
            found.append(_UniqueKey(columns, where))
    return list(dict.fromkeys(key for key in found if key.columns))
