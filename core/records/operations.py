"""What can be done to a record: find, create, update, delete, in bulk or one by one.

Operations validate, change, flush and emit. They never commit (the edge does) and never touch the request.
Every one takes the user whose access counts.
"""

from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from typing import Any

from flask_babel import gettext as _
from marshmallow import Schema, ValidationError
from sqlalchemy import select
from sqlalchemy.orm import joinedload, selectinload
from sqlalchemy.orm.attributes import set_committed_value
from sqlalchemy.orm.exc import StaleDataError

from core.database import db, now
from core.events import emit
from core.journal import delete_with_dependents
from core.plugin import registry
from core.records.query import access
from core.records.type import RecordType, record_type
from core.users import User, reaches
from core.web.errors import Problem
from core.web.fields import Relation, Rows


class StaleError(Exception):
    """Somebody else saved the record since it was read; `record` is as it stands now."""

    def __init__(self, record: Any) -> None:
        super().__init__(record)
        self.record = record


def find(kind: RecordType, record_id: int, user: Any, verb: str = "view") -> Any:
    """The record of an id.

    Raises Problem: 404 when there is none or the user may not see it, 403 when only the verb does not reach it.
    """
    statement = select(kind.model).where(kind.model.id == record_id, access(kind, user))
    rows = [name for name, field in kind.fields.items() if field.kind == "rows"]
    # one kind of child rows comes with the record, each further one by a statement of its own
    statement = statement.options(*(joinedload(getattr(kind.model, name)) for name in rows[:1]),
                                  *(selectinload(getattr(kind.model, name)) for name in rows[1:]))
    record = db.session.scalars(statement).unique().first() if 0 < record_id < 2**31 else None
    if record is None:
        raise not_here(kind)
    if verb != "view" and not reaches(user, kind.permission(verb), record):
        raise not_yours()
    return record


def not_here(kind: RecordType) -> Problem:
    """The answer to the id of no record, or of one that the user may not see."""
    return Problem(404, _("This %(label)s is not here", label=str(kind.label).lower()),
                   _("It may have been deleted, or you may not see it."))


def not_yours() -> Problem:
    """The answer to a change of a record that the user may only see."""
    return Problem(403, _("You may see this but not change it"), _("Ask its owner or your administrator."))


def load(kind: RecordType, data: Mapping[str, Any], user: Any, record: Any = None) -> dict[str, Any]:
    """Validate input: the schema's rules, then that related records exist and the user may see them.

    With a `record` the input changes it and may be a part. Returns values by attribute. Raises
    marshmallow.ValidationError with messages by field.
    """
    values: dict[str, Any] = _loader(kind.schema, record is not None).load(dict(data))
    errors: dict[str, Any] = _unrelated(kind.fields, values, user)
    for name, field in kind.fields.items():
        if isinstance(field, Rows):
            kept = {row.id: row for row in getattr(record, name)} if record is not None else {}
            inner = field.row_fields
            wrong = {number: _unrelated(inner, row, user, kept.get(row.get("id")))
                     for number, row in enumerate(values.get(name) or ())}
            if any(wrong.values()):
                errors[name] = {number: messages for number, messages in wrong.items() if messages}
    if errors:
        raise ValidationError(errors)
    return values


@lru_cache(1000)
def _loader(schema: type[Schema], part: bool) -> Schema:
    """The schema that reads input; loading leaves it as it is, and making one copies every field."""
    # names, not True: that would also let child rows leave out what they need
    return schema(partial=tuple(schema().fields)) if part else schema()


def _unrelated(fields: Mapping[str, Any], values: Mapping[str, Any], user: Any, kept: Any = None) -> dict[str, Any]:
    """Messages for relations to what is not there or not to be seen; those of a row that stay may stay."""
    errors = {}
    for name, field in fields.items():
        if isinstance(field, Relation):
            attribute = field.attribute or name
            number = values.get(attribute)
            if number is not None and number != getattr(kept, attribute, None) and not _exists(
                    record_type(field.target), number, user):
                errors[name] = [_("There is no such %(label)s, or you may not see it.",
                                  label=str(record_type(field.target).label).lower())]
    return errors


def _exists(target: RecordType, number: int, user: Any) -> bool:
    if target.name == "user" and number == getattr(user, "id", None):
        return True
    statement = select(target.model.id).where(target.model.id == number, access(target, user))
    return db.session.execute(statement).first() is not None


def create(kind: RecordType, data: Mapping[str, Any], user: User, uid: str | None = None) -> Any:
    """Make a record of validated input; without an owner it becomes the user's own, without a team the owner's team's.

    `uid` is the name that it has elsewhere already.
    """
    values = load(kind, data, user)
    record = kind.model(**({"uid": uid} if uid else {}))
    for name, field in kind.fields.items():
        if isinstance(field, Rows):
            set_committed_value(record, name, [])  # or the database is asked for what a new record cannot have
    if hasattr(kind.model, "owner_id") and values.get("owner_id") is None:
        values["owner_id"] = user.id  # a browser sends an empty box; nobody's record would be lost to most people
    if hasattr(kind.model, "team_id") and values.get("team_id") is None:
        values["team_id"] = _team_of(values["owner_id"], user)
    assign(kind, record, values)
    record.created_at = record.updated_at = now()
    db.session.add(record)
    _save(kind, record)
    emit(kind.event("created"), id=record.id)
    if getattr(record, "owner_id", None) not in (None, user.id):
        emit("record.assigned", type=kind.name, id=record.id, owner_id=record.owner_id, by=user.id,
             at=now().isoformat())
    return record


