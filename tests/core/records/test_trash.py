"""What was deleted can be seen by those who could have seen it, and comes back whole."""

import re

import pytest
from sqlalchemy import select

from core.contacts import Contact, contacts
from core.database import db
from core.journal import acting, current_transaction_id, delete_with_dependents, restore, undo
from core.records import notes, operations, record_type
from core.testing import factories
from core.users import Team
from tests.core.records.browsing import Browser


@pytest.fixture
def browser(client):
    return Browser(client)


def throw_away(contact, by):
    with acting(by.id, "web"):
        operations.delete(contacts, contact, by)
        db.session.commit()


def test_a_deleted_contact_comes_back_with_its_parts(app, browser, admin):
    helios = factories.contact("Helios", emails=[{"address": "info@helios.example"}])
    number = helios.id
    throw_away(helios, admin)
    page = browser.get("/contacts/trash")
    assert "Helios" in page.text
    assert "Ada Admin" in page.text
    answer = browser.post(f"/contacts/trash/restore?ids={number}", follow_redirects=True)
    assert "1 restored." in answer.text
    assert db.session.get(Contact, number).emails[0].address == "info@helios.example"
    assert "The trash is empty" in browser.get("/contacts/trash").text
    assert browser.post(f"/contacts/trash/restore?ids={number}").status_code == 404


def test_one_of_many_comes_back_alone(app, browser):
    made = [str(factories.contact(f"C{number}").id) for number in range(3)]
    browser.post("/contacts/bulk", {"ids": made, "action": "delete"})
    browser.post("/contacts/trash/restore", {"ids": made[1:2]})
    assert db.session.scalars(select(Contact.name)).all() == ["C1"]
    browser.post("/contacts/trash/restore", {"ids": [made[0], made[2]]})
    assert sorted(db.session.scalars(select(Contact.name))) == ["C0", "C1", "C2"]


def test_all_of_a_step_come_back_at_once_and_go_again(app, browser):
    made = [str(factories.contact(f"C{number}", emails=[{"address": f"c{number}@example.com"}]).id)
            for number in range(4)]
    alone = str(factories.contact("Alone").id)
    browser.post("/contacts/bulk", {"ids": made, "action": "delete"})
    browser.post("/contacts/bulk", {"ids": [alone], "action": "delete"})
    browser.post("/contacts/trash/restore", {"ids": made[:1]})
    page = browser.get("/contacts/trash").text
    assert "3 records were deleted in one step" in page
    (url,) = re.findall(r'action="([^"]*/trash/steps/[^"]*)">.*?Restore all 3<', page, re.S)
    answer = browser.post(url, follow_redirects=True)
    assert "3 restored." in answer.text
    assert sorted(db.session.scalars(select(Contact.name))) == ["C0", "C1", "C2", "C3"]
    assert db.session.get(Contact, int(made[2])).emails[0].address == "c2@example.com"
    assert browser.post(url).status_code == 404
    assert browser.post("/contacts/trash/steps/99999999999/restore").status_code == 404
    undo = re.findall(r'class="toast .*?action="(/undo/\d+)"', answer.text, re.S)
    browser.post(undo[0])
    assert db.session.scalars(select(Contact.name)).all() == ["C0"]


def test_of_a_step_only_what_is_within_reach_comes_back(app, browser, sign_in):
    seller = factories.user("Sel Ler", contact__view="own", contact__delete="own")
    made = [factories.contact(name, **data).id for name, data in (
        ("Own", {"owner": seller.id}), ("Mine", {"owner": seller.id}), ("Else", {}))]
    browser.post("/contacts/bulk", {"ids": [str(number) for number in made], "action": "delete"})
    theirs = Browser(sign_in(seller))
    page = theirs.get("/contacts/trash").text
    url = re.search(r'action="([^"]*/trash/steps/[^"]*)">.*?Restore all 2<', page, re.S)[1]
    theirs.post(url)
    assert sorted(db.session.scalars(select(Contact.name))) == ["Mine", "Own"]


def test_only_what_a_person_could_have_seen_is_there(app, admin, sign_in):
    sales, below = factories.team("Sales"), None
    below = factories.team("North", sales)
    seller = factories.user("Sel Ler", team=sales, contact__view="own", contact__delete="own")
    leader = factories.user("Lea Der", team=sales, contact__view="subtree", contact__delete="subtree")
    reader = factories.user("Rea Der", team=sales, contact__view="all")
    for name, data in (("Own", {"owner": seller.id, "team": sales.id}), ("North", {"team": below.id}), ("Else", {})):
        throw_away(factories.contact(name, **data), admin)
    def seen(person):
        page = Browser(sign_in(person)).get("/contacts/trash")
        return [name for name in ("Own", "North", "Else") if f">{name}<" in page.text or f"{name}\n" in page.text] \
            if page.status_code == 200 else page.status_code
    assert seen(admin) == ["Own", "North", "Else"]
    assert seen(seller) == ["Own"]
    assert seen(leader) == ["Own", "North"]
    assert seen(reader) == 403
    gone = db.session.execute(select(Contact.id)).all()
    assert gone == []
    from core.journal import trash
    (other,) = [c.row_id for c, _t in trash("contact") if c.old["name"] == "Else"]
    assert Browser(sign_in(seller)).post("/contacts/trash/restore", {"ids": [other]}).status_code == 404


def test_only_its_own_notes_come_back_with_a_record(app, admin):
    helios = factories.contact("Helios")
    team = Team(id=helios.id, name="South")
    db.session.add(team)
    db.session.flush()
    for kind, record in (("contact", helios), ("team", team)):
        notes.add(record_type(kind), record, f"on the {kind}", admin)
    db.session.commit()
    number = helios.id
    for record in (helios, team):
        delete_with_dependents(record)
    db.session.commit()
    restore("contact", number)
    db.session.commit()
    assert db.session.scalars(select(notes.Note.text)).all() == ["on the contact"]
    restore("team", number)
    db.session.commit()
    assert set(db.session.scalars(select(notes.Note.text))) == {"on the contact", "on the team"}


def test_who_worked_at_a_deleted_company_has_a_new_version_and_so_after_its_return(app, client, admin):
    helios = factories.contact("Helios")
    maria = factories.contact("Maria", kind="person", employers=[{"organization": helios.id, "role": "CEO"}])
    url, versions = f"/api/v1/contacts/{maria.id}", []

    def read(employers):
        known = {"If-None-Match": versions[-1]} if versions else {}
        answer = client.get(url, headers=known)
        assert (answer.status_code, len(answer.json["employers"])) == (200, employers)
        versions.append(answer.headers["ETag"])
        return answer.json["updated_at"]

    before = read(1)
    with acting(admin.id, "web"):
        operations.delete(contacts, helios, admin)
        step = current_transaction_id()
        db.session.commit()
    assert read(0) > before
    undo(step)
    db.session.commit()
    read(1)
    assert len(set(versions)) == 3
