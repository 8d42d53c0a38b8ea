"""Telling people, and what they have not yet read."""

from collections.abc import Sequence
from datetime import timedelta

from sqlalchemy import bindparam, delete, func, select, update

from core.database import db, metadata, now
from core.inbox.models import KINDS, Notification
from core.users.models import User
from core.users.operations import notifications
from core.web import mail
from core.web.addresses import base_url

KEEP = timedelta(days=180)


def notify(user_id: int, kind: str, title: str, url: str, body: str = "", actor_id: int | None = None,
           once: str | None = None) -> None:
    """Tell a person something, in the inbox, by mail or both, as they have chosen for that kind of news.

    `kind` is one of KINDS; `url` is a path of this application. Nobody is told of what they did
    themselves, and nobody who cannot sign in, and nobody twice of what `once` names: an event may be
    delivered again. Raises ValueError for an unknown kind and a foreign address.
    """
    if kind not in KINDS:
        raise ValueError(f"{kind!r} is no kind of news; they are {', '.join(KINDS)}")
    if not url.startswith("/") or url.startswith(("//", "/\\")):
        raise ValueError(f"{url!r} is no path of this application")
    user = db.session.get(User, user_id)
    if user is None or not user.active or actor_id == user_id:
        return
    if once and db.session.scalar(select(Notification.id).where(
            Notification.user_id == user_id, Notification.once == once)):
        return
    channels = notifications(user)[kind]
    shown = "inbox" in channels
    if shown or (once and channels):
        db.session.add(Notification(user_id=user_id, kind=kind, title=title, body=body, url=url, actor_id=actor_id,
                                    once=once, shown=shown, read_at=None if shown else now()))
        db.session.flush()
    if "mail" in channels:
        link = (base_url() or "") + url
        mail.send(user.email, title, "\n\n".join(filter(None, (title, body, link))) + "\n")


def entries(user_id: int, *, unread_only: bool = False, before_id: int | None = None, limit: int = 50,
            ) -> Sequence[Notification]:
    """A person's news, newest first; older than `before_id` for the next page."""
    statement = select(Notification).where(Notification.user_id == user_id, Notification.shown)
    if unread_only:
        statement = statement.where(Notification.read_at.is_(None))
    if before_id is not None:
        statement = statement.where(Notification.id < before_id)
    return db.session.scalars(statement.order_by(Notification.id.desc()).limit(limit)).all()


_TABLE = metadata.tables[Notification.__tablename__].c
_UNREAD = select(func.count()).select_from(select(_TABLE.id).where(
    _TABLE.user_id == bindparam("user"), _TABLE.read_at.is_(None)).limit(100).subquery())
"""Every page asks it; of the table, which costs half of what the model does."""


def unread(user_id: int) -> int:
    """How many of a person's news are unread; 100 stands for "more than 99"."""
    return db.session.scalar(_UNREAD, {"user": user_id}) or 0


def mark_read(user_id: int, number: int | None = None) -> None:
    """Mark one of a person's news as read, or all of them."""
    statement = update(Notification).where(Notification.user_id == user_id, Notification.read_at.is_(None))
    if number is not None:
        statement = statement.where(Notification.id == number)
    db.session.execute(statement.values(read_at=now()))


def forget_old() -> None:
    """Delete what was read long ago."""
    db.session.execute(delete(Notification).where(Notification.read_at < now() - KEEP))
