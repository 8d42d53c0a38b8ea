"""What is not one type's: look-ups for relation fields, undo, and the way home."""

from flask import Blueprint, abort, redirect, request
from flask_babel import gettext as _
from flask_login import current_user
from sqlalchemy import select
from werkzeug.wrappers import Response

from core.database import db
from core.plugin import registry
from core.records import files, finding, home, notes, operations, palette, undoing
from core.records.query import access, sort_column
from core.records.search.words import MAX_QUESTION
from core.web import flash_undo, render, signed_in
from core.web.addresses import safe_path

LOOKUP, SEARCH_PAGE = 20, 100

blueprint = Blueprint("records", __name__, template_folder="templates")


@blueprint.get("/lookup/<name>")
@signed_in
def lookup(name: str) -> dict[str, list[dict[str, object]]]:
    """The records of a type whose title holds the words, as a look-up field asks for them."""
    kind = registry().record_types.get(name)
    if kind is None or not registry().enabled(registry().owners[name]):
        abort(404)
    if text := _question():
        return {"results": [{"value": found.id, "label": found.title, "hint": found.hint}
                            for found in finding.records([kind], text, current_user, LOOKUP)]}
    title, order = getattr(kind.model, kind.title), sort_column(kind, kind.title)
    rows = db.session.execute(select(kind.model.id, title).where(access(kind, current_user))
                              .order_by(order, kind.model.id).limit(LOOKUP))
    return {"results": [{"value": number, "label": label, "hint": ""} for number, label in rows]}


@blueprint.post("/undo/<int:transaction_id>", endpoint="undo")
@signed_in
def undo_view(transaction_id: int) -> Response:
    """Take back what one step did, if it was the user's own or the user administers, and may do the inverse."""
    inverse = undoing.take_back(transaction_id, current_user)
    db.session.commit()
    flash_undo(_("Undone."), inverse.id)
    return redirect(safe_path(request.referrer or "") or "/")


@blueprint.get("/", endpoint="home")
@signed_in
def home_view() -> str:
    """The first page."""
    return render("records/home.html", cards=home.cards(current_user))


@blueprint.get("/cards/<plugin>/<key>")
@signed_in
def card(plugin: str, key: str) -> str:
    """A lazy card's body, when it scrolls into view."""
    body = home.card_body(plugin, key, current_user)
    return render("records/panel_body.html", panel=body) if body else abort(404)


@blueprint.get("/files/<int:file_id>")
@signed_in
def file(file_id: int) -> Response:
    """An attached file, to those who may see the record that it is on."""
    attachment = db.session.get(files.Attachment, file_id)
    note = db.session.get(notes.Note, attachment.note_id) if attachment and attachment.note_id else None
    kind = registry().record_types.get(note.record_type) if note else None
    if attachment is None or note is None or kind is None or not registry().enabled(registry().owners[kind.name]):
        abort(404)
    operations.find(kind, note.record_id, current_user)
    return files.send(attachment, inline="inline" in request.args)


@blueprint.get("/palette", endpoint="palette")
@signed_in
def palette_view() -> dict[str, list[palette.Group]]:
    """The command palette's answers."""
    return {"groups": palette.groups(_question(), current_user)}


@blueprint.get("/search", endpoint="search")
@signed_in
def search_view() -> str:
    """The search as a page, for browsers without scripts and for links."""
    text = _question()
    return render("web/search.html", q=text, groups=palette.hits(text, current_user, SEARCH_PAGE) if text else [])


def _question() -> str:
    # PostgreSQL takes no text with a NUL in it, and nobody means one
    return request.args.get("q", "").replace("\0", " ").strip()[:MAX_QUESTION]
