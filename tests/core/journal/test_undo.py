"""What was done can be taken back, or Eleven says what is in the way."""

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Table, insert, select, text

from core.database import db
from core.journal import (
    JournalChange,
    StillReferencedError,
    UndoConflict,
    acting,
    current_transaction_id,
    delete_rows,
    delete_with_dependents,
    history,
    on_changes,
    record_rows,
    recording,
    restore,
    trash,
    undo,
)
from tests.core.journal.models import Book, Chapter, Genre, Loan, Shelfmark, book_genre

TABLES: tuple[Table, ...] = (Book.__table__, Chapter.__table__, Genre.__table__, book_genre)  # type: ignore[assignment]


def tables() -> dict[str, Any]:
    found = {}
    for table in TABLES:
        columns = [c for c in table.columns if c.name not in ("version", "updated_at")]
        rows = db.session.connection().execute(select(*columns)).all()
        found[table.name] = sorted((tuple(row) for row in rows), key=repr)
    return found


def commit() -> int:
    db.session.flush()
    number = current_transaction_id()
    db.session.commit()
    assert number
    return number


def emma() -> Book:
    return Book(title="Emma", pages=474, price=Decimal("9.95"), bought=date(2024, 2, 29), cover=b"\x00\xff",
                read_at=datetime(2024, 3, 1, 12, tzinfo=UTC), extra={"a": [1, None]},
                chapters=[Chapter(name="I"), Chapter(name="II")], genres=[Genre(name="novel")])


def test_a_deletion_comes_back_whole_and_can_be_redone(app: Flask) -> None:
    book = emma()
    sequel = Book(title="Emma II")
    db.session.add_all([book, sequel])
    db.session.flush()
    sequel.sequel_of_id = book.id
    db.session.add(Shelfmark(book_id=book.id))
    commit()
    before = tables()
    delete_with_dependents(book)
    deleted = commit()
    assert [t["title"] for t in (row._asdict() for row in db.session.execute(select(Book.title)))] == ["Emma II"]
    assert db.session.scalars(select(Shelfmark)).all() == []
    after = tables()

    back = undo(deleted).id
    db.session.commit()
    assert tables() == before
    assert db.session.get_one(Book, 1).version == 2
    again = undo(back).id
    db.session.commit()
    assert tables() == after
    undo(again)
    db.session.commit()
    assert tables() == before
    with pytest.raises(UndoConflict, match="already"):
        undo(deleted)


def test_a_later_change_stands_in_the_way_and_is_named(app: Flask) -> None:
    book = emma()
    db.session.add(book)
    commit()
    book.title, book.pages = "Emma Woodhouse", 475
    renamed = commit()
    with acting(user_id=9, via="web"):
        db.session.get_one(Book, book.id).title = "Miss Woodhouse"
        commit()
    state = tables()
    with pytest.raises(UndoConflict) as caught:
        undo(renamed)
    db.session.commit()
    conflict, = caught.value.changes
    assert (conflict.table, conflict.row_id, conflict.column) == ("jt_book", "1", "title")
    assert (conflict.expected, conflict.found, conflict.changed_by_id) == (
        "Emma Woodhouse", "Miss Woodhouse", 9)
    assert tables() == state


def test_what_others_hung_on_a_new_row_is_not_lost(app: Flask) -> None:
    db.session.add(Book(title="Emma"))
    created = commit()
    db.session.add(Chapter(book_id=1, name="I"))
    commit()
    with pytest.raises(UndoConflict) as caught:
        undo(created)
    assert [(c.table, c.column) for c in caught.value.changes] == [("jt_chapter", "book_id")]
    db.session.rollback()
    assert db.session.scalars(select(Chapter.name)).all() == ["I"]


def test_gone_rows_and_gone_parents_are_conflicts(app: Flask) -> None:
    book = emma()
    db.session.add(book)
    created = commit()
    db.session.delete(db.session.scalars(select(Chapter)).first())
    chapter = commit()
    delete_rows(Book.__table__, [book.id])  # type: ignore[arg-type]
    commit()
    with pytest.raises(UndoConflict):
        undo(chapter)
    with pytest.raises(UndoConflict) as caught:
        undo(created)
    assert {(c.table, c.column, c.found) for c in caught.value.changes} >= {("jt_book", None, "deleted")}
    with pytest.raises(LookupError):
        undo(10**6)


