"""What a record's pages show: properties, timeline, panels, the form, a conflict, the history."""

from collections.abc import Mapping
from typing import Any

from flask_babel import gettext as _
from markupsafe import Markup

from core.plugin import Box, Section, registry
from core.records import display, forms, timeline
from core.records.type import RecordType, record_type, titles_of
from core.web import render
from core.web.fields import FieldUi, Relation, Rows

TIMELINE = 30

Titles = Mapping[tuple[str, int], str]


def context(kind: RecordType, record: Any, user: Any, only: str = "") -> dict[str, Any]:
    """The context of records/show.html and records/peek.html."""
    titles = relation_titles(kind, [record], user)
    return {
        "rt": kind, "record": head(kind, record, titles),
        "properties": _properties(kind, record, titles, user),
        "panels": panels(kind, record, user), "actions": _actions(kind, record, user),
        "urls": {"list": kind.url("index"), "edit": kind.url("edit", record_id=record.id)
                 if user.may(kind.permission("edit")) else None,
                 "history": kind.url("history", record_id=record.id)},
    } | timeline.context(kind, record, user, only=only)


def head(kind: RecordType, record: Any, titles: Titles) -> dict[str, Any]:
    """What stands at the top of a record's pages; `titles` are those of `relation_titles`."""
    status = None
    if kind.board:
        option = kind.fields[kind.board].option(getattr(record, kind.board))  # type: ignore[attr-defined]
        status = {"label": option.label, "color": option.color} if option else None
    title = kind.title_of(record)
    return {"id": record.id, "title": title, "avatar": title, "status": status, "version": record.version,
            "avatar_square": getattr(record, "kind", "") != "person", "subtitle": "",
            "url": kind.url("show", record_id=record.id)} | dict(kind.head(record, titles) if kind.head else {})


def _properties(kind: RecordType, record: Any, titles: Titles, user: Any) -> list[dict[str, Any]]:
    may_edit = user.may(kind.permission("edit"))
    headings = dict(kind.sections) or {"": ""}
    parts: dict[str, list[dict[str, Any]]] = {key: [] for key in headings}
    for name, field in kind.fields.items():
        if field.show:
            item = _property(kind, record, name, titles, may_edit)
            if item["html"] or not field.section:
                parts.setdefault(field.section if field.section in headings else "", []).append(item)
    return [{"label": headings[key], "fields": part} for key, part in parts.items() if part]


def property_context(kind: RecordType, record: Any, name: str, user: Any) -> dict[str, Any]:
    """The context of records/property.html: one property as it stands."""
    titles = relation_titles(kind, [record], user)
    return {"property": _property(kind, record, name, titles, user.may(kind.permission("edit")))}


def _property(kind: RecordType, record: Any, name: str, titles: Titles, may_edit: bool) -> dict[str, Any]:
    field = kind.fields[name]
    value = getattr(record, field.attribute or name)
    if isinstance(field, Rows):
        shown = _rows(field, value, titles)
    else:
        title = titles.get((field.target, value)) if isinstance(field, Relation) and value else None
        shown = display.html(field, value, title)
    editable = may_edit and name in kind.form_fields
    url = kind.url("field", record_id=record.id, name=name, edit=1) if editable else None
    if isinstance(field, Rows) and editable:
        url = kind.url("edit", record_id=record.id) + f"#f-{name}"
    return {"key": name, "label": field.label, "kind": field.kind, "html": shown,
            "editable": editable and not isinstance(field, Rows), "edit_url": url}


def _rows(field: Rows, rows: Any, titles: Titles) -> Markup:
    """Child rows as lines: the first shown value of each leads, the others stand quietly beside it."""
    inner = {n: f for n, f in field.row_fields.items() if isinstance(f, FieldUi)}
    lines = []
    for row in rows:
        parts = []
        for name, sub in inner.items():
            value = getattr(row, sub.attribute or name)
            if sub.kind in ("bool",) or name == "e164" or value in (None, ""):
                continue
            title = titles.get((sub.target, value)) if isinstance(sub, Relation) else None
            parts.append((sub.kind == "choice", display.html(sub, value, title)))
        parts.sort(key=lambda part: part[0])
        left = Markup(' <span class="mute">{}</span>').format(_("left")) if getattr(row, "left", False) else ""
        main = parts[0][1] if parts else Markup("")
        rest = Markup(", ").join(part for _c, part in parts[1:])
        lines.append(Markup('<div class="prop-row">{}{} <span class="mute small">{}</span></div>')
                     .format(main, left, rest))
    return Markup("").join(lines)


def relation_titles(kind: RecordType, records: list[Any], user: Any) -> dict[tuple[str, int], str]:
    """The titles of everything that records relate to, by (type, id): one statement."""
    wanted: dict[str, set[int | None]] = {}
    for record in records:
        for name, field in kind.fields.items():
            if isinstance(field, Relation):
                wanted.setdefault(field.target, set()).add(getattr(record, field.attribute or name))
            elif isinstance(field, Rows):
                for sub_name, sub in field.row_fields.items():
                    if isinstance(sub, Relation):
                        wanted.setdefault(sub.target, set()).update(
                            getattr(row, sub.attribute or sub_name) for row in getattr(record, name))
    asked = {record_type(name): {number for number in numbers if number is not None}
             for name, numbers in wanted.items()}
    return {(kind.name, number): title
            for kind, titles in titles_of(asked, user).items() for number, title in titles.items()}


