"""People who work in Eleven, their teams and roles."""

from typing import Any

from flask import g
from flask_login import UserMixin
from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from core.database import Model, Record

SCOPES = ("own", "team", "subtree", "all")
"""How far a granted permission reaches, from near to far."""


class Team(Record, Model):
    """A part of the company. Teams form a tree."""

    __tablename__ = "team"

    name: Mapped[str]
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("team.id", ondelete="SET NULL"), index=True)


class User(Record, UserMixin, Model):
    """A person who signs in. What they prove themselves with stands in `Credential`."""

    __tablename__ = "user"

    name: Mapped[str]
    email: Mapped[str] = mapped_column(unique=True)
    """As `passwords.normal_email` makes it, unique: what a person signs in with."""
    active: Mapped[bool] = mapped_column(default=True)
    is_admin: Mapped[bool] = mapped_column(default=False)
    """An administrator has every permission at scope all, so that nobody can lock the company out."""
    team_id: Mapped[int | None] = mapped_column(ForeignKey("team.id", ondelete="SET NULL"), index=True)
    language: Mapped[str | None] = mapped_column(String(8))
    time_zone: Mapped[str | None]
    theme: Mapped[str] = mapped_column(String(8), default="auto")
    density: Mapped[str] = mapped_column(String(12), default="compact")
    preferences: Mapped[dict[str, Any]] = mapped_column(default=dict)
    """Small choices of the interface (list columns, notification channels), by key."""

    team: Mapped[Team | None] = relationship()
    roles: Mapped[list["Role"]] = relationship(secondary="user_role", order_by="Role.name")

    # UserMixin compares by get_id(), which is the session's key here: two people without one would be equal
    __eq__ = object.__eq__
    __hash__ = object.__hash__

    def get_id(self) -> str | None:
        """What the session cookie holds: the key of a server-side session, not the number of a person."""
        key: str | None = g.get("session_key")
        return key

    @property
    def is_active(self) -> bool:
        """Whether the person may be signed in; flask-login asks."""
        return self.active

    def may(self, permission: str) -> bool:
        """Whether the person has a permission at any scope."""
        from core.users.access import may
        return may(self, permission)

    @property
    def initials(self) -> str:
        """One or two letters for a picture that is not there."""
        words = [word for word in self.name.split() if word]
        return "".join(word[0] for word in (words[:1] + words[-1:] if len(words) > 1 else words)).upper() or "?"


class Role(Record, Model):
    """A named set of permissions, made by the administrator."""

    __tablename__ = "role"

    name: Mapped[str] = mapped_column(unique=True)
    description: Mapped[str] = mapped_column(default="")
    grants: Mapped[list["Grant"]] = relationship(cascade="all, delete-orphan", passive_deletes=True)


class Grant(Model):
    """One permission that a role gives, and how far it reaches."""

    __tablename__ = "role_grant"
    __table_args__ = (UniqueConstraint("role_id", "permission"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    role_id: Mapped[int] = mapped_column(ForeignKey("role.id", ondelete="CASCADE"), index=True)
    permission: Mapped[str]
    scope: Mapped[str] = mapped_column(String(8), default="all")


class UserRole(Model):
    """Which roles a person has."""

    __tablename__ = "user_role"

    user_id: Mapped[int] = mapped_column(ForeignKey("user.id", ondelete="CASCADE"), primary_key=True)
    role_id: Mapped[int] = mapped_column(ForeignKey("role.id", ondelete="CASCADE"), primary_key=True, index=True)
