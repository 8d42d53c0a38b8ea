"""In development the browser loads its page anew when a template, a style, a script or the code behind has changed."""

import hashlib
import time
from collections.abc import Iterator
from pathlib import Path

from flask import Blueprint, Flask, Response, current_app, url_for
from markupsafe import Markup

from core.host.found import found_plugins
from core.web import public
from core.web.assets import static_url

ADDRESS = "/development/stamp"
ENDINGS = (".html", ".css", ".js", ".svg")
STARTED = time.time_ns()

blueprint = Blueprint("reloading", __name__)


@blueprint.get(ADDRESS)
@public
def stamp() -> Response:
    """What changes when a page must be loaded anew: when this process began, and what lies in its files."""
    seen = hashlib.sha256(str(STARTED).encode())
    for file in _files():
        seen.update(f"{file}:{file.stat().st_mtime_ns}".encode())
    return Response(seen.hexdigest(), mimetype="text/plain")


def script() -> str:
    """The script that asks for the stamp again and again."""
    return Markup('<script src="{}" data-stamp="{}" data-url="{}" defer></script>').format(
        static_url("js/reload.js"), stamp().get_data(as_text=True), url_for("reloading.stamp"))


def init_app(app: Flask) -> None:
    """Let pages reload themselves, in development only (`eleven serve --dev`)."""
    developing = bool(app.config.get("DEVELOPMENT"))
    app.jinja_env.globals["reload_script"] = script if developing else str
    if developing:
        app.register_blueprint(blueprint)


def _files() -> Iterator[Path]:
    folders = [Path(__file__).parent.parent, Path(current_app.instance_path) / "templates",
               *(plugin.folder for plugin in found_plugins(current_app) if plugin.folder)]
    for folder in folders:
        for file in sorted(folder.rglob("*.*")):
            if file.suffix in ENDINGS and "vendor" not in file.parts:
                yield file
