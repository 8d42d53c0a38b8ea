"""The command palette and the search page: what answers a few letters."""

import pytest

from core.database import db
from core.records import operations, record_type
from core.testing import factories


def asked(client, text=""):
    """The palette's answer: the labels by group."""
    answer = client.get("/palette", query_string={"q": text})
    assert answer.status_code == 200
    return {group["label"]: [item["label"] for item in group["items"]] for group in answer.json["groups"]}


def test_records_pages_and_actions_answer(app, client):
    contact = factories.contact("Continental Freight")
    factories.contact("Borealis")
    groups = asked(client, "cont")
    assert groups["Contacts"] == ["Continental Freight"]
    assert "Contacts" in groups["Pages"]
    assert groups["Actions"] == ["New contact"]
    items = client.get("/palette?q=freight").json["groups"][0]["items"]
    assert items[0]["url"] == f"/contacts/{contact.id}"
    assert client.get(items[0]["url"]).status_code == 200


def test_the_pages_of_the_settings_answer_whoever_may_open_them(app, client, sign_in):
    assert asked(client, "journal")["Pages"] == ["Journal"]
    assert "Journal" not in asked(sign_in(factories.user(contact__view="all")), "journal")["Pages"]


def test_an_action_that_is_called_so_comes_before_records(app, client):
    factories.contact("New Contact Lenses")
    assert list(asked(client, "new contact"))[:2] == ["Pages", "Actions"]


def test_without_a_question_it_shows_what_was_opened_last(app, client):
    first, second, gone = (factories.contact(name) for name in ("Helios", "Borealis", "Selene"))
    for contact in (first, gone, second, first):
        client.get(f"/contacts/{contact.id}")
    operations.delete(record_type("contact"), db.session.merge(gone), factories.admin())
    db.session.commit()
    groups = asked(client)
    assert groups["Recent"] == ["Helios", "Borealis"]
    assert "Contacts" in groups["Pages"]


def test_it_offers_nobody_what_they_may_not_do(app, sign_in):
    owner = factories.user("Olga Owner", contact__view="own", contact__create="all")
    reader = factories.user("Rita Reader", contact__view="own")
    stranger = factories.user("Sam Stranger")
    factories.contact("Helios", owner)
    assert asked(sign_in(owner), "helios")["Contacts"] == ["Helios"]
    assert asked(sign_in(owner), "new contact")["Actions"] == ["New contact"]
    assert "Contacts" not in asked(sign_in(reader), "helios")
    assert asked(sign_in(reader), "new contact")["Actions"] == []
    assert asked(sign_in(stranger), "contacts") == {"Pages": [], "Actions": []}


def test_the_page_shows_everything_that_is_found_without_scripts(app, client):
    factories.contact("<b>Helios</b>", emails=[{"address": "info@sun.example"}])
    page = client.get("/search?q=heliso")
    assert "&lt;b&gt;Helios&lt;/b&gt;" in page.text
    assert "info@sun.example" in page.text
    assert "Nothing found" in client.get("/search?q=nobody").text
    assert client.get("/search").status_code == 200


def test_only_people_who_are_signed_in_search(app, anonymous):
    for path in ("/palette?q=a", "/search?q=a", "/lookup/contact?q=a"):
        assert anonymous.get(path).status_code in (302, 401)


@pytest.mark.parametrize(("text", "names"), [("", ["Borealis", "Helios"]), ("hel", ["Helios"]), ("heliso", ["Helios"])])
def test_a_look_up_field_finds_records_by_any_word(app, client, text, names):
    factories.contact("Helios")
    factories.contact("Borealis")
    assert [one["label"] for one in client.get(f"/lookup/contact?q={text}").json["results"]] == names


def test_colleagues_are_looked_up_by_name(app, client):
    factories.user("Ольга Алёшина")
    assert [one["label"] for one in client.get("/lookup/user?q=алеш").json["results"]] == ["Ольга Алёшина"]
