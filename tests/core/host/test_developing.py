"""The tools of developers: the calls behind a page and the slots of the interface, for administrators who ask."""

import re

import pytest

from core.host import developing, found_plugins
from core.plugin import hookimpl, registry
from core.testing import factories


def switch(client, *tools):
    answer = client.post("/settings/developer", data={"tools": list(tools)})
    assert (answer.status_code, answer.location) == (302, "/settings/developer")


@pytest.fixture
def contact(app):
    return factories.contact("Acme Robotics")


def test_nobody_sees_the_tools_who_has_not_asked(app, client, contact):
    page = client.get(f"/contacts/{contact.id}")
    assert "developer" not in page.text.replace("/settings/developer", "")
    assert "data-slot" not in page.text
    assert "Server-Timing" not in page.headers


def test_the_bar_names_what_is_behind_a_page(app, client, contact, statements):
    address = f"/contacts/{contact.id}"
    client.get(address)
    statements.clear()
    client.get(address)
    number = len(statements)
    switch(client, "calls")
    page = client.get(address)
    bar = re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page.text.partition("developer-bar")[2]))
    assert f"{number} SQL statements" in bar
    assert re.search(r"core\.contacts contact_panels \d", bar)
    assert "data-slot" not in page.text
    assert f'sql;desc="{number} statements";dur=' in page.headers["Server-Timing"]
    assert "contact_panels" not in client.get("/settings/profile").text
    switch(client)
    assert "developer-bar" not in client.get(address).text


class Broken:
    """Answers a hook of every page with a fault."""

    @hookimpl
    def nav_items(self, user):
        raise LookupError("no such page")


@pytest.fixture
def broken(app):
    manager = registry().calls.manager
    manager.register(Broken(), "core.broken")
    yield
    manager.unregister(name="core.broken")


def test_a_failure_is_named_in_the_bar(app, client, broken):
    switch(client, "calls")
    bar = client.get("/settings/profile").text.partition("developer-bar")[2]
    assert re.search(r"core\.broken</th><td><code>nav_items</code></td>.*LookupError: no such page", bar)
    assert "1 failed" in bar


SLOTS = {
    "/contacts/{id}": {"nav_items", "contact_panels", "contact_timeline", "contact_actions", "search"},
    "/contacts/{id}/edit": {"contact_sections"},
    "/contacts/": {"contact_columns"},
    "/search?q=acme": {"search"},
}


@pytest.mark.parametrize("address", SLOTS)
def test_every_slot_is_outlined_with_the_hook_that_fills_it(app, client, contact, address):
    switch(client, "slots")
    page = client.get(address.format(id=contact.id)).text
    named = set(re.findall(r'data-slot="([^"]+)"', page))
    assert SLOTS[address] <= named
    with app.app_context():
        assert named <= developing.answers().keys()
    assert "developer-bar" not in page


def test_a_page_that_no_hook_fills_has_no_outlines_in_it(app, client):
    switch(client, "slots")
    page = client.get("/contacts/trash").text
    assert set(re.findall(r'data-slot="([^"]+)"', page)) == {"nav_items", "search"}


def test_the_tools_are_for_administrators(app, contact):
    colleague = factories.client_of(app, factories.user("Una", contact__view="all"))
    assert colleague.post("/settings/developer", data={"tools": ["calls"]}).status_code == 403
    colleague.set_cookie(developing.COOKIE, "calls.slots")
    page = colleague.get(f"/contacts/{contact.id}")
    assert page.status_code == 200
    assert not {"developer-bar", "data-slot", "developer.css"} & set(re.findall(r"[\w.-]+", page.text))
    assert "Server-Timing" not in page.headers
    stranger = app.test_client()
    stranger.set_cookie(developing.COOKIE, "calls.slots")
    assert "developer-bar" not in stranger.get("/sign-in").text


def test_who_answers_which_hook(app, client):
    page = client.get("/settings/developer").text
    assert re.search(r"<code>nav_items</code>", page)
    client.set_cookie(developing.COOKIE, "nonsense.slots")
    assert client.get("/settings/developer").status_code == 200


def test_the_pages_cost_few_statements_whatever_plugins_there_are(app, client, statements):
    inside = [f"/settings/plugins/{plugin.name}/inside" for plugin in found_plugins(app)]
    for address in ("/settings/plugins", "/settings/developer", *inside):
        client.get(address)
        statements.clear()
        assert client.get(address).status_code == 200
        assert len(statements) <= 10, (address, statements)
