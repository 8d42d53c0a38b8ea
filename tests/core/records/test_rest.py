"""A program works with contacts through REST: as its user may, and no further."""

from datetime import timedelta
from threading import Barrier, Thread
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select, update

from core.contacts import Contact
from core.database import db, now
from core.plugin import registry_for
from core.records import idempotency
from core.records.idempotency import IdempotencyKey
from core.testing import factories
from core.testing.factories import bearer

URL = "/api/v1/contacts"


@pytest.fixture
def program(app: Flask, admin: Any) -> FlaskClient:
    """A program with a token of the administrator's."""
    return with_token(app, admin)


def with_token(app: Flask, user: Any, *scopes: str) -> FlaskClient:
    client = app.test_client()
    header = bearer(user, *scopes)["Authorization"]
    client.environ_base["HTTP_AUTHORIZATION"] = header
    return client


def pointers(response: Any) -> dict[str, str]:
    return {fault["pointer"]: fault["detail"] for faults in response.json["errors"].values() for fault in faults}


def test_a_contact_is_created_read_changed_and_deleted(program):
    made = program.post(URL, json={
        "kind": "organization", "name": "Гелиос", "tags": ["solar"],
        "emails": [{"address": "info@helios.example", "kind": "work"}]})
    assert made.status_code == 201
    assert made.json["emails"][0] | {"id": 0} == {
        "id": 0, "kind": "work", "address": "info@helios.example", "label": "", "primary": True}
    assert made.json["email"] == "info@helios.example"
    read = program.get(made.headers["Location"])
    assert read.json == made.json
    assert read.headers["ETag"] == made.headers["ETag"] == '"1"'

    changed = program.patch(read.request.path, json={"status": "client"}, headers={"If-Match": read.headers["ETag"]})
    assert (changed.status_code, changed.json["status"], changed.headers["ETag"]) == (200, "client", '"2"')
    assert changed.json["emails"] == made.json["emails"]
    assert program.get(read.request.path).json == changed.json

    assert program.delete(read.request.path, headers={"If-Match": '"2"'}).status_code == 204
    assert program.get(read.request.path).status_code == 404


def test_only_what_has_changed_is_read_again(program, statements):
    url = f"{URL}/{factories.contact().id}"
    etag = program.get(url).headers["ETag"]
    same = program.get(url, headers={"If-None-Match": etag})
    assert (same.status_code, same.data, same.headers["ETag"]) == (304, b"", etag)
    program.patch(url, json={"name": "Helios II"}, headers={"If-Match": etag})
    assert program.get(url, headers={"If-None-Match": etag}).json["name"] == "Helios II"


@pytest.mark.parametrize("method", ["patch", "delete"])
def test_nobodys_work_is_overwritten(program, method):
    url = f"{URL}/{factories.contact().id}"
    program.patch(url, json={"name": "Theirs"}, headers={"If-Match": '"1"'})
    blind = program.open(url, method=method, json={"name": "Mine"})
    assert blind.status_code == 428
    assert "If-Match" in blind.json["detail"]
    stale = program.open(url, method=method, json={"name": "Mine"}, headers={"If-Match": '"1"'})
    assert (stale.status_code, stale.headers["ETag"]) == (412, '"2"')
    assert program.get(url).json["name"] == "Theirs"
    assert program.open(url, method=method, json={"name": "Mine"}, headers={"If-Match": "*"}).status_code < 300


def test_child_rows_are_replaced_and_those_with_their_id_stay(program):
    record = factories.contact(emails=[{"address": "a@helios.example"}, {"address": "b@helios.example"}])
    first = program.get(f"{URL}/{record.id}").json["emails"]
    answer = program.patch(f"{URL}/{record.id}", headers={"If-Match": "*"}, json={
        "emails": [{"id": first[1]["id"], "address": "b2@helios.example"}, {"address": "c@helios.example"}]})
    assert [row["address"] for row in answer.json["emails"]] == ["b2@helios.example", "c@helios.example"]
    assert answer.json["emails"][0]["id"] == first[1]["id"]
    assert program.get(f"{URL}/{record.id}").json["emails"] == answer.json["emails"]


