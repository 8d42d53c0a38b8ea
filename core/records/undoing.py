"""Taking a step back, as far as a person may: the inverse needs the permissions that doing it by hand would need.

The journal knows rows; whose they are is known here. A record that the step changed must be the person's to edit, as
it stands and as it will be; one that the step made theirs to delete; one that it deleted theirs as the trash has it.
Notes need what writing them needs. What belongs to no record (people, teams, roles, settings) only administrators
take back, and one of them must be left.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from flask_babel import gettext as _
from flask_babel import ngettext
from marshmallow import ValidationError
from sqlalchemy import ColumnElement, false, inspect, select
from sqlalchemy.orm import selectinload
from sqlalchemy.orm.attributes import flag_modified

from core import journal
from core.database import db
from core.journal import JournalChange, JournalTransaction, UndoConflict, current_transaction_id
from core.journal.references import chunks
from core.plugin import registry
from core.records.belonging import Touched, touched
from core.records.query import access
from core.records.type import RecordType
from core.users import User, reaches, scope_of
from core.web.errors import Problem

SHOWN = 5
"""So many records are named in a refusal."""

Ids = Mapping[RecordType, Iterable[int]]


def undo(transaction_id: int, user: Any, only: Collection[int] | None = None) -> JournalTransaction:
    """Take back what a step did, in the caller's transaction; taking back an undo is a redo.

    `only` names some of its changes. Raises Problem (403, 409) for what the user may not do or an objection forbids,
    and as core.journal.undo.
    """
    return journal.undo(transaction_id, only, guard(user))


def take_back(transaction_id: int, user: Any, only: Collection[int] | None = None) -> JournalTransaction:
    """Undo a step of the user's own, an administrator anybody's; `only` some of its changes.

    Raises Problem: 404 for a step that is not the user's to undo, 403 and 409 as `undo` and when something has changed
    since.
    """
    if not may_take_back(db.session.get(JournalTransaction, transaction_id) if transaction_id < 2**31 else None, user):
        raise Problem(404, _("There is nothing to undo here"), _("It may have been undone already."))
    try:
        return undo(transaction_id, user, only)
    except UndoConflict as conflict:
        db.session.rollback()
        raise Problem(409, _("This cannot be undone any more"), _in_the_way(conflict)) from conflict


def may_take_back(step: Any, user: Any) -> bool:
    """Whether a step (anything with a `user_id`) is the user's to undo."""
    return step is not None and (step.user_id == user.id or user.is_admin)


def restore(kind: RecordType, number: int, user: Any) -> JournalTransaction:
    """Bring a deleted record back with what went with it. Raises as `undo`."""
    return journal.restore(kind.table, number, guard(user))


def restore_of(transaction_id: int, kind: RecordType, numbers: Iterable[Any], user: Any) -> JournalTransaction:
    """Bring back records that one step deleted. Raises as `undo`."""
    return journal.restore_of(transaction_id, kind.table, numbers, guard(user))


def offered(kind: RecordType, record: Any, user: Any, verb: str) -> int | None:
    """The step of what was just flushed, to offer its undo; None if the user may not `verb` the record (any more)."""
    permission = kind.permission(verb)
    if scope_of(user, permission) == "all" or reaches(user, permission, record):
        return current_transaction_id()
    return None


def guard(user: Any) -> Callable[[Sequence[JournalChange]], Any]:
    """What asks around an undo whether a person may do it: by conditions in SQL, not row by row."""
    @contextmanager
    def around(changes: Sequence[JournalChange]) -> Iterator[None]:
        if not changes:
            raise Problem(409, _("This cannot be undone"), _("What happened at sign-in stays written down."))
        found = touched(changes)
        _people(found, user)
        _refuse([*_out_of_reach(found.removed, user, "delete"), *_out_of_reach(found.edited, user, "edit"),
                 *_out_of_reach(found.parts, user, "edit"), *_out_of_reach(found.discussed, user, "discuss")])
        _objections(found.removed)
        since = {kind: _changed_since(kind, numbers, changes) for kind, numbers in found.edited.items()
                 if kind.prepare}
        yield
        _refuse([*_out_of_reach(found.restored, user, "delete", there=True),
                 *_out_of_reach(found.edited, user, "edit", there=True),
                 *_out_of_reach(found.parts, user, "edit"), *_out_of_reach(found.discussed, user, "discuss")])
        _rules(since)
        if found.administered:
            _somebody_administers()
    return around


def _people(found: Touched, user: Any) -> None:
    if (found.administered or found.accounts - {user.id}) and not user.is_admin:
        raise Problem(403, _("You may not take this back"),
                      _("It changes people, permissions or settings: ask an administrator."))


def _out_of_reach(records: Ids, user: Any, verb: str, there: bool = False) -> Iterator[str]:
    """A sentence for each type with records that the user may not see or do this to; `there` counts missing ones."""
    for kind, numbers in records.items():
        beyond: list[int] = []
        for part in chunks(sorted(numbers)):
            named = kind.model.id.in_(part)
            standing = part if there else db.session.scalars(
                select(kind.model.id).where(named).order_by(kind.model.id).with_for_update(of=kind.model)).all()
            reached = set(db.session.scalars(select(kind.model.id).where(named, _reached(kind, user, verb))))
            beyond += [number for number in standing if number not in reached]
        if beyond:
            yield _named(kind, beyond, user)


