"""Pages around a list: its columns, saved views, the trash."""

from flask import redirect, request
from flask_babel import gettext as _
from flask_login import current_user

from core.database import db
from core.journal import current_transaction_id
from core.records import lists, saved, trash
from core.records.query import ListState
from core.records.routes import Answer, Pages, route, templates
from core.web import flash_undo, render


class ListPages(Pages):
    """The endpoints."""

    @route("/columns", "view", "POST")
    def columns(self) -> Answer:
        """Keep which columns the user's lists show, and in which order."""
        chosen = [] if request.form.get("reset") else request.form.getlist("columns")
        # the state's own columns come under the same name, as one value with commas
        chosen = [name for name in chosen if "," not in name]
        form = request.form.copy()
        form.pop("columns", None)
        saved.keep_columns(self.kind, chosen, current_user._get_current_object())
        db.session.commit()
        return redirect(self.kind.url("index") + lists.query_string(ListState.parse(self.kind, form)))

    @route("/views", "view")
    def views(self) -> Answer:
        """All saved views: rename, share, pin, delete."""
        return render(templates(self.kind, "views"), **saved.context(self.kind, current_user))

    @route("/views/save", "view", "POST")
    def save_view(self) -> Answer:
        """Keep the state of the list under a name."""
        state = ListState.parse(self.kind, request.form)
        view = saved.save(self.kind, state, request.form.get("name", ""), current_user,
                          "shared" in request.form, "pinned" in request.form)
        url, undo = saved.url(self.kind, view), current_transaction_id()
        db.session.commit()
        flash_undo(_("The view was saved."), undo)
        return redirect(url)

    @route("/views/<uid>", "view", "POST")
    def change_view(self, uid: str) -> Answer:
        """Rename, share or pin a view."""
        view = saved.find(self.kind, uid, current_user)
        saved.change(view, request.form.get("name", ""), "shared" in request.form, "pinned" in request.form)
        undo = current_transaction_id()
        db.session.commit()
        flash_undo(_("Saved."), undo)
        return redirect(self.kind.url("views"))

    @route("/views/<uid>/delete", "view", "POST")
    def delete_view(self, uid: str) -> Answer:
        """Delete a view."""
        view = saved.find(self.kind, uid, current_user)
        name = view.name
        saved.delete(view)
        undo = current_transaction_id()
        db.session.commit()
        flash_undo(_("%(title)s was deleted.", title=name), undo)
        return redirect(self.kind.url("views"))

    @route("/trash", "delete")
    def trash(self) -> Answer:
        """What was deleted and has not come back."""
        before = request.args.get("before", type=int)
        return render(templates(self.kind, "trash"), **trash.context(self.kind, current_user, before))

    @route("/trash/restore", "delete", "POST")
    def restore(self) -> Answer:
        """Bring one or many back."""
        numbers = [int(number) for number in request.values.getlist("ids") if number.isdecimal() and len(number) < 10]
        steps = trash.bring_back(self.kind, numbers[:trash.PAGE], current_user)
        db.session.commit()
        flash_undo(trash.said(len(numbers)), steps[0] if len(steps) == 1 else None)
        return redirect(self.kind.url("trash"))

    @route("/trash/steps/<int:step>/restore", "delete", "POST")
    def restore_step(self, step: int) -> Answer:
        """Bring back all that one step deleted."""
        number, inverse = trash.bring_back_step(self.kind, step, current_user)
        db.session.commit()
        flash_undo(trash.said(number), inverse)
        return redirect(self.kind.url("trash"))
