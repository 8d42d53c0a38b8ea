"""Idempotency-Key: the same request sent twice is done once and answered the same.

The key is written in the transaction of what it guards. So a second request with it waits for the first one
(on PostgreSQL at the unique key, on SQLite at the lock for writing), then finds the answer, or nothing
if the first one failed and left no trace.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any

from flask import Response, request
from flask_babel import gettext as _
from sqlalchemy import ForeignKey, String, UniqueConstraint, delete, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Mapped, mapped_column

from core.database import JsonValue, Model, db, now
from core.web.errors import Problem

KEPT = timedelta(hours=24)
MAX_LENGTH = 200
HEADERS = ("Location", "ETag")
"""Headers that are answered again together with the body."""


class IdempotencyKey(Model):
    """A request that a program has named, and what it was answered. Kept for 24 hours."""

    __tablename__ = "idempotency_key"
    __table_args__ = (UniqueConstraint("user_id", "key"),)
    __journal__ = False

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id", ondelete="CASCADE"))
    key: Mapped[str] = mapped_column(String(MAX_LENGTH))
    request_hash: Mapped[str] = mapped_column(String(64))
    status: Mapped[int] = mapped_column(default=0)
    headers: Mapped[dict[str, Any]] = mapped_column(JsonValue, default=dict)
    body: Mapped[str] = mapped_column(default="")
    created_at: Mapped[datetime] = mapped_column(default=now, index=True)


def once(user_id: int, act: Callable[[], Response]) -> Response:
    """Answer the request by `act` and commit; or, if its key was answered before, answer that again.

    `act` flushes and does not commit; an exception leaves the key unused. Raises Problem: 400 for a key that
    cannot be one, 422 for a key that named another request, 409 if the first request is still under way.
    """
    key = request.headers.get("Idempotency-Key")
    if key is None:
        response = act()
        db.session.commit()
        return response
    if not 1 <= len(key) <= MAX_LENGTH:
        raise Problem(400, _("The Idempotency-Key is empty or too long."),
                      _("Give from 1 to %(limit)s characters, for example a UUID.", limit=MAX_LENGTH))
    fingerprint = _fingerprint()
    found = _find(user_id, key)
    if found is not None:
        return _again(found, fingerprint)
    row = IdempotencyKey(user_id=user_id, key=key, request_hash=fingerprint)
    db.session.add(row)
    try:
        db.session.flush()
    except IntegrityError:
        db.session.rollback()
        found = _find(user_id, key)
        if found is None:
            raise Problem(409, _("A request with this Idempotency-Key is under way."),
                          _("Wait a little and send it again.")) from None
        return _again(found, fingerprint)
    response = act()
    row.status, row.body = response.status_code, response.get_data(as_text=True)
    row.headers = {name: response.headers[name] for name in HEADERS if name in response.headers}
    db.session.commit()
    return response


def forget_old() -> None:
    """Delete what is older than 24 hours; a job of every hour."""
    db.session.execute(delete(IdempotencyKey).where(IdempotencyKey.created_at < now() - KEPT))


def _fingerprint() -> str:
    start = f"{request.method} {request.full_path}\n".encode()
    return sha256(start + request.get_data(cache=True)).hexdigest()


def _find(user_id: int, key: str) -> IdempotencyKey | None:
    found = db.session.scalar(
        select(IdempotencyKey).where(IdempotencyKey.user_id == user_id, IdempotencyKey.key == key))
    if found is not None and found.created_at < now() - KEPT:
        db.session.delete(found)
        db.session.flush()
        return None
    return found


def _again(found: IdempotencyKey, fingerprint: str) -> Response:
    if found.request_hash != fingerprint:
        raise Problem(422, _("This Idempotency-Key has named another request."),
                      _("Use a new key for each new request; the same one only to send a request again."))
    headers = {**found.headers, "Idempotency-Replayed": "true"}
    return Response(found.body, found.status, headers, mimetype="application/json")
