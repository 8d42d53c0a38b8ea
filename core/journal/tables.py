"""What the journal knows of tables: keys, owners, and which of them it keeps."""

from collections.abc import Iterator, Mapping
from typing import Any

from sqlalchemy import Table

from core.database import Model

BOOKKEEPING = frozenset({"version", "updated_at"})
"""Columns that every save changes: they make no history, and undo sets them anew instead of back."""


def key_columns(table: Table) -> list[str]:
    """The names of the columns that tell a row; all of them in a table without a primary key."""
    return [column.name for column in table.primary_key.columns] or [column.name for column in table.columns]


def row_id(table: Table, row: Mapping[str, Any]) -> str:
    """The row's primary key as text: "12", or "3,12" where it has several columns."""
    return ",".join(str(row[name]) for name in key_columns(table))


def key_values(table: Table, number: str) -> dict[str, Any]:
    """The primary key's values by column, of what `row_id` made."""
    names = key_columns(table)
    parts = [number] if len(names) == 1 else number.split(",")
    return {name: int(part) if table.c[name].type.python_type is int else part
            for name, part in zip(names, parts, strict=True)}


def key_of(table: Table, row: Mapping[str, Any]) -> Any:
    """The row's primary key: the value itself, or as `row_id` where it has several columns."""
    names = key_columns(table)
    return row[names[0]] if len(names) == 1 else row_id(table, row)


def parents(table: Table) -> list[str]:
    """Columns that point to the row which takes this one along when it is deleted."""
    if "eleven_parents" not in table.info:
        table.info["eleven_parents"] = [
            column.name for column in table.columns
            if any((key.ondelete or "").upper() == "CASCADE" for key in column.foreign_keys)]
    found: list[str] = table.info["eleven_parents"]
    return found


def belongs(table: str, column: str, number: Any) -> str:
    """How a change names a row that it belongs to."""
    return f"{table}.{column}={number}"


def under(table: Table, row: Mapping[str, Any], before: Mapping[str, Any] | None) -> dict[str, str | None]:
    """The first two rows that a row belongs to, now before formerly."""
    names = parents(table)
    keys = [belongs(table.name, name, values[name]) for values in (row, before or {}) for name in names
            if values.get(name) is not None]
    first, second, *_ = [*dict.fromkeys(keys), None, None]
    return {"under": first, "also_under": second}


def _models(base: type[Any]) -> Iterator[type[Any]]:
    for model in base.__subclasses__():
        yield model
        yield from _models(model)


def journaled(table: Table) -> bool:
    """Whether the journal keeps a table's changes; so it does for tables that no loaded model describes."""
    return not any(getattr(model, "__tablename__", None) == table.name and not model.__journal__
                   for model in _models(Model))
