"""What befalls whom: the stories of all contacts, and the turns that only some of them take."""

from datetime import timedelta
from typing import Any

from core.contacts.demo import numbers, stories
from core.contacts.demo.cast import Party
from core.contacts.demo.history import History

IMPORTED, MOVERS, LEAVERS, ENTRUSTED, NEW_PHONES, SECOND_JOBS, DUPLICATES = 7, 10, 7, 4, 24, 8, 3


def turns(history: History, organizations: list[Party], people: list[Party]) -> None:
    """Plan the past of everybody."""
    random, diary, staff = history.diary.random, history.diary, history.staff
    plain = [party for party in organizations if not party.above and not any(o.above is party for o in organizations)
             and party.team != "agency"]
    cards = random.sample(plain, k=IMPORTED * 2)
    for days, some in ((400, cards[:IMPORTED]), (75, cards[IMPORTED:])):
        history.exhibition(diary.some_day(days, days - 20), some, staff.by_team["marketing"][1])
        for party in some:
            for person in party.people:
                person.begins = max(person.begins, diary.after(party.begins, 0, 2))
    kept = [party for party in organizations if history.organization(party, party in cards)]
    for party in random.sample([party for party in organizations if party.team == "integration"], k=ENTRUSTED):
        history.hand_over(party, staff.admin, diary.later(party.begins, 500), stories.ENTRUSTED, staff.director)
    old = [party for party in kept if party.begins < diary.now - timedelta(days=30)]
    for days, (question, party) in enumerate(zip(stories.ASKED, random.sample(old, k=len(stories.ASKED)), strict=True)):
        history.remark(party, question, diary.some_day(days, days), chief=staff.admin.name)
    _careers(history, organizations, [
        person for person in people if person.above and person.above.people[0] is not person])
    for person in people:
        history.person(person)
    for person in random.sample(people, k=NEW_PHONES):
        number = numbers.mobile(person.city.country, person.city.area, random)
        history.change(person, lambda p, number=number: _another_phone(p, number),  # type: ignore[misc]
                       diary.later(person.begins, 400))
    for person in random.sample(people, k=DUPLICATES):
        history.duplicate(person, diary.later(person.begins, 200))


def _careers(history: History, organizations: list[Party], people: list[Party]) -> None:
    """People change employers, leave, or work at two."""
    random, diary = history.diary.random, history.diary
    chosen = random.sample(people, k=MOVERS + LEAVERS + SECOND_JOBS)
    for person in chosen[:MOVERS]:
        near = [party for party in organizations if party.city.country == person.city.country
                and party is not person.above and party.begins < diary.now]
        to = random.choice(near)
        history.move(person, to, diary.later(max(person.begins, to.begins), 300))
    for person in chosen[MOVERS:MOVERS + LEAVERS]:
        history.leave(person, diary.later(person.begins, 300))
    for person in chosen[MOVERS + LEAVERS:]:
        kin = [party for party in organizations if party.team == person.team and party is not person.above
               and party.city.country == person.city.country]
        if kin:
            other = random.choice(kin)
            history.change(person, lambda p, other=other: _second_job(p, other),  # type: ignore[misc]
                           diary.later(max(person.begins, other.begins), 200), history.staff.director)


def _another_phone(person: Party, number: str) -> dict[str, Any]:
    assert person.record is not None  # noqa: S101
    kept = [{"id": row.id, "kind": row.kind, "number": row.number, "label": row.label, "primary": row.primary}
            for row in person.record.phones]
    return {"phones": [*kept, {"kind": "mobile", "number": number}]}


def _second_job(person: Party, other: Party) -> dict[str, Any]:
    assert person.record is not None  # noqa: S101
    kept = [{"id": row.id, "organization": row.organization_id, "role": row.role, "left": row.left,
             "started_on": row.started_on and row.started_on.isoformat(),
             "ended_on": row.ended_on and row.ended_on.isoformat()} for row in person.record.employers]
    if other.record is None:
        return {}
    return {"employers": [*kept, {"organization": other.record.id, "role": person.data["role"]}]}
