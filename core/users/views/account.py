"""One's own account: profile, password, sessions, tokens, and the small choices of the shell."""

from typing import Any

from flask import Response as Answer
from flask import flash, redirect, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext, pgettext
from flask_login import current_user
from marshmallow import ValidationError
from sqlalchemy import select

from core.database import db
from core.users import limits, operations, passwords, tokens, two_factor
from core.users.credentials import ApiToken, SignIn, UserSession
from core.users.devices import device_name
from core.users.forms import Field, Form
from core.users.roles import permission_groups
from core.users.sessions import current_session
from core.users.views import blueprint
from core.users.views.common import Page, found, home, number_or_none, origin, saved, settings_page
from core.web import is_htmx, signed_in, zones
from core.web.addresses import safe_path
from core.web.errors import Problem

LANGUAGE_NAMES = (("en", "English"), ("ru", "Русский"))


@blueprint.get("/settings")
@blueprint.get("/settings/profile")
@signed_in
def profile() -> Page:
    """One's name and how Eleven shows itself."""
    return _profile_page(_profile_form())


@blueprint.post("/settings/profile")
@signed_in
def profile_post() -> Page:
    """Save the profile."""
    form, user = _profile_form(), current_user._get_current_object()
    typed = request.form

    def save() -> None:
        operations.update_user(user, {
            "name": typed.get("name", ""), "language": typed.get("language", ""),
            "time_zone": typed.get("time_zone", "").strip()})
        operations.set_preferences(user, {key: typed[key] for key in ("theme", "density") if key in typed})
        operations.set_notifications(user, {
            kind: typed.getlist(f"notify.{kind}") for kind in operations.NOTIFICATIONS})

    if not saved(form, save):
        return _profile_page(form), 422
    flash(_("Your profile is saved."), "success")
    return redirect(url_for("users.profile"))


@blueprint.post("/settings/preferences")
@signed_in
def preferences() -> Page | Answer:
    """Theme, density or language, from the menu of the shell."""
    values = {key: request.form[key] for key in operations.CHOICES if key in request.form}
    operations.set_preferences(current_user._get_current_object(), values)
    db.session.commit()
    if is_htmx() or request.headers.get("Sec-Fetch-Mode") == "cors":
        return Answer(status=204)
    return redirect(safe_path(request.referrer or "") or home())


@blueprint.get("/settings/security")
@signed_in
def security() -> Page:
    """Password, second factor, sessions, tokens, and what happened lately."""
    return _security_page()


@blueprint.post("/settings/security/password")
@signed_in
def password_post() -> Page:
    """Change the password; every other session ends, and the tokens if that is wished."""
    user, form = current_user._get_current_object(), _password_form()
    if not confirmed(request.form.get("current", "")):
        form.refused(ValidationError({"current": [_("This is not your present password.")]}))
        return _security_page(password_form=form), 422
    if not saved(form, lambda: operations.set_password(
            user, request.form.get("password", ""), origin(), keep=current_session(),
            keep_tokens="end_tokens" not in request.form)):
        return _security_page(password_form=form), 422
    flash(_("Your password is changed. Your other sessions are signed out."), "success")
    return redirect(url_for("users.security"))


@blueprint.post("/settings/security/sessions/<int:number>/end")
@signed_in
def session_end(number: int) -> Page:
    """Sign one browser out."""
    if not operations.end_session(current_user._get_current_object(), number, origin()):
        raise Problem(404, _("This session has ended already"))
    db.session.commit()
    flash(_("That session is signed out."), "success")
    return redirect(url_for("users.security"))


@blueprint.post("/settings/security/sessions/end-others")
@signed_in
def sessions_end_others() -> Page:
    """Sign all other browsers out."""
    ended = operations.end_other_sessions(current_user._get_current_object(), origin())
    db.session.commit()
    flash(ngettext("%(num)d session is signed out.", "%(num)d sessions are signed out.", ended), "success")
    return redirect(url_for("users.security"))


@blueprint.get("/settings/security/tokens/new")
@signed_in
def token_new() -> Page:
    """Ask what a new token may do."""
    return settings_page("web/settings_form.html", title=_("New API token"), form=_token_form(),
                         intro=_("A program that sends this token acts in your name, within these permissions."))


@blueprint.post("/settings/security/tokens/new")
@signed_in
def token_create() -> Page:
    """Make a token and show it, this one time."""
    form, made = _token_form(), []

    def make() -> None:
        made.append(tokens.create_token(
            current_user._get_current_object(), request.form.get("name", ""), request.form.getlist("scopes"),
            number_or_none(request.form.get("days", "").strip()), origin()))

    if not saved(form, make):
        return settings_page("web/settings_form.html", title=_("New API token"), form=form), 422
    token, text = made[0]
    return settings_page("users/token.html", token=token, text=text)