def test_a_row_that_others_need_is_not_deleted(app: Flask) -> None:
    book = emma()
    db.session.add(book)
    db.session.flush()
    db.session.add(Loan(book_id=book.id))
    commit()
    state = tables()
    with pytest.raises(StillReferencedError, match=r"1 row\(s\) of jt_loan"):
        delete_with_dependents(book)
    db.session.commit()
    assert tables() == state


def test_tables_that_no_model_describes_count_too(app: Flask) -> None:
    connection = db.session.connection()
    stamp = "TIMESTAMP WITH TIME ZONE" if connection.dialect.name == "postgresql" else "DATETIME"
    connection.execute(text(
        f"CREATE TABLE old_review (id INTEGER PRIMARY KEY, at {stamp}, stars INTEGER, "
        "book_id INTEGER NOT NULL REFERENCES jt_book(id) ON DELETE CASCADE)"))
    book = emma()
    db.session.add(book)
    db.session.flush()
    connection.execute(text("INSERT INTO old_review VALUES (5, '2024-01-01 10:00:00.000000', 4, :b)"), {"b": book.id})
    commit()
    rows = db.session.execute(text("SELECT * FROM old_review")).all()
    delete_with_dependents(book)
    deleted = commit()
    assert db.session.execute(text("SELECT * FROM old_review")).all() == []
    undo(deleted)
    db.session.commit()
    assert db.session.execute(text("SELECT * FROM old_review")).all() == rows


def test_one_of_many_deleted_rows_comes_back_from_the_trash(app: Flask) -> None:
    for title in ("Emma", "Persuasion", "Sanditon"):
        db.session.add(Book(title=title, chapters=[Chapter(name=title)]))
        db.session.flush()
    commit()
    delete_rows(Book.__table__, [1, 2, 3])  # type: ignore[arg-type]
    commit()
    assert [c.old["title"] for c, _t in trash("jt_book")] == ["Sanditon", "Persuasion", "Emma"]
    restore("jt_book", 2)
    db.session.commit()
    assert db.session.execute(select(Book.title, Chapter.name).join(Chapter)).all() == [("Persuasion", "Persuasion")]
    assert [c.old["title"] for c, _t in trash("jt_book")] == ["Sanditon", "Emma"]
    page = trash("jt_book", limit=1)
    assert [c.old["title"] for c, _t in trash("jt_book", before_id=page[0][0].id)] == ["Emma"]
    with pytest.raises(LookupError):
        restore("jt_book", 2)


def test_the_id_of_a_deleted_row_is_not_given_again(app: Flask) -> None:
    db.session.add(Book(title="Emma"))
    commit()
    delete_rows(Book.__table__, [1])  # type: ignore[arg-type]
    deleted = commit()
    db.session.add(Book(title="Persuasion"))
    commit()
    undo(deleted)
    db.session.commit()
    assert set(db.session.scalars(select(Book.title))) == {"Emma", "Persuasion"}


def test_history_of_a_row_and_of_its_parts(app: Flask) -> None:
    book = emma()
    db.session.add(book)
    commit()
    chapter = book.chapters[0]
    chapter.name = "Volume I"
    book.pages = 500
    commit()
    db.session.delete(chapter)
    commit()
    assert [c.op for c, _t in history("jt_book", book.id)] == ["update", "insert"]
    entries = history("jt_book", book.id, also={"jt_chapter": "book_id", "jt_book_genre": "book_id"})
    assert [(c.table_name, c.op) for c, _t in entries][:3] == [
        ("jt_chapter", "delete"), ("jt_chapter", "update"), ("jt_book", "update")]
    assert {c.table_name for c, _t in entries} == {"jt_book", "jt_chapter", "jt_book_genre"}
    older = history("jt_book", book.id, before_id=entries[1][0].id, limit=1, also={"jt_chapter": "book_id"})
    assert [(c.old, c.new) for c, _t in older] == [({"pages": 474}, {"pages": 500})]
    with pytest.raises(ValueError, match="CASCADE"):
        history("jt_book", 1, also={"jt_loan": "book_id"})


