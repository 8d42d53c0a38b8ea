"""Pages that change or delete many records at once."""

from typing import Any

from flask import abort, flash, redirect, request
from flask_babel import gettext as _
from flask_babel import ngettext
from flask_login import current_user
from marshmallow import ValidationError
from werkzeug.datastructures import MultiDict

from core.database import db
from core.journal import current_transaction_id
from core.records import background, forms, lists
from core.records.assigning import tell_owners
from core.records.bulk import PIECE, Chosen, Tally, change, delete, validated
from core.records.query import ListState
from core.records.routes import Answer, Pages, route
from core.records.type import RecordType
from core.web import flash_undo, render
from core.web.errors import Problem
from core.web.fields import Choice, FieldUi

PREFIX = "set-"
"""In front of the names of fields, which could be those of the list's state otherwise."""


class BulkPages(Pages):
    """The endpoint."""

    @route("/bulk", "view", "POST")
    def bulk(self) -> Answer:
        """Edit, assign or delete the ticked records, or all that match; one undo takes it all back.

        An edit first asks for a field, for its value, and perhaps for one more (`more`); without `confirmed` a
        deletion of many asks once more.
        """
        action = request.form.get("action", "edit")
        if not current_user.may(self.kind.permission("delete" if action == "delete" else "edit")):
            abort(403)
        chosen = self._chosen()
        number = chosen.count(self.kind, current_user) if chosen else 0
        if chosen is None or not number:
            flash(_("Choose at least one row first."), "warning")
            return self._back()
        if action == "delete":
            if number > PIECE and "confirmed" not in request.form:
                return self._confirm(number)
            return self._do(action, chosen, number, {}, {})
        if "apply" not in request.form:
            return self._ask(action, number)
        data = typed(self.kind, fields_of(self.kind, action), request.form)
        if "more" in request.form:
            return self._ask(action, number, data=data)
        if not data:
            return self._ask(action, number, _("Nothing was typed in: give at least one field a value."))
        try:
            values = validated(self.kind, data, current_user)
        except ValidationError as error:
            return self._ask(action, number, error=error, data=data)
        return self._do(action, chosen, number, data, values)

    def _do(self, action: str, chosen: Chosen, number: int, data: dict[str, Any], values: dict[str, Any]) -> Answer:
        """A few at once, more in the background."""
        user = current_user._get_current_object()
        if number > PIECE:
            work = background.start_bulk(self.kind, chosen, user, action, data)
            url = background.page(work)
            db.session.commit()
            return redirect(url)
        tally = Tally()
        for piece in chosen.pieces(self.kind, user):
            if action == "delete":
                delete(self.kind, piece, user, tally)
            else:
                change(self.kind, piece, values, user, tally)
        tell_owners(self.kind, tally.assigned, user)
        undo = current_transaction_id()
        db.session.commit()
        if tally.changed:
            flash_undo(tally.said(action), undo)
        else:
            flash(tally.said(action), "warning" if tally.kept or tally.beyond else "info")
        return self._back()

    def _back(self) -> Answer:
        return redirect(self.kind.url("index") + lists.query_string(self._state()))

    def _state(self) -> ListState:
        return ListState.parse(self.kind, request.form)

    def _chosen(self) -> Chosen | None:
        if request.form.get("all") == "1":
            return Chosen(self._state())
        ids = {int(number) for number in request.form.getlist("ids") if number.isdecimal() and len(number) < 10}
        return Chosen(self._state(), tuple(sorted(ids))) if 0 < len(ids) <= 10_000 else None

    def _hidden(self, action: str) -> list[tuple[str, str]]:
        """The choice and the list's state, to be sent again with the answer."""
        pairs = [("ids", number) for number in request.form.getlist("ids")] if request.form.get("all") != "1" \
            else [("all", "1")]
        return [*pairs, *self._state().arguments(), ("action", action)]

    def _confirm(self, number: int) -> Answer:
        return render(
            "records/confirm.html", title=_("Delete"), danger=True, submit_label=_("Delete"),
            message=ngettext("Delete %(num)d record? You can undo it afterwards.",
                             "Delete %(num)d records? You can undo it afterwards.", number),
            action=self.kind.url("bulk"), hidden=[*self._hidden("delete"), ("confirmed", "1")],
            cancel_url=self.kind.url("index") + lists.query_string(self._state()))

    def _ask(self, action: str, number: int, message: str = "", error: ValidationError | None = None,
             data: dict[str, Any] | None = None) -> Answer:
        offered = fields_of(self.kind, action)
        wanted = {*request.form.getlist("fields"), *(data or {})}
        fields = {name: field for name, field in offered.items() if action == "assign" or name in wanted}
        messages = error.normalized_messages() if error else {}
        errors = [{"field": None, "label": "", "message": message}] if message else [
            {**one, "field": one["field"].replace("f-", f"f-{PREFIX}", 1)} for one in forms.summary(fields, messages)]
        page = render(
            "records/bulk.html", rt=self.kind, action=self.kind.url("bulk"), errors=errors,
            title=_("Assign") if action == "assign" else _("Edit"),
            count_text=ngettext("%(num)d record", "%(num)d records", number),
            hidden=[*self._hidden(action), ("apply", "1"), *(("fields", name) for name in fields)],
            more=[(name, field.label) for name, field in offered.items() if name not in fields],
            fields=_drawn(self.kind, fields, data or {}, messages),
            submit_label=_("Assign") if action == "assign" else _("Save"),
            cancel_url=self.kind.url("index") + lists.query_string(self._state()))
        return page, 422 if errors else 200


