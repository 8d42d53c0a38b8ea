"""How a plugin's pages look to axe, in a real browser."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from flask import Flask

from core.testing import factories
from core.testing.browser import on_sqlite
from core.testing.conformance.samples import Subject
from core.users import User

if TYPE_CHECKING:
    from playwright.sync_api import Page


class Looks(Subject):
    """Checks that need Chromium."""

    @on_sqlite
    def test_axe_finds_nothing_on_its_pages(
            self, app: Flask, admin: User, page: "Page", axe: Callable[..., list[str]]) -> None:
        """The pages of its record types, its settings, and a contact with its panels, light and dark."""
        contact = factories.contact("Helios Energy")
        addresses = [f"/contacts/{contact.id}"]
        for kind in (kind for kind in self.kinds() if kind.surfaces):
            record = self.make(kind, "Sample", admin)
            start = f"/{kind.url_path}/"
            addresses += [start, f"{start}new", f"{start}{record.id}", f"{start}{record.id}/edit"]
        found = []
        for address in addresses:
            page.goto(address)
            for scheme in ("light", "dark"):
                page.emulate_media(color_scheme=scheme)
                found += [f"{address} ({scheme}) {finding}" for finding in axe(page)]
        assert not found, "\n".join(found)


