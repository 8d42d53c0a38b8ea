"""Changing or deleting many records: those that were ticked, or all that match a list."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from flask_babel import gettext as _
from flask_babel import ngettext
from marshmallow import ValidationError
from sqlalchemy import func, select
from sqlalchemy.orm import selectinload
from sqlalchemy.orm.exc import StaleDataError

from core.database import db, now
from core.events import emit
from core.records import operations, query
from core.records.query import ListState, access
from core.records.type import RecordType
from core.web.errors import Problem

PIECE = 200
"""Records that are changed at once: as many in a request, more by a job piece by piece."""


@dataclass(frozen=True)
class Chosen:
    """The records meant: `ids`, or without them all that match the state."""

    state: ListState
    ids: tuple[int, ...] = ()

    def count(self, kind: RecordType, user: Any) -> int:
        """How many there are that the user sees."""
        inner = select(kind.model.id).where(self._condition(kind, user)).subquery()
        return db.session.scalar(select(func.count()).select_from(inner)) or 0

    def pieces(self, kind: RecordType, user: Any) -> Iterator[list[int]]:
        """Their ids by pieces, in the order of the ids, so that a change cannot bring one twice."""
        last = 0
        while True:
            piece = list(db.session.scalars(
                select(kind.model.id).where(kind.model.id > last, self._condition(kind, user))
                .order_by(kind.model.id).limit(PIECE)))
            if not piece:
                return
            last = piece[-1]
            yield piece

    def _condition(self, kind: RecordType, user: Any) -> Any:
        if self.ids:
            return access(kind, user) & kind.model.id.in_(self.ids)
        return query.condition(kind, self.state, user)


@dataclass
class Tally:
    """What became of the records: changed, the same as before, out of the user's reach, kept for reasons."""

    changed: int = 0
    same: int = 0
    beyond: int = 0
    kept: list[str] = field(default_factory=list)
    assigned: dict[int, int] = field(default_factory=dict)

    def said(self, action: str) -> str:
        """The outcome in a sentence or some."""
        if not self.changed:
            first = _("Nothing was deleted.") if action == "delete" else _("Nothing was changed.")
        elif action == "delete":
            first = ngettext("%(num)d deleted.", "%(num)d deleted.", self.changed)
        else:
            first = ngettext("%(num)d changed.", "%(num)d changed.", self.changed)
        parts = [first]
        if self.beyond:
            parts.append(ngettext("%(num)d was out of your reach.", "%(num)d were out of your reach.", self.beyond))
        if self.kept:
            parts.append(ngettext("%(num)d was kept: %(why)s", "%(num)d were kept: %(why)s", len(self.kept),
                                  why=" ".join(dict.fromkeys(self.kept[:3]))))
        return " ".join(parts)


def validated(kind: RecordType, data: Mapping[str, Any], user: Any) -> dict[str, Any]:
    """The values that all records are to get. Raises marshmallow.ValidationError."""
    return operations.load(kind, data, user, kind.model())


def change(kind: RecordType, numbers: Sequence[int], values: Mapping[str, Any], user: Any, tally: Tally) -> None:
    """Give a piece of the records validated values; those out of reach are counted."""
    for attempt in (1, 2):
        try:
            with db.session.begin_nested():
                records = _within_reach(kind, numbers, user, "edit")
                changed, kept = _changed(kind, records, values)
                db.session.flush()
            break
        except StaleDataError:
            # somebody saved one of them between our reading and writing: read again
            if attempt == 2:
                raise Problem(409, _("Somebody else changed this first"), _("Reload and try again.")) from None
    for record, owner in changed:
        emit(kind.event("updated"), id=record.id, fields=sorted(values))
        if getattr(record, "owner_id", None) not in (None, owner, user.id):
            tally.assigned[record.owner_id] = tally.assigned.get(record.owner_id, 0) + 1
    tally.changed += len(changed)
    tally.same += len(records) - len(changed) - len(kept)
    tally.beyond += len(numbers) - len(records)
    tally.kept += kept


def _changed(kind: RecordType, records: Sequence[Any], values: Mapping[str, Any],
             ) -> tuple[list[tuple[Any, int | None]], list[str]]:
    """Assign; returns the records that differ now with their former owners, and why others are kept."""
    changed, kept = [], []
    for record in records:
        owner, title = getattr(record, "owner_id", None), kind.title_of(record)
        operations.assign(kind, record, values)
        if not db.session.is_modified(record):
            continue
        record.updated_at = now()
        try:
            if kind.prepare:
                kind.prepare(record)
        except ValidationError as error:
            kept.append(f"{title}: " + " ".join(
                str(text) for messages in error.normalized_messages().values() for text in messages))
            db.session.expire(record)
            continue
        changed.append((record, owner))
    return changed, kept


def delete(kind: RecordType, numbers: Sequence[int], user: Any, tally: Tally) -> None:
    """Delete a piece of the records; those with objections stay."""
    records = _within_reach(kind, numbers, user, "delete")
    tally.beyond += len(numbers) - len(records)
    for record in records:
        try:
            operations.delete(kind, record, user)
        except Problem as objection:
            tally.kept.append(objection.detail)
            continue
        tally.changed += 1


def _within_reach(kind: RecordType, numbers: Sequence[int], user: Any, verb: str) -> Sequence[Any]:
    condition = kind.model.id.in_(numbers) & access(kind, user) & access(kind, user, verb)
    rows = [selectinload(getattr(kind.model, name)) for name, one in kind.fields.items() if one.kind == "rows"]
    return db.session.scalars(select(kind.model).where(condition).options(*rows)
                              .execution_options(populate_existing=True)).all()
