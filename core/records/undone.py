"""What an undo or a restoration does to records is told as if people had done it by hand.

What is told stands in the journal already, so it is read from there, some records at a time.
"""

from collections.abc import Iterator, Sequence

from sqlalchemy import ColumnElement, func, or_, select, union

from core.database import db
from core.events import emit_each
from core.journal import JournalChange, on_undone
from core.journal.tables import belongs
from core.plugin import registry
from core.records.steps import child_tables
from core.records.type import RecordType
from core.web.fields import Rows

PIECE = 500
"""Records that are told of at once."""


def listen() -> None:
    """Follow undo and restore; once per process is enough and more does no harm."""
    on_undone(tell)


def tell(step: int) -> None:
    """Tell of each record that a step made, changed or took away, once."""
    for kind in registry().live_types():
        if kind.surfaces:
            for numbers in _pieces(kind, step):
                _tell(kind, step, numbers)


def _pieces(kind: RecordType, step: int) -> Iterator[Sequence[str]]:
    """The ids of a type's records that a step touched, themselves or in their child rows, by pieces."""
    of_step = JournalChange.transaction_id == step
    parts = [select(JournalChange.row_id.label("number")).where(of_step, JournalChange.table_name == kind.table)]
    for name, column in child_tables(kind).items():
        start = belongs(name, column, "")
        parts += [select(func.substr(key, len(start) + 1)).where(
            of_step, JournalChange.table_name == name, key.startswith(start, autoescape=True))
            for key in (JournalChange.under, JournalChange.also_under)]
    touched, last = union(*parts).subquery(), ""
    while piece := db.session.scalars(select(touched.c.number).where(touched.c.number > last)
                                      .order_by(touched.c.number).limit(PIECE)).all():
        last = piece[-1]
        yield piece


def _tell(kind: RecordType, step: int, numbers: Sequence[str]) -> None:
    found: dict[str, dict[str, tuple[str, ...]]] = {"created": {}, "updated": {}, "deleted": {}}
    for number, changes in _changes(kind, step, numbers).items():
        own = [change.op for change in changes if change.table_name == kind.table]
        before, after = own[:1] != ["insert"], own[-1:] != ["delete"]
        if before or after:  # else it came and went within the step
            outcome = "updated" if before and after else "created" if after else "deleted"
            found[outcome][number] = tuple(sorted(_fields(kind, changes)))
    for outcome, records in found.items():
        payloads = [{"id": int(number)} | ({"fields": list(fields)} if outcome == "updated" else {})
                    for number, fields in records.items()]
        if payloads:
            emit_each(kind.event(outcome), payloads)


def _changes(kind: RecordType, step: int, numbers: Sequence[str]) -> dict[str, list[JournalChange]]:
    """The changes of a step by the record they are about, in their order."""
    keys = {belongs(name, column, number): number
            for name, column in child_tables(kind).items() for number in numbers}
    own: ColumnElement[bool] = (JournalChange.table_name == kind.table) & JournalChange.row_id.in_(numbers)
    found: dict[str, list[JournalChange]] = {}
    for change in db.session.scalars(select(JournalChange).where(JournalChange.transaction_id == step, or_(
            own, JournalChange.under.in_(keys), JournalChange.also_under.in_(keys))).order_by(JournalChange.id)):
        about = {change.row_id} if change.table_name == kind.table else {
            keys[key] for key in (change.under, change.also_under) if key in keys}
        for number in about:
            found.setdefault(number, []).append(change)
    return found


def _fields(kind: RecordType, changes: Sequence[JournalChange]) -> set[str]:
    """The fields that changes are about."""
    by_column = {one.attribute or name: name for name, one in kind.fields.items()}
    by_table = {getattr(kind.model, name).property.mapper.local_table.name: name
                for name, one in kind.fields.items() if isinstance(one, Rows)}
    return {by_column[column] for change in changes if change.table_name == kind.table
            for column in change.after or {} if column in by_column} | {
        by_table[change.table_name] for change in changes if change.table_name in by_table}
