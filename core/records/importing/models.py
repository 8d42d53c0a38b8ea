"""The tables of imports: each one's file and course, and the columns that a user has mapped before."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from core.database import JsonValue, Model, new_uid, now


class RecordImport(Model):
    """One import from the file that was handed in to its end.

    `state` is new, checked, running or done. `columns` are addresses by the column's index as text.
    `position` is the last row that is settled in a `round`: a run that broke off goes on behind it, in the
    same step of the journal (`transaction_id`).
    """

    __tablename__ = "record_import"
    __journal__ = False

    id: Mapped[int] = mapped_column(primary_key=True)
    uid: Mapped[str] = mapped_column(String(36), default=new_uid, unique=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id", ondelete="CASCADE"), index=True)
    type: Mapped[str]
    file_name: Mapped[str]
    encoding: Mapped[str] = mapped_column(String(20), default="utf-8")
    delimiter: Mapped[str] = mapped_column(String(1), default=",")
    header: Mapped[int] = mapped_column(default=1)
    columns: Mapped[dict[str, Any]] = mapped_column(JsonValue, default=dict)
    key: Mapped[str] = mapped_column(default="")
    mode: Mapped[str] = mapped_column(String(8), default="create")
    state: Mapped[str] = mapped_column(String(8), default="new")
    rows: Mapped[int] = mapped_column(default=0)
    counts: Mapped[dict[str, Any]] = mapped_column(JsonValue, default=dict)
    round: Mapped[int] = mapped_column(default=0)
    position: Mapped[int] = mapped_column(default=0)
    transaction_id: Mapped[int | None]
    work_uid: Mapped[str | None] = mapped_column(String(36))
    created_at: Mapped[datetime] = mapped_column(default=now, index=True)


class ImportColumns(Model):
    """How a user mapped the columns of a file with the same headers."""

    __tablename__ = "record_import_columns"
    __journal__ = False
    __table_args__ = (UniqueConstraint("user_id", "type", "headers"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id", ondelete="CASCADE"), index=True)
    type: Mapped[str]
    headers: Mapped[str] = mapped_column(String(64))
    columns: Mapped[dict[str, Any]] = mapped_column(JsonValue, default=dict)
    key: Mapped[str] = mapped_column(default="")
    mode: Mapped[str] = mapped_column(String(8), default="create")
