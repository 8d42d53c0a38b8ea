"""Reading the journal as a whole: its steps, newest first, at a cost that does not grow with it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, case, literal, select, tuple_, union_all

from core.database import db
from core.journal.models import JournalChange, JournalTransaction

Place = tuple[datetime, int]
"""Where a page of steps ends: the moment and the id of its last one."""


@dataclass(frozen=True)
class Sought:
    """Which steps are asked for: whose, of which period, with changes of which tables (empty: of any)."""

    user_id: int | None = None
    since: datetime | None = None
    until: datetime | None = None
    tables: tuple[str, ...] = ()

    def conditions(self) -> list[ColumnElement[bool]]:
        """All but the tables, as conditions on JournalTransaction."""
        step = JournalTransaction
        found: list[ColumnElement[bool]] = [] if self.user_id is None else [step.user_id == self.user_id]
        found += [] if self.since is None else [step.at >= self.since]
        return found + ([] if self.until is None else [step.at < self.until])


class Touched(NamedTuple):
    """One changed row of a step; `before` and `after` only of the tables that were asked for whole."""

    transaction_id: int
    table_name: str
    row_id: str
    op: str
    under: str | None
    before: Mapping[str, Any] | None
    after: Mapping[str, Any] | None


def steps(sought: Sought, after: Place | None, limit: int) -> Sequence[JournalTransaction]:
    """The steps that are sought, newest first, beginning after a place.

    A kind of change alone is answered from the index of changes: what is rare is found without going through
    everything else. With a person or a period that one is followed, and each of its steps is looked into.
    """
    step = JournalTransaction
    statement = select(step).where(*sought.conditions()).order_by(step.at.desc(), step.id.desc()).limit(limit)
    if after is not None:
        place = tuple_(literal(after[0], step.at.type), literal(after[1]))
        statement = statement.where(tuple_(step.at, step.id) < place)
    if sought.tables and sought == Sought(tables=sought.tables):
        statement = statement.where(step.id.in_(_newest(sought.tables, after, limit)))
    elif sought.tables:
        statement = statement.where(select(JournalChange.id).where(
            JournalChange.transaction_id == step.id, JournalChange.table_name.in_(sought.tables)).exists())
    return db.session.scalars(statement).all()


def _newest(tables: Sequence[str], after: Place | None, limit: int) -> Any:
    """The ids of the newest steps with changes of some tables: as many as a page needs of each table."""
    change = JournalChange
    beyond = [change.transaction_id < after[1]] if after else []
    parts = [select(change.transaction_id).where(change.table_name == table, *beyond).group_by(change.transaction_id)
             .order_by(change.transaction_id.desc()).limit(limit).subquery() for table in tables]
    return union_all(*(select(part.c.transaction_id) for part in parts))


def touched(numbers: Sequence[int], most: int, whole: Sequence[str]) -> list[Touched]:
    """The first rows that each of some steps changed, `most` of each; those of the tables `whole` with their values."""
    change = JournalChange
    values = [case((change.table_name.in_(whole), column)).label(column.name)
              for column in (change.before, change.after)]
    # each part has a limit of its own, which SQLite takes only inside of a subquery
    parts = [select(change.transaction_id, change.table_name, change.row_id, change.op, change.under, *values)
             .where(change.transaction_id == number).order_by(change.id).limit(most).subquery() for number in numbers]
    return [Touched(*row) for row in db.session.execute(union_all(*(select(part) for part in parts)))] if parts else []


def changes_of(number: int, after_id: int, limit: int) -> Sequence[JournalChange]:
    """What a step changed, in the order of the changes, beginning after one of them."""
    return db.session.scalars(
        select(JournalChange).where(JournalChange.transaction_id == number, JournalChange.id > after_id)
        .order_by(JournalChange.id).limit(limit)).all()
