"""Pages that bring records in from files and take them out into files."""

from pathlib import Path
from tempfile import TemporaryDirectory

from flask import Response, abort, redirect, request, send_file
from flask_babel import gettext as _
from flask_login import current_user
from sqlalchemy import select

from core.database import db
from core.records import background, exporting, importing, query
from core.records.importing import RecordImport, pages
from core.records.importing.files import Shape
from core.records.query import ListState
from core.records.routes import Answer, Pages, route
from core.web import flash_undo, render
from core.web.errors import Problem

AT_ONCE = 500
"""Records that an export writes, and rows that an import checks, while the person waits."""


class ExchangePages(Pages):
    """The endpoints."""

    @route("/export", "export", "POST")
    def export(self) -> Answer:
        """All that match the list as a file: at once if there are few, else in the background."""
        state = ListState.parse(self.kind, request.form)
        options = exporting.Options(request.form.get("format", "csv"), request.form.get("fields") == "all",
                                    request.form.get("bom", "1") == "1")
        user = current_user._get_current_object()
        if query.count(self.kind, state, user) > AT_ONCE:
            work = background.start_export(self.kind, state, user, options)
            url = background.page(work)
            db.session.commit()
            return redirect(url)
        with TemporaryDirectory() as folder:
            path = Path(folder) / exporting.file_name(self.kind, options)
            exporting.export(self.kind, state, user, path, options)
            return _download(path.read_bytes(), path.name, exporting.FORMATS[options.format])

    @route("/import", "create", "GET", "POST")
    def import_file(self) -> Answer:
        """The first step of an import: the file."""
        if request.method == "GET":
            return render("records/import_upload.html", **pages.upload(self.kind, current_user))
        file = request.files.get("file")
        try:
            if file is None or not file.filename:
                raise importing.TableFileError(_("Choose a file first."))
            found = importing.receive(self.kind, file.stream, file.filename, current_user)  # type: ignore[arg-type]
        except importing.TableFileError as error:
            db.session.rollback()
            return render("records/import_upload.html", **pages.upload(self.kind, current_user, str(error))), 422
        url = self.kind.url("import_columns", uid=found.uid)
        db.session.commit()
        return redirect(url)

    @route("/import/<uid>", "create", "GET", "POST")
    def import_columns(self, uid: str) -> Answer:
        """The second step: which column is which field. Leads to the check."""
        found = self._import(uid)
        if found.state in ("running", "done"):
            return redirect(self.kind.url("import_report", uid=uid))
        if request.method == "GET":
            return render("records/import_map.html", **pages.mapping(self.kind, found))
        user = current_user._get_current_object()
        try:
            if "reshape" in request.form:
                shape = Shape(request.form.get("encoding", ""), request.form.get("delimiter", ""),
                              request.form.get("header", 1, type=int))
                importing.reshape(self.kind, found, shape, user)
                db.session.commit()
                return redirect(self.kind.url("import_columns", uid=uid))
            importing.choose(found, _columns(), request.form.get("key", ""), request.form.get("mode", "create"), user,
                             "remember" in request.form)
        except (importing.TableFileError, Problem) as error:
            db.session.rollback()
            said = f"{error.title} {error.detail}" if isinstance(error, Problem) else str(error)
            return render("records/import_map.html", **pages.mapping(self.kind, self._import(uid), said)), 422
        if found.rows > AT_ONCE:
            work = background.start_import(found, user, check=True)
            url = background.page(work)
            db.session.commit()
            return redirect(url)
        db.session.commit()
        importing.check(found, user)
        db.session.commit()
        return redirect(self.kind.url("import_report", uid=uid))

    @route("/import/<uid>/report", "create")
    def import_report(self, uid: str) -> Answer:
        """The third step: what would happen; and what has happened."""
        found = self._import(uid)
        if found.state == "new":
            return redirect(self.kind.url("import_columns", uid=uid))
        return render("records/import_report.html", **pages.report(self.kind, found))

    @route("/import/<uid>/refused", "create")
    def import_refused(self, uid: str) -> Answer:
        """The refused rows with the reasons, as a file."""
        path = importing.refused_file(self._import(uid))
        if not path.exists():
            abort(404)
        return _download(path.read_bytes(), f"refused-{uid}.csv", "text/csv")

    @route("/import/<uid>/run", "create", "POST")
    def import_run(self, uid: str) -> Answer:
        """The fourth step: import."""
        found = self._import(uid)
        if not importing.claim(found):
            db.session.rollback()
            return redirect(self.kind.url("import_report", uid=uid))
        user = current_user._get_current_object()
        if found.rows > importing.PIECE:
            work = background.start_import(found, user, check=False)
            url = background.page(work)
            db.session.commit()
            return redirect(url)
        importing.run(found, user)
        # taking back what was made is deleting it
        undo = found.transaction_id if current_user.may(self.kind.permission("delete")) else None
        flash_undo(pages.outcome(found), undo)
        url = self.kind.url("import_report", uid=uid) if found.counts["refused"] else self.kind.url("index")
        return redirect(url)

    def _import(self, uid: str) -> RecordImport:
        """The user's own import of a uid."""
        found = db.session.scalar(select(RecordImport).where(
            RecordImport.uid == uid, RecordImport.user_id == current_user.id, RecordImport.type == self.kind.name))
        if found is None:
            raise Problem(404, _("This import is not here"), _("Begin again with the file."))
        return found


def _columns() -> dict[int, str]:
    return {int(index): value for name, value in request.form.items()
            if name.startswith("column.") and (index := name.removeprefix("column.")).isdecimal() and len(index) < 5}


def _download(content: bytes, name: str, mimetype: str) -> Response:
    from io import BytesIO
    return send_file(BytesIO(content), mimetype, as_attachment=True, download_name=name)

