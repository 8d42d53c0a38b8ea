"""The main ways on a phone, 360 pixels wide, by touch."""

import pytest
from playwright.sync_api import Page, expect

from core.database import db
from core.testing.browser import on_sqlite
from core.users.roles import save_role
from tests.browser import company

pytestmark = on_sqlite


@pytest.fixture
def phone(app, admin, visit) -> Page:
    company.companies()
    page = visit(admin, viewport={"width": 360, "height": 740}, has_touch=True, is_mobile=True)
    page.goto("/contacts/")
    return page


def fits(page: Page) -> None:
    """Nothing makes the page wider than the screen."""
    page.wait_for_load_state()
    assert page.evaluate("document.documentElement.scrollWidth") <= 360, page.url


def test_a_contact_is_found_opened_noted_and_changed(phone):
    phone.get_by_role("navigation", name="Quick").get_by_role("link", name="Search").tap()
    phone.keyboard.type("north")
    phone.get_by_role("option", name="Northwind Traders").tap()
    expect(phone.get_by_role("heading", level=1)).to_have_text("Northwind Traders")
    fits(phone)
    phone.get_by_label("Text").fill("Met at the fair.")
    phone.get_by_role("button", name="Add", exact=True).tap()
    expect(phone.locator(".timeline")).to_contain_text("Met at the fair.")
    phone.locator(".topbar").get_by_role("link", name="Edit").tap()
    expect(phone.get_by_role("heading", level=1)).to_have_text("Edit Northwind Traders")
    fits(phone)
    phone.get_by_role("group", name="Phones").get_by_role("button", name="Add").tap()
    phone.get_by_label("Number *").last.fill("+47 22 00 00 00")
    phone.get_by_role("button", name="Save").tap()
    expect(phone.get_by_text("+47 22 00 00 00").first).to_be_visible()


def test_a_row_opens_whole_and_the_sidebar_is_a_sheet(phone):
    phone.get_by_role("row", name="Blue Harbor").tap()
    expect(phone.get_by_role("heading", level=1)).to_have_text("Blue Harbor")
    phone.get_by_role("button", name="Menu").tap()
    sheet = phone.locator("#side")
    expect(sheet).to_be_visible()
    sheet.get_by_role("link", name="Settings").tap()
    expect(phone.get_by_role("heading", level=1)).to_have_text("Profile")
    fits(phone)


def test_filters_selection_and_board(phone):
    phone.get_by_role("button", name="Filter", exact=True).tap()
    phone.locator("summary", has_text="Status").tap()
    phone.get_by_label("Client").check()
    phone.get_by_role("button", name="Apply").tap()
    expect(phone.locator("tbody tr")).to_have_count(1)
    fits(phone)
    phone.get_by_label("Select Blue Harbor").check()
    expect(phone.get_by_role("group", name="Selected rows").get_by_role("button", name="Delete")).to_be_visible()
    fits(phone)
    phone.goto("/contacts/?mode=board")
    phone.get_by_label("Move Acme Robotics").tap()
    phone.get_by_role("button", name="Client").tap()
    expect(phone.locator(".toast")).to_contain_text("Moved")
    fits(phone)


def test_a_role_says_what_is_granted(app, phone):
    role = save_role(None, "Sales", "", {"contact.view": "team", "contact.edit": "subtree"})
    db.session.commit()
    phone.goto(f"/settings/roles/{role.id}")
    row = phone.locator("tr", has_text="contact.view")
    expect(row.get_by_label("View: The team's", exact=True)).to_be_checked()
    expect(row.get_by_text("The team's", exact=True)).to_be_in_viewport()
    box = phone.locator(".simple-table").first
    assert box.evaluate("(node) => node.scrollWidth <= node.clientWidth")
    row.get_by_text("All", exact=True).click()
    expect(row.get_by_label("View: All")).to_be_checked()


def test_the_settings_begin_at_the_page_that_is_open(app, phone):
    phone.goto("/settings/plugins")
    here = phone.locator(".admin-nav [aria-current]")
    expect(here).to_be_in_viewport(ratio=1)
