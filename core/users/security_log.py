"""What happened at the door, kept in the journal and told to whoever listens."""

from core.database import db
from core.events import emit
from core.journal import actor, set_actor
from core.users.credentials import SignIn
from core.users.keys import Origin

OUTCOMES = {
    "signed_in": "user.signed_in",
    "failed": "user.sign_in_failed",
    "locked": "user.locked_out",
    "second_factor_failed": "user.sign_in_failed",
    "signed_out": "user.signed_out",
    "password_changed": "user.password_changed",
    "two_factor_on": "user.two_factor_on",
    "two_factor_off": "user.two_factor_off",
    "recovery_used": "user.recovery_used",
    "token_created": "user.token_created",
    "token_revoked": "user.token_revoked",
    "sessions_ended": "user.sessions_ended",
}
"""The event that each outcome is announced with."""


def note(outcome: str, origin: Origin, *, user_id: int | None = None, account: str = "") -> None:
    """Write down one act at the door. `user_id` is None when nobody has the address that was typed."""
    if outcome == "signed_in":
        set_actor(user_id, actor().via)  # from here on it is known who acts
    db.session.add(SignIn(
        user_id=user_id, account=account, ip=origin.ip[:64], agent=origin.agent[:200], outcome=outcome))
    db.session.flush()
    emit(OUTCOMES[outcome], user_id=user_id)
