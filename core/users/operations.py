"""What is done to people's accounts. Everything here flushes and is journaled; nothing commits."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any
from zoneinfo import available_timezones

from flask_babel import gettext as _
from marshmallow import ValidationError
from sqlalchemy import delete, select

from core.database import db, now
from core.events import emit
from core.users import passwords, sessions, tokens
from core.users.credentials import Credential, UserSession
from core.users.keys import Origin, keyed_digest
from core.users.models import Role, Team, User
from core.users.security_log import note
from core.web.errors import Problem

THEMES = ("auto", "light", "dark")
DENSITIES = ("compact", "comfortable")
LANGUAGES = ("en", "ru")
CHOICES: Mapping[str, tuple[str, ...]] = {"theme": THEMES, "density": DENSITIES, "language": LANGUAGES}

NOTIFICATIONS = ("mention", "assigned", "work", "system")
CHANNELS = ("inbox", "mail")


def create_user(
    name: str, email: str, *, password: str | None = None, is_admin: bool = False, team_id: int | None = None,
    role_ids: Iterable[int] = (), language: str | None = None, by: Any = None,
) -> User:
    """Add a person. Without a password they cannot sign in until they follow an invitation.

    `by` is who asks; None is the server itself. Raises ValidationError by field.
    """
    user = User(name="", email="")
    faults = _apply(user, {"name": name, "email": email, "team_id": team_id, "is_admin": is_admin})
    faults |= _promotion_fault(is_admin, by)
    if password is not None and (fault := passwords.password_fault(password, name, passwords.normal_email(email))):
        faults["password"] = [fault]
    if faults:
        raise ValidationError(faults)
    user.language = language
    db.session.add(user)
    db.session.flush()
    db.session.add(Credential(
        user_id=user.id, password_hash=passwords.hash_password(password) if password else None))
    set_roles(user, role_ids)
    emit("user.created", user_id=user.id)
    return user


def update_user(user: User, values: Mapping[str, Any], by: Any = None) -> None:
    """Change a person's name, email, team_id, is_admin, role_ids, language or time_zone; absent keys stay.

    `by` is who asks; None is the server itself. Raises ValidationError by field, also when nobody would be left to
    administer, and Problem (403) when somebody else changes an administrator.
    """
    check_administers(user, by)
    # asked first: who changes their own account would be one by then
    if faults := _promotion_fault(bool(values.get("is_admin")), by) | _apply(user, values):
        raise ValidationError(faults)
    db.session.flush()
    if "role_ids" in values:
        set_roles(user, values["role_ids"])
    emit("user.updated", user_id=user.id)


def check_administers(user: User, by: Any) -> None:
    """Refuse with a Problem (403) what only administrators do to administrators; `by` None is the server itself.

    Who may change the address, password or second factor of one, could sign in as one.
    """
    if user.is_admin and by is not None and not by.is_admin and by.id != user.id:
        raise Problem(403, _("Only administrators change the account of an administrator"),
                      _("Ask %(name)s or another administrator.", name=user.name))


def _promotion_fault(is_admin: bool, by: Any) -> dict[str, list[str]]:
    if is_admin and by is not None and not by.is_admin:
        return {"is_admin": [_("Only an administrator makes somebody an administrator.")]}
    return {}


def set_roles(user: User, role_ids: Iterable[int]) -> None:
    """Give a person exactly these roles. Raises ValidationError for a role that does not exist."""
    wanted = set(role_ids)
    roles = list(db.session.scalars(select(Role).where(Role.id.in_(wanted)))) if wanted else []
    if len(roles) < len(wanted):
        raise ValidationError({"role_ids": [_("One of these roles is gone. Reload the page and choose again.")]})
    user.roles = roles
    db.session.flush()


def deactivate(user: User, origin: Origin) -> None:
    """Close an account: every session and token ends at once. Raises ValidationError for the last administrator."""
    if fault := _last_administrator_fault(user):
        raise ValidationError({"is_admin": [fault]})
    user.active = False
    db.session.flush()
    sessions.end_sessions(user.id)
    tokens.end_tokens(user.id)
    note("sessions_ended", origin, user_id=user.id)
    emit("user.deactivated", user_id=user.id)


def reactivate(user: User) -> None:
    """Open an account again; the person signs in with the password they had."""
    user.active = True
    db.session.flush()
    emit("user.reactivated", user_id=user.id)


def credential_of(user: User) -> Credential:
    """A person's credential, made if there is none yet."""
    found = db.session.get(Credential, user.id)
    if found is None:
        found = Credential(user_id=user.id)
        db.session.add(found)
        db.session.flush()
    return found


def set_password(user: User, password: str, origin: Origin, *, keep: UserSession | None = None,
                 keep_tokens: bool = False) -> None:
    """Give a person a new password; end their sessions but `keep`, their tokens, and sign-ins that are half done.

    Raises ValidationError for a weak one.
    """
    if fault := passwords.password_fault(password, user.name, user.email):
        raise ValidationError({"password": [fault]})
    credential = credential_of(user)
    credential.password_hash = passwords.hash_password(password)
    credential.password_changed_at = now()
    db.session.flush()
    sessions.end_sessions(user.id, but=keep)
    if not keep_tokens:
        tokens.end_tokens(user.id)
    note("password_changed", origin, user_id=user.id, account=keyed_digest("account", user.email))


