"""Every change is written down, with who made it, in few statements."""

from collections.abc import Iterator
from contextlib import contextmanager

from flask import Flask
from sqlalchemy import event, select

from core.database import db
from core.journal import JournalChange, JournalTransaction, acting, current_transaction_id, one_step
from core.journal.encoding import decode_row
from tests.core.journal.models import Book, Chapter, Genre, Shelfmark


@contextmanager
def statements() -> Iterator[list[str]]:
    found: list[str] = []

    def note(_c: object, _cursor: object, statement: str, *_rest: object) -> None:
        found.append(statement)

    event.listen(db.engine, "before_cursor_execute", note)
    try:
        yield found
    finally:
        event.remove(db.engine, "before_cursor_execute", note)


def changes() -> list[tuple[str, str, str]]:
    rows = db.session.execute(
        select(JournalChange.table_name, JournalChange.row_id, JournalChange.op).order_by(JournalChange.id))
    return [tuple(row) for row in rows]


def test_creating_costs_two_statements_more(app: Flask) -> None:
    with acting(7, "web", "why not"), statements() as found:
        db.session.add(Book(title="Emma", chapters=[Chapter(name="I"), Chapter(name="II")]))
        db.session.commit()
    journal = [s for s in found if "journal" in s]
    assert len(journal) == 2, found
    transaction = db.session.scalars(select(JournalTransaction)).one()
    assert (transaction.user_id, transaction.via, transaction.reason) == (7, "web", "why not")
    assert changes() == [("jt_book", "1", "insert"), ("jt_chapter", "1", "insert"), ("jt_chapter", "2", "insert")]
    whole = decode_row(db.session.scalars(select(JournalChange).order_by(JournalChange.id)).first().after)
    assert whole["title"] == "Emma"
    assert whole["shop"] == "corner"
    assert whole["pages"] is None
    assert whole["lent"] is False


def test_an_update_keeps_what_was_there_even_if_it_was_not_read(app: Flask) -> None:
    book = Book(title="Emma", extra={"a": 1})
    db.session.add(book)
    db.session.commit()
    book.title = "Persuasion"
    db.session.commit()
    last = db.session.scalars(select(JournalChange).order_by(JournalChange.id.desc())).first()
    assert (last.before, last.after) == ({"title": "Emma"}, {"title": "Persuasion"})
    book.title = "Persuasion"
    book.lent = False
    db.session.commit()
    assert len(changes()) == 2
    book.pages = Book.version + 40
    db.session.commit()
    last = db.session.scalars(select(JournalChange).order_by(JournalChange.id.desc())).first()
    assert last.before == {"pages": None}
    assert last.after["pages"] > 40


def test_deletions_links_and_orphans_are_written_down(app: Flask) -> None:
    novel, satire = Genre(name="novel"), Genre(name="satire")
    book = Book(title="Emma", chapters=[Chapter(name="I")], genres=[novel])
    db.session.add_all([book, satire])
    db.session.commit()
    assert ("jt_book_genre", f"{book.id},{novel.id}", "insert") in changes()
    before = len(changes())
    book.genres = [satire]
    book.chapters = []
    db.session.commit()
    assert sorted(changes()[before:]) == [
        ("jt_book_genre", f"{book.id},{novel.id}", "delete"), ("jt_book_genre", f"{book.id},{satire.id}", "insert"),
        ("jt_chapter", "1", "delete")]
    before = len(changes())
    db.session.delete(book)
    db.session.commit()
    assert changes()[before:] == [("jt_book_genre", "1,2", "delete"), ("jt_book", "1", "delete")]


def test_a_savepoint_rolled_back_takes_its_journal_along(app: Flask) -> None:
    savepoint = db.session.begin_nested()
    db.session.add(Book(title="never"))
    db.session.flush()
    assert current_transaction_id()
    savepoint.rollback()
    assert current_transaction_id() is None
    db.session.add(Book(title="Emma"))
    db.session.flush()
    first = current_transaction_id()
    with db.session.begin_nested():
        db.session.add(Book(title="Persuasion"))
    assert current_transaction_id() == first
    savepoint = db.session.begin_nested()
    db.session.add(Book(title="neither"))
    db.session.flush()
    savepoint.rollback()
    db.session.commit()
    assert current_transaction_id() is None
    assert len(db.session.scalars(select(JournalTransaction)).all()) == 1
    assert len(changes()) == 2


def test_several_transactions_can_be_one_step(app: Flask) -> None:
    with one_step() as step:
        for title in ("Emma", "Persuasion"):
            db.session.add(Book(title=title))
            db.session.commit()
        db.session.add(Book(title="never"))
        db.session.flush()
        db.session.rollback()
    assert {c.transaction_id for c in db.session.scalars(select(JournalChange))} == {step.id}
    db.session.add(Book(title="later"))
    db.session.commit()
    assert len(db.session.scalars(select(JournalTransaction)).all()) == 2


def test_machinery_is_left_out(app: Flask) -> None:
    book = Book(title="Emma")
    db.session.add(book)
    db.session.flush()
    db.session.add(Shelfmark(book_id=book.id))
    db.session.commit()
    assert [table for table, _id, _op in changes()] == ["jt_book"]
