"""Exports, imports and bulk changes that take longer than a page may: the jobs, and how they are started."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any
from urllib.parse import parse_qsl, urlencode

from flask import url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from marshmallow import ValidationError
from werkzeug.datastructures import MultiDict

from core.database import db
from core.jobs import Work, WorkFailedError, Working, start, working
from core.journal import one_step
from core.plugin import registry
from core.records import bulk, exporting, importing
from core.records.assigning import tell_owners
from core.records.importing import RecordImport, pages
from core.records.query import ListState
from core.records.type import RecordType
from core.users import User
from core.web.errors import Problem
from core.web.i18n import speaking


def start_export(kind: RecordType, state: ListState, user: Any, options: exporting.Options) -> Work:
    """Export in the background."""
    return start("core.records:export", user, _("Export of %(plural)s", plural=str(kind.plural).lower()),
                 type=kind.name, query=urlencode(state.arguments()), format=options.format, whole=options.whole)


def start_import(found: RecordImport, user: Any, check: bool) -> Work:
    """Check or import a file in the background."""
    title = _("Check of %(file)s", file=found.file_name) if check else _("Import of %(file)s", file=found.file_name)
    work = start("core.records:import", user, title, number=found.id, check=check)
    found.work_uid = work.uid
    return work


def start_bulk(kind: RecordType, chosen: bulk.Chosen, user: Any, action: str, data: Mapping[str, Any]) -> Work:
    """Change or delete many records in the background."""
    title = _("Deletion of %(plural)s", plural=str(kind.plural).lower()) if action == "delete" \
        else _("Change of %(plural)s", plural=str(kind.plural).lower())
    return start("core.records:bulk", user, title, type=kind.name, query=urlencode(chosen.state.arguments()),
                 ids=list(chosen.ids), action=action, data=dict(data))


def run_export(work_id: int, type: str, query: str, format: str, whole: bool) -> None:  # noqa: A002 arguments of a job
    """The job behind `start_export`."""
    with _working(work_id) as (work, user):
        kind, state = _kind(type, user, "export"), _state(type, query)
        options = exporting.Options(format, whole)
        total = exporting.total(kind, state, user)
        path = work.file(exporting.file_name(kind, options))
        outcome = exporting.export(kind, state, user, path, options, lambda done: work.progress(done, total))
        work.progress(outcome.number, outcome.number, _exported(outcome))


def _exported(outcome: exporting.Outcome) -> str:
    said = ngettext("%(num)d record in the file.", "%(num)d records in the file.", outcome.number)
    return f"{said} {outcome.note}".strip()


def run_import(work_id: int, number: int, check: bool) -> None:
    """The job behind `start_import`."""
    with _working(work_id) as (work, user):
        found = db.session.get(RecordImport, number)
        if found is None or found.state == "done":
            raise WorkFailedError(_("This file has been imported already, or is gone."))
        kind = _kind(found.type, user, "create")
        work.result = {"url": kind.url("import_report", uid=found.uid)}
        try:
            if check:
                importing.check(found, user, work.progress)
            else:
                importing.run(found, user, work.progress, lambda step: work.keep(transaction_id=step))
        except importing.TableFileError as error:
            raise WorkFailedError(str(error)) from error
        found = db.session.get_one(RecordImport, number)
        work.progress(found.rows, found.rows, pages.outcome(found))


def run_bulk(work_id: int, type: str, query: str, ids: Sequence[int], action: str,  # noqa: A002 arguments of a job
             data: Mapping[str, Any]) -> None:
    """The job behind `start_bulk`; all pieces are one step of the journal, also those of a run that broke off."""
    with _working(work_id) as (work, user):
        kind = _kind(type, user, "delete" if action == "delete" else "edit")
        chosen = bulk.Chosen(_state(type, query), tuple(ids))
        tally, total, done = _tally(work), chosen.count(kind, user), 0
        with one_step() as step:
            step.id = work.result.get("transaction_id")
            try:
                values = {} if action == "delete" else bulk.validated(kind, data, user)
                for piece in chosen.pieces(kind, user):
                    if action == "delete":
                        bulk.delete(kind, piece, user, tally)
                    else:
                        bulk.change(kind, piece, values, user, tally)
                    done += len(piece)
                    if step.id:
                        work.keep(transaction_id=step.id, changed=tally.changed, assigned=tally.assigned)
                    db.session.commit()
                    work.progress(done, total)
            except (Problem, ValidationError) as error:
                raise WorkFailedError(str(error)) from error
            tell_owners(kind, tally.assigned, user)
            db.session.commit()
            work.progress(total, total, tally.said(action))
            work.result["url"] = kind.url("index")


def _tally(work: Working) -> bulk.Tally:
    """What a run that broke off has done already; its records count as the same now."""
    assigned = {int(number): count for number, count in work.result.get("assigned", {}).items()}
    return bulk.Tally(changed=work.result.get("changed", 0), assigned=assigned)


@contextmanager
def _working(work_id: int) -> Iterator[tuple[Working, User]]:
    """Take a work in hand in the language of the person who waits for it, with that person's permissions."""
    with working(work_id) as work:
        user = db.session.get(User, work.user_id) if work.user_id else None
        if user is None or not user.active:
            raise WorkFailedError(_("The person who asked for this is not active any more."))
        with speaking(user):
            try:
                yield work, user
            except Problem as problem:
                raise WorkFailedError(f"{problem.title} {problem.detail}".strip()) from problem


def _kind(name: str, user: User, verb: str) -> RecordType:
    shelf = registry()
    kind = shelf.record_types.get(name)
    if kind is None or not shelf.enabled(shelf.owners[name]) or not user.may(kind.permission(verb)):
        raise WorkFailedError(_("You may not do that any more, or its plugin has been switched off."))
    return kind


def _state(name: str, query: str) -> ListState:
    pairs = MultiDict(parse_qsl(query, keep_blank_values=True))
    return ListState.parse(registry().record_types[name], pairs)


def page(work: Work) -> str:
    """The address of the page that shows how far a work is."""
    return url_for("work.show", uid=work.uid)
