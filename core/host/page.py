"""What the Plugins page shows: one card a plugin, with its state, what it adds and what has gone wrong."""

from dataclasses import dataclass, field
from typing import Any

from flask import current_app, url_for
from flask_babel import gettext as _

from core.host import dropping
from core.host.belongings import Part
from core.host.found import found_plugins
from core.host.portrait import Portrait, portraits
from core.plugin import Failure, deprecating, registry
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
    adds: list[Part] = field(default_factory=list)
    failure: Failure | None = None
    failures: list[PluginFailure] = field(default_factory=list)
    deprecations: list[str] = field(default_factory=list)
    clear_url: str | None = None
    settings_url: str | None = None
    url: str = ""
    act: Act | None = None


def cards() -> list[PluginCard]:
    """Every plugin that is there or has left a row: what needs the administrator first, then by title."""
    failures = failures_by_plugin()
    shown = [card_of(one, failures.pop(one.name, [])) for one in portraits()]
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


def card_of(one: Portrait, failures: list[PluginFailure]) -> PluginCard:
    """A plugin as the page draws it, with what went wrong in it."""
    shelf = registry()
    return PluginCard(
        name=one.name, title=one.title, description=one.description, icon=one.icon, version=one.version,
        state=one.health.label, color=one.health.color, note=one.health.note, act=_act(one),
        requires=[shelf.titles.get(name, name) for name in one.requires],
        adds=one.parts("record_types", "hooks", "tables", "permissions", "jobs", "takes"),
        failure=one.plugin.failure if one.plugin else None, failures=failures, clear_url=_clear_url(one.name, failures),
        settings_url=settings_page_of(one.name) if shelf.enabled(one.name) else None,
        url=url_for("host.plugins_inside", name=one.name),
        deprecations=[str(found) for found in deprecating.used_by(one.plugin.component)] if one.plugin else [],
    )


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


def _act(one: Portrait) -> Act | None:
    if one.health.key == "new":
        return Act(_("Install"), _url(one.name, "install"), True)
    if one.health.key == "off":
        return Act(_("Switch on"), _url(one.name, "enable"), True)
    return Act(_("Switch off"), _url(one.name, "disable")) if one.row and one.row.enabled else None


def _url(name: str, act: str) -> str:
    return url_for("host.switch", name=name, act=act)