def test_exchanged_unique_values_come_back(app: Flask) -> None:
    old = Genre(name="novel")
    db.session.add(old)
    commit()
    old.name = "satire"
    db.session.add(Genre(name="novel"))
    commit()
    state = tables()
    old.name = "drama"
    db.session.flush()
    db.session.add(Genre(name="satire"))
    swapped = commit()
    undo(swapped)
    db.session.commit()
    assert tables() == state


def test_statements_past_the_orm_are_undone_too_and_the_index_is_told(app: Flask) -> None:
    told: list[Any] = []
    on_changes(told.extend)
    try:
        rows = [{"id": n, "name": f"genre {n}"} for n in range(1, 1200)]
        db.session.connection().execute(insert(Genre.__table__), rows)  # type: ignore[arg-type]
        record_rows(db.session(), Genre.__table__, "insert", rows)  # type: ignore[arg-type]
        made = commit()
        assert told[0] == ("jt_genre", 1, "insert", ())
        told.clear()
        undo(made)
        db.session.commit()
        assert len(told) == 1199
        assert db.session.scalars(select(Genre)).all() == []
    finally:
        recording._listeners.clear()


texts = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=8)
numbers = st.integers(1, 5)
# Decimal("1.23456") is stored as 1.2346: undo must not take the database's rounding for somebody's change
fields = st.fixed_dictionaries({}, optional={
    "title": texts, "pages": st.none() | st.integers(0, 9), "lent": st.booleans(),
    "price": st.none() | st.decimals(-999, 999, places=5), "bought": st.none() | st.dates(date(1900, 1, 1)),
    "read_at": st.none() | st.datetimes(datetime(1900, 1, 1), timezones=st.just(UTC)),  # noqa: DTZ001
    "cover": st.none() | st.binary(max_size=4), "extra": st.dictionaries(texts, st.integers() | st.none(), max_size=2)})
steps = st.one_of(
    st.tuples(st.just("create"), fields, st.lists(texts, max_size=2)),
    st.tuples(st.just("update"), numbers, fields),
    st.tuples(st.just("genres"), numbers, st.sets(numbers)),
    st.tuples(st.just("sequel"), numbers, st.none() | numbers),
    st.tuples(st.just("chapter"), numbers, texts),
    st.tuples(st.just("drop chapters"), numbers),
    st.tuples(st.just("delete"), numbers),
    st.tuples(st.just("reread")),
)


def nth(number: int) -> Book | None:
    books = db.session.scalars(select(Book).order_by(Book.id)).all()
    return books[number % len(books)] if books else None


def carry_out(step: tuple[Any, ...]) -> None:
    match step:
        case "create", values, chapters:
            db.session.add(Book(**{"title": ""} | values, chapters=[Chapter(name=name) for name in chapters]))
        case "reread",:
            db.session.flush()
            db.session.expire_all()
        case what, number, *rest:
            book = nth(number)
            if book is None:
                return
            match what, *rest:
                case "update", values:
                    for name, value in values.items():
                        setattr(book, name, value)
                case "genres", chosen:
                    book.genres = [db.session.get_one(Genre, n) for n in sorted(chosen)]
                case "sequel", other:
                    first = nth(other) if other else None
                    book.sequel_of_id = first.id if first else None
                case "chapter", name:
                    book.chapters.append(Chapter(name=name))
                case ["drop chapters"]:
                    book.chapters.clear()
                case ["delete"]:
                    delete_with_dependents(book)
    db.session.flush()


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.lists(steps, min_size=1, max_size=4), max_size=5))
def test_anything_undone_in_reverse_gives_back_the_same_tables(app: Flask, story: list[list[Any]]) -> None:
    db.session.rollback()
    if not db.session.get(Genre, 1):
        db.session.add_all([Genre(id=n, name=str(n)) for n in range(1, 6)])
        db.session.commit()
    states, numbers_ = [tables()], []
    for transaction in story:
        for step in transaction:
            carry_out(step)
        number = current_transaction_id()
        db.session.commit()
        if number:
            numbers_.append(number)
            states.append(tables())
    for index in reversed(range(len(numbers_))):
        back = undo(numbers_[index]).id
        db.session.commit()
        assert tables() == states[index]
        again = undo(back).id
        db.session.commit()
        assert tables() == states[index + 1]
        undo(again)
        db.session.commit()
        assert tables() == states[index]
    assert db.session.scalars(select(JournalChange.id).limit(1)).all() or not numbers_
