"""How the order of a list is shown and chosen: by the headers of its columns and by the form above it."""

from typing import Any

from flask_babel import gettext as _

from core.records import query
from core.records.query import ListState
from core.records.type import RecordType

KEYS = 3
"""Keys that people choose; an address may name more."""

Keys = tuple[tuple[str, bool], ...]


def keys(kind: RecordType, state: ListState) -> Keys:
    """What a list is sorted by, as (field, descending); nothing where what is looked for comes newest first."""
    if state.q and not state.sort:
        return ()
    return state.sort or tuple(query.default_order(kind))


def turned(present: Keys, name: str) -> Keys:
    """The keys with a field as one more of them, or turned round where it is one."""
    if name in dict(present):
        return tuple((key, descending != (key == name)) for key, descending in present)
    return (*present[:KEYS - 1], (name, False))


def header(kind: RecordType, state: ListState, name: str) -> dict[str, Any]:
    """Of a column: its direction, its rank where there are several keys, and the keys that its header leads to."""
    present = keys(kind, state)
    at = next((number for number, (key, _d) in enumerate(present, 1) if key == name), 0)
    direction = ("desc" if present[at - 1][1] else "asc") if at else None
    return {"sort": direction, "first": at == 1, "rank": at if len(present) > 1 else 0,
            "alone": ((name, direction == "asc"),), "added": turned(present, name)}


def chooser(kind: RecordType, state: ListState) -> dict[str, Any]:
    """The form above a list: the present keys, and for each of the keys what can be chosen."""
    present = keys(kind, state)
    names = dict.fromkeys([*(name for name in query.sortable(kind) if name != "id"), *dict(present)])
    options = [{"value": "-" * descending + name, "label": _said(kind, name, descending)}
               for name in names for descending in (False, True)]
    chosen = ["-" * descending + name for name, descending in present]
    return {
        "said": "; ".join(_said(kind, name, descending) for name, descending in present),
        "keys": [{"label": _label(kind, name), "descending": descending} for name, descending in present],
        "options": options, "chosen": [*chosen, *[""] * (KEYS - len(chosen))],
        "labels": [_("Sort by"), *[_("Then by")] * (max(KEYS, len(chosen)) - 1)],
        "state_fields": [pair for pair in state.arguments() if pair[0] != "sort"]}


def _said(kind: RecordType, name: str, descending: bool) -> str:
    field = _label(kind, name)
    return _("%(field)s, descending", field=field) if descending else _("%(field)s, ascending", field=field)


def _label(kind: RecordType, name: str) -> str:
    return str(kind.fields[name].label) if name in kind.fields else name
