"""What a list's page shows: rows, columns, chips, filters, the ways to the next page."""

from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache, partial
from typing import Any
from urllib.parse import urlencode

from flask import request, url_for
from flask_babel import gettext as _
from markupsafe import escape

from core.plugin import registry
from core.records import display, query, sorting
from core.records.filters import RANGES, operators
from core.records.query import ListState, count_limit
from core.records.type import RecordType
from core.web.fields import Choice, Money, Relation
from core.web.i18n import format_number, teller

PAGE = 50


def context(kind: RecordType, state: ListState, user: Any) -> dict[str, Any]:
    """The context of records/list.html."""
    names = chosen_columns(kind, state, user)
    own = [name for name in names if ":" not in name]
    page = query.fetch(kind, state, user, dict.fromkeys([kind.title, *own]), PAGE)
    extra = extra_columns(kind, user)
    shown = [extra[name] for name in names if name in extra]
    filled = {c["key"]: c["values"]([row.id for row in page.rows]) for c in shown} if page.rows else {}
    return frame(kind, state, user) | {
        "rows": _rows(kind, page.rows, names, filled),
        "columns": [_column(kind, state, name, extra) for name in names if name in kind.fields or name in extra],
        "pager": {
            "next_url": link(kind, state, after=page.next) if page.next else None,
            "previous_url": link(kind, state, before=page.previous) if page.previous else None,
        },
    }


def frame(kind: RecordType, state: ListState, user: Any) -> dict[str, Any]:
    """What lists and boards share around their rows."""
    from core.records import chips, saved
    total = query.count(kind, state, user)
    return {
        "rt": kind, "q": state.q, "state_fields": state.arguments(),
        "count_text": count_text(state, total),
        "chips": chips.groups(kind, state, user),
        "views": saved.views(kind, state, user),
        "modes": _modes(kind, state), "sort": sorting.chooser(kind, state),
        "can": {verb: user.may(kind.permission(verb)) for verb in ("create", "edit", "delete", "export")}
        | {"import_": user.may(kind.permission("create"))},
        "urls": _urls(kind, state),
    }


def filters(kind: RecordType, state: ListState, user: Any, group: str = "f") -> dict[str, Any]:
    """The context of records/filters.html: every field that the list can be filtered by.

    In an OR group a filter is an alternative to those that the group has.
    """
    from core.records import chips
    others = [chips.label(kind, one, user) for one in state.conditions if one.group == group]
    return {"rt": kind, "urls": _urls(kind, state), "state_fields": state.arguments(), "group": group,
            "others": others,
            "filters": [_filter(kind, name, field) for name, field in kind.filter_fields.items()]}


def columns(kind: RecordType, state: ListState, user: Any) -> dict[str, Any]:
    """The context of records/columns.html: what the list can show, and what it shows now."""
    return {"rt": kind, "urls": _urls(kind, state), "state_fields": state.arguments(),
            "all_columns": _all_columns(kind, chosen_columns(kind, state, user), extra_columns(kind, user))}


def chosen_columns(kind: RecordType, state: ListState, user: Any) -> list[str]:
    """The columns of a list: the address's, else the user's, else the type's; the title always leads."""
    chosen = state.columns or tuple(user.preferences.get("columns", {}).get(kind.name, ())) or kind.columns
    known = [name for name in chosen if ":" in name or name in kind.fields]
    return [kind.title, *(name for name in dict.fromkeys(known) if name != kind.title)]


def link(kind: RecordType, state: ListState, **changes: Any) -> str:
    """The list's address with some of its state changed."""
    return kind.url("index") + query_string(state, **changes)


def count_text(state: ListState, total: int) -> str:
    """The number of rows as people read it, "1,000+" where the counting stopped."""
    most = count_limit(state)
    return f"{format_number(most)}+" if total > most else format_number(total)


def query_string(state: ListState, **changes: Any) -> str:
    """The state as the part of an address after the path."""
    pairs = state.arguments(**changes)
    return "?" + urlencode(pairs) if pairs else ""


def _rows(kind: RecordType, rows: Sequence[Any], names: list[str],
          filled: Mapping[str, Mapping[int, str]]) -> list[dict[str, Any]]:
    """The rows as the template draws them: the hot loop of the busiest page, so whatever repeats is made once.

    All of it is escaped; `cells` is one piece of markup, all cells after the title's.
    """
    if not rows:
        return []
    place = escape(kind.url("index"))
    at = {name: number for number, name in enumerate(rows[0]._fields)}
    number_at, title_at = at["id"], at[kind.title]
    makers = [_cell_maker(kind, name, filled, at) for name in names[1:] if name in kind.fields or name in filled]
    return [{"id": (number := row[number_at]), "url": f"{place}{number}",
             "title": escape(row[title_at] or f"#{number}"),
             "cells": "".join([make(row) for make in makers])} for row in rows]


