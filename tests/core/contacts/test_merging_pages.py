"""Merging as people and programs do it: choose, compare, merge, undo; and what they are told when it cannot be."""

import re
from threading import Barrier, Thread

import pytest
from sqlalchemy import func, select

from core.contacts import Contact
from core.database import db
from core.records import notes, operations, record_type
from core.testing import factories
from core.testing.factories import bearer

HOSTILE = "<script>alert(1)</script>\"'><img src=x onerror=alert(1)>"


def person(name, **data):
    return factories.contact(name, kind="person", **data)


def shown(page, name):
    """The choices of a field: (contact, text, whether it is chosen)."""
    part = page.split(f'id="f-{name}"')[1].split("</fieldset>")[0]
    return [(int(number), text, "checked" in rest) for number, rest, text in
            re.findall(r'value="(\d+)"([^>]*)><strong>([^<]*)', part)]


def sent(page, **more):
    """What the form of the page sends as it stands."""
    form = page.split("<form class=\"content", 1)[1].split("</form>")[0]
    inputs = [dict(re.findall(r'(\w+)="([^"]*)"', tag)) | {"on": "checked" in tag}
              for tag in re.findall(r"<input [^>]*>", form)]
    data = {}
    for one in inputs:
        if one["type"] == "hidden" or one["on"]:
            data.setdefault(one["name"], []).append(one["value"])
    return {name: values for name, values in data.items() if name != "csrf_token"} | more


def count():
    return db.session.scalar(select(func.count()).select_from(Contact))


def test_two_contacts_are_chosen_compared_and_merged_and_one_click_takes_it_back(app, admin, client):
    stays = person("Maria Ivanova", about="Mine", status="client", tags=["vip"], emails=[{"address": "m@x.example"}])
    goes = person("Maria Petrova", about="Theirs", birthday="1985-05-17", emails=[{"address": "p@x.example"}])
    notes.add(record_type("contact"), goes, "Called", admin)
    db.session.commit()
    gone = goes.id
    page = client.get(f"/contacts/{stays.id}").text
    assert f'href="/contacts/{stays.id}/merge"' in page
    assert "You compare them" in client.get(f"/contacts/{stays.id}/merge").text
    url = f"/contacts/{stays.id}/merge?with={goes.id}"
    page = client.get(url).text
    assert shown(page, "name") == [(stays.id, "Maria Ivanova", True), (goes.id, "Maria Petrova", False)]
    assert shown(page, "about") == [(stays.id, "Mine", True), (goes.id, "Theirs", False)]
    assert 'id="f-birthday"' not in page
    assert "17 May 1985" in page
    assert page.index("m@x.example") < page.index("p@x.example")
    assert re.search(r"Notes</th><td>Moved along: 1", page)
    data = sent(page, **{"choice.name": goes.id, "choice.about": goes.id})
    answer = client.post(f"/contacts/{stays.id}/merge", data=data)
    assert (answer.status_code, answer.location) == (302, f"/contacts/{stays.id}")
    page = client.get(answer.location).text
    assert "Merged." in page
    for text in ("Maria Petrova", "Theirs", "m@x.example", "p@x.example", "Called", "17 May 1985"):
        assert text in page
    assert client.get(f"/contacts/{gone}").location == f"/contacts/{stays.id}"
    client.post(re.search(r'action="(/undo/\d+)"', page)[1])
    assert "Maria Petrova" in client.get(f"/contacts/{gone}").text
    assert "Mine" in client.get(f"/contacts/{stays.id}").text


def test_the_page_says_what_moves_along(app, client):
    stays, goes = factories.contact("Helios"), factories.contact("Helios GmbH")
    person("Maria Ivanova", employers=[{"organization": goes.id}])
    factories.contact("Shop", parent=goes.id)
    page = client.get(f"/contacts/{stays.id}/merge?with={goes.id}").text
    assert re.findall(r'<th scope="row">([^<]+)</th><td>Moved along: (\d+)', page) == [
        ("People", "1"), ("Structure", "1")]