def panels(kind: RecordType, record: Any, user: Any) -> list[dict[str, Any]]:
    """The boxes that plugins put beside a record; a failing one says so and the rest of the page stands."""
    drawn = []
    for plugin, panel in kind.slots.panels(record, user):
        if panel.permission and not user.may(panel.permission):
            continue
        lazy = kind.url("panel", record_id=record.id, plugin=plugin, key=panel.key) if panel.lazy else None
        drawn.append(box(plugin, panel, lazy))
    return drawn


def box(plugin: str, shown: Box, lazy_url: str | None) -> dict[str, Any]:
    """A panel or a card as it is drawn; the body of one with a `lazy_url` comes later."""
    body = {"html": None, "error": ""} if lazy_url else panel_body(plugin, shown)
    return {"key": f"{plugin.replace('.', '-')}-{shown.key}", "title": shown.title, "icon": shown.icon,
            "action": {"label": _("All"), "url": shown.url, "icon": "arrow-right"} if shown.url else None,
            "lazy_url": lazy_url} | body


def panel_body(plugin: str, panel: Box) -> dict[str, Any]:
    """A panel's content, or the sentence that names the plugin which failed."""
    body = registry().calls.panel(plugin, panel)
    if body is None:
        return {"html": None, "error": _("%(plugin)s could not show this. The fault is on the Plugins page.",
                                         plugin=_called(plugin))}
    if isinstance(body, Markup):
        return {"html": body, "error": ""}
    return {"html": Markup(render("records/panel_rows.html", rows=body)) if body else "", "error": ""}  # noqa: S704


def _called(plugin: str) -> str:
    return str(registry().titles.get(plugin, plugin))


def _actions(kind: RecordType, record: Any, user: Any) -> list[dict[str, Any]]:
    actions = [{"label": a.label, "url": a.url, "icon": a.icon, "method": a.method.lower(), "danger": False}
               for _plugin, a in kind.slots.actions(record, user) if a.permission is None or user.may(a.permission)]
    actions.append({"label": _("History"), "url": kind.url("history", record_id=record.id), "icon": "history",
                    "method": "get", "danger": False})
    if user.may(kind.permission("delete")):
        actions.append({"label": _("Delete"), "url": kind.url("delete", record_id=record.id), "icon": "trash",
                        "method": "post", "danger": True})
    return actions


def form_context(kind: RecordType, record: Any, values: dict[str, Any], errors: dict[str, Any],
                 user: Any) -> dict[str, Any]:
    """The context of records/form.html."""
    extra = []
    for plugin, section in kind.slots.sections(record, user):
        if section.permission and not user.may(section.permission):
            continue
        drawn = registry().calls.guarded(plugin, f"section {section.key}", _drawn, section, record)
        if drawn is None:
            continue
        fields, present = drawn
        prefix = f"{plugin}-{section.key}-"
        wrong = {n.removeprefix(prefix): m for n, m in errors.items() if n.startswith(prefix)}
        extra.append({"plugin": plugin, "label": section.label, "fields": forms.build(fields, present, wrong, prefix)})
    title = _("Edit %(title)s", title=kind.title_of(record)) if record is not None \
        else _("New %(label)s", label=str(kind.label).lower())
    action = kind.url("edit", record_id=record.id) if record is not None else kind.url("new")
    cancel = kind.url("show", record_id=record.id) if record is not None else kind.url("index")
    hidden = [("_fields", ",".join(kind.form_fields))]
    if record is not None:
        hidden.append(("version", str(record.version)))
    return {"rt": kind, "form": {
        "action": action, "method": "post", "title": title, "hidden": hidden, "cancel_url": cancel,
        "sections": [*forms.sections(kind, values, errors), *extra], "errors": forms.summary(kind.form_fields, errors),
        "submit_label": _("Save")}}


def _drawn(section: Section, record: Any) -> tuple[Mapping[str, Any], dict[str, Any]]:
    return section.schema().fields, dict(section.load(record)) if record is not None else {}


def flat_pairs(data: Mapping[str, Any], prefix: str = "") -> list[tuple[str, str]]:
    """Input data as the pairs of a form, so that what was typed survives a page in between."""
    pairs: list[tuple[str, str]] = []
    for name, value in data.items():
        key = prefix + name
        if isinstance(value, list) and value and isinstance(value[0], Mapping):
            for index, row in enumerate(value):
                pairs += flat_pairs(row, f"{key}-{index}-")
        elif isinstance(value, list):
            pairs += [(key, str(word)) for word in value]
        elif isinstance(value, Mapping):
            pairs += [(f"{key}.{part}", str(inner or "")) for part, inner in value.items()]
        else:
            pairs.append((key, "" if value is None else str(value)))
    return pairs


def said(field: Any, value: Any, title: str | None = None) -> str:
    """What somebody typed into a field, as people read it, sound or not."""
    if isinstance(field, Relation) and title is None and isinstance(value, int):
        return forms.title_of(field.target, value)
    if isinstance(value, Mapping):
        return " ".join(str(part) for part in value.values() if part)
    if isinstance(value, list) and value and isinstance(value[0], Mapping):
        return "; ".join(" ".join(str(p) for n, p in row.items() if p and n not in ("id", "primary")) for row in value)
    try:
        return display.text(field, value, title)
    except (AttributeError, TypeError, ValueError):
        return str(value or "")
