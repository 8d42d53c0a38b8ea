"""Eight hours a day without reaching for the mouse."""

import re

import pytest
from playwright.sync_api import Page, expect

from core.testing.browser import on_sqlite
from tests.browser import company

pytestmark = on_sqlite


@pytest.fixture
def contacts(app, page) -> Page:
    company.companies()
    page.goto("/contacts/")
    return page


def test_rows_are_walked_selected_looked_into_edited_and_opened(contacts):
    for key in ("j", "j", "k", "x"):
        contacts.keyboard.press(key)
    expect(contacts.get_by_label("Select Acme Robotics")).to_be_checked()
    contacts.keyboard.press("x")
    contacts.keyboard.press("j")
    contacts.keyboard.press("Space")
    expect(contacts.locator("#peek")).to_contain_text("Blue Harbor")
    contacts.keyboard.press("j")
    expect(contacts.locator("#peek")).to_contain_text("Northwind Traders")
    contacts.keyboard.press("Escape")
    expect(contacts.locator("#peek")).to_be_hidden()
    expect(contacts.get_by_role("link", name="Northwind Traders")).to_be_focused()
    contacts.keyboard.press("Enter")
    expect(contacts.get_by_role("heading", level=1)).to_have_text("Northwind Traders")
    contacts.keyboard.press("e")
    expect(contacts.get_by_role("heading", level=1)).to_have_text("Edit Northwind Traders")
    contacts.go_back()
    contacts.go_back()
    contacts.keyboard.press("j")
    contacts.keyboard.press("e")
    expect(contacts.get_by_role("heading", level=1)).to_contain_text("Edit")


def test_pages_are_reached_by_letters_also_with_a_russian_layout(contacts):
    contacts.keyboard.press("g")
    contacts.keyboard.press("i")
    expect(contacts).to_have_url(re.compile("/inbox/"))
    contacts.keyboard.press("g")
    contacts.keyboard.press("h")
    expect(contacts.get_by_role("heading", level=1)).to_have_text("Home")
    contacts.keyboard.press("g")
    contacts.keyboard.press("c")
    expect(contacts).to_have_url(re.compile("/contacts/$"))
    contacts.evaluate("""document.body.dispatchEvent(new KeyboardEvent("keydown",
        {key: "с", code: "KeyC", bubbles: true}))""")
    expect(contacts).to_have_url(re.compile("/contacts/new$"))


def test_the_list_of_keys_names_the_letters_of_pages(contacts):
    contacts.keyboard.press("?")
    lines = contacts.locator("#places")
    for place, letter in (("Inbox", "I"), ("Contacts", "C"), ("Settings", "S")):
        expect(lines.locator("dt", has_text=place).locator("+ dd")).to_have_text(f"G{letter}")


def test_keys_are_letters_where_one_writes_and_can_be_switched_off(contacts):
    contacts.keyboard.press("/")
    expect(contacts.get_by_role("searchbox")).to_be_focused()
    contacts.keyboard.type("c")
    expect(contacts.get_by_role("searchbox")).to_have_value("c")
    contacts.locator("h1").click()
    contacts.keyboard.press("?")
    contacts.get_by_label("Single-key shortcuts are on").uncheck()
    contacts.keyboard.press("Escape")
    contacts.keyboard.press("c")
    contacts.keyboard.press("?")
    expect(contacts.locator("#shortcuts")).to_be_hidden()
    expect(contacts).to_have_url(re.compile("/contacts/"))


def test_the_palette_knows_pages_actions_and_what_it_does_not_find(contacts):
    contacts.keyboard.press("Control+k")
    expect(contacts.get_by_role("option").first).to_be_visible()
    contacts.keyboard.type("zzzz")
    expect(contacts.get_by_text("Nothing found for “zzzz”")).to_be_visible()
    contacts.keyboard.press("Control+a")
    contacts.keyboard.type("new contact")
    expect(contacts.get_by_role("option").first).to_contain_text("New contact")
    contacts.keyboard.press("Enter")
    expect(contacts).to_have_url(re.compile("/contacts/new$"))


def test_the_first_tab_leads_past_the_sidebar(contacts):
    contacts.keyboard.press("Tab")
    expect(contacts.get_by_role("link", name="Skip to content")).to_be_focused()
    contacts.keyboard.press("Enter")
    expect(contacts.locator("#main")).to_be_focused()