def test_the_other_one_may_stay_and_the_choice_is_the_same(app, client):
    first, second = factories.contact("Helios", about="First"), factories.contact("Helios GmbH", about="Second")
    page = client.get(f"/contacts/{first.id}/merge?with={second.id}").text
    answer = client.post(f"/contacts/{first.id}/merge", data=sent(page, winner=second.id))
    assert answer.location == f"/contacts/{second.id}"
    one = db.session.scalars(select(Contact)).one()
    assert (one.id, one.name, one.about) == (second.id, "Helios", "First")


def test_rows_ticked_in_the_list_lead_to_the_comparison(app, client):
    ids = [factories.contact(f"Helios {n}").id for n in range(6)]
    page = client.get("/contacts/").text
    assert 'formaction="/contacts/merge"' in page
    answer = client.post("/contacts/merge", data={"ids": ids[2:0:-1]})
    assert (answer.status_code, answer.location) == (303, f"/contacts/{ids[1]}/merge?with={ids[2]}")
    for data in ({"ids": ids}, {"ids": ids[:1]}, {}, {"all": "1", "ids": ids[:2]}, {"ids": ["x", "9" * 40]}):
        answer = client.post("/contacts/merge", data=data | {"q": "helios"})
        assert answer.location == "/contacts/?q=helios"
        assert "Choose from 2 to 5 contacts" in client.get(answer.location).text


def test_a_name_typed_without_scripts_is_looked_up(app, client):
    stays, goes = factories.contact("Helios Energy"), factories.contact("Helios Solar")
    page = client.get(f"/contacts/{stays.id}/merge?with.text=helios").text
    assert f'<option value="{goes.id}">Helios Solar</option>' in page
    assert f'<option value="{stays.id}"' not in page
    assert "1 contact fits" in page
    assert "No other contact fits" in client.get(f"/contacts/{stays.id}/merge?with.text=nobody").text


def test_what_cannot_be_merged_is_said_beside_the_choice(app, client):
    stays, maria = factories.contact("Helios"), person("Maria Ivanova")
    others = "".join(f"&with={factories.contact(f'H {n}').id}" for n in range(5))
    for query, said in ((f"with={maria.id}", "Maria Ivanova is of another kind"), (others, "5 contacts at once"),
                        (f"with={stays.id}", "Choose each contact once"), (f"with={stays.id}&with={maria.id}", "once")):
        answer = client.get(f"/contacts/{stays.id}/merge?{query}")
        assert answer.status_code == 422
        assert said in answer.text.split('id="f-with-error"')[1].split("</p>")[0]
    for query in ("with=999", "with=2147483648", f"with={'9' * 9}"):
        assert client.get(f"/contacts/{stays.id}/merge?{query}").status_code == 404
    assert client.get("/contacts/999/merge").status_code == 404
    assert client.post(f"/contacts/{stays.id}/merge", data={"winner": maria.id}).status_code == 422
    assert client.post(f"/contacts/{stays.id}/merge", data={}).status_code == 422
    answer = client.post(f"/contacts/{stays.id}/merge", data={"with": maria.id, "choice.name": "x" * 10_000_000})
    assert answer.status_code in (413, 422)


def test_a_value_that_does_not_fit_is_said_beside_it_and_the_choice_is_kept(app, client):
    stays = factories.contact("Helios", addresses=[{"city": "Москва", "country": "RU"}], about="Mine")
    goes = factories.contact("Helios GmbH", tax_number="12/345", about="Theirs",
                             addresses=[{"city": "Berlin", "country": "DE"}])
    stays.tax_number = "7707083893"
    db.session.commit()
    page = client.get(f"/contacts/{stays.id}/merge?with={goes.id}").text
    answer = client.post(f"/contacts/{stays.id}/merge", data=sent(page, **{
        "choice.tax_number": goes.id, "choice.about": goes.id}))
    assert answer.status_code == 422
    assert "INN" in answer.text.split('id="f-tax_number-error"')[1].split("</p>")[0]
    assert "Nothing was merged yet" in answer.text
    assert shown(answer.text, "about") == [(stays.id, "Mine", False), (goes.id, "Theirs", True)]
    assert count() == 2


