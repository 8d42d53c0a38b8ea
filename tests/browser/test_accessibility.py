"""axe finds nothing, on any page, in either theme, with whatever can be opened on it."""

import random
from collections.abc import Callable, Iterator

import pytest
from flask import Flask
from flask.testing import FlaskClient
from playwright.sync_api import Page, expect
from sqlalchemy import select

from core.contacts import Contact
from core.database import db
from core.plugin import registry
from core.testing.browser import on_sqlite, upload
from core.users import User
from tests.browser import company

pytestmark = on_sqlite

THEME_RULES = ("color-contrast", "link-in-text-block")
"""Rules whose answer depends on colours: the dark theme differs in nothing else."""

FRAME = (".side", ".tabbar")
"""The same on every page: seen on the first."""


def look(page: Page, axe: Callable[..., list[str]], where: str, within: str = "html") -> list[str]:
    """The findings on a page as it stands, in the light and then in the dark theme."""
    frame = () if where == "/contacts/" or within != "html" else FRAME
    page.emulate_media(color_scheme="light")
    found = axe(page, within=within, without=frame)
    page.emulate_media(color_scheme="dark")
    found += [f"dark: {finding}" for finding in axe(page, *THEME_RULES, within=within, without=frame)]
    page.emulate_media(color_scheme="light")
    return [f"{where} {finding}" for finding in found]


def pages(app: Flask, client: FlaskClient) -> Iterator[str]:
    """The addresses that need no arguments and answer with a page."""
    for rule in app.url_map.iter_rules():
        if "GET" not in (rule.methods or ()) or rule.arguments or rule.rule.startswith("/api/v1/"):
            continue
        answer = client.get(rule.rule)
        assert answer.status_code < 400, f"{rule.rule} answers {answer.status_code}"
        if answer.mimetype == "text/html" and answer.status_code == 200 and "<!doctype html>" in answer.text:
            yield rule.rule


def fill_plugins() -> None:
    """Let the plugins make their demo data around the contacts that are there."""
    contacts, users = db.session.scalars(select(Contact)).all(), db.session.scalars(select(User)).all()
    for plugin in {plugin for plugin, *_ in registry().calls.manager.list_name_plugin() if "." not in plugin}:
        registry().calls.one(plugin, "demo_data", contacts=contacts, users=users, random=random.Random(1))
    db.session.commit()


def test_every_page_without_arguments(app, admin, client, page, axe):
    company.everything(admin)
    addresses = list(pages(app, client))
    assert "/contacts/" in addresses
    found = []
    for address in addresses:
        page.goto(address)
        found += look(page, axe, address)
    assert not found, "\n".join(found)


def test_the_pages_of_a_contact(app, admin, page, axe):
    maria = company.everything(admin)
    found = []
    for address in (f"/contacts/{maria.id}", f"/contacts/{maria.id}/edit", f"/contacts/{maria.id}/history",
                    f"/contacts/{maria.employers[0].organization_id}", f"/contacts/{maria.id}/photo",
                    f"/contacts/{maria.id}/qr", "/contacts/?mode=board", "/contacts/?q=nobody-is-called-so",
                    "/contacts/?f.status.is=client&f.tags.has=vip", "/search?q=maria", "/settings/journal/1"):
        page.goto(address)
        found += look(page, axe, address)
    assert not found, "\n".join(found)


def test_the_pages_of_what_plugins_keep(app, admin, client, page, axe):
    company.everything(admin)
    fill_plugins()
    found = []
    for kind in registry().record_types.values():
        if not kind.surfaces or kind.name == "contact":
            continue
        for record in db.session.scalars(select(kind.model).limit(1)):
            for address in (kind.url("index"), kind.url("show", record_id=record.id),
                            kind.url("edit", record_id=record.id)):
                page.goto(address)
                found += look(page, axe, address)
    assert not found, "\n".join(found)


def test_a_company_that_has_nothing_yet_and_strangers(app, page, visit, axe):
    page.goto("/contacts/")
    found = look(page, axe, "empty list")
    colleague = visit(company.people(), expected=(403, 404))
    for address in ("/contacts/999", "/settings/people"):
        colleague.goto(address)
        found += look(colleague, axe, address)
    stranger = visit(expected=(404, 410))
    for address in ("/sign-in", "/password/forgot", "/password/nonsense", "/nowhere"):
        stranger.goto(address)
        found += look(stranger, axe, address)
    assert not found, "\n".join(found)


# what lies behind is as it was, and axe takes its colours for those in front
OPEN = "[popover]:popover-open, dialog[open]"
OPENED = {
    "account menu": ("/contacts/", lambda page: page.get_by_role("button", name="account menu").click()),
    "more": ("/contacts/", lambda page: page.get_by_role("button", name="More").click()),
    "filters": ("/contacts/", lambda page: open_filter(page, "Status")),
    "filter with a look-up": ("/contacts/", lambda page: open_filter(page, "Owner")),
    "columns": ("/contacts/", lambda page: page.get_by_role("button", name="Columns").click()),
    "save as view": ("/contacts/", lambda page: page.get_by_role("button", name="Save as view").click()),
    "selected rows": ("/contacts/", lambda page: page.get_by_label("Select Blue Harbor").check()),
    "peek": ("/contacts/", lambda page: page.get_by_text("Blue Harbor").click()),
    "palette": ("/contacts/", lambda page: search(page, "blue")),
    "shortcuts": ("/contacts/", lambda page: page.keyboard.press("?")),
    "menu of a card": ("/contacts/?mode=board", lambda page: page.get_by_label("Move Blue Harbor").click()),
}


def open_filter(page: Page, field: str) -> None:
    page.get_by_role("button", name="Filter", exact=True).click()
    page.locator("summary", has_text=field).first.click()


def search(page: Page, text: str) -> None:
    page.keyboard.press("Control+k")
    page.keyboard.type(text)
    expect(page.get_by_role("option").first).to_contain_text("Blue Harbor")


def test_whatever_opens_on_a_page(app, admin, page, axe):
    company.everything(admin)
    found = []
    for name, (address, act) in OPENED.items():
        page.goto(address)
        act(page)
        page.wait_for_load_state("networkidle")
        found += look(page, axe, name, OPEN if page.locator(OPEN).count() else "html")
    assert not found, "\n".join(found)


def test_the_steps_of_an_import(app, admin, page, axe, tmp_path):
    page.goto("/contacts/import")
    page.get_by_label("Choose a file").set_input_files(
        upload(tmp_path, "people.csv", "Name,E-mail\nHelios,info@helios.example\nNobody,no mail\n"))
    page.get_by_role("button", name="Continue").click()
    found = look(page, axe, "columns")
    page.get_by_role("button", name="Check").click()
    expect(page.get_by_text("Refused rows").first).to_be_visible()
    found += look(page, axe, "check")
    page.get_by_role("button", name="Import 1 row").click()
    page.wait_for_load_state("networkidle")
    found += look(page, axe, "progress")
    assert not found, "\n".join(found)


@pytest.mark.parametrize("address", ["/contacts/", "/contacts/new", "/contacts/{id}", "/contacts/?mode=board"])
def test_nothing_is_wider_than_a_phone(app, admin, visit, address):
    maria = company.everything(admin)
    page = visit(admin, viewport={"width": 360, "height": 740}, has_touch=True, is_mobile=True)
    page.goto(address.format(id=maria.id))
    wide = page.evaluate("document.documentElement.scrollWidth")
    assert wide <= 360
