"""Boards: a list laid out by the options of a choice field, a bounded number of cards in each lane."""

import json
from dataclasses import replace
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import func, select

from core.database import db
from core.records import display, lists, query
from core.records.filters import Condition
from core.records.query import ListState, count_limit
from core.records.type import RecordType
from core.web.fields import Choice, Money
from core.web.i18n import format_money

CARDS = 20


def context(kind: RecordType, state: ListState, user: Any) -> dict[str, Any]:
    """The context of records/board.html."""
    field = kind.fields[kind.board or ""]
    if not isinstance(field, Choice):
        raise TypeError(f"{kind.name}: board must be a Choice field")
    chosen = [c.value for c in state.conditions if c.field == kind.board and c.operator == "is"]
    wanted = {value for part in chosen for value in part.split(",")}
    lanes = [option for option in field.options if not wanted or option.value in wanted]
    moves = [{"key": option.value, "label": option.label, "color": option.color} for option in field.options]
    return lists.frame(kind, state, user) | {
        "lanes": [_lane(kind, state, user, option, moves) for option in lanes],
        "move_url": kind.url("move", record_id=0).replace("/0/", "/{id}/"),
    }


def moved(kind: RecordType, record_id: int, version: int, undo_url: str | None) -> str:
    """The answer to a move: the card's new version and the way back."""
    return json.dumps({"id": record_id, "version": version, "message": str(_("Moved.")), "undo_url": undo_url})


def _lane(kind: RecordType, state: ListState, user: Any, option: Any, moves: list[Any]) -> dict[str, Any]:
    board = kind.board or ""
    inside = replace(state, conditions=(*state.conditions, Condition(board, "is", option.value)), after="", before="")
    names = dict.fromkeys([kind.title, board, *kind.columns])
    page = query.fetch(kind, inside, user, names, CARDS)
    total, amounts = _totals(kind, inside, user)
    more = lists.link(kind, replace(inside, mode="table")) if page.next else None
    return {
        "key": option.value, "label": option.label, "color": option.color,
        "count_text": lists.count_text(state, total),
        "sum_text": amounts, "more_url": more, "add_url": kind.url("new", **{board: option.value}),
        "cards": [_card(kind, row, moves, user) for row in page.rows],
    }


def _totals(kind: RecordType, state: ListState, user: Any) -> tuple[int, str]:
    """The number of a lane's records and the sums of its amounts by currency, both bounded."""
    where = query.condition(kind, state, user)
    if not kind.board_sum:
        return query.count(kind, state, user), ""
    field = kind.fields[kind.board_sum]
    if not isinstance(field, Money):
        raise TypeError(f"{kind.name}: board_sum must be a Money field")
    inner = select(field.column(kind.model).label("minor"), field.currency_column(kind.model).label("currency")) \
        .where(where).limit(count_limit(state) + 1).subquery()
    rows = db.session.execute(select(inner.c.currency, func.count(), func.sum(inner.c.minor))
                              .group_by(inner.c.currency)).all()
    sums = [format_money(int(minor), currency) for currency, _n, minor in rows if currency and minor is not None]
    return sum(number for _c, number, _m in rows), " + ".join(sums)


def _card(kind: RecordType, row: Any, moves: list[Any], user: Any) -> dict[str, Any]:
    meta, subtitle, avatar = [], "", ""
    for name in kind.columns:
        if name in (kind.title, kind.board) or ":" in name:
            continue
        field = kind.fields[name]
        title = getattr(row, f"{name}__title", None)
        if field.kind == "relation" and getattr(field, "target", "") == "user":
            avatar = title or ""
            continue
        shown = display.text(field, display.value_of(name, field, row), title)
        if shown and not subtitle and field.kind in ("text", "relation", "email"):
            subtitle = shown
        elif shown and field.kind in ("money", "date", "datetime", "choice"):
            meta.append({"icon": {"date": "calendar", "datetime": "clock"}.get(field.kind), "text": shown, "tone": ""})
    return {"id": row.id, "url": kind.url("show", record_id=row.id), "title": getattr(row, kind.title) or f"#{row.id}",
            "subtitle": subtitle, "meta": meta, "avatar": avatar, "version": row.version,
            "moves": [m for m in moves if m["key"] != getattr(row, kind.board or "", None)]}
