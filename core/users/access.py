"""Who may see and do what: one function turns (user, permission) into a SQL condition, and everyone uses it.

List, page, search, look-up, export, report, REST, panel, job: there is no second place to check.
"""

from collections.abc import Iterable
from typing import Any

from flask import g, has_request_context
from sqlalchemy import ColumnElement, and_, false, or_, select, true

from core.database import db
from core.users.models import SCOPES, Grant, Team, User, UserRole
from core.web.access import SIGNED_IN


def grants(user: User) -> dict[str, str]:
    """The widest scope by permission that the user's roles give; one statement per request."""
    cache: dict[int, dict[str, str]] = g.setdefault("eleven_grants", {}) if has_request_context() else {}
    if user.id not in cache:
        rows = db.session.execute(
            select(Grant.permission, Grant.scope)
            .join(UserRole, UserRole.role_id == Grant.role_id).where(UserRole.user_id == user.id))
        found: dict[str, str] = {}
        for permission, scope in rows:
            if SCOPES.index(scope) >= SCOPES.index(found.get(permission, SCOPES[0])):
                found[permission] = scope
        cache[user.id] = found
    return cache[user.id]


def scope_of(user: Any, permission: str) -> str | None:
    """How far the user's permission reaches: own, team, subtree, all, or None without it.

    An API token narrows its owner: `g.token_scopes` names what it was made for.
    """
    if not getattr(user, "is_authenticated", False) or not user.active:
        return None
    if permission == SIGNED_IN:
        return "all"
    allowed: Iterable[str] | None = g.get("token_scopes") if has_request_context() else None
    if allowed is not None and permission not in allowed:
        return None
    if user.is_admin:
        return "all"
    return grants(user).get(permission)


def may(user: Any, permission: str) -> bool:
    """Whether the user has a permission at any scope: shows a button, opens a page; rows are cut by `visible`."""
    return scope_of(user, permission) is not None


def visible(user: Any, permission: str, model: type[Any]) -> ColumnElement[bool]:
    """The condition on `model`'s rows that the user's permission reaches.

    A model without an owner (`Owned`) is all or nothing. Own rows are always within reach of a wider scope.
    """
    scope = scope_of(user, permission)
    if scope is None:
        return false()
    if scope == "all" or not hasattr(model, "owner_id"):
        return true()
    own: ColumnElement[bool] = model.owner_id == user.id
    if scope == "own":
        return own
    if user.team_id is None:
        return own
    if scope == "team":
        return or_(own, model.team_id == user.team_id)
    return or_(own, model.team_id.in_(subtree(user.team_id)))


def subtree(team_id: int) -> Any:
    """A subquery of the ids of a team and of all below it."""
    # without a name of its own: a statement may ask for it more than once
    below = select(Team.id).where(Team.id == team_id).cte(recursive=True)
    below = below.union(select(Team.id).join(below, Team.parent_id == below.c.id))
    return select(below.c.id)


def reaches(user: Any, permission: str, record: Any) -> bool:
    """Whether one record is within the user's permission; asks the database, by the same condition."""
    model = type(record)
    condition = visible(user, permission, model)
    found = db.session.execute(select(model.id).where(and_(model.id == record.id, condition))).first()
    return found is not None