def test_the_list_is_the_pages_with_its_filters_sort_and_cursors(program):
    for number in range(7):
        factories.contact(f"Helios {number}", status="client" if number % 2 else "prospect")
    factories.contact("Selene", status="client")
    found: list[str] = []
    url = f"{URL}?f.status.is=client&f.name.starts=hel&sort=-name&limit=2&fields=name"
    pages = []
    while url:
        page = program.get(url)
        pages.append(page)
        found += [item["name"] for item in page.json["items"]]
        url = _link(page, "next")
    assert found == ["Helios 5", "Helios 3", "Helios 1"]
    assert pages[0].json["items"][0].keys() == {"id", "version", "name"}
    assert (pages[0].json["previous"], pages[-1].json["next"]) == (None, None)
    assert program.get(_link(pages[1], "prev")).json["items"] == pages[0].json["items"]
    either = program.get(f"{URL}?any1.name.is=selene&any1.name.is=helios 2&fields=name")
    assert {item["name"] for item in either.json["items"]} == {"Selene", "Helios 2"}


def _link(response: Any, rel: str) -> str:
    for part in response.headers.get("Link", "").split(", "):
        if part.endswith(f'rel="{rel}"'):
            return part[1:part.index(">")]
    return ""


def test_a_list_costs_few_statements(program, statements):
    for number in range(60):
        factories.contact(f"Helios {number}", emails=[{"address": f"{number}@helios.example"}])
    program.get(URL)  # the first use of a token is noted
    statements.clear()
    page = program.get(f"{URL}?limit=50")
    assert len(page.json["items"]) == 50
    assert "emails" not in page.json["items"][0]
    assert len(statements) <= 4, statements
    statements.clear()
    page = program.get(f"{URL}?limit=50&fields=name,emails")
    assert page.json["items"][7]["emails"][0]["address"].endswith("@helios.example")
    assert len(statements) <= 5, statements


def test_a_list_writes_what_the_schema_writes(program):
    record = factories.contact(birthday="1990-02-03", tags=["a", "b"], phones=[{"number": "+7 495 000-00-00"}])
    from core.contacts.schemas import ContactSchema
    dumped = ContactSchema().dump(db.session.get(Contact, record.id))
    assert {name: value for name, value in program.get(f"{URL}/{record.id}").json.items() if name in dumped} == {
        name: [row | {"id": row["id"]} for row in value] if name in ("emails", "phones") else value
        for name, value in dumped.items()}


@pytest.mark.parametrize(("query", "named"), [
    ("limt=5", "limt"), ("limit=0", "0"), ("limit=201", "201"), ("limit=x", "x"), ("sort=shoe", "shoe"),
    ("f.shoe.is=1", "shoe"), ("f.name.shoe=1", "shoe"), ("fields=name,shoe", "shoe"), ("after=shoe", "marker"),
    ("after=x&before=y", "after"), ("f.created_at.on=shoe", "shoe"), ("f.birthday.within=shoe", "shoe"),
    ("f.status.is=shoe", "shoe"),
    ("f.name.is=", "f.name.is"), ("f.name.empty=", "f.name.empty"), ("q=%00", "NUL"), ("f.name.is=%00", "NUL"),
    ("sort=name&sort=-name", "sort"), ("sort=", "sort"), ("fields=name,", "fields"), ("f.owner.is=99999999999", "9999"),
])
def test_a_list_says_what_it_does_not_know(program, query, named):
    answer = program.get(f"{URL}?{query}")
    assert (answer.status_code, answer.mimetype) == (400, "application/problem+json")
    assert named in answer.json["title"]
    assert answer.json["detail"]


