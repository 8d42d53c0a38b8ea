"""The pages of a record type: one blueprint a type, all made here."""

import json
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from typing import Any

from flask import Blueprint, Response, abort, flash, redirect, request, url_for
from flask_babel import gettext as _
from flask_login import current_user
from marshmallow import ValidationError

from core.database import db
from core.journal import current_transaction_id
from core.plugin import Section, registry
from core.records import boards, conflicts, files, forms, lists, notes, operations, pages, recent, saved, timeline
from core.records.operations import StaleError
from core.records.query import ListState
from core.records.routes import Answer, route, templates
from core.records.type import RecordType
from core.records.undoing import offered
from core.records.views_bulk import BulkPages
from core.records.views_exchange import ExchangePages
from core.records.views_history import HistoryPages
from core.records.views_lists import ListPages
from core.users import reaches
from core.web import flash_undo, is_htmx, render, requires
from core.web.errors import Problem


class RecordViews(ListPages, HistoryPages, ExchangePages, BulkPages):
    """The pages of one record type; each method is an endpoint."""

    def __init__(self, kind: RecordType) -> None:
        self.kind = kind

    def blueprint(self) -> Blueprint:
        """The blueprint that serves them, every endpoint marked."""
        blueprint = Blueprint(self.kind.blueprint, __name__, url_prefix=f"/{self.kind.url_path}")
        methods_by_name = {name: method for part in reversed(type(self).__mro__) for name, method in vars(part).items()}
        for name, method in methods_by_name.items():
            if "route" in getattr(method, "__dict__", {}):
                rule, verb, methods = method.__dict__["route"]
                view = self._view(method, name)
                blueprint.add_url_rule(rule, name, requires(self.kind.permission(verb))(view), methods=methods)
        return blueprint

    def _view(self, method: Callable[..., Answer], name: str) -> Callable[..., Answer]:
        def view(**arguments: Any) -> Answer:
            return method(self, **arguments)
        view.__name__, view.__doc__ = name, method.__doc__
        return view

    @route("/", "view")
    def index(self) -> Answer:
        """The list, as a table or a board."""
        state, misfit = saved.opened(self.kind, request.args, current_user)
        if misfit:
            flash(misfit, "warning")
        if state.mode == "board" and self.kind.board:
            return render(templates(self.kind, "board"), **boards.context(self.kind, state, current_user))
        return render(templates(self.kind, "list"), **lists.context(self.kind, state, current_user))

    @route("/filters", "view")
    def filters(self) -> Answer:
        """A form for each field that the list can be filtered by; a fragment for a script."""
        state, group = ListState.parse(self.kind, request.args), request.args.get("into", "")
        known = group if any(one.group == group for one in state.conditions) else ""
        context = lists.filters(self.kind, state, current_user, known or "f")
        return render("records/_filters.html" if is_htmx() else "records/filters.html", **context)

    @route("/columns", "view")
    def choose_columns(self) -> Answer:
        """Which columns the list shows, in which order; a fragment for a script."""
        context = lists.columns(self.kind, ListState.parse(self.kind, request.args), current_user)
        return render("records/_columns.html" if is_htmx() else "records/columns.html", **context)

    @route("/<int:record_id>", "view")
    def show(self, record_id: int) -> Answer:
        """A record, whole or beside a list; where it has become part of another one, that."""
        try:
            record = operations.find(self.kind, record_id, current_user)
        except Problem:
            other = self.kind.moved(record_id) if self.kind.moved else None
            if other is None:
                raise
            return redirect(self.kind.url("show", record_id=other))
        recent.remember(self.kind, record.id)
        template = "peek" if request.headers.get("X-Peek") else "show"
        context = pages.context(self.kind, record, current_user, request.args.get("only", ""))
        return render(templates(self.kind, template), **context)

    @route("/new", "create", "GET", "POST")
    def new(self) -> Answer:
        """The form of a new record, and what it sends."""
        if request.method == "GET":
            return form_page(self.kind, None, forms.defaults(self.kind) | forms.given(self.kind, request.args))
        data = forms.parse(self.kind.form_fields, request.form)
        sections = self.kind.slots.sections(None, current_user)  # asked first: a fault in one ends the transaction
        try:
            record = operations.create(self.kind, data, current_user)
            sections_save(sections, record)
        except ValidationError as error:
            db.session.rollback()
            return form_page(self.kind, None, data, error)
        undo = offered(self.kind, record, current_user, "delete")
        # who gives a new record to somebody else may not see it any more
        mine = reaches(current_user, self.kind.permission("view"), record)
        url = self.kind.url("show", record_id=record.id) if mine else self.kind.url("index")
        title = self.kind.title_of(record)
        db.session.commit()
        flash_undo(_("%(title)s was added.", title=title), undo)
        return redirect(url)

    @route("/<int:record_id>/edit", "edit", "GET", "POST")
    def edit(self, record_id: int) -> Answer:
        """The form of a record, and what it sends."""
        record = operations.find(self.kind, record_id, current_user, "edit")
        if request.method == "GET":
            return form_page(self.kind, record, forms.values_of(self.kind.form_fields, record))
        data = forms.parse(self.kind.form_fields, request.form)
        # the page of a conflict asks field by field whose value shall stay
        data = {name: value for name, value in data.items() if request.form.get(f"choice.{name}") != "theirs"}
        try:
            return self._save(record, data, request.form.get("version", type=int))
        except ValidationError as error:
            db.session.rollback()
            return form_page(self.kind, operations.find(self.kind, record_id, current_user), data, error)
        except StaleError as stale:
            return conflict_page(self.kind, stale.record, conflicts.join(
                self.kind, stale.record, data, request.form.get("version", 0, type=int)))

    def _save(self, record: Any, data: dict[str, Any], version: int | None) -> Answer:
        """Save the form; where somebody else was first, join what does not contradict."""
        if version is not None and version != record.version:
            joined = conflicts.join(self.kind, record, data, version)
            if joined.both:
                return conflict_page(self.kind, record, joined)
            data = joined.data
        sections = self.kind.slots.sections(record, current_user)
        operations.update(self.kind, record, data, current_user, record.version)
        sections_save(sections, record)
        undo = offered(self.kind, record, current_user, "edit")
        url = self.kind.url("show", record_id=record.id)
        db.session.commit()
        flash_undo(_("Saved."), undo)
        return redirect(url)

    @route("/<int:record_id>/fields/<name>", "view", "GET", "POST")
    def field(self, record_id: int, name: str) -> Answer:
        """One property of a record: as it stands, being edited, saved."""
        writes = request.method == "POST" or "edit" in request.args
        record = operations.find(self.kind, record_id, current_user, "edit" if writes else "view")
        if name not in self.kind.form_fields:
            abort(404)
        only = {name: self.kind.form_fields[name]}
        if request.method == "GET":
            if not is_htmx() and writes:
                return redirect(self.kind.url("edit", record_id=record_id) + f"#f-{name}")
            if not writes:
                return render("records/property.html", **pages.property_context(self.kind, record, name, current_user))
            return inline_form(self.kind, record, name, forms.values_of(only, record))
        data = forms.parse(only, request.form)
        try:
            operations.update(self.kind, record, data, current_user, request.form.get("version", type=int))
        except ValidationError as error:
            db.session.rollback()
            record = operations.find(self.kind, record_id, current_user)
            return inline_form(self.kind, record, name, data, error), 422
        except StaleError:
            raise Problem(409, _("Somebody else changed this first"), _("Reload the page and try again.")) from None
        undo = offered(self.kind, record, current_user, "edit")
        db.session.commit()
        if not is_htmx():
            flash_undo(_("Saved."), undo)
            return redirect(self.kind.url("show", record_id=record_id))
        record = operations.find(self.kind, record_id, current_user)
        page = render("records/property.html", **pages.property_context(self.kind, record, name, current_user))
        if not undo:
            return page
        # the toast at once, the rest of the page when this part of it has settled
        toast = {"message": _("Saved."), "undo_url": url_for("records.undo", transaction_id=undo)}
        after = {"url": self.kind.url("show", record_id=record_id)}
        return page, 200, {"HX-Trigger": json.dumps({"toast": toast}),
                           "HX-Trigger-After-Settle": json.dumps({"saved": after})}

    @route("/<int:record_id>/delete", "delete", "POST")
    def delete(self, record_id: int) -> Answer:
        """Delete a record; the answer carries the undo."""
        record = operations.find(self.kind, record_id, current_user, "delete")
        title = self.kind.title_of(record)
        operations.delete(self.kind, record, current_user)
        undo = current_transaction_id()
        db.session.commit()
        flash_undo(_("%(title)s was deleted.", title=title), undo)
        return redirect(self.kind.url("index"))

    @route("/<int:record_id>/move", "edit", "POST")
    def move(self, record_id: int) -> Answer:
        """Move a card to another lane of the board."""
        record = operations.find(self.kind, record_id, current_user, "edit")
        if not self.kind.board:
            abort(404)
        data = {self.kind.board: request.form.get("lane", "")}
        try:
            operations.update(self.kind, record, data, current_user, request.form.get("version", type=int))
        except StaleError:
            raise Problem(409, _("Somebody else changed this first"), _("Reload the board and try again.")) from None
        undo = current_transaction_id()
        version = record.version
        db.session.commit()
        if not is_htmx() and request.accept_mimetypes.best_match(["text/html", "application/json"]) == "text/html":
            flash_undo(_("Moved."), undo)
            return redirect(self.kind.url("index", mode="board"))
        return Response(
            boards.moved(self.kind, record_id, version, url_for("records.undo", transaction_id=undo) if undo else None),
            mimetype="application/json")

    @route("/<int:record_id>/panels/<plugin>/<key>", "view")
    def panel(self, record_id: int, plugin: str, key: str) -> Answer:
        """A lazy panel, when it scrolls into view."""
        record = operations.find(self.kind, record_id, current_user)
        for owner, found in self.kind.slots.panels(record, current_user):
            if (owner, found.key) == (plugin, key) and (not found.permission or current_user.may(found.permission)):
                return render("records/panel_body.html", panel=pages.panel_body(owner, found))
        return abort(404)

    @route("/<int:record_id>/timeline", "view")
    def timeline(self, record_id: int) -> Answer:
        """Earlier entries of the timeline, a fragment."""
        record = operations.find(self.kind, record_id, current_user)
        try:
            before = datetime.fromisoformat(request.args.get("before", ""))
            before = before if before.tzinfo else before.replace(tzinfo=UTC)
        except ValueError:
            abort(400)
        context = timeline.context(self.kind, record, current_user, before, request.args.get("only", ""))
        return render("records/timeline.html", **context)

    @route("/<int:record_id>/notes", "edit", "POST")
    def note(self, record_id: int) -> Answer:
        """Write a note on a record, with files.

        Whoever may edit some records of the type writes on all that they see: colleagues comment on each other's
        work. Who only reads writes nothing.
        """
        record = operations.find(self.kind, record_id, current_user)
        text = request.form.get("text", "")
        try:
            notes.add(self.kind, record, text, current_user, files.store_all(request.files.getlist("files")))
        except ValidationError as error:
            db.session.rollback()
            record = operations.find(self.kind, record_id, current_user)
            context = pages.context(self.kind, record, current_user)
            typed = {"text": text.replace("\0", ""), "errors": error.normalized_messages()}
            return render(templates(self.kind, "show"), **context | {"composer": context["composer"] | typed}), 422
        undo = current_transaction_id()
        db.session.commit()
        flash_undo(_("Added."), undo)
        return redirect(self.kind.url("show", record_id=record_id))


