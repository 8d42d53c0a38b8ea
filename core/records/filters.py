"""Filters: what the operators of each kind of field mean in SQL.

In an address a filter is `f.<field>.<operator>=<value>`; `any1.<field>.<operator>=…` joins the OR group
any1. A field of child rows is named `<rows>.<field>`. Filters and groups are ANDed. A value of several is separated
by commas.
"""

from calendar import isleap
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal, InvalidOperation
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import ColumnElement, and_, cast, extract, func, literal, not_, or_
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import GenericFunction
from sqlalchemy.types import BigInteger, Integer, Text, TypeEngine

from core.database import FixedPoint, db, fold, now
from core.records.folding import folded
from core.web.errors import Problem
from core.web.fields import NO_YEAR, Choice, FieldUi, Money, Relation
from core.web.i18n import zone


@dataclass(frozen=True)
class Condition:
    """One filter: the field's name, the operator, the raw value, and its OR group ("" for AND)."""

    field: str
    operator: str
    value: str
    group: str = ""

    @property
    def argument(self) -> str:
        """Its name in an address."""
        return f"{self.group or 'f'}.{self.field}.{self.operator}"


TEXT = {"contains": _l("contains"), "not_contains": _l("does not contain"), "is": _l("is"), "is_not": _l("is not"),
        "starts": _l("starts with")}
NUMBER = {"eq": _l("="), "ne": _l("≠"), "lt": _l("<"), "le": _l("≤"), "gt": _l(">"), "ge": _l("≥")}
DATE = {"on": _l("on"), "before": _l("before"), "after": _l("after"), "within": _l("within")}
ANNIVERSARY = {"within": _l("falls within"), "on": _l("on"), "before": _l("before"), "after": _l("after")}
CHOICE = {"is": _l("is any of"), "is_not": _l("is none of")}
TAGS = {"has": _l("has any of"), "has_not": _l("has none of")}
EMPTY = {"empty": _l("is empty"), "not_empty": _l("is not empty")}

RANGES = {
    "today": _l("today"), "yesterday": _l("yesterday"), "tomorrow": _l("tomorrow"),
    "this_week": _l("this week"), "last_week": _l("last week"), "next_week": _l("next week"),
    "this_month": _l("this month"), "last_month": _l("last month"), "next_month": _l("next month"),
    "this_quarter": _l("this quarter"), "this_year": _l("this year"), "last_year": _l("last year"),
    "last_7_days": _l("the last 7 days"), "last_30_days": _l("the last 30 days"),
    "last_90_days": _l("the last 90 days"),
    "next_7_days": _l("the next 7 days"), "next_30_days": _l("the next 30 days"),
}


def operators(field: FieldUi) -> Mapping[str, Any]:
    """The operators that a field offers, with their words."""
    by_kind: dict[str, Mapping[str, Any]] = {
        "number": NUMBER, "money": NUMBER, "date": DATE, "datetime": DATE, "anniversary": ANNIVERSARY,
        "choice": CHOICE, "relation": CHOICE, "tags": TAGS, "bool": {"is": _l("is")},
    }
    own = by_kind.get(field.kind, TEXT)
    return own if field.kind == "bool" else {**own, **EMPTY}


OPPOSITE = {"not_contains": "contains", "is_not": "is", "has_not": "has", "ne": "eq", "empty": "not_empty"}
"""Of child rows these mean that there is none of which the opposite is true."""


def clauses(fields: Mapping[str, FieldUi], model: type[Any], conditions: Iterable[Condition],
            user: Any) -> list[ColumnElement[bool]]:
    """The SQL of filters that all must hold; those on the same child rows must hold of one and the same row."""
    found: list[ColumnElement[bool]] = []
    children: dict[str, list[Condition]] = {}
    for one in conditions:
        rows, dot, _name = one.field.partition(".")
        if not dot:
            found.append(clause(fields[one.field], model, one, user))
        elif one.operator in OPPOSITE:
            known = operators(fields[one.field])
            opposite = OPPOSITE[one.operator] if one.operator in known else one.operator
            found.append(not_(_child(fields, model, rows, [replace(one, operator=opposite)], user)))
        else:
            children.setdefault(rows, []).append(one)
    return found + [_child(fields, model, rows, members, user) for rows, members in children.items()]


def _child(fields: Mapping[str, FieldUi], model: type[Any], rows: str, conditions: Iterable[Condition],
           user: Any) -> ColumnElement[bool]:
    relation = getattr(model, rows)
    child = relation.property.mapper.class_
    return relation.any(and_(*(  # type: ignore[no-any-return]
        clause(fields[one.field], child, one, user) for one in conditions)))


