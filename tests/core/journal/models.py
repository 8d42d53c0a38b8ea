"""Tables that exist for these tests alone: a shelf of books, with chapters and genres."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import Column, ForeignKey, Numeric, Table
from sqlalchemy.orm import Mapped, mapped_column, relationship

from core.database import JsonValue, Model, Record, metadata, registry_of

book_genre = Table(
    "jt_book_genre", metadata,
    Column("book_id", ForeignKey("jt_book.id", ondelete="CASCADE"), primary_key=True),
    Column("genre_id", ForeignKey("jt_genre.id", ondelete="CASCADE"), primary_key=True))


class Genre(Model):
    __tablename__ = "jt_genre"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(unique=True)


class Book(Record, Model):
    __tablename__ = "jt_book"
    title: Mapped[str]
    pages: Mapped[int | None]
    price: Mapped[Decimal | None] = mapped_column(Numeric(12, 4))
    bought: Mapped[date | None]
    read_at: Mapped[datetime | None]
    cover: Mapped[bytes | None]
    lent: Mapped[bool] = mapped_column(default=False)
    extra: Mapped[dict[str, Any]] = mapped_column(JsonValue, default=dict)
    shop: Mapped[str] = mapped_column(server_default="corner")
    sequel_of_id: Mapped[int | None] = mapped_column(ForeignKey("jt_book.id", ondelete="SET NULL"))

    chapters: Mapped[list["Chapter"]] = relationship(cascade="all, delete-orphan", passive_deletes=True)
    genres: Mapped[list[Genre]] = relationship(secondary=book_genre)


class Chapter(Model):
    __tablename__ = "jt_chapter"
    id: Mapped[int] = mapped_column(primary_key=True)
    book_id: Mapped[int] = mapped_column(ForeignKey("jt_book.id", ondelete="CASCADE"), index=True)
    name: Mapped[str]


class Loan(Model):
    """A table that points to books and that nothing may take away from under it."""

    __tablename__ = "jt_loan"
    id: Mapped[int] = mapped_column(primary_key=True)
    book_id: Mapped[int] = mapped_column(ForeignKey("jt_book.id"))


class Shelfmark(Model):
    __tablename__ = "jt_shelfmark"
    __journal__ = False
    id: Mapped[int] = mapped_column(primary_key=True)
    book_id: Mapped[int] = mapped_column(ForeignKey("jt_book.id", ondelete="CASCADE"))


SHELF = [table for table in metadata.sorted_tables if table.name.startswith("jt_")]


@contextmanager
def standing() -> Iterator[None]:
    """Let the shelf be in the shared MetaData for a while: every other test would take it for core's."""
    for table in SHELF:
        metadata._add_table(table.name, None, table)
    try:
        yield
    finally:
        _clear()


def _clear() -> None:
    for table in SHELF:
        metadata.remove(table)


registry_of("tests").configure()
_clear()
