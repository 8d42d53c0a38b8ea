"""The page of background work: progress, the file in the end, and a way to stop it. Only its owner sees it."""

from pathlib import Path
from typing import Any

from flask import Blueprint, abort, current_app, redirect, send_file, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from flask_login import current_user
from sqlalchemy import select
from werkzeug.wrappers import Response

from core import jobs
from core.database import db
from core.jobs import Work
from core.web import is_htmx, render, signed_in

blueprint = Blueprint("work", __name__, url_prefix="/work")


def _own(uid: str) -> Work:
    work = db.session.scalar(select(Work).where(Work.uid == uid, Work.user_id == current_user.id))
    if work is None:
        abort(404)
    return work


@blueprint.get("/<uid>")
@signed_in
def show(uid: str) -> str:
    """The work's page; for htmx only the part that changes."""
    work = _own(uid)
    return render("web/_job.html" if is_htmx() else "web/job.html", work=work, job=_shown(work))


@blueprint.get("/<uid>/file")
@signed_in
def file(uid: str) -> Response:
    """The file that the work has made, always as a download."""
    work = _own(uid)
    path = Path(current_app.instance_path) / (work.file or "")
    if not work.file or not path.is_file():
        abort(404, _("The file is not there any more. Files are kept for two weeks."))
    return send_file(path, as_attachment=True, download_name=path.name)


@blueprint.post("/<uid>/cancel")
@signed_in
def cancel(uid: str) -> Response:
    """Stop the work."""
    jobs.cancel(_own(uid))
    db.session.commit()
    return redirect(url_for("work.show", uid=uid))


def _shown(work: Work) -> dict[str, Any]:
    """The work as the template takes it."""
    return {
        "title": work.title,
        "state": "waiting" if work.state == "queued" else work.state,
        "done": work.done, "total": work.total, "text": _progress(work), "message": _message(work),
        "poll_url": url_for("work.show", uid=work.uid),
        "cancel_url": url_for("work.cancel", uid=work.uid),
        "undo_url": _undo_url(work), "result": _result(work),
    }


def _progress(work: Work) -> str:
    if work.message:
        return work.message
    if work.total:
        return _("%(done)s of %(total)s", done=work.done, total=work.total)
    if work.done:
        return ngettext("%(num)s row", "%(num)s rows", work.done)
    return _("Waiting for its turn") if work.state == "queued" else _("Working")


def _message(work: Work) -> str:
    if work.message:
        return work.message
    return {"done": _("Done."), "cancelled": _("Stopped."),
            "failed": _("It failed on our side. The fault has been logged.")}.get(work.state, "")


def _undo_url(work: Work) -> str | None:
    """Where to take it back, however it ended: what was stopped or failed has perhaps done a part."""
    number = work.result.get("transaction_id")
    return url_for("records.undo", transaction_id=number) if number and work.finished_at else None


def _result(work: Work) -> dict[str, str] | None:
    if work.state != "done":
        return None
    if work.file:
        return {"label": _("Download"), "url": url_for("work.file", uid=work.uid), "icon": "download"}
    if work.result.get("url"):
        return {"label": _("Show"), "url": str(work.result["url"]), "icon": "arrow-right"}
    return None
