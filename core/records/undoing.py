"""Taking back what somebody did, as far as they may, and saying what stands in the way."""

from collections.abc import Collection
from typing import Any

from flask_babel import gettext as _

from core.database import db
from core.journal import JournalTransaction, UndoConflict, undo
from core.plugin import registry
from core.users import User
from core.web.errors import Problem


def take_back(transaction_id: int, user: Any, only: Collection[int] | None = None) -> JournalTransaction:
    """Undo a step of the user's own, an administrator anybody's; `only` some of its changes.

    Raises Problem: 404 for a step that is not the user's to undo, 409 when something has changed since.
    """
    if not may_take_back(db.session.get(JournalTransaction, transaction_id) if transaction_id < 2**31 else None, user):
        raise Problem(404, _("There is nothing to undo here"), _("It may have been undone already."))
    try:
        return undo(transaction_id, only)
    except UndoConflict as conflict:
        db.session.rollback()
        raise Problem(409, _("This cannot be undone any more"), _in_the_way(conflict)) from conflict


def may_take_back(step: Any, user: Any) -> bool:
    """Whether a step (anything with a `user_id`) is the user's to undo."""
    return step is not None and (step.user_id == user.id or user.is_admin)


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
