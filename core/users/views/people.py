"""Administration of people: the list, invitations, changes, closing and opening accounts."""

from flask import flash, redirect, request, url_for
from flask_babel import gettext as _
from flask_babel import pgettext
from flask_login import current_user
from sqlalchemy import and_, func, or_, select

from core.database import db, fold
from core.jobs import enqueue
from core.users import operations, two_factor
from core.users.credentials import Credential, UserSession
from core.users.forms import Field, Form
from core.users.models import Role, User
from core.users.teams import team_choices
from core.users.views import blueprint
from core.users.views.account import LANGUAGE_NAMES
from core.users.views.common import Page, found, mail_base, number_or_none, origin, saved, settings_page
from core.web import mail, requires

PAGE = 50


@blueprint.get("/settings/people")
@requires("user.admin")
def people() -> Page:
    """Who has an account, by name; a page goes on after the last person of the one before."""
    q, after = request.args.get("q", "").strip()[:100], request.args.get("after", "")
    statement = select(User).order_by(User.name, User.id).limit(PAGE + 1)
    if q:
        like = f"%{_escaped(q)}%"
        statement = statement.where(or_(
            User.name.ilike(like, escape="\\"), User.email.ilike(like, escape="\\"),
            User.id.in_(_named_like(q))))
    last = db.session.get(User, number_or_none(after) or 0) if after else None
    if last is not None:
        statement = statement.where(or_(User.name > last.name, and_(User.name == last.name, User.id > last.id)))
    rows = list(db.session.scalars(statement))
    more, rows = len(rows) > PAGE, rows[:PAGE]
    ids = [user.id for user in rows]
    seen = dict(db.session.execute(
        select(UserSession.user_id, func.max(UserSession.seen_at)).where(UserSession.user_id.in_(ids))
        .group_by(UserSession.user_id)).all())
    proofs = {row.user_id: row for row in db.session.scalars(select(Credential).where(Credential.user_id.in_(ids)))}
    following = url_for("users.people", q=q or None, after=rows[-1].id) if more else None
    return settings_page(
        "users/people.html", title=_("People"), q=q, people=rows, seen=seen, proofs=proofs,
        teams={key: name.strip("\u2007") for key, name in team_choices()},
        pager={"previous_url": url_for("users.people", q=q or None) if last else None, "next_url": following})


@blueprint.get("/settings/people/invite")
@requires("user.admin")
def people_invite() -> Page:
    """Ask for a new person's name and address."""
    return _form_page(_("Invite somebody"), _person_form(None))


@blueprint.post("/settings/people/invite")
@requires("user.admin")
def people_invite_post() -> Page:
    """Add the person and send the invitation."""
    form = _person_form(None)

    def invite() -> None:
        user = operations.create_user(
            request.form.get("name", ""), request.form.get("email", ""),
            is_admin=bool(request.form.get("is_admin")), team_id=number_or_none(request.form.get("team_id", "")),
            role_ids=_role_ids(), language=request.form.get("language") or None, by=current_user)
        enqueue("core.users:mail_invitation", user_id=user.id, base=mail_base())

    if not saved(form, invite):
        return _form_page(_("Invite somebody"), form), 422
    _tell(_("The invitation is on its way to %(email)s.", email=request.form["email"].strip()))
    return redirect(url_for("users.people"))


@blueprint.get("/settings/people/<int:number>")
@requires("user.admin")
def people_edit(number: int) -> Page:
    """One person's account."""
    return _person_page(user := found(User, number), _person_form(user))


@blueprint.post("/settings/people/<int:number>")
@requires("user.admin")
def people_edit_post(number: int) -> Page:
    """Save a person's account."""
    user = _account(number)
    form = _person_form(user)
    if request.form.get("version") != str(user.version):
        form.typed(request.form).complain(
            _("Somebody else changed this account meanwhile. Check the fields and save again."))
        return _person_page(user, form), 409
    if not saved(form, lambda: operations.update_user(user, {
            "name": request.form.get("name", ""), "email": request.form.get("email", ""),
            "team_id": number_or_none(request.form.get("team_id", "")), "role_ids": _role_ids(),
            "is_admin": bool(request.form.get("is_admin"))}, by=current_user)):
        return _person_page(found(User, number), form), 422
    flash(_("%(name)s is saved.", name=user.name), "success")
    return redirect(url_for("users.people"))