def _reached(kind: RecordType, user: Any, verb: str) -> ColumnElement[bool]:
    if verb == "discuss":
        return access(kind, user) if user.may(kind.permission("edit")) else false()
    return access(kind, user) & access(kind, user, verb)


def _named(kind: RecordType, numbers: Sequence[int], user: Any) -> str:
    """Whose records stand in the way, by name as far as the user sees them."""
    titles = sorted(kind.titles(numbers[:SHOWN], user).values())
    hidden = len(numbers) - len(titles)
    parts = [f"“{title}”" for title in titles]
    if hidden:
        parts.append(ngettext("%(num)d more", "%(num)d more", hidden) if titles
                     else ngettext("%(num)d that you may not see", "%(num)d that you may not see", hidden))
    return _("%(plural)s out of your reach: %(names)s.", plural=str(kind.plural), names=", ".join(parts))


def _refuse(sentences: Sequence[str]) -> None:
    if sentences:
        detail = " ".join(dict.fromkeys(sentences))
        raise Problem(403, _("You may not take this back"), f"{detail} " + _("Ask an administrator."))


def _objections(removed: Ids) -> None:
    """What was made is asked after as any deletion is."""
    for kind, numbers in removed.items():
        for part in chunks(sorted(numbers)) if kind.objections else ():
            for record in db.session.scalars(select(kind.model).where(kind.model.id.in_(part))):
                if reasons := list(kind.objections(record)):  # type: ignore[misc]
                    raise Problem(409, _("%(title)s cannot be deleted", title=kind.title_of(record)),
                                  " ".join(reasons))


def _changed_since(kind: RecordType, numbers: Iterable[int], changes: Sequence[JournalChange]) -> dict[int, set[str]]:
    """The records that later steps changed too, and the columns that are set back.

    What these become has never been looked at as a whole; all others become what they were.
    """
    later: set[str] = set()
    for part in chunks(sorted(numbers)):
        later |= set(db.session.scalars(select(JournalChange.row_id).where(
            JournalChange.table_name == kind.table, JournalChange.row_id.in_([str(number) for number in part]),
            JournalChange.transaction_id > changes[0].transaction_id)))
    found: dict[int, set[str]] = {}
    for change in changes if later else ():
        if change.table_name == kind.table and change.row_id in later:
            found.setdefault(int(change.row_id), set()).update(change.before or {})
    return found


def _rules(records: Mapping[RecordType, Mapping[int, set[str]]]) -> None:
    """Hold records to their type's rules. Raises Problem (409) with the first that breaks them."""
    for kind, columns in records.items():
        rows = [selectinload(getattr(kind.model, name)) for name, one in kind.fields.items() if one.kind == "rows"]
        for part in chunks(sorted(columns)):
            found = db.session.scalars(select(kind.model).where(kind.model.id.in_(part)).options(*rows)
                                       .execution_options(populate_existing=True)).all()
            for record in found:
                _hold_to_rules(kind, record, columns[record.id])
            db.session.flush()


def _hold_to_rules(kind: RecordType, record: Any, columns: set[str]) -> None:
    mapper = inspect(record).mapper
    for name in columns & set(mapper.local_table.c.keys()):
        # rules look at what has changed, and the statement of the undo went past the ORM
        flag_modified(record, mapper.get_property_by_column(mapper.local_table.c[name]).key)
    try:
        kind.prepare(record)  # type: ignore[misc]
    except ValidationError as error:
        said = " ".join(str(text) for texts in error.normalized_messages().values() for text in texts)
        raise Problem(409, _("This cannot be undone any more"), f"{kind.title_of(record)}: {said}") from error


def _somebody_administers() -> None:
    if not db.session.scalars(select(User.id).where(User.is_admin, User.active).with_for_update()).first():
        raise Problem(409, _("This cannot be undone"),
                      _("Nobody would be left to administer. Make somebody an administrator first."))


def _in_the_way(conflict: UndoConflict) -> str:
    """What has changed since, by field and person, at most five of it."""
    kinds = {kind.table: kind for kind in registry().record_types.values()}
    sentences = []
    for change in conflict.changes[:5]:
        kind = kinds.get(change.table)
        labels = {column: f.label for name, f in kind.fields.items()
                  for column in (f.attribute or name, f.sort) if isinstance(column, str)} if kind else {}
        what = str(labels.get(change.column or "", change.column or (kind.label if kind else change.table)))
        person = db.session.get(User, change.changed_by_id) if change.changed_by_id else None
        sentences.append(_("%(what)s has been changed since by %(who)s.", what=what,
                           who=person.name if person else _("somebody")))
    return " ".join(dict.fromkeys(sentences)) or _("It has been undone already.")
