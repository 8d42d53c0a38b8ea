"""A day with contacts: adding, finding, changing, disagreeing, writing down, deleting."""

import re

import pytest
from playwright.sync_api import Page, expect

from core.database import db
from core.testing import factories
from core.testing.browser import on_sqlite, upload
from tests.browser import company

pytestmark = on_sqlite


def toast(page: Page, text: str) -> None:
    """What was done is said, and can be taken back there and then."""
    expect(page.locator(".toast", has_text=text)).to_be_visible()


def undo(page: Page) -> None:
    page.locator(".toast").get_by_role("button", name="Undo").last.click()


def test_a_new_person_is_found_by_a_phone_typed_in_another_way(app, page):
    page.goto("/contacts/")
    page.locator(".topbar").get_by_role("link", name="New contact").click()
    page.get_by_label("Family name").fill("Иванова")
    page.get_by_label("Given name").fill("Мария")
    page.get_by_label("Patronymic").fill("Сергеевна")
    page.get_by_role("group", name="Phones").get_by_role("button", name="Add").click()
    page.get_by_label("Number", exact=False).first.fill("8 (916) 123-45-67")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Иванова Мария Сергеевна")
    toast(page, "was added")
    page.goto("/settings")
    page.keyboard.press("Control+k")
    page.keyboard.type("+7916123")
    expect(page.locator("#palette").get_by_role("option").first).to_contain_text("Иванова Мария Сергеевна")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(r"/contacts/\d+$"))


def test_what_is_wrong_is_said_beside_the_field_and_nothing_is_lost(app, page):
    page.goto("/contacts/new")
    page.get_by_label("Family name").fill("Smith")
    page.get_by_role("group", name="E-mails").get_by_role("button", name="Add").click()
    page.get_by_label("Address *").fill("no mail")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("alert")).to_be_focused()
    page.get_by_role("alert").get_by_role("link").click()
    expect(page.get_by_label("Address *")).to_be_focused()
    expect(page.get_by_label("Family name")).to_have_value("Smith")
    page.get_by_label("Address *").fill("smith@example.com")
    page.get_by_role("button", name="Save").click()
    toast(page, "was added")


def test_the_form_asks_a_person_and_an_organisation_for_their_own_things(app, page):
    page.goto("/contacts/new")
    expect(page.get_by_label("Family name")).to_be_visible()
    expect(page.get_by_label("Registry number")).to_be_hidden()
    page.get_by_label("Kind *").select_option(label="Organisation")
    expect(page.get_by_label("Family name")).to_be_hidden()
    expect(page.get_by_label("Registry number")).to_be_visible()


def test_a_property_is_edited_in_place(app, page):
    contact = factories.contact("Helios Energy", status="client")
    page.goto(f"/contacts/{contact.id}")
    name = page.locator("#prop-name")
    name.hover()
    name.get_by_role("link", name="Edit: Name").click()
    expect(name.get_by_role("textbox")).to_be_focused()
    page.keyboard.press("Escape")
    expect(name.get_by_role("link")).to_be_focused()
    name.get_by_role("link", name="Edit: Name").click()
    expect(name.get_by_role("textbox")).to_be_focused()  # until then the form is not htmx's and loads a whole page
    name.get_by_role("textbox").fill("Helios Power")
    page.keyboard.press("Enter")
    expect(name).to_contain_text("Helios Power")
    expect(name.get_by_role("link")).to_be_focused()
    owner = page.locator("#prop-owner")
    owner.get_by_role("link", name="Edit: Owner").click()
    owner.locator("[role=combobox]").fill("Ada")
    owner.get_by_role("option", name="Ada Admin").click()
    owner.get_by_role("button", name="Save").click()
    expect(owner).to_contain_text("Ada Admin")
    page.reload()
    expect(page.get_by_role("heading", level=1)).to_have_text("Helios Power")


def test_an_edit_in_place_is_taken_back(app, page):
    contact = factories.contact("Helios Energy")
    page.goto(f"/contacts/{contact.id}")
    name = page.locator("#prop-name")
    name.hover()
    name.get_by_role("link", name="Edit: Name").click()
    expect(name.get_by_role("textbox")).to_be_focused()
    name.get_by_role("textbox").fill("Helios Power")
    page.keyboard.press("Enter")
    toast(page, "Saved")
    expect(page.get_by_role("heading", level=1)).to_have_text("Helios Power")
    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Helios Energy")


def test_two_people_who_change_the_same_are_asked_which_stays(app, admin, visit):
    contact = factories.contact("Helios Energy")
    first, second = visit(admin), visit(company.people())
    for page, name in ((first, "Helios Power"), (second, "Helios Solar")):
        page.goto(f"/contacts/{contact.id}/edit")
        page.get_by_label("Name", exact=False).first.fill(name)
    first.get_by_role("button", name="Save").click()
    toast(first, "Saved")
    second.get_by_role("button", name="Save").click()
    expect(second.get_by_role("heading", level=1)).to_have_text("Two versions")
    expect(second.locator(".versus").get_by_text("Helios Power")).to_be_visible()
    expect(second.locator(".versus").get_by_text("Helios Solar")).to_be_visible()
    second.get_by_role("button", name="Save the choice").click()
    expect(second.get_by_role("heading", level=1)).to_have_text("Helios Solar")