def fields_of(kind: RecordType, action: str) -> dict[str, FieldUi]:
    """The fields that many records can be given at once: not those that tell one record from another."""
    if action == "assign":
        names = [name for name in ("owner", "team") if name in kind.form_fields]
        fields: dict[str, FieldUi] = {name: kind.form_fields[name] for name in names}
        if not fields:
            raise Problem(400, _("%(plural)s have no owner.", plural=str(kind.plural)), "")
        return fields
    own = {kind.title, *kind.import_keys}
    return {name: field for name, field in kind.form_fields.items()
            if field.bulk and field.kind != "rows" and name not in own}


def clearable(kind: RecordType, name: str) -> bool:
    """Whether a field can be emptied; what records are called by cannot."""
    field = kind.form_fields[name]
    optional = not field.required and name != kind.title
    return optional and (bool(field.allow_none) or field.kind in ("text", "textarea", "tags"))


def _drawn(kind: RecordType, fields: dict[str, FieldUi], data: dict[str, Any], errors: Any) -> list[dict[str, Any]]:
    drawn = forms.build(fields, data, errors, PREFIX)
    for one, (name, field) in zip(drawn, fields.items(), strict=True):
        one["required"], one["clearable"] = False, clearable(kind, name)
        one["cleared"] = name in data and data[name] in (None, "", [])
        if field.kind == "bool":
            # a box cannot say "as it is"
            one |= {"kind": "choice", "choices": [("true", _("yes"), ""), ("false", _("no"), "")]}
            one["value"] = str(one["value"]).lower()
    return drawn


def typed(kind: RecordType, fields: dict[str, FieldUi], form: "MultiDict[str, str]") -> dict[str, Any]:
    """What was typed in; fields that were left empty are not named."""
    found: dict[str, Any] = {}
    for name, field in fields.items():
        if f"clear.{PREFIX}{name}" in form and clearable(kind, name):
            found[name] = None if field.allow_none else [] if field.kind == "tags" else ""
        elif isinstance(field, Choice) or field.kind == "bool":
            text = form.get(PREFIX + name, "")
            if text:
                found[name] = text == "true" if field.kind == "bool" else text
        else:
            value = forms.parse({name: field}, form, PREFIX)[name]
            empty = value in (None, "", []) or (isinstance(value, dict) and not value["amount"])
            if not empty:
                found[name] = value
    return found
