"""A plugin seen from inside: what it is, what it has and what became of it. Command line and pages draw it."""

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from flask import current_app
from flask_babel import gettext as _

from core.host import belongings, operations
from core.host.found import Found, found_plugins, plugin_named
from core.host.health import Health, health
from core.host.models import PluginState
from core.plugin import Manifest, registry
from core.plugin.failures import PluginFailure, kept
from core.plugin.observing import Spent


class UnknownPluginError(LookupError):
    """There is no plugin of that name: neither its code, nor a row that says it was installed."""


@dataclass(frozen=True)
class Portrait:
    """One plugin: `plugin` is None when its code is gone, `row` when it is not installed.

    What only its code could say is left out while it is set aside.
    """

    name: str
    plugin: Found | None
    row: PluginState | None

    @property
    def manifest(self) -> Manifest | None:
        """What it says of itself; None if that cannot be read."""
        return self.plugin.manifest if self.plugin else None

    @property
    def loaded(self) -> bool:
        """Whether its code is loaded."""
        return bool(self.plugin and self.plugin.loaded)

    @property
    def folder(self) -> Path | None:
        """Where its code lies."""
        return self.plugin.folder if self.plugin else None

    @property
    def title(self) -> str:
        """What it is called."""
        return str(self.manifest.title) if self.manifest else self.name

    @property
    def description(self) -> str:
        """What it is for."""
        return str(self.manifest.description) if self.manifest else ""

    @property
    def icon(self) -> str:
        """The name of its icon."""
        return self.manifest.icon if self.manifest else "alert-triangle"

    @property
    def version(self) -> str:
        """The version of its code, or the one that was installed if the code cannot say."""
        installed = self.row.installed_version if self.row else ""
        return self.manifest.version if self.manifest else installed

    @cached_property
    def health(self) -> Health:
        """Whether it is on, and if not, why."""
        return health(self.name, self.plugin, self.row)

    @property
    def requires(self) -> list[str]:
        """The plugins that it needs."""
        return list(self.manifest.requires) if self.manifest else []

    @property
    def required_by(self) -> list[str]:
        """The plugins that need it."""
        return sorted(other.name for other in found_plugins(current_app)
                      if other.manifest and self.name in other.manifest.requires)

    def parts(self, *keys: str) -> list[belongings.Part]:
        """What it has, or what is named of it, kind by kind; without the kinds that it has nothing of."""
        parts = [belongings.Part(kind.key, str(kind.label), tuple(kind.of(self)))
                 for kind in belongings.KINDS if not keys or kind.key in keys]
        return [part for part in parts if part.entries]

    @property
    def failures(self) -> list[PluginFailure]:
        """What went wrong in it, in any process, the latest first; why it is set aside stands in `plugin`."""
        return kept(self.name)

    @property
    def spent(self) -> list[Spent]:
        """The time that its code took of each page, in this process."""
        return [found for found in registry().calls.spent() if found.plugin == self.name]


def portrait(name: str) -> Portrait:
    """One plugin. Raises UnknownPluginError for a name that is neither found nor installed."""
    plugin, row = plugin_named(current_app, name), operations.states().get(name)
    if plugin is None and row is None:
        raise UnknownPluginError(_("There is no plugin %(name)s. `eleven plugins list` shows all.", name=name))
    return Portrait(name, plugin, row)


def portraits() -> list[Portrait]:
    """Every plugin that is found or has left a row, in loading order."""
    rows = operations.states()
    plugins = found_plugins(current_app)
    gone = rows.keys() - {plugin.name for plugin in plugins}
    return [Portrait(plugin.name, plugin, rows.get(plugin.name)) for plugin in plugins] + [
        Portrait(name, None, rows[name]) for name in sorted(gone)]
