"""Deleting a row with all that hangs on it, journaled row by row, so that undo can bring everything back.

The database would cascade by itself, but silently. Here the same rules (ON DELETE CASCADE, SET NULL) are
followed first, and nothing is left for it to do but in tables which the journal does not keep.
"""

from collections import deque
from collections.abc import Sequence
from typing import Any

from sqlalchemy import Table, delete, inspect, update

from core.database import db, metadata
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
from core.journal.tables import journaled, key_columns, row_id
from core.journal.wholes import renew, wholes


class StillReferencedError(Exception):
    """Rows that forbid it point to what should be deleted: `table` and how many."""

    def __init__(self, table: str, count: int) -> None:
        super().__init__(f"{count} row(s) of {table} still refer to it")
        self.table, self.count = table, count


class Plan:
    """What goes and what is cut loose, found before anything is touched."""

    def __init__(self, known: Sequence[Reference] | None = None) -> None:
        self.references: dict[str, list[Reference]] = {}
        known = references() if known is None else known
        for reference in known:
            self.references.setdefault(reference.target, []).append(reference)
        self.wholes = wholes(known)
        self.changed: dict[str, set[Any]] = {}
        """Rows that lose a part, by table; some may be going themselves."""
        self.tables: dict[str, Table] = {}
        self.gone: set[tuple[str, str]] = set()
        self.deletions: list[tuple[Table, list[dict[str, Any]]]] = []
        self.loosened: list[tuple[Table, str, list[dict[str, Any]]]] = []

    def take(self, table: Table, rows: Sequence[dict[str, Any]]) -> None:
        """Plan the deletion of rows: first of what hangs on them, then of themselves."""
        rows = self._fresh(table, rows)
        self.gone |= {(table.name, row_id(table, row)) for row in rows}
        for reference in self.references.get(table.name, ()) if rows else ():
            child = self._table(reference.table)
            if not journaled(child):
                continue
            hanging = self._hanging(reference, child, [row[reference.target_column] for row in rows])
            if not hanging:
                continue
            if reference.on_delete == "CASCADE":
                self.take(child, hanging)
            elif reference.on_delete == "SET NULL":
                self.loosened.append((child, reference.column, hanging))
            else:
                raise StillReferencedError(child.name, len(hanging))
        if rows:
            self.deletions.append((table, rows))

    def _hanging(self, reference: Reference, child: Table, values: list[Any]) -> list[dict[str, Any]]:
        """The rows that hang on others, locked; before them what else they are parts of, for a save begins there."""
        for whole in self.wholes.get(child.name, ()):
            if whole != reference:
                numbers = {row[whole.column] for row in rows_that_refer(reference, child, values)} - {None}
                self.changed.setdefault(whole.target, set()).update(numbers)
                deque(rows_by_key(metadata.tables[whole.target], [
                    {whole.target_column: number} for number in sorted(numbers)], lock=True), 0)
        return self._fresh(child, rows_that_refer(reference, child, values, lock=True))

    def _table(self, name: str) -> Table:
        if name not in self.tables:
            table = table_named(name)
            assert table is not None  # noqa: S101 the database has just named it
            self.tables[name] = table
        return self.tables[name]

    def _fresh(self, table: Table, rows: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
        return [row for row in rows if (table.name, row_id(table, row)) not in self.gone]

    def carry_out(self) -> None:
        """Cut loose, then delete, children first."""
        for table, column, rows in self.loosened:
            rows = self._fresh(table, rows)
            values: dict[str, Any] = {column: None}
            if "version" in table.c:
                values["version"] = table.c.version + 1
            for part in chunks(rows):
                db.session.connection().execute(update(table).where(with_keys(table, part)).values(values))
            record_rows(db.session(), table, "update", [(row, row | {column: None}) for row in rows])
        for table, rows in self.deletions:
            for part in chunks(rows):
                db.session.connection().execute(delete(table).where(with_keys(table, part)))
            record_rows(db.session(), table, "delete", rows)
        for name, numbers in self.changed.items():
            key, = key_columns(metadata.tables[name])
            renew(metadata.tables[name], [{key: number} for number in sorted(numbers)
                                          if (name, str(number)) not in self.gone])


def delete_rows(table: Table, ids: Sequence[Any]) -> None:
    """Delete the rows of a table with some ids and all that hangs on them, in the caller's transaction.

    Raises StillReferencedError if rows that may not be taken along refer to them; nothing is touched then.
    """
    db.session.flush()
    plan = Plan()
    name, = key_columns(table)
    plan.take(table, list(rows_by_key(table, [{name: number} for number in sorted(ids)], lock=True)))
    plan.carry_out()
    forget(plan.gone)


def delete_with_dependents(record: Any) -> None:
    """Delete a record and everything that refers to it with ON DELETE CASCADE or generically; cut loose the rest.

    Raises as `delete_rows`.
    """
    table = inspect(record).mapper.local_table
    delete_rows(table, inspect(record).identity)


def forget(gone: set[tuple[str, str]]) -> None:
    """Take deleted rows out of the session and have it read the others anew."""
    session = db.session()
    for loaded in list(session.identity_map.values()):
        state = inspect(loaded)
        number = ",".join(str(part) for part in state.identity or ())
        # a parent takes its children out with it
        if (state.mapper.local_table.name, number) in gone and loaded in session:
            session.expunge(loaded)
    session.expire_all()