def _cell_maker(kind: RecordType, name: str, filled: Mapping[str, Mapping[int, str]],
                at: Mapping[str, int]) -> Callable[[Any], str]:
    """What makes a column's cells of rows, each a <td>. Equal values are drawn once."""
    if name in filled:
        return lambda row: f"<td>{escape(filled[name].get(row[at['id']], ''))}</td>"
    field = kind.fields[name]
    begin = f'<td data-align="{field.align}">' if field.align != "start" else "<td>"
    if isinstance(field, Money):
        return lambda row: f"{begin}{display.html(field, display.value_of(name, field, row))}</td>"
    value_at, title_at = at[field.attribute or name], at.get(f"{name}__title")
    if field.kind == "datetime":
        tell = teller()
        return lambda row: f"{begin}{display.moment(row[value_at], tell) if row[value_at] else ''}</td>"
    drawn: dict[Any, str] = {}

    def make(row: Any) -> str:
        value = row[value_at]
        key = str(value) if isinstance(value, list | dict) else value
        if key not in drawn:
            drawn[key] = f"{begin}{display.html(field, value, row[title_at] if title_at else None)}</td>"
        return drawn[key]
    return make


def _column(kind: RecordType, state: ListState, name: str, extra: Mapping[str, Any]) -> dict[str, Any]:
    if name in extra:
        return {"key": name, "label": extra[name]["label"], "kind": "text", "align": "start", "sort": None,
                "sort_url": None}
    field = kind.fields[name]
    order = sorting.header(kind, state, name)
    offered = name in query.sortable(kind)
    return {"key": name, "label": field.label, "kind": field.kind, "align": field.align, **order,
            "sort_url": link(kind, state, sort=order["alone"]) if offered else None,
            "add_url": link(kind, state, sort=order["added"]) if offered else None}


def _all_columns(kind: RecordType, names: list[str], extra: Mapping[str, Any]) -> list[dict[str, Any]]:
    labels = {name: f.label for name, f in kind.fields.items() if f.kind != "rows"}
    labels |= {name: column["label"] for name, column in extra.items()}
    ordered = [n for n in names if n in labels] + [n for n in labels if n not in names]
    return [{"key": name, "label": labels[name], "shown": name in names, "fixed": name == kind.title}
            for name in ordered]


def extra_columns(kind: RecordType, user: Any) -> dict[str, Any]:
    """The columns that plugins offer the user, by `<plugin>:<key>`."""
    return {f"{plugin}:{c.key}": {"key": f"{plugin}:{c.key}", "label": c.label,
                                  "values": partial(registry().calls.column, plugin, c)}
            for plugin, c in kind.slots.columns(user) if c.permission is None or user.may(c.permission)}


def _filter(kind: RecordType, name: str, field: Any) -> dict[str, Any]:
    choices: list[Any] = []
    if isinstance(field, Choice):
        choices = [(o.value, o.label, o.color) for o in field.options]
    elif field.kind in ("date", "datetime", "anniversary"):
        choices = [(value, label, "") for value, label in RANGES.items()]
    lookup = None
    if isinstance(field, Relation):
        lookup = url_for("records.lookup", name=field.target)
    return {"key": name, "label": kind.filter_label(name), "kind": field.kind,
            "operators": list(operators(field).items()), "choices": choices, "lookup_url": lookup}


def _modes(kind: RecordType, state: ListState) -> list[dict[str, Any]]:
    modes = [("table", _("Table"), "table")] + ([("board", _("Board"), "layout-kanban")] if kind.board else [])
    return [{"key": key, "label": label, "icon": icon, "active": state.mode == key, "url": link(kind, state, mode=key)}
            for key, label, icon in modes] if len(modes) > 1 else []


def _urls(kind: RecordType, state: ListState) -> dict[str, Any]:
    query_part = query_string(state)
    fixed = _fixed_urls(kind, request.script_root)
    return fixed | {
        "self": fixed["index"] + query_part, "clear": link(kind, state, conditions=(), q="", view=""),
        "filters": kind.url("filters") + query_part, "choose_columns": kind.url("choose_columns") + query_part}


@lru_cache(1000)
def _fixed_urls(kind: RecordType, _script_root: str) -> dict[str, Any]:
    """The addresses that do not depend on the list's state."""
    urls = {name: kind.url(endpoint) for name, endpoint in (
        ("index", "index"), ("new", "new"), ("import_", "import_file"), ("trash", "trash"), ("bulk", "bulk"),
        ("columns", "columns"), ("save_view", "save_view"), ("views", "views"), ("export", "export"))}
    return urls | {name: [{"label": label, "icon": icon, "url": url_for(endpoint)} for label, icon, endpoint in given]
                   for name, given in (("uploads", kind.uploads), ("downloads", kind.downloads),
                                       ("together", kind.together))}
