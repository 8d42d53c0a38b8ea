"""Administration of roles, as a matrix of permissions and their reach, and the policy of sign-in."""

from collections.abc import Mapping

from flask import flash, redirect, request, url_for
from flask_babel import gettext as _
from sqlalchemy import select

from core.database import db
from core.plugin.settings import save_settings, settings
from core.users import roles as operations
from core.users.forms import Field, Form
from core.users.models import SCOPES, Role
from core.users.sessions import COMPONENT
from core.users.views import blueprint
from core.users.views.common import Page, found, saved, settings_page
from core.web import requires


@blueprint.get("/settings/roles")
@requires("user.admin")
def roles() -> Page:
    """The roles and how many people have each."""
    holders = operations.holders()
    rows = [{
        "title": role.name, "url": url_for("users.roles_edit", number=role.id), "icon": "key",
        "cells": [role.description, str(holders.get(role.id, 0))],
        "actions": [{"label": _("Delete"), "url": url_for("users.roles_delete", number=role.id),
                     "icon": "trash", "method": "post", "danger": True}],
    } for role in db.session.scalars(select(Role).order_by(Role.name))]
    return settings_page(
        "web/settings_table.html", title=_("Roles"), rows=rows, columns=[_("Role"), _("Description"), _("People")],
        intro=_("A role is a set of permissions, each with a reach. People can have several; the widest reach counts."),
        new={"label": _("New role"), "url": url_for("users.roles_new")},
        empty={"icon": "key", "title": _("No roles yet"),
               "text": _("Until there is one, only administrators may do anything.")})


@blueprint.get("/settings/roles/new")
@requires("user.admin")
def roles_new() -> Page:
    """An empty role."""
    return _role_page(None, _role_form(None), {})


@blueprint.post("/settings/roles/new")
@requires("user.admin")
def roles_create() -> Page:
    """Make a role."""
    return _save(None)


@blueprint.get("/settings/roles/<int:number>")
@requires("user.admin")
def roles_edit(number: int) -> Page:
    """One role."""
    role = found(Role, number)
    return _role_page(role, _role_form(role), {grant.permission: grant.scope for grant in role.grants})


@blueprint.post("/settings/roles/<int:number>")
@requires("user.admin")
def roles_save(number: int) -> Page:
    """Change a role."""
    return _save(found(Role, number))


@blueprint.post("/settings/roles/<int:number>/delete")
@requires("user.admin")
def roles_delete(number: int) -> Page:
    """Delete a role."""
    role = found(Role, number)
    name = role.name
    operations.delete_role(role)
    db.session.commit()
    flash(_("The role %(name)s is deleted.", name=name), "success")
    return redirect(url_for("users.roles"))


@blueprint.get("/settings/sign-in")
@requires("user.admin")
def policy() -> Page:
    """What is asked of everyone at sign-in."""
    return settings_page("web/settings_form.html", title=_("Sign-in"), form=_policy_form())


@blueprint.post("/settings/sign-in")
@requires("user.admin")
def policy_post() -> Page:
    """Save what is asked of everyone."""
    form = _policy_form()
    if not saved(form, lambda: save_settings(
            COMPONENT, {"require_two_factor": bool(request.form.get("require_two_factor"))})):
        return settings_page("web/settings_form.html", title=_("Sign-in"), form=form), 422
    flash(_("Saved. It counts from the next page on."), "success")
    return redirect(url_for("users.policy"))


def _save(role: Role | None) -> Page:
    form = _role_form(role)
    typed = {key.removeprefix("grant."): scope for key, scope in request.form.items()
             if key.startswith("grant.") and scope}
    number = role.id if role else None

    def save() -> None:
        operations.save_role(role, request.form.get("name", ""), request.form.get("description", ""), typed)

    if not saved(form, save):
        return _role_page(found(Role, number) if number else None, form, typed), 422
    flash(_("The role %(name)s is saved.", name=request.form["name"].strip()), "success")
    return redirect(url_for("users.roles"))


def _role_form(role: Role | None) -> Form:
    action = url_for("users.roles_save", number=role.id) if role else url_for("users.roles_create")
    return Form(action, submit_label=_("Save"), cancel_url=url_for("users.roles"), fields=[
        Field("name", _("Name"), value=role.name if role else "", required=True),
        Field("description", _("Description"), value=role.description if role else "")])


def _role_page(role: Role | None, form: Form, grants: Mapping[str, str]) -> str:
    reaches = {"own": _("Own"), "team": _("The team's"), "subtree": _("The team's and below"), "all": _("All")}
    return settings_page(
        "users/role.html", title=role.name if role else _("New role"), form=form, granted=grants,
        groups=operations.permission_groups(), scopes=[(scope, reaches[scope]) for scope in SCOPES])


def _policy_form() -> Form:
    values = settings(COMPONENT)
    return Form(url_for("users.policy_post"), submit_label=_("Save"), fields=[
        Field("require_two_factor", _("Require a second factor of everyone"), "bool",
              value=values["require_two_factor"],
              help=_("Whoever has none is asked to set one up at the next page."))])
