"""Administration of teams."""

from flask import flash, redirect, request, url_for
from flask_babel import gettext as _

from core.users import teams as operations
from core.users.forms import Field, Form
from core.users.models import Team
from core.users.views import blueprint
from core.users.views.common import Page, found, number_or_none, saved, settings_page
from core.web import requires


@blueprint.get("/settings/teams")
@requires("user.admin")
def teams() -> Page:
    """The tree of teams."""
    return settings_page("users/teams.html", title=_("Teams"), tree=operations.tree())


@blueprint.get("/settings/teams/new")
@requires("user.admin")
def teams_new() -> Page:
    """An empty team."""
    return _form_page(_("New team"), _team_form(None))


@blueprint.post("/settings/teams/new")
@requires("user.admin")
def teams_create() -> Page:
    """Make a team."""
    return _save(None)


@blueprint.get("/settings/teams/<int:number>")
@requires("user.admin")
def teams_edit(number: int) -> Page:
    """One team: rename or move it."""
    team = found(Team, number)
    return _form_page(team.name, _team_form(team))


@blueprint.post("/settings/teams/<int:number>")
@requires("user.admin")
def teams_save(number: int) -> Page:
    """Rename or move a team."""
    return _save(found(Team, number))


@blueprint.get("/settings/teams/<int:number>/delete")
@requires("user.admin")
def teams_delete(number: int) -> Page:
    """Ask who takes over."""
    team = found(Team, number)
    return _form_page(_("Delete the team %(name)s", name=team.name), _delete_form(team))


@blueprint.post("/settings/teams/<int:number>/delete")
@requires("user.admin")
def teams_delete_post(number: int) -> Page:
    """Delete a team and hand over what it had."""
    team = found(Team, number)
    form, name = _delete_form(team), team.name
    if not saved(form, lambda: operations.delete_team(team, number_or_none(request.form.get("heir_id", "")))):
        return _form_page(_("Delete the team %(name)s", name=name), form), 422
    flash(_("The team %(name)s is deleted.", name=name), "success")
    return redirect(url_for("users.teams"))


def _save(team: Team | None) -> Page:
    form, title = _team_form(team), team.name if team else _("New team")
    if not saved(form, lambda: operations.save_team(
            team, request.form.get("name", ""), number_or_none(request.form.get("parent_id", "")))):
        return _form_page(title, form), 422
    flash(_("The team %(name)s is saved.", name=request.form["name"].strip()), "success")
    return redirect(url_for("users.teams"))


def _team_form(team: Team | None) -> Form:
    action = url_for("users.teams_save", number=team.id) if team else url_for("users.teams_create")
    choices = [(key, name) for key, name in operations.team_choices() if team is None or key != team.id]
    above = team.parent_id if team else number_or_none(request.args.get("parent", ""))
    return Form(action, submit_label=_("Save"), cancel_url=url_for("users.teams"), fields=[
        Field("name", _("Name"), value=team.name if team else "", required=True),
        Field("parent_id", _("Belongs to"), "choice", value=above or "", choices=choices)])


def _delete_form(team: Team) -> Form:
    choices = [(key, name) for key, name in operations.team_choices() if key != team.id]
    return Form(
        url_for("users.teams_delete_post", number=team.id), submit_label=_("Delete the team"),
        cancel_url=url_for("users.teams"), fields=[
            Field("heir_id", _("Its people and records go to"), "choice", value=team.parent_id or "", choices=choices,
                  help=_("Teams below it move up. Empty: to no team."))])


def _form_page(title: str, form: Form) -> str:
    return settings_page("web/settings_form.html", title=title, form=form)
