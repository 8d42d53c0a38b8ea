"""Server-side sessions: who a browser is, for how long, and how that ends."""

from datetime import timedelta
from functools import lru_cache
from typing import Any

from flask import current_app, g, session
from flask_login import LoginManager, login_user, logout_user
from sqlalchemy import bindparam, delete, select, update

from core.database import db, now, will_write
from core.plugin.settings import all_stored, remember
from core.users.credentials import UserSession
from core.users.keys import Origin, digest, new_key
from core.users.models import User
from core.web.security import is_bearer_request

COMPONENT = "users"
"""The name that the settings of sign-in are kept under."""
IDLE = timedelta(hours=12)
"""How long a browser that is not remembered may be silent."""
TOUCH_EVERY = timedelta(minutes=5)


def open_session(user: User, origin: Origin, *, remember: bool, two_factor: bool) -> str:
    """Add a session for a person and return its key, which only the browser will know."""
    key = new_key()
    db.session.add(UserSession(
        key_hash=digest(key), user_id=user.id, remembered=remember, two_factor=two_factor,
        expires_at=now() + _lifetime(remember), ip=origin.ip, agent=origin.agent))
    db.session.flush()
    return key


def enter(user: User, key: str, *, remember: bool) -> None:
    """Put a session's key into the browser's cookie. Whatever the cookie held before is gone."""
    session.clear()
    session.permanent = remember
    g.session_key = key  # flask-login asks the user for it
    login_user(user)


def leave() -> None:
    """Take the session's key out of the browser's cookie and end the session itself."""
    found = current_session()
    if found is not None:
        db.session.execute(delete(UserSession).where(UserSession.id == found.id))
    logout_user()
    session.clear()


def load(key: str) -> User | None:
    """The person of a session's key, if both are still good; one statement, for every page."""
    if is_bearer_request():
        return None
    row = db.session.execute(_by_key(db.engine.dialect.name), {"key": digest(key), "now": now()}).first()
    if row is None:
        return None
    g.user_session = row.UserSession
    remember(row.settings)
    g.two_factor_required = bool(g.eleven_stored_settings.get(COMPONENT, {}).get("require_two_factor"))
    user: User = row.User
    return user


@lru_cache
def _by_key(_dialect: str) -> Any:
    return (select(User, UserSession, all_stored().label("settings"))
            .join(UserSession, UserSession.user_id == User.id)
            .where(UserSession.key_hash == bindparam("key"), UserSession.expires_at > bindparam("now"), User.active))


def current_session() -> UserSession | None:
    """The session of this request; None for a stranger and for an API token."""
    found: UserSession | None = g.get("user_session")
    return found


def second_factor_missing() -> bool:
    """Whether this session must show a second factor before it goes on; a token never has to."""
    found = current_session()
    return found is not None and not found.two_factor and bool(g.two_factor_required)


def touch() -> None:
    """Note, at most every five minutes, that the session is in use, and prolong it."""
    found = current_session()
    if found is None or now() - found.seen_at < TOUCH_EVERY:
        return
    number, remembered = found.id, found.remembered
    will_write()
    db.session.execute(update(UserSession).where(UserSession.id == number)
                       .values(seen_at=now(), expires_at=now() + _lifetime(remembered)))
    db.session.commit()
    g.pop("eleven_writes", None)
    session.modified = True  # a remembered cookie is prolonged with its session


def end_sessions(user_id: int, *, but: UserSession | None = None) -> int:
    """End all sessions of a person, except one; return how many."""
    condition = UserSession.user_id == user_id
    if but is not None:
        condition = condition & (UserSession.id != but.id)
    result: Any = db.session.execute(delete(UserSession).where(condition))
    return int(result.rowcount)


def remove_expired() -> None:
    """Delete sessions whose time is over; a job of the night."""
    db.session.execute(delete(UserSession).where(UserSession.expires_at < now()))


def prepare(manager: LoginManager) -> None:
    """Tell flask-login how people are found."""
    # sessions live on the server and can be revoked; tying them to an address signs out whoever changes networks
    manager.session_protection = None
    manager.user_loader(load)


def _lifetime(remember: bool) -> timedelta:
    return timedelta(days=int(current_app.config["SESSION_DAYS"])) if remember else IDLE
