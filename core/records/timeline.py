"""The timeline of a record: its changes, notes, and what plugins know, merged by time."""

from datetime import datetime
from typing import Any

from flask import current_app, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from markupsafe import Markup

from core.database import now
from core.records import notes
from core.records.steps import Step, changes, steps
from core.records.type import RecordType
from core.web.i18n import ago

PAGE = 30

# what core.journal.Actor.via says, in words; where it is the system, that is who it was as well
VIA = {"web": _l("in the browser"), "api": _l("through the API"), "cli": _l("from the command line"),
       "job": _l("in the background"), "import": _l("by an import")}


def context(kind: RecordType, record: Any, user: Any, before: datetime | None = None,
            only: str = "") -> dict[str, Any]:
    """What the record page shows in its middle, a page of it at a time."""
    moment = before or now()
    entries = _entries(kind, record, user, moment, only)
    entries.sort(key=lambda entry: entry["at"], reverse=True)
    shown = entries[:PAGE]
    more = None
    if len(entries) > PAGE:
        more = kind.url("timeline", record_id=record.id, before=shown[-1]["at"].isoformat(), only=only or None)
    return {"composer": _composer(kind, record, user), "timeline": shown, "timeline_more_url": more,
            "timeline_kinds": _kinds(kind, record, only)}


def _composer(kind: RecordType, record: Any, user: Any) -> dict[str, Any] | None:
    if not user.may(kind.permission("edit")):
        return None
    return {"url": kind.url("note", record_id=record.id), "text": "", "errors": {},
            "files": {"limit_mb": current_app.config["UPLOAD_LIMIT_MB"]},
            "people_url": url_for("records.lookup", name="user"),
            "kinds": [{"key": "note", "label": _("Note"), "icon": "note",
                       "placeholder": _("Write a note. @Name tells a colleague.")}]}


def _kinds(kind: RecordType, record: Any, only: str) -> list[dict[str, Any]]:
    kinds = (("", _("All")), ("note", _("Notes")), ("change", _("Changes")), ("other", _("More")))
    return [{"key": key, "label": label, "active": key == only,
             "url": kind.url("show", record_id=record.id, only=key or None)} for key, label in kinds]


def _entries(kind: RecordType, record: Any, user: Any, before: datetime, only: str) -> list[dict[str, Any]]:
    entries: list[dict[str, Any]] = []
    if only in ("", "note"):
        entries += [_note(note) for note in notes.of(kind, record, before, PAGE + 1)]
    if only in ("", "change"):
        entries += [_change(kind, step) for step in steps(kind, record, before, PAGE + 1)]
    if only in ("", "other"):
        entries += [_contributed(entry) for _plugin, entry in kind.slots.timeline(record, user, before, PAGE + 1)
                    if entry.at < before]
    return entries


def _note(note: notes.Note) -> dict[str, Any]:
    body = notes.folded_html(note.text, note.mentions)
    files = [Markup('<a class="file" href="{}">{}</a>').format(
        url_for("records.file", file_id=file.id), file.name) for file in note.files]
    if files:
        body += Markup('<div class="files">{}</div>').format(Markup(" ").join(files))
    return _entry(note.created_at, "note", "note", _("Note"), body, note.author.name if note.author else "")


def _contributed(entry: Any) -> dict[str, Any]:
    title = Markup('<a href="{}">{}</a>').format(entry.url, entry.title) if entry.url else entry.title
    return _entry(entry.at, entry.kind, entry.icon, title, Markup("{}").format(entry.body) if entry.body else "",
                  entry.who)


def _entry(at: datetime, kind: str, icon: str, title: Any, html: Any, who: str) -> dict[str, Any]:
    return {"kind": kind, "icon": icon, "title": title, "html": html, "who": who, "at": at, "at_text": ago(at)}


def _change(kind: RecordType, step: Step) -> dict[str, Any]:
    """One step of the journal as an entry: what was made or which fields changed."""
    icon, title = {"insert": ("plus", _("Added")), "update": ("pencil", _("Changed")),
                   "delete": ("trash", _("Deleted"))}[step.op]
    lines = [] if step.op != "update" else [
        Markup('<div>{}: <span class="mute">{}</span> → {}</div>').format(
            change["label"], change["old"] or "—", change["new"] or "—") for change in changes(kind, step)]
    return _entry(step.at, "change", icon, title, Markup("").join(lines), step.who)
