"""The tools of developers as they look: the bar at the foot, the outlines, on a phone too."""

import pytest
from playwright.sync_api import expect

from core.testing.browser import on_sqlite
from tests.browser import company
from tests.browser.test_accessibility import look

pytestmark = on_sqlite

PAGES = ("/contacts/", "/contacts/{id}", "/contacts/{id}/edit", "/search?q=acme", "/settings/developer")


def switch(page, *labels):
    page.goto("/settings/developer")
    for box in page.get_by_role("checkbox").all():
        box.uncheck()
    for label in labels:
        page.get_by_label(label).check()
    page.get_by_role("button", name="Save").click()


def label_of(place):
    """The words that the style sheet writes on an outlined place."""
    return place.evaluate("node => getComputedStyle(node, '::before').content").strip('"')


def test_the_bar_and_the_outlines_come_and_go(app, admin, page):
    maria = company.everything(admin)
    bar = page.get_by_role("complementary", name="Behind this page")
    page.goto(f"/contacts/{maria.id}")
    expect(bar).to_have_count(0)
    expect(page.locator("[data-slot]")).to_have_count(0)

    switch(page, "Show at the foot", "Outline")
    page.goto(f"/contacts/{maria.id}")
    expect(bar).to_contain_text("SQL statements")
    expect(bar).to_be_in_viewport()
    bar.locator("summary").press("Enter")
    expect(bar.get_by_role("row", name="core.contacts contact_panels").first).to_be_visible()
    for hook in ("contact_panels", "contact_timeline", "contact_actions", "nav_items"):
        place = page.locator(f'[data-slot="{hook}"]').first
        assert label_of(place) == hook
        assert place.evaluate("node => getComputedStyle(node).outlineStyle") == "dashed"

    switch(page)
    page.goto(f"/contacts/{maria.id}")
    expect(bar).to_have_count(0)
    expect(page.locator("[data-slot]")).to_have_count(0)


def test_what_lies_beside_the_bar_can_be_reached(app, admin, page):
    maria = company.everything(admin)
    switch(page, "Show at the foot")
    page.goto(f"/contacts/{maria.id}/edit")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("heading", name="Timeline")).to_be_visible()


@pytest.mark.parametrize("width", [360, 1280])
def test_axe_finds_nothing_and_nothing_is_too_wide(app, admin, visit, axe, width):
    maria = company.everything(admin)
    page = visit(admin, viewport={"width": width, "height": 800})
    switch(page, "Show at the foot", "Outline")
    found = []
    for address in PAGES:
        page.goto(address.format(id=maria.id))
        page.locator(".developer-bar summary").press("Enter")
        found += look(page, axe, address)
        assert page.evaluate("document.documentElement.scrollWidth") <= width, address
    assert not found, "\n".join(found)


def test_the_pages_of_plugins(app, admin, visit, axe):
    page = visit(admin)
    page.goto("/settings/plugins")
    found = look(page, axe, "plugins")
    names = [link.get_attribute("href") for link in page.locator(".panel h2 a").all()]
    for address in names:
        page.goto(address)
        expect(page.get_by_role("heading", name="Hooks")).to_be_visible()
        found += look(page, axe, address)
    page.set_viewport_size({"width": 360, "height": 740})
    for address in ("/settings/plugins", *names):
        page.goto(address)
        assert page.evaluate("document.documentElement.scrollWidth") <= 360, address
    assert not found, "\n".join(found)
