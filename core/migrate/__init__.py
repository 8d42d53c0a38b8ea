"""Migrations: a lineage with a version table of its own for core and for each plugin.

With one shared version table every command would fail as soon as a plugin's code is gone, and a downgrade
of core could drop a plugin's table. Nothing migrates at start-up; `eleven db upgrade` does.
"""

from core.migrate.lineage import Lineage, MigrationError, init_app, lineage_named, lineages, owns
from core.migrate.locking import migrating
from core.migrate.running import (
    behind,
    check,
    connection,
    current,
    downgrade,
    history,
    proven,
    revision,
    up_to_date,
    upgrade,
)

__all__ = ["Lineage", "MigrationError", "behind", "check", "connection", "current", "downgrade", "history",
           "init_app", "lineage_named", "lineages", "migrating", "owns", "proven", "revision", "up_to_date", "upgrade"]
