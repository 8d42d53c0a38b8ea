"""Personal API tokens: made once, shown once, narrowed to what their owner chose."""

from collections.abc import Iterable
from datetime import timedelta

from flask import Request, g
from flask_babel import gettext as _
from marshmallow import ValidationError
from sqlalchemy import bindparam, delete, or_, select, update

from core.database import db, now, will_write
from core.plugin import registry
from core.users import limits
from core.users.access import may
from core.users.credentials import ApiToken
from core.users.keys import Origin, digest, new_key
from core.users.models import User
from core.users.security_log import note
from core.web.security import is_bearer_request

PREFIX = "elv_"
TOUCH_EVERY = timedelta(minutes=5)


_BY_TOKEN = select(User, ApiToken).join(ApiToken, ApiToken.user_id == User.id).where(
    ApiToken.token_hash == bindparam("token"), User.active,
    or_(ApiToken.expires_at.is_(None), ApiToken.expires_at > bindparam("now")))
"""Every request asks it."""


def load(incoming: Request) -> User | None:
    """The owner of the request's token, if it is good; sets `g.token_scopes`, else perhaps `g.token_guessing`."""
    if not is_bearer_request():
        return None
    text = incoming.headers["Authorization"].removeprefix("Bearer ").strip()
    row = db.session.execute(_BY_TOKEN, {"token": digest(text), "now": now()}).first()
    if row is None:
        g.token_guessing = not limits.hit("token.ip", incoming.remote_addr or "")
        return None
    g.api_token = row.ApiToken
    g.token_scopes = frozenset(row.ApiToken.scopes)
    user: User = row.User
    return user


def touch(address: str) -> None:
    """Note, at most every five minutes, that the token is in use."""
    token: ApiToken | None = g.get("api_token")
    if token is None or (token.used_at is not None and now() - token.used_at < TOUCH_EVERY):
        return
    number = token.id
    will_write()
    db.session.execute(update(ApiToken).where(ApiToken.id == number).values(used_at=now(), ip=address))
    db.session.commit()
    g.pop("eleven_writes", None)


def grantable(user: User) -> list[str]:
    """The permissions a person can give to a token: those of enabled plugins that they have themselves."""
    shelf = registry()
    return [name for name in sorted(shelf.permissions) if shelf.enabled(shelf.owners[name]) and may(user, name)]


def create_token(
    user: User, name: str, scopes: Iterable[str], days: int | None, origin: Origin,
) -> tuple[ApiToken, str]:
    """Make a token good for `days` (None: until revoked); return it and its text, which is not kept.

    Raises ValidationError for a token without a name or permissions, or with permissions its owner lacks.
    """
    wanted = sorted(set(scopes))
    faults: dict[str, list[str]] = {}
    if not name.strip() or len(name) > 100:
        faults["name"] = [_("Give the token a name of up to 100 characters, so that you know it later.")]
    if not wanted:
        faults["scopes"] = [_("Choose at least one permission.")]
    elif foreign := sorted(set(wanted) - set(grantable(user))):
        faults["scopes"] = [_("You do not have these permissions: %(names)s.", names=", ".join(foreign))]
    if days is not None and not 1 <= days <= 3650:
        faults["days"] = [_("A token lasts from 1 to 3650 days.")]
    if faults:
        raise ValidationError(faults)
    text = PREFIX + new_key()
    token = ApiToken(
        token_hash=digest(text), user_id=user.id, name=name.strip(), hint=text[:8], scopes=wanted,
        expires_at=now() + timedelta(days=days) if days else None)
    db.session.add(token)
    db.session.flush()
    note("token_created", origin, user_id=user.id)
    return token, text


def revoke_token(token: ApiToken, origin: Origin) -> None:
    """End a token at once."""
    db.session.delete(token)
    db.session.flush()
    note("token_revoked", origin, user_id=token.user_id)


def end_tokens(user_id: int) -> None:
    """End all tokens of a person at once."""
    db.session.execute(delete(ApiToken).where(ApiToken.user_id == user_id))
