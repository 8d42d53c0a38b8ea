"""`visible` answers exactly what a naive reading of the rules answers, on each database."""

from dataclasses import dataclass, field
from itertools import product

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from core.contacts.models import Contact
from core.database import db
from core.users import SCOPES, Role, Team, User, may, reaches, scope_of, visible
from core.users.models import Grant, UserRole

PERMISSION = "deal.view"


@dataclass
class World:
    """Teams by the index of the team above, people, roles and records, all by index."""

    teams: list[int | None]
    people: list[tuple[int | None, bool, bool]]
    roles: list[str | None]
    holders: list[tuple[int, int]]
    records: list[tuple[int | None, int | None]]
    ids: dict[str, list[int]] = field(default_factory=dict)


@st.composite
def worlds(draw) -> World:
    """A small company; its records are of every owner in every team, so that no combination is missed."""
    count = draw(st.integers(1, 5))
    teams = [draw(st.none() | st.integers(0, number - 1)) if number else None for number in range(count)]
    # one person at least of every scope, so that each world tries them all
    roles = [None, *SCOPES]
    team = st.sampled_from([None, *range(count), *range(count)])
    people = [(draw(team), False, draw(st.sampled_from([True, True, True, False]))) for _role in roles]
    people.append((draw(team), True, True))
    holders = [(who, role) for who in range(len(roles)) for role in {who, draw(st.integers(0, who))}]
    records = list(product([None, *range(len(people))], [None, *range(count)]))
    return World(teams, people, roles, holders, records)


def expected(world: World, person: int) -> set[int]:
    """The rules, read naively: the widest scope of a person's roles; one's own is within every scope."""
    team, admin, active = world.people[person]
    scopes = {world.roles[role] for who, role in world.holders if who == person} - {None}
    widest = "all" if admin else max(scopes, key=SCOPES.index, default=None)
    if not active or widest is None:
        return set()

    def below(one: int | None) -> bool:
        while one is not None and one != team:
            one = world.teams[one]
        return one is not None

    found = set()
    for number, (owner, owned_by) in enumerate(world.records):
        own = owner == person
        same = team is not None and owned_by == team
        under = team is not None and owned_by is not None and below(owned_by)
        if widest == "all" or own or (widest == "team" and same) or (widest == "subtree" and under):
            found.add(number)
    return found


def build(world: World) -> None:
    teams: list[Team] = []
    for number, above in enumerate(world.teams):
        teams.append(Team(name=f"T{number}", parent_id=teams[above].id if above is not None else None))
        db.session.add(teams[-1])
        db.session.flush()
    people = [User(name=f"P{n}", email=f"p{n}@example.org", is_admin=admin, active=active,
                   team_id=teams[team].id if team is not None else None)
              for n, (team, admin, active) in enumerate(world.people)]
    # a role without the permission grants another one, which must count for nothing
    roles = [Role(name=f"R{n}", grants=[Grant(permission=PERMISSION if scope else "deal.edit", scope=scope or "all")])
             for n, scope in enumerate(world.roles)]
    db.session.add_all([*people, *roles])
    db.session.flush()
    db.session.add_all(UserRole(user_id=people[who].id, role_id=roles[role].id) for who, role in world.holders)
    records = [Contact(kind="organization", name=f"C{n}", owner_id=people[owner].id if owner is not None else None,
                       team_id=teams[team].id if team is not None else None)
               for n, (owner, team) in enumerate(world.records)]
    db.session.add_all(records)
    db.session.flush()
    world.ids = {"people": [p.id for p in people], "records": [r.id for r in records]}


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(world=worlds())
def test_visible_is_what_the_rules_say(app, world):
    with app.app_context():
        try:
            build(world)
            for person, person_id in enumerate(world.ids["people"]):
                user = db.session.get(User, person_id)
                rows = set(db.session.scalars(select(Contact.id).where(visible(user, PERMISSION, Contact))))
                naive = {world.ids["records"][number] for number in expected(world, person)}
                assert rows == naive
                for record_id in world.ids["records"][::5]:
                    assert reaches(user, PERMISSION, db.session.get(Contact, record_id)) is (record_id in naive)
                if scope_of(user, PERMISSION) is None:
                    assert not may(user, PERMISSION)
        finally:
            db.session.rollback()


@pytest.mark.parametrize("person", [None, object()])
def test_nobody_sees_nothing(app, person):
    with app.app_context():
        db.session.add(Contact(kind="organization", name="C"))
        db.session.flush()
        assert db.session.scalars(select(Contact.id).where(visible(person, PERMISSION, Contact))).all() == []
        db.session.rollback()
