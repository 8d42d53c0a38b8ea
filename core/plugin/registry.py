"""What has been loaded into one application object: the shelf that core and plugins put their things on."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from types import ModuleType
from typing import TYPE_CHECKING, Any

from flask import Flask, current_app

from core.plugin.calls import Calls
from core.plugin.contributions import EventHandler, Job, Permission

if TYPE_CHECKING:
    from core.records.type import RecordType


@dataclass
class Registry:
    """The loaded parts of an application. Keys of `handlers` and `jobs` are `<plugin>:<key>`.

    `owners` maps the name of each permission, record type and blueprint to the plugin that brought it.
    """

    calls: Calls
    record_types: "dict[str, RecordType]" = field(default_factory=dict)
    permissions: dict[str, Permission] = field(default_factory=dict)
    handlers: dict[str, EventHandler] = field(default_factory=dict)
    jobs: dict[str, Job] = field(default_factory=dict)
    settings: dict[str, type[Any]] = field(default_factory=dict)
    commands: dict[str, list[Any]] = field(default_factory=dict)
    owners: dict[str, str] = field(default_factory=dict)
    titles: dict[str, Any] = field(default_factory=dict)
    add_core: Callable[[ModuleType], None] = field(init=False, repr=False)
    """Takes in what a core package brings through its `hooks` module, under the name `core.<package>`."""

    def enabled(self, plugin: str) -> bool:
        """Whether a plugin is sound and switched on right now; core always is."""
        return self.calls.enabled(plugin)

    def live_types(self) -> "Iterable[RecordType]":
        """The record types of core and of the enabled plugins, in the order they were loaded."""
        return [t for t in self.record_types.values() if self.enabled(self.owners[t.name])]


def registry_for(app: Flask) -> Registry:
    """The registry of an application object."""
    found: Registry = app.extensions["eleven"]
    return found


def registry() -> Registry:
    """The registry of the current application."""
    return registry_for(current_app)
