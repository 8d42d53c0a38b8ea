"""What undo and restore bring back is found again, and what they take away is not."""

from core.database import db
from core.journal import current_transaction_id, undo
from core.records import operations, record_type
from core.testing import factories
from tests.core.records.test_search import listed


def step(act, *arguments):
    """Do something in a transaction of its own; returns its number in the journal."""
    act(*arguments)
    db.session.flush()
    number = current_transaction_id()
    db.session.commit()
    return number


def take_back(number):
    undo(number)
    db.session.commit()
    db.session.expire_all()


def test_the_index_follows_undo(app, admin):
    kind = record_type("contact")
    contact = factories.contact("Helios", emails=[{"address": "info@sun.example"}])
    edited = step(operations.update, kind, contact,
                  {"name": "Selene", "emails": [{"address": "info@moon.example"}]}, admin)
    assert (listed("sun"), listed("moon"), listed("selene")) == ([], ["Selene"], ["Selene"])
    take_back(edited)
    assert (listed("sun"), listed("moon"), listed("selene")) == (["Helios"], [], [])
    deleted = step(operations.delete, kind, contact, admin)
    assert listed("helios") == []
    take_back(deleted)
    assert (listed("helios"), listed("sun")) == (["Helios"], ["Helios"])


def test_the_index_follows_the_undo_of_many(app, admin):
    kind = record_type("contact")
    contacts = [factories.contact(f"Helios {number}") for number in range(3)]
    deleted = step(lambda: [operations.delete(kind, contact, admin) for contact in contacts])
    assert listed("helios") == []
    take_back(deleted)
    assert listed("helios") == ["Helios 2", "Helios 1", "Helios 0"]
