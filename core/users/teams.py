"""Teams: the tree of the company's parts."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext as _
from marshmallow import ValidationError
from sqlalchemy import Column, Table, func, inspect, select, update

from core.database import db, metadata
from core.events import emit
from core.journal import record_rows
from core.users.access import subtree
from core.users.models import Team, User
from core.users.operations import name_fault


@dataclass(frozen=True)
class Branch:
    """A team in the tree: how deep it stands, and how many people are in it."""

    team: Team
    depth: int
    people: int


def tree() -> list[Branch]:
    """All teams, each below the one it belongs to, siblings by name."""
    children: dict[int | None, list[Team]] = {}
    for team in db.session.scalars(select(Team).order_by(func.lower(Team.name), Team.id)):
        children.setdefault(team.parent_id, []).append(team)
    people = dict(db.session.execute(
        select(User.team_id, func.count()).where(User.active).group_by(User.team_id)).all())

    def walk(parent: int | None, depth: int) -> Iterator[Branch]:
        for team in children.get(parent, ()):
            yield Branch(team, depth, people.get(team.id, 0))
            yield from walk(team.id, depth + 1)

    return list(walk(None, 0))


def team_choices() -> list[tuple[int, str]]:
    """The teams for a field of a form, indented like the tree."""
    return [(branch.team.id, "\u2007\u2007" * branch.depth + branch.team.name) for branch in tree()]


def save_team(team: Team | None, name: str, parent_id: int | None) -> Team:
    """Make, rename or move a team.

    Raises ValidationError for a name that cannot be, and for a team that would stand below itself.
    """
    faults: dict[str, list[str]] = {}
    if fault := name_fault(name):
        faults["name"] = [fault]
    # the tree is locked, so that two moves at once cannot close a circle
    teams = {found.id: found for found in db.session.scalars(select(Team).with_for_update())}
    if parent_id is not None and parent_id not in teams:
        faults["parent_id"] = [_("This team is gone. Choose another one.")]
    elif team is not None and parent_id is not None and parent_id in set(db.session.scalars(subtree(team.id))):
        faults["parent_id"] = [_("A team cannot stand below itself or below a part of itself.")]
    if faults:
        raise ValidationError(faults)
    if team is None:
        team = Team(name="")
        db.session.add(team)
    team.name, team.parent_id = " ".join(name.split()), parent_id
    db.session.flush()
    emit("user.team_saved", team_id=team.id)
    return team


def delete_team(team: Team, heir_id: int | None) -> None:
    """Delete a team: its people and records go to the heir (or to no team), its parts to the team above.

    Raises ValidationError for an heir that is gone or is the team itself.
    """
    if heir_id is not None and (heir_id == team.id or db.session.get(Team, heir_id) is None):
        raise ValidationError({"heir_id": [_("Choose another team.")]})
    for part in db.session.scalars(select(Team).where(Team.parent_id == team.id)):
        part.parent_id = team.parent_id
    db.session.flush()
    present = set(inspect(db.session.connection()).get_table_names())
    for table in metadata.sorted_tables:
        if table.name in present and table.name != Team.__tablename__:
            for key in table.foreign_keys:
                if key.references(metadata.tables[Team.__tablename__]):
                    _hand_over(table, key.parent, team.id, heir_id)
    number = team.id
    db.session.expire_all()
    db.session.delete(team)
    db.session.flush()
    emit("user.team_deleted", team_id=number)


def _hand_over(table: Table, column: Column[Any], team_id: int, heir_id: int | None) -> None:
    rows = [dict(row) for row in db.session.execute(select(table).where(column == team_id)).mappings()]
    if not rows:
        return
    values: dict[str, Any] = {column.name: heir_id}
    if "version" in table.c:
        values["version"] = table.c.version + 1
    db.session.execute(update(table).where(column == team_id).values(values))
    record_rows(db.session(), table, "update", [(row, row | {column.name: heir_id}) for row in rows])
