"""Keeping others away from the rows that an undo compares and then writes."""

from collections import deque
from collections.abc import Iterable, Sequence

from sqlalchemy import Table

from core.database import db, metadata
from core.journal.models import JournalChange
from core.journal.references import Reference, rows_by_key, table_named
from core.journal.tables import key_values
from core.journal.wholes import wholes


def lock(changes: Sequence[JournalChange], known: Iterable[Reference]) -> dict[Table, set[str]]:
    """Lock the rows that changes are about and the wholes that those are parts of; returns the latter.

    What is compared afterwards stays as it is until the commit. Tables that others point to come first, as in a
    deletion and in a save, and of each the lower keys.
    """
    renewed = _wholes(changes, known)
    standing = {table.name: set(numbers) for table, numbers in renewed.items()}
    for change in changes:
        if change.op != "delete":
            standing.setdefault(change.table_name, set()).add(change.row_id)
    order = {table.name: place for place, table in enumerate(metadata.sorted_tables)}
    for name in sorted(standing, key=lambda name: (order.get(name, len(order)), name)):
        table = table_named(name) if db.engine.dialect.name != "sqlite" else None
        if table is not None:
            keys = sorted((key_values(table, number) for number in standing[name]), key=lambda key: [*key.values()])
            deque(rows_by_key(table, keys, lock=True), 0)
    return renewed


def _wholes(changes: Sequence[JournalChange], known: Iterable[Reference]) -> dict[Table, set[str]]:
    """The rows that lose or get a part, or keep a changed one, and that are not among the changes themselves."""
    parts = {f"{part.table}.{part.column}": metadata.tables[part.target]
             for found in wholes(known).values() for part in found}
    own = {(change.table_name, change.row_id) for change in changes}
    found: dict[Table, set[str]] = {}
    for change in changes:
        for key in (change.under, change.also_under):
            name, _equals, number = (key or "").partition("=")
            if name in parts and (parts[name].name, number) not in own:
                found.setdefault(parts[name], set()).add(number)
    return found
