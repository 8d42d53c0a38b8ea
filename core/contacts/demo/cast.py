"""Whom the demo company deals with: what will be typed in of every organisation and person, by whom and when."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from random import Random
from typing import Any

from core.contacts.demo import names, numbers
from core.contacts.demo.diary import Diary
from core.contacts.demo.organizations import JOBS, TRADES, Organization, table
from core.contacts.demo.places import CITIES, City
from core.contacts.demo.staff import Staff
from core.contacts.demo.stories import TAGS
from core.contacts.models import ORGANIZATION, PERSON, Contact
from core.users import User

PEOPLE = 210
ALONE = 22
"""People without an employer: they buy in the shop."""
_FORMS = frozenset({"ab", "ggmbh", "gmbh", "inc", "llc", "llp", "ltd", "sarl", "sas"})
SOURCES = ("recommendation", "website", "website", "exhibition", "call", "call", "advertising", "other")


@dataclass(eq=False)
class Party:
    """A contact to be: what is typed in, when and by whom; `record` is there as soon as that has happened.

    `owners` are those who had it, each with the moment from which on.
    """

    data: dict[str, Any]
    begins: datetime
    owners: list[tuple[datetime, User]]
    city: City
    team: str
    above: "Party | None" = None
    people: list["Party"] = field(default_factory=list)
    record: Contact | None = None

    def owner_at(self, moment: datetime) -> User:
        """Who had it at a moment."""
        had = [owner for since, owner in sorted(self.owners, key=lambda pair: pair[0]) if since <= moment]
        return had[-1] if had else self.owners[0][1]

    def goes_to(self, owner: User, moment: datetime) -> None:
        """Somebody else has it from a moment on."""
        self.owners.append((moment, owner))

    @property
    def russian(self) -> bool:
        """Whether notes on it are in Russian."""
        return self.city.country == "RU"

    @property
    def name(self) -> str:
        """What colleagues call it: Russians by name and patronymic."""
        if self.data["kind"] == ORGANIZATION:
            return str(self.data["name"])
        parts = ("given_name", "patronymic") if self.russian else ("given_name", "family_name")
        return " ".join(self.data[part] for part in parts)


@dataclass
class Cast:
    """Makes the parties; `language` is that of the company's tags."""

    staff: Staff
    diary: Diary
    random: Random
    language: str
    taken: set[str] = field(default_factory=set)
    """Names and domains that somebody has."""

    def organizations(self) -> list[Party]:
        """Every organisation of the table, holdings before their parts."""
        found: dict[str, Party] = {}
        for line in table():
            found[line.name] = self._organization(line, found.get(line.parent))
        return list(found.values())

    def people(self, organizations: list[Party]) -> list[Party]:
        """People of the organisations, at least one each, and some who buy for themselves."""
        random = self.random
        posts = [*organizations, *random.choices(organizations, k=PEOPLE - ALONE - len(organizations))]
        found = [self._person(post) for post in posts]
        for number in range(ALONE):
            city = CITIES[random.choice(("msk", "spb", "lon", "man")) if number % 2 else random.choice(("msk", "lon"))]
            owner = self.staff.somebody("shop", city.country == "RU", random)
            begins = self.diary.some_day(500, 3)
            alone = Party({}, begins, [(begins, owner)], city, "shop")
            found.append(self._person(alone, employed=False))
        return found

    def _organization(self, line: Organization, above: Party | None) -> Party:
        random, city = self.random, CITIES[line.city]
        begins = self.diary.some_day(530, 12)
        if above:
            begins = self.diary.later(max(begins, above.begins), 20)
        domain = self._domain(line.name)
        founded = random.randint(2004, 2023)
        tags = [TRADES[line.trade][self.language == "ru"], *self._tags(0.2, "key", "tender", "leasing")]
        data: dict[str, Any] = {
            "kind": ORGANIZATION, "name": line.name, "source": random.choice(SOURCES), "tags": tags,
            "emails": [{"kind": "work", "address": f"info@{domain}", "primary": True}],
            "phones": [{"kind": "work", "number": numbers.landline(city.country, city.area, random)}],
            "links": [{"kind": "website", "value": f"https://{domain}"}],
            "addresses": [city.address(random)], "time_zone": city.zone,
            "language": names.LANGUAGES.get(city.country, "en")}
        if city.country == "RU":
            data |= numbers.russian(city.code, founded, random)
        elif tax_number := numbers.vat(city.country, random):
            data["tax_number"] = tax_number
        owner = self.staff.somebody(line.team, city.country == "RU", random)
        return Party(data, begins, [(begins, owner)], city, line.team, above)

    def _domain(self, name: str) -> str:
        """As few words of the name as nobody has yet."""
        words = [word for word in names.latin(name.split(",")[0].split("«")[-1]).split("-")
                 if len(word) > 1 and word not in _FORMS]
        found = [f"{'-'.join(words[:count])}.example" for count in range(min(2, len(words)), len(words) + 1)]
        domain = next(domain for domain in found if domain not in self.taken)
        self.taken.add(domain)
        return domain

    def _person(self, post: Party, employed: bool = True) -> Party:
        random, city = self.random, post.city
        language, parts = names.person(city.country, self.taken, random)
        begins = post.begins if not post.people else self.diary.later(post.begins, 300)
        begins = self.diary.after(begins, 0, 0)
        local = names.latin(f"{parts['given_name'][0]} {parts['family_name']}").replace("-", ".", 1)
        domain = post.data["emails"][0]["address"].partition("@")[2] if employed else "mail.example"
        data: dict[str, Any] = {"kind": PERSON} | parts | {
            "source": post.data.get("source") if employed else random.choice(("advertising", "call", "website")),
            "emails": [{"kind": "work" if employed else "home", "address": f"{local}@{domain}", "primary": True}],
            "phones": [{"kind": "mobile", "number": numbers.mobile(city.country, city.area, random), "primary": True}],
            "language": language, "time_zone": city.zone, "links": self._links(local, city),
            "tags": self._tags(0.25, "decides", "newsletter", "seminar", "newsletter")}
        if random.random() < 0.45 and employed:
            data["phones"].append({"kind": "work", "number": numbers.landline(city.country, city.area, random),
                                   "label": f"{'доб.' if post.russian else 'ext.'} {random.randint(101, 480)}"})
        if random.random() < 0.55:
            data["birthday"] = self._birthday()
        if not employed or random.random() < 0.15:
            data["addresses"] = [city.address(random, "work" if employed else "home")]
        if language == "de" and random.random() < 0.4:
            data["prefix"] = "Dr."
        person = Party(data, begins, list(post.owners), city, post.team, post if employed else None)
        if employed:
            data["role"] = random.choice(JOBS[language])
            post.people.append(person)
        return person

    def _tags(self, chance: float, *keys: str) -> list[str]:
        chosen = [key for key in dict.fromkeys(keys) if self.random.random() < chance]
        return [TAGS[key][self.language == "ru"] for key in chosen]

    def _links(self, local: str, city: City) -> list[dict[str, str]]:
        name = local.replace(".", "_")
        kinds: Iterable[tuple[str, str]] = (
            (("telegram", f"@{name}"), ("vk", f"https://vk.example/{name}"), ("whatsapp", f"{name}"))
            if city.country == "RU" else
            (("linkedin", f"https://linkedin.example/in/{name}"), ("whatsapp", name), ("telegram", f"@{name}")))
        return [{"kind": kind, "value": value} for kind, value in kinds if self.random.random() < 0.28]

    def _birthday(self) -> str:
        """A birthday, of some people without the year."""
        random = self.random
        day = date(1961, 1, 1) + timedelta(days=random.randrange(15500))
        return day.isoformat() if random.random() < 0.8 else f"{day:%m-%d}"
