"""Settings › Journal: what everybody has done, newest first, and each step's changes."""

import tempfile
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any

from flask import Blueprint, Response, abort, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_login import current_user
from marshmallow import ValidationError
from werkzeug.datastructures import MultiDict

from core.database import db, now
from core.journal import JournalTransaction
from core.journal.browsing import Place, Sought
from core.records.audit import changes, reading
from core.records.audit.kinds import kinds
from core.records.exporting.writers import CsvWriter
from core.users.navigation import settings_navigation
from core.web import forms, is_htmx, render, requires
from core.web.errors import Problem
from core.web.fields import Choice, Date, Option, RecordSchema, Relation
from core.web.i18n import zone

EXPORTED = 5000
"""Steps in one file; who needs more narrows the period."""
PIECE = 200

blueprint = Blueprint("journal", __name__, url_prefix="/settings/journal", template_folder="../templates")


class Filters(RecordSchema):
    """What the journal is narrowed to."""

    user = Relation("user", label=_l("Person"), allow_none=True)
    kind = Choice(lambda: [Option(kind.key, kind.label) for kind in kinds()], label=_l("Kind"), allow_none=True)
    since = Date(label=_l("From"), allow_none=True)
    until = Date(label=_l("To"), allow_none=True)


@blueprint.get("/")
@requires("journal.admin")
def index() -> str | tuple[str, int]:
    """The steps that are sought, a page at a time."""
    typed, sought, errors = _asked()
    steps, following = reading.page(sought, _place(), current_user) if not errors else ([], None)
    given = {name: value for name, value in typed.items() if value not in (None, "")}
    page = render(
        "records/journal.html", admin=settings_navigation(), title=_("Journal"), steps=steps, filtered=bool(given),
        fields=forms.build(_fields(), typed, errors), action=url_for("journal.index"),
        export_url=url_for("journal.export", **given),
        pager={"previous_url": url_for("journal.index", **given) if request.args.get("at") else None,
               "next_url": url_for("journal.index", **given, at=following[0].isoformat(), before=following[1])
               if following else None})
    return (page, 422) if errors else page


@blueprint.get("/<int:number>")
@requires("journal.admin")
def step(number: int) -> str:
    """One step with all that it changed, a page at a time; for htmx only the changes."""
    found = db.session.get(JournalTransaction, number) if number < 2**31 else None
    if found is None:
        abort(404)
    after = request.args.get("after", 0, type=int)
    rows, following = changes.page(found, min(max(after, 0), 2**31), current_user)
    more_url = url_for("journal.step", number=number, after=following) if following else None
    if is_htmx():
        return render("records/_journal_changes.html", rows=rows, more_url=more_url)
    return render("records/journal_step.html", admin=settings_navigation(), title=_("Step %(number)d", number=number),
                  step=reading.one(found, current_user), rows=rows, more_url=more_url)


@blueprint.get("/export")
@requires("journal.admin")
def export() -> Response:
    """The steps that are sought as a CSV file, the newest EXPORTED of them."""
    _typed, sought, errors = _asked()
    if errors:
        raise ValidationError(errors)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "journal.csv"
        writer = CsvWriter(path)
        writer.write([_("When"), _("Who"), _("How"), _("Why"), _("What")])
        for line in _lines(sought):
            writer.write(line)
        writer.close()
        content = path.read_bytes()
    return Response(content, mimetype="text/csv", headers={
        "Content-Disposition": f"attachment; filename=journal-{now():%Y-%m-%d}.csv"})


def _lines(sought: Sought) -> Iterator[list[Any]]:
    place: Place | None = None
    for _piece in range(EXPORTED // PIECE):
        steps, place = reading.page(sought, place, current_user, PIECE)
        for one in steps:
            yield [one["at"], one["who"], str(one["via"]), one["reason"], reading.plain(one)]
        if place is None:
            return


def _fields() -> dict[str, Any]:
    return dict(Filters().fields)


def _asked() -> tuple[dict[str, Any], Sought, dict[str, Any]]:
    """What the address asks for: as it was typed, as it is understood, and what is wrong with it."""
    fields = _fields()
    typed = forms.parse(fields, MultiDict([*request.args.items(multi=True), ("_fields", ",".join(fields))]))
    try:
        data = Filters().load(typed)
    except ValidationError as error:
        return typed, Sought(), error.normalized_messages()
    tables = next((kind.tables for kind in kinds() if kind.key == data.get("kind")), ())
    if data.get("kind") and not tables:
        return typed, Sought(), {"kind": [_("The journal knows no such kind.")]}
    until = data.get("until")
    return typed, Sought(data.get("user_id"), _midnight(data.get("since")),
                         _midnight(until + timedelta(days=1) if until else None), tables), {}


def _midnight(day: date | None) -> datetime | None:
    """When a day begins where the reader is."""
    return datetime.combine(day, time(), zone()).astimezone(UTC) if day else None


def _place() -> Place | None:
    at, before = request.args.get("at"), request.args.get("before", type=int)
    if at is None:
        return None
    try:
        moment = datetime.fromisoformat(at)
        if moment.tzinfo is not None and before is not None and 0 <= before < 2**31:
            return moment, before
    except ValueError:
        pass
    raise Problem(400, _("This page marker does not belong to this list."),
                  _("Open the list again from its first page."))
