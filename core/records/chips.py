"""The filters of a list as people read them: chips, and groups of chips of which any may hold."""

from dataclasses import replace
from typing import Any
from urllib.parse import urlencode

from flask_babel import gettext as _

from core.records import lists
from core.records.filters import RANGES, Condition, operators
from core.records.query import ListState
from core.records.type import RecordType, record_type
from core.web.fields import Choice, Relation


def groups(kind: RecordType, state: ListState, user: Any) -> list[dict[str, Any]]:
    """The filters that all must hold; those of an OR group together, at the place of its first."""
    together: dict[Any, list[Condition]] = {}
    for number, one in enumerate(state.conditions):
        together.setdefault(one.group or number, []).append(one)
    return [{"chips": [{"label": label(kind, one, user), "remove_url": lists.link(
                kind, state, conditions=tuple(c for c in state.conditions if c is not one))} for one in members],
             "or_url": _or_url(kind, state, members[0])} for members in together.values()]


def _or_url(kind: RecordType, state: ListState, one: Condition) -> str:
    """Where an alternative to a filter is chosen: the filter becomes the first of a group, if it is in none."""
    taken = {condition.group for condition in state.conditions}
    group = one.group or next((name for number in range(1, 100) if (name := f"any{number}") not in taken), "")
    if not group:
        return ""
    conditions = tuple(replace(c, group=group) if c is one else c for c in state.conditions)
    pairs = [*state.arguments(conditions=conditions), ("into", group)]
    return f"{kind.url('filters')}?{urlencode(pairs)}"


def label(kind: RecordType, one: Condition, user: Any) -> str:
    """A filter in words: "Status is any of Client"."""
    field = kind.filter_fields[one.field]
    words: Any = operators(field).get(one.operator, one.operator)
    value = one.value
    if one.operator in ("empty", "not_empty"):
        value = ""
    elif field.kind == "bool":
        return f"{kind.filter_label(one.field)}: {_('yes') if value in ('true', '1') else _('no')}"
    elif isinstance(field, Choice):
        value = ", ".join(str(option.label) for v in value.split(",") if (option := field.option(v)))
    elif isinstance(field, Relation):
        value = ", ".join(_title(field, part, user) for part in value.split(",")[:5])
    elif field.kind in ("date", "datetime", "anniversary"):
        value = str(RANGES.get(value, value))
    return f"{kind.filter_label(one.field)} {words} {value}".strip()


def _title(field: Relation, part: str, user: Any) -> str:
    if part == "me":
        return _("me")
    title = record_type(field.target).title_for(int(part), user) if part.isdecimal() and len(part) < 10 else None
    return title or _("a record that you may not see")
