"""A piece of a file: its rows held against the database, and written in as few statements as can be."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from flask_babel import gettext as _
from marshmallow import ValidationError
from sqlalchemy import select
from sqlalchemy.exc import DataError, IntegrityError
from sqlalchemy.orm import selectinload
from sqlalchemy.orm.exc import StaleDataError

from core.database import db, fold, now
from core.events import emit
from core.records.importing.keys import Key, Seen
from core.records.importing.later import Row
from core.records.importing.related import Related
from core.records.importing.rows import Draft, Plan, changed_data, draft, explain, new_data, relations
from core.records.operations import assign
from core.records.query import access

OUTCOMES = ("create", "update", "same", "refused")


@dataclass
class Settled:
    """What became of rows: the number of each outcome, the refused ones, those put off, and what new owners got."""

    counts: dict[str, int] = field(default_factory=lambda: dict.fromkeys(OUTCOMES, 0))
    refused: list[Draft] = field(default_factory=list)
    later: list[Row] = field(default_factory=list)
    assigned: dict[int, int] = field(default_factory=dict)


@dataclass(frozen=True)
class Staged:
    """A row and the record that it makes or changes, not yet written."""

    made: Draft
    key: str
    record: Any
    outcome: str


class _AgainError(Exception):
    """A record was changed before a rule refused it: the piece begins again without that row."""


class Pieces:
    """Checks rows or writes them; the caller commits after each piece. Checking ends the transaction itself."""

    def __init__(self, plan: Plan, user: Any) -> None:
        self.plan, self.user, self.kind = plan, user, plan.kind
        self._key = Key(plan, user)
        self._related = Related(user)
        self._whole, self._partial = plan.kind.schema(), plan.kind.schema(partial=tuple(plan.kind.schema().fields))
        self._may_create = user.may(plan.kind.permission("create"))

    def check(self, rows: Sequence[Row], seen: Seen, last: bool) -> Settled:
        """What would become of rows. `seen` knows what earlier rows would make; the session is rolled back."""
        settled = Settled()
        self._related.assumed = seen
        for drafts in self._apart(self._drafts(rows, settled, last)):
            while True:
                try:
                    staged, refused = self._stage(drafts, seen)
                    break
                except _AgainError:
                    db.session.rollback()
            db.session.rollback()
            made = [one for one in staged if one.outcome == "create"]
            seen.add("", (one.key for one in made))
            seen.add(self.kind.name, (fold(self.kind.title_of(one.record)) for one in made))
            seen.add(self.kind.name, (one.made.found_by.get("uid", "") for one in made))
            for one in staged:
                settled.counts[one.outcome] += 1
            _refuse(settled, refused)
        return settled

    def write(self, rows: Sequence[Row], last: bool) -> Settled:
        """Write rows and flush; in the `last` round nothing is put off."""
        settled = Settled()
        for drafts in self._apart(self._drafts(rows, settled, last)):
            self._write(drafts, settled)
        return settled

    def _write(self, drafts: Sequence[Draft], settled: Settled) -> None:
        """Write what belongs together; where the database refuses it, try halves, at last each row alone."""
        try:
            with db.session.begin_nested():
                staged, refused = self._stage(drafts)
                db.session.add_all(one.record for one in staged if one.outcome == "create")
                db.session.flush()
        except _AgainError:
            self._write(drafts, settled)
            return
        except (IntegrityError, DataError, StaleDataError) as error:
            if len(drafts) == 1:
                drafts[0].refuse(_said(error))
                _refuse(settled, drafts)
                return
            middle = len(drafts) // 2
            self._write(drafts[:middle], settled)
            self._write(drafts[middle:], settled)
            return
        _refuse(settled, refused)
        self._tell(staged, settled)

    def _tell(self, staged: Sequence[Staged], settled: Settled) -> None:
        for one in staged:
            settled.counts[one.outcome] += 1
            if one.outcome == "same":
                continue
            if one.outcome == "create":
                emit(self.kind.event("created"), id=one.record.id)
            else:
                emit(self.kind.event("updated"), id=one.record.id, fields=sorted({*one.made.data, *one.made.parts}))
            owner = getattr(one.record, "owner_id", None)
            if "owner" in one.made.data and owner not in (None, self.user.id):
                settled.assigned[owner] = settled.assigned.get(owner, 0) + 1

    def _drafts(self, rows: Sequence[Row], settled: Settled, last: bool) -> list[Draft]:
        """Read rows; the names of related records are looked up for all of them at once."""
        for target, texts in relations(self.plan, (cells for _number, cells in rows)).items():
            self._related.learn(target, texts)
        drafts = [draft(self.plan, number, cells, self._related) for number, cells in rows]
        if self.kind.name in {f.target for f in _relations(self.plan)}:
            # rows of this piece may be what rows of the next one name
            self._related.forget()
        if not last:
            settled.later += [(made.number, made.cells) for made in drafts if made.waits]
            drafts = [made for made in drafts if not made.waits]
        return drafts

    def _apart(self, drafts: Sequence[Draft]) -> Iterable[list[Draft]]:
        """Rows with the same key go into pieces of their own: the second is to find what the first has made."""
        piece: list[Draft] = []
        keys: set[str] = set()
        for made in drafts:
            key = self._key.of(made)
            if key and key in keys:
                yield piece
                piece, keys = [], set()
            piece.append(made)
            keys.add(key)
        if piece:
            yield piece

    def _stage(self, drafts: Sequence[Draft], seen: Seen | None = None) -> tuple[list[Staged], list[Draft]]:
        """Make or change the records of rows in memory; returns them and the rows that are refused."""
        keys = [self._key.of(made) for made in drafts]
        matches = self._key.matches(keys)
        records = self._records({numbers[0] for numbers in matches.values()})
        editable = self._editable(records)
        staged, refused = [], []
        for made, key in zip(drafts, keys, strict=True):
            found = matches.get(key, ())
            earlier = bool(seen is not None and key and not found and ("", key) in seen)
            if not made.errors:
                self._decide(made, key, found, earlier, editable)
            one = None
            if not made.errors:
                one = self._change(made, key, records[found[0]]) if found else self._make(made, key, earlier)
            if one is None:
                refused.append(made)
            else:
                staged.append(one)
        return staged, refused

    def _decide(self, made: Draft, key: str, found: Sequence[int], earlier: bool, editable: set[int]) -> None:
        """Refuse a row that the mode or the user's permissions do not allow."""
        mode, name = self.plan.mode, self._key.label
        if len(found) > 1:
            made.refuse(_("%(number)d records have this %(key)s. Merge them first, or choose another key.",
                          number=len(found), key=name), name, key)
        elif (found or earlier) and mode == "create":
            made.refuse(_("A record with this %(key)s is there already, or in an earlier row.", key=name), name, key)
        elif found and found[0] not in editable:
            made.refuse(_("You may see this record but not change it."), name, key)
        elif not found and mode == "update":
            made.refuse(_("There is no record with this %(key)s, or you may not see it.", key=name) if key
                        else _("The row has no %(key)s to find a record by.", key=name), name, key)
        elif not found and not self._may_create:
            made.refuse(_("You may not create %(plural)s.", plural=str(self.kind.plural).lower()))

    def _make(self, made: Draft, key: str, earlier: bool) -> Staged | None:
        record = self.kind.model()
        try:
            values = self._whole.load(new_data(self.plan, made))
            if hasattr(record, "owner_id"):
                values["owner_id"] = values.get("owner_id") or self.user.id
            assign(self.kind, record, values)
            if "uid" in made.found_by:
                record.uid = _uid(made.found_by["uid"])
            if self.kind.prepare and not made.assumes:
                self.kind.prepare(record)
        except ValidationError as error:
            explain(self.plan, made, error)
            return None
        return Staged(made, key, record, "update" if earlier else "create")

    def _change(self, made: Draft, key: str, record: Any) -> Staged | None:
        try:
            values = self._partial.load(changed_data(self.plan, made, record))
        except ValidationError as error:
            explain(self.plan, made, error)
            return None
        assign(self.kind, record, values)
        if not db.session.is_modified(record):
            return Staged(made, key, record, "same")
        record.updated_at = now()
        try:
            if self.kind.prepare and not made.assumes:
                self.kind.prepare(record)
        except ValidationError as error:
            explain(self.plan, made, error)
            raise _AgainError from error
        return Staged(made, key, record, "update")

    def _records(self, numbers: set[int]) -> Mapping[int, Any]:
        if not numbers:
            return {}
        rows = [selectinload(getattr(self.kind.model, name))
                for name, one in self.kind.fields.items() if one.kind == "rows"]
        statement = select(self.kind.model).where(self.kind.model.id.in_(list(numbers))).options(*rows)
        return {record.id: record for record in db.session.scalars(statement)}

    def _editable(self, records: Mapping[int, Any]) -> set[int]:
        if not records:
            return set()
        return set(db.session.scalars(select(self.kind.model.id).where(
            self.kind.model.id.in_(list(records)), access(self.kind, self.user, "edit"))))


def _relations(plan: Plan) -> Iterable[Any]:
    return (target.field for target in plan.targets if target.field is not None and target.field.kind == "relation")


def _refuse(settled: Settled, refused: Sequence[Draft]) -> None:
    settled.refused += refused
    settled.counts["refused"] += len(refused)


def _uid(text: str) -> str:
    try:
        return str(UUID(text))
    except ValueError:
        raise ValidationError({"uid": [_("“%(text)s” is no uid. Leave the column out.", text=text[:60])]}) from None


def _said(error: Exception) -> str:
    if isinstance(error, IntegrityError):
        return _("It contradicts what is there: a value that must be unique is taken, or what it names is gone.")
    if isinstance(error, DataError):
        return _("A number is too large or a text holds a forbidden character.")
    return _("Somebody else saved the record at the same moment. Import the row again.")
