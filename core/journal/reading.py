"""Reading the journal: the history of a row with its parts, how large steps were, and the trash."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import func, or_, select
from sqlalchemy.orm import aliased

from core.database import db, metadata
from core.journal.models import JournalChange, JournalTransaction
from core.journal.tables import belongs, parents

Entry = tuple[JournalChange, JournalTransaction]


def history(table: str, row_id: Any, before_id: int | None = None, limit: int = 50,
            also: Mapping[str, str] | None = None, before: datetime | None = None,
            transaction_id: int | None = None) -> list[Entry]:
    """The changes of a row, newest first; older than the change `before_id` or a moment for the next page.

    `transaction_id` asks for those of one transaction only.
    `also` names tables whose rows belong to it and the column that says so:
    {"contact_email": "contact_id"}. Such a column cascades on deletion, else ValueError is raised.
    """
    own = (JournalChange.table_name == table) & (JournalChange.row_id == str(row_id))
    keys = []
    for name, column in (also or {}).items():
        if column not in parents(metadata.tables[name]):
            raise ValueError(f"{name}.{column} does not say what a row belongs to: it has no ON DELETE CASCADE")
        keys.append(belongs(name, column, row_id))
    condition = or_(own, JournalChange.under.in_(keys), JournalChange.also_under.in_(keys)) if keys else own
    if before is not None:
        condition = condition & (JournalTransaction.at < before)
    if transaction_id is not None:
        condition = condition & (JournalTransaction.id == transaction_id)
    return _entries(condition, before_id, limit)


def trash(table: str, before_id: int | None = None, limit: int = 50, where: Any = None) -> list[Entry]:
    """The deletions of a table's rows that have not come back, newest first; `change.old` holds their values.

    `where` is a further condition on JournalChange or JournalTransaction.
    """
    return _entries(_in_trash(table, where), before_id, limit)


def trash_sizes(table: str, transactions: Iterable[int], where: Any = None) -> dict[int, int]:
    """How many rows of a table are in the trash of those that each of some transactions deleted."""
    statement = (select(JournalChange.transaction_id, func.count())
                 .join(JournalTransaction, JournalTransaction.id == JournalChange.transaction_id)
                 .where(_in_trash(table, where), JournalTransaction.id.in_(set(transactions)))
                 .group_by(JournalChange.transaction_id))
    return {row[0]: row[1] for row in db.session.execute(statement).all()}


def _in_trash(table: str, where: Any) -> Any:
    later = aliased(JournalChange)
    still = ~select(later.id).where(later.table_name == table, later.row_id == JournalChange.row_id,
                                    later.id > JournalChange.id).exists()
    condition = (JournalChange.table_name == table) & (JournalChange.op == "delete") & still
    return condition if where is None else condition & where


def sizes(table: str, transactions: Iterable[int], most: int) -> dict[int, int]:
    """How many rows of a table each of some transactions changed, counted to `most` at the most."""
    rows = select(JournalChange.row_id).where(
        JournalChange.transaction_id == JournalTransaction.id, JournalChange.table_name == table,
    ).distinct().limit(most).correlate(JournalTransaction).subquery()
    statement = select(JournalTransaction.id, select(func.count()).select_from(rows).scalar_subquery())
    counted = db.session.execute(statement.where(JournalTransaction.id.in_(set(transactions)))).all()
    return {row[0]: row[1] for row in counted}


def _entries(condition: Any, before_id: int | None, limit: int) -> list[Entry]:
    statement = (select(JournalChange, JournalTransaction)
                 .join(JournalTransaction, JournalTransaction.id == JournalChange.transaction_id)
                 .where(condition).order_by(JournalChange.id.desc()).limit(limit))
    if before_id is not None:
        statement = statement.where(JournalChange.id < before_id)
    rows: Sequence[Any] = db.session.execute(statement).all()
    return [(row[0], row[1]) for row in rows]
