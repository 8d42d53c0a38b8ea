"""The kinds of what the journal keeps: record types with their parts, and what administrators do."""

from dataclasses import dataclass
from typing import Any

from flask_babel import lazy_gettext as _l

from core.plugin import registry
from core.records.steps import child_tables
from core.records.type import RecordType


@dataclass(frozen=True)
class Kind:
    """Something that is changed: what it is called, and the tables that it is kept in.

    `parts` are the columns by which the rows of a record's further tables say where they belong.
    """

    key: str
    label: Any
    icon: str
    tables: tuple[str, ...]
    type: RecordType | None = None


ACTS = (
    Kind("sign_in", _l("Sign-in and security"), "login-2", ("sign_in",)),
    Kind("role", _l("Roles"), "key", ("role", "role_grant", "user_role")),
    Kind("plugin", _l("Plugins"), "puzzle", ("plugin_state",)),
    Kind("settings", _l("Settings"), "settings", ("component_settings",)),
    Kind("note", _l("Notes"), "note", ("record_note", "record_file")),
    Kind("saved_view", _l("Saved views"), "star", ("record_view",)),
)
"""What core keeps beside records; core.records.audit.words says it in sentences."""
SPOKEN = tuple(table for kind in ACTS for table in kind.tables)


def kinds() -> list[Kind]:
    """Every kind that can be asked for: record types first, switched off or not, then acts."""
    return [Kind(type_.name, type_.plural, type_.icon, (type_.table, *child_tables(type_)), type_)
            for type_ in registry().record_types.values()] + list(ACTS)


def by_table() -> dict[str, Kind]:
    """The kind that each table belongs to."""
    return {table: kind for kind in kinds() for table in kind.tables}


def unknown(table: str) -> Kind:
    """What a table of no kind is called: that of a plugin which keeps more than records, or which is gone."""
    owner = table.partition("_")[0]
    return Kind(table, registry().titles.get(owner, table), "database", (table,))