def test_somebody_else_saved_while_the_page_was_open(app, admin, client):
    stays, goes = factories.contact("Helios", about="Mine"), factories.contact("Helios GmbH", about="Theirs")
    data = sent(client.get(f"/contacts/{stays.id}/merge?with={goes.id}").text)
    operations.update(record_type("contact"), db.session.get_one(Contact, goes.id), {"about": "Newer"}, admin)
    db.session.commit()
    answer = client.post(f"/contacts/{stays.id}/merge", data=data)
    assert answer.status_code == 409
    assert "Helios GmbH was changed meanwhile" in answer.text
    assert "Newer" in answer.text
    assert client.post(f"/contacts/{stays.id}/merge", data=sent(answer.text)).status_code == 302


def test_who_may_not_merge_is_not_offered_it(app, sign_in):
    una = factories.user(contact__view="all", contact__edit="all")
    stays, goes = factories.contact("Helios"), factories.contact("Helios GmbH")
    browser = sign_in(una)
    assert "/merge" not in browser.get(f"/contacts/{stays.id}").text
    assert 'formaction="/contacts/merge"' not in browser.get("/contacts/").text
    assert browser.get(f"/contacts/{stays.id}/merge?with={goes.id}").status_code == 403
    assert browser.post(f"/contacts/{stays.id}/merge", data={"with": goes.id}).status_code == 403
    viewer = sign_in(factories.user("Vera Viewer", contact__view="all"))
    assert viewer.get(f"/contacts/{stays.id}/merge").status_code == 403
    blind = sign_in(factories.user("Bea Blind", contact__view="own", contact__edit="own", contact__delete="own"))
    assert blind.get(f"/contacts/{stays.id}/merge").status_code == 404
    assert count() == 2


def test_a_hidden_relative_stays_unnamed(app, sign_in):
    una = factories.user(contact__view="own", contact__edit="own", contact__delete="own")
    secret, other = factories.contact("Secret Group"), factories.contact("Other Secret")
    stays = factories.contact("Mine", owner=una.id, parent=other.id)
    goes = factories.contact("Mine too", owner=una.id, parent=secret.id)
    browser = sign_in(una)
    page = browser.get(f"/contacts/{stays.id}/merge?with={goes.id}").text
    assert "Secret" not in page
    answer = browser.post(f"/contacts/{stays.id}/merge", data=sent(page, **{"choice.parent": goes.id}))
    assert answer.status_code == 302
    assert db.session.get_one(Contact, stays.id).parent_id == secret.id


def test_script_in_every_text_is_shown_and_never_run(app, client):
    hostile = {"about": HOSTILE, "tags": [HOSTILE[:50]], "nickname": HOSTILE[:90]}
    stays = factories.contact(HOSTILE, **hostile, links=[{"value": HOSTILE}])
    goes = factories.contact(HOSTILE + "2", **hostile | {"about": "2" + HOSTILE}, addresses=[{"city": HOSTILE}])
    for url in (f"/contacts/{stays.id}/merge", f"/contacts/{stays.id}/merge?with={goes.id}",
                f"/contacts/{stays.id}/merge?with={stays.id}", f"/contacts/{stays.id}/merge?with.text={HOSTILE}"):
        text = client.get(url).text
        assert "<script>alert" not in text
        assert "<img src=x" not in text


def test_a_plugin_that_fails_stops_it_with_a_sentence(app, client, broken_plugin):
    stays, goes = factories.contact("Helios"), factories.contact("Helios GmbH")
    answer = client.post(f"/contacts/{stays.id}/merge", data={"with": goes.id})
    assert answer.status_code == 503
    assert "core.broken has a say in this and could not be asked" in answer.text
    assert count() == 2


@pytest.fixture
def program(app, admin):
    client = app.test_client()
    client.environ_base["HTTP_AUTHORIZATION"] = bearer(admin)["Authorization"]
    return client


def test_a_program_merges_once(app, program):
    stays, goes = factories.contact("Helios"), factories.contact("Helios GmbH", language="de")
    url, headers = f"/api/v1/contacts/{stays.id}/merge", {"If-Match": '"1"', "Idempotency-Key": "a1"}
    gone = goes.id
    body = {"losers": [gone], "values": {"name": "Helios AG", "tags": ["one"]}}
    answer = program.post(url, json=body, headers=headers)
    assert answer.status_code == 200
    assert (answer.json["name"], answer.json["language"], answer.json["tags"]) == ("Helios AG", "de", ["one"])
    read = program.get(f"/api/v1/contacts/{stays.id}")
    assert read.json == answer.json
    assert read.headers["ETag"] == answer.headers["ETag"]
    again = program.post(url, json=body, headers=headers)
    assert again.headers["Idempotency-Replayed"] == "true"
    assert again.json == answer.json
    assert program.get(f"/api/v1/contacts/{gone}").status_code == 404


