"""A record type: declared once, served everywhere."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Any

from flask import current_app, g, has_request_context, url_for
from flask_babel import lazy_gettext as _l
from sqlalchemy import Text, cast, literal_column, select, union_all

from core.database import db
from core.plugin import Permission, registry
from core.web.fields import DateTime, FieldUi, RecordSchema, Rows

VERBS = ("view", "create", "edit", "delete", "export")


def _nothing(*_arguments: Any, **_named: Any) -> list[Any]:
    return []


@dataclass(frozen=True, kw_only=True)
class Slots:
    """Where others may add to a record type's pages: each a question that the type's owner asks by a hook.

    Answers are (plugin, contribution) pairs.
    """

    columns: Callable[[Any], list[Any]] = _nothing
    panels: Callable[[Any, Any], list[Any]] = _nothing
    actions: Callable[[Any, Any], list[Any]] = _nothing
    sections: Callable[[Any, Any], list[Any]] = _nothing
    timeline: Callable[[Any, Any, datetime, int], list[Any]] = _nothing


@dataclass(frozen=True, kw_only=True, eq=False)
class RecordType:
    """One kind of record and all that Eleven needs to serve it.

    name      `contact` in core, `<plugin>.<noun>` in a plugin: prefix of permissions and events
    path      plural, for addresses: /contacts/, /catalog/products/ (the plugin's name is put in front)
    columns   the list's first choice of columns; `title` is always the first
    search    fields whose words the search index holds
    board     a Choice field that lays the list out as a board
    prepare   called with the record before each save: derive columns, check rules across fields
              (raise marshmallow.ValidationError); never commits
    slots     where others may add to the type's pages
    sections  headings of the form by the fields' `section`, in their order; the first is ""
    head      what the type adds to the head of a record's page: {avatar: {name, photo_url}, subtitle}; called
              with the record and the titles of what it relates to by (type, id), as far as the reader sees them
    uploads   further ways to bring records in, and
    downloads further files that a list can be saved as: (label, icon, endpoint), shown beside import and export;
              a download is asked for by POST with the list's state, and `ids` or `all=1` of a selection
    together  what can be made of some ticked rows: (label, icon, endpoint), offered to those who may edit and delete,
              and asked for like a download
    moved     where the record of an id went that is not there any more: the id of another one, or None
    import_keys  fields that tell whether a row of a file and a record are the same
    aliases   further names that columns of files have, by their address (see core.records.addresses)
    surfaces  False for types that others only relate to (users, teams)
    """

    name: str
    path: str
    model: type[Any]
    schema: type[RecordSchema]
    label: Any
    plural: Any
    icon: str = "box"
    title: str = "name"
    columns: tuple[str, ...] = ()
    search: tuple[str, ...] = ()
    sort: str = ""
    board: str | None = None
    board_sum: str | None = None
    prepare: Callable[[Any], None] | None = None
    objections: Callable[[Any], Iterable[str]] | None = None
    import_keys: tuple[str, ...] = ()
    head: Callable[[Any, Mapping[tuple[str, int], str]], Mapping[str, Any]] | None = None
    uploads: tuple[tuple[Any, str, str], ...] = ()
    downloads: tuple[tuple[Any, str, str], ...] = ()
    together: tuple[tuple[Any, str, str], ...] = ()
    moved: Callable[[int], int | None] | None = None
    aliases: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    in_navigation: bool = True
    surfaces: bool = True
    view_permission: str | None = None
    slots: Slots = Slots()
    sections: Mapping[str, Any] = field(default_factory=dict)

    @property
    def blueprint(self) -> str:
        """The name of the blueprint that serves the type."""
        return self.name.replace(".", "_")

    @property
    def url_path(self) -> str:
        """The type's place below the root: `contacts`, `catalog/products`."""
        owner, dot, _noun = self.name.partition(".")
        return f"{owner}/{self.path}" if dot else self.path

    @property
    def table(self) -> str:
        """The name of the table."""
        return str(self.model.__tablename__)

    @cached_property
    def fields(self) -> dict[str, FieldUi]:
        """The fields by name, bound to the schema, in its order, and the moments that every record has.

        Plain marshmallow fields of the schema are not shown.
        """
        schema = self.schema()
        found = {name: f for name, f in schema.fields.items() if isinstance(f, FieldUi)}
        for name, label in (("created_at", _l("Added")), ("updated_at", _l("Changed"))):
            if name not in found and hasattr(self.model, name):
                moment = DateTime(label=label, dump_only=True, sort=True, show=False)
                moment._bind_to_schema(name, schema)  # type: ignore[no-untyped-call]
                found[name] = moment
        return found

    @cached_property
    def form_fields(self) -> dict[str, FieldUi]:
        """The fields that people and programs may write."""
        return {name: f for name, f in self.fields.items() if not f.dump_only}

    @cached_property
    def filter_fields(self) -> dict[str, FieldUi]:
        """The fields that lists are filtered by, those of child rows as `<rows>.<field>`."""
        found = {name: f for name, f in self.fields.items() if f.filters}
        for name, rows in self.fields.items():
            if isinstance(rows, Rows):
                inner = rows.row_fields
                found |= {f"{name}.{part}": inner[part] for part in rows.filter_by}  # type: ignore[misc]
        return found

    def filter_label(self, name: str) -> str:
        """What a filter's field is called: "City", or "Works at: Role" where the label alone says too little."""
        rows, dot, _part = name.partition(".")
        label = str(self.filter_fields[name].label)
        return f"{self.fields[rows].label}: {label}" if dot else label

    @cached_property
    def default_sort(self) -> str:
        """What a list is sorted by when nobody has said."""
        return self.sort or self.title

    def permission(self, verb: str) -> str:
        """The name of a permission on this type."""
        if verb == "view" and self.view_permission:
            return self.view_permission
        return f"{self.name}.{verb}"

    def event(self, verb: str) -> str:
        """The name of an event: `contact.created`, `catalog.product_created`."""
        return f"{self.name}_{verb}" if "." in self.name else f"{self.name}.{verb}"

    def url(self, endpoint: str, **values: Any) -> str:
        """The address of one of the type's pages, also where no request is (a job, a command)."""
        name = f"{self.blueprint}.{endpoint}"
        if has_request_context():
            return url_for(name, **values)
        return current_app.url_map.bind("").build(name, values)

    def title_of(self, record: Any) -> str:
        """What a record is called."""
        return str(getattr(record, self.title) or f"#{record.id}")

    def titles(self, numbers: Iterable[int], user: Any) -> dict[int, str]:
        """What the records of some ids are called, by id; without those that the user may not see.

        A request asks once for each.
        """
        return titles_of({self: numbers}, user)[self]

    def title_for(self, number: int, user: Any) -> str | None:
        """What the record of an id is called; None if there is none or the user may not see it."""
        return self.titles([number], user).get(number)

    def permissions(self) -> list[Permission]:
        """The permissions that the type brings."""
        if not self.surfaces:
            return []
        scoped = hasattr(self.model, "owner_id")
        labels = verb_labels()
        return [Permission(key=self.permission(verb), label=labels[verb], scoped=scoped, order=number)
                for number, verb in enumerate(VERBS)]


def titles_of(wanted: Mapping[RecordType, Iterable[int]], user: Any) -> dict[RecordType, dict[int, str]]:
    """What records of several types are called, as `RecordType.titles` says it; one statement for all."""
    from core.records.query import access
    cache: dict[tuple[str, int | None], dict[int, str | None]] = {}
    if has_request_context():
        cache = g.setdefault("eleven_titles", cache)
    asked = {kind: set(numbers) for kind, numbers in wanted.items()}
    known = {kind: cache.setdefault((kind.name, getattr(user, "id", None)), {}) for kind in asked}
    parts = []
    for number, (kind, numbers) in enumerate(asked.items()):
        if missing := numbers - known[kind].keys():
            known[kind] |= dict.fromkeys(missing)
            parts.append(select(literal_column(str(number)), kind.model.id, cast(getattr(kind.model, kind.title), Text))
                         .where(kind.model.id.in_(missing), access(kind, user)))
    kinds = list(asked)
    for number, record_id, title in db.session.execute(union_all(*parts)) if parts else ():
        known[kinds[number]][record_id] = str(title or f"#{record_id}")
    return {kind: {number: title for number in numbers if (title := known[kind][number]) is not None}
            for kind, numbers in asked.items()}


def verb_labels() -> dict[str, Any]:
    """What the five permissions are called."""
    return {"view": _l("View"), "create": _l("Create"), "edit": _l("Edit"), "delete": _l("Delete"),
            "export": _l("Export")}


def record_type(name: str) -> RecordType:
    """The record type of a name. Raises KeyError if none is loaded under it."""
    return registry().record_types[name]


def type_of(record: Any) -> RecordType:
    """The record type that a model instance belongs to."""
    for kind in registry().record_types.values():
        if kind.model is type(record):
            return kind
    raise KeyError(type(record).__name__)
