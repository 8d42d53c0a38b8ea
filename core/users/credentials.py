"""What people prove themselves with: passwords, second factors, sessions and tokens.

These tables stay out of the journal: nothing there may hold a secret, and no undo may bring one back to
life. What happened to them is written to `SignIn`, which is journaled and which no undo takes back.
"""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from core.database import Model, now


class Credential(Model):
    """A person's password and authenticator; none yet while an invitation is open."""

    __tablename__ = "user_credential"
    __journal__ = False

    user_id: Mapped[int] = mapped_column(ForeignKey("user.id", ondelete="CASCADE"), primary_key=True)
    password_hash: Mapped[str | None]
    password_changed_at: Mapped[datetime | None]
    """Mailed links are bound to it, so that a used one is dead."""
    totp_secret: Mapped[str | None]
    totp_since: Mapped[datetime | None]
    """When the first code was confirmed; until then the secret is only being set up."""
    totp_step: Mapped[int] = mapped_column(default=0)
    """The time step of the last code that was accepted: none is accepted twice."""


class RecoveryCode(Model):
    """A code for the day the phone is lost; deleted when used."""

    __tablename__ = "user_recovery_code"
    __journal__ = False

    code_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id", ondelete="CASCADE"), index=True)


class UserSession(Model):
    """A browser that is signed in. Deleting the row signs it out at once."""

    __tablename__ = "user_session"
    __journal__ = False

    id: Mapped[int] = mapped_column(primary_key=True)
    key_hash: Mapped[str] = mapped_column(String(64), unique=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id", ondelete="CASCADE"), index=True)
    created_at: Mapped[datetime] = mapped_column(default=now)
    seen_at: Mapped[datetime] = mapped_column(default=now)
    expires_at: Mapped[datetime] = mapped_column(index=True)
    remembered: Mapped[bool] = mapped_column(default=False)
    two_factor: Mapped[bool] = mapped_column(default=False)
    """Whether a second factor was shown."""
    ip: Mapped[str] = mapped_column(default="")
    agent: Mapped[str] = mapped_column(default="")


class ApiToken(Model):
    """A personal key for programs, narrowed to some of its owner's permissions."""

    __tablename__ = "user_token"
    __journal__ = False

    id: Mapped[int] = mapped_column(primary_key=True)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id", ondelete="CASCADE"), index=True)
    name: Mapped[str]
    hint: Mapped[str] = mapped_column(String(16))
    """The token's first letters, to tell it from others."""
    scopes: Mapped[list[str]]
    created_at: Mapped[datetime] = mapped_column(default=now)
    expires_at: Mapped[datetime | None]
    used_at: Mapped[datetime | None]
    ip: Mapped[str] = mapped_column(default="")


class SignIn(Model):
    """Something that happened at the door: a sign-in, a failed one, a lock-out, a secret made or ended.

    `account` is a keyed hash of the address that was typed, so that addresses nobody has lock out like
    real ones, and a password typed into the wrong field is kept nowhere.
    """

    __tablename__ = "sign_in"
    __table_args__ = (Index("ix_sign_in_account_at", "account", "at"), Index("ix_sign_in_user_id_at", "user_id", "at"),
                      {"info": {"lasting": True}})

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int | None] = mapped_column(ForeignKey("user.id", ondelete="CASCADE"))
    account: Mapped[str] = mapped_column(String(64), default="")
    at: Mapped[datetime] = mapped_column(default=now)
    ip: Mapped[str] = mapped_column(default="")
    agent: Mapped[str] = mapped_column(default="")
    outcome: Mapped[str] = mapped_column(String(24))
