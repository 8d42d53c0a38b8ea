"""Whoever follows events hears of what an undo does, as of what people do."""

from sqlalchemy import func, select

from core.contacts import contacts
from core.database import db
from core.events import Event
from core.journal import current_transaction_id, restore, undo
from core.records import operations, undone
from core.testing import factories


def commit():
    db.session.flush()
    number = current_transaction_id()
    db.session.commit()
    return number


def told_by(act):
    """The contacts' events that an act brings about: name and payload."""
    last = db.session.scalar(select(func.max(Event.id))) or 0
    done = act()
    db.session.commit()
    found = db.session.execute(select(Event.name, Event.payload).where(
        Event.id > last, Event.name.startswith("contact.")).order_by(Event.id)).all()
    return [tuple(event) for event in found], done


def test_a_record_that_comes_back_is_told_of_and_so_is_its_going(app, admin):
    helios = factories.contact("Helios", emails=[{"address": "info@helios.example"}, {"address": "b@helios.example"}])
    maria = factories.contact("Maria", kind="person", employers=[{"organization": helios.id, "role": "CEO"}])
    operations.delete(contacts, helios, admin)
    commit()
    number = helios.id
    told, step = told_by(lambda: restore("contact", number))
    assert told == [("contact.created", {"id": number}),
                    ("contact.updated", {"id": maria.id, "fields": ["employers"]})]
    told, _step = told_by(lambda: undo(step.id))
    assert ("contact.deleted", {"id": number}) in told


def test_a_change_that_is_taken_back_names_its_fields(app, admin):
    helios = factories.contact("Helios", status="prospect")
    operations.update(contacts, helios, {"status": "client", "phones": [{"number": "+7 916 123-45-67"}]}, admin)
    step = commit()
    told, _step = told_by(lambda: undo(step))
    assert told == [("contact.updated", {"id": helios.id, "fields": ["phone", "phones", "status"]})]


def test_each_of_many_is_told_of_once(app, admin, monkeypatch):
    monkeypatch.setattr(undone, "PIECE", 2)
    made = [operations.create(contacts, {"name": f"C{number}", "kind": "organization"}, admin) for number in range(5)]
    step = commit()
    numbers = [contact.id for contact in made]
    told, _step = told_by(lambda: undo(step))
    assert sorted((name, payload["id"]) for name, payload in told) == [("contact.deleted", n) for n in numbers]
