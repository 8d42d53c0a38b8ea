"""The history of a record: who changed what, and how one old value, one record or the whole step comes back."""

import re

from core.contacts import Contact
from core.database import db
from core.testing import factories


def change(client, contact, name, value):
    answer = client.post(f"/contacts/{contact}/fields/{name}", data={name: value, "_fields": name})
    assert answer.status_code == 302, answer.text


def ways(page, name="Restore the old value of"):
    """The forms of a page by what their button says: (address, version)."""
    forms = re.findall(r'<form method="post" action="([^"]+/history/[^"]+)">(.*?)</form>', page.text, re.S)
    return [(url, re.search(r'name="version" value="(\d+)"', inner)) for url, inner in forms if name in inner]


def restore(client, page, field, **options):
    (url, version), = ways(page, f"Restore the old value of {field}")
    return client.post(url, data={"version": version[1]}, **options)


def contact_now(number):
    return db.session.get(Contact, number, populate_existing=True)


def test_an_old_value_comes_back_and_the_rest_stays(app, client):
    number = factories.contact("Helios", about="old", status="prospect").id
    change(client, number, "about", "new")
    change(client, number, "status", "client")
    page = client.get(f"/contacts/{number}/history")
    answer = restore(client, page, "About", follow_redirects=True)
    assert "Restored." in answer.text
    assert (contact_now(number).about, contact_now(number).status) == ("old", "client")
    undo = re.findall(r'class="toast .*?action="(/undo/\d+)"', answer.text, re.S)
    client.post(undo[0])
    assert contact_now(number).about == "new"


def test_what_stands_already_is_not_offered(app, client):
    number = factories.contact("Helios", about="old").id
    for text in ("new", "old"):
        change(client, number, "about", text)
    page = client.get(f"/contacts/{number}/history")
    (url, version), = ways(page)  # of the two steps only the newer one had another value
    assert client.post(url, data={"version": version[1]}).status_code == 302
    assert contact_now(number).about == "new"
    assert client.post(url).status_code == 409


def test_relations_choices_dates_and_tags_come_back(app, client, admin):
    olga = factories.user("Olga Orlova", contact__view="all")
    number = factories.contact("", kind="person", family_name="Smith", birthday="05-17", tags=["vip", "north"],
                               source="website").id
    for name, value in (("birthday", "1985-06-01"), ("tags", "x"), ("source", ""), ("owner", str(olga.id))):
        change(client, number, name, value)
    for field in ("Birthday", "Tags", "Source", "Owner"):
        restore(client, client.get(f"/contacts/{number}/history"), field)
    found = contact_now(number)
    assert (found.birthday.month, found.birthday.year, found.tags) == (5, 1604, ["vip", "north"])
    assert (found.source, found.owner_id) == ("website", admin.id)


def test_an_e_mail_that_was_removed_comes_back_beside_those_that_came_since(app, client):
    number = factories.contact("Helios", emails=[{"address": f"{name}@helios.example"} for name in ("info", "two")]).id
    kept = contact_now(number).emails[1].id
    form = {"_fields": "emails", "emails-0-id": str(kept), "emails-0-address": "two@helios.example",
            "emails-1-address": "new@helios.example"}
    assert client.post(f"/contacts/{number}/edit", data=form).status_code == 302
    form = {"_fields": "emails", "emails-0-id": str(kept), "emails-0-address": "two@helios.example",
            "emails-1-id": str(contact_now(number).emails[1].id), "emails-1-address": "new@helios.example",
            "emails-2-address": "third@helios.example"}
    client.post(f"/contacts/{number}/edit", data=form)
    page = client.get(f"/contacts/{number}/history")
    older = ways(page, "Restore the old value of E-mails")[-1]
    assert client.post(older[0], data={"version": older[1][1]}).status_code == 302
    found = contact_now(number)
    assert [row.address.partition("@")[0] for row in found.emails] == ["info", "two", "third"]
    assert found.email == "info@helios.example"
    assert len(ways(client.get(f"/contacts/{number}/history"), "Restore the old value of E-mails")) == 2


