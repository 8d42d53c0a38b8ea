"""The trash: what was deleted and has not come back, as far as the user could have seen it."""

from collections.abc import Iterable
from itertools import groupby
from typing import Any

from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy import ColumnElement, false, or_, true

from core.database import db
from core.journal import JournalChange, UndoConflict, trash_sizes
from core.journal import trash as deletions
from core.records import undoing
from core.records.steps import people
from core.records.type import RecordType
from core.users import scope_of
from core.users.access import subtree
from core.web.errors import Problem
from core.web.i18n import ago, format_number

PAGE = 50
WHOLE = 100_000
"""Records that are restored at once."""


def context(kind: RecordType, user: Any, before_id: int | None) -> dict[str, Any]:
    """The context of records/trash.html."""
    reach = _within_reach(kind, user)
    found = deletions(kind.table, before_id, PAGE + 1, reach)
    entries = found[:PAGE]
    who = people([step for _change, step in entries])
    together = trash_sizes(kind.table, (step.id for _change, step in entries), reach)
    rows = [{"id": change.row_id, "title": _title(kind, change), "when": ago(step.at),
             "who": who.get(step.user_id or 0, ""), "step": step.id,
             "restore_url": kind.url("restore", ids=change.row_id)} for change, step in entries]
    return {
        "rt": kind, "urls": {"list": kind.url("index"), "restore": kind.url("restore")},
        "steps": [_step(kind, number, list(run), together.get(number, 0))
                  for number, run in groupby(rows, lambda row: row["step"])],
        "pager": {"previous_url": kind.url("trash") if before_id else None,
                  "next_url": kind.url("trash", before=entries[-1][0].id) if len(found) > PAGE else None},
    }


def _step(kind: RecordType, number: int, rows: list[dict[str, Any]], together: int) -> dict[str, Any]:
    """Rows that one step deleted; where it deleted several there is a way to bring back all of them."""
    if together < 2:
        return {"rows": rows}
    said_so = format_number(together)
    return {"rows": rows, "restore_url": kind.url("restore_step", step=number),
            "text": ngettext("%(number)s record was deleted in one step", "%(number)s records were deleted in one step",
                             together, number=said_so),
            "label": ngettext("Restore all %(number)s", "Restore all %(number)s", together, number=said_so)}


def bring_back(kind: RecordType, numbers: Iterable[int], user: Any) -> list[int]:
    """Restore deleted records with what was deleted along with them; returns the ids of the journal's steps.

    Raises Problem: 404 when one is not in the user's trash, 403 when more came with it than the user may bring back,
    409 when its place is taken.
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
            steps.append(undoing.restore(kind, number, user).id)
        except UndoConflict as conflict:
            raise Problem(409, _("This cannot be restored"), str(conflict)) from conflict
    return steps


def bring_back_step(kind: RecordType, step: int, user: Any) -> tuple[int, int]:
    """Restore all that one step deleted and that is still in the user's trash; returns how many and the journal's step.

    Raises Problem: 404 when there is nothing of it, 409 when the place of some of it is taken.
    """
    where = (JournalChange.transaction_id == step) & _within_reach(kind, user)
    numbers = [change.row_id for change, _step in deletions(kind.table, None, WHOLE, where)] if step < 2**31 else []
    if not numbers:
        raise Problem(404, _("This is not in the trash"), _("It may have been restored already."))
    try:
        return len(numbers), undoing.restore_of(step, kind, numbers, user).id
    except UndoConflict as conflict:
        raise Problem(409, _("This cannot be restored"), str(conflict)) from conflict


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
