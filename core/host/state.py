"""Which plugins are on right now: rows read once per request, so a switch acts at once in every worker."""

from flask import Flask, abort, current_app, g, request
from sqlalchemy import select
from sqlalchemy.exc import DBAPIError

from core import migrate
from core.database import db
from core.host.found import plugin_named
from core.host.models import PluginState
from core.plugin import registry


def installed() -> dict[str, bool]:
    """The switch of every installed plugin by name; one statement per request."""
    if "eleven_plugins" not in g:
        try:
            rows = db.session.execute(select(PluginState.name, PluginState.enabled, PluginState.hooks)).all()
        except DBAPIError:
            # before the first `eleven db upgrade` there is no table, and so no plugin is on
            db.session.rollback()
            rows = []
        g.eleven_plugins = {row.name: row.enabled for row in rows}
        g.eleven_hooks = {row.name: row.hooks for row in rows if row.enabled}
    found: dict[str, bool] = g.eleven_plugins
    return found


def absent(hook: str) -> list[str]:
    """The plugins that are switched on and answer a hook when they are sound, but cannot be asked now."""
    installed()
    return [name for name, hooks in g.eleven_hooks.items() if hook in hooks and not enabled(name)]


def reread() -> None:
    """Forget what this request has read: a switch has been turned."""
    g.pop("eleven_plugins", None)
    g.pop("eleven_sound", None)


def enabled(name: str) -> bool:
    """Whether a part is asked right now: core always, a plugin when it is loaded, switched on and migrated."""
    if name == "core" or name.startswith("core."):
        return True
    # every hook asks this of every plugin that answers it, so a yes is kept for the request
    known: set[str] | None = g.get("eleven_sound")
    if known is not None and name in known:
        return True
    plugin = plugin_named(current_app, name)
    if not (plugin and plugin.loaded and installed().get(name) and migrate.up_to_date(name)):
        return False
    g.setdefault("eleven_sound", set()).add(name)
    return True


def gate() -> None:
    """Answer 404 for the URLs of a plugin that is not on, as if they did not exist."""
    if request.blueprints:
        owner = registry().owners.get(request.blueprints[-1])
        if owner is not None and not enabled(owner):
            abort(404)


def init_app(app: Flask) -> None:
    """Put the gate before every request."""
    app.before_request(gate)
