"""Templates, static files and translations of core's packages and of plugins, each found where it lies."""

from collections.abc import Callable
from pathlib import Path
from types import ModuleType

from flask import Flask, Response, abort, send_from_directory
from jinja2 import BaseLoader, ChoiceLoader, FileSystemLoader, PrefixLoader

from core.host.found import Found
from core.plugin import registry
from core.web.access import public
from core.web.overridden import Overrides


class Files:
    """The folders that an application reads templates from. The company's own templates win over everyone's.

    Those that they hide stay in reach as `original/<name>`, so that one can be changed by a block.
    """

    def __init__(self, app: Flask) -> None:
        self.core = FileSystemLoader([])
        self.plugins: dict[str, BaseLoader] = {}
        company, shipped = Path(app.instance_path) / "templates", ChoiceLoader([self.core, PrefixLoader(self.plugins)])
        app.jinja_loader = ChoiceLoader([FileSystemLoader(company), shipped, PrefixLoader({"original": shipped})])
        app.extensions["eleven.overrides"] = Overrides(company, shipped)

    def add_core(self, package: ModuleType) -> None:
        """Take a core package's templates in."""
        self.core.searchpath.append(str(Path(str(package.__file__)).parent / "templates"))

    def add_plugin(self, app: Flask, plugin: Found) -> None:
        """Take a plugin's `templates/<name>/` and `static/` in; it can answer for no name but its own."""
        if plugin.folder is None:
            return
        self.plugins[plugin.name] = FileSystemLoader(plugin.folder / "templates" / plugin.name)
        if (plugin.folder / "static").is_dir():
            app.add_url_rule(f"/static/{plugin.name}/<path:filename>", endpoint=f"{plugin.name}-static",
                             view_func=_static_view(plugin.name, plugin.folder / "static"))


def _static_view(name: str, folder: Path) -> Callable[[str], Response]:
    @public
    def static(filename: str) -> Response:
        if not registry().enabled(name):
            abort(404)
        return send_from_directory(folder, filename)
    return static


def set_translations(app: Flask, found: list[Found]) -> None:
    """Name every folder of translations to Flask-Babel, which reads the list when core.web starts it."""
    core = Path(__file__).parent.parent
    folders = [core / "translations", *(plugin.folder / "translations" for plugin in found if plugin.folder)]
    app.config["BABEL_TRANSLATION_DIRECTORIES"] = ";".join(str(folder) for folder in folders if folder.is_dir())
