"""Who works at the demo company: nine departments, thirty-two people, and what each of them may do."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from random import Random

from core.database import db
from core.plugin import registry
from core.users import Role, Team, User
from core.users.operations import create_user, credential_of
from core.users.passwords import hash_password
from core.users.roles import permission_groups, save_role
from core.users.teams import save_team

PASSWORD = "demo company 11"  # noqa: S105 printed by the command: it is for trying only
DOMAIN = "example.com"
ADMIN = f"admin@{DOMAIN}"

TEAMS: Mapping[str, tuple[str, str, str]] = {
    "management": ("", "Management", "Руководство"),
    "integration": ("management", "System integration", "Системная интеграция"),
    "support": ("management", "Service centre", "Сервисный центр"),
    "computers": ("management", "Computer sales", "Продажа компьютеров"),
    "furniture": ("computers", "Furniture", "Мебель"),
    "stationery": ("computers", "Stationery", "Канцелярские товары"),
    "shop": ("computers", "Shop", "Магазин"),
    "marketing": ("management", "Marketing", "Маркетинг"),
    "agency": ("marketing", "Agency", "Агентство"),
}
"""Key: (key of the team above, name, name in Russian)."""

ROLES: Mapping[str, tuple[str, str, Mapping[str, str]]] = {
    "management": ("Management", "Руководство", {
        "view": "all", "create": "all", "edit": "all", "delete": "all", "export": "all"}),
    "head": ("Head of department", "Руководитель отдела", {
        "view": "subtree", "create": "subtree", "edit": "subtree", "delete": "subtree", "export": "subtree"}),
    "seller": ("Seller", "Продавец", {"view": "team", "create": "own", "edit": "team", "delete": "own"}),
    "trainee": ("Trainee", "Стажёр", {"view": "own", "create": "own", "edit": "own"}),
    "engineer": ("Engineer", "Инженер", {"view": "all", "create": "own", "edit": "team"}),
    "marketing": ("Marketing", "Маркетинг", {"view": "all", "create": "team", "edit": "team", "export": "all"}),
}
"""Key: (name, name in Russian, how far each verb reaches)."""

# team | roles | name | language | local part of the address
_PEOPLE = """
management  | management      | Helen Marsh         | -  | admin
management  | management      | Виктор Державин     | ru | v.derzhavin
integration | head, engineer  | Игорь Ланской       | ru | i.lanskoy
integration | engineer        | Daniel Okafor       | en | d.okafor
integration | engineer        | Светлана Рощина     | ru | s.roshchina
integration | engineer        | Тимур Гареев        | ru | t.gareev
integration | engineer        | Petra Nowak         | en | p.nowak
integration | engineer        | Наталья Юдина       | ru | n.yudina
integration | engineer        | Maya Lindqvist      | en | m.lindqvist
support     | head, engineer  | Ольга Зимина        | ru | o.zimina
support     | engineer        | Артём Кольцов       | ru | a.koltsov
support     | engineer        | Grace Whitfield     | en | g.whitfield
support     | engineer        | Денис Ерофеев       | ru | d.erofeev
support     | engineer        | Лилия Сафина        | ru | l.safina
support     | engineer        | Tom Haddock         | en | t.haddock
computers   | head            | Robert Ainsley      | en | r.ainsley
computers   | seller          | Анна Белова         | ru | a.belova
computers   | seller          | Максим Лугин        | ru | m.lugin
computers   | seller          | Olivia Brandt       | en | o.brandt
computers   | seller          | Кирилл Осокин       | ru | k.osokin
computers   | seller          | Sophie Marchand     | en | s.marchand
computers   | seller          | Юлия Карпенко       | ru | y.karpenko
computers   | seller          | James Thornbury     | en | j.thornbury
computers   | trainee         | Полина Вяземская    | ru | p.vyazemskaya
marketing   | head, marketing | Екатерина Миронова  | ru | e.mironova
marketing   | marketing       | Liam Forde          | en | l.forde
marketing   | marketing       | Дарья Ступина       | ru | d.stupina
agency      | head            | Георгий Астахов     | ru | g.astakhov
agency      | seller          | Clara Westerholm    | en | c.westerholm
furniture   | seller          | Павел Дубровин      | ru | p.dubrovin
shop        | seller          | Вера Лаптева        | ru | v.lapteva
stationery  | seller          | Emily Hart          | en | e.hart
"""


@dataclass
class Staff:
    """The people of the company by team, and the teams."""

    teams: dict[str, Team] = field(default_factory=dict)
    users: list[User] = field(default_factory=list)
    by_team: dict[str, list[User]] = field(default_factory=dict)

    @property
    def admin(self) -> User:
        """The one who signs in as admin@example.com."""
        return self.users[0]

    @property
    def director(self) -> User:
        """The head of the company."""
        return self.users[1]

    def head(self, team: str) -> User:
        """The head of a team; of a team of one, the head of the team above."""
        return self.by_team[team if len(self.by_team[team]) > 1 else TEAMS[team][0]][0]

    def somebody(self, team: str, russian: bool, random: Random) -> User:
        """Somebody of a team, if possible one who speaks the client's language."""
        people = self.by_team[team]
        speaking = [user for user in people[1:] if (user.language == "ru") == russian]
        return random.choice(speaking or people)


def hire(language: str) -> Staff:
    """Make teams, roles and people; names of teams and roles are in the company's language."""
    staff = Staff()
    for key, (above, *names) in TEAMS.items():
        parent = staff.teams.get(above)
        staff.teams[key] = save_team(None, names[language == "ru"], parent.id if parent else None)
    roles: dict[str, Role] = {}
    for key, (*labels, reach) in ROLES.items():
        roles[key] = save_role(None, labels[language == "ru"], "", _grants(reach))
    # hashing is slow on purpose, and it is one password
    password_hash = hash_password(PASSWORD)
    for team, jobs, name, tongue, local in _rows(_PEOPLE):
        user = create_user(
            name, f"{local}@{DOMAIN}", is_admin=local == "admin", team_id=staff.teams[team].id,
            role_ids=[roles[job.strip()].id for job in jobs.split(",")], language=tongue.strip("-") or None)
        credential_of(user).password_hash = password_hash
        staff.users.append(user)
        staff.by_team.setdefault(team, []).append(user)
    db.session.flush()
    return staff


def addresses() -> list[str]:
    """The addresses that the people of the demo company sign in with."""
    return [f"{row[-1]}@{DOMAIN}" for row in _rows(_PEOPLE)]


def _grants(reach: Mapping[str, str]) -> dict[str, str]:
    """The grants of a role over every record type there is; what components add beside is everybody's.

    Only administrators administer: nobody else's role holds what ends in `.admin`.
    """
    types = registry().record_types
    found: dict[str, str] = {}
    for permission in (p for group in permission_groups() for p in group.permissions):
        kind, _dot, verb = permission.key.rpartition(".")
        if kind not in types:
            if verb != "admin":
                found[permission.key] = "all"
        elif permission.scoped and verb in reach:
            found[permission.key] = reach[verb]
        elif verb == "view" or reach.get(verb) == "all":
            found[permission.key] = "all"
    return found


def _rows(table: str) -> list[Sequence[str]]:
    return [[cell.strip() for cell in line.split("|")] for line in table.strip().splitlines()]
