"""Lists: the state that an address carries, and the one statement that answers it.

Pages are cut by keyset: a cursor holds the sort values and the id of a page's edge, so the thousandth
page costs what the first one does. There is no OFFSET and no COUNT over the whole table.
"""

import base64
import binascii
import json
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import ColumnElement, Row, Select, and_, false, func, literal, or_, select, true, tuple_
from sqlalchemy.orm import aliased
from werkzeug.datastructures import MultiDict

from core.database import UtcDateTime, db, metadata
from core.records import search
from core.records.filters import Condition, clauses
from core.records.type import RecordType, record_type
from core.users import scope_of, visible
from core.web.errors import Problem
from core.web.fields import Money, Relation

COUNT_LIMIT = 1000
"""Lists count as far as this and then say "1,000+"."""
COUNT_MATCHES = 100
"""The same for words: people narrow them down rather than turn pages."""
MAX_LIMIT = 200


@dataclass(frozen=True)
class ListState:
    """What a list shows, as its address says: filters, words, sort (key, descending), columns, place, layout."""

    conditions: tuple[Condition, ...] = ()
    q: str = ""
    sort: tuple[tuple[str, bool], ...] = ()
    columns: tuple[str, ...] = ()
    after: str = ""
    before: str = ""
    mode: str = "table"
    view: str = ""

    @classmethod
    def parse(cls, kind: RecordType, args: "MultiDict[str, str]") -> "ListState":
        """Read an address. Raises Problem (400) naming what it does not know."""
        conditions = []
        for name, values in args.lists():
            group, dot, rest = name.partition(".")
            if not dot or not re.fullmatch(r"f|any\d{1,2}", group):
                continue
            field, _dot, operator = rest.rpartition(".")
            if field not in kind.filter_fields:
                raise unknown_field(kind, field or rest)
            values = [value for value in values if value]  # a form sends empty inputs too
            if kind.filter_fields[field].kind in ("choice", "relation", "tags") and values:
                values = [",".join(values)]  # ticked boxes of one form
            conditions += [Condition(field, operator, value, "" if group == "f" else group) for value in values]
        # the form above a list sends each key by itself
        sort = _keys(",".join(args.getlist("sort")))
        for key, _descending in sort:
            if key not in sortable(kind):
                raise Problem(400, _("%(plural)s cannot be sorted by “%(key)s”.",
                                     plural=str(kind.plural), key=key[:60]),
                              _("They can be sorted by %(known)s.", known=", ".join(sortable(kind))))
        columns = tuple(part for part in args.get("columns", "").split(",") if part)
        for key in columns:
            if key not in kind.fields and not re.fullmatch(r"[a-z0-9.]+:[a-z0-9_]+", key):
                raise unknown_field(kind, key)
        mode, view = args.get("mode") or "table", args.get("view", "")
        if mode not in modes(kind):
            raise Problem(400, _("%(plural)s cannot be shown as “%(mode)s”.", plural=str(kind.plural), mode=mode[:60]),
                          _("They can be shown as %(known)s.", known=", ".join(modes(kind))))
        if view and not re.fullmatch(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", view):
            raise Problem(400, _("“%(view)s” names no saved view.", view=view[:60]),
                          _("Open the list without it, and choose one of the views above it."))
        return cls(tuple(conditions), args.get("q", "").strip()[:200], tuple(sort), columns,
                   args.get("after", ""), args.get("before", ""), mode, view)

    def arguments(self, **changes: Any) -> list[tuple[str, str]]:
        """The state as the pairs of an address, with changes; a changed filter begins again at the first page."""
        state = replace(self, **({"after": "", "before": ""} | changes))
        pairs = [(c.argument, c.value) for c in state.conditions]
        pairs += [("q", state.q), ("sort", ",".join(("-" if d else "") + k for k, d in state.sort)),
                  ("columns", ",".join(state.columns)), ("after", state.after), ("before", state.before),
                  ("mode", state.mode if state.mode != "table" else ""), ("view", state.view)]
        return [(name, value) for name, value in pairs if value or "." in name]


@dataclass(frozen=True)
class Page:
    """A page of rows, and the cursors of its neighbours (empty at an end)."""

    rows: Sequence[Row[Any]]
    next: str = ""
    previous: str = ""


def unknown_field(kind: RecordType, name: str) -> Problem:
    """The answer to a field that the type does not have."""
    return Problem(400, _("%(plural)s have no field “%(name)s”.", plural=str(kind.plural), name=name[:60]),
                   _("They have %(known)s.", known=", ".join(kind.fields)))


def modes(kind: RecordType) -> list[str]:
    """How a type's lists can be laid out."""
    return ["table", "board"] if kind.board else ["table"]


def sortable(kind: RecordType) -> list[str]:
    """The fields that a list can be sorted by, and the moments that every record has."""
    return [*(name for name, f in kind.fields.items() if f.sort), "id"]


def sort_column(kind: RecordType, key: str) -> Any:
    """The column behind a sort key; a text may have a folded column of its own (`sort="name_key"`)."""
    field = kind.fields.get(key)
    if field is None:
        return getattr(kind.model, key)
    return getattr(kind.model, field.sort) if isinstance(field.sort, str) else field.column(kind.model)


def condition(kind: RecordType, state: ListState, user: Any, verb: str = "view") -> ColumnElement[bool]:
    """All that restricts a list: access first, then filters, OR groups and words."""
    parts = [access(kind, user, verb)]
    groups: dict[str, list[ColumnElement[bool]]] = {}
    for one in state.conditions:
        if one.group:
            groups.setdefault(one.group, []).extend(clauses(kind.filter_fields, kind.model, [one], user))
    parts += clauses(kind.filter_fields, kind.model, [one for one in state.conditions if not one.group], user)
    parts += [or_(*members) for members in groups.values()]
    if state.q:
        parts.append(search.matches(kind, state.q, parts[0]))
    return and_(*parts)


def access(kind: RecordType, user: Any, verb: str = "view") -> ColumnElement[bool]:
    """The rows of a type that a user's permission reaches."""
    return visible(user, kind.permission(verb), kind.model)


def order_of(kind: RecordType, state: ListState) -> list[tuple[str, Any, bool]]:
    """(key, column, descending) of a list's order, closed by the id so that it is total.

    What is looked for comes newest first unless the state sorts it: so the database stops after a page.
    """
    if state.q and not state.sort:
        return [("id", search.newest(kind), True)]
    sort = state.sort or default_order(kind)
    order = [(key, sort_column(kind, key), descending) for key, descending in sort]
    if not any(key == "id" for key, _c, _d in order):
        order.append(("id", kind.model.id, order[-1][2] if order else False))
    return order


def default_order(kind: RecordType) -> list[tuple[str, bool]]:
    """What a list is sorted by when nobody has said, as (key, descending)."""
    return _keys(kind.default_sort)


def _keys(text: str) -> list[tuple[str, bool]]:
    """The keys of `-updated_at,name`; of a key that is named twice the first counts."""
    keys: dict[str, bool] = {}
    for part in filter(None, text.split(",")):
        keys.setdefault(part.lstrip("-"), part.startswith("-"))
    return list(keys.items())


def select_rows(kind: RecordType, names: Iterable[str], user: Any) -> Select[Any]:
    """A statement of id, version and the named fields; a relation's title comes as `<field>__title`.

    Titles of records that the user may not see stay empty.
    """
    wanted = tuple(dict.fromkeys(names))
    targets = {field.target for name in wanted if isinstance(field := kind.fields[name], Relation)}
    scopes = {target: scope_of(user, record_type(target).permission("view")) for target in targets}
    if all(scope in (None, "all") for scope in scopes.values()):
        return _selected_for_all(kind, wanted, frozenset(name for name, scope in scopes.items() if scope))
    return _selected(kind, wanted, lambda target, other: access_to_title(target, other, user))


@lru_cache(1000)
def _selected_for_all(kind: RecordType, names: tuple[str, ...], seen: frozenset[str]) -> Select[Any]:
    """Where titles of a type are seen all or not at all, the statement is the same for everybody: made once."""
    return _selected(kind, names, lambda target, _other: true() if target.name in seen else false())


def _selected(kind: RecordType, names: Iterable[str],
              may_read: Callable[[RecordType, Any], ColumnElement[bool]]) -> Select[Any]:
    model = kind.model
    columns: list[Any] = [model.id, model.version]
    joins: list[tuple[Any, Any]] = []
    for name in names:
        field = kind.fields[name]
        if field.kind == "rows":
            continue
        if isinstance(field, Money):
            columns += [field.column(model), field.currency_column(model)]
            continue
        columns.append(field.column(model))
        if isinstance(field, Relation):
            target = record_type(field.target)
            other = aliased(target.model)
            joins.append((other, and_(other.id == field.column(model), may_read(target, other))))
            columns.append(getattr(other, target.title).label(f"{name}__title"))
    statement = select(*dict.fromkeys(columns)).select_from(model)
    for other, on in joins:
        statement = statement.outerjoin(other, on)
    return statement


def access_to_title(target: RecordType, other: Any, user: Any) -> ColumnElement[bool]:
    """Whether the title of a related record may be read: of users and teams always, of others by access."""
    return visible(user, target.permission("view"), other)


def fetch(kind: RecordType, state: ListState, user: Any, names: Iterable[str], limit: int = 50) -> Page:
    """One page of a list, in one statement."""
    return page(kind, state, user, select_rows(kind, names, user), limit)


def page(kind: RecordType, state: ListState, user: Any, statement: Select[Any], limit: int) -> Page:
    """The page of a list at its cursor, of whatever columns the statement selects."""
    order = order_of(kind, state)
    statement = statement.where(condition(kind, state, user))
    keys = [column.label(f"key{number}") for number, (_k, column, _d) in enumerate(order)]
    backwards = bool(state.before)
    cursor = state.before or state.after
    if cursor:
        statement = statement.where(_beyond(order, _decode(cursor, order), backwards))
    statement = statement.add_columns(*keys).limit(limit + 1)
    statement = statement.order_by(*(_direct(column, descending != backwards) for _k, column, descending in order))
    rows = db.session.connection().execute(statement).all()  # columns need nothing of the ORM
    more, rows = len(rows) > limit, rows[:limit]
    if backwards:
        rows = rows[::-1]
    first = _encode(rows[0], len(order)) if rows else ""
    last = _encode(rows[-1], len(order)) if rows else ""
    if backwards:
        return Page(rows, last, first if more else "")
    return Page(rows, last if more else "", first if state.after else "")


def count_limit(state: ListState) -> int:
    """How far a list is counted."""
    return COUNT_MATCHES if state.q else COUNT_LIMIT


def count(kind: RecordType, state: ListState, user: Any) -> int:
    """How many rows a list has, counted to `count_limit` + 1 at the most."""
    most = count_limit(state) + 1
    if not state.conditions and not state.q and scope_of(user, kind.permission("view")) == "all":
        return db.session.scalar(_counted_for_all(kind, most)) or 0
    return db.session.scalar(_counted(select(kind.model.id).where(condition(kind, state, user)), most)) or 0


@lru_cache(1000)
def _counted_for_all(kind: RecordType, most: int) -> Select[Any]:
    return _counted(select(metadata.tables[kind.table].c.id), most)


def _counted(rows: Select[Any], most: int) -> Select[Any]:
    return select(func.count()).select_from(rows.limit(most).subquery())


def ids(kind: RecordType, state: ListState, user: Any, verb: str = "view") -> Select[Any]:
    """A statement of the ids of all that match (for bulk edits and exports)."""
    return select(kind.model.id).where(condition(kind, state, user, verb))


def _direct(column: Any, descending: bool) -> Any:
    return column.desc() if descending else column.asc()


def _beyond(order: Sequence[tuple[str, Any, bool]], values: Sequence[Any], backwards: bool) -> ColumnElement[bool]:
    """Rows after (or before) the cursor, in a form that an index can answer.

    One direction and no NULLs is a row comparison. Otherwise (a > x) or (a = x and b > y) …, where NULL
    stands where the database sorts it: first on SQLite, last on PostgreSQL.
    """
    directions = {descending for _k, _c, descending in order}
    nullable = any(_nullable(c) for _k, c, _d in order)
    if len(directions) == 1 and not nullable:
        left = tuple_(*(c for _k, c, _d in order))
        right = tuple_(*(literal(v, c.type) for v, (_k, c, _d) in zip(values, order, strict=True)))
        return left < right if directions.pop() != backwards else left > right
    alternatives: list[ColumnElement[bool]] = []
    equal: list[ColumnElement[bool]] = []
    for (_key, column, descending), value in zip(order, values, strict=True):
        alternatives.append(and_(*equal, _past(column, value, descending != backwards)))
        equal.append(column.is_(None) if value is None else column == value)
    return or_(*alternatives)


def _past(column: Any, value: Any, descending: bool) -> ColumnElement[bool]:
    nulls_low = db.engine.dialect.name == "sqlite"
    nulls_come = descending == nulls_low  # NULLs stand at the end of this direction
    if value is None:
        return column.is_(None) & column.is_not(None) if nulls_come else column.is_not(None)  # type: ignore[no-any-return]
    past: ColumnElement[bool] = column < value if descending else column > value
    return or_(past, column.is_(None)) if nulls_come and _nullable(column) else past


def _nullable(column: Any) -> bool:
    return bool(getattr(getattr(column, "expression", column), "nullable", False))


def _encode(row: Row[Any], keys: int) -> str:
    values = [row._mapping[f"key{number}"] for number in range(keys)]
    text = json.dumps([_plain(value) for value in values], ensure_ascii=False, separators=(",", ":"))
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def _plain(value: Any) -> Any:
    if isinstance(value, datetime | date):
        return value.isoformat()
    return str(value) if isinstance(value, Decimal) else value


def _decode(cursor: str, order: Sequence[tuple[str, Any, bool]]) -> list[Any]:
    """The values of a cursor, in the types of the order's columns. Raises Problem (400)."""
    try:
        raw = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
        if not isinstance(raw, list) or len(raw) != len(order):
            raise ValueError(cursor)
        return [_typed(value, column) for value, (_k, column, _d) in zip(raw, order, strict=True)]
    except (ValueError, binascii.Error, TypeError, OverflowError):
        raise Problem(400, _("This page marker does not belong to this list."),
                      _("Open the list again from its first page.")) from None


def _typed(value: Any, column: Any) -> Any:
    if value is None:
        if not _nullable(column):
            raise ValueError(value)
        return None
    wanted = datetime if isinstance(column.type, UtcDateTime) else column.type.python_type
    if wanted is datetime:
        moment = datetime.fromisoformat(value)
        if moment.tzinfo is None:
            raise ValueError(value)
        return moment
    if wanted is date:
        return date.fromisoformat(value)
    if not isinstance(value, wanted) or isinstance(value, bool) != (wanted is bool):
        raise TypeError(value)
    if isinstance(value, int) and abs(value) >= 2**63:
        raise ValueError(value)
    if isinstance(value, str) and "\0" in value:
        raise ValueError(value)
    return value


