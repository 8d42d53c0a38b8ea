"""`eleven serve --dev`: a server for one developer, which starts again when the code has changed."""

import traceback
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from werkzeug.serving import WSGIRequestHandler, is_running_from_reloader, run_simple
from werkzeug.wrappers import Response

from core.config import instance_folder, load

if TYPE_CHECKING:
    from flask import Flask

OPTIONS = {"DEVELOPMENT": True, "TEMPLATES_AUTO_RELOAD": True, "PLUGINS_STRICT": False}
"""A broken plugin is shown on the Plugins page; templates and static files are read anew."""


class _Lines(WSGIRequestHandler):
    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        """Write a line for each request but those for static files, and by which pages ask whether to reload."""
        from core.host.reloading import ADDRESS
        if not self.path.startswith(("/static/", ADDRESS)):
            super().log_request(code, size)


def serve(host: str, port: int, threads: Callable[["Flask"], object] | None) -> None:
    """Serve until Ctrl+C; `threads` starts what runs beside the server in the same process."""
    if is_running_from_reloader():
        run: Any = _made(threads)
    else:
        run = None  # this process only starts the other again
        click.echo(f"Eleven listens on http://{host}:{port}, starts again when code changes and reloads its pages.")
    run_simple(host, port, run, use_reloader=True, reloader_type="stat", threaded=True, extra_files=list(_watched()),
               request_handler=_Lines)


def _made(threads: Callable[["Flask"], object] | None) -> Any:
    """The application; if the code of core cannot even be loaded, what says so until that is mended."""
    from core.cli.server import migrated_app
    try:
        app = migrated_app(**OPTIONS)
    except click.ClickException:
        raise
    except Exception:
        traceback.print_exc()
        return _fault(traceback.format_exc())
    if threads:
        threads(app)
    return app


def _fault(trace: str) -> Callable[..., Iterable[bytes]]:
    from markupsafe import Markup
    page = Markup('<!doctype html><meta http-equiv="refresh" content="2"><title>Eleven cannot start</title>'
                  "<h1>Eleven cannot start</h1><pre>{}</pre>").format(trace)
    return Response(str(page), 500, mimetype="text/html")


def _watched() -> Iterator[str]:
    """Where Python files and translations make the server start again, also those of a plugin that cannot load."""
    import core
    from core.host.discover import IN_TREE
    instance = instance_folder()
    folders = [*core.__path__, *IN_TREE.__path__, str(instance / "plugins"), *load(instance)["PLUGINS_PATHS"]]
    yield from folders
    yield str(instance / "config.py")
    for folder in folders:
        yield from map(str, Path(folder).rglob("*.mo"))