@blueprint.post("/settings/security/tokens/<int:number>/revoke")
@signed_in
def token_revoke(number: int) -> Page:
    """End a token."""
    token = found(ApiToken, number)
    if token.user_id != current_user.id:
        raise Problem(404, _("Nothing here"), _("It may have been deleted meanwhile."))
    tokens.revoke_token(token, origin())
    db.session.commit()
    flash(_("The token is revoked: programs that use it are refused from now on."), "success")
    return redirect(url_for("users.security"))


def confirmed(password: str) -> bool:
    """Whether it is the present password of who asks; counted, so that an open browser cannot guess."""
    if not limits.hit("second_factor.account", f"password:{current_user.id}"):
        return False
    credential = operations.credential_of(current_user._get_current_object())
    return passwords.verify_password(credential.password_hash, password)


def _profile_page(form: Form) -> str:
    intro = _("You sign in as %(email)s. An administrator can change the address.", email=current_user.email)
    return settings_page("web/settings_form.html", title=_("Profile"), form=form, intro=intro)


def _profile_form() -> Form:
    user = current_user
    chosen = operations.notifications(user)
    channels = [("inbox", _("in the inbox")), ("mail", _("by mail"))]
    labels = {"mention": _("Somebody mentions me"), "assigned": _("Something is assigned to me"),
              "work": _("Work in the background is finished"), "system": _("Something needs my attention")}
    return Form(url_for("users.profile_post"), submit_label=_("Save"), groups={
        "": [
            Field("name", pgettext("person", "Name"), value=user.name, required=True, autocomplete="name"),
        ],
        _("Language and time"): [
            Field("language", _("Language"), "choice", value=user.language or "", choices=LANGUAGE_NAMES,
                  help=_("Empty: as your browser asks for.")),
            Field("time_zone", _("Time zone"), "choice", value=user.time_zone or "", searchable=True,
                  choices=[(zone, zones.label(zone)) for zone in zones.names()]),
        ],
        _("Appearance"): [
            Field("theme", _("Theme"), "choice", value=user.theme, required=True, choices=[
                ("auto", _("As the system")), ("light", _("Light")), ("dark", _("Dark"))]),
            Field("density", _("Density"), "choice", value=user.density, required=True, choices=[
                ("compact", _("Compact")), ("comfortable", _("Comfortable"))]),
        ],
        _("Notifications"): [
            Field(f"notify.{kind}", labels[kind], "multichoice", value=chosen[kind], choices=channels)
            for kind in operations.NOTIFICATIONS
        ],
    })


def _password_form() -> Form:
    return Form(url_for("users.password_post"), submit_label=_("Change the password"), fields=[
        Field("current", _("Present password"), "password", required=True, autocomplete="current-password"),
        Field("password", _("New password"), "password", required=True, autocomplete="new-password",
              help=_("At least %(count)s characters. Your other sessions are signed out.",
                     count=passwords.PASSWORD_LENGTH)),
        Field("end_tokens", _("Revoke my API tokens too"), "bool", value=False,
              help=_("Do so if somebody else may know the present password."))])


def _token_form() -> Form:
    own = set(tokens.grantable(current_user))
    choices = [(p.key, f"{group.title}: {p.label}") for group in permission_groups()
               for p in group.permissions if p.key in own]
    return Form(url_for("users.token_create"), submit_label=_("Make the token"), fields=[
        Field("name", _("Name"), required=True, help=_("What uses it, for example “Website form”.")),
        Field("days", _("Good for how many days"), "number", value="365",
              help=_("Empty: until you revoke it.")),
        Field("scopes", _("Permissions"), "multichoice", value=[], choices=choices, required=True),
    ], cancel_url=url_for("users.security"))


def _security_page(password_form: Form | None = None) -> str:
    user, here = current_user._get_current_object(), current_session()
    live = db.session.scalars(
        select(UserSession).where(UserSession.user_id == user.id).order_by(UserSession.seen_at.desc()).limit(100))
    own_tokens = db.session.scalars(
        select(ApiToken).where(ApiToken.user_id == user.id).order_by(ApiToken.id.desc()).limit(100))
    lately = db.session.scalars(
        select(SignIn).where(SignIn.user_id == user.id).order_by(SignIn.at.desc(), SignIn.id.desc()).limit(10))
    context: dict[str, Any] = {
        "sessions": [(row, device_name(row.agent), here is not None and row.id == here.id) for row in live],
        "tokens": own_tokens.all(), "lately": [(row, device_name(row.agent)) for row in lately],
        "two_factor": two_factor.is_on(user), "codes_left": two_factor.recovery_codes_left(user),
    }
    return settings_page("users/security.html", form=password_form or _password_form(), **context)
