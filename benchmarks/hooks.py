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

ROUNDS, CALLS, LIMIT = 15, 200, 1.0
"""Few calls at a time and often: the best of them is one in which the machine did nothing else."""
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
        plain, guarded, pluggy = _microseconds(
            lambda: search("a", None, 5),
            lambda: calls.gather("search", text="a", user=None, limit=5),
            lambda: calls.manager.hook.search(text="a", user=None, limit=5))
    yield Result(WHERE, Promise("guarded call - plain call", 5, unit="µs"), guarded - plain)
    yield Result(WHERE, Promise("guarded call / pluggy's own", 5), guarded / pluggy)


def _microseconds(*calls: Callable[[], Any]) -> list[float]:
    """The best time of each, measured in turns."""
    rounds = [[timeit.timeit(call, number=CALLS) for call in calls] for _ in range(20 * ROUNDS)]
    return [min(times) / CALLS * 1e6 for times in zip(*rounds, strict=True)]


def _pages(app: Flask) -> Iterator[Result]:
    with app.app_context():
        client = factories.client_of(app, factories.admin())
        page = f"/contacts/{db.session.scalars(select(Contact.id)).first()}"
        db.session.remove()
    bodies: list[Callable[[], list[PanelRow]]] = [
        importlib.import_module(f"plugins.{name}.hooks").body for name in PANELS]
    rounds = []
    for _ in range(ROUNDS):
        _switch_on(app)
        empty = _once(client, page)
        _switch_on(app, *PANELS)
        full = _once(client, page)
        with app.test_request_context("/"):
            db.session.execute(text("SELECT 1"))
            rounds.append((empty, full, _seconds(lambda: [body() for body in bodies])))
    ratio = statistics.median(full / (empty + bare) for empty, full, bare in rounds)
    page_seconds = statistics.median(full for _empty, full, _bare in rounds)
    yield Result(WHERE, Promise("page with ten panels / page and bare queries", 1.5), ratio)
    _switch_on(app, *PANELS, "benchendless")
    slowed = min(_once(client, page) for _ in range(3))
    yield Result(WHERE, Promise("page with an endless panel - page", LIMIT, unit="s"), slowed - page_seconds)


def _once(client: FlaskClient, page: str) -> float:
    """The seconds of one answer, once the page is warm."""
    client.get(page)

    def ask() -> None:
        assert client.get(page).status_code == 200
    return _seconds(ask)


def _seconds(act: Callable[[], Any]) -> float:
    begin = perf_counter()
    act()
    return perf_counter() - begin
