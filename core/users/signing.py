"""Signing in: the password, the lock after too many wrong ones, the second factor."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum

from sqlalchemy import select

from core.database import db, now
from core.users import limits, passwords
from core.users.credentials import Credential, SignIn
from core.users.keys import Origin, keyed_digest
from core.users.models import User
from core.users.security_log import note

TRIES = 5
LOCK = timedelta(minutes=15)


class Answer(Enum):
    """How a sign-in ended."""

    IN = "in"
    SECOND_FACTOR = "second factor"
    WRONG = "wrong"
    LOCKED = "locked"
    TOO_MANY = "too many"


@dataclass(frozen=True)
class Attempt:
    """The answer to a sign-in, and the person if there is one to go on with."""

    answer: Answer
    user: User | None = None
    wait: timedelta = timedelta()
    """How long it is of no use to try again."""

    @property
    def minutes(self) -> int:
        """The wait in minutes, rounded up."""
        return max(1, -(-int(self.wait.total_seconds()) // 60))


def check_password(email: str, password: str, origin: Origin) -> Attempt:
    """Look at an address and a password, and write down what came of it.

    An address that nobody has takes the same path, time, lock and words as a real one.
    """
    email = passwords.normal_email(email)
    account = keyed_digest("account", email)
    if not (limits.hit("sign_in.ip", origin.ip) and limits.hit("sign_in.account", account)):
        return Attempt(Answer.TOO_MANY, wait=LOCK)
    user, credential = _find(email)
    user_id = user.id if user else None
    until = locked_until(account)
    known = passwords.verify_password(credential.password_hash if credential else None, password)
    if until is not None:
        note("locked", origin, user_id=user_id, account=account)
        return Attempt(Answer.LOCKED, wait=until - now())
    if not known or user is None or credential is None or not user.active:
        note("failed", origin, user_id=user_id, account=account)
        return Attempt(Answer.WRONG)
    if credential.password_hash and passwords.outdated(credential.password_hash):
        credential.password_hash = passwords.hash_password(password)
        db.session.flush()
    if credential.totp_since is not None:
        return Attempt(Answer.SECOND_FACTOR, user)
    note("signed_in", origin, user_id=user.id, account=account)
    return Attempt(Answer.IN, user)


def locked_until(account: str) -> datetime | None:
    """When the lock of an account ends; None if it is open.

    It closes at the fifth wrong password or code within 15 minutes without a good one between.
    """
    since = now() - LOCK
    rows = db.session.execute(
        select(SignIn.outcome, SignIn.at).where(
            SignIn.account == account, SignIn.at > since,
            SignIn.outcome.in_(("failed", "second_factor_failed", "signed_in", "password_changed")))
        .order_by(SignIn.at.desc(), SignIn.id.desc()).limit(TRIES)).all()
    if len(rows) < TRIES or any(not row.outcome.endswith("failed") for row in rows):
        return None
    newest: datetime = rows[0].at
    return newest + LOCK


def _find(email: str) -> tuple[User | None, Credential | None]:
    if passwords.email_fault(email):
        return None, None
    row = db.session.execute(
        select(User, Credential).outerjoin(Credential, Credential.user_id == User.id)
        .where(User.email == email)).first()
    return (row.User, row.Credential) if row else (None, None)
