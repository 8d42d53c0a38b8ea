"""The plugin host: find, load, quarantine, switch, install and remove; and the Plugins page."""

import functools
import importlib

import pluggy
from flask import Flask

from core import migrate
from core.host import developing, files, load, navigation, reloading, state
from core.host.discover import find_plugins
from core.host.found import Found, QuarantineError, found_plugins, plugin_named
from core.host.models import PluginState
from core.plugin import Registry, hookspecs
from core.plugin.calls import Calls

__all__ = ["Found", "PluginState", "QuarantineError", "found_plugins", "init_app", "load_plugins", "plugin_named"]


def init_app(app: Flask) -> Registry:
    """Give the application its plugin manager and its shelf, and find the plugins (without running them)."""
    manager = pluggy.PluginManager("eleven")
    manager.add_hookspecs(hookspecs)
    registry = Registry(Calls(manager, state.enabled, state.absent, app.config["PLUGINS_SECONDS"]))
    folders = files.Files(app)
    registry.add_core = functools.partial(load.add_core, app, folders)
    app.extensions["eleven"] = registry
    app.extensions["eleven_files"] = folders
    app.extensions["eleven_plugins"] = found = find_plugins(app)
    migrate.init_app(app, [migrate.Lineage(plugin.name, plugin.component, plugin.folder / "migrations")
                           for plugin in found if plugin.manifest and plugin.folder])
    files.set_translations(app, found)
    developing.init_app(app)
    state.init_app(app)
    registry.calls.init_app(app)
    return registry


def load_plugins(app: Flask) -> None:
    """Load the plugins that were found, after every part of core has been taken in."""
    registry: Registry = app.extensions["eleven"]
    registry.add_core(importlib.import_module("core.host"))
    navigation.init_app(app)
    reloading.init_app(app)
    load.load_all(app, app.extensions["eleven_files"])
