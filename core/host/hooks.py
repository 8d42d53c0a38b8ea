"""What the host itself contributes."""

from collections.abc import Iterable

from flask import Blueprint
from flask_babel import lazy_gettext as _l

from core.plugin import Permission, hookimpl


@hookimpl
def permissions() -> Iterable[Permission]:
    """Who may switch plugins and change the settings of the company."""
    return [Permission(key="plugin.admin", label=_l("Administer plugins and settings"))]


@hookimpl
def blueprints() -> Iterable[Blueprint]:
    """The Plugins page and the settings of every component."""
    from core.host.views import blueprint
    return [blueprint]
