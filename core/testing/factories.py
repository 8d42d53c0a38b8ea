"""Makes what tests need: an installed company, people with roles, records of any type."""

from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import inspect, select, text, update

from core import host, migrate
from core.database import db, metadata, now
from core.events import Delivery
from core.events import deliver as deliver_one
from core.plugin import registry_for
from core.records import operations, record_type
from core.users import Role, Team, User, sessions, tokens
from core.users.keys import Origin
from core.users.models import Grant, UserRole

PASSWORD = "correct horse battery"  # noqa: S105 only tests know it


def install(app: Flask) -> None:
    """Bring the tables up to date, of core and of every plugin."""
    with app.app_context():
        outcome = migrate.upgrade(app)
        assert not outcome.failed, outcome.failed
        app.extensions["eleven_test_tables"] = set(inspect(db.engine).get_table_names())


def wipe(app: Flask) -> None:
    """Empty every table, so that a test begins with nothing but the schema."""
    db.session.remove()
    registry_for(app).calls.failures.settle()
    tables = [table for table in metadata.sorted_tables if table.name in app.extensions["eleven_test_tables"]]
    with db.engine.begin() as connection:
        names = ", ".join(f'"{table.name}"' for table in tables)
        if db.engine.dialect.name == "postgresql":
            connection.execute(text(f"TRUNCATE {names} RESTART IDENTITY CASCADE"))
            return
        connection.execute(text("PRAGMA defer_foreign_keys=ON"))
        for table in reversed(tables):
            connection.execute(table.delete())
        if inspect(connection).has_table("sqlite_sequence"):  # ids begin at 1 again, as on PostgreSQL
            connection.execute(text("DELETE FROM sqlite_sequence"))


def company(app: Flask) -> None:
    """One administrator, and every sound plugin installed and on."""
    db.session.add(User(name="Ada Admin", email="admin@example.com", is_admin=True))
    db.session.flush()
    for plugin in host.found_plugins(app):
        db.session.add(host.PluginState(name=plugin.name, enabled=True, installed_version="test"))
    db.session.commit()
    registry_for(app).calls.failures.clear()


def admin() -> User:
    """The administrator of the test company."""
    return db.session.scalars(select(User).where(User.is_admin)).one()


def team(name: str, parent: Team | None = None) -> Team:
    """A team below another."""
    made = Team(name=name, parent_id=parent.id if parent else None)
    db.session.add(made)
    db.session.commit()
    return made


def user(name: str = "Una User", team: Team | None = None, **scopes: str) -> User:
    """A person with one role of the given permissions: `user(contact__view="own")` grants contact.view."""
    made = User(name=name, email=f"{name.lower().replace(' ', '.')}@example.com", team_id=team.id if team else None)
    if scopes:
        grants = [Grant(permission=key.replace("__", "."), scope=scope) for key, scope in scopes.items()]
        role = Role(name=f"Role of {name}", grants=grants)
        db.session.add_all([made, role])
        db.session.flush()
        db.session.add(UserRole(user_id=made.id, role_id=role.id))
    db.session.add(made)
    db.session.commit()
    return made


def record(type_name: str, by: User | None = None, /, **data: Any) -> Any:
    """A record of a type, made by the operation that everybody uses."""
    made = operations.create(record_type(type_name), data, by or admin())
    db.session.commit()
    return made


def contact(name: str = "Helios Energy", by: User | None = None, **data: Any) -> Any:
    """A contact; an organisation unless said otherwise."""
    return record("contact", by, **({"kind": "organization", "name": name} | data))


def client_of(app: Flask, person: User) -> FlaskClient:
    """A client with a session of the person's, as after signing in."""
    client = app.test_client()
    key = sessions.open_session(person, Origin("127.0.0.1", "test"), remember=True, two_factor=True)
    db.session.commit()
    with client.session_transaction() as cookie:
        cookie["_user_id"], cookie["_fresh"] = key, True
    return client


def bearer(person: User, *scopes: str) -> dict[str, str]:
    """The header of a new API token of a person's, for all that they may unless permissions are named."""
    _token, text = tokens.create_token(person, "test", scopes or tokens.grantable(person), None, Origin())
    db.session.commit()
    return {"Authorization": f"Bearer {text}"}


def deliver(again: bool = False) -> None:
    """Run the handlers of all events that wait; `again` those that were run before too, as a crash would."""
    db.session.rollback()
    if again:
        db.session.execute(update(Delivery).values(state="pending", next_at=now()))
        db.session.commit()
    for number in db.session.scalars(select(Delivery.id).where(Delivery.state == "pending")).all():
        deliver_one(number)
