"""A small application of core's lower parts and users, on both databases."""

import os
import re
from pathlib import Path

import pytest
from argon2 import PasswordHasher
from flask import Flask
from sqlalchemy import create_engine, text

from core import web
from core.app import create_app
from core.database import db, metadata
from core.plugin import Permission, registry_for
from core.users import passwords
from core.users.credentials import Credential
from core.users.models import User
from core.web import public, requires, signed_in

PASSWORD = "a long enough one"
SERVER = os.environ.get("ELEVEN_TEST_POSTGRESQL", "postgresql://root@127.0.0.1:5432")


def make_app(folder: Path, database_url: str) -> Flask:
    """The application with a few views to knock at, and permissions of a plugin that is on and one that is off."""
    app = create_app(folder, DATABASE_URL=database_url, TESTING=True, LOG_LEVEL="ERROR",
                     BASE_URL="https://crm.example.org")
    registry = registry_for(app)
    for key in ("deal.view", "off.view"):
        registry.permissions[key] = Permission(key=key, label=key, scoped=True)
        registry.owners[key] = key.partition(".")[0]
    enabled = registry.calls.enabled
    registry.calls.enabled = lambda name: name == "deal" or enabled(name)
    knock(app)
    return app


def knock(app: Flask) -> None:
    """Views of each mark."""
    app.add_url_rule("/mine", "mine", signed_in(lambda: "mine"))
    app.add_url_rule("/open", "open", public(lambda: "open"))
    app.add_url_rule("/token-page", "token_page", public(lambda: web.render("users/sign_in.html", form={"fields": []})))
    app.add_url_rule("/write", "write", signed_in(lambda: "written"), methods=["POST"])
    app.add_url_rule("/unmarked", "unmarked", lambda: "never")
    app.add_url_rule("/admins", "admins", requires("user.admin")(lambda: "admins"))
    app.add_url_rule("/deals", "deals", requires("deal.view")(lambda: "deals"))
    app.add_url_rule("/api/ping", "ping", requires("deal.view")(lambda: "pong"), methods=["GET", "POST"])
    app.add_url_rule("/api/admins", "api_admins", requires("user.admin")(lambda: "admins"))
    app.add_url_rule("/api/mine", "api_mine", signed_in(lambda: "mine"))


@pytest.fixture(scope="session", params=["sqlite", "postgresql"])
def session_app(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory):
    folder = tmp_path_factory.mktemp(request.param)
    url = ""
    if request.param == "postgresql":
        name = f"eleven_users_{os.getpid()}"
        server = create_engine(SERVER.replace("postgresql:", "postgresql+psycopg:") + "/postgres",
                               isolation_level="AUTOCOMMIT")
        with server.connect() as connection:
            connection.execute(text(f"CREATE DATABASE {name}"))
        url = f"{SERVER}/{name}"
    app = make_app(folder, url)
    with app.app_context():
        metadata.create_all(db.engine)
    yield app
    with app.app_context():
        db.session.remove()
        db.engine.dispose()
    if url:
        with server.connect() as connection:
            connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))
        server.dispose()


@pytest.fixture
def app(session_app: Flask):
    yield session_app
    with session_app.app_context():
        session_app.extensions["eleven_limiter"].reset()
        db.session.rollback()
        db.session.execute(text("UPDATE team SET parent_id = NULL"))
        for table in reversed(metadata.sorted_tables):
            db.session.execute(table.delete())
        db.session.commit()


@pytest.fixture
def client(app: Flask):
    return Browser(app)


@pytest.fixture
def anna(app: Flask) -> int:
    """A person with a password; returns her id."""
    return add_person(app, "Anna Berg", "anna@example.org")


@pytest.fixture
def boss(app: Flask) -> int:
    """An administrator; returns the id."""
    return add_person(app, "Boris Orlov", "boris@example.org", is_admin=True)


# hashing for real takes a second of every test; what is tested is who gets in
passwords._hasher = PasswordHasher(time_cost=1, memory_cost=64, parallelism=1)
passwords._dummy = passwords._hasher.hash("nobody")
_hash = passwords.hash_password(PASSWORD)


def add_person(app: Flask, name: str, email: str, **more) -> int:
    with app.app_context():
        user = User(name=name, email=email, **more)
        db.session.add(user)
        db.session.flush()
        db.session.add(Credential(user_id=user.id, password_hash=_hash))
        db.session.commit()
        return user.id


class Browser:
    """A test client that sends the CSRF token of the page it saw last."""

    def __init__(self, app: Flask, ip: str = "198.51.100.7") -> None:
        self.http = app.test_client()
        self.ip = {"REMOTE_ADDR": ip}

    def get(self, url: str, **more):
        return self.http.get(url, environ_base=self.ip, **more)

    def post(self, url: str, data: dict | None = None, **more):
        page = self.http.get("/token-page", environ_base=self.ip).text
        token = re.search(r'name="csrf_token" value="([^"]+)"', page)
        return self.http.post(url, data={"csrf_token": token[1] if token else "", **(data or {})},
                              environ_base=self.ip, **more)

    def sign_in(self, email: str = "anna@example.org", password: str = PASSWORD, **more):
        return self.post("/sign-in", {"email": email, "password": password, **more})
