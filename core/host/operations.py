"""What an administrator does with plugins: install, switch, upgrade, remove.

They change rows, which the journal records, and never commit. Tables change by `eleven db upgrade` and
`core.host.dropping` alone, outside any request.
"""

from flask import Flask, current_app
from flask_babel import gettext as _
from sqlalchemy import select

from core import migrate
from core.database import db, registry_of
from core.events import drop_subscriptions
from core.host import state
from core.host.found import Found, found_plugins, plugin_named
from core.host.models import PluginState
from core.plugin import registry


class RefusedError(Exception):
    """The operation would leave something broken; the message says what, and what to do first."""


def sound(name: str) -> Found:
    """The loaded plugin of a name. Raises RefusedError for one that is not there or set aside."""
    plugin = plugin_named(current_app, name)
    if plugin is None:
        raise RefusedError(_("There is no plugin %(name)s. `eleven plugins list` shows all.", name=name))
    if not plugin.loaded:
        why = plugin.failure.message if plugin.failure else ""
        raise RefusedError(_("%(name)s has been set aside: %(why)s", name=name, why=why))
    return plugin


def install(name: str) -> PluginState:
    """Take a plugin into use and switch it on. Its tables must be there; it lays its ground now."""
    plugin = sound(name)
    if db.session.get(PluginState, name):
        hint = "" if migrate.up_to_date(name) else " " + _("Its tables are not up to date: run `eleven db upgrade`.")
        raise RefusedError(_("%(name)s is installed already.", name=name) + hint)
    if without_migration(plugin):
        raise RefusedError(no_migration(name))
    if not migrate.up_to_date(name):
        raise RefusedError(_("The tables of %(name)s are not there yet: run `eleven db upgrade`.", name=name))
    _require_enabled(plugin)
    row = PluginState(name=name, installed_version=_version(plugin), hooks=hooks_of(name))
    db.session.add(row)
    db.session.flush()
    state.reread()
    registry().calls.one(name, "installed")
    db.session.flush()
    return row


def without_migration(plugin: Found) -> bool:
    """Whether a plugin declares tables that nothing makes."""
    lineage = migrate.lineage_named(current_app, plugin.name)
    return lineage.head is None and any(True for _mapper in registry_of(plugin.component).mappers)


def no_migration(name: str) -> str:
    """What to do about it."""
    return _("%(name)s has models but no migration: write one with "
             "`eleven db revision %(name)s \"Begin\"`, then run `eleven db upgrade`.", name=name)


def enable(name: str) -> None:
    """Switch an installed plugin on."""
    plugin = sound(name)
    row = _row(name)
    if not migrate.up_to_date(name):
        raise RefusedError(_("The tables of %(name)s are not up to date: run `eleven db upgrade`.", name=name))
    _require_enabled(plugin)
    row.hooks = hooks_of(name)
    _switch(row, on=True)


def disable(name: str) -> None:
    """Switch a plugin off; its data stay. Also works for one that has been set aside or whose code is gone."""
    row = _row(name)
    users = [other.name for other in found_plugins(current_app)
             if other.manifest and name in other.manifest.requires and state.installed().get(other.name)]
    if users:
        raise RefusedError(_("%(users)s need %(name)s: switch them off first.", users=", ".join(users), name=name))
    _switch(row, on=False)


def upgrade(name: str) -> None:
    """Note that a plugin's new version is in use; its tables must be up to date."""
    plugin = sound(name)
    if not migrate.up_to_date(name):
        raise RefusedError(_("The tables of %(name)s are not up to date: run `eleven db upgrade`.", name=name))
    row = _row(name)
    row.installed_version, row.hooks = _version(plugin), hooks_of(name)
    db.session.flush()


def remove(name: str) -> None:
    """Take a plugin out of use: its row goes. Its tables stay."""
    row = _row(name)
    kept = set(db.session.scalars(select(PluginState.name)))
    users = [other.name for other in found_plugins(current_app)
             if other.manifest and name in other.manifest.requires and other.name in kept]
    if users:
        raise RefusedError(_("%(users)s need %(name)s: remove them first.", users=", ".join(users), name=name))
    drop_subscriptions(name)
    db.session.delete(row)
    db.session.flush()
    state.reread()


def states() -> dict[str, PluginState]:
    """The rows of all installed plugins by name, also of those whose code is gone."""
    return {row.name: row for row in db.session.scalars(select(PluginState).order_by(PluginState.name))}


def requirements(app: Flask, name: str) -> list[str]:
    """A plugin and all that it requires, in the order in which they are installed."""
    plugin = plugin_named(app, name)
    wanted = {name}
    for other in reversed(found_plugins(app)):
        if other.name in wanted and other.manifest:
            wanted |= set(other.manifest.requires)
    return [other.name for other in found_plugins(app) if other.name in wanted] if plugin else [name]


def _row(name: str) -> PluginState:
    row = db.session.get(PluginState, name)
    if row is None:
        raise RefusedError(_("%(name)s is not installed.", name=name))
    return row


def _require_enabled(plugin: Found) -> None:
    missing = [name for name in (plugin.manifest.requires if plugin.manifest else ())
               if not registry().enabled(name)]
    if missing:
        raise RefusedError(_("%(name)s needs %(missing)s: switch that on first.",
                             name=plugin.name, missing=", ".join(missing)))


def _switch(row: PluginState, on: bool) -> None:
    row.enabled = on
    db.session.flush()
    state.reread()


def hooks_of(name: str) -> list[str]:
    """The hooks that a loaded plugin answers."""
    manager = registry().calls.manager
    return sorted(caller.name for caller in manager.get_hookcallers(manager.get_plugin(name)) or ())


def _version(plugin: Found) -> str:
    return plugin.manifest.version if plugin.manifest else ""