def clause(field: FieldUi, model: type[Any], condition: Condition, user: Any) -> ColumnElement[bool]:
    """The SQL condition of a filter. Raises Problem (400) for an operator or a value that does not fit."""
    if condition.operator not in operators(field):
        raise Problem(400, _("The field %(field)s has no filter “%(operator)s”.", field=str(field.label),
                             operator=condition.operator[:40]),
                      _("It has: %(known)s.", known=", ".join(operators(field))))
    column = field.column(model)
    if condition.operator in EMPTY:
        nothing = _is_empty(field, column)
        return nothing if condition.operator == "empty" else not_(nothing)
    return _BY_KIND.get(field.kind, _text)(field, column, condition, user)


def _is_empty(field: FieldUi, column: Any) -> ColumnElement[bool]:
    if field.kind == "tags":
        return or_(column.is_(None), cast(column, Text) == "[]")
    if field.kind in ("text", "textarea", "email", "phone", "url"):
        return or_(column.is_(None), column == "")
    return column.is_(None)  # type: ignore[no-any-return]


def _text(field: FieldUi, column: Any, condition: Condition, user: Any) -> ColumnElement[bool]:
    value = fold(condition.value)
    kept = isinstance(field.sort, str)  # a column that holds the text folded (see query.sort_column)
    compared: Any = getattr(column.class_, str(field.sort)) if kept else folded(func.coalesce(column, ""))
    if condition.operator in ("is", "is_not"):
        same: ColumnElement[bool] = compared == value
        return same if condition.operator == "is" else not_(same)
    if condition.operator == "starts":
        begins: ColumnElement[bool] = compared.startswith(value, autoescape=True)
        if kept and db.engine.dialect.name == "sqlite":  # its LIKE uses no index; it compares by code points
            return and_(compared >= value, compared < value + "\U0010ffff", begins)
        return begins
    found: ColumnElement[bool] = compared.contains(value, autoescape=True)
    return found if condition.operator == "contains" else not_(found)


