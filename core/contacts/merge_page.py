"""What the page shows on which contacts are compared and merged."""

from collections.abc import Mapping, Sequence
from typing import Any

from flask import url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from core.contacts import merging
from core.contacts.models import PERSON, Contact, Employment
from core.contacts.records import contacts
from core.contacts.rules import PARTS
from core.plugin import registry
from core.records import notes
from core.records.display import text
from core.records.pages import relation_titles, said
from core.records.rest import writing
from core.web.fields import FieldUi, Relation, Rows
from core.web.forms import summary, values_of
from core.web.i18n import format_number, when

COUNTED = 1000


def context(everyone: Sequence[Contact], winner: int, form: Mapping[str, str], errors: Mapping[str, Any],
            user: Any) -> dict[str, Any]:
    """The context of contact/merge.html. `form` holds what was chosen already, `errors` messages by field."""
    titles = relation_titles(contacts, list(everyone), user)
    contested = {name: field for name, field in _compared().items()
                 if len([value for value in _values(name, everyone) if value]) > 1 or name in errors}
    return {
        "rt": contacts, "winner": winner, "people": [_person(contact) for contact in everyone],
        "fields": [_choice(name, field, everyone, titles, form, errors) for name, field in contested.items()],
        "united": [{"label": field.label, "lines": lines} for name, field in contacts.form_fields.items()
                   if name not in contested and (lines := _united(name, field, everyone, titles))],
        "moving": _moving([contact for contact in everyone if contact.id != winner]),
        "errors": summary(contacts.form_fields, errors),
        "hidden": [pair for contact in everyone
                   for pair in (("with", contact.id), (f"version.{contact.id}", contact.version))],
        "submit_label": ngettext("Merge %(num)d contact", "Merge %(num)d contacts", len(everyone)),
        "action": url_for("contact_merging.merge", contact_id=everyone[0].id),
        "urls": {"list": contacts.url("index"), "record": contacts.url("show", record_id=everyone[0].id)},
    }


def chosen_values(everyone: Sequence[Contact], form: Mapping[str, str]) -> dict[str, Any]:
    """The input that the choices of a form stand for; a name comes whole, with all its parts."""
    by_id = {str(contact.id): contact for contact in everyone}
    found: dict[str, Any] = {}
    for name in _compared():
        contact = by_id.get(form.get(f"choice.{name}", ""))
        if contact is not None and len(_values(name, everyone)) > 1:
            names = tuple(one for one in ("name", *PARTS) if contact.kind == PERSON) if name == "name" else ()
            written = writing.writer(contacts, names or (name,))(contact)
            found |= {one: written[one] for one in names or (name,)}
    return found


def _compared() -> dict[str, FieldUi]:
    """The fields of which one value has to be chosen."""
    return {name: field for name, field in contacts.form_fields.items()
            if name not in (*PARTS, "kind", "tags") and name not in merging.IDENTITY}


def _values(name: str, everyone: Sequence[Contact]) -> dict[str, list[Contact]]:
    """The different values of a field, as texts, each with those who have it."""
    found: dict[str, list[Contact]] = {}
    for contact in everyone:
        value = getattr(contact, contacts.form_fields[name].attribute or name)
        found.setdefault("" if value is None else str(value), []).append(contact)
    return found


def _choice(name: str, field: FieldUi, everyone: Sequence[Contact], titles: Mapping[tuple[str, int], str],
            form: Mapping[str, str], errors: Mapping[str, Any]) -> dict[str, Any]:
    """A field with its values; the first that is none is chosen until somebody chooses."""
    values = _values(name, everyone)
    first = next((value for value in values if value), "")
    names = [contact.name for contact in everyone]
    options = []
    for having in values.values():
        stored = getattr(having[0], field.attribute or name)
        title = titles.get((field.target, stored)) if isinstance(field, Relation) and stored else None
        options.append({"value": having[0].id, "text": text(field, stored, title),
                        "who": ", ".join(contact.name if names.count(contact.name) == 1
                                         else f"{contact.name} #{contact.id}" for contact in having),
                        "checked": form.get(f"choice.{name}", str(values[first][0].id)) == str(having[0].id)})
    messages = errors.get(name, ())
    return {"name": name, "label": field.label, "options": options,
            "error": " ".join(str(message) for message in messages) if isinstance(messages, list) else ""}


def _person(contact: Contact) -> dict[str, Any]:
    hints = [contact.email or contact.phone, _("added %(when)s", when=when(contact.created_at)), f"#{contact.id}"]
    return {"id": contact.id, "name": contact.name, "hint": " · ".join(part for part in hints if part)}


def _united(name: str, field: FieldUi, everyone: Sequence[Contact], titles: Mapping[tuple[str, int], str]) -> list[str]:
    """What comes out of a field about which nobody has to choose."""
    if name == "tags":
        return list(dict.fromkeys(tag for contact in everyone for tag in contact.tags or ()))
    if isinstance(field, Rows):
        kept = merging.united(name, *(getattr(contact, name) for contact in everyone))
        inner = {part: one for part, one in field.row_fields.items()
                 if isinstance(one, FieldUi) and one.kind not in ("choice", "bool") and part != "e164"}
        rows = [values_of(inner, row) for row in kept]
        return [", ".join(shown for part, value in row.items() if (shown := said(inner[part], value))) for row in rows]
    if name in (*PARTS, "kind"):
        return []
    value = merging.first_filled(field.attribute or name, everyone)
    title = titles.get((field.target, value)) if isinstance(field, Relation) and value else None
    shown = text(field, value, title)
    return [shown] if shown else []


def _moving(losers: Sequence[Contact]) -> list[tuple[str, str]]:
    """What else follows, by what people call it, with how much there is of it."""
    shelf = registry()
    kinds = {kind.table: str(kind.plural) for kind in shelf.record_types.values()}
    kinds |= {notes.Note.__tablename__: _("Notes"), Employment.__tablename__: _("People"),
              Contact.__tablename__: _("Structure")}
    found: dict[str, int] = {}
    for table, number in merging.moving(losers).items():
        plugin = table.partition("_")[0]
        label = kinds.get(table) or _("%(plugin)s: further entries", plugin=str(shelf.titles.get(plugin, plugin)))
        found[label] = found.get(label, 0) + number
    return [(label, f"{format_number(COUNTED)}+" if number > COUNTED else format_number(number))
            for label, number in sorted(found.items())]