def test_what_can_no_longer_be_is_said_beside_it(app, client, admin):
    olga = factories.user("Olga Orlova", contact__view="all")
    number = factories.contact("Helios", owner=olga.id).id
    change(client, number, "owner", str(admin.id))
    client.post(f"/contacts/{number}/fields/name", data={"name": "Helios Two", "_fields": "name"})
    olga = db.session.merge(olga)
    db.session.delete(olga)
    db.session.commit()
    page = client.get(f"/contacts/{number}/history")
    assert not ways(page, "Restore the old value of Owner")
    assert "Cannot be restored: There is no such user" in page.text


def test_what_only_the_whole_record_can_tell_is_said_too(app, client):
    one = factories.contact("Helios")
    two = factories.contact("Above", parent=one.id)
    change(client, two.id, "parent", "")
    change(client, one.id, "parent", str(two.id))
    page = client.get(f"/contacts/{two.id}/history")
    answer = restore(client, page, "Part of")
    assert answer.status_code == 422
    assert "Cannot be restored: That would be a circle" in answer.text


def test_a_value_comes_back_only_for_who_may_edit_and_sees_the_present_one(app, client, sign_in):
    number = factories.contact("Helios", about="old").id
    change(client, number, "about", "new")
    (url, version), = ways(client.get(f"/contacts/{number}/history"))
    reader = sign_in(factories.user("Rea Der", contact__view="all", contact__edit="own"))
    assert "Restore the old value" not in reader.get(f"/contacts/{number}/history").text
    assert reader.post(url).status_code == 403
    change(client, number, "about", "newer")
    assert client.post(url, data={"version": version[1]}).status_code == 409
    assert contact_now(number).about == "newer"
    assert client.post(f"/contacts/{number}/history/99999999999/fields/about").status_code == 404
    assert client.post(f"/contacts/{number}/history/999999/undo").status_code == 404


def changed_together(client, number=3):
    made = [factories.contact(f"C{n}", status="prospect").id for n in range(number)]
    client.post("/contacts/bulk", data={"ids": made, "action": "edit", "apply": "1", "set-status": "client"})
    return made


def statuses(numbers):
    return [contact_now(number).status for number in numbers]


def test_a_step_of_many_records_is_taken_back_on_one_of_them(app, client):
    made = changed_together(client)
    page = client.get(f"/contacts/{made[1]}/history")
    assert "part of a change of 3 records" in page.text
    assert "Undo on all 3 records" in page.text
    (url, _version), = ways(page, "Undo on this record only")
    answer = client.post(url, follow_redirects=True)
    assert statuses(made) == ["client", "prospect", "client"]
    undo = re.findall(r'class="toast .*?action="(/undo/\d+)"', answer.text, re.S)
    client.post(undo[0])
    assert statuses(made) == ["client"] * 3


def test_a_step_of_many_records_is_taken_back_on_all(app, client):
    made = changed_together(client)
    page = client.get(f"/contacts/{made[0]}/history")
    client.post(re.search(r'action="(/undo/\d+)">.*?Undo on all 3 records', page.text, re.S)[1].split('"')[0])
    assert statuses(made) == ["prospect"] * 3


def test_a_step_of_one_record_says_nothing_of_others(app, client):
    number = factories.contact("Helios").id
    change(client, number, "about", "new")
    page = client.get(f"/contacts/{number}/history")
    assert "part of a change" not in page.text
    assert "Undo all" in page.text
    assert "Undo on this record only" not in page.text


def test_only_who_did_it_takes_a_step_back_on_a_record(app, client, sign_in):
    made = changed_together(client)
    (url, _version), = ways(client.get(f"/contacts/{made[0]}/history"), "Undo on this record only")
    olga = sign_in(factories.user("Olga Orlova", contact__view="all", contact__edit="all"))
    assert "Undo on" not in olga.get(f"/contacts/{made[0]}/history").text
    assert olga.post(url).status_code == 404
    assert statuses(made) == ["client"] * 3
