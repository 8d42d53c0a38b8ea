"""Sign-in in one or two steps, sign-out, and setting a forgotten or a first password."""

import time
from datetime import timedelta

from flask import flash, get_flashed_messages, redirect, request, session, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from flask_login import current_user
from marshmallow import ValidationError
from werkzeug.wrappers import Response

from core.database import db, now
from core.jobs import enqueue
from core.journal import set_actor
from core.users import limits, links, operations, passwords, sessions, signing, two_factor
from core.users.forms import Field, Form
from core.users.keys import keyed_digest
from core.users.models import User
from core.users.security_log import note
from core.users.signing import Answer, Attempt
from core.users.views import blueprint
from core.users.views.common import Page, auth_page, next_page, origin
from core.web import public, signed_in
from core.web.addresses import base_url, safe_path

PENDING = timedelta(minutes=10)
"""How long the second step may take."""


@blueprint.get("/sign-in")
@public
def sign_in() -> Page:
    """Ask for address and password."""
    if current_user.is_authenticated:
        return redirect(next_page())
    return _sign_in_page(_sign_in_form())


@blueprint.post("/sign-in")
@public
def sign_in_post() -> Page:
    """Check address and password."""
    email, password = request.form.get("email", ""), request.form.get("password", "")
    attempt = signing.check_password(email, password, origin())
    remember = bool(request.form.get("remember"))
    if attempt.answer is Answer.IN and attempt.user is not None:
        return admit(attempt.user, next_page(), remember=remember, two_factor=False)
    db.session.commit()
    if attempt.answer is Answer.SECOND_FACTOR and attempt.user is not None:
        target = safe_path(request.form.get("next", ""))
        session.clear()
        session["pending"] = {"user": attempt.user.id, "at": int(time.time()), "remember": remember, "next": target,
                              "state": links.password_state(attempt.user)}
        return redirect(url_for("users.second_step"))
    page = _sign_in_page(_sign_in_form().typed(request.form).complain(refusal(attempt)))
    return _later(page, attempt.wait) if attempt.wait else (page, 422)


@blueprint.get("/sign-in/code")
@public
def second_step() -> Page:
    """Ask for the code of the second factor."""
    if _pending_user() is None:
        return redirect(url_for("users.sign_in"))
    return _second_page(_code_form())


@blueprint.post("/sign-in/code")
@public
def second_step_post() -> Page:
    """Check the code and let the person in."""
    user = _pending_user()
    if user is None:
        flash(_("That took too long. Sign in again."), "info")
        return redirect(url_for("users.sign_in"))
    account = keyed_digest("account", user.email)
    if two_factor.check(user, request.form.get("code", ""), origin()):
        note("signed_in", origin(), user_id=user.id, account=account)
        pending = session["pending"]
        return admit(user, safe_path(pending["next"]) or next_page(), remember=pending["remember"], two_factor=True)
    db.session.commit()
    until = signing.locked_until(account)
    form = _code_form()
    if until is not None:
        locked = Attempt(Answer.LOCKED, wait=until - now())
        return _later(_second_page(form.complain(refusal(locked))), locked.wait)
    if limits.exhausted("second_factor.account", str(user.id)):
        return _later(_second_page(form.complain(refusal(Attempt(Answer.TOO_MANY)))), signing.LOCK)
    form.refused(ValidationError({"code": [_("This code is not right, or it was used already. Enter the next one.")]}))
    return _second_page(form), 422


@blueprint.post("/sign-out")
@signed_in
def sign_out() -> Page:
    """End this session."""
    note("signed_out", origin(), user_id=current_user.id)
    sessions.leave()
    db.session.commit()
    return redirect(url_for("users.sign_in"))


@blueprint.get("/password/forgot")
@public
def forgot() -> Page:
    """Ask for the address that a link is sent to."""
    form = _forgot_form()
    if base_url() is None:
        form.complain(_("This installation cannot send links yet, since its address is not configured. "
                        "Ask your administrator for a new password."))
    return auth_page("users/forgot.html", form=form, sent=False, sign_in_url=url_for("users.sign_in"))


@blueprint.post("/password/forgot")
@public
def forgot_post() -> Page:
    """Send a link, if the address is somebody's; the page says the same in any case."""
    email = passwords.normal_email(request.form.get("email", ""))
    form, back = _forgot_form().typed(request.form), url_for("users.sign_in")
    if fault := passwords.email_fault(email):
        form.refused(ValidationError({"email": [fault]}))
        return auth_page("users/forgot.html", form=form, sent=False, sign_in_url=back), 422
    if not limits.hit("reset.ip", request.remote_addr or ""):
        form.complain(_("Too many tries from here. Wait an hour and try again."))
        return _later(auth_page("users/forgot.html", form=form, sent=False, sign_in_url=back), timedelta(hours=1))
    base = base_url()
    if base and limits.hit("reset.account", keyed_digest("account", email)):
        enqueue("core.users:mail_reset", email=email, base=base)
        db.session.commit()
    return auth_page("users/forgot.html", form=form, sent=True, sign_in_url=back)


