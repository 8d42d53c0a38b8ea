"""Working through a list: filters, columns, views, many rows at once, files in and out."""

import re

import pytest
from playwright.sync_api import Page, expect

from core.testing.browser import on_sqlite, upload
from tests.browser import company

pytestmark = on_sqlite


@pytest.fixture
def contacts(app, page) -> Page:
    company.companies()
    page.goto("/contacts/")
    return page


def titles(page: Page) -> list[str]:
    return page.locator("tbody th").all_inner_texts()


def test_a_filter_becomes_a_chip_and_an_address_for_a_colleague(contacts, admin, visit):
    contacts.get_by_role("button", name="Filter", exact=True).click()
    contacts.locator("summary", has_text="Status").click()
    contacts.get_by_label("Client").check()
    contacts.get_by_role("button", name="Apply").click()
    expect(contacts.locator(".chip")).to_contain_text("Client")
    assert titles(contacts) == ["Blue Harbor"]
    colleague = visit(admin)
    colleague.goto(contacts.url)
    assert titles(colleague) == ["Blue Harbor"]
    colleague.get_by_role("link", name="Remove filter").click()
    expect(colleague.locator("tbody tr")).to_have_count(4)
    expect(colleague.locator(".chip")).to_have_count(0)


def test_a_filter_takes_another_operator_and_a_look_up(contacts):
    contacts.get_by_role("button", name="Filter", exact=True).click()
    contacts.locator("summary", has_text=re.compile("^Name$")).click()
    form = contacts.locator('[data-filter="name"]')
    form.get_by_role("combobox").select_option(value="starts")
    form.get_by_role("textbox").fill("blue")
    form.get_by_role("button", name="Apply").click()
    expect(contacts.locator(".chip")).to_have_count(1)
    assert "f.name.starts=blue" in contacts.url
    contacts.get_by_role("button", name="Filter", exact=True).click()
    contacts.locator("summary", has_text="Owner").click()
    form = contacts.locator('[data-filter="owner"]')
    form.get_by_role("combobox").last.fill("Ada")
    form.get_by_role("option", name="Ada Admin").click()
    form.get_by_role("button", name="Apply").click()
    expect(contacts.locator(".chip")).to_have_count(2)
    assert titles(contacts) == ["Blue Harbor"]


def test_an_alternative_is_added_to_a_filter_and_taken_away_by_keyboard(contacts):
    contacts.goto("/contacts/?f.status.is=client&f.name.contains=r")
    contacts.get_by_role("button", name="or… an alternative to: Status").focus()
    contacts.keyboard.press("Enter")
    contacts.locator("#or-1 summary", has_text="Tags").press("Enter")
    form = contacts.locator('#or-1 [data-filter="tags"]')
    form.get_by_role("combobox").first.select_option(value="has")
    form.get_by_role("textbox").fill("north")
    form.get_by_role("textbox").press("Enter")
    group = contacts.get_by_role("group", name="Any of these")
    expect(group.locator(".chip")).to_have_count(2)
    assert titles(contacts) == ["Blue Harbor", "Northwind Traders"]
    group.get_by_role("link", name="Remove filter: Status").press("Enter")
    expect(contacts.locator(".chip")).to_have_count(2)
    assert titles(contacts) == ["Northwind Traders"]


def test_a_search_that_finds_nothing_can_be_cleared(contacts):
    contacts.keyboard.press("/")
    contacts.keyboard.type("harbo")
    expect(contacts.locator("tbody tr")).to_have_count(1)
    expect(contacts.locator("#count")).to_have_text("1")
    expect(contacts).to_have_url(re.compile("q=harbo"))
    contacts.keyboard.type("xyz")
    expect(contacts.get_by_role("heading", name="Nothing matches")).to_be_visible()
    contacts.get_by_role("link", name="Clear filters").click()
    expect(contacts.locator("tbody tr")).to_have_count(4)


def test_what_was_searched_for_is_still_there_after_a_filter(contacts):
    contacts.get_by_role("searchbox").fill("o")
    expect(contacts).to_have_url(re.compile("q=o"))
    contacts.get_by_role("button", name="Filter", exact=True).click()
    contacts.locator("summary", has_text="Status").click()
    contacts.get_by_label("Client").check()
    contacts.get_by_role("button", name="Apply").click()
    expect(contacts.locator(".chip")).to_have_count(1)
    assert "q=o" in contacts.url


