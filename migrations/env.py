"""What alembic runs, for core and for every plugin; core.migrate hands over the connection and the lineage."""

from typing import Any

from alembic import context
from flask import current_app

from core.migrate.lineage import MigrationError, options

connection = context.config.attributes["connection"]
lineage = context.config.attributes["lineage"]


def check_references(ctx: Any, **_: Any) -> None:
    """Refuse to commit a revision that leaves a reference to nothing: on SQLite they are not watched meanwhile."""
    if ctx.connection.dialect.name != "sqlite":
        return
    broken = ctx.connection.exec_driver_sql("PRAGMA foreign_key_check").fetchall()
    if broken:
        raise MigrationError(f"it leaves {len(broken)} rows of {broken[0][0]} that refer to missing rows "
                             f"of {broken[0][2]}")


settings = options(current_app, connection, lineage)
# the look at the tables has begun a transaction, in which alembic would leave committing to us
connection.rollback()
context.configure(connection=connection, on_version_apply=check_references, **settings)
with context.begin_transaction():
    context.run_migrations()