def form_page(kind: RecordType, record: Any, values: dict[str, Any], error: ValidationError | None = None) -> Answer:
    """The create or edit form, with its errors and the status that they deserve."""
    context = pages.form_context(kind, record, values, error.normalized_messages() if error else {}, current_user)
    return render(templates(kind, "form"), **context), 422 if error else 200


def inline_form(kind: RecordType, record: Any, name: str, values: dict[str, Any],
                error: ValidationError | None = None) -> str:
    """The small form of one field on a record's page."""
    messages = error.normalized_messages() if error else {}
    return render("records/property_form.html", record=record, rt=kind,
                  field=forms.build({name: kind.form_fields[name]}, values, messages)[0], name=name,
                  action=kind.url("field", record_id=record.id, name=name), version=record.version,
                  cancel_url=kind.url("field", record_id=record.id, name=name))


def conflict_page(kind: RecordType, record: Any, joined: conflicts.Joined) -> Answer:
    """Both values of each field that two people changed, and who was first."""
    return render(templates(kind, "conflict"), **conflicts.context(kind, record, joined, current_user)), 409


def sections_save(sections: Iterable[tuple[str, Section]], record: Any) -> None:
    """Hand the plugins' sections of the form what was typed into them; their errors join the form's."""
    for plugin, section in sections:
        prefix = f"{plugin}-{section.key}-"
        schema = section.schema()
        allowed = section.permission is None or current_user.may(section.permission)
        if allowed and any(name.startswith(prefix) for name in request.form):
            try:
                typed = schema.load(forms.parse(schema.fields, request.form, prefix))
                registry().calls.decided(plugin, f"section {section.key}", section.save, record, typed)
            except ValidationError as error:
                messages = error.normalized_messages()
                raise ValidationError({f"{prefix}{n}": m for n, m in messages.items()}) from error
