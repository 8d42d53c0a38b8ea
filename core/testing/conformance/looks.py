"""How a plugin's pages look to axe, in a real browser."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from flask import Flask

from core.testing import factories
from core.testing.browser import on_sqlite
from core.testing.conformance.samples import Subject, addresses, owner_of
from core.users import User

if TYPE_CHECKING:
    from playwright.sync_api import Page


class Looks(Subject):
    """Checks that need Chromium."""

    @on_sqlite
    def test_axe_finds_nothing_on_its_pages(
            self, app: Flask, admin: User, page: "Page", axe: Callable[..., list[str]]) -> None:
        """The pages of its record types and of its own, its settings, a contact with its panels; light and dark."""
        contact = factories.contact("Helios Energy")
        self.make_for(contact, admin)
        wanted = [f"/contacts/{contact.id}", f"/contacts/{contact.id}/edit", f"/settings/plugins/{self.plugin}"]
        wanted += [address for address in addresses(app) if owner_of(app, address) == self.plugin]
        for kind in (kind for kind in self.kinds() if kind.surfaces):
            start = f"/{kind.url_path}/{self.make(kind, 'Sample', admin).id}"
            wanted += [start, f"{start}/edit", *([f"/{kind.url_path}/?mode=board"] if kind.board else [])]
        pages = factories.client_of(app, admin)
        found = []
        for address in wanted:
            answer = pages.get(address)
            if answer.status_code != 200 or answer.mimetype != "text/html":
                continue
            page.goto(address)
            for scheme in ("light", "dark"):
                page.emulate_media(color_scheme=scheme)
                found += [f"{address} ({scheme}): {finding}" for finding in axe(page)]
        assert not found, ("axe finds on its pages what keeps people out; https://dequeuniversity.com/rules/axe "
                           "explains each rule:\n" + "\n".join(found))
