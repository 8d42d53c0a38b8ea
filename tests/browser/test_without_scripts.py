"""Where no script runs everything is there too, a page at a time; and all of it on a phone."""

import pytest
from playwright.sync_api import Page, expect

from core.database import db
from core.testing import factories
from core.testing.browser import on_sqlite, upload
from core.users.operations import create_user
from tests.browser import company

pytestmark = on_sqlite


@pytest.fixture
def plain(app, admin, visit) -> Page:
    company.companies()
    page = visit(admin, java_script_enabled=False)
    page.goto("/contacts/")
    return page


def test_signing_in(app, visit):
    create_user("Una User", "una@example.com", password=factories.PASSWORD, is_admin=True)
    db.session.commit()
    page = visit(java_script_enabled=False)
    page.goto("/contacts/")
    page.get_by_label("E-mail").fill("una@example.com")
    page.get_by_label("Password").fill(factories.PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("heading", name="No contacts yet")).to_be_visible()


def test_searching_and_filtering(plain):
    plain.get_by_role("searchbox").fill("trader")
    plain.get_by_role("button", name="Search").click()
    expect(plain.locator("tbody tr")).to_have_count(1)
    plain.goto("/contacts/")
    plain.get_by_role("button", name="Filter", exact=True).click()
    plain.get_by_role("link", name="Choose a field").click()
    plain.locator("summary", has_text="Status").click()
    plain.get_by_label("Client").check()
    plain.get_by_role("button", name="Apply").click()
    expect(plain.locator("tbody tr")).to_have_count(1)


def test_adding_an_alternative_to_a_filter(plain):
    plain.goto("/contacts/?f.status.is=client")
    plain.get_by_role("button", name="or… an alternative to: Status").click()
    plain.locator("#or-1").get_by_role("link", name="Choose a field").click()
    plain.locator("summary", has_text="Tags").click()
    plain.get_by_role("textbox", name="Tags").fill("north")
    plain.locator('[data-filter="tags"]').get_by_role("button", name="Apply").click()
    expect(plain.get_by_role("group", name="Any of these")).to_contain_text("or")
    expect(plain.locator("tbody tr")).to_have_count(3)


def test_sorting_by_two_keys(plain):
    plain.get_by_role("button", name="Sort").click()
    plain.get_by_label("Sort by").select_option("Kind, ascending")
    plain.get_by_label("Then by").first.select_option("Name, descending")
    plain.get_by_role("button", name="Apply").click()
    expect(plain.locator("tbody th").first).to_contain_text("Северный ветер")
    expect(plain.get_by_role("button", name="Sort: Kind, ascending; Name, descending")).to_be_visible()


def test_choosing_columns(plain):
    plain.get_by_role("button", name="Columns").click()
    plain.locator("#column-chooser").get_by_role("link").click()
    plain.get_by_role("checkbox", name="Tags").check()
    plain.get_by_role("button", name="Apply").click()
    expect(plain.get_by_role("columnheader", name="Tags")).to_be_visible()


def test_adding_changing_noting_and_deleting(plain):
    plain.get_by_role("link", name="New contact").click()
    plain.get_by_label("Family name").fill("Smith")
    plain.get_by_label("Given name").fill("Jane")
    plain.get_by_label("Address *").first.fill("jane@example.com")
    plain.get_by_role("button", name="Save").click()
    expect(plain.get_by_role("heading", level=1)).to_have_text("Jane Smith")
    expect(plain.get_by_text("jane@example.com").first).to_be_visible()
    plain.locator(".topbar").get_by_role("link", name="Edit").click()
    plain.get_by_label("Family name").fill("Smithson")
    plain.get_by_role("button", name="Save").click()
    expect(plain.get_by_role("heading", level=1)).to_have_text("Jane Smithson")
    plain.get_by_label("Text").fill("Called, will call back.")
    plain.locator(".composer").get_by_role("button", name="Add").click()
    expect(plain.locator(".timeline")).to_contain_text("will call back")
    plain.get_by_role("button", name="Actions").click()
    plain.get_by_role("button", name="Delete").click()
    expect(plain.locator(".toast")).to_contain_text("Jane Smithson was deleted")
    expect(plain.locator("tbody tr")).to_have_count(4)
    plain.get_by_role("button", name="Undo").click()
    plain.goto("/contacts/")
    expect(plain.locator("tbody tr")).to_have_count(5)


def test_a_note_keeps_its_text_when_its_file_is_refused(app, plain, visit, admin, tmp_path):
    app.config["MAX_CONTENT_LENGTH"], limit = 3000, app.config["MAX_CONTENT_LENGTH"]
    try:
        plain.get_by_role("link", name="Acme Robotics").click()
        plain.get_by_label("Text").fill("Called.\nThey agree.")
        plain.get_by_label("Attach").set_input_files(upload(tmp_path, "evil.html", "<script>"))
        plain.locator(".composer").get_by_role("button", name="Add").click()
        expect(plain.locator(".composer")).to_contain_text("files of this kind cannot be attached")
        expect(plain.get_by_label("Text")).to_have_value("Called.\nThey agree.")
        page = visit(admin, java_script_enabled=False, expected=(413,))
        page.goto(plain.url.removesuffix("/notes"))
        page.get_by_label("Text").fill("Long story.")
        page.get_by_label("Attach").set_input_files(upload(tmp_path, "plan.txt", "x" * 9000))
        page.locator(".composer").get_by_role("button", name="Add").click()
        expect(page.locator(".empty")).to_contain_text("Go back with your browser")
        page.go_back()
        expect(page.get_by_label("Text")).to_have_value("Long story.")
    finally:
        app.config["MAX_CONTENT_LENGTH"] = limit


def test_moving_a_card_and_changing_many(plain):
    plain.get_by_role("link", name="Board").click()
    plain.get_by_label("Move Acme Robotics").click()
    plain.get_by_role("button", name="Partner").click()
    expect(plain.locator('[data-lane="partner"] .card')).to_have_count(2)
    plain.goto("/contacts/")
    plain.get_by_label("Select Acme Robotics").check()
    plain.get_by_role("button", name="Delete").click()
    expect(plain.locator("tbody tr")).to_have_count(3)


def test_one_property(plain):
    plain.get_by_role("link", name="Acme Robotics").click()
    plain.locator("#prop-name").get_by_role("link", name="Edit: Name").click()
    plain.get_by_label("Name", exact=True).fill("Acme Robots")
    plain.get_by_role("button", name="Save").click()
    expect(plain.get_by_role("heading", level=1)).to_have_text("Acme Robots")
