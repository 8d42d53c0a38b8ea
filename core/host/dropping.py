"""Drop the tables of a plugin, also of one whose code is gone; what was in them is written to a file first."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from flask import Flask
from sqlalchemy import MetaData, Table, inspect, select
from sqlalchemy.engine import Connection
from sqlalchemy.exc import DBAPIError

from core import migrate
from core.database import db
from core.host import operations
from core.host.models import PluginState
from core.host.operations import RefusedError
from core.migrate.lineage import belongs
from core.plugin.settings import ComponentSettings

BATCH = 1000


def purgeable(app: Flask) -> list[str]:
    """The plugins that have left tables in the database and are not installed any more."""
    with app.app_context(), db.engine.connect() as connection:
        names = {t.removeprefix("alembic_version_") for t in inspect(connection).get_table_names()
                 if t.startswith("alembic_version_")}
        installed = set(connection.scalars(select(PluginState.name)))
    return sorted(names - installed)


def drop_tables(app: Flask, name: str) -> tuple[Path | None, list[str]]:
    """Export and drop every table that carries a plugin's name, and forget its revisions and settings.

    Returns the file (None if there was no row) and the names of the tables. Raises RefusedError for a plugin
    that is still installed, and for tables that others refer to.
    """
    with app.app_context():
        if name == "core" or name in operations.states():
            raise RefusedError(f"{name} is still installed: remove it first.")
        db.session.remove()
        with migrate.migrating(app), migrate.connection() as connection:
            tables = _tables(connection, name)
            file = export(app, connection, name, tables)
            connection.rollback()
            try:
                with connection.begin():
                    for table in reversed(tables):
                        table.drop(connection)
                    connection.execute(ComponentSettings.__table__.delete().where(  # type: ignore[attr-defined]
                        ComponentSettings.component == name))
            except DBAPIError as error:
                raise RefusedError(f"The tables of {name} cannot be dropped, something else refers to them: "
                                   f"{str(error.orig).splitlines()[0]}. Nothing was changed.") from error
        migrate.proven(app).discard(name)
        return file, sorted(table.name for table in tables if belongs(table.name, name))


def _tables(connection: Connection, name: str) -> list[Table]:
    """The plugin's tables as the database has them, the version table too. Others that refer to them refuse."""
    found = MetaData()
    every = inspect(connection).get_table_names()
    wanted = [table for table in every if belongs(table, name) or table == f"alembic_version_{name}"]
    for table in every:
        for key in inspect(connection).get_foreign_keys(table):
            if key["referred_table"] in wanted and table not in wanted:
                raise RefusedError(f"The table {table} refers to {key['referred_table']}: "
                                   "drop the data of its plugin first.")
    found.reflect(connection, only=wanted)
    return [table for table in found.sorted_tables if table.name in wanted]


def export(app: Flask, connection: Connection, name: str, tables: list[Table]) -> Path | None:
    """Write every row as one line of JSON, {"table": …, "row": {…}}, into instance/exports/."""
    folder = Path(app.instance_path) / "exports"
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / f"{name}-{datetime.now(UTC):%Y%m%d-%H%M%S}.jsonl"
    rows = 0
    with file.open("w", encoding="utf-8") as out:
        for table in tables:
            if not belongs(table.name, name):
                continue
            result = connection.execute(select(table).execution_options(yield_per=BATCH))
            for row in result.mappings():
                out.write(json.dumps({"table": table.name, "row": dict(row)}, default=_plain, ensure_ascii=False))
                out.write("\n")
                rows += 1
    if not rows:
        file.unlink()
        return None
    return file


def _plain(value: Any) -> str:
    return value.hex() if isinstance(value, bytes) else str(value)
