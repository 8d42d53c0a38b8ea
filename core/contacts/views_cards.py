"""Address books in and out: vCard files and the CSV of Google and Outlook in, vCard of many contacts out."""

from collections.abc import Iterable, Iterator
from typing import Any

from flask import Blueprint, Response, request, stream_with_context, url_for
from flask_babel import gettext as _
from flask_login import current_user
from sqlalchemy import ColumnElement, and_, func, select
from werkzeug.utils import redirect
from werkzeug.wrappers import Response as BaseResponse

from core.contacts import incoming, outgoing, uploads, vcard
from core.contacts.data import ContactFileError
from core.contacts.models import Contact
from core.contacts.records import contacts
from core.contacts.views import VERSIONS, version_asked
from core.database import db
from core.jobs import start
from core.records import query
from core.records.query import ListState
from core.web import render, requires
from core.web.i18n import format_number

JOB = "core.contacts:import_cards"
PREVIEW = 50

blueprint = Blueprint("contact_cards", __name__, url_prefix="/contacts", template_folder="templates")


@blueprint.route("/import/cards", methods=["GET", "POST"])
@requires(contacts.permission("create"))
def import_cards() -> str | BaseResponse | tuple[str, int]:
    """Choose a file, see what is in it, bring it in."""
    if request.method == "GET":
        return _choose_page()
    try:
        if name := request.form.get("kept"):
            return _begin(name)
        file = request.files.get("file")
        if not file:
            raise ContactFileError(_("Choose a file first."))
        return _preview(uploads.keep(file.stream, current_user), file.filename or "")
    except ContactFileError as error:
        return _choose_page(str(error)), 422


def _choose_page(error: str = "") -> str:
    return render("contact/import.html", rt=contacts, error=error, action=url_for(".import_cards"),
                  urls=_urls(general=contacts.url("import_file")))


def _preview(kept: str, filename: str) -> str:
    path = uploads.find(kept, current_user)
    try:
        with path.open("rb") as file:
            outcomes, more = incoming.preview(file, current_user, PREVIEW)
    except ContactFileError:
        path.unlink(missing_ok=True)
        raise
    words = {"new": (_("new"), "green"), "changed": (_("changes one that is there"), "blue"),
             "same": (_("is there already"), "gray"), "refused": (_("refused"), "red")}
    rows = [{"number": one.number, "name": one.name, "label": words[one.what][0], "color": words[one.what][1],
             "reason": one.reason} for one in outcomes]
    return render("contact/import_preview.html", rt=contacts, rows=rows, more=more, limit=PREVIEW,
                  action=url_for(".import_cards"), urls=_urls(),
                  takes=any(one.what != "refused" for one in outcomes) or more,
                  hidden=[("kept", kept), ("filename", filename[:200])])


def _begin(kept: str) -> BaseResponse:
    uploads.find(kept, current_user)
    filename = request.form.get("filename", "")[:200]
    title = _("Import of %(name)s", name=filename) if filename else _("Import of contacts")
    work = start(JOB, current_user, title, file=kept, title=title)
    uid = work.uid
    db.session.commit()
    return redirect(url_for("work.show", uid=uid))


@blueprint.post("/cards")
@requires(contacts.permission("export"))
def choose() -> BaseResponse:
    """Take a list's state, or the rows chosen in it, to the page that offers the files."""
    state = ListState.parse(contacts, request.form)
    ids = [] if request.form.get("all") == "1" else request.form.getlist("ids")
    numbers = ",".join(part for part in ids if part.isdecimal() and len(part) < 10)
    chosen: dict[str, Any] = {"ids": numbers} if numbers else _several(state.arguments())
    return redirect(url_for(".cards", **chosen), 303)


def _several(pairs: Iterable[tuple[str, str]]) -> dict[str, list[str]]:
    """The pairs of an address by name: a filter may stand in it more than once."""
    found: dict[str, list[str]] = {}
    for name, value in pairs:
        found.setdefault(name, []).append(value)
    return found


@blueprint.get("/cards")
@requires(contacts.permission("export"))
def cards() -> str:
    """How many contacts will be in the file, and in which versions it can be had."""
    inner = select(Contact.id).where(_chosen()).limit(query.COUNT_LIMIT + 1).subquery()
    number = db.session.scalar(select(func.count()).select_from(inner)) or 0
    shown = f"{format_number(query.COUNT_LIMIT)}+" if number > query.COUNT_LIMIT else format_number(number)
    arguments: dict[str, Any] = request.args.to_dict(flat=False)
    return render("contact/cards.html", rt=contacts, count_text=shown, number=number, urls=_urls(),
                  files=[(version, url_for(".cards_file", **{**arguments, "version": version}))
                         for version in VERSIONS])


@blueprint.get("/cards.vcf")
@requires(contacts.permission("export"))
def cards_file() -> Response:
    """The contacts that match, or those of `ids`, as one file; written while it is sent."""
    condition, version = _chosen(), version_asked()
    user = current_user._get_current_object()

    def written() -> Iterator[str]:
        for one in outgoing.stream(condition, user):
            yield vcard.write([one], version)

    response = Response(stream_with_context(written()), mimetype="text/vcard")
    response.headers.set("Content-Disposition", "attachment", filename="contacts.vcf")
    return response


def _chosen() -> ColumnElement[bool]:
    """The contacts that the address asks for, as far as the user may export them."""
    state = ListState.parse(contacts, request.args)
    numbers = [int(part) for part in request.args.get("ids", "").split(",") if part.isdecimal() and len(part) < 10]
    parts = [query.condition(contacts, state, current_user), query.access(contacts, current_user, "export")]
    return and_(*parts, *([Contact.id.in_(numbers)] if numbers else []))


def _urls(**more: str) -> dict[str, str]:
    return {"list": contacts.url("index"), **more}
