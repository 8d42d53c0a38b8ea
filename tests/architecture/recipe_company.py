"""The conftest of the recipes: one application with the plugins and the templates of all pages, on SQLite."""

import os
from pathlib import Path

import pytest

from core.app import create_app
from core.database import db, metadata
from core.testing import factories
from core.testing.fixtures import Client


@pytest.fixture(scope="session")
def installed():
    app = create_app(Path(os.environ["ELEVEN_INSTANCE"]), PLUGINS_STRICT=True, TESTING=True, SECRET_KEY="test")
    app.test_client_class = Client
    factories.install(app)
    with app.app_context():
        metadata.create_all(db.engine)  # recipes leave migrations to `eleven db revision`
        app.extensions["eleven_test_tables"] = set(metadata.tables)
    return app
