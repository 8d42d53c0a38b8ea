"""What a plugin has, kind by kind: hooks, record types, tables, events, jobs and so on.

Of a plugin that is set aside only that is known which stands in its files and in the database.
"""

import ast
import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from flask import current_app
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import inspect

import core.records
from core import migrate
from core.database import db
from core.host import operations
from core.host.load import tables_of
from core.migrate.lineage import belongs
from core.plugin import registry, settings
from core.plugin.settings import ComponentSettings

if TYPE_CHECKING:
    from core.host.portrait import Portrait

RECORD_PAGES = Path(core.records.__file__).parent / "templates" / "records"


@dataclass(frozen=True)
class Entry:
    """One thing of a plugin: its name, and what is to be said beside it."""

    text: str
    note: str = ""


@dataclass(frozen=True)
class Part:
    """The things of one kind that a plugin has."""

    key: str
    label: str
    entries: tuple[Entry, ...]


@dataclass(frozen=True)
class Kind:
    """A kind of things, and how those of a plugin are found."""

    key: str
    label: Any
    of: Callable[["Portrait"], Iterable[Entry]]


def _hooks(one: "Portrait") -> Iterable[Entry]:
    if one.loaded:
        return map(Entry, operations.hooks_of(one.name))
    return [Entry(hook) for hook in (one.row.hooks if one.row else ())]  # those that it answered when it was sound


def _record_types(one: "Portrait") -> Iterable[Entry]:
    return [Entry(kind.name, str(kind.plural)) for kind in registry().record_types.values() if _owns(one, kind.name)]


def _tables(one: "Portrait") -> Iterable[Entry]:
    if one.loaded:
        return map(Entry, tables_of(one.name))
    there = inspect(db.session.connection()).get_table_names()
    return [Entry(table) for table in sorted(there) if belongs(table, one.name)]


def _permissions(one: "Portrait") -> Iterable[Entry]:
    return [Entry(key, str(found.label)) for key, found in registry().permissions.items() if _owns(one, key)]


def _settings(one: "Portrait") -> Iterable[Entry]:
    if one.name in registry().settings:
        values = settings(one.name)
    else:
        stored = db.session.get(ComponentSettings, one.name)
        values = stored.data if stored else {}
    return [Entry(key, json.dumps(value, ensure_ascii=False, default=str)) for key, value in values.items()]


def _gives(one: "Portrait") -> Iterable[Entry]:
    told = {kind.event(verb) for kind in registry().record_types.values() if _owns(one, kind.name)
            for verb in ("created", "updated", "deleted")}
    return map(Entry, sorted(told.union(*map(_emitted, _sources(one.folder)))))


def _takes(one: "Portrait") -> Iterable[Entry]:
    return [Entry(handler.event, key) for key, handler in _keyed(one, registry().handlers)]


def _jobs(one: "Portrait") -> Iterable[Entry]:
    return [Entry(key, f"{job.cron} UTC" if job.cron else _("when asked for"))
            for key, job in _keyed(one, registry().jobs)]


def _commands(one: "Portrait") -> Iterable[Entry]:
    return [Entry(f"eleven {one.name} {command.name}", command.get_short_help_str())
            for command in registry().commands.get(one.name, ())]


def _templates(one: "Portrait") -> Iterable[Entry]:
    for file in sorted(one.folder.glob(f"templates/{one.name}/*/*.html")) if one.folder else ():
        if (RECORD_PAGES / file.name).is_file():
            yield Entry("/".join(file.parts[-3:]), _("instead of %(name)s", name=f"records/{file.name}"))


def _migrations(one: "Portrait") -> Iterable[Entry]:
    if one.folder is None or not (one.folder / "migrations").is_dir():
        return []
    try:
        known = migrate.history(migrate.lineage_named(current_app, one.name))
    except migrate.MigrationError:
        return []  # the plugin's health says what is wrong with them
    return [Entry(f"{number} {what}", _("applied") if done else _("pending")) for number, what, done in known]


KINDS = (
    Kind("hooks", _l("Hooks"), _hooks),
    Kind("record_types", _l("Record types"), _record_types),
    Kind("tables", _l("Tables"), _tables),
    Kind("permissions", _l("Permissions"), _permissions),
    Kind("settings", _l("Settings"), _settings),
    Kind("gives", _l("Tells"), _gives),
    Kind("takes", _l("Listens to"), _takes),
    Kind("jobs", _l("Jobs"), _jobs),
    Kind("commands", _l("Commands"), _commands),
    Kind("templates", _l("Own templates"), _templates),
    Kind("migrations", _l("Migrations"), _migrations),
)


def _owns(one: "Portrait", thing: str) -> bool:
    return one.loaded and registry().owners.get(thing) == one.name


def _keyed(one: "Portrait", things: dict[str, Any]) -> list[tuple[str, Any]]:
    return [(key.partition(":")[2], thing) for key, thing in things.items() if key.startswith(f"{one.name}:")]


def _sources(folder: Path | None) -> list[Path]:
    return [file for file in folder.rglob("*.py") if "tests" not in file.relative_to(folder).parts] if folder else []


@lru_cache(1000)
def _emitted(file: Path) -> frozenset[str]:
    """The events that a source file emits by name; none of one that is no Python."""
    try:
        calls = [node for node in ast.walk(ast.parse(file.read_bytes())) if isinstance(node, ast.Call) and node.args]
    except (SyntaxError, ValueError, OSError):
        return frozenset()
    return frozenset(
        call.args[0].value for call in calls
        if ast.unparse(call.func).rpartition(".")[2] == "emit"
        and isinstance(call.args[0], ast.Constant) and isinstance(call.args[0].value, str))
