"""The mails of sign-in. They are written by jobs: a page answers as fast for an unknown address as for a known one."""

from flask import current_app
from flask_babel import force_locale
from flask_babel import gettext as _
from sqlalchemy import select

from core.database import db
from core.plugin import setting
from core.users import links
from core.users.models import User
from core.web.mail import send


def mail_reset(email: str, base: str) -> None:
    """Send the link that sets a new password, if somebody active has this address; `base` begins the link."""
    user = db.session.scalar(select(User).where(User.email == email, User.active))
    if user is None:
        return
    with force_locale(_language(user)):
        send(user.email, _("Set a new password"), _(
            "Hello %(name)s,\n\nsomebody, hopefully you, asked for a new password. Set it here within an "
            "hour:\n\n%(link)s\n\nIf it was not you, do nothing: your password stays as it is.\n",
            name=user.name, link=_link(user, "reset", base)))


def mail_invitation(user_id: int, base: str) -> None:
    """Send a new person the link that sets their first password."""
    user = db.session.get(User, user_id)
    if user is None or not user.active:
        return
    with force_locale(_language(user)):
        company = setting("core", "company")
        send(user.email, _("Your account at %(company)s", company=company), _(
            "Hello %(name)s,\n\nthere is an account for you at %(company)s. Choose a password here within "
            "%(days)s days:\n\n%(link)s\n\nAfter that you sign in with this address, %(email)s.\n",
            name=user.name, company=company, days=links.HOURS["invitation"] // 24,
            link=_link(user, "invitation", base), email=user.email))


def password_path(user: User, kind: str) -> str:
    """The path of a person's link; whoever has it can set the password."""
    urls = current_app.url_map.bind("unused")
    return str(urls.build("users.reset", {"token": links.password_token(user, kind)}))


def _link(user: User, kind: str, base: str) -> str:
    return base + password_path(user, kind)


def _language(user: User) -> str:
    return user.language or str(current_app.config["LANGUAGE"])
