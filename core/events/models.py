"""The tables of events: what happened, who wants to hear of it, and who has been told."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from core.database import JsonValue, Model, new_uid, now


class Event(Model):
    """A fact, in the past tense: `contact.created`. The payload holds ids and small values."""

    __tablename__ = "event"
    __journal__ = False

    id: Mapped[int] = mapped_column(primary_key=True)
    uid: Mapped[str] = mapped_column(String(36), default=new_uid, unique=True)
    name: Mapped[str]
    payload: Mapped[dict[str, Any]] = mapped_column(JsonValue)
    at: Mapped[datetime] = mapped_column(default=now, index=True)
    user_id: Mapped[int | None]
    request_id: Mapped[str | None] = mapped_column(String(64))


class Subscription(Model):
    """A handler as data, so that a plugin which a bad deployment breaks misses nothing meanwhile."""

    __tablename__ = "event_subscription"
    __journal__ = False

    key: Mapped[str] = mapped_column(primary_key=True)
    event: Mapped[str]


class Delivery(Model):
    """One event for one handler. `state` is pending, done, dead or skipped (its plugin was switched off)."""

    __tablename__ = "event_delivery"
    __journal__ = False
    __table_args__ = (
        Index("ix_event_delivery_pending", "next_at",
              postgresql_where=text("state = 'pending'"), sqlite_where=text("state = 'pending'")),
        Index("ix_event_delivery_dead", "id",
              postgresql_where=text("state = 'dead'"), sqlite_where=text("state = 'dead'")),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id", ondelete="CASCADE"), index=True)
    subscription: Mapped[str]
    state: Mapped[str] = mapped_column(String(8), default="pending")
    attempts: Mapped[int] = mapped_column(default=0)
    next_at: Mapped[datetime] = mapped_column(default=now)
    """When to try (again); while a worker holds the delivery, when another may take it over."""
    error: Mapped[str | None]
    trace: Mapped[str | None]
    done_at: Mapped[datetime | None]
