"""What the demo company has lived through: every contact's past, planned as acts that the diary does in order."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from core.contacts.demo import stories
from core.contacts.demo.cast import Party
from core.contacts.demo.diary import Diary
from core.contacts.demo.staff import Staff
from core.contacts.demo.stories import Story
from core.contacts.models import PERSON
from core.contacts.records import contacts
from core.records import notes, operations
from core.users import User

MONEY = {"GB": "£{:,}", "US": "${:,}", "CA": "CA${:,}", "SE": "{:,} kr"}


@dataclass
class History:
    """Plans the past of the contacts."""

    staff: Staff
    diary: Diary

    def organization(self, party: Party, imported: bool = False) -> bool:
        """The past of an organisation and its people: how it began, what came of it; False if it was lost."""
        random = self.diary.random
        if not imported:
            self.begin(party)
        moment = party.begins
        outcome = "partner" if party.team == "agency" else random.choices(
            ("client", "open", "former"), (58, 26, 16))[0]
        if outcome == "open" or imported:
            self.tell(party, stories.OPEN[0] if imported else random.choice(stories.OPEN[1:]), moment)
            return True
        fitting = [story for story in stories.BEGINNINGS if party.team in story.teams]
        moment = self.tell(party, random.choice(fitting), moment)
        if random.random() < 0.15:
            moment = self.hand_over(party, self._successor(party), moment, stories.HANDED, self.staff.head(party.team))
        following = random.sample(stories.FOLLOWING, k=len(stories.FOLLOWING))
        for story in following[:random.randint(0, 2)] if outcome == "former" else following:
            moment = self.tell(party, story, self.diary.after(moment, 9, 60))
        if outcome == "former":
            self.tell(party, random.choice(stories.ENDINGS), self.diary.after(moment, 20, 90))
        return outcome != "former"

    def begin(self, party: Party) -> None:
        """An organisation is typed in by its owner, a part of a holding by who sees the whole."""
        by = party.owner_at(party.begins)
        if party.above and party.above.team != party.team:
            by = self.staff.director
        self.diary.note(party.begins, by, lambda: self._create(party, by))

    def exhibition(self, moment: datetime, parties: Sequence[Party], by: User) -> None:
        """Cards that were collected at an exhibition come in as one file."""
        for party in parties:
            party.begins, party.data["source"] = moment, "exhibition"

        def bring() -> None:
            for party in parties:
                self._create(party, by)
        self.diary.note(moment, by, bring, "import", "exhibition.csv")

    def person(self, party: Party) -> None:
        """A person is typed in; colleagues write down what is worth knowing."""
        random, diary = self.diary.random, self.diary
        by = party.owner_at(party.begins)
        diary.note(party.begins, by, lambda: self._create(party, by))
        for remark in random.sample(stories.REMARKS, k=random.choices((0, 1, 2), (5, 4, 1))[0]):
            self.remark(party, remark, diary.later(party.begins, 420))
        if party.above is None and random.random() < 0.7:
            self._set_status(party, "client", by, diary.after(party.begins, 0, 9))
        birthday = str(party.data.get("birthday", ""))[-5:]
        if birthday and random.random() < 0.4:
            month, day = (int(part) for part in birthday.split("-"))
            greeted = diary.now.replace(month=month, day=min(day, 28), hour=7, minute=random.randrange(60))
            greeted -= timedelta(days=365 if greeted >= diary.now else 0)
            if greeted > party.begins + timedelta(days=1):
                self.remark(party, stories.GREETED, greeted)

    def tell(self, party: Party, story: Story, moment: datetime) -> datetime:
        """Play a story from a moment on, as far as it has happened by now; returns when it ends."""
        random = self.diary.random
        number = random.choice((6, 8, 12, 14, 20, 24, 30, 45))
        words = {"n": number, "sum": self._money(party, number), "person": self._spokesman(party).name}
        part = self._parts(party, moment)
        for step in story.steps:
            moment = self.diary.after(moment, step.after, step.after + 2 if step.after > 1 else step.after)
            text = (step.ru if party.russian else step.en).format(**words, **{k: u.name for k, u in part.items()})
            on = self._spokesman(party) if "{person}" in step.en and random.random() < 0.2 else party
            self._write(on, party, text, part[step.who], moment)
            if step.status:
                self._set_status(party, step.status, part[step.who], moment + timedelta(seconds=random.randint(9, 90)))
        return moment

    def hand_over(self, party: Party, heir: User, moment: datetime, text: tuple[str, str], by: User) -> datetime:
        """An organisation and its people get another owner."""
        moment = self.diary.after(moment, 5, 40)
        if moment >= self.diary.now:
            return moment
        self.diary.note(moment, by, lambda: self._change_all(party, {"owner": heir.id}, by))
        for one in (party, *party.people):
            one.goes_to(heir, moment)
        self.remark(party, text, moment + timedelta(minutes=2), by)
        return moment

    def remark(self, party: Party, text: tuple[str, str], moment: datetime, by: User | None = None,
               **words: str) -> None:
        """A single note, by the owner if nobody else is named."""
        owner = party.owner_at(moment)
        known = {"person": self._spokesman(party).name, "owner": owner.name, "sum": self._money(party, 3)}
        self._write(party, party, text[party.russian].format(**known | words), by or owner, moment)

    def move(self, person: Party, to: Party, moment: datetime) -> None:
        """A person leaves one employer for another; the new one's owner takes over."""
        by, owner = self.staff.director, to.owner_at(moment)
        address = person.data["emails"][0]["address"].partition("@")[0] + "@" + (
            to.data["emails"][0]["address"].partition("@")[2])

        def change() -> None:
            if person.record and to.record:
                left = self._left(person, moment)
                new = {"organization": to.record.id, "role": person.data["role"], "started_on": _day(moment)}
                operations.update(contacts, person.record, {
                    "employers": [new, *left], "owner": owner.id, "team": owner.team_id, "status": to.record.status,
                    "emails": [{"kind": "work", "address": address, "primary": True}]}, by)
        if self.diary.note(moment, by, change):
            person.goes_to(owner, moment)
            self.remark(person, stories.MOVED, self.diary.after(moment, 0, 0), to=to.data["name"])

    def leave(self, person: Party, moment: datetime) -> None:
        """A person has left, nobody knows where to."""
        by = person.owner_at(moment)

        def change() -> None:
            if person.record:
                operations.update(contacts, person.record, {
                    "employers": self._left(person, moment), "status": "former"}, by)
        if self.diary.note(moment, by, change):
            self.remark(person, stories.LEFT, self.diary.after(moment, 0, 0))

    def change(self, party: Party, values: Callable[[Party], dict[str, Any]], moment: datetime,
               by: User | None = None) -> None:
        """Something about a contact is mended or added, by the owner if nobody else is named."""
        who = by or party.owner_at(moment)

        def act() -> None:
            if party.record:
                operations.update(contacts, party.record, values(party), who)
        self.diary.note(moment, who, act)

    def duplicate(self, party: Party, moment: datetime) -> None:
        """Somebody types a contact in again, notices it and deletes it: it lies in the trash."""
        by = party.owner_at(moment)

        def act() -> None:
            data = {name: party.data[name] for name in ("kind", "given_name", "family_name", "language")}
            operations.delete(contacts, operations.create(contacts, data | {"team": by.team_id}, by), by)
        self.diary.note(moment, by, act)

    def _create(self, party: Party, by: User) -> None:
        data = {name: value for name, value in party.data.items() if name != "role" and value is not None}
        owner = party.owner_at(party.begins)
        data |= {"owner": owner.id, "team": owner.team_id}
        above = party.above.record if party.above else None
        if above is not None and data["kind"] == PERSON:
            started = party.begins - timedelta(days=self.diary.random.randint(40, 2600))
            data["employers"] = [{"organization": above.id, "role": party.data["role"], "started_on": _day(started)}]
            data["status"] = above.status
        elif above is not None:
            data["parent"] = above.id
        party.record = operations.create(contacts, data, by)

    def _left(self, person: Party, moment: datetime) -> list[dict[str, Any]]:
        assert person.record is not None  # noqa: S101
        return [{"id": row.id, "organization": row.organization_id, "role": row.role, "left": True,
                 "started_on": row.started_on and row.started_on.isoformat(), "ended_on": _day(moment)}
                for row in person.record.employers]

    def _change_all(self, party: Party, values: dict[str, Any], by: User) -> None:
        for one in (party, *party.people):
            if one.record is not None:
                operations.update(contacts, one.record, values, by)

    def _set_status(self, party: Party, status: str, by: User, moment: datetime) -> None:
        self.diary.note(moment, by, lambda: self._change_all(party, {"status": status}, by))

    def _write(self, on: Party, otherwise: Party, text: str, by: User, moment: datetime) -> None:
        self.diary.note(moment, by, lambda: notes.add(contacts, on.record or otherwise.record, text, by))

    def _parts(self, party: Party, moment: datetime) -> dict[str, User]:
        staff, russian, random = self.staff, party.russian, self.diary.random
        owner, head = party.owner_at(moment), staff.head(party.team)
        return {"owner": owner, "head": staff.director if head is owner else head,
                "chief": staff.admin, "director": staff.director,
                "engineer": staff.somebody("integration", russian, random),
                "support": staff.somebody("support", russian, random),
                "marketing": staff.somebody("marketing", russian, random)}

    def _successor(self, party: Party) -> User:
        others = [user for user in self.staff.by_team[party.team]
                  if user is not party.owners[-1][1] and (user.language == "ru") == party.russian]
        return self.diary.random.choice(others) if others else self.staff.head(party.team)

    def _spokesman(self, party: Party) -> Party:
        return party.people[0] if party.people else party

    def _money(self, party: Party, number: int) -> str:
        each = self.diary.random.randint(50, 140) * 10
        if party.russian:
            return f"{number * each * 80:,} ₽".replace(",", "\u00a0")
        return MONEY.get(party.city.country, "€{:,}").format(number * each)


def _day(moment: datetime) -> str:
    return moment.date().isoformat()