def _most(held: TypeEngine[Any]) -> Decimal:
    """The largest number that a column can hold: a database refuses to compare it with a larger one."""
    if isinstance(held, FixedPoint):
        return Decimal((2**63 - 1) // 10**held.places)
    return Decimal(2**31 - 1 if isinstance(held, Integer) and not isinstance(held, BigInteger) else 2**63 - 1)


def _number(field: FieldUi, column: Any, condition: Condition, user: Any) -> ColumnElement[bool]:
    try:
        value = Decimal(condition.value.replace(",", "."))
        if not value.is_finite() or abs(value) >= Decimal(2**53):
            raise InvalidOperation
    except InvalidOperation:
        raise _unfit(field, condition, _("a number, like 12.5")) from None
    if isinstance(field, Money):
        # minor units of a currency with two decimals: the usual case, and the only one a bare number can mean
        value = value * 100
    signs: dict[str, Callable[[Any, Any], Any]] = {
        "eq": lambda c, v: c == v, "ne": lambda c, v: c != v, "lt": lambda c, v: c < v,
        "le": lambda c, v: c <= v, "gt": lambda c, v: c > v, "ge": lambda c, v: c >= v,
    }
    most = _most(column.type)
    value = max(-most, min(most, value))
    number = int(value) if value == value.to_integral_value() else float(value)
    return signs[condition.operator](column, number)  # type: ignore[no-any-return]


def _date(field: FieldUi, column: Any, condition: Condition, user: Any) -> ColumnElement[bool]:
    if condition.operator == "within":
        if condition.value not in RANGES:
            raise _unfit(field, condition, ", ".join(RANGES))
        first, last = date_range(condition.value, now().astimezone(zone()).date())
    else:
        try:
            first = last = date.fromisoformat(condition.value[:10])
        except ValueError:
            raise _unfit(field, condition, _("a date, like 2026-01-31")) from None
    low, high = _edges(field, first, last)
    if condition.operator == "before":
        return column < low  # type: ignore[no-any-return]
    if condition.operator == "after":
        return column >= high  # type: ignore[no-any-return]
    return and_(column >= low, column < high)


def _anniversary(field: FieldUi, column: Any, condition: Condition, user: Any) -> ColumnElement[bool]:
    """Days that return within a range, whatever their year; 29 February returns on 1 March of common years.

    The other operators compare the day itself, so a day whose year is unknown is neither before nor after another.
    """
    if condition.operator != "within":
        return and_(column > date(NO_YEAR, 12, 31), _date(field, column, condition, user))
    if condition.value not in RANGES:
        raise _unfit(field, condition, ", ".join(RANGES))
    first, last = date_range(condition.value, now().astimezone(zone()).date())
    if (last - first).days >= 365:
        return column.is_not(None)  # type: ignore[no-any-return]
    day = extract("month", column) * 100 + extract("day", column)
    low, high = first.month * 100 + first.day, last.month * 100 + last.day
    # what begins on 1 March also takes 29 February, if the year has none
    low = 229 if low == 301 and not isleap(first.year) else low
    within = and_(day >= low, day <= high) if low <= high else or_(day >= low, day <= high)
    return and_(column.is_not(None), within)


def _edges(field: FieldUi, first: date, last: date) -> tuple[Any, Any]:
    """The half-open range of days first..last in the column's own terms."""
    try:
        after = last + timedelta(days=1)
    except OverflowError:
        after = last
    if field.kind != "datetime":
        return first, after
    def start(day: date) -> datetime:
        try:
            return datetime.combine(day, time(), zone()).astimezone(UTC)
        except OverflowError:
            return datetime.combine(day, time(), UTC)
    return start(first), start(after)


def date_range(name: str, today: date) -> tuple[date, date]:
    """The first and the last day of a relative range; weeks begin on Monday."""
    day = timedelta(days=1)
    if name in ("today", "yesterday", "tomorrow"):
        found = today + {"today": 0, "yesterday": -1, "tomorrow": 1}[name] * day
        return found, found
    which, _sep, unit = name.partition("_")
    if unit.endswith("_days"):
        days = int(unit.removesuffix("_days")) * day
        return (today - days + day, today) if which == "last" else (today, today + days - day)
    step = {"last": -1, "this": 0, "next": 1}[which]
    if unit == "week":
        monday = today - today.weekday() * day + 7 * step * day
        return monday, monday + 6 * day
    if unit == "year":
        return date(today.year + step, 1, 1), date(today.year + step, 12, 31)
    months = 3 if unit == "quarter" else 1
    index = today.year * 12 + (today.month - 1) // months * months + step * months
    following = index + months
    return (date(index // 12, index % 12 + 1, 1), date(following // 12, following % 12 + 1, 1) - day)


def _choice(field: FieldUi, column: Any, condition: Condition, user: Any) -> ColumnElement[bool]:
    wanted: list[Any] = [part for part in condition.value.split(",") if part]
    if isinstance(field, Choice):
        known = {option.value for option in field.options}
        if not wanted or set(wanted) - known:
            raise _unfit(field, condition, ", ".join(sorted(known)))
    if isinstance(field, Relation):
        try:
            wanted = [user.id if part == "me" and field.target == "user" else int(part) for part in wanted]
        except ValueError:
            raise _unfit(field, condition, _("the number of a record")) from None
        if not wanted or any(not 0 <= number < 2**31 for number in wanted):
            raise _unfit(field, condition, _("the number of a record"))
    found = column.in_(wanted)
    return found if condition.operator == "is" else or_(column.is_(None), not_(found))


def _bool(field: FieldUi, column: Any, condition: Condition, user: Any) -> ColumnElement[bool]:
    if condition.value not in ("true", "false", "1", "0"):
        raise _unfit(field, condition, "true, false")
    return column.is_(condition.value in ("true", "1"))  # type: ignore[no-any-return]


class has_tag(GenericFunction[bool]):  # noqa: N801 the name of a SQL function
    """Whether a JSON list of texts holds a text."""

    inherit_cache = True
    name = "eleven_has_tag"


@compiles(has_tag, "sqlite")
def _has_tag_sqlite(element: Any, compiler: Any, **kw: Any) -> str:
    column, value = element.clauses
    return (f"EXISTS (SELECT 1 FROM json_each({compiler.process(column, **kw)}) AS tag "  # noqa: S608 compiled parts
            f"WHERE tag.value = {compiler.process(value, **kw)})")


@compiles(has_tag, "postgresql")
def _has_tag_postgresql(element: Any, compiler: Any, **kw: Any) -> str:
    column, value = element.clauses
    return f"({compiler.process(column, **kw)} @> to_jsonb(CAST({compiler.process(value, **kw)} AS text)))"


def _tags(field: FieldUi, column: Any, condition: Condition, user: Any) -> ColumnElement[bool]:
    words = [part.strip() for part in condition.value.split(",") if part.strip()]
    if not words:
        raise _unfit(field, condition, _("one or more words"))
    found = or_(*(has_tag(column, literal(word, Text)) for word in words))
    return found if condition.operator == "has" else not_(found)


_BY_KIND: dict[str, Callable[[FieldUi, Any, Condition, Any], ColumnElement[bool]]] = {
    "number": _number, "money": _number, "date": _date, "datetime": _date, "anniversary": _anniversary,
    "choice": _choice, "relation": _choice, "bool": _bool, "tags": _tags,
}


def _unfit(field: FieldUi, condition: Condition, wanted: str) -> Problem:
    return Problem(400, _("“%(value)s” cannot be compared with %(field)s.", value=condition.value[:80],
                          field=str(field.label)), _("Give %(wanted)s.", wanted=wanted))
