"""The first page: what is new for a person, card by card."""

import pytest

from core.database import db
from core.inbox import notify
from core.plugin import Card, PanelRow, registry
from core.testing import factories


def card(page: str, key: str) -> str:
    """What a card shows."""
    return page.split(f'id="panel-{key}"')[1].split("</section>")[0]


@pytest.fixture
def example(app, monkeypatch):
    """A function that lets one plugin put cards on the page."""
    answers = []
    gather = registry().calls.gather
    monkeypatch.setattr(registry().calls, "gather", lambda hook, **arguments: [
        *gather(hook, **arguments), *(("example", one) for one in answers if hook == "dashboard_cards")])
    return answers.append


def test_news_own_contacts_and_new_ones(client, admin, sign_in):
    sally = factories.user("Sally Seller", contact__view="all")
    mine = factories.contact("Helios Energy", owner=sally.id)
    factories.contact("Borealis")
    notify(sally.id, "system", "Ada has given you Helios", f"/contacts/{mine.id}")
    db.session.commit()
    page = sign_in(sally).get("/").text
    assert "Ada has given you Helios" in card(page, "core-inbox-news")
    assert f'href="/contacts/{mine.id}"' in card(page, "core-contacts-own")
    assert "Borealis" not in card(page, "core-contacts-own")
    assert card(page, "core-contacts-added").index("Borealis") < card(page, "core-contacts-added").index("Helios")


def test_a_card_shows_what_its_reader_may_see_and_says_when_there_is_nothing(sign_in):
    factories.contact("Helios Energy")
    page = sign_in(factories.user("Una", contact__view="own")).get("/").text
    assert "Helios" not in page
    assert "There is no contact yet." in card(page, "core-contacts-added")
    assert "You have read everything." in card(page, "core-inbox-news")
    page = sign_in(factories.user("Newcomer")).get("/").text
    assert "panel-core-contacts-own" not in page


def test_every_link_leads_somewhere(client):
    page = client.get("/").text
    links = [part.split('"')[0] for part in page.split('href="/')[1:]]
    for link in {link.replace("&amp;", "&") for link in links if not link.startswith("static/")}:
        assert client.get(f"/{link}", follow_redirects=True).status_code == 200, link


def test_a_lazy_card_is_fetched_by_itself_and_a_broken_one_costs_only_itself(client, example, app):
    example(Card(key="late", title="Late", lazy=True, body=lambda: [PanelRow(text="<b>Overdue</b>")]))
    example(Card(key="wrong", title="Wrong", body=lambda: 1 / 0))
    example(Card(key="secret", title="Secret", permission="example.see", body=list))
    page = client.get("/").text
    assert "Overdue" not in page
    assert 'hx-get="/cards/example/late"' in card(page, "example-late")
    assert "&lt;b&gt;Overdue" in client.get("/cards/example/late").text
    assert "could not show this" in card(page, "example-wrong")
    assert "You have read everything." in page
    assert client.get("/cards/example/nothing").status_code == 404


def test_a_card_costs_one_statement(client, statements):
    client.get("/")
    statements.clear()
    client.get("/")
    asked = len(statements)
    for number in range(12):
        factories.contact(f"Company {number}")
    statements.clear()
    page = client.get("/").text
    assert page.count("Company 1") >= 2
    assert len(statements) <= asked <= 8
