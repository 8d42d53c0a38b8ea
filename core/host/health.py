"""How a plugin is: on, off, not installed, behind, set aside or gone, and what to do about it."""

from dataclasses import dataclass

from flask import current_app
from flask_babel import gettext as _

from core import migrate
from core.host import operations
from core.host.discover import has_come
from core.host.found import Found
from core.host.models import PluginState


@dataclass(frozen=True)
class Health:
    """A plugin's state: `key` is on, off, new, unmade, behind, aside or gone; `note` says what to do."""

    key: str
    label: str
    color: str
    note: str = ""


def health(name: str, plugin: Found | None, row: PluginState | None) -> Health:
    """The state of a plugin that is there (`plugin`), was installed (`row`), or both."""
    if plugin is None and has_come(current_app, name):
        return Health("gone", _("Not read yet"), "amber",
                      _("Its code has come since this server started: restart the server."))
    if plugin is None:
        return Health("gone", _("Code is missing"), "red",
                      _("Put its folder back, or run `eleven plugins remove %(name)s`.", name=name))
    if plugin.failure:
        return Health("aside", _("Set aside"), "red", plugin.failure.message)
    try:
        if row is None and operations.without_migration(plugin):
            return Health("unmade", _("Not installed"), "amber", operations.no_migration(name))
    except migrate.MigrationError as error:
        return Health("unmade", _("Not installed"), "red", str(error))
    if row is None and not migrate.up_to_date(name):
        return Health("unmade", _("Not installed"), "amber", _(
            "Its tables are not there yet: run `eleven plugins install %(name)s` on the server.", name=name))
    if not migrate.up_to_date(name):
        return Health("behind", _("Tables not up to date"), "amber", _("Run `eleven db upgrade` on the server."))
    if row is None:
        return Health("new", _("Not installed"), "gray")
    if not row.enabled:
        return Health("off", _("Off"), "gray", _("Its data are kept."))
    return Health("on", _("On"), "green")
