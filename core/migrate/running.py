"""Run, compare and write revisions."""

import logging
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from flask import Flask, current_app
from sqlalchemy import inspect, text
from sqlalchemy.engine import Connection

from core.database import db
from core.migrate.lineage import Lineage, MigrationError, lineage_named, lineages, options
from core.migrate.locking import migrating

# alembic tells every table that it looks at
logging.getLogger("alembic").setLevel(logging.WARNING)


@dataclass
class Outcome:
    """What an upgrade did: (component, revision before, after), and the sentence and the fault for each that failed."""

    done: list[tuple[str, str | None, str | None]] = field(default_factory=list)
    failed: dict[str, str] = field(default_factory=dict)
    errors: dict[str, Exception] = field(default_factory=dict)


@contextmanager
def connection() -> Iterator[Connection]:
    """A connection to migrate on.

    On SQLite without foreign keys: a batch migration makes a table anew and drops the old one, and with
    them on that would set the references of other tables to NULL, silently. The pragma works only outside
    a transaction. env.py checks the references before each revision is committed.
    """
    with db.engine.connect() as found:
        raw: Any = found.connection.dbapi_connection
        sqlite = found.dialect.name == "sqlite"
        if sqlite:
            raw.execute("PRAGMA foreign_keys=OFF")
        try:
            yield found
        finally:
            found.rollback()
            if sqlite:
                raw.execute("PRAGMA foreign_keys=ON")


def upgrade(app: Flask, component: str | None = None, target: str = "head") -> Outcome:
    """Bring one lineage, or core and then every known plugin, to its newest revision.

    A failure of core raises MigrationError. That of a plugin is reported and the others go on, but for
    those that build on it.
    """
    outcome = Outcome()
    with app.app_context(), migrating(app):
        for lineage in [lineage_named(app, component)] if component else lineages(app):
            if not lineage.folder.is_dir():
                continue
            try:
                before = version(lineage)
                _run(lineage, "upgrade", target)
                outcome.done.append((lineage.name, before, version(lineage)))
            except Exception as error:
                message = _sentence(lineage, error)
                if component or lineage.name == "core":
                    raise MigrationError(message) from error
                outcome.failed[lineage.name] = message
                outcome.errors[lineage.name] = error
    return outcome


def downgrade(app: Flask, component: str, target: str) -> None:
    """Take a lineage back to a revision, `-1` or `base`. Raises MigrationError when it fails."""
    lineage = lineage_named(app, component)
    with app.app_context(), migrating(app):
        proven(app).discard(component)
        try:
            _run(lineage, "downgrade", target)
        except Exception as error:
            raise MigrationError(_sentence(lineage, error)) from error


def _run(lineage: Lineage, what: str, target: str) -> None:
    from alembic import command
    with connection() as found:
        getattr(command, what)(lineage.config(connection=found), target)


def _sentence(lineage: Lineage, error: Exception) -> str:
    reason = str(getattr(error, "orig", None) or error).strip().splitlines()
    return f"The migration of {lineage.name} fails: {type(error).__name__}: {reason[0] if reason else ''}"


def revision(app: Flask, component: str, message: str, empty: bool = False) -> str | None:
    """Write the difference between models and database as a new revision; return its path, None without one.

    The database must stand at the newest revision.
    """
    from alembic import command
    lineage = lineage_named(app, component)
    lineage.folder.mkdir(parents=True, exist_ok=True)
    lineage.__dict__.pop("head", None)
    with app.app_context(), connection() as found:
        script = lineage.script()
        if version(lineage) != script.get_current_head():
            raise MigrationError(f"The database is not at the newest revision of {component}: "
                                 "run `eleven db upgrade` first.")
        if not empty and not _difference(app, found, lineage):
            return None
        found.rollback()
        number = f"{len(list(script.walk_revisions())) + 1:04}"
        command.revision(lineage.config(connection=found), message, autogenerate=not empty, rev_id=number)
    lineage.__dict__.pop("head", None)
    path = next(lineage.folder.glob(f"{number}_*.py"))
    path.write_text(re.sub(r"\n +# ###.*", "", path.read_text()))
    return str(path)


def check(app: Flask) -> dict[str, list[str]]:
    """What keeps each lineage from being in order: revisions to run, or models that no revision has made."""
    faults: dict[str, list[str]] = {}
    with app.app_context():
        for lineage in lineages(app):
            with connection() as found:
                if version(lineage) != lineage.head:
                    faults[lineage.name] = [f"at revision {version(lineage)}, the newest is {lineage.head}"]
                elif difference := _difference(app, found, lineage):
                    faults[lineage.name] = difference
    return faults


def _difference(app: Flask, found: Connection, lineage: Lineage) -> list[str]:
    from alembic import autogenerate
    from alembic.migration import MigrationContext
    settings = options(app, found, lineage)
    context = MigrationContext.configure(found, opts=settings)
    script = autogenerate.produce_migrations(context, settings["target_metadata"])
    if script.upgrade_ops is None or script.upgrade_ops.is_empty():
        return []
    code = autogenerate.render_python_code(
        script.upgrade_ops, render_as_batch=True, render_item=settings["render_item"], migration_context=context)
    return [line.strip() for line in code.splitlines() if line.strip() and not line.strip().startswith("#")]


def version(lineage: Lineage, on: Connection | None = None) -> str | None:
    """The revision that the database is at; None before the first."""
    if on is None:
        with db.engine.connect() as own:
            return version(lineage, own)
    if not inspect(on).has_table(lineage.version_table):
        return None
    found: str | None = on.execute(text(f'SELECT version_num FROM "{lineage.version_table}"')).scalar()  # noqa: S608
    return found


def history(lineage: Lineage) -> list[tuple[str, str, bool]]:
    """(revision, what it does, whether it has run) of each, the oldest first. Broken files raise MigrationError."""
    here, done = version(lineage, db.session.connection()), False
    found = []
    for script in lineage.script().walk_revisions():  # the newest first
        done = done or script.revision == here
        found.append((script.revision, script.doc, done))
    return found[::-1]


def current(app: Flask) -> dict[str, tuple[str | None, str | None]]:
    """For each lineage the revision of the database and the newest."""
    with app.app_context():
        return {lineage.name: (version(lineage), lineage.head) for lineage in lineages(app)}


def behind(app: Flask) -> list[str]:
    """The components whose tables are not at their newest revision."""
    return [name for name, (now, newest) in current(app).items() if now != newest]


def up_to_date(component: str) -> bool:
    """Whether the tables of a component are there as its code wants them.

    Asked at every request, so a yes is kept; it turns to no only by a downgrade, which a running server
    does not survive anyway. Reads in the session's transaction: on SQLite a second one could wait for it.
    """
    app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]
    kept = proven(app)
    if component not in kept:
        lineage = lineage_named(app, component)
        try:
            if lineage.head is not None and version(lineage, db.session.connection()) != lineage.head:
                return False
        except MigrationError:
            return False
        kept.add(component)
    return True


def proven(app: Flask) -> set[str]:
    """The components that this process has seen up to date."""
    found: set[str] = app.extensions.setdefault("eleven_migrated", set())
    return found