def test_columns_are_chosen_and_kept(contacts):
    contacts.get_by_role("button", name="Columns").click()
    form = contacts.locator("#column-chooser")
    form.get_by_role("checkbox", name="Tags").check()
    form.get_by_label("Phone", exact=True).uncheck()
    form.get_by_role("button", name="Apply").click()
    expect(contacts.get_by_role("columnheader", name="Tags")).to_be_visible()
    contacts.goto("/contacts/")
    expect(contacts.get_by_role("columnheader", name="Tags")).to_be_visible()
    expect(contacts.get_by_role("columnheader", name="Phone")).to_have_count(0)


def test_shift_on_a_header_sorts_by_one_more_column(contacts):
    contacts.get_by_role("columnheader", name="Kind").get_by_role("link").click()
    expect(contacts).to_have_url(re.compile("sort=kind$"))
    contacts.get_by_role("columnheader", name="Name").get_by_role("link").click(modifiers=["Shift"])
    expect(contacts).to_have_url(re.compile("sort=kind%2Cname$"))
    header = contacts.get_by_role("columnheader", name="Name")
    header.get_by_role("link").focus()
    contacts.keyboard.press("Shift+Enter")
    expect(contacts).to_have_url(re.compile("sort=kind%2C-name$"))
    expect(header).to_contain_text("2")
    assert titles(contacts)[0] == "ООО «Северный ветер»"
    assert len(contacts.context.pages) == 1


def test_a_view_is_saved_and_pinned(contacts):
    contacts.goto("/contacts/?f.status.is=client")
    contacts.get_by_role("button", name="Save as view").click()
    contacts.get_by_label("Name", exact=True).fill("Our clients")
    contacts.get_by_label("Pinned to the sidebar").check()
    contacts.get_by_role("button", name="Save", exact=True).click()
    contacts.goto("/inbox/")
    contacts.locator(".side").get_by_role("link", name="Our clients").click()
    expect(contacts.locator("tbody tr")).to_have_count(1)
    contacts.get_by_role("button", name="Save as view").click()
    contacts.get_by_role("link", name="All saved views").click()
    expect(contacts.get_by_label("Name of the view")).to_have_value("Our clients")


def test_all_that_match_is_offered_only_where_more_match_than_are_ticked(contacts):
    everything = contacts.get_by_label("All that match")
    contacts.get_by_label("Select Acme Robotics").check()
    expect(everything).to_be_visible()
    contacts.get_by_label("Select all rows of this page").check()
    expect(contacts.locator(".bulkbar-count")).to_have_text("4 selected")
    expect(everything).to_be_hidden()


def test_many_rows_are_changed_at_once_and_all_come_back(contacts):
    contacts.get_by_label("Select Acme Robotics").check()
    contacts.get_by_label("Select Northwind Traders").click(modifiers=["Shift"])
    expect(contacts.locator(".bulkbar-count")).to_have_text("3 selected")
    contacts.get_by_role("group", name="Selected rows").get_by_role("button", name="Edit").click()
    contacts.get_by_label("Field").select_option("Status")
    contacts.get_by_role("button", name="Choose").click()
    contacts.get_by_label("Status").select_option(value="former")
    contacts.get_by_role("button", name=re.compile("Save|Change")).click()
    expect(contacts.locator("tbody", has_text="Former").get_by_text("Former")).to_have_count(4)
    contacts.locator(".toast").get_by_role("button", name="Undo").click()
    contacts.goto("/contacts/")
    expect(contacts.locator("tbody").get_by_text("Former")).to_have_count(1)


def test_a_file_of_contacts_is_imported_and_taken_back(app, page, tmp_path):
    page.goto("/contacts/import")
    page.get_by_label("Choose a file").set_input_files(upload(
        tmp_path, "people.csv", "Название;Почта;Телефон\nГелиос;info@helios.example;8 800 555-35-35\nBad;no mail;\n"))
    page.get_by_role("button", name="Continue").click()
    page.get_by_label("Field for the column Название").select_option(label="Name")
    page.get_by_label("Field for the column Почта").select_option(label="E-mails 1")
    page.get_by_role("button", name="Check").click()
    expect(page.get_by_text("Refused rows").first).to_be_visible()
    page.get_by_role("button", name="Import 1 row").click()
    page.goto("/contacts/")
    expect(page.get_by_role("row", name="Гелиос")).to_be_visible()
    page.goto("/contacts/import")
    page.get_by_role("button", name="Undo").click()
    page.goto("/contacts/")
    expect(page.get_by_role("heading", name="No contacts yet")).to_be_visible()


def test_what_is_filtered_is_exported(contacts):
    contacts.goto("/contacts/?f.status.is=client")
    contacts.get_by_role("button", name="More").click()
    with contacts.expect_download() as waiting:
        contacts.get_by_role("button", name="Export to CSV").click()
    text = waiting.value.path().read_text("utf-8-sig")
    assert "Blue Harbor" in text
    assert "Acme" not in text