def test_each_fault_of_a_body_is_named_by_its_place(program):
    answer = program.post(URL, json={
        "name": "x" * 401, "shoe": 1, "owner": 99999, "emails": [{"address": "a@b.example"}, {"address": "no"}]})
    assert answer.status_code == 422
    assert "/shoe" in pointers(answer)
    assert "family_name" in pointers(answer)["/shoe"]
    answer = program.post(URL, json={
        "name": "x" * 401, "birthday": "tomorrow", "emails": [{"address": "a@b.example"}, {"address": "no"}]})
    assert pointers(answer).keys() == {"/name", "/birthday", "/emails/1/address"}
    assert answer.json["errors"]["emails"][0]["pointer"] == "/emails/1/address"
    assert pointers(program.post(URL, json={"name": "A", "owner": 99999})).keys() == {"/owner"}
    assert pointers(program.post(URL, json={"name": "A", "emails": [{"address": "a@b.example", "primary": "yes"}]})) \
        .keys() == {"/emails/0/primary"}
    assert pointers(program.post(URL, json={"name": "A", "employers": [{"organization": 99999}]})).keys() == {
        "/employers/0/organization"}
    assert db.session.scalar(select(func.count()).select_from(Contact)) == 0


def test_a_changed_row_must_be_whole(program):
    url = f"{URL}/{factories.contact().id}"
    answer = program.patch(url, json={"emails": [{"label": "x"}]}, headers={"If-Match": "*"})
    assert (answer.status_code, list(pointers(answer))) == (422, ["/emails/0/address"])


@pytest.mark.parametrize(("body", "kind", "status"), [
    ("{", "application/json", 400), ("\xff".encode("latin-1"), "application/json", 400),
    ("[" * 200_000, "application/json", 400), ('{"name": ' + "9" * 5000 + "}", "application/json", 400),
    ("[]", "application/json", 422), ("name=A", "application/x-www-form-urlencoded", 415),
    ('{"name": "A"}', "text/plain", 415), ('{"name": "' + "a" * 9_000_000 + '"}', "application/json", 413),
    ('{"name": "' + "a" * 7_000_000 + '"}', "application/json", 422),
    ('{"name": "a\\u0000b"}', "application/json", 422), ('{"tags": ["\\ud800"], "name": "A"}', "application/json", 422),
    ('{"name": NaN}', "application/json", 422),
])
def test_a_broken_body_is_a_clear_answer(program, body, kind, status):
    answer = program.post(URL, data=body, content_type=kind)
    assert (answer.status_code, answer.mimetype) == (status, "application/problem+json")
    assert answer.json["title"] != "That did not work"
    assert answer.json["detail"]


def test_the_stranger_is_asked_who_he_is_before_anything_is_read(anonymous):
    for method, url in (("get", URL), ("post", URL), ("get", f"{URL}/1"), ("patch", f"{URL}/1"),
                        ("delete", f"{URL}/1"), ("post", f"{URL}/bulk"), ("get", "/api/openapi.json")):
        answer = anonymous.open(url, method=method, data="{", content_type="application/json")
        assert (answer.status_code, answer.mimetype) == (401, "application/problem+json"), (method, url)
        assert "Bearer" in answer.headers["WWW-Authenticate"].title()


def test_a_browser_needs_its_csrf_token(client):
    assert client.post(URL, json={"name": "A"}).status_code == 201
    client.csrf = False
    refused = client.post(URL, json={"name": "A"})
    assert (refused.status_code, refused.mimetype) == (400, "application/problem+json")
    assert client.get(URL).status_code == 200


ALL = {"contact__view": "own", "contact__create": "own", "contact__edit": "own", "contact__delete": "own"}


def test_another_users_record_is_not_there_in_any_verb(app):
    una, otto = factories.user("Una", **ALL), factories.user("Otto", **ALL)
    record = factories.contact("Secret", by=otto)
    number, program = record.id, with_token(app, una)
    for headers in ({}, {"If-Match": "*"}, {"If-Match": '"1"'}, {"If-None-Match": '"1"'}):
        for method in ("get", "head", "patch", "delete"):
            answer = program.open(f"{URL}/{number}", method=method, json={"name": "Mine"}, headers=headers)
            none = program.open(f"{URL}/{number + 1000}", method=method, json={"name": "Mine"}, headers=headers)
            assert answer.status_code == none.status_code == 404, (method, headers)
            assert answer.data == none.data
    for action in ("update", "delete"):
        item: dict[str, Any] = {"id": number} | ({"data": {"name": "Mine"}} if action == "update" else {})
        answer = program.post(f"{URL}/bulk", json={"action": action, "atomic": False, "items": [item]})
        assert answer.json["results"][0]["status"] == 404
    assert program.get(URL).json["items"] == []
    for query in ("q=secret", "f.name.is=Secret", f"f.owner.is={otto.id}"):
        assert program.get(f"{URL}?{query}").json["items"] == []
    assert program.post(URL, json={"name": "A", "parent": number}).status_code == 422
    assert db.session.get(Contact, number).name == "Secret"


