"""The journal's own tables: what was changed together, and each row's change."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from core.database import Model, new_uid, now
from core.journal.encoding import decode_row


class JournalTransaction(Model):
    """Changes that were committed together: who made them, when, through what and why.

    `user_id` is no foreign key: the journal outlives the people in it.
    """

    __tablename__ = "journal_transaction"
    __journal__ = False
    __table_args__ = (Index("ix_journal_transaction_at_id", "at", "id"),
                      Index("ix_journal_transaction_user_id_at_id", "user_id", "at", "id"))

    id: Mapped[int] = mapped_column(primary_key=True)
    uid: Mapped[str] = mapped_column(String(36), default=new_uid, unique=True)
    at: Mapped[datetime] = mapped_column(default=now)
    user_id: Mapped[int | None] = mapped_column()
    via: Mapped[str] = mapped_column(String(20), default="system")
    reason: Mapped[str | None]
    request_id: Mapped[str | None] = mapped_column(String(64))
    undone_by_id: Mapped[int | None] = mapped_column(ForeignKey("journal_transaction.id"))
    undo_of_id: Mapped[int | None] = mapped_column(ForeignKey("journal_transaction.id"))


class JournalChange(Model):
    """One row's change. `before` and `after` hold encoded values by column (see encoding.py).

    An update holds only the columns that changed. `under` and `also_under` name the rows that this one
    belongs to ("contact_email.contact_id=12"), so that a contact's history finds those of its parts.
    """

    __tablename__ = "journal_change"
    __journal__ = False
    __table_args__ = (
        Index("ix_journal_change_row", "table_name", "row_id", "id"),
        Index("ix_journal_change_step", "transaction_id", "id"),
        Index("ix_journal_change_table", "table_name", "transaction_id"),
        Index("ix_journal_change_under", "under", "id",
              postgresql_where=text("under IS NOT NULL"), sqlite_where=text("under IS NOT NULL")),
        Index("ix_journal_change_also_under", "also_under", "id",
              postgresql_where=text("also_under IS NOT NULL"), sqlite_where=text("also_under IS NOT NULL")),
        Index("ix_journal_change_deleted", "table_name", "id",
              postgresql_where=text("op = 'delete'"), sqlite_where=text("op = 'delete'")),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    transaction_id: Mapped[int] = mapped_column(ForeignKey("journal_transaction.id"))
    table_name: Mapped[str]
    row_id: Mapped[str]
    op: Mapped[str] = mapped_column(String(8))
    before: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    after: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    under: Mapped[str | None]
    also_under: Mapped[str | None]

    @property
    def old(self) -> dict[str, Any]:
        """The values that were there, by column."""
        return decode_row(self.before)

    @property
    def new(self) -> dict[str, Any]:
        """The values that came, by column."""
        return decode_row(self.after)
