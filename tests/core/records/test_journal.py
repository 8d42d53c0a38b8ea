"""Settings › Journal: who did what, and the cost of asking."""

import re
from datetime import UTC, datetime, timedelta

import pytest

from core.database import at, db, now
from core.journal import acting, browsing, one_step
from core.journal.browsing import Sought
from core.plugin.settings import ComponentSettings, save_settings
from core.records import notes, record_type, update
from core.testing import factories
from core.users import User
from core.users.operations import create_user
from core.users.roles import save_role


def steps(page):
    """The text of each step on a page."""
    listed = page.partition("</ol>")[0].split('<li class="journal-step">')[1:]
    return [re.sub(r"\s+", " ", re.sub(r"<[^>]+>", "", part)) for part in listed]


@pytest.fixture
def olga(app):
    return factories.user("Olga Orlova", contact__view="own")


def test_what_people_did_is_told_newest_first_with_a_link(app, admin, client, olga):
    with acting(olga.id, "import", "Import of fair.csv"), one_step():
        first = factories.contact("Acme")
        factories.contact("Blue Harbor")
    with acting(admin.id, "api"), one_step():
        update(record_type("contact"), first, {"emails": [{"address": "info@acme.example"}]}, admin)
    db.session.commit()
    told = steps(client.get("/settings/journal/").text)
    assert "Contacts: 1 changed · Acme" in told[0]
    assert "through the API" in told[0]
    assert "Olga Orlova" in told[1]
    assert "by an import · Import of fair.csv" in told[1]
    assert "Contacts: 2 added · Acme, Blue Harbor" in told[1]
    assert f'href="/contacts/{first.id}"' in client.get("/settings/journal/").text


def test_a_step_unfolds_to_its_fields_before_and_after(app, admin, client):
    acme = factories.contact("Acme", about="Old words")
    with one_step() as step:
        update(record_type("contact"), acme, {"about": "New words", "tags": ["vip"]}, admin)
    db.session.commit()
    page = client.get(f"/settings/journal/{step.id}").text
    assert '<span class="old">Old words</span>' in page
    assert '<span class="new">New words</span>' in page
    assert '<span class="new">vip</span>' in page
    fragment = client.get(f"/settings/journal/{step.id}", headers={"HX-Request": "true"}).text
    assert "<html" not in fragment
    assert "New words" in fragment


def test_what_is_gone_is_named_without_a_link_and_comes_back_by_undo(app, client):
    acme = factories.contact("Acme", about="Old words")
    client.post(f"/contacts/{acme.id}/delete")
    page = client.get("/settings/journal/").text
    assert "Contacts: 1 deleted" in steps(page)[0]
    undo = re.search(r'action="(/undo/\d+)"', page).group(1)
    changes = client.get(undo.replace("undo", "settings/journal")).text
    assert "Acme" in changes
    assert '<span class="old">Old words</span>' in changes
    assert client.post(undo).status_code == 302
    told = steps(client.get("/settings/journal/").text)
    assert "Undo of another step" in told[0]
    assert "Undone" in told[1]
    assert client.get(f"/contacts/{acme.id}").status_code == 200


def test_acts_of_administration_and_sign_ins_are_told_in_words(app, admin, client, anonymous, olga):
    create_user("Vera Visitor", "vera@example.com", password=factories.PASSWORD)
    db.session.commit()
    for password in ("wrong", factories.PASSWORD):
        anonymous.post("/sign-in", data={"email": "vera@example.com", "password": password})
    save_settings("core", {"company": "New name", "currency": "EUR", "currencies": ["EUR"]})
    role = save_role(None, "Sales", "", {"contact.view": "all"})
    db.session.commit()
    olga = db.session.get(User, olga.id)
    olga.roles.append(role)
    notes.add(record_type("contact"), factories.contact("Acme"), "Hello", admin)
    db.session.commit()
    client.post("/settings/plugins/catalog/disable")
    told = " | ".join(steps(client.get("/settings/journal/").text))
    for words in ("Failed to sign in: Vera Visitor", "Signed in: Vera Visitor", "Changed the settings: Company",
                  "Added the role Sales", "Changed what the role Sales may do", "Gave Olga Orlova the role Sales",
                  "Wrote a note on Acme", "Switched the plugin Catalogue off"):
        assert words in told
    door = steps(client.get("/settings/journal/?kind=sign_in").text)
    assert len(door) == 2
    assert ("Vera Visitor" in door[0].split("·")[0], "System" in door[1].split("·")[0]) == (True, True)
    assert "/undo/" not in client.get("/settings/journal/?kind=sign_in").text


def test_secrets_are_never_shown(app, client):
    with one_step() as step:
        db.session.add(ComponentSettings(component="elsewhere", data={"api_token": "s3cret", "address": "x.example"}))
        db.session.flush()
    db.session.commit()
    page = client.get(f"/settings/journal/{step.id}").text
    assert "x.example" in page
    assert "s3cret" not in page
    assert "•••" in page


