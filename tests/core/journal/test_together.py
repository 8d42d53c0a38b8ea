"""While something is undone or deleted, others save: nothing that they were told is saved gets lost."""

import sqlite3
import threading
from typing import Any

import psycopg
import pytest
from flask import Flask
from sqlalchemy import select, text

from core.database import db
from core.journal import current_transaction_id, delete_rows, deleting, trash, undo, undoing
from tests.core.journal.models import Book, Chapter

SAVE = "UPDATE jt_book SET pages = 7 WHERE id = 1"
HANG_ON = "INSERT INTO jt_chapter (id, book_id, name) VALUES (99, 1, 'XCIX')"


def waits(statement: str) -> bool:
    """Whether somebody else who sends a statement now has to wait."""
    other = db.engine.raw_connection()
    cursor = other.cursor()
    cursor.execute("PRAGMA busy_timeout=100" if db.engine.dialect.name == "sqlite" else "SET lock_timeout='300ms'")
    try:
        cursor.execute(statement)
    except (sqlite3.OperationalError, psycopg.errors.LockNotAvailable):
        return True
    finally:
        other.rollback()
        other.invalidate()
    return False


def try_before(monkeypatch: pytest.MonkeyPatch, owner: Any, name: str, *statements: str) -> list[bool]:
    """Let somebody else try statements when all is read and nothing is written yet."""
    original, seen = getattr(owner, name), []

    def late(*arguments: Any) -> Any:
        seen.extend(waits(statement) for statement in statements)
        return original(*arguments)
    monkeypatch.setattr(owner, name, late)
    return seen


def book() -> Book:
    found = Book(title="Emma", pages=474, chapters=[Chapter(name="I")])
    db.session.add(found)
    return found


def commit() -> int:
    db.session.flush()
    number = current_transaction_id()
    db.session.commit()
    assert number
    return number


def test_who_saves_waits_until_an_undo_is_through(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    emma = book()
    commit()
    emma.pages = 500
    changed = commit()
    seen = try_before(monkeypatch, undoing, "_set_back", SAVE)
    undo(changed)
    assert seen == [True]


def test_nothing_is_hung_on_a_row_whose_creation_is_being_undone(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    book()
    created = commit()
    seen = try_before(monkeypatch, undoing, "_remove", HANG_ON)
    undo(created)
    assert seen == [True, True]  # before the chapter goes and before the book does


def test_who_saves_waits_until_a_deletion_is_through(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    book()
    commit()
    seen = try_before(monkeypatch, deleting.Plan, "carry_out", SAVE, HANG_ON, "UPDATE jt_chapter SET name = 'II'")
    delete_rows(Book.__table__, [1])  # type: ignore[arg-type]
    assert seen == [True, True, True]


def test_the_trash_keeps_what_was_saved_while_the_deletion_waited(app: Flask) -> None:
    book()
    commit()

    def throw_away() -> None:
        with app.app_context():
            delete_rows(Book.__table__, [1])  # type: ignore[arg-type]
            db.session.commit()
            db.session.remove()

    thread = threading.Thread(target=throw_away)
    with db.engine.connect() as other:
        other.execute(text(SAVE))
        thread.start()
        thread.join(1)
        assert thread.is_alive()
        other.commit()
    thread.join(20)
    assert [change.old["pages"] for change, _step in trash("jt_book")] == [7]
    assert db.session.scalars(select(Book)).all() == []
