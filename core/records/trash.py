"""The trash: what was deleted and has not come back, as far as the user could have seen it."""

from collections.abc import Iterable
from typing import Any

from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy import ColumnElement, false, or_, true

from core.database import db
from core.journal import JournalChange, UndoConflict, restore
from core.journal import trash as deletions
from core.records.steps import people
from core.records.type import RecordType
from core.users import scope_of
from core.users.access import subtree
from core.web.errors import Problem
from core.web.i18n import ago

PAGE = 50


def context(kind: RecordType, user: Any, before_id: int | None) -> dict[str, Any]:
    """The context of records/trash.html."""
    found = deletions(kind.table, before_id, PAGE + 1, _within_reach(kind, user))
    entries = found[:PAGE]
    who = people([step for _change, step in entries])
    return {
        "rt": kind, "urls": {"list": kind.url("index"), "restore": kind.url("restore")},
        "rows": [{"id": change.row_id, "title": _title(kind, change), "when": ago(step.at),
                  "who": who.get(step.user_id or 0, ""),
                  "restore_url": kind.url("restore", ids=change.row_id)} for change, step in entries],
        "pager": {"previous_url": kind.url("trash") if before_id else None,
                  "next_url": kind.url("trash", before=entries[-1][0].id) if len(found) > PAGE else None},
    }


def bring_back(kind: RecordType, numbers: Iterable[int], user: Any) -> list[int]:
    """Restore deleted records with what was deleted along with them; returns the ids of the journal's steps.

    Raises Problem: 404 when one is not in the user's trash, 409 when its place is taken.
    """
    wanted = list(dict.fromkeys(numbers))
    where = JournalChange.row_id.in_([str(number) for number in wanted])
    there = {change.row_id for change, _step in
             deletions(kind.table, None, len(wanted), where & _within_reach(kind, user))}
    steps: list[int] = []
    for number in wanted:
        if str(number) not in there:
            raise Problem(404, _("This is not in the trash"), _("It may have been restored already."))
        if db.session.get(kind.model, number) is not None:
            continue  # it came back along with one restored before
        try:
            steps.append(restore(kind.table, number).id)
        except UndoConflict as conflict:
            raise Problem(409, _("This cannot be restored"), str(conflict)) from conflict
    return steps


def said(number: int) -> str:
    """What to tell after a restoration."""
    return ngettext("%(num)d restored.", "%(num)d restored.", number)


def _title(kind: RecordType, change: JournalChange) -> str:
    return str(change.old.get(kind.title) or f"#{change.row_id}")


def _within_reach(kind: RecordType, user: Any) -> ColumnElement[bool]:
    """The deletions of records that the user could have seen and deleted: by the owner and team they had."""
    parts = [_owned(user, scope_of(user, kind.permission(verb)), hasattr(kind.model, "owner_id"))
             for verb in ("view", "delete")]
    condition: ColumnElement[bool] = parts[0]
    for part in parts[1:]:
        condition = condition & part
    return condition


def _owned(user: Any, scope: str | None, owned: bool) -> ColumnElement[bool]:
    if scope is None:
        return false()
    if scope == "all" or not owned:
        return true()
    own: ColumnElement[bool] = JournalChange.before["owner_id"].as_integer() == user.id
    if scope == "own" or user.team_id is None:
        return own
    team = JournalChange.before["team_id"].as_integer()
    return or_(own, team == user.team_id if scope == "team" else team.in_(subtree(user.team_id)))
