"""The inbox: what a person should see, newest first."""

from typing import Any

from flask import Blueprint, abort, g, redirect, request, url_for
from flask_babel import gettext as _
from flask_login import current_user
from markupsafe import escape
from sqlalchemy import select
from werkzeug.wrappers import Response

from core.database import db, will_write
from core.inbox.models import KINDS, Notification
from core.inbox.operations import entries, mark_read, unread
from core.users.models import User
from core.web import render, signed_in
from core.web.i18n import ago

PAGE = 50
MORE_THAN = 99

blueprint = Blueprint("inbox", __name__, url_prefix="/inbox")


@blueprint.get("/")
@signed_in
def index() -> str:
    """The list, all or unread only, page by page."""
    only = request.args.get("show") == "unread"
    before = request.args.get("before")
    if before is not None and not (before.isascii() and before.isdigit() and len(before) < 19):
        abort(400, _("That is no place in the inbox. Begin again at its first page."))
    rows = entries(current_user.id, unread_only=only, before_id=int(before) if before else None, limit=PAGE + 1)
    shown, more = rows[:PAGE], len(rows) > PAGE
    show = "unread" if only else None
    return render(
        "web/inbox.html", items=[_item(row) for row in shown],
        filters=[{"label": _("All"), "url": url_for("inbox.index"), "active": not only},
                 {"label": _("Unread"), "url": url_for("inbox.index", show="unread"), "active": only,
                  "count": count_text(unread_now(current_user))}],
        read_all_url=url_for("inbox.read_all") if unread_now(current_user) else None,
        pager={"previous_url": url_for("inbox.index", show=show) if before else None,
               "next_url": url_for("inbox.index", show=show, before=shown[-1].id) if more else None})


def _item(row: Notification) -> dict[str, Any]:
    return {
        "id": row.id, "icon": KINDS[row.kind], "title": row.title, "html": escape(row.body) if row.body else "",
        "url": url_for("inbox.open_entry", number=row.id), "at": row.created_at.isoformat(),
        "at_text": ago(row.created_at), "unread": row.read_at is None,
        "read_url": url_for("inbox.read", number=row.id),
    }


@blueprint.get("/<int:number>")
@signed_in
def open_entry(number: int) -> Response:
    """Go where an entry leads; it is read then."""
    user_id = current_user.id
    will_write()
    row = db.session.scalar(select(Notification).where(Notification.id == number, Notification.user_id == user_id))
    if row is None:
        abort(404)
    url = row.url
    mark_read(user_id, number)
    db.session.commit()
    return redirect(url)


@blueprint.post("/<int:number>/read")
@signed_in
def read(number: int) -> Response:
    """Mark one entry as read."""
    mark_read(current_user.id, number)
    db.session.commit()
    return redirect(url_for("inbox.index"))


@blueprint.post("/read")
@signed_in
def read_all() -> Response:
    """Mark everything as read."""
    mark_read(current_user.id)
    db.session.commit()
    return redirect(url_for("inbox.index"))


@blueprint.get("/count")
@signed_in
def count() -> str:
    """The number beside the inbox in the sidebar, for polling: empty when there is nothing."""
    return count_text(unread(current_user.id))


def count_text(number: int) -> str:
    """A number as a badge shows it."""
    return "" if not number else f"{MORE_THAN}+" if number > MORE_THAN else str(number)


def unread_now(user: User) -> int:
    """A user's unread news, counted once per request."""
    if "inbox_unread" not in g:
        g.inbox_unread = unread(user.id)
    found: int = g.inbox_unread
    return found
