"""Static files: an address that changes with the content, so that browsers may keep a file for ever."""

import hashlib
from functools import cache, lru_cache
from pathlib import Path

from flask import Blueprint, Flask, Response, current_app, request, url_for
from markupsafe import Markup

STATIC = Path(__file__).parent / "static"

blueprint = Blueprint("web", __name__, static_folder="static", static_url_path="/static", template_folder="templates")


@cache
def _digest(path: Path, _changed: float) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()[:10]


def _stamp(path: Path) -> str:
    return _digest(path, path.stat().st_mtime) if path.exists() else "missing"


_addresses: dict[tuple[str, str], str] = {}
"""A page asks for hundreds of icons: each address is built once for each place the application is mounted at."""


def static_url(name: str) -> str:
    """The address of one of core's static files, with a stamp of its content."""
    key = (request.script_root, name)
    if key not in _addresses or current_app.config["TEMPLATES_AUTO_RELOAD"]:
        _addresses[key] = url_for("web.static", filename=name, v=_stamp(STATIC / name))
    return _addresses[key]


def icon(name: str, look: str = "") -> Markup:
    """A Tabler outline icon listed in core/web/icons.txt, always decorative: the words stand beside it."""
    return _icon(name, look, static_url("vendor/icons.svg"))


@lru_cache(1000)
def _icon(name: str, look: str, sprite: str) -> Markup:
    return Markup('<svg class="icon {}" aria-hidden="true"><use href="{}#{}"/></svg>').format(look, sprite, name)


def _cache(response: Response) -> Response:
    if request.args.get("v") or response.mimetype == "font/woff2":  # style sheets name fonts without a stamp
        response.headers["Cache-Control"] = "public, max-age=31536000, immutable"
    return response


def init_app(app: Flask) -> None:
    """Serve core's static files."""
    blueprint_view = blueprint.after_request
    if not blueprint.after_request_funcs:
        blueprint_view(_cache)
    app.register_blueprint(blueprint)
    app.view_functions["web.static"].__dict__["__eleven_access__"] = "public"
    app.jinja_env.globals |= {"static_url": static_url, "draw_icon": icon}
