"""Many contacts changed at once, within reach, in one step that can be undone."""

import pytest
from sqlalchemy import func, select

from core.contacts import Contact
from core.database import db
from core.jobs import Work, run_pending
from core.journal import undo
from core.records import bulk
from core.testing import factories
from tests.core.records.browsing import Browser


@pytest.fixture
def browser(client):
    return Browser(client)


def ids(*contacts):
    return [str(contact.id) for contact in contacts]


def statuses():
    return dict(db.session.execute(select(Contact.name, Contact.status)).all())


def test_the_chosen_rows_get_a_value_and_one_undo_takes_it_back(app, browser):
    one, two, _three = (factories.contact(name, status="prospect") for name in ("One", "Two", "Three"))
    asked = browser.post("/contacts/bulk", {"ids": ids(one, two), "action": "edit"})
    assert '<option value="status">' in asked.text
    form = browser.post("/contacts/bulk", {"ids": ids(one, two), "action": "edit", "apply": "1", "fields": "status",
                                           "more": "1"})
    assert 'name="set-status"' in form.text
    answer = browser.post("/contacts/bulk", {"ids": ids(one, two), "action": "edit", "apply": "1",
                                             "set-status": "client"}, follow_redirects=True)
    assert "2 changed." in answer.text
    assert statuses() == {"One": "client", "Two": "client", "Three": "prospect"}
    url = answer.text.split('action="/undo/')[1].split('"')[0]
    browser.post(f"/undo/{url}")
    assert set(statuses().values()) == {"prospect"}


def test_all_that_match_are_changed_and_a_field_can_be_emptied(app, browser):
    for number in range(3):
        factories.contact(f"C{number}", status="client", about="x")
    factories.contact("Other", about="x")
    browser.post("/contacts/bulk", {"all": "1", "f.status.is": "client", "action": "edit", "apply": "1",
                                    "clear.set-about": "1"})
    assert db.session.scalar(select(func.count()).where(Contact.about == "")) == 3


def test_one_field_after_another_is_chosen_and_what_was_typed_stays(app, browser):
    one = factories.contact("One", about="x", source="website")
    sent = {"ids": ids(one), "action": "edit", "apply": "1", "more": "1", "fields": ["status", "source", "about"],
            "set-status": "client", "clear.set-source": "1"}
    page = browser.post("/contacts/bulk", sent).text
    assert '<option value="client" selected' in page
    assert 'name="clear.set-source" value="1" checked' in page
    assert 'name="set-about"' in page
    assert '<option value="status">' not in page
    assert statuses() == {"One": "prospect"}
    del sent["more"]
    browser.post("/contacts/bulk", sent)
    found = db.session.get(Contact, one.id)
    assert (found.status, found.source, found.about) == ("client", None, "x")


def test_what_is_one_records_own_is_not_given_to_many(app, browser):
    one = factories.contact("One", tax_number="DE136695976")
    page = browser.post("/contacts/bulk", {"ids": ids(one), "action": "edit"}).text
    for name in ("name", "tax_number", "birthday", "given_name", "registry_number"):
        assert f'<option value="{name}">' not in page
    answer = browser.post("/contacts/bulk", {"ids": ids(one), "action": "edit", "apply": "1", "set-name": "Other",
                                             "clear.set-tax_number": "1", "clear.set-status": "1"})
    assert answer.status_code == 422
    assert (one.name, one.tax_number, one.status) == ("One", "DE136695976", "prospect")


def test_what_cannot_be_is_said_beside_the_field(app, browser):
    one = factories.contact("One")
    answer = browser.post("/contacts/bulk", {"ids": ids(one), "action": "edit", "apply": "1", "set-status": "wizard"})
    assert answer.status_code == 422
    assert "is not in the list" in answer.text
    answer = browser.post("/contacts/bulk", {"ids": ids(one), "action": "edit", "apply": "1"})
    assert answer.status_code == 422