def set_preferences(user: User, values: Mapping[str, str]) -> None:
    """Change theme, density or language. Raises ValidationError for a value that is none of the choices."""
    for name, choices in CHOICES.items():
        if name in values:
            if values[name] not in choices:
                raise ValidationError({name: [_("Choose one of: %(choices)s.", choices=", ".join(choices))]})
            setattr(user, name, values[name])
    db.session.flush()


def notifications(user: User) -> dict[str, list[str]]:
    """Through which channels (inbox, mail) a person hears of each kind of news."""
    chosen = user.preferences.get("notify", {})
    return {kind: list(chosen.get(kind, ["inbox"])) for kind in NOTIFICATIONS}


def set_notifications(user: User, channels: Mapping[str, Iterable[str]]) -> None:
    """Choose the channels of each kind of news. What is neither kind nor channel is left out."""
    chosen = {kind: [c for c in CHANNELS if c in set(channels.get(kind, ()))] for kind in NOTIFICATIONS}
    user.preferences = {**user.preferences, "notify": chosen}
    db.session.flush()


def end_all_sessions(user: User, origin: Origin) -> None:
    """Sign a person out everywhere."""
    if sessions.end_sessions(user.id):
        note("sessions_ended", origin, user_id=user.id)


def end_session(user: User, session_id: int, origin: Origin) -> bool:
    """End one of a person's sessions; False if they have no such session."""
    gone = db.session.execute(
        delete(UserSession).where(UserSession.id == session_id, UserSession.user_id == user.id)
        .returning(UserSession.id)).first()
    if gone is not None:
        note("sessions_ended", origin, user_id=user.id)
    return gone is not None


def end_other_sessions(user: User, origin: Origin) -> int:
    """End all of a person's sessions but the one that asks; return how many."""
    ended = sessions.end_sessions(user.id, but=sessions.current_session())
    if ended:
        note("sessions_ended", origin, user_id=user.id)
    return ended


def _apply(user: User, values: Mapping[str, Any]) -> dict[str, list[str]]:
    """Set what is sound; return what is wrong, by field."""
    faults: dict[str, list[str]] = {}
    for field, check in _CHECKS.items():
        if field in values:
            try:
                setattr(user, field, check(user, values[field]))
            except ValidationError as error:
                faults[field] = list(error.messages)
    return faults


def _name(_user: User, name: str) -> str:
    if fault := name_fault(name):
        raise ValidationError(fault)
    return " ".join(name.split())


def _email(user: User, text: str) -> str:
    email = passwords.normal_email(text)
    if fault := passwords.email_fault(email):
        raise ValidationError(fault)
    other = db.session.scalar(select(User.id).where(User.email == email))
    if other is not None and other != user.id:
        raise ValidationError(_("Somebody already has this address."))
    return email


def _team_id(_user: User, team_id: int | None) -> int | None:
    if team_id is not None and db.session.get(Team, team_id) is None:
        raise ValidationError(_("This team is gone. Choose another one."))
    return team_id


def _language(_user: User, language: str | None) -> str | None:
    if language and language not in LANGUAGES:
        raise ValidationError(_("Choose one of: %(choices)s.", choices=", ".join(LANGUAGES)))
    return language or None


def _time_zone(_user: User, zone: str | None) -> str | None:
    if zone and zone not in available_timezones():
        raise ValidationError(_("There is no time zone of this name. It looks like Europe/Berlin."))
    return zone or None


def _is_admin(user: User, value: bool) -> bool:
    if not value and (fault := _last_administrator_fault(user)):
        raise ValidationError(fault)
    return bool(value)


_CHECKS: Mapping[str, Callable[[User, Any], Any]] = {
    "name": _name, "email": _email, "team_id": _team_id, "language": _language, "time_zone": _time_zone,
    "is_admin": _is_admin,
}


def name_fault(name: str) -> str | None:
    """Why a text cannot be the name of a person, team or role; None if it can."""
    fault: str | None = None
    if not name.strip():
        fault = _("Enter a name.")
    elif len(name) > 200:
        fault = _("A name has at most 200 characters.")
    elif not name.isprintable():
        fault = _("A name cannot hold line breaks or invisible characters.")
    return fault


def _last_administrator_fault(user: User) -> str | None:
    fault: str | None = None
    if user.is_admin and user.active:
        # locked, so that two administrators cannot end each other at the same moment
        administrators = db.session.scalars(
            select(User.id).where(User.is_admin, User.active).order_by(User.id).with_for_update())
        if not set(administrators) - {user.id}:
            fault = _("%(name)s is the last active administrator. Make somebody else one first.", name=user.name)
    return fault
