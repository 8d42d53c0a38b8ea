"""Which plugins are there: folders that are scanned and entry points. Only a package's `__init__` is imported."""

import graphlib
import importlib
import importlib.util
import sys
from collections.abc import Iterator
from importlib.metadata import entry_points
from pathlib import Path
from types import ModuleType

from flask import Flask

from core.host.forget import forget
from core.host.found import Found, QuarantineError
from core.plugin import API, Manifest
from core.plugin.manifest import OLDEST

GROUP = "eleven.plugins"
IN_TREE = importlib.import_module("plugins")
"""The package whose folders are plugins; also those of the company's own folder are imported below its name."""


def find_plugins(app: Flask) -> list[Found]:
    """Find every plugin, read the manifests, set aside what cannot be loaded, and order the rest."""
    found: list[Found] = []
    ignored = app.config.get("PLUGINS_IGNORED", ())
    for plugin in _candidates(app):
        if plugin.name in ignored:
            continue
        try:
            _refuse_second(plugin, found)
            _read_manifest(plugin)
            _refuse_second(plugin, found)
        except (Exception, SystemExit) as error:
            plugin.quarantine("manifest", error)
        found.append(plugin)
    return in_order(found)


def has_come(app: Flask, name: str) -> bool:
    """Whether a plugin is there by now that was not when this application was made."""
    return name not in app.config["PLUGINS_IGNORED"] and any(plugin.name == name for plugin in _candidates(app))


def _candidates(app: Flask) -> Iterator[Found]:
    folders = [Path(path) for path in IN_TREE.__path__]
    folders += [Path(app.instance_path) / "plugins", *map(Path, app.config.get("PLUGINS_PATHS", ()))]
    for folder in dict.fromkeys(folder.resolve() for folder in folders):
        for file in sorted(folder.glob("[!_.]*/__init__.py")):
            yield Found(file.parent.name, f"plugins.{file.parent.name}", file.parent)
    for point in sorted(entry_points(group=GROUP), key=lambda point: point.name):
        yield Found(point.name, point.value, None)


def _refuse_second(plugin: Found, earlier: list[Found]) -> None:
    for other in earlier:
        if other.name == plugin.name:
            raise QuarantineError(f"There are two plugins named {plugin.name}; the one in "
                                  f"{other.folder or other.package} was found first and is used.")


def _read_manifest(plugin: Found) -> None:
    module = _import_package(plugin)
    plugin.folder = plugin.folder or Path(str(module.__file__)).parent
    manifest = getattr(module, "manifest", None)
    if not isinstance(manifest, Manifest):
        raise QuarantineError(f"{plugin.package} has no `manifest = Manifest(...)` in its __init__.py.")
    if manifest.name != plugin.name:
        raise QuarantineError(f"The folder or entry point is named {plugin.name}, its manifest says {manifest.name}: "
                              "give both the same name.")
    plugin.manifest = manifest
    if manifest.name == "core":
        raise QuarantineError("The name core is taken.")
    _refuse_other_api(manifest)


def _refuse_other_api(manifest: Manifest) -> None:
    made = f"{manifest.name} is made for plugin API {manifest.api}"
    if manifest.api > API:
        raise QuarantineError(f"{made}; this Eleven speaks {API}. Update Eleven, or take an older version of it.")
    if manifest.api < OLDEST:
        raise QuarantineError(f"{made}; this Eleven speaks {OLDEST} at least. Take a newer version of it, or mend it "
                              "as the page “Changes of the plugin API” says and raise `api` in its manifest.")


def _import_package(plugin: Found) -> ModuleType:
    """Import the package from its own folder, whatever another application of this process loaded by that name."""
    if plugin.folder is None:
        return importlib.import_module(plugin.package)
    known = sys.modules.get(plugin.package)
    if known and Path(str(known.__file__)).parent == plugin.folder:
        return known
    forget(plugin.package, plugin.name)
    spec = importlib.util.spec_from_file_location(
        plugin.package, plugin.folder / "__init__.py", submodule_search_locations=[str(plugin.folder)])
    if spec is None or spec.loader is None:
        raise QuarantineError(f"{plugin.folder} cannot be imported as a package.")
    module = importlib.util.module_from_spec(spec)
    sys.modules[plugin.package] = module
    try:
        spec.loader.exec_module(module)
    except BaseException:
        sys.modules.pop(plugin.package, None)
        raise
    setattr(IN_TREE, plugin.name, module)
    return module


def in_order(found: list[Found]) -> list[Found]:
    """Sort by `requires` and `after`; set aside what requires a missing plugin or runs in a circle."""
    sound = {plugin.name: plugin for plugin in found if plugin.failure is None}
    while True:
        _check_requirements(sound)
        sound = {name: plugin for name, plugin in sound.items() if plugin.failure is None}
        sorter = graphlib.TopologicalSorter({
            name: [*_manifest(plugin).requires, *(n for n in _manifest(plugin).after if n in sound)]
            for name, plugin in sound.items()})
        try:
            order = [sound[name] for name in sorter.static_order()]
        except graphlib.CycleError as error:
            circle: list[str] = error.args[1]
            for name in circle[:-1]:
                sound[name].quarantine("manifest", QuarantineError(
                    f"The plugins {', '.join(sorted(set(circle)))} require each other in a circle; "
                    "take one of the `requires` or `after` out."))
            continue
        return order + [plugin for plugin in found if plugin.failure is not None]


def _check_requirements(sound: dict[str, Found]) -> None:
    changed = True
    while changed:
        changed = False
        for plugin in sound.values():
            if plugin.failure is None and (why := _unmet(plugin, sound)):
                plugin.quarantine("manifest", QuarantineError(why))
                changed = True


def _unmet(plugin: Found, sound: dict[str, Found]) -> str:
    for name in _manifest(plugin).requires:
        if name not in sound or sound[name].failure is not None:
            return f"{plugin.name} requires the plugin {name}, which is not there or is set aside itself."
        if not _manifest(sound[name]).foundation:
            return f"{plugin.name} requires the plugin {name}, which is no foundation; only those can be required."
    return ""


def _manifest(plugin: Found) -> Manifest:
    assert plugin.manifest is not None  # noqa: S101 a sound plugin has been read
    return plugin.manifest
