"""A person comes to Eleven for the day."""

from playwright.sync_api import expect

from core.database import db
from core.testing import factories
from core.testing.browser import on_both
from core.users.operations import create_user


@on_both
def test_a_person_signs_in_and_finds_what_they_came_for(app, visit):
    factories.contact("Helios Energy", status="client")
    create_user("Una User", "una@example.com", password=factories.PASSWORD, is_admin=True)
    db.session.commit()
    page = visit()
    page.goto("/contacts/?q=helios")
    expect(page.get_by_label("E-mail")).to_be_focused()
    page.keyboard.type("una@example.com")
    page.get_by_label("Password").fill("wrong words entirely")
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert")).to_be_focused()
    page.get_by_label("Password").fill(factories.PASSWORD)
    page.keyboard.press("Enter")
    expect(page.get_by_role("link", name="Helios Energy")).to_be_visible()
    page.get_by_role("button", name="account menu").click()
    page.get_by_role("button", name="Sign out").click()
    page.goto("/contacts/")
    expect(page.get_by_label("Password")).to_be_visible()
