"""Rows without a version of their own are parts of what they belong to; when one changes, its wholes have changed.

An employment is a part of the person and of the organisation. Whoever has read a whole holds its version, to ask
whether it has changed or to save it later, so a change that does not pass through the whole raises it here.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import Table, update

from core.database import db, metadata, now
from core.journal.references import Reference, chunks, with_keys
from core.journal.tables import key_columns


def wholes(known: Iterable[Reference]) -> dict[str, list[Reference]]:
    """By table, the references that make its rows parts."""
    found: dict[str, list[Reference]] = {}
    for reference in known:
        part, whole = metadata.tables.get(reference.table), metadata.tables.get(reference.target)
        if reference.on_delete == "CASCADE" and reference.record_type is None and whole is not None \
                and "version" in whole.c and key_columns(whole) == [reference.target_column] \
                and (part is None or "version" not in part.c):
            found.setdefault(reference.table, []).append(reference)
    return found


def renew(table: Table, keys: Iterable[Mapping[str, Any]]) -> None:
    """Give rows a new version. The journal does not keep it: undo sets it anew, never back."""
    values = {"version": table.c.version + 1} | ({"updated_at": now()} if "updated_at" in table.c else {})
    for part in chunks(list(keys)):
        db.session.connection().execute(update(table).where(with_keys(table, part)).values(values))
