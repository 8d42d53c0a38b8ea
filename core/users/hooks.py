"""What the users component contributes, through the same door as every plugin."""

from collections.abc import Iterable

from flask import Blueprint
from flask_babel import lazy_gettext as _l
from marshmallow import Schema, fields

from core.plugin import Job, Permission, hookimpl
from core.users import mails, sessions
from core.users.views import blueprint


class Settings(Schema):
    """What the administrator decides for everyone."""

    require_two_factor = fields.Boolean(load_default=False, metadata={
        "label": _l("Require a second factor of everyone"),
        "help": _l("Whoever has none is asked to set one up at the next page.")})


@hookimpl
def permissions() -> Iterable[Permission]:
    """Administration of people, teams and roles is one permission: who gives roles can give any.

    It makes nobody an administrator, and does not reach the accounts of those who are.
    """
    return [Permission(key="user.admin", label=_l("Administer people, teams and roles"))]


@hookimpl
def settings_schema() -> Iterable[type[Schema]]:
    """Settings of sign-in."""
    return [Settings]


@hookimpl
def blueprints() -> Iterable[Blueprint]:
    """Sign-in, one's own account, and administration."""
    return [blueprint]


@hookimpl
def jobs() -> Iterable[Job]:
    """Mails that no page waits for, and sweeping out old sessions."""
    return [
        Job(key="mail_reset", run=mails.mail_reset), Job(key="mail_invitation", run=mails.mail_invitation),
        Job(key="remove_expired_sessions", run=sessions.remove_expired, cron="17 3 * * *"),
    ]
