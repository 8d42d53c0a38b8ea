"""What the pages of an import show."""

from typing import Any

from flask import url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy import ColumnElement, or_, select

from core.database import db
from core.jobs import Work
from core.journal import JournalTransaction
from core.records import importing
from core.records.importing import RecordImport, columns, files, refusals
from core.records.type import RecordType
from core.web.i18n import ago, format_number


def upload(kind: RecordType, user: Any, error: str = "") -> dict[str, Any]:
    """The context of records/import_upload.html."""
    done = db.session.scalars(
        select(RecordImport).where(RecordImport.user_id == user.id, RecordImport.type == kind.name,
                                   or_(RecordImport.state == "done", _broken_off()))
        .order_by(RecordImport.id.desc()).limit(10)).all()
    return {"rt": kind, "urls": {"list": kind.url("index")}, "action": kind.url("import_file"), "error": error,
            "recent": [{"name": one.file_name, "when": ago(one.created_at), "text": outcome(one),
                        "url": kind.url("import_report", uid=one.uid), "undo_url": undo_url(one)} for one in done]}


def mapping(kind: RecordType, found: RecordImport, error: str = "") -> dict[str, Any]:
    """The context of records/import_map.html."""
    headers, samples = importing.content(found)
    separators = {",": _("comma"), ";": _("semicolon"), "\t": _("tab"), "|": _("vertical bar")}
    rows = ngettext("%(num)d row", "%(num)d rows", found.rows)
    return {
        "rt": kind, "action": kind.url("import_columns", uid=found.uid), "hidden": [], "error": error,
        "urls": {"list": kind.url("index"), "back": kind.url("import_file")},
        "file_name": found.file_name, "found": f"{rows} · {found.encoding} · {separators[found.delimiter]}",
        "columns": [{"index": index, "header": header or _("Column %(number)d", number=index + 1),
                     "samples": [row[index][:60] for row in samples if index < len(row) and row[index].strip()],
                     "field": found.columns.get(str(index), "")} for index, header in enumerate(headers)],
        "targets": columns.targets(kind, found.columns.values()),
        "keys": columns.keys(kind), "key": found.key, "mode": found.mode,
        "modes": [("both", _("Update it, or create a new one")), ("update", _("Only update")),
                  ("create", _("Only create what is new"))],
        "shape": {"encoding": found.encoding, "delimiter": found.delimiter, "header": found.header,
                  "encodings": list(dict.fromkeys([found.encoding, *files.ENCODINGS])),
                  "delimiters": list(separators.items())},
    }


def report(kind: RecordType, found: RecordImport) -> dict[str, Any]:
    """The context of records/import_report.html."""
    path = importing.refused_file(found)
    state = "stopped" if _has_broken_off(found) else found.state
    return {
        "rt": kind, "action": kind.url("import_run", uid=found.uid), "hidden": [], "counts": found.counts,
        "refused": refusals.first(path) if found.counts.get("refused") else [], "state": state,
        "undo_url": undo_url(found) if state in ("done", "stopped") else None,
        "urls": {"list": kind.url("index"), "back": kind.url("import_columns", uid=found.uid)
                 if found.state == "checked" else kind.url("import_file"),
                 "refused": kind.url("import_refused", uid=found.uid) if path.exists() else None},
    }


def _broken_off() -> ColumnElement[bool]:
    """Imports that were stopped or failed after they had begun."""
    going = select(Work.id).where(Work.uid == RecordImport.work_uid, Work.state.in_(("queued", "running")))
    return (RecordImport.state == "running") & RecordImport.work_uid.is_not(None) & ~going.exists()


def _has_broken_off(found: RecordImport) -> bool:
    return db.session.scalar(select(RecordImport.id).where(RecordImport.id == found.id, _broken_off())) is not None


def outcome(found: RecordImport) -> str:
    """What an import did or, before it has run, would do, in a sentence."""
    new, changed, same, refused = (found.counts.get(name, 0) for name in ("create", "update", "same", "refused"))
    said = [new and ngettext("%(number)s new", "%(number)s new", new, number=format_number(new)),
            changed and ngettext("%(number)s changed", "%(number)s changed", changed, number=format_number(changed)),
            same and ngettext("%(number)s as before", "%(number)s as before", same, number=format_number(same)),
            refused and ngettext("%(number)s refused", "%(number)s refused", refused, number=format_number(refused))]
    return ", ".join(part for part in said if part) or _("nothing")


def undo_url(found: RecordImport) -> str | None:
    """Where an import can be taken back, if it can."""
    step = db.session.get(JournalTransaction, found.transaction_id) if found.transaction_id else None
    return url_for("records.undo", transaction_id=step.id) if step and step.undone_by_id is None else None
