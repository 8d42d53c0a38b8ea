"""Load what was found: each plugin by itself, wholly or not at all."""

import importlib
import importlib.util
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import pluggy
import structlog
from flask import Flask
from sqlalchemy.orm import RelationshipProperty

from core.database import metadata, registry_of
from core.host import collect
from core.host.files import Files
from core.host.forget import forget
from core.host.found import Found, QuarantineError, found_plugins
from core.host.signatures import check_signatures
from core.plugin import Registry, registry_for

log = structlog.get_logger()

CORE_PARTS = {folder.name for folder in Path(__file__).parent.parent.iterdir() if folder.is_dir()}


def add_core(app: Flask, files: Files, package: ModuleType) -> None:
    """Take in what a core package brings. An exception here is core's own and stops the start."""
    if not hasattr(package, "__path__"):
        return
    files.add_core(package)
    hooks = f"{package.__name__}.hooks"
    if importlib.util.find_spec(hooks) is None:
        return
    registry = registry_for(app)
    registry.calls.manager.register(importlib.import_module(hooks), package.__name__)
    check_signatures(registry.calls.manager, package.__name__)
    brought = collect.collect(registry, package.__name__)
    collect.mount(app, brought)
    collect.shelve(registry, package.__name__, brought)


def load_all(app: Flask, files: Files) -> None:
    """Load every sound plugin in order. What fails is set aside, or raised when PLUGINS_STRICT is on."""
    strict = app.config.get("PLUGINS_STRICT", False)
    for plugin in found_plugins(app):
        if plugin.failure is None:
            _load(app, files, plugin)
        if plugin.failure is None:
            continue
        log.error("plugin quarantined", plugin=plugin.name, where=plugin.failure.where, why=plugin.failure.message)
        if strict:
            raise QuarantineError(f"{plugin.name}: {plugin.failure.message}\n{plugin.failure.trace}")


def _load(app: Flask, files: Files, plugin: Found) -> None:
    registry = registry_for(app)
    manager = registry.calls.manager
    steps: tuple[tuple[str, Callable[[], None]], ...] = (
        ("requires", lambda: _check_required(app, plugin)),
        ("import", lambda: _import(manager, plugin)),
        ("hooks", lambda: check_signatures(manager, plugin.name)),
        ("models", lambda: _check_models(plugin)),
        ("contributions", lambda: _collect(app, registry, plugin)),
        ("files", lambda: files.add_plugin(app, plugin)),
    )
    for where, step in steps:
        try:
            step()
        except (Exception, SystemExit) as error:
            plugin.quarantine(where, error)
            if manager.has_plugin(plugin.name):
                manager.unregister(name=plugin.name)
            forget(plugin.package, plugin.name)
            return
    plugin.loaded = True
    registry.titles[plugin.name] = plugin.manifest.title if plugin.manifest else plugin.name


def _check_required(app: Flask, plugin: Found) -> None:
    loaded = {other.name for other in found_plugins(app) if other.loaded}
    for name in plugin.manifest.requires if plugin.manifest else ():
        if name not in loaded:
            raise QuarantineError(f"{plugin.name} requires the plugin {name}, which has been set aside.")


def _import(manager: pluggy.PluginManager, plugin: Found) -> None:
    if importlib.util.find_spec(f"{plugin.package}.hookspecs"):
        manager.add_hookspecs(importlib.import_module(f"{plugin.package}.hookspecs"))
    hooks = importlib.import_module(f"{plugin.package}.hooks")
    manager.register(hooks, plugin.name)


def _check_models(plugin: Found) -> None:
    if plugin.name in names_of_core():
        raise QuarantineError(f"The name {plugin.name} is taken by a part or a table of core.")
    registry = registry_of(plugin.component)
    for mapper in registry.mappers:
        for table in mapper.tables:
            if table.name != plugin.name and not table.name.startswith(f"{plugin.name}_"):
                raise QuarantineError(f"The name of the table {table.name} must begin with {plugin.name}_.")
        # not `mapper.attrs`: asking for them would configure, and a backref changes core's own class
        for attribute in mapper._props.values():
            if isinstance(attribute, RelationshipProperty) and attribute.backref:
                raise QuarantineError(f"{mapper.class_.__name__}.{attribute.key} has a backref. Without the plugin's "
                                      "table the other class could not be deleted any more: query the other way.")
    registry.configure(cascade=True)


def names_of_core() -> set[str]:
    """What no plugin can be called: the parts of core, and the words that its tables begin with."""
    tables = {table.name for mapper in registry_of("core").mappers for table in mapper.tables}
    return {table.split("_")[0] for table in tables} | CORE_PARTS


def _collect(app: Flask, registry: Registry, plugin: Found) -> None:
    brought = collect.collect(registry, plugin.name)
    collect.check_prefixes(plugin.name, brought, registry)
    with collect.restoring(app):
        collect.mount(app, brought)
    collect.shelve(registry, plugin.name, brought)


def tables_of(name: str) -> list[str]:
    """The tables that a plugin's models declare."""
    return sorted(table for table in metadata.tables if table == name or table.startswith(f"{name}_"))