def test_a_note_that_mentions_somebody_lights_their_inbox(app, admin, visit):
    contact = factories.contact("Helios Energy")
    olga = company.people()
    page, other = visit(admin), visit(olga)
    page.goto(f"/contacts/{contact.id}")
    page.get_by_label("Text").press_sequentially("@")
    expect(page.get_by_role("option")).to_have_text(["Ada Admin", "Olga Orlova"])
    page.get_by_label("Text").press_sequentially("ol")
    page.keyboard.press("Enter")  # at once, before the answer to the last letter
    page.get_by_label("Text").press_sequentially("please call them")
    expect(page.get_by_label("Text")).to_have_value("@Olga Orlova please call them")
    page.keyboard.press("Control+Enter")
    expect(page.locator(".timeline")).to_contain_text("please call them")
    factories.deliver()
    other.goto("/contacts/")
    expect(other.locator("#inbox-count")).to_have_text("1")
    other.get_by_role("link", name="Inbox").first.click()
    other.locator(".inbox-item").get_by_role("link").click()
    expect(other.get_by_role("heading", level=1)).to_have_text("Helios Energy")


def test_a_deleted_contact_comes_back(app, page):
    contact = factories.contact("Helios Energy")
    page.goto(f"/contacts/{contact.id}")
    page.get_by_role("button", name="Actions").click()
    page.get_by_role("button", name="Delete").click()
    toast(page, "Helios Energy was deleted")
    expect(page.get_by_role("row", name="Helios Energy")).to_have_count(0)
    undo(page)
    page.goto("/contacts/")
    expect(page.get_by_role("row", name="Helios Energy")).to_be_visible()


def test_the_theme_and_the_language_are_a_matter_of_taste(app, page):
    page.goto("/contacts/")
    page.get_by_role("button", name="account menu").click()
    page.get_by_role("button", name="Dark", exact=True).click()
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(15, 16, 19)"
    page.goto("/settings/profile")
    page.get_by_label("Language").select_option(value="ru")
    page.get_by_role("button", name="Save").click()
    expect(page.locator("html")).to_have_attribute("lang", "ru")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_without_a_choice_the_theme_is_the_systems(app, admin, visit, scheme):
    page = visit(admin, color_scheme=scheme)
    page.goto("/contacts/")
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == \
        {"light": "rgb(252, 252, 253)", "dark": "rgb(15, 16, 19)"}[scheme]
    db.session.rollback()


def test_a_note_with_a_file_that_is_refused_is_not_lost(app, page, tmp_path):
    acme = company.companies()[0]
    page.goto(f"/contacts/{acme.id}")
    composer, text = page.locator(".composer"), page.get_by_label("Text")
    text.fill("They agree.")
    page.get_by_label("Attach").evaluate("(input) => { input.dataset.limit = 100; }")
    page.get_by_label("Attach").set_input_files(upload(tmp_path, "plan.pdf", "x" * 101))
    expect(composer.locator(".error:visible")).to_have_text("“plan.pdf” is larger than 25 MB. Choose a smaller one.")
    composer.get_by_role("button", name="Add").click()
    expect(text).to_have_value("They agree.")
    page.get_by_label("Attach").set_input_files([upload(tmp_path, name, "x" * 60) for name in ("a.pdf", "b.pdf")])
    expect(composer).to_contain_text("Together these are larger than 25 MB.")
    page.get_by_label("Attach").set_input_files(upload(tmp_path, "evil.exe", "x"))
    expect(composer.locator(".error:visible")).to_have_count(0)
    composer.get_by_role("button", name="Add").click()
    expect(composer.locator(".error:visible")).to_contain_text("“evil.exe”: files of this kind cannot be attached")
    expect(text).to_have_value("They agree.")
    page.get_by_label("Attach").set_input_files(upload(tmp_path, "plan.pdf", "x"))
    composer.get_by_role("button", name="Add").click()
    expect(page.locator(".timeline")).to_contain_text("plan.pdf")
    expect(page.locator(".timeline")).to_contain_text("They agree.")


def test_a_time_zone_is_found_by_typing(app, page):
    page.goto("/settings/profile")
    zone = page.get_by_role("combobox", name="Time zone")
    zone.fill("kolk")
    page.get_by_role("option", name="Asia/Kolkata (UTC+5:30)").click()
    page.get_by_role("button", name="Save").click()
    expect(zone).to_have_value("Asia/Kolkata (UTC+5:30)")
