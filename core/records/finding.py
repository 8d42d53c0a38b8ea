"""The global search: over every record type at once, the best answers first, forgiving typing errors."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from flask import current_app
from sqlalchemy import (
    ColumnElement,
    Select,
    Text,
    and_,
    bindparam,
    case,
    cast,
    column,
    func,
    literal,
    literal_column,
    or_,
    select,
    table,
    union_all,
)

from core.database import db
from core.plugin import Hit, registry
from core.records import search, search_ddl
from core.records.query import access
from core.records.search import SearchEntry
from core.records.search.typos import misspelt, pieces
from core.records.search.words import MAX_QUESTION, words
from core.records.type import RecordType

FEW = 5
"""Fewer answers than this, and words that are only similar are looked for as well."""
CANDIDATES, NEAREST = 2000, 40
"""So many entries that share a part with a misspelt word are compared with it, and so many of them are read."""
_HINTS = ("text", "email", "phone")
_TITLES = table("fts_title", column("rowid"))
_LAST = "\U0010ffff"


@dataclass(frozen=True)
class Found:
    """A record that answers a question. `rank`: 0 is called so, 1 begins so, 2 title, 3 elsewhere, 4 similar."""

    kind: RecordType
    id: int
    title: str
    hint: str
    rank: int

    @property
    def hit(self) -> Hit:
        """The record as the search shows it."""
        return Hit(title=self.title, url=self.kind.url("show", record_id=self.id), kind=self.kind.plural,
                   icon=self.kind.icon, hint=self.hint)


def find(text: str, user: Any, limit: int = 20) -> list[Hit]:
    """Search all that the user may see: records of every type, best first, then what plugins answer."""
    kinds = [kind for kind in registry().live_types() if kind.surfaces and kind.search]
    hits = [found.hit for found in records(kinds, text, user, limit)]
    hits += [hit for _plugin, hit in registry().calls.gather("search", text=text, user=user, limit=limit)]
    return hits[:limit]


def records(kinds: Iterable[RecordType], text: str, user: Any, limit: int) -> list[Found]:
    """The records of some types that answer a question, the best first; at most two statements."""
    text = text[:MAX_QUESTION]
    asked = words(text)
    types = {kind.name: kind for kind in kinds if user.may(kind.permission("view"))}
    if not asked or not types:
        return []
    exact = [part for kind in types.values()
             for part in (_begins(kind, asked, user, limit), _holds(kind, text, user, limit))]
    found = _read(types, exact, asked)
    similar = pieces(asked)
    if len(found) < min(FEW, limit) and similar and _trigrams():
        near = [_similar(kind, asked, similar, user) for kind in types.values()]
        found = {key: one for key, one in _read(types, near, asked, similar=True).items()
                 if misspelt(asked, words(one.title))} | found
    return sorted(found.values(), key=lambda one: (one.rank, len(one.title) if one.rank < 2 else 0, -one.id))[:limit]


def titles(kinds: Iterable[RecordType], ids: Sequence[tuple[str, int]], user: Any) -> dict[tuple[str, int], Found]:
    """Records by (type, id), as far as the user may see them; one statement."""
    wanted = {kind.name: (kind, [number for name, number in ids if name == kind.name]) for kind in kinds}
    parts = [_columns(kind, user).where(kind.model.id.in_(numbers)) for kind, numbers in wanted.values() if numbers]
    return _read({name: kind for name, (kind, _n) in wanted.items()}, parts, [])


def _read(types: dict[str, RecordType], parts: list[Select[Any]], asked: list[str],
          similar: bool = False) -> dict[tuple[str, int], Found]:
    if not parts:
        return {}
    # each part has an order and a limit of its own, which SQLite takes only inside of a subquery
    whole = union_all(*(select(part.subquery()) for part in parts))
    return {(name, number): Found(types[name], number, title or f"#{number}", hint or "",
                                  4 if similar else _rank(asked, words(title or "")))
            for name, number, title, hint in db.session.execute(whole)}


def _rank(asked: list[str], title: list[str]) -> int:
    question, called = " ".join(asked), " ".join(title)
    if question == called:
        return 0
    if called.startswith(question):
        return 1
    return 2 if all(any(word.startswith(part) for word in title) for part in asked) else 3


def _columns(kind: RecordType, user: Any) -> Select[Any]:
    """Type, id, title and hint of the records of a type that the user may see."""
    model = kind.model
    return select(literal(kind.name, Text).label("type"), model.id.label("id"),
                  getattr(model, kind.title).label("title"), _hint(kind).label("hint")).where(access(kind, user))


def _hint(kind: RecordType) -> ColumnElement[str]:
    """What tells two records of one title apart: the first filled text among the list's columns."""
    fields = [kind.fields[name] for name in kind.columns
              if name != kind.title and name in kind.fields and kind.fields[name].kind in _HINTS]
    columns = [field.column(kind.model) for field in fields]
    return case(*((one != "", cast(one, Text)) for one in columns), else_="") if columns else literal("", Text)


def _begins(kind: RecordType, asked: list[str], user: Any, limit: int) -> Select[Any]:
    start = " ".join(asked)
    return _columns(kind, user).where(
        search.place(kind).joined(kind.model.id, SearchEntry.id, access(kind, user)),
        SearchEntry.record_type == kind.name,
        SearchEntry.title >= start, SearchEntry.title < start + _LAST).order_by(SearchEntry.title).limit(limit)


def _holds(kind: RecordType, text: str, user: Any, limit: int) -> Select[Any]:
    matching = search.matches(kind, text, access(kind, user))
    return _columns(kind, user).where(matching).order_by(search.newest(kind).desc()).limit(limit)


def _similar(kind: RecordType, asked: list[str], similar: list[tuple[str, ...]], user: Any) -> Select[Any]:
    home = search.place(kind)
    if db.engine.dialect.name == "postgresql":
        near: Any = and_(*(or_(*map(_holds_part, word)) for word in similar))
        entries = select(SearchEntry.id).where(near, SearchEntry.id.between(home.first, home.last))
    else:
        near = literal_column("fts_title").bool_op("MATCH")(" AND ".join(map(_trigram_match, similar)))
        entries = select(_TITLES.c.rowid.label("id")).where(near, _TITLES.c.rowid.between(home.first, home.last))
        entries = entries.order_by(_TITLES.c.rowid.desc())
    # looked for once, and not again for each record that the user sees
    candidates = entries.limit(CANDIDATES).cte().prefix_with("MATERIALIZED")
    return _columns(kind, user).where(
        SearchEntry.id == candidates.c.id, kind.model.id == home.record(candidates.c.id),
    ).order_by(func.word_similarity(" ".join(asked), SearchEntry.title).desc()).limit(NEAREST)


def _holds_part(part: str) -> ColumnElement[bool]:
    # as a part of the statement, like the question in search.matching: one plan for all would be a bad one
    return SearchEntry.title.like(bindparam("part", f"%{part}%", Text, literal_execute=True, unique=True))


def _trigram_match(word: tuple[str, ...]) -> str:
    parts = (" AND ".join(f'"{part[at:at + 3]}"' for at in range(len(part) - 2)) for part in word)
    return "(" + " OR ".join(f"({part})" for part in parts) + ")"


def _trigrams() -> bool:
    """Whether the database has the index of trigrams; asked once."""
    known = current_app.extensions
    if "eleven_trigrams" not in known:
        known["eleven_trigrams"] = search_ddl.trigrams(db.session.connection())
    return bool(known["eleven_trigrams"])
