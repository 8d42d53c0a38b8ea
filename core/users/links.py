"""Links that arrive by mail and let a person set a password: signed, timed, and dead once used."""

from collections.abc import Mapping

from flask import current_app
from itsdangerous import BadSignature, URLSafeTimedSerializer

from core.database import db
from core.users.credentials import Credential
from core.users.keys import keyed_digest
from core.users.models import User

HOURS: Mapping[str, int] = {"reset": 1, "invitation": 7 * 24}
"""How long each kind of link is good."""


def password_token(user: User, kind: str) -> str:
    """A token with which `user` can set a password once; `kind` is reset or invitation."""
    return _serializer(kind).dumps([user.id, password_state(user)])


def user_of_token(token: str) -> User | None:
    """Whose token it is; None if it is forged, late, used, or its owner may not sign in."""
    for kind, hours in HOURS.items():
        try:
            number, state = _serializer(kind).loads(token, max_age=hours * 3600)
        except (BadSignature, ValueError, TypeError):
            continue
        user = db.session.get(User, number)
        if user is not None and user.active and state == password_state(user):
            return user
    return None


def password_state(user: User) -> str:
    """What changes with the password and the address: what was begun or mailed before either changed is dead."""
    credential = db.session.get(Credential, user.id)
    changed = credential.password_changed_at if credential else None
    return keyed_digest("password link", f"{user.email}:{changed.isoformat() if changed else ''}")[:24]


def _serializer(kind: str) -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(current_app.config["SECRET_KEY"], salt=f"core.users.{kind}")
