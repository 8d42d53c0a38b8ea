"""The yardstick: the same rows from the same database with Flask and SQLAlchemy Core and nothing else.

No sign-in, no permissions, no journal, no forms: what a Python web server can do at best with one such query. It
answers the list as JSON and as a plain table, one contact, and a create that is one INSERT and a commit.
"""

import os
import random
from typing import Any

from flask import Flask, Response, jsonify, render_template, request
from jinja2 import DictLoader
from sqlalchemy import Select, create_engine, event, select

from benchmarks import rows
from core.contacts.models import Contact
from core.database import metadata

COLUMNS = ("id", "uid", "version", "name", "kind", "status", "email", "phone", "owner_id", "created_at", "updated_at")
PAGE_SIZE = 50
CONTACT = metadata.tables[Contact.__tablename__]
TABLE_PAGE = """<!doctype html><title>Contacts</title><table>
<tr>{% for name in columns %}<th>{{ name }}</th>{% endfor %}</tr>
{% for row in rows %}<tr>{% for value in row %}<td>{{ value }}</td>{% endfor %}</tr>
{% endfor %}</table>"""


def create_app() -> Flask:
    """Make the bare application over the database that ELEVEN_DATABASE_URL names."""
    app = Flask(__name__)
    app.jinja_loader = DictLoader({"contacts.html": TABLE_PAGE})
    address = os.environ["ELEVEN_DATABASE_URL"].replace("postgresql:", "postgresql+psycopg:")
    engine = create_engine(address, pool_size=8)
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _as_eleven_has_it)

    @app.get("/contacts.json")
    def list_as_json() -> Response:
        with engine.connect() as connection:
            found = connection.execute(_page()).mappings()
            return jsonify([dict(row) for row in found])

    @app.get("/contacts")
    def list_as_table() -> str:
        with engine.connect() as connection:
            found = connection.execute(_page()).all()
        return render_template("contacts.html", columns=COLUMNS, rows=found)

    @app.get("/contacts/<int:number>.json")
    def one(number: int) -> Response:
        with engine.connect() as connection:
            row = connection.execute(select(CONTACT).where(CONTACT.c.id == number)).mappings().one()
            return jsonify(dict(row))

    @app.post("/contacts.json")
    def create() -> tuple[Response, int]:
        row = rows.contact(0, random.Random()) | request.get_json()
        with engine.begin() as connection:
            key = connection.execute(CONTACT.insert().values(row)).inserted_primary_key
        return jsonify(id=key[0] if key else None), 201

    return app


def _page() -> Select[Any]:
    sort = request.args.get("sort", "id")
    keys = (CONTACT.c[sort.removeprefix("-")], CONTACT.c.id)
    order = [key.desc() for key in keys] if sort.startswith("-") else keys
    filters = [CONTACT.c[name] == value for name, value in request.args.items() if name != "sort"]
    return select(*(CONTACT.c[name] for name in COLUMNS)).where(*filters).order_by(*order).limit(PAGE_SIZE)


def _as_eleven_has_it(connection: Any, _record: object) -> None:
    for pragma in ("journal_mode=WAL", "synchronous=NORMAL", "busy_timeout=10000", "cache_size=-8000"):
        connection.execute(f"PRAGMA {pragma}")
