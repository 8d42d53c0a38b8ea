"""The tables of background work."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from core.database import JsonValue, Model, new_uid, now


class Work(Model):
    """Work that a person waits for: its progress, and in the end its result or a file.

    `state` is queued, running, done, failed or cancelled; `file` is a path inside the instance folder;
    `result` is what the job wants to say of its outcome (counts, a link under "url").
    """

    __tablename__ = "work"
    __journal__ = False
    __table_args__ = (Index("ix_work_state_heartbeat", "state", "heartbeat"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    uid: Mapped[str] = mapped_column(String(36), default=new_uid, unique=True)
    user_id: Mapped[int | None] = mapped_column(ForeignKey("user.id", ondelete="CASCADE"), index=True)
    key: Mapped[str]
    title: Mapped[str]
    arguments: Mapped[dict[str, Any]] = mapped_column(JsonValue, default=dict)
    state: Mapped[str] = mapped_column(String(12), default="queued")
    attempts: Mapped[int] = mapped_column(default=0)
    done: Mapped[int] = mapped_column(default=0)
    total: Mapped[int | None]
    message: Mapped[str] = mapped_column(default="")
    result: Mapped[dict[str, Any]] = mapped_column(JsonValue, default=dict)
    file: Mapped[str | None]
    created_at: Mapped[datetime] = mapped_column(default=now, index=True)
    started_at: Mapped[datetime | None]
    finished_at: Mapped[datetime | None]
    heartbeat: Mapped[datetime] = mapped_column(default=now)


class JobTick(Model):
    """The last minute at which a clock job was looked at, so that one worker of many runs it."""

    __tablename__ = "job_tick"
    __journal__ = False

    key: Mapped[str] = mapped_column(primary_key=True)
    at: Mapped[datetime]
