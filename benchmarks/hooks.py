"""What guarding plugins costs: one call, a page with ten plugins' panels, a page with a panel that does not end.

Measured inside of one process, with plugins that are written here: what is compared is the guard, not the server.
"""

import importlib
import statistics
import tempfile
import timeit
from collections.abc import Callable, Iterator
from pathlib import Path
from time import perf_counter
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, text, update

from benchmarks.report import Promise, Result
from core import create_app
from core.contacts.models import Contact
from core.database import db
from core.host import PluginState, found_plugins
from core.plugin import PanelRow, registry_for
from core.testing import factories

ROUNDS, CALLS, LIMIT = 15, 5000, 1.0
WHERE = "in one process"

SEARCH = """
from core.plugin import hookimpl
@hookimpl
def search(text, user, limit):
    return []
"""
PANEL = """
from sqlalchemy import text
from core.database import db
from core.plugin import Panel, PanelRow, hookimpl
ASKED = text("SELECT id, family_name FROM contact WHERE id >= :first ORDER BY id LIMIT 20")
def body():
    return [PanelRow(text=str(name), url=f"/contacts/{{number}}")
            for number, name in db.session.execute(ASKED, {{"first": {0}}})]
@hookimpl
def contact_panels(contact, user):
    return [Panel(key="rows", title="Rows", body=body)]
"""
ENDLESS = """
from core.plugin import Panel, hookimpl
def body():
    while True:
        pass
@hookimpl
def contact_panels(contact, user):
    return [Panel(key="endless", title="Endless", body=body)]
"""
PANELS = {f"benchpanel{number}": PANEL.format(number) for number in range(10)}
SOURCES = {"benchsearch": SEARCH, "benchendless": ENDLESS} | PANELS


def guarding() -> Iterator[Result]:
    """The results, on SQLite in a folder that goes afterwards."""
    with tempfile.TemporaryDirectory() as folder:
        app = _company(Path(folder))
        yield from _calls(app)
        yield from _pages(app)
        with app.app_context():
            db.engine.dispose()


def _company(folder: Path) -> Flask:
    for name, source in SOURCES.items():
        package = folder / "plugins" / name
        package.mkdir(parents=True)
        (package / "hooks.py").write_text(source)
        (package / "__init__.py").write_text(
            f"from core.plugin import Manifest\nmanifest = Manifest(name={name!r}, title={name!r}, description='')\n")
    app: Flask = create_app(folder, LOG_LEVEL="CRITICAL", PLUGINS_SECONDS=LIMIT)
    factories.install(app)
    with app.app_context():
        factories.company(app)
        for number in range(30):
            factories.contact(f"Company {number}")
        db.session.remove()
    assert all(plugin.loaded for plugin in found_plugins(app))
    return app


def _switch_on(app: Flask, *names: str) -> None:
    """These plugins, and no others."""
    with app.app_context():
        db.session.execute(update(PluginState).values(enabled=PluginState.name.in_(names)))
        db.session.commit()


def _calls(app: Flask) -> Iterator[Result]:
    _switch_on(app, "benchsearch")
    calls = registry_for(app).calls
    search = importlib.import_module("plugins.benchsearch.hooks").search
    for hook in calls.manager.hook.search.get_hookimpls():
        if hook.plugin_name != "benchsearch":
            calls.manager.unregister(name=hook.plugin_name)
    with app.test_request_context("/"):
        plain = _microseconds(lambda: search("a", None, 5))
        guarded = _microseconds(lambda: calls.gather("search", text="a", user=None, limit=5))
        pluggy = _microseconds(lambda: calls.manager.hook.search(text="a", user=None, limit=5))
    yield Result(WHERE, Promise("guarded call - plain call", 5, unit="µs"), guarded - plain)
    yield Result(WHERE, Promise("guarded call / pluggy's own", 5), guarded / pluggy)


def _microseconds(call: Callable[[], Any]) -> float:
    return min(timeit.repeat(call, number=CALLS, repeat=ROUNDS)) / CALLS * 1e6


def _pages(app: Flask) -> Iterator[Result]:
    with app.app_context():
        client = factories.client_of(app, factories.admin())
        page = f"/contacts/{db.session.scalars(select(Contact.id)).first()}"
        db.session.remove()
    _switch_on(app)
    empty = _seconds(client, page)
    _switch_on(app, *PANELS)
    full = _seconds(client, page)
    bodies: list[Callable[[], list[PanelRow]]] = [
        importlib.import_module(f"plugins.{name}.hooks").body for name in PANELS]
    with app.test_request_context("/"):
        db.session.execute(text("SELECT 1"))
        bare = _median(lambda: [body() for body in bodies])
    yield Result(WHERE, Promise("page with ten panels / page and bare queries", 1.5), full / (empty + bare))
    _switch_on(app, *PANELS, "benchendless")
    slowed = min(_once(client, page) for _ in range(3))
    yield Result(WHERE, Promise("page with an endless panel - page", LIMIT, unit="s"), slowed - full)


def _seconds(client: FlaskClient, page: str) -> float:
    _once(client, page)
    return _median(lambda: _once(client, page))


def _median(act: Callable[[], Any]) -> float:
    times = []
    for _ in range(ROUNDS):
        begin = perf_counter()
        act()
        times.append(perf_counter() - begin)
    return statistics.median(times)


def _once(client: FlaskClient, page: str) -> float:
    begin = perf_counter()
    assert client.get(page).status_code == 200
    return perf_counter() - begin