def test_what_is_out_of_reach_is_counted_and_stays(app, sign_in):
    seller = factories.user("Sel Ler", contact__view="all", contact__edit="own", contact__delete="own")
    own, other = factories.contact("Own", owner=seller.id), factories.contact("Other")
    browser = Browser(sign_in(seller))
    answer = browser.post("/contacts/bulk", {"ids": ids(own, other), "action": "edit", "apply": "1",
                                             "set-status": "client"}, follow_redirects=True)
    assert "1 changed. 1 was out of your reach." in answer.text
    assert statuses() == {"Own": "client", "Other": "prospect"}
    answer = browser.post("/contacts/bulk", {"ids": ids(own, other), "action": "delete"}, follow_redirects=True)
    assert "1 deleted. 1 was out of your reach." in answer.text
    assert list(statuses()) == ["Other"]
    reader = factories.user("Rea Der", contact__view="all")
    assert Browser(sign_in(reader)).post("/contacts/bulk", {"ids": ids(other), "action": "edit"}).status_code == 403


def test_a_new_owner_hears_of_it_once(app, browser, monkeypatch):
    told = []
    monkeypatch.setattr("core.records.assigning.notify", lambda *a, **k: told.append((a, k)))
    seller = factories.user("Sel Ler", contact__view="own")
    contacts = [factories.contact(f"C{number}") for number in range(3)]
    browser.post("/contacts/bulk", {"ids": ids(*contacts), "action": "assign", "apply": "1",
                                    "set-owner": str(seller.id)})
    assert {c.owner_id for c in db.session.scalars(select(Contact))} == {seller.id}
    assert [a[0][:2] for a in told] == [(seller.id, "assigned")]
    assert "3 records" in told[0][0][2]


def test_many_are_changed_in_the_background_as_one_step(app, browser, monkeypatch):
    for name in ("core.records.bulk.PIECE", "core.records.views_bulk.PIECE"):
        monkeypatch.setattr(name, 2)
    for number in range(5):
        factories.contact(f"C{number}", status="prospect")
    answer = browser.post("/contacts/bulk", {"all": "1", "action": "edit", "apply": "1", "set-status": "client"})
    assert answer.status_code == 302
    run_pending(app)
    work = db.session.scalars(select(Work)).one()
    assert (work.state, work.done, work.message) == ("done", 5, "5 changed.")
    assert set(statuses().values()) == {"client"}
    undo(work.result["transaction_id"])
    db.session.commit()
    assert set(statuses().values()) == {"prospect"}


def test_many_are_deleted_only_when_asked_twice(app, browser, monkeypatch):
    for name in ("core.records.bulk.PIECE", "core.records.views_bulk.PIECE"):
        monkeypatch.setattr(name, 2)
    for number in range(3):
        factories.contact(f"C{number}")
    question = browser.post("/contacts/bulk", {"all": "1", "action": "delete"})
    assert "Delete 3 records?" in question.text
    browser.post("/contacts/bulk", {"all": "1", "action": "delete", "confirmed": "1"})
    run_pending(app)
    assert db.session.scalar(select(func.count()).select_from(Contact)) == 0


def test_a_record_that_a_rule_keeps_does_not_stop_the_others(app, admin):
    person = factories.contact("Ivan", kind="person")
    company = factories.contact("Helios")
    from core.contacts import contacts
    tally = bulk.Tally()
    values = bulk.validated(contacts, {"given_name": "Pjotr"}, admin)
    bulk.change(contacts, [person.id, company.id], values, admin, tally)
    db.session.commit()
    assert (tally.changed, len(tally.kept)) == (1, 1)
    assert db.session.get(Contact, company.id).given_name == ""


def test_a_change_of_nothing_says_so_and_names_what_was_kept(app, browser):
    part = factories.contact("Part")
    answer = browser.post("/contacts/bulk", {"ids": ids(part), "action": "edit", "apply": "1",
                                             "set-parent": str(part.id)}, follow_redirects=True)
    assert "Nothing was changed. 1 was kept: Part: " in answer.text
    assert "toast-warning" in answer.text
    asked = browser.post("/contacts/bulk", {"ids": ids(part), "action": "edit", "fields": ["about", "status"]})
    assert "Empty it: About" in asked.text
    assert "Empty it: Status" not in asked.text
