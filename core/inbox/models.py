"""The table of the inbox."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from core.database import Model, now

KINDS: dict[str, str] = {"mention": "at", "assigned": "user-check", "work": "progress-check", "system": "info-circle"}
"""What news are about, and the icon of each kind."""


class Notification(Model):
    """Something a person should see; `url` leads to it, `actor_id` is who caused it."""

    __tablename__ = "notification"
    __journal__ = False
    __table_args__: Any = (
        Index("ix_notification_user_id_id", "user_id", "id"),
        UniqueConstraint("user_id", "once"),
        Index("ix_notification_unread", "user_id",
              postgresql_where=text("read_at IS NULL"), sqlite_where=text("read_at IS NULL")),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id", ondelete="CASCADE"))
    kind: Mapped[str] = mapped_column(String(12))
    title: Mapped[str]
    body: Mapped[str] = mapped_column(default="")
    url: Mapped[str]
    actor_id: Mapped[int | None] = mapped_column(ForeignKey("user.id", ondelete="SET NULL"), index=True)
    created_at: Mapped[datetime] = mapped_column(default=now)
    read_at: Mapped[datetime | None]
    shown: Mapped[bool] = mapped_column(default=True)
    """False for what went out by mail alone: the row says that it did."""
    once: Mapped[str | None]
    """What the news is of, where it could be told again."""
