"""Saved views: an address of a list under a name, private or shared, pinned to the sidebar or not."""

from collections.abc import Sequence
from typing import Any
from urllib.parse import parse_qsl, urlencode

from flask import g, request
from flask_babel import gettext as _
from sqlalchemy import ForeignKey, Index, bindparam, or_, select
from sqlalchemy.orm import Mapped, mapped_column
from werkzeug.datastructures import MultiDict

from core.database import Model, Record, db
from core.plugin import registry
from core.records import parameters, query
from core.records.query import ListState
from core.records.type import RecordType
from core.users import User
from core.web.errors import Problem
from core.web.fields import Relation
from core.web.shell import Line

MAX_NAME = 80


class RecordView(Record, Model):
    """One saved view. `query` is the part of the list's address after the question mark."""

    __tablename__ = "record_view"
    __table_args__ = (Index("ix_record_view_type_user_id", "type", "user_id"),)

    user_id: Mapped[int] = mapped_column(ForeignKey("user.id", ondelete="CASCADE"), index=True)
    type: Mapped[str]
    name: Mapped[str]
    query: Mapped[str] = mapped_column(default="")
    shared: Mapped[bool] = mapped_column(default=False)
    pinned: Mapped[bool] = mapped_column(default=False)
    position: Mapped[int] = mapped_column(default=0)


def of(kind: RecordType, user: Any) -> Sequence[RecordView]:
    """The views of a type that are the user's or shared with everybody."""
    return db.session.scalars(
        select(RecordView).where(RecordView.type == kind.name,
                                 or_(RecordView.user_id == user.id, RecordView.shared))
        .order_by(RecordView.pinned.desc(), RecordView.position, RecordView.name, RecordView.id).limit(100)).all()


_ABOVE = select(RecordView).where(
    or_(RecordView.type == bindparam("type"), RecordView.pinned),
    or_(RecordView.user_id == bindparam("user"), RecordView.shared),
).order_by(RecordView.pinned.desc(), RecordView.position, RecordView.name, RecordView.id).limit(300)
"""Every list asks it: the views of its type, and those that are pinned to the sidebar."""


def views(kind: RecordType, state: ListState, user: Any) -> list[dict[str, Any]]:
    """The views above a list, as its template draws them. The sidebar's come with the same statement."""
    found = db.session.scalars(_ABOVE, {"type": kind.name, "user": user.id}).all()
    g.eleven_pinned = [view for view in found if view.pinned]
    return [{"name": view.name, "url": url(kind, view), "active": state.view == view.uid, "shared": view.shared,
             "pinned": view.pinned} for view in found if view.type == kind.name]


def url(kind: RecordType, view: RecordView) -> str:
    """The address of a list as a view shows it."""
    pairs = [*parse_qsl(view.query, keep_blank_values=True), ("view", view.uid)]
    return f"{kind.url('index')}?{urlencode(pairs)}"


def save(kind: RecordType, state: ListState, name: str, user: Any, shared: bool = False,
         pinned: bool = False) -> RecordView:
    """Keep a list's state under a name; the place in the list (the page) is not part of it."""
    pairs = [(key, value) for key, value in state.arguments() if key != "view"]
    view = RecordView(user_id=user.id, type=kind.name, name=_checked(name), query=urlencode(pairs), shared=shared,
                      pinned=pinned, position=len(of(kind, user)))
    db.session.add(view)
    db.session.flush()
    return view


def change(view: RecordView, name: str, shared: bool, pinned: bool) -> None:
    """Rename, share or pin a view."""
    view.name, view.shared, view.pinned = _checked(name), shared, pinned
    db.session.flush()


def rename(target: RecordType, old: int, new: int) -> None:
    """Let the filters of all views that name one record of a type name another: the two have become one."""
    for view in db.session.scalars(select(RecordView).where(RecordView.query.contains(str(old)))):
        kind = registry().record_types.get(view.type)
        fields = {name for name, field in kind.filter_fields.items()
                  if isinstance(field, Relation) and field.target == target.name} if kind else set()
        pairs = [(key, _renamed(value, str(old), str(new)) if key.split(".", 1)[-1].rpartition(".")[0] in fields
                  else value) for key, value in parse_qsl(view.query, keep_blank_values=True)]
        view.query = urlencode(pairs)
    db.session.flush()


def _renamed(value: str, old: str, new: str) -> str:
    return ",".join(dict.fromkeys(new if part == old else part for part in value.split(",")))


