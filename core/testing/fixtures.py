"""pytest fixtures: an application on each database, its people, and clients that are signed in.

`app` runs every test that asks for it on SQLite and on PostgreSQL (ELEVEN_TEST_POSTGRESQL names the server,
by default the local one). Each test begins with an empty company: one administrator, every plugin on.
"""

import os
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from itsdangerous import URLSafeTimedSerializer
from werkzeug.datastructures import Headers

from core.app import create_app
from core.database import SAFE_METHODS, db
from core.testing import factories

SERVER = os.environ.get("ELEVEN_TEST_POSTGRESQL", "postgresql+psycopg://root@127.0.0.1:5432/postgres")


class Client(FlaskClient):
    """A client that behaves like a browser on one of our pages.

    Every request has a context of its own, as on a server: the test's own would lend it its `g` and its session
    and hide what they hold. What changes something carries the page's CSRF token; `csrf = False` leaves it out.
    """

    csrf = True

    def open(self, *args: Any, **kwargs: Any) -> Any:
        """Send a request; what the test has read before is read anew afterwards."""
        db.session.rollback()
        headers = Headers(kwargs.get("headers") or {})
        unsafe = str(kwargs.get("method", "GET")).upper() not in SAFE_METHODS
        if self.csrf and unsafe and not {"Authorization", "X-CSRFToken"} & set(headers.keys()):
            headers["X-CSRFToken"] = self._token()
            kwargs["headers"] = headers
        with self.application.app_context():
            return super().open(*args, **kwargs)

    def _token(self) -> str:
        with self.session_transaction() as session:
            raw = session.setdefault("csrf_token", "0" * 40)
        signed = URLSafeTimedSerializer(str(self.application.secret_key), salt="wtf-csrf-token").dumps(raw)
        return signed.decode() if isinstance(signed, bytes) else signed


def missing(what: str, mend: str) -> None:
    """Skip a test for want of something on this machine; on CI nothing may be skipped, so fail."""
    message = f"{what} is not on this machine: {mend}"
    if os.environ.get("CI"):
        pytest.fail(message)
    pytest.skip(message)


def _postgresql() -> tuple[str, Callable[[], None]]:
    """A new database on the server; returns its address and how to drop it."""
    engine = sa.create_engine(SERVER, isolation_level="AUTOCOMMIT")
    name = f"eleven_test_{uuid4().hex[:12]}"
    try:
        with engine.connect() as connection:
            connection.execute(sa.text(f"CREATE DATABASE {name}"))
    except sa.exc.OperationalError:
        missing("PostgreSQL", f"start it, or name a server in ELEVEN_TEST_POSTGRESQL (tried {SERVER})")

    def drop() -> None:
        with engine.connect() as connection:
            connection.execute(sa.text(f"DROP DATABASE {name} WITH (FORCE)"))
        engine.dispose()

    return re.sub(r"/[^/]*$", f"/{name}", SERVER), drop


OPTIONS: dict[str, Any] = {"TESTING": True, "LOG_LEVEL": "ERROR", "RATE_LIMIT_URL": "memory://",
                            "SECRET_KEY": "test", "SERVER_NAME": None}


def _nothing() -> None:
    """SQLite's file goes with its folder."""


@pytest.fixture(scope="session", params=["sqlite", "postgresql"])
def installed(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    """An application with its tables, made once for all tests on a database."""
    instance = Path(tmp_path_factory.mktemp(f"instance_{request.param}"))
    url, drop = ("", _nothing) if request.param == "sqlite" else _postgresql()
    app = create_app(instance, DATABASE_URL=url, PLUGINS_STRICT=True, **OPTIONS)
    app.test_client_class = Client
    factories.install(app)
    yield app
    with app.app_context():
        db.session.remove()
        db.engine.dispose()
    drop()


@pytest.fixture
def app(installed: Flask) -> Iterator[Flask]:
    """The application with an empty company, and its context pushed for the test's own questions."""
    with installed.app_context():
        factories.wipe(installed)
        factories.company(installed)
        yield installed
        db.session.remove()


@pytest.fixture
def another(app: Flask, tmp_path: Path) -> Iterator[Callable[..., Flask]]:
    """A function that makes further applications: `another(PLUGINS_IGNORED=["shop"])`.

    They stand on the test's database, `fresh=True` on an empty one of the same engine.
    """
    made: list[Flask] = []
    drops: list[Callable[[], None]] = []

    def make(fresh: bool = False, **options: Any) -> Flask:
        url, instance = str(app.config["DATABASE_URL"]), Path(app.instance_path)
        if fresh:
            instance = tmp_path / f"another{len(made)}"
            url, drop = _postgresql() if db.engine.dialect.name == "postgresql" else ("", _nothing)
            drops.append(drop)
        more = create_app(instance, **OPTIONS, DATABASE_URL=url, **options)
        more.test_client_class = Client
        made.append(more)
        return more
    yield make
    for one in made:
        with one.app_context():
            db.session.remove()
            db.engine.dispose()
    for drop in drops:
        drop()


@pytest.fixture
def admin(app: Flask) -> Any:
    """The administrator."""
    return factories.admin()


@pytest.fixture
def sign_in(app: Flask) -> Callable[[Any], FlaskClient]:
    """A function that gives a client signed in as a user."""
    return lambda user: factories.client_of(app, user)


@pytest.fixture
def client(app: Flask, admin: Any) -> FlaskClient:
    """A client signed in as the administrator."""
    return factories.client_of(app, admin)


@pytest.fixture
def anonymous(app: Flask) -> FlaskClient:
    """A client that nobody has signed in with."""
    return app.test_client()


@pytest.fixture
def statements(app: Flask) -> Iterator[list[str]]:
    """The SQL statements of a block, for query budgets: clear it, act, look."""
    seen: list[str] = []

    def count(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        if not re.match(r"(BEGIN|SAVEPOINT|RELEASE|ROLLBACK|PRAGMA)", statement):
            seen.append(statement)

    sa.event.listen(db.engine, "before_cursor_execute", count)
    yield seen
    sa.event.remove(db.engine, "before_cursor_execute", count)


