"""create_app: reads top to bottom what an Eleven is made of."""

from pathlib import Path
from typing import Any

from flask import Flask

from core import config, contacts, database, events, host, inbox, jobs, journal, logs, records, users, web


def create_app(instance: Path | str | None = None, **options: Any) -> Flask:
    """Make an application: core, and every sound plugin that is found.

    `instance` is the company's folder; `options` win over its config.py and the environment (tests).
    A server may load it and fork afterwards: no connection is left open.
    Raises core.config.ConfigError when an option cannot be used.
    """
    folder = Path(instance) if instance else config.instance_folder()
    app = Flask("core", instance_path=str(folder.resolve()), static_folder=None, template_folder=None)
    app.config.from_mapping(config.load(folder, options))

    logs.init_app(app)
    database.init_app(app)
    registry = host.init_app(app)

    for part in (journal, events, jobs, web, users, inbox, records, contacts):
        part.init_app(app)
        registry.add_core(part)
    host.load_plugins(app)
    database.disconnect(app)
    return app