def test_what_is_seen_and_not_editable_is_refused(app):
    una = factories.user("Una", contact__view="all", contact__edit="own", contact__delete="own")
    url = f"{URL}/{factories.contact().id}"
    program = with_token(app, una)
    assert program.get(url).status_code == 200
    assert program.patch(url, json={"name": "Mine"}, headers={"If-Match": "*"}).status_code == 403
    assert program.delete(url, headers={"If-Match": "*"}).status_code == 403
    assert program.post(URL, json={"name": "A"}).status_code == 403
    answer = program.post(f"{URL}/bulk", json={"action": "create", "items": [{"data": {"name": "A"}}]})
    assert answer.status_code == 403


def test_a_token_does_only_what_it_was_made_for(app, admin):
    program = with_token(app, admin, "contact.view")
    assert program.get(URL).status_code == 200
    assert program.post(URL, json={"name": "A"}).status_code == 403


def test_the_same_request_again_is_done_once(program):
    headers = {"Idempotency-Key": "0191-a"}
    first = program.post(URL, json={"name": "Helios"}, headers=headers)
    again = program.post(URL, json={"name": "Helios"}, headers=headers)
    assert (again.status_code, again.json) == (201, first.json)
    assert again.headers["Location"] == first.headers["Location"]
    assert again.headers["Idempotency-Replayed"] == "true"
    other = program.post(URL, json={"name": "Selene"}, headers=headers)
    assert other.status_code == 422
    assert [item["name"] for item in program.get(URL).json["items"]] == ["Helios"]


def test_a_failed_request_leaves_its_key_free(program):
    headers = {"Idempotency-Key": "0191-b"}
    assert program.post(URL, json={"name": "A", "owner": 9999}, headers=headers).status_code == 422
    assert program.post(URL, json={"name": "A"}, headers=headers).status_code == 201
    assert program.post(URL, json={"name": "A"}, headers={"Idempotency-Key": "x" * 201}).status_code == 400


def test_a_key_is_ones_own_and_lasts_a_day(app, program):
    headers = {"Idempotency-Key": "0191-c"}
    first = program.post(URL, json={"name": "A"}, headers=headers).json["id"]
    other = with_token(app, factories.user("Una", **ALL))
    assert other.post(URL, json={"name": "A"}, headers=headers).json["id"] != first
    db.session.execute(update(IdempotencyKey).values(created_at=now() - timedelta(hours=25)))
    db.session.commit()
    assert program.post(URL, json={"name": "A"}, headers=headers).json["id"] != first
    idempotency.forget_old()
    assert db.session.scalar(select(func.count()).select_from(IdempotencyKey)) == 1