def update(kind: RecordType, record: Any, data: Mapping[str, Any], user: User, version: int | None = None) -> Any:
    """Change the named fields of a record.

    `version` is the one that the user saw; raises StaleError when another was saved since. Nothing changes
    and no event is told when the values are the same.
    """
    values = load(kind, _changed(kind, record, data), user, record)
    if version is not None and version != record.version:
        raise StaleError(record)
    owner = getattr(record, "owner_id", None)
    assign(kind, record, values)
    if record not in db.session.dirty or not db.session.is_modified(record):
        return record
    save(kind, record, values)
    if getattr(record, "owner_id", None) not in (None, owner, user.id):
        emit("record.assigned", type=kind.name, id=record.id, owner_id=record.owner_id, by=user.id,
             at=now().isoformat())
    return record


def save(kind: RecordType, record: Any, fields: Iterable[str]) -> None:
    """Save a record that was changed attribute by attribute, by an operation of its type's own."""
    # child rows alone do not touch the record's row, but they are a new version of it
    record.updated_at = now()
    _save(kind, record)
    emit(kind.event("updated"), id=record.id, fields=sorted(fields))


def _changed(kind: RecordType, record: Any, data: Mapping[str, Any]) -> dict[str, Any]:
    """Input without relations that stay as they are: who may not see a related record may keep it."""
    kept = dict(data)
    for name, field in kind.fields.items():
        same = isinstance(field, Relation) and name in kept and kept[name] == getattr(record, field.attribute or name)
        if same and not field.required:
            del kept[name]
    return kept


def delete(kind: RecordType, record: Any, user: User) -> None:
    """Delete a record and what hangs on it; all of it is journaled, so it can come back."""
    reasons = list(kind.objections(record)) if kind.objections else []
    if reasons:
        raise Problem(409, _("%(title)s cannot be deleted", title=kind.title_of(record)), " ".join(reasons))
    number = record.id
    delete_with_dependents(record)
    emit(kind.event("deleted"), id=number)


def assign(kind: RecordType, record: Any, values: Mapping[str, Any]) -> None:
    """Give a record validated values, touching only what differs.

    Of a type whose records show no team, the team follows the owner.
    """
    owner = getattr(record, "owner_id", None)
    rows = {name: field for name, field in kind.fields.items() if isinstance(field, Rows)}
    for attribute, value in values.items():
        if attribute in rows:
            _assign_rows(record, attribute, value)
        elif getattr(record, attribute) != value:
            setattr(record, attribute, value)
    follows = hasattr(record, "team_id") and "team" not in kind.fields and "team_id" not in values
    if follows and record.owner_id != owner:
        record.team_id = _team_of(record.owner_id)


def _team_of(owner_id: int | None, user: Any = None) -> int | None:
    """The team of an owner; `user` is one whose team is known already."""
    if user is not None and owner_id == user.id:
        known: int | None = user.team_id
        return known
    with db.session.no_autoflush:
        owner = db.session.get(User, owner_id) if owner_id is not None else None
    return owner.team_id if owner else None


def _assign_rows(record: Any, name: str, values: Sequence[Mapping[str, Any]]) -> None:
    """Replace child rows; those named by id stay the same rows. The order given is kept in `position`."""
    relationship = getattr(type(record), name).property
    model = relationship.mapper.class_
    present = {row.id: row for row in getattr(record, name)}
    kept = []
    for position, value in enumerate(values):
        row = present.get(value.get("id")) or model()
        for attribute, part in value.items():
            if attribute != "id" and getattr(row, attribute) != part:
                setattr(row, attribute, part)
        if hasattr(model, "position") and row.position != position:
            row.position = position
        kept.append(row)
    unchanged = len(kept) == len(present) and all(
        row.id in present and not db.session.is_modified(row) for row in kept)
    if not unchanged:
        setattr(record, name, kept)
        record.updated_at = now()


def _save(kind: RecordType, record: Any) -> None:
    if kind.prepare:
        owner = registry().owners.get(kind.name, "core")
        if owner.startswith("core"):
            kind.prepare(record)
        else:
            registry().calls.decided(owner, f"prepare of {kind.name}", kind.prepare, record)
    try:
        db.session.flush()
    except StaleDataError:
        db.session.rollback()
        current = db.session.get(kind.model, record.id)
        if current is None:
            raise Problem(404, _("This has been deleted meanwhile"), _("You find it in the trash.")) from None
        raise StaleError(current) from None
