"""A lineage: the line of revisions of one component, and which tables are its own."""

import argparse
import ast
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from flask import Flask
from sqlalchemy import JSON, inspect
from sqlalchemy.dialects import postgresql
from sqlalchemy.engine import Connection
from sqlalchemy.types import TypeDecorator

from core.database import metadata

if TYPE_CHECKING:  # alembic takes ten megabytes, which a server that migrates nothing does without
    from alembic.autogenerate.api import AutogenContext
    from alembic.config import Config
    from alembic.script import ScriptDirectory

HOME = Path(__file__).resolve().parent.parent.parent / "migrations"
HANDMADE = ("fts_", "trgm_")
"""Tables and indexes that revisions make in plain SQL begin so; nothing compares them with the models."""


class MigrationError(Exception):
    """A migration cannot be made or run; the message is one sentence for the administrator."""


@dataclass(frozen=True)
class Lineage:
    """The revisions of one component in a folder. `name` is `core` or the plugin's name, its tables' prefix."""

    name: str
    component: str
    folder: Path

    @property
    def version_table(self) -> str:
        """Where the database keeps the lineage's present revision."""
        return "alembic_version" if self.name == "core" else f"alembic_version_{self.name}"

    def config(self, **attributes: Any) -> "Config":
        """What alembic's commands want; env.py reads the attributes."""
        from alembic.config import Config
        config = Config(cmd_opts=argparse.Namespace(quiet=True))
        config.set_main_option("script_location", str(HOME))
        config.set_main_option("path_separator", "newline")
        config.set_main_option("version_locations", str(self.folder))
        config.set_main_option("file_template", "%%(rev)s_%%(slug)s")
        config.attributes.update(attributes, lineage=self)
        return config

    def script(self) -> "ScriptDirectory":
        """The revisions as they lie on disk. A broken file raises MigrationError."""
        from alembic.script import ScriptDirectory
        try:
            script = ScriptDirectory.from_config(self.config())
            script.get_current_head()
        except Exception as error:
            raise MigrationError(f"The revisions of {self.name} in {self.folder} cannot be read: {error}") from error
        return script

    @cached_property
    def head(self) -> str | None:
        """The newest revision; None without any. Read from the files, which every server does when it starts.

        Raises MigrationError for a file that is no Python, and for two revisions that both claim to be the newest.
        """
        found: dict[str, Any] = {}
        for file in sorted(self.folder.glob("[!_]*.py")):
            try:
                said = {target.id: node.value.value for node in ast.parse(file.read_bytes()).body
                        if isinstance(node, ast.Assign | ast.AnnAssign) and isinstance(node.value, ast.Constant)
                        for target in (node.targets if isinstance(node, ast.Assign) else [node.target])
                        if isinstance(target, ast.Name)}
            except (SyntaxError, ValueError) as error:
                raise MigrationError(f"{file} cannot be read: {error}") from error
            if not {"revision", "down_revision"} <= said.keys():
                return self.script().get_current_head()  # written in another way: alembic runs it to know
            found[str(said["revision"])] = said["down_revision"]
        heads = found.keys() - set(found.values())
        if len(heads) > 1:
            raise MigrationError(f"{self.name} has several newest revisions: {', '.join(sorted(heads))}.")
        return heads.pop() if heads else None


CORE = Lineage("core", "core", HOME / "versions")


def init_app(app: Flask, plugins: list[Lineage]) -> None:
    """Tell the application its lineages: core's, then the plugins' in the order in which they build on each other."""
    app.extensions["eleven_lineages"] = [CORE, *plugins]


def lineages(app: Flask) -> list[Lineage]:
    """Every lineage, in the order in which they are upgraded."""
    found: list[Lineage] = app.extensions.get("eleven_lineages") or [CORE]
    return found


def lineage_named(app: Flask, name: str) -> Lineage:
    """The lineage of core or of a plugin. Raises MigrationError for a name that has none."""
    for lineage in lineages(app):
        if lineage.name == name:
            return lineage
    raise MigrationError(f"There is no component {name}. There are: {', '.join(x.name for x in lineages(app))}.")


def belongs(table: str, name: str) -> bool:
    """Whether a table carries a plugin's name. Plugin names have no underscore, so this is never ambiguous."""
    return table == name or table.startswith(f"{name}_")


def owns(app: Flask, connection: Connection, lineage: Lineage) -> Callable[[str], bool]:
    """Give a test for names of tables, in the models and in the database: is it this lineage's.

    Core's are those that nobody else's name is on, also not that of a plugin whose code is gone.
    """
    if lineage.name != "core":
        return lambda table: belongs(table, lineage.name)
    gone = {t.removeprefix("alembic_version_") for t in inspect(connection).get_table_names()
            if t.startswith("alembic_version_")}
    others = gone | {other.name for other in lineages(app) if other.name != "core"}
    return lambda table: (not table.startswith("alembic_version")
                          and not any(belongs(table, other) for other in others))


def options(app: Flask, connection: Connection, lineage: Lineage) -> dict[str, Any]:
    """How alembic looks at the database, the same for running, comparing and writing revisions."""
    own = owns(app, connection, lineage)

    def include_name(name: str | None, kind: str, parents: Any) -> bool:
        if name is None:
            return True
        if name.startswith(HANDMADE):
            return False
        return own(name) if kind == "table" else True

    def include_object(item: Any, name: str | None, kind: str, reflected: bool, other: Any) -> bool:
        return own(str(name)) if kind == "table" else True

    return {
        "target_metadata": metadata,
        "version_table": lineage.version_table,
        "include_name": include_name,
        "include_object": include_object,
        "render_as_batch": True,
        "render_item": render_item,
        "compare_type": True,
        "transactional_ddl": True,
        "transaction_per_migration": True,
    }


def render_item(kind: str, item: Any, context: "AutogenContext") -> str | bool:
    """Write our own types as the plain ones they are in the database: a revision must not change with our code."""
    if kind == "type" and isinstance(item, TypeDecorator):
        plain, grown = item.impl_instance, item.load_dialect_impl(postgresql.dialect())
        if type(grown) is type(plain):
            return f"sa.{plain!r}"
        context.imports.add("from sqlalchemy.dialects import postgresql")
        return f'sa.{plain!r}.with_variant(postgresql.{grown!r}, "postgresql")'
    if kind == "type" and isinstance(item, JSON) and item._variant_mapping:
        context.imports.add("from sqlalchemy.dialects import postgresql")
        return 'sa.JSON().with_variant(postgresql.JSONB(), "postgresql")'
    return False
