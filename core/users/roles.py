"""Roles: named sets of permissions, each with a reach."""

from collections.abc import Mapping
from dataclasses import dataclass

from flask_babel import gettext as _
from marshmallow import ValidationError
from sqlalchemy import func, select

from core.database import db
from core.events import emit
from core.plugin import Permission, registry
from core.users.models import SCOPES, Grant, Role, UserRole
from core.users.operations import name_fault


@dataclass(frozen=True)
class PermissionGroup:
    """The permissions of one record type of a component, or those that it has beside its types."""

    title: str
    permissions: list[Permission]


def permission_groups() -> list[PermissionGroup]:
    """What can be granted now: the permissions of core and of the enabled plugins, grouped by owner."""
    shelf = registry()
    groups: dict[tuple[str, str], list[Permission]] = {}
    for name, permission in shelf.permissions.items():
        owner = shelf.owners[name]
        if shelf.enabled(owner):
            kind = name.rpartition(".")[0]
            kind = kind if kind in shelf.record_types and shelf.record_types[kind].surfaces else ""
            groups.setdefault(("" if owner.startswith("core") else owner, kind), []).append(permission)

    def title(owner: str, kind: str) -> str:
        parts = [shelf.titles.get(owner, owner)] if owner else []
        parts += [shelf.record_types[kind].plural] if kind else []
        return " · ".join(map(str, parts)) or str(_("Administration"))

    # core first, administration after what is worked with every day
    ordered = sorted(groups, key=lambda key: (key[0] != "", title(key[0], "").casefold(), key[1] == "", key[1]))
    return [PermissionGroup(title(*key), sorted(groups[key], key=lambda p: (p.order, p.key))) for key in ordered]


def save_role(role: Role | None, name: str, description: str, grants: Mapping[str, str]) -> Role:
    """Make or change a role; `grants` is scope by permission.

    Permissions of plugins that are switched off are kept as they were: they are not on the form. Raises
    ValidationError for a missing or taken name and for an unknown permission or scope.
    """
    known = {p.key: p for group in permission_groups() for p in group.permissions}
    faults: dict[str, list[str]] = {}
    if fault := name_fault(name) or _taken(role, name.strip()):
        faults["name"] = [fault]
    if len(description) > 2000:
        faults["description"] = [_("A description has at most 2000 characters.")]
    for key, scope in grants.items():
        if key not in known or scope not in (SCOPES if known[key].scoped else ("all",)):
            faults.setdefault("grants", []).append(
                _("%(permission)s cannot be granted for “%(scope)s”.", permission=key[:100], scope=scope[:20]))
    if faults:
        raise ValidationError(faults)
    if role is None:
        role = Role(name="")
        db.session.add(role)
    role.name, role.description = name.strip(), description.strip()
    db.session.flush()
    present = {grant.permission: grant for grant in db.session.scalars(
        select(Grant).where(Grant.role_id == role.id, Grant.permission.in_(known)))}
    for key in present.keys() - grants.keys():
        db.session.delete(present[key])
    for key, scope in grants.items():
        if key in present:
            present[key].scope = scope
        else:
            db.session.add(Grant(role_id=role.id, permission=key, scope=scope))
    db.session.flush()
    emit("user.role_saved", role_id=role.id)
    return role


def delete_role(role: Role) -> None:
    """Delete a role; whoever had it loses its permissions."""
    for row in db.session.scalars(select(UserRole).where(UserRole.role_id == role.id)):
        db.session.delete(row)
    for grant in db.session.scalars(select(Grant).where(Grant.role_id == role.id)):
        db.session.delete(grant)
    db.session.flush()
    emit("user.role_deleted", role_id=role.id)
    db.session.delete(role)
    db.session.flush()


def holders() -> dict[int, int]:
    """How many people have each role, by its id."""
    rows = db.session.execute(select(UserRole.role_id, func.count()).group_by(UserRole.role_id))
    return dict(rows.all())


def _taken(role: Role | None, name: str) -> str | None:
    other = db.session.scalar(select(Role.id).where(Role.name == name))
    fault: str | None = None
    if other is not None and (role is None or other != role.id):
        fault = _("There is already a role of this name.")
    return fault
