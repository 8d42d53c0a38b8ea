"""Pages of a record's history: what changed, and the ways back."""

from flask import redirect, request
from flask_babel import gettext as _
from flask_login import current_user
from marshmallow import ValidationError

from core.database import db
from core.journal import current_transaction_id
from core.records import history, operations
from core.records.operations import StaleError
from core.records.routes import Answer, Pages, route, templates
from core.web import flash_undo, render
from core.web.errors import Problem


class HistoryPages(Pages):
    """The endpoints."""

    @route("/<int:record_id>/history", "view")
    def history(self, record_id: int) -> Answer:
        """Who changed what, when and through what."""
        record = operations.find(self.kind, record_id, current_user)
        return render(templates(self.kind, "history"), **history.context(self.kind, record, current_user))

    @route("/<int:record_id>/history/<int:step>/fields/<name>", "edit", "POST")
    def set_back(self, record_id: int, step: int, name: str) -> Answer:
        """Give one field the value that it had before a step; where it cannot have it, say why beside it."""
        record = operations.find(self.kind, record_id, current_user, "edit")
        try:
            history.set_back(self.kind, record, step, name, current_user, request.form.get("version", type=int))
        except ValidationError as error:
            db.session.rollback()
            record = operations.find(self.kind, record_id, current_user)
            context = history.context(self.kind, record, current_user, (step, name, error))
            return render(templates(self.kind, "history"), **context), 422
        except StaleError:
            raise Problem(409, _("Somebody else changed this first"), _("Reload the page and try again.")) from None
        undo = current_transaction_id()
        db.session.commit()
        flash_undo(_("Restored."), undo)
        return redirect(self.kind.url("history", record_id=record_id))

    @route("/<int:record_id>/history/<int:step>/undo", "edit", "POST")
    def undo_here(self, record_id: int, step: int) -> Answer:
        """Take a step back on this record, not on the others that it changed."""
        record = operations.find(self.kind, record_id, current_user, "edit")
        inverse = history.undo_here(self.kind, record, step, current_user).id
        db.session.commit()
        flash_undo(_("Undone."), inverse)
        gone = db.session.get(self.kind.model, record_id) is None
        return redirect(self.kind.url("index") if gone else self.kind.url("history", record_id=record_id))