def test_it_is_narrowed_by_person_period_and_kind(app, admin, client, olga):
    for day, who, name in ((1, admin, "Monday"), (2, olga, "Tuesday"), (3, olga, "Wednesday")):
        with at(datetime(2024, 1, day, 12, tzinfo=UTC)), acting(who.id, "web"), one_step():
            factories.contact(name)
    db.session.commit()

    def found(query):
        text = " ".join(steps(client.get(f"/settings/journal/?{query}").text))
        return [name for name in ("Monday", "Tuesday", "Wednesday") if name in text]

    assert found(f"user={olga.id}") == ["Tuesday", "Wednesday"]
    assert found("since=2024-01-02&until=2024-01-02") == ["Tuesday"]
    assert found("kind=contact") == ["Monday", "Tuesday", "Wednesday"]
    assert found(f"kind=contact&user={admin.id}") == ["Monday"]
    assert found("kind=catalog.product") == []
    lines = client.get(f"/settings/journal/export?user={olga.id}&kind=contact").get_data(as_text=True).splitlines()
    assert [line.split(",")[1] for line in lines[1:]] == ["Olga Orlova", "Olga Orlova"]
    assert "Wednesday" in lines[1]
    for wrong in ("since=nonsense", "kind=nonsense", "user=nobody", "user=99999999999"):
        answer = client.get(f"/settings/journal/?{wrong}")
        assert answer.status_code == 422, wrong
        assert 'class="error"' in answer.text
    for wrong in ("at=x", "at=2024-01-01&before=1", "at=2024-01-01T00:00:00%2B00:00"):
        assert client.get(f"/settings/journal/?{wrong}").status_code == 400, wrong


def test_its_pages_meet_without_gap_or_overlap(app, admin, client):
    moment = now() - timedelta(days=1)
    for number in range(120):
        with at(moment + timedelta(seconds=number // 3)), acting(admin.id, "web"), one_step():
            factories.contact(f"Company {number:03}")
    db.session.commit()
    for query in ("", "?kind=contact", f"?user={admin.id}"):
        url, seen = f"/settings/journal/{query}", []
        while url:
            page = client.get(url).text
            seen += re.findall(r"Company \d{3}", " ".join(steps(page)))
            following = re.search(r'href="([^"]+)"[^>]*rel="next"', page)
            url = following.group(1).replace("&amp;", "&") if following else ""
        assert seen == [f"Company {number:03}" for number in reversed(range(120))], query


def test_only_who_may_read_it(app, olga, sign_in):
    assert sign_in(olga).get("/settings/journal/").status_code == 403
    reader = factories.user("Rita Reader", journal__admin="all", contact__view="own")
    acme = factories.contact("Acme")
    db.session.commit()
    page = sign_in(reader).get("/settings/journal/").text
    assert "Contacts: 1 added" in " ".join(steps(page))
    assert f'href="/contacts/{acme.id}"' not in page
    assert "/undo/" not in page


def test_a_page_needs_few_statements_however_much_there_is(app, admin, client, statements):
    budget = {}
    for size in (5, 60):
        for number in range(size):
            with acting(admin.id, "web"), one_step():
                factories.contact(f"Company {number}")
        db.session.commit()
        for query in ("", "kind=contact", f"user={admin.id}", "since=2020-01-01&kind=role"):
            client.get(f"/settings/journal/?{query}")
            statements.clear()
            client.get(f"/settings/journal/?{query}")
            budget.setdefault(query, []).append(len(statements))
    for query, (few, many) in budget.items():
        assert many <= few <= 9, (query, few, many)


def test_an_index_answers_each_question(app, admin):
    for number in range(300):
        with acting(admin.id, "web"), one_step():
            factories.contact(f"Company {number}")
    db.session.commit()
    plans = []

    def explain(connection, cursor, statement, parameters, _context, _many):
        if statement.startswith("SELECT") and "journal_" in statement:
            prefix = "EXPLAIN QUERY PLAN " if connection.dialect.name == "sqlite" else "EXPLAIN "
            asked = connection.connection.cursor()
            asked.execute(prefix + statement, parameters)
            plans.append("\n".join(str(row) for row in asked.fetchall()))

    place = (now(), 10**6)
    if db.engine.dialect.name == "postgresql":
        db.session.execute(db.text("ANALYZE"))
        db.session.execute(db.text("SET LOCAL enable_seqscan = off"))
    db.event.listen(db.engine, "before_cursor_execute", explain)
    try:
        for sought in (Sought(), Sought(user_id=admin.id), Sought(since=now() - timedelta(days=1)),
                       Sought(tables=("contact", "contact_email")), Sought(user_id=admin.id, tables=("contact",))):
            browsing.steps(sought, place, 50)
        browsing.touched(range(1, 51), 100, ("sign_in",))
        browsing.changes_of(1, 0, 50)
    finally:
        db.event.remove(db.engine, "before_cursor_execute", explain)
    assert len(plans) == 7
    for plan in plans:
        assert "Seq Scan" not in plan, plan
        assert not re.search(r"SCAN journal_\w+(?! USING)", plan), plan
    assert "ix_journal_transaction_at_id" in plans[0]
    assert "ix_journal_transaction_user_id_at_id" in plans[1]
    assert "ix_journal_change_table" in plans[3]