@pytest.mark.parametrize(("body", "status", "pointer"), [
    ({}, 422, "/losers"), ({"losers": []}, 422, "/losers"), ({"losers": "2"}, 422, "/losers"),
    ({"losers": ["2"]}, 422, "/losers/0"), ({"losers": [True]}, 422, "/losers/0"), ({"losers": [0]}, 422, "/losers/0"),
    ({"losers": [2**31]}, 422, "/losers/0"), ({"losers": [1]}, 422, "/losers/0"),
    ({"losers": [2, 2]}, 422, "/losers/1"), ({"losers": [2, 3]}, 422, "/losers/1"),
    ({"losers": [2, 4, 5, 6, 7]}, 422, "/losers"),
    ({"losers": [2, 999]}, 404, "/losers/1"), ({"losers": [2], "winner": 1}, 422, "/winner"),
    ({"losers": [2], "values": []}, 422, "/values"), ({"losers": [2], "values": {"nme": "x"}}, 422, "/values/nme"),
    ({"losers": [2], "values": {"name": "a\0b"}}, 422, "/values/name"),
    ({"losers": [2], "values": {"about": "x" * 300_000}}, 422, "/values/about"),
    ({"losers": [2], "values": {"emails": [{"address": "no"}]}}, 422, "/values/emails/0/address"),
])
def test_a_request_that_cannot_be_is_answered_with_its_place(app, program, body, status, pointer):
    for name in ("Helios", "Helios GmbH"):
        factories.contact(name)
    person("Maria Ivanova")
    for number in range(4):
        factories.contact(f"Helios {number}")
    answer = program.post("/api/v1/contacts/1/merge", json=body, headers={"If-Match": "*"})
    assert answer.status_code == status, answer.text
    assert answer.mimetype == "application/problem+json"
    assert pointer in [fault["pointer"] for faults in answer.json["errors"].values() for fault in faults]
    assert count() == 7


def test_a_program_needs_the_version_and_the_rights(app, program):
    stays, goes = factories.contact("Helios"), factories.contact("Helios GmbH")
    url, body = f"/api/v1/contacts/{stays.id}/merge", {"losers": [goes.id]}
    assert program.post(url, json=body).status_code == 428
    assert program.post(url, json=body, headers={"If-Match": '"7"'}).status_code == 412
    assert program.post("/api/v1/contacts/999/merge", json=body, headers={"If-Match": "*"}).status_code == 404
    assert program.post(url, data="x" * 10_000_000, headers={
        "If-Match": "*", "Content-Type": "application/json"}).status_code == 413
    for scopes, status in (({"contact__view": "all", "contact__edit": "all"}, 403), ({"contact__view": "all"}, 403),
                           ({"contact__view": "own", "contact__edit": "own", "contact__delete": "own"}, 404)):
        user = factories.user("U " + "-".join(scopes.values()) + str(len(scopes)), **scopes)
        answer = app.test_client().post(url, json=body, headers=bearer(user) | {"If-Match": "*"})
        assert (answer.status_code, count()) == (status, 2)


def test_two_people_merge_the_same_two_at_once_and_one_of_them_is_first(app, admin):
    first, second = factories.contact("Helios").id, factories.contact("Helios GmbH").id
    headers = bearer(admin) | {"If-Match": "*"}
    gate, answers = Barrier(2), []

    def send(winner, loser):
        gate.wait()
        with app.app_context():
            answers.append(app.test_client().post(f"/api/v1/contacts/{winner}/merge", json={"losers": [loser]},
                                                  headers=headers).status_code)
    threads = [Thread(target=send, args=pair) for pair in ((first, second), (second, first))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(answers)[0] == 200
    assert sorted(answers)[1] in (404, 409, 412)
    assert count() == 1
