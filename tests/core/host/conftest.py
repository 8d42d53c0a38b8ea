"""A reduced application: the database, the host, and plugins that a test writes into a folder."""

import os
import shutil
import sys
import textwrap
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from flask import Flask
from flask_babel import Babel
from sqlalchemy import create_engine, text

import core.users  # noqa: F401 plugins refer to its tables
from core import config, database, host
from core.host import discover
from core.host.forget import forget

POSTGRES = os.environ.get("ELEVEN_TEST_POSTGRESQL", "postgresql+psycopg://root@127.0.0.1:5432")


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """An empty database of its own."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'eleven.db'}"
        return
    name = f"eleven_host_{uuid.uuid4().hex[:8]}"
    admin = create_engine(f"{POSTGRES}/postgres", isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name}"))
    yield f"{POSTGRES}/{name}"
    with admin.connect() as connection:
        connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))
    admin.dispose()


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Path]:
    """The company's plugins folder; what it held is out of the process afterwards."""
    path = tmp_path / "plugins"
    path.mkdir()
    yield path
    for plugin in path.iterdir():
        forget(f"plugins.{plugin.name}", plugin.name)


@pytest.fixture
def write(folder: Path) -> Callable[..., Path]:
    """Write a plugin: `write("shop", hooks="…", models="…")`; `manifest` gives further arguments."""
    def make(name: str, manifest: str = "", **files: str) -> Path:
        package = folder / name
        shutil.rmtree(package, ignore_errors=True)
        package.mkdir()
        head = "from core.plugin import Manifest\n"
        body = f"manifest = Manifest(name={name!r}, title={name.title()!r}, description='', {manifest})\n"
        files = {"init": head + body, "hooks": "", **files}
        for stem, source in files.items():
            path = package / f"{stem.replace('init', '__init__')}.py"
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(textwrap.dedent(source))
        sys.path_importer_cache.clear()
        return package
    return make


@pytest.fixture
def make_app(tmp_path: Path, database_url: str, folder: Path, monkeypatch: pytest.MonkeyPatch,
             ) -> Iterator[Callable[..., Flask]]:
    """Make the reduced application over what has been written so far; the plugins in the tree need a whole one."""
    monkeypatch.setattr(discover.IN_TREE, "__path__", [])
    made: list[Flask] = []

    def make(**options: object) -> Flask:
        options.setdefault("DATABASE_URL", database_url)
        app = Flask("core", instance_path=str(tmp_path), static_folder=None, template_folder=None)
        app.config.from_mapping(config.load(tmp_path, options), TESTING=True)
        Babel(app)
        database.init_app(app)
        host.init_app(app)
        host.load_plugins(app)
        made.append(app)
        return app
    yield make
    for app in made:
        with app.app_context():
            database.db.session.remove()
            database.db.engine.dispose()


@pytest.fixture
def make_company(tmp_path: Path, database_url: str, folder: Path) -> Iterator[Callable[..., Flask]]:
    """Make the whole application over what has been written, its tables made, an administrator in it."""
    from core.app import create_app
    from core.testing import factories
    made: list[Flask] = []

    def make(**options: object) -> Flask:
        app = create_app(tmp_path, DATABASE_URL=database_url, TESTING=True, LOG_LEVEL="ERROR",
                         RATE_LIMIT_URL="memory://", SECRET_KEY="test", **options)
        with app.app_context():
            database.metadata.create_all(database.db.engine)
            if not made:
                factories.company(app)
        made.append(app)
        return app
    yield make
    for app in made:
        with app.app_context():
            database.db.session.remove()
            database.db.engine.dispose()
