"""Merging two contacts in a browser: with scripts and without, on a phone, in both themes."""

import re

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import func, select

from core.contacts import Contact
from core.database import db
from core.records import notes, record_type
from core.testing import factories
from core.testing.browser import on_sqlite
from tests.browser.test_accessibility import look

pytestmark = on_sqlite


def count() -> int:
    db.session.rollback()
    return db.session.scalar(select(func.count()).select_from(Contact)) or 0


@pytest.fixture
def two(app, admin) -> tuple[Contact, Contact]:
    helios = factories.contact("Helios")
    made = [factories.contact(f"Maria {name}", kind="person", about=about, emails=[{"address": mail}],
                              employers=[{"organization": helios.id, "role": "Buyer"}])
            for name, about, mail in (("Ivanova", "Likes short mails.", "maria@helios.example"),
                                      ("Petrova", "Calls", "m@" + "long." * 20 + "example"))]
    notes.add(record_type("contact"), made[1], "Called", admin)
    db.session.commit()
    return made[0], made[1]


def test_from_a_contact_s_page_and_back(two, page: Page):
    page.goto(f"/contacts/{two[0].id}")
    page.get_by_role("button", name="Actions").click()
    page.get_by_role("link", name="Merge…").click()
    page.get_by_role("combobox", name="The same as").fill("maria")
    page.get_by_role("option", name="Maria Petrova").click()
    page.get_by_role("button", name="Compare").click()
    page.get_by_role("group", name="About").get_by_label("Calls").check()
    page.get_by_role("button", name="Merge 2 contacts").click()
    expect(page.locator("#toasts")).to_contain_text("Merged.")
    expect(page.get_by_label("Properties")).to_contain_text("Calls")
    assert count() == 2
    page.locator("#toasts").get_by_role("button", name="Undo").click()
    expect(page.locator("#toasts")).to_contain_text("Undone.")
    assert count() == 3


def test_from_the_list(two, page: Page):
    page.goto("/contacts/?sort=name")
    for box in page.locator("tbody tr", has_text="Maria").get_by_role("checkbox").all():
        box.check()
    page.get_by_role("group", name="Selected rows").get_by_role("button", name="Merge…").click()
    expect(page).to_have_url(re.compile(rf"/contacts/{two[0].id}/merge\?with={two[1].id}$"))
    page.get_by_role("button", name="Merge 2 contacts").click()
    expect(page.locator("#toasts")).to_contain_text("Merged.")
    assert count() == 2


def test_without_scripts(two, admin, visit):
    plain = visit(admin, java_script_enabled=False, viewport={"width": 360, "height": 740})
    plain.goto(f"/contacts/{two[0].id}/merge")
    plain.locator("input[name='with.text']").fill("maria")
    plain.get_by_role("button", name="Compare").click()
    plain.locator("select[name=with]").select_option(str(two[1].id))
    plain.locator("input[name='with.text']").fill("")
    plain.get_by_role("button", name="Compare").click()
    plain.get_by_role("group", name="About").get_by_label("Calls").check()
    plain.get_by_role("button", name="Merge 2 contacts").click()
    expect(plain.locator("#toasts")).to_contain_text("Merged.")
    assert count() == 2


def test_axe_finds_nothing_and_nothing_is_wider_than_a_phone(two, admin, visit, axe):
    stays, goes = two
    page = visit(admin, expected=(422,))
    found = []
    for address in (f"/contacts/{stays.id}/merge", f"/contacts/{stays.id}/merge?with={goes.id}",
                    f"/contacts/{stays.id}/merge?with={stays.id}"):
        page.set_viewport_size({"width": 1280, "height": 800})
        page.goto(address)
        found += look(page, axe, address)
        page.set_viewport_size({"width": 360, "height": 740})
        assert page.evaluate("document.documentElement.scrollWidth") <= 360, address
    assert not found, "\n".join(found)


def test_an_error_takes_the_focus_and_stands_beside_its_field(two, admin, visit):
    stays, goes = two
    page = visit(admin, expected=(409,))
    page.goto(f"/contacts/{stays.id}/merge?with={goes.id}")
    db.session.get_one(Contact, goes.id).about = "Newer"
    db.session.commit()
    page.get_by_role("button", name="Merge 2 contacts").click()
    expect(page.get_by_role("alert")).to_contain_text("Maria Petrova was changed meanwhile")
    expect(page.get_by_role("alert")).to_be_focused()
    expect(page.get_by_role("group", name="About")).to_contain_text("Newer")
