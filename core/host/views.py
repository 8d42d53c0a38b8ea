"""The Plugins page, the switch, and the settings of every component."""

from typing import Any

from flask import Blueprint, abort, flash, redirect, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from marshmallow import ValidationError
from werkzeug.wrappers import Response

from core import events
from core.database import db
from core.host import developing, operations, page
from core.host.given_up import given_up
from core.host.operations import RefusedError
from core.host.portrait import UnknownPluginError, portrait
from core.plugin import failures, registry, settings
from core.plugin.settings import save_settings
from core.users.navigation import settings_navigation
from core.web import forms, render, requires
from core.web.addresses import safe_path
from core.web.errors import Problem
from core.web.fields import FieldUi

blueprint = Blueprint("host", __name__, url_prefix="/settings")

ACTS = {"install": operations.install, "enable": operations.enable, "disable": operations.disable}


@blueprint.get("/plugins")
@requires("plugin.admin")
def plugins() -> str:
    """Every plugin with its state, and what has gone wrong."""
    letters, more = given_up(request.args.get("given_up_before", type=int))
    return render("host/plugins.html", admin=settings_navigation(), title=_("Plugins"),
                  cards=page.cards(), leftovers=page.leftovers(), given_up=letters, given_up_before=more)


@blueprint.get("/plugins/<name>/inside", endpoint="plugins_inside")
@requires("plugin.admin")
def inside(name: str) -> str:
    """One plugin from inside: all that it has, the time it takes, what went wrong."""
    try:
        one = portrait(name)
    except UnknownPluginError as error:
        raise Problem(404, _("Nothing here"), str(error)) from error
    return render("host/plugin.html", admin=settings_navigation(), one=one, card=page.card_of(one, one.failures))


@blueprint.get("/developer")
@requires("plugin.admin")
def developer() -> str:
    """The tools for developers, and what plugins answer and cost."""
    shelf = registry()
    spent = [found for found in shelf.calls.spent() if not found.plugin.startswith("core.")]
    return render("host/developer.html", admin=settings_navigation(), title=_("Development"),
                  chosen=developing.chosen(), answers=developing.answers(), spent=spent)


@blueprint.post("/developer")
@requires("plugin.admin")
def developer_post() -> Response:
    """Switch the tools on and off in this browser."""
    answer = redirect(url_for("host.developer"))
    developing.choose(answer, request.form.getlist("tools"))
    return answer


@blueprint.post("/plugins/<name>/<any(install, enable, disable):act>")
@requires("plugin.admin")
def switch(name: str, act: str) -> Response:
    """Install a plugin or turn its switch; acts at once in every worker."""
    try:
        ACTS[act](name)
        db.session.commit()
    except RefusedError as error:
        db.session.rollback()
        flash(str(error), "error")
    except Exception as error:
        # the plugin's own code has run: its fault is shown, and nothing of it stays
        registry().calls.failed(name, act, error)
        db.session.rollback()
        flash(_("%(name)s failed, and nothing was changed: %(why)s", name=name, why=str(error)[:300]), "error")
    return redirect(safe_path(request.referrer or "") or url_for("host.plugins"))


@blueprint.post("/plugins/<name>/faults/clear")
@requires("plugin.admin")
def clear_failures(name: str) -> Response:
    """Forget what went wrong in a plugin: it has been mended."""
    failures.clear(name)
    db.session.commit()
    return redirect(safe_path(request.referrer or "") or url_for("host.plugins"))


@blueprint.post("/plugins/given-up/<int:number>/retry")
@requires("plugin.admin")
def retry_one(number: int) -> Response:
    """Tell a handler once more of an event that was given up."""
    return _retried(events.retry(number) if number < 2**31 else 0)


@blueprint.post("/plugins/<name>/given-up/retry")
@requires("plugin.admin")
def retry_plugin(name: str) -> Response:
    """Tell a plugin's handlers once more of all that was given up."""
    return _retried(events.retry_all(name))


def _retried(number: int) -> Response:
    db.session.commit()
    flash(ngettext("%(num)d event is told again.", "%(num)d events are told again.", number) if number
          else _("This is told again already."), "success" if number else "info")
    return redirect(url_for("host.plugins"))


@blueprint.route("/company", endpoint="company", defaults={"name": "core"}, methods=["GET", "POST"])
@blueprint.route("/contacts", endpoint="contacts", defaults={"name": "contacts"}, methods=["GET", "POST"])
@blueprint.route("/plugins/<name>", endpoint="plugins_settings", methods=["GET", "POST"])
@requires("plugin.admin")
def component_settings(name: str) -> Any:
    """The settings of a component: its schema drawn as a form."""
    shelf = registry()
    owner = name if name in shelf.titles else "core"
    if page.settings_page_of(name) is None or not shelf.enabled(owner):
        abort(404)
    fields = {n: f for n, f in shelf.settings[name]().fields.items() if isinstance(f, FieldUi)}
    if request.method == "GET":
        return _form(name, fields, shelf.settings[name]().dump(settings(name)))
    typed = forms.parse(fields, request.form)
    try:
        save_settings(name, dict(settings(name)) | typed)
    except ValidationError as error:
        db.session.rollback()
        return _form(name, fields, typed, error.normalized_messages()), 422
    db.session.commit()
    flash(_("Saved"), "success")
    return redirect(request.path)


def _form(name: str, fields: dict[str, FieldUi], values: Any, errors: dict[str, Any] | None = None) -> str:
    form = {
        "action": request.path, "hidden": [("_fields", ",".join(fields))],
        "errors": forms.summary(fields, errors or {}),
        "sections": [{"label": "", "fields": forms.build(fields, values, errors)}],
    }
    titles = {"core": _("Company"), "contacts": _("Contacts")}
    title = titles.get(name) or registry().titles.get(name, name)
    return render("web/settings_form.html", admin=settings_navigation(), title=title, form=form)