@blueprint.get("/password/<token>")
@public
def reset(token: str) -> Page:
    """Ask for the new password, if the link is still good."""
    user = links.user_of_token(token)
    return _dead_link() if user is None else _reset_page(_reset_form(token, user))


@blueprint.post("/password/<token>")
@public
def reset_post(token: str) -> Page:
    """Set the new password and go to sign-in, where a second factor is asked for as always."""
    user = links.user_of_token(token)
    if user is None:
        return _dead_link()
    form = _reset_form(token, user)
    set_actor(user.id, "web")
    try:
        operations.set_password(user, request.form.get("password", ""), origin())
    except ValidationError as error:
        db.session.rollback()
        return _reset_page(form.refused(error)), 422
    db.session.commit()
    session.clear()
    flash(_("Your password is set. Sign in with it."), "success")
    return redirect(url_for("users.sign_in"))


def admit(user: User, target: str, *, remember: bool, two_factor: bool) -> Response:
    """Open a session in this browser and go on to the page that was asked for."""
    set_actor(user.id, "web")
    key = sessions.open_session(user, origin(), remember=remember, two_factor=two_factor)
    db.session.commit()
    sessions.enter(user, key, remember=remember)
    return redirect(target)


def _later(page: str, wait: timedelta) -> Page:
    """The answer to one who has tried too often: when to try again."""
    return page, 429, {"Retry-After": str(max(1, int(wait.total_seconds())))}


def refusal(attempt: Attempt) -> str:
    """Why somebody was not let in, without a hint whether the address exists."""
    if attempt.answer is Answer.LOCKED:
        return str(ngettext(
            "Too many wrong tries. This account is locked for %(num)d minute; then try again, or set a new password.",
            "Too many wrong tries. This account is locked for %(num)d minutes; then try again, or set a new password.",
            attempt.minutes))
    if attempt.answer is Answer.TOO_MANY:
        return str(_("Too many tries from here. Wait 15 minutes and try again."))
    return str(_("Address and password do not belong together. Check both and try again."))


def _pending_user() -> User | None:
    pending = session.get("pending")
    if not pending or time.time() - pending["at"] > PENDING.total_seconds():
        return None
    user = db.session.get(User, pending["user"])
    if user is None or not user.active or pending.get("state") != links.password_state(user):
        return None
    return user if two_factor.is_on(user) else None


def _sign_in_form() -> Form:
    return Form(url_for("users.sign_in_post"), submit_label=_("Sign in"), fields=[
        Field("email", _("E-mail"), "email", required=True, autocomplete="username"),
        Field("password", _("Password"), "password", required=True, autocomplete="current-password"),
        Field("remember", _("Stay signed in on this device"), "bool", value=False),
    ], hidden=[("next", safe_path(request.values.get("next", "")))])


def _sign_in_page(form: Form) -> str:
    spoken = [text for text in get_flashed_messages() if isinstance(text, str)]
    return auth_page("users/sign_in.html", form=form, notice=" ".join(spoken), forgot_url=url_for("users.forgot"))


def _code_form() -> Form:
    return Form(url_for("users.second_step_post"), submit_label=_("Continue"), fields=[
        Field("code", _("Code"), required=True, autocomplete="one-time-code",
              help=_("Without your phone, enter one of your recovery codes."))])


def _second_page(form: Form) -> str:
    return auth_page("users/two_factor.html", form=form, cancel_url=url_for("users.sign_in"))


def _forgot_form() -> Form:
    return Form(url_for("users.forgot_post"), submit_label=_("Send the link"), fields=[
        Field("email", _("E-mail"), "email", required=True, autocomplete="username")])


def _reset_form(token: str, user: User) -> Form:
    return Form(url_for("users.reset_post", token=token), submit_label=_("Save the password"), fields=[
        Field("password", _("New password for %(email)s", email=user.email), "password", required=True,
              autocomplete="new-password", help=_("At least %(count)s characters.", count=passwords.PASSWORD_LENGTH))])


def _reset_page(form: Form) -> str:
    return auth_page("users/reset.html", form=form, sign_in_url=url_for("users.sign_in"))


def _dead_link() -> Page:
    form = _forgot_form().complain(_("This link was used already or is too old. Ask for a new one here."))
    return auth_page("users/forgot.html", form=form, sent=False, sign_in_url=url_for("users.sign_in")), 410