@blueprint.post("/settings/people/<int:number>/deactivate")
@requires("user.admin")
def people_deactivate(number: int) -> Page:
    """Close an account at once."""
    user = _account(number)
    form = _person_form(user)
    if not saved(form, lambda: operations.deactivate(user, origin())):
        return _person_page(found(User, number), _person_form(user).complain(form.spoken())), 409
    flash(_("%(name)s is deactivated: every session and token has ended.", name=user.name), "success")
    return redirect(url_for("users.people_edit", number=number))


@blueprint.post("/settings/people/<int:number>/reactivate")
@requires("user.admin")
def people_reactivate(number: int) -> Page:
    """Open an account again."""
    user = _account(number)
    operations.reactivate(user)
    db.session.commit()
    flash(_("%(name)s can sign in again.", name=user.name), "success")
    return redirect(url_for("users.people_edit", number=number))


@blueprint.post("/settings/people/<int:number>/second-factor/remove")
@requires("user.admin")
def people_two_factor_remove(number: int) -> Page:
    """Take away the second factor of somebody who lost phone and codes; their sessions end."""
    user = _account(number)
    two_factor.remove(user, origin())
    operations.end_all_sessions(user, origin())
    db.session.commit()
    flash(_("The second factor of %(name)s is removed.", name=user.name), "success")
    return redirect(url_for("users.people_edit", number=number))


@blueprint.post("/settings/people/<int:number>/link")
@requires("user.admin")
def people_link(number: int) -> Page:
    """Send the invitation again, or a link for a new password."""
    user = _account(number)
    credential = operations.credential_of(user)
    if credential.password_hash:
        enqueue("core.users:mail_reset", email=user.email, base=mail_base())
    else:
        enqueue("core.users:mail_invitation", user_id=user.id, base=mail_base())
    db.session.commit()
    _tell(_("A link is on its way to %(email)s.", email=user.email))
    return redirect(url_for("users.people_edit", number=number))


def _account(number: int) -> User:
    """The person of an id, to be changed. Raises Problem: 404, and 403 for an administrator if one is not oneself."""
    user = found(User, number)
    operations.check_administers(user, current_user)
    return user


def _role_ids() -> list[int]:
    return [number_or_none(text) or 0 for text in request.form.getlist("role_ids")]


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_").replace("\0", "")


def _named_like(q: str) -> list[int]:
    # SQLite compares only ASCII without case; the people of one company are few enough to be folded here
    if q.isascii():
        return []
    wanted = fold(q)
    return [key for key, name in db.session.execute(select(User.id, User.name)) if wanted in fold(name)]


def _tell(text: str) -> None:
    """Say that a mail goes out, and where it lies when no mail server is named."""
    if folder := mail.stays_here():
        text += " " + _("No mail server is set up: it lies in %(folder)s.", folder=folder)
    flash(text, "success")


def _person_form(user: User | None) -> Form:
    fields = [
        Field("name", pgettext("person", "Name"), value=user.name if user else "", required=True, autocomplete="off"),
        Field("email", _("E-mail"), "email", value=user.email if user else "", required=True, autocomplete="off"),
        Field("team_id", _("Team"), "choice", value=(user.team_id or "") if user else "", choices=team_choices()),
    ]
    if user is None:
        fields.append(Field("language", _("Language"), "choice", value="", choices=LANGUAGE_NAMES))
    roles = [(str(role.id), role.name) for role in db.session.scalars(select(Role).order_by(Role.name))]
    rights = [
        Field("role_ids", _("Roles"), "multichoice", choices=roles,
              value=[str(role.id) for role in user.roles] if user else []),
    ]
    if current_user.is_admin:
        rights.append(Field("is_admin", _("Administrator: may do everything"), "bool",
                            value=bool(user and user.is_admin)))
    return Form(
        url_for("users.people_edit_post", number=user.id) if user else url_for("users.people_invite_post"),
        submit_label=_("Save") if user else _("Send the invitation"), cancel_url=url_for("users.people"),
        hidden=[("version", str(user.version))] if user else (), groups={"": fields, _("What they may do"): rights})


def _form_page(title: str, form: Form) -> str:
    return settings_page("web/settings_form.html", title=title, form=form)


def _person_page(user: User, form: Form) -> str:
    return settings_page("users/person.html", title=user.name, person=user, form=form,
                         proof=db.session.get(Credential, user.id))