def test_two_at_once_with_one_key_make_one_record(app, admin):
    headers = bearer(admin) | {"Idempotency-Key": "0191-d"}
    together, answers = Barrier(2), []

    def send() -> None:
        with app.app_context():
            client = app.test_client()
            together.wait()
            answers.append(client.post(URL, json={"name": "Helios"}, headers=headers))

    threads = [Thread(target=send) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [answer.status_code for answer in answers] == [201, 201]
    assert answers[0].json == answers[1].json
    assert db.session.scalar(select(func.count()).select_from(Contact)) == 1


def test_many_at_once_are_all_or_nothing(program):
    made = program.post(f"{URL}/bulk", json={"action": "create", "items": [
        {"data": {"name": "A"}}, {"data": {"name": "B"}}]}).json["results"]
    assert [result["status"] for result in made] == [201, 201]
    items = [{"id": made[0]["id"], "version": 1, "data": {"status": "client"}},
             {"id": made[1]["id"], "version": 7, "data": {"status": "client"}},
             {"id": made[1]["id"] + 1000, "data": {"status": "client"}}]
    refused = program.post(f"{URL}/bulk", json={"action": "update", "items": items})
    assert refused.status_code == 422
    assert [(result["index"], result["status"]) for result in refused.json["results"]] == [(1, 412), (2, 404)]
    assert program.get(f"{URL}?f.status.is=client").json["items"] == []
    done = program.post(f"{URL}/bulk", json={"action": "update", "items": items, "atomic": False})
    assert [result["status"] for result in done.json["results"]] == [200, 412, 404]
    assert [item["name"] for item in program.get(f"{URL}?f.status.is=client").json["items"]] == ["A"]
    gone = program.post(f"{URL}/bulk", json={"action": "delete", "items": [{"id": one["id"]} for one in made]})
    assert [result["status"] for result in gone.json["results"]] == [204, 204]
    assert program.get(URL).json["items"] == []


def test_a_refused_item_leaves_no_trace(program):
    answer = program.post(f"{URL}/bulk", json={"action": "create", "atomic": False, "items": [
        {"data": {"name": "A"}}, {"data": {"kind": "person"}}, {"data": {"name": "B", "birthday": "x"}},
        {"data": {"name": "C"}}]})
    assert [result["status"] for result in answer.json["results"]] == [201, 422, 422, 201]
    assert answer.json["results"][2]["errors"]["birthday"][0]["pointer"] == "/items/2/data/birthday"
    assert [item["name"] for item in program.get(URL).json["items"]] == ["A", "C"]


@pytest.mark.parametrize("body", [
    {}, {"action": "shoe", "items": [{}]}, {"action": "create", "items": []}, {"action": "create", "items": [1]},
    {"action": "create", "items": [{"data": {"name": "A"}}], "atomic": "no"}, {"action": "delete", "items": [{}]},
    {"action": "create", "items": [{"data": {"name": "A"}}], "shoe": 1},
    {"action": "delete", "items": [{"id": 1}, {"id": 1}]}, {"action": "delete", "items": [{"id": 2**40}]},
    {"action": "delete", "items": [{"id": True}]},
    {"action": "update", "items": [{"id": 1, "version": None, "data": {}}]},
    {"action": "create", "items": [{"data": {"name": "A"}}] * 201},
])
def test_a_bulk_request_of_the_wrong_shape_is_explained(program, body):
    answer = program.post(f"{URL}/bulk", json=body)
    assert answer.status_code == 422
    assert pointers(answer)


def test_too_many_requests_are_told_when_to_come_back(app, program, monkeypatch):
    assert int(program.get(URL).headers["X-RateLimit-Remaining"]) < int(
        program.get(URL).headers["X-RateLimit-Limit"])
    assert "Retry-After" not in program.get(URL).headers
    monkeypatch.setitem(app.config, "API_RATE", "2 per hour")
    answers = [program.get(URL) for _ in range(3)]
    assert [answer.status_code for answer in answers] == [200, 200, 429]
    assert (answers[2].mimetype, int(answers[2].headers["Retry-After"]) > 0) == ("application/problem+json", True)


def test_what_a_disabled_plugin_brought_is_not_there(app, program, monkeypatch):
    assert URL in program.get("/api/openapi.json").json["paths"]
    shelf = registry_for(app)
    monkeypatch.setitem(shelf.owners, "contact_api", "switched-off")
    assert program.get(URL).status_code == 404
    document = program.get("/api/openapi.json").json
    assert URL not in document["paths"]
    assert "Contact" not in document["components"]["schemas"]


def test_the_documentation_is_a_page(client, anonymous):
    assert "/sign-in" in anonymous.get("/api/docs").headers["Location"]
    page = client.get("/api/docs")
    assert page.status_code == 200
    assert "/api/v1/contacts/{record_id}" in page.text
    assert "f.status.…" in page.text
    assert "If-Match" in page.text
    assert "style=" not in page.text
