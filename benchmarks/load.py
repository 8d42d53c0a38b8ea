"""The companies: databases of 1,000 to 1,000,000 contacts, migrated as every company is and filled in bulk.

What knows Eleven's tables and operations stands here and in `rows`, its addresses in `scenes`; the rest measures.
"""

from dataclasses import dataclass
from pathlib import Path

import psycopg
from flask import Flask
from sqlalchemy import insert, text, update
from tqdm import tqdm

from benchmarks import rows
from core import create_app
from core.contacts.models import Contact, ContactEmail, ContactPhone
from core.database import db, metadata
from core.host import PluginState
from core.records import record_type, search
from core.testing import factories
from core.users import User, tokens
from core.users.keys import Origin

BATCH = 5000


@dataclass(frozen=True)
class Company:
    """A filled database: engine, number of contacts, the environment of its processes, a token and a cookie."""

    engine: str
    size: int
    environment: dict[str, str]
    token: str
    cookie: str

    @property
    def where(self) -> str:
        """Engine and size, as the table says them."""
        return f"{self.engine} {self.size:,}"


def company(engine: str, size: int, folder: Path, server: str, plugins: bool = True) -> Company:
    """Make a company anew and fill it.

    `engine` is sqlite or postgresql, `server` the address of a PostgreSQL, in which a database is made (one of an
    earlier run is replaced); `plugins` says whether they are all on or all off.
    """
    name = f"eleven_benchmark_{size}{'' if plugins else '_alone'}"
    folder = folder / engine / name
    folder.mkdir(parents=True)
    url = _database(server, name) if engine == "postgresql" else f"sqlite:///{folder / 'eleven.db'}"
    # requests are counted as for every company, but a program that never rests must not be sent away
    environment = {"ELEVEN_INSTANCE": str(folder), "ELEVEN_DATABASE_URL": url, "ELEVEN_LOG_LEVEL": "ERROR",
                   "ELEVEN_API_RATE": "1000000 per minute"}
    app = create_app(folder, DATABASE_URL=url, LOG_LEVEL="ERROR")
    factories.install(app)
    with app.app_context():
        factories.company(app)
        if not plugins:
            db.session.execute(update(PluginState).values(enabled=False))
        fill(size, f"{engine} {size:,}")
        token, cookie = _signed_in(app)
        db.session.remove()
        db.engine.dispose()
    return Company(engine, size, environment, token, cookie)


def fill(size: int, title: str) -> None:
    """Insert so many contacts, each with an e-mail and a phone, owned by ten people; index their words."""
    owners = list(range(1001, 1011))
    db.session.execute(insert(User), [
        {"id": number, "name": f"Person {number}", "email": f"person{number}@example.org"} for number in owners])
    with tqdm(total=size, desc=title, unit=" rows", leave=False, disable=None) as progress:
        for first in range(1, size + 1, BATCH):
            batch = list(rows.contacts(first, min(first + BATCH, size + 1), owners))
            connection = db.session.connection()
            connection.execute(metadata.tables[Contact.__tablename__].insert(), batch)
            connection.execute(metadata.tables[ContactEmail.__tablename__].insert(), rows.emails(batch))
            connection.execute(metadata.tables[ContactPhone.__tablename__].insert(), rows.phones(batch))
            search.refresh(record_type("contact"), [row["id"] for row in batch])
            progress.update(len(batch))
    if db.engine.dialect.name == "postgresql":
        # ids that were given leave the sequences behind
        for table in ("contact", "user"):
            db.session.execute(text(f"SELECT setval(pg_get_serial_sequence('\"{table}\"', 'id'), max(id)) "
                                    f'FROM "{table}"'))
    db.session.execute(text("ANALYZE"))
    db.session.commit()


def _signed_in(app: Flask) -> tuple[str, str]:
    """A token of the administrator with every permission, and the cookie of a browser that is signed in."""
    person = factories.admin()
    _row, token = tokens.create_token(person, "benchmark", tokens.grantable(person), None, Origin())
    db.session.commit()
    cookie = factories.client_of(app, person).get_cookie(app.config["SESSION_COOKIE_NAME"])
    if cookie is None:
        raise RuntimeError("A test client that has signed in holds no cookie.")
    return token, f"{cookie.key}={cookie.value}"


def remove(made: Company, server: str) -> None:
    """Drop the database of a company on PostgreSQL; on SQLite it goes with its folder."""
    if made.engine == "postgresql":
        _on_server(server, f'DROP DATABASE "{made.environment["ELEVEN_DATABASE_URL"].rpartition("/")[2]}" WITH (FORCE)')


def _database(server: str, name: str) -> str:
    _on_server(server, f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)', f'CREATE DATABASE "{name}"')
    return f"{server}/{name}"


def _on_server(server: str, *statements: str) -> None:
    with psycopg.connect(f"{server}/postgres", autocommit=True) as connection:
        for statement in statements:
            connection.execute(statement.encode())
