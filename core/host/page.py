"""What the Plugins page shows: one card a plugin, with its state, what it adds and what has gone wrong."""

from dataclasses import dataclass, field
from typing import Any

from flask import current_app, url_for
from flask_babel import gettext as _

from core import migrate
from core.host import dropping, operations
from core.host.found import Found, found_plugins
from core.host.load import tables_of
from core.host.models import PluginState
from core.plugin import Failure, Registry, deprecating, registry
from core.plugin.failures import PluginFailure, kept
from core.web.fields import FieldUi


@dataclass(frozen=True)
class Act:
    """A button of a card: posts to its address."""

    label: str
    url: str
    primary: bool = False


@dataclass(frozen=True)
class PluginCard:
    """One plugin as the page draws it. `color` and `state` are the badge."""

    name: str
    title: Any
    description: Any
    icon: str
    version: str
    state: str
    color: str
    note: str = ""
    requires: list[Any] = field(default_factory=list)
    adds: list[tuple[str, list[str]]] = field(default_factory=list)
    failure: Failure | None = None
    failures: list[PluginFailure] = field(default_factory=list)
    deprecations: list[str] = field(default_factory=list)
    clear_url: str | None = None
    settings_url: str | None = None
    act: Act | None = None


def cards() -> list[PluginCard]:
    """Every plugin that is there or has left a row: what needs the administrator first, then by title."""
    rows, failures = operations.states(), failures_by_plugin()
    plugins = found_plugins(current_app)
    shown = [_card(plugin, rows.get(plugin.name), failures.pop(plugin.name, [])) for plugin in plugins]
    known = {plugin.name for plugin in plugins}
    shown += [_gone(row, failures.pop(name, [])) for name, row in rows.items() if name not in known]
    shown += [_other(name, faults) for name, faults in failures.items()]
    return sorted(shown, key=lambda card: (card.color != "red", card.color == "gray", str(card.title)))


def leftovers() -> list[str]:
    """Plugins without a row and without code that have left tables behind."""
    known = {plugin.name for plugin in found_plugins(current_app)}
    return [name for name in dropping.purgeable(current_app) if name not in known]


def settings_page_of(name: str) -> str | None:
    """The address of a component's settings, if it has any that can be drawn."""
    schema = registry().settings.get(name)
    drawn = schema and any(isinstance(f, FieldUi) for f in schema().fields.values())
    return url_for("host.plugins_settings", name=name) if drawn else None


def _card(plugin: Found, row: PluginState | None, failures: list[PluginFailure]) -> PluginCard:
    manifest, shelf = plugin.manifest, registry()
    state, color, note, act = _state(plugin, row)
    return PluginCard(
        name=plugin.name,
        title=manifest.title if manifest else plugin.name,
        description=manifest.description if manifest else "",
        icon=manifest.icon if manifest else "alert-triangle",
        version=manifest.version if manifest else "",
        state=state, color=color, note=note, act=act,
        requires=[shelf.titles.get(name, name) for name in (manifest.requires if manifest else ())],
        adds=_adds(shelf, plugin.name) if plugin.loaded else [],
        failure=plugin.failure, failures=failures, clear_url=_clear_url(plugin.name, failures),
        deprecations=[str(found) for found in deprecating.used_by(plugin.component)],
        settings_url=settings_page_of(plugin.name) if shelf.enabled(plugin.name) else None,
    )


def _state(plugin: Found, row: PluginState | None) -> tuple[str, str, str, Act | None]:
    """(badge, colour, what to do, button)."""
    if plugin.failure:
        return _("Set aside"), "red", plugin.failure.message, _off(row)
    if not migrate.up_to_date(plugin.name):
        return _("Tables not up to date"), "amber", _("Run `eleven db upgrade` on the server."), _off(row)
    if row is None:
        return _("Not installed"), "gray", "", Act(_("Install"), _url(plugin.name, "install"), True)
    if not row.enabled:
        return _("Off"), "gray", _("Its data are kept."), Act(_("Switch on"), _url(plugin.name, "enable"), True)
    return _("On"), "green", "", _off(row)


def _off(row: PluginState | None) -> Act | None:
    return Act(_("Switch off"), _url(row.name, "disable")) if row and row.enabled else None


def failures_by_plugin() -> dict[str, list[PluginFailure]]:
    """What has gone wrong in any process, the latest first, by plugin or part of core."""
    found: dict[str, list[PluginFailure]] = {}
    for failure in kept():
        found.setdefault(failure.plugin, []).append(failure)
    return found


def _clear_url(name: str, failures: list[PluginFailure]) -> str | None:
    return url_for("host.clear_failures", name=name) if failures else None


def _other(name: str, failures: list[PluginFailure]) -> PluginCard:
    """A part of core, or a plugin that is gone, of which there is nothing left to say but its faults."""
    return PluginCard(name=name, title=name, description="", icon="alert-triangle", version="", state=_("Faults"),
                      color="red", failures=failures, clear_url=_clear_url(name, failures))


def _gone(row: PluginState, failures: list[PluginFailure]) -> PluginCard:
    return PluginCard(
        failures=failures, clear_url=_clear_url(row.name, failures),
        name=row.name, title=row.name, description="", icon="alert-triangle", version=row.installed_version,
        state=_("Code is missing"), color="red", act=_off(row),
        note=_("Put its folder back, or run `eleven plugins remove %(name)s`.", name=row.name))


def _url(name: str, act: str) -> str:
    return url_for("host.switch", name=name, act=act)


def _adds(shelf: Registry, name: str) -> list[tuple[str, list[str]]]:
    def owned(things: Any) -> list[str]:
        return [key for key in things if shelf.owners.get(key) == name]

    def keyed(things: Any) -> list[str]:
        return [key.partition(":")[2] for key in things if key.startswith(f"{name}:")]

    found = [
        (_("Records"), [str(shelf.record_types[key].plural) for key in owned(shelf.record_types)]),
        (_("Permissions"), owned(shelf.permissions)),
        (_("Tables"), tables_of(name)),
        (_("Jobs"), keyed(shelf.jobs)),
        (_("Listens to"), sorted({h.event for key, h in shelf.handlers.items() if key.startswith(f"{name}:")})),
    ]
    return [(label, names) for label, names in found if names]
