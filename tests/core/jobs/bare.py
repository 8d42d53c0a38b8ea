"""A bare application for the parts below the web: a database, the journal, events and jobs."""

import importlib
import os
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pluggy
import sqlalchemy as sa
from flask import Flask

from core import config, database, events, jobs, journal, logs
from core.database import db, metadata
from core.plugin import Registry, hookspecs
from core.plugin.calls import Calls
from core.users import models as users

POSTGRES = os.environ.get("ELEVEN_TEST_POSTGRES", "postgresql://root@127.0.0.1:5432/postgres")
PARTS = ("journal", "events", "jobs", "inbox")


def make(folder: Path, url: str = "", **options: Any) -> Flask:
    """An application over a folder and a database that may already be there."""
    options = {"DATABASE_URL": url, "LOG_LEVEL": "WARNING", "SECRET_KEY": "k" * 32} | options
    app = Flask("core", instance_path=str(folder))
    app.config.from_mapping(config.load(folder, options))
    logs.init_app(app)
    database.init_app(app)
    manager = pluggy.PluginManager("eleven")
    manager.add_hookspecs(hookspecs)
    off: set[str] = set()
    registry = Registry(Calls(manager, lambda name: name not in off))
    app.extensions["eleven"] = registry
    app.extensions["off"] = off
    for name in PARTS:
        package = importlib.import_module(f"core.{name}")
        package.init_app(app)
    add(registry, "core.events", events.hooks)
    return app


def add(registry: Registry, owner: str, hooks: Any) -> None:
    """What the host does with a part's hooks, as far as these tests need it."""
    registry.calls.manager.register(hooks, owner)
    for job in registry.calls.one(owner, "jobs"):
        registry.jobs[f"{owner}:{job.key}"] = job
    for handler in registry.calls.one(owner, "event_handlers"):
        registry.handlers[f"{owner}:{handler.key}"] = handler


@contextmanager
def database_url(kind: str) -> Iterator[str]:
    """The address of an empty database that is dropped in the end."""
    if kind == "sqlite":
        yield ""
        return
    name = f"machinery_{uuid.uuid4().hex[:12]}"
    server = sa.create_engine(POSTGRES.replace("postgresql://", "postgresql+psycopg://"),
                              isolation_level="AUTOCOMMIT")
    with server.connect() as connection:
        connection.exec_driver_sql(f"CREATE DATABASE {name}")
    try:
        yield POSTGRES.rsplit("/", 1)[0] + f"/{name}"
    finally:
        with server.connect() as connection:
            connection.exec_driver_sql(f"DROP DATABASE {name} WITH (FORCE)")
        server.dispose()


@contextmanager
def running(folder: Path, kind: str, **options: Any) -> Iterator[Flask]:
    """An application with all tables, in its context."""
    with database_url(kind) as url:
        app = make(folder, url, **options)
        with app.app_context():
            metadata.create_all(db.engine)
            try:
                yield app
            finally:
                db.session.remove()
                db.engine.dispose()


__all__ = ["add", "database_url", "events", "jobs", "journal", "make", "running", "users"]