def delete(view: RecordView) -> None:
    """Delete a view; the records that it shows stay."""
    db.session.delete(view)
    db.session.flush()


def find(kind: RecordType, uid: str, user: Any) -> RecordView:
    """A view that the user may change: their own, an administrator's also a shared one. Raises Problem (404)."""
    view = db.session.scalar(select(RecordView).where(RecordView.uid == uid, RecordView.type == kind.name))
    if view is None or (view.user_id != user.id and not (user.is_admin and view.shared)):
        raise Problem(404, _("This view is not here"), _("It may have been deleted, or it is somebody else's."))
    return view


def context(kind: RecordType, user: Any) -> dict[str, Any]:
    """The context of records/views.html."""
    found = of(kind, user)
    owners = {row.id: row.name for row in db.session.execute(
        select(User.id, User.name).where(User.id.in_({view.user_id for view in found})))}
    return {"rt": kind, "urls": {"list": kind.url("index")}, "views": [
        {"name": view.name, "url": url(kind, view), "shared": view.shared, "pinned": view.pinned,
         "owner": owners.get(view.user_id, ""), "mine": view.user_id == user.id or user.is_admin,
         "update_url": kind.url("change_view", uid=view.uid), "delete_url": kind.url("delete_view", uid=view.uid)}
        for view in found]}


def pinned(user: Any) -> list[Line]:
    """The lines of the sidebar: the pinned views of types that the user may see."""
    shelf = registry()
    if "eleven_pinned" not in g:
        g.eleven_pinned = db.session.scalars(
            select(RecordView).where(RecordView.pinned, or_(RecordView.user_id == user.id, RecordView.shared))
            .order_by(RecordView.position, RecordView.name, RecordView.id).limit(30)).all()
    lines = []
    for view in g.eleven_pinned[:30]:
        kind = shelf.record_types.get(view.type)
        if kind is not None and shelf.enabled(shelf.owners[kind.name]) and user.may(kind.permission("view")):
            lines.append(Line(view.name, url(kind, view), kind.icon, request.args.get("view") == view.uid))
    return lines


def opened(kind: RecordType, args: "MultiDict[str, str]", user: Any) -> tuple[ListState, str]:
    """The state of a list's address; of a saved view that no longer fits what still does, and a sentence on it.

    Raises Problem (400) for any other address that does not fit.
    """
    for name in args:
        if not parameters.FOREIGN.fullmatch(name):
            parameters.check(name, parameters.PAGE)
    if not args.get("view"):
        return ListState.parse(kind, args), ""
    if not _is_there(kind, ListState.parse(kind, MultiDict({"view": args["view"]})).view, user):
        rest = MultiDict([pair for pair in args.items(multi=True) if pair[0] != "view"])
        return ListState.parse(kind, rest), _("The saved view is not here any more; this is the list that it showed.")
    try:
        return _fitting(kind, args, user), ""
    except Problem as problem:
        why = problem.title
    kept: MultiDict[str, str] = MultiDict()
    for name, value in args.items(multi=True):
        try:
            _fitting(kind, MultiDict([(name, value)]), user)
        except Problem:
            continue
        kept.add(name, value)
    return ListState.parse(kind, kept), _("Part of this view no longer fits and was left out: %(why)s", why=why)


def _is_there(kind: RecordType, uid: str, user: Any) -> bool:
    mine = or_(RecordView.user_id == user.id, RecordView.shared)
    return db.session.scalar(select(RecordView.id).where(
        RecordView.uid == uid, RecordView.type == kind.name, mine)) is not None


def _fitting(kind: RecordType, args: "MultiDict[str, str]", user: Any) -> ListState:
    """The state of an address, its filters' values tried as well. Raises Problem."""
    state = ListState.parse(kind, args)
    query.condition(kind, state, user)
    return state


def keep_columns(kind: RecordType, chosen: Sequence[str], user: Any) -> None:
    """Keep which columns a user's lists of a type show, in which order; none is the type's own choice."""
    known = [name for name in dict.fromkeys(chosen) if name in kind.fields or ":" in name][:60]
    kept = {name: columns for name, columns in user.preferences.get("columns", {}).items() if name != kind.name}
    user.preferences = {**user.preferences, "columns": kept | ({kind.name: known} if known else {})}
    db.session.flush()


def _checked(name: str) -> str:
    text = " ".join(name.replace("\0", "").split())[:MAX_NAME]
    if not text:
        raise Problem(422, _("Give the view a name."), _("It stands above the list and in the sidebar."))
    return text
