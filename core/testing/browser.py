"""pytest fixtures for tests that look at real pages: a server in a thread, Chromium, and axe.

A page that a test has opened fails it on any error in the console, which is where faults of scripts and breaches
of the content security policy appear. `on_sqlite` goes on every module: a browser sees no difference of databases.
"""

import shutil
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import waitress
from flask import Flask

from core.database import db
from core.testing import factories
from core.testing.fixtures import missing
from core.users import User, sessions
from core.users.keys import Origin

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Response

on_sqlite = pytest.mark.parametrize("installed", ["sqlite"], indirect=True)
on_both = pytest.mark.parametrize("installed", ["sqlite", "postgresql"], indirect=True)

PATIENCE = 8000
"""Milliseconds until something that does not appear is a failure."""
ANSWERS = (409, 422)
"""Statuses that our own pages ask for: a conflict, and a form with something to mend."""


@pytest.fixture(scope="session")
def chromium() -> "Iterator[Browser]":
    """The browser of this machine, started once; tests get contexts of their own."""
    mend = "apt install chromium, and pip install -e .[test] for Playwright"
    path = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if path is None:
        missing("Chromium", mend)
    try:
        from playwright.sync_api import sync_playwright
    except ImportError:
        missing("Playwright", mend)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox", "--disable-gpu"])
        yield browser
        browser.close()


@pytest.fixture
def live_server(app: Flask) -> str:
    """The address of a server of the test's application, kept for the tests that follow."""
    address: str | None = app.extensions.get("eleven_live_server")
    if address is None:
        server: Any = waitress.create_server(app, host="127.0.0.1", port=0, threads=6)
        threading.Thread(target=_serve, args=(server,), daemon=True).start()
        address = app.extensions["eleven_live_server"] = f"http://127.0.0.1:{server.effective_port}"
    return address


def _serve(server: Any) -> None:
    with suppress(OSError):  # the process ends before the server
        server.run()


class Visitors:
    """Opens pages for people and remembers what went wrong on them."""

    def __init__(self, app: Flask, chromium: "Browser", address: str) -> None:
        self._app, self._chromium, self.address = app, chromium, address
        # as the test client does: what the test has read is read anew, and a lock that it holds is let go
        self._session = db.session()
        self._contexts: list[BrowserContext] = []
        self.faults: list[str] = []

    def __call__(self, user: User | None = None, *, expected: tuple[int, ...] = (), **options: Any) -> "Page":
        """A page of a browser that `user` is signed in with, or nobody.

        `expected` statuses are no faults on it; `options` go to the context: viewport, locale, java_script_enabled.
        """
        options = {"viewport": {"width": 1280, "height": 800}, "locale": "en-GB", "reduced_motion": "reduce"} | options
        context = self._chromium.new_context(base_url=self.address, accept_downloads=True, **options)
        context.set_default_timeout(PATIENCE)
        self._contexts.append(context)
        if user is not None:
            context.add_cookies([{"name": self._app.config["SESSION_COOKIE_NAME"], "value": self._cookie(user),
                                  "url": self.address}])
        page = context.new_page()
        page.on("console", lambda message: self._heard(message, ANSWERS + expected))
        page.on("pageerror", lambda error: self.faults.append(f"{page.url}: {error}"))
        page.on("request", lambda _request: self._session.rollback())
        page.on("response", lambda response: self._answered(response))
        return page

    def _cookie(self, user: User) -> str:
        key = sessions.open_session(user, Origin("127.0.0.1", "test"), remember=True, two_factor=True)
        db.session.commit()
        serializer: Any = self._app.session_interface.get_signing_serializer(self._app)  # type: ignore[attr-defined]
        return str(serializer.dumps({"_user_id": key, "_fresh": True}))

    def _heard(self, message: "ConsoleMessage", expected: tuple[int, ...]) -> None:
        if message.type == "error" and not any(f"status of {status}" in message.text for status in expected):
            self.faults.append(f"{message.location.get('url')}: {message.text}")

    def _answered(self, response: "Response") -> None:
        # the console speaks of it too, unless scripts are off
        if response.status >= 500:
            self.faults.append(f"{response.request.method} {response.url} answers {response.status}")

    def close(self) -> None:
        """Close every page, and fail with what was wrong on them."""
        for context in self._contexts:
            context.close()
        assert not self.faults, "\n".join(self.faults)


@pytest.fixture
def visit(app: Flask, chromium: "Browser", live_server: str) -> Iterator[Visitors]:
    """A function that opens a page for a person: see Visitors."""
    visitors = Visitors(app, chromium, live_server)
    yield visitors
    visitors.close()


@pytest.fixture
def page(visit: Visitors, admin: User) -> "Page":
    """A page that the administrator is signed in on."""
    return visit(admin)


@pytest.fixture(scope="session")
def axe() -> "Callable[..., list[str]]":
    """A function that lists what axe finds on a page, one line per element.

    `within` and `without` are selectors, `only` names the rules to check.
    """
    try:
        from axe_playwright_python.sync_playwright import Axe
    except ImportError:
        missing("axe-playwright-python", "pip install -e .[test]")
    checker = Axe()

    def findings(page: "Page", *only: str, within: str = "html", without: tuple[str, ...] = ()) -> list[str]:
        # preloading would fetch every stylesheet anew
        options: dict[str, Any] = {"resultTypes": ["violations"], "preload": False}
        if only:
            options["runOnly"] = {"type": "rule", "values": list(only)}
        place = {"include": [[within]], "exclude": [[part] for part in without if page.locator(part).count()]}
        found = checker.run(page, place, options).response["violations"]
        return [f"{rule['id']}: {node['html'][:160]} {_why(node)}" for rule in found for node in rule["nodes"]]

    return findings


def _why(node: dict[str, Any]) -> str:
    return " ".join(check["message"] for check in node["any"] + node["all"] + node["none"])[:200]


def upload(folder: Path, name: str, text: str) -> str:
    """Write a file for an upload field and return its path."""
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return str(path)


__all__ = ["axe", "chromium", "factories", "live_server", "on_both", "on_sqlite", "page", "upload", "visit"]
