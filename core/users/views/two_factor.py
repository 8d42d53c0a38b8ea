"""Setting up the second factor, and doing without it again."""

from flask import flash, redirect, request, url_for
from flask_babel import gettext as _
from flask_login import current_user

from core.database import db, will_write
from core.users import sessions, two_factor
from core.users.forms import Field, Form
from core.users.views import blueprint
from core.users.views.account import confirmed
from core.users.views.common import Page, auth_page, company, next_page, origin, saved
from core.web import signed_in


@blueprint.get("/settings/security/second-factor")
@signed_in
def two_factor_setup() -> Page:
    """Show the picture for the authenticator app."""
    if two_factor.is_on(current_user):
        return _ask_again()
    will_write()  # the secret is made now and must be the same when the page is loaded again
    page = _setup_page(_setup_form())
    db.session.commit()
    return page


@blueprint.post("/settings/security/second-factor")
@signed_in
def two_factor_confirm() -> Page:
    """Switch the second factor on with a first code, and show the recovery codes this one time."""
    user, form, codes = current_user._get_current_object(), _setup_form(), []
    if two_factor.is_on(user):
        return _prove()
    if not saved(form, lambda: codes.extend(two_factor.confirm(user, request.form.get("code", ""), origin()))):
        return _setup_page(form), 422
    return _codes_page(codes)


@blueprint.post("/settings/security/second-factor/off")
@signed_in
def two_factor_off() -> Page:
    """Switch the second factor off; the password is asked for, since an open browser is not its owner."""
    if not confirmed(request.form.get("current", "")):
        flash(_("This is not your present password. Nothing was changed."), "error")
    else:
        two_factor.remove(current_user._get_current_object(), origin())
        db.session.commit()
        flash(_("The second factor is switched off."), "success")
    return redirect(url_for("users.security"))


@blueprint.post("/settings/security/second-factor/codes")
@signed_in
def recovery_codes() -> Page:
    """New recovery codes in place of the old ones."""
    user = current_user._get_current_object()
    if not two_factor.is_on(user) or not confirmed(request.form.get("current", "")):
        flash(_("This is not your present password. Nothing was changed."), "error")
        return redirect(url_for("users.security"))
    codes = two_factor.new_recovery_codes(user)
    db.session.commit()
    return _codes_page(codes)


def _ask_again() -> Page:
    """A session from before the second factor was set up elsewhere: a code makes it good."""
    if not sessions.second_factor_missing():
        return redirect(url_for("users.security"))
    return auth_page("users/two_factor.html", form=_setup_form())


def _prove() -> Page:
    session = sessions.current_session()
    good = two_factor.check(current_user._get_current_object(), request.form.get("code", ""), origin())
    if good and session is not None:
        session.two_factor = True
    db.session.commit()
    if not good:
        form = _setup_form().complain(_("This code is not right, or it was used already. Enter the next one."))
        return auth_page("users/two_factor.html", form=form), 422
    return redirect(next_page())


def _setup_form() -> Form:
    return Form(url_for("users.two_factor_confirm"), submit_label=_("Continue"), fields=[
        Field("code", _("Code"), required=True, autocomplete="one-time-code")],
        hidden=[("next", request.values.get("next", ""))])


def _setup_page(form: Form) -> str:
    setup = two_factor.begin(current_user._get_current_object(), company())
    back = None if sessions.second_factor_missing() else url_for("users.security")
    return auth_page("users/two_factor.html", form=form, qr=setup.qr, secret=setup.secret, cancel_url=back)


def _codes_page(codes: list[str]) -> str:
    back = next_page() if request.values.get("next") else url_for("users.security")
    return auth_page("users/recovery_codes.html", codes=codes, next_url=back)
