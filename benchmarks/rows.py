"""The rows of a company, made from a fixed seed: contact number n is the same in every run and on every engine."""

import random
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

from core.database import fold, new_uid

SEED = 11
STATUSES = ("prospect", "client", "partner", "former")
GIVEN = ("Maria", "John", "Elena", "Peter", "Anna", "David", "Мария", "Иван", "Елена", "Пётр", "Анна", "Алексей")
FAMILY = ("Smith", "Johnson", "Becker", "Rossi", "Novak", "Silva", "Иванова", "Петрова", "Сидорова", "Соколова")
TRADES = ("Timber", "Optics", "Foods", "Metal", "Tools", "Стройка", "Свет", "Транспорт")
BEGINNING = datetime(2020, 1, 1, tzinfo=UTC)


def contacts(first: int, last: int, owners: list[int]) -> Iterator[dict[str, Any]]:
    """The rows of table `contact` with ids from `first` up to but without `last`; every fifth is an organisation."""
    for number in range(first, last):
        chance = random.Random(SEED * 10_000_019 + number)
        yield contact(number, chance) | {"id": number, "owner_id": chance.choice(owners)}


def contact(number: int, chance: random.Random) -> dict[str, Any]:
    """One row without id and owner; also what the bare application inserts."""
    family, given = chance.choice(FAMILY), chance.choice(GIVEN)
    person = number % 5 > 0
    name = f"{family} {given} {number}" if person else f"{chance.choice(TRADES)} {family} {number}"
    created = BEGINNING + timedelta(seconds=chance.randrange(5 * 365 * 86400))
    return {
        "uid": new_uid(), "version": 1, "kind": "person" if person else "organization",
        "name": name, "name_key": fold(name),
        "family_name": f"{family} {number}" if person else "", "given_name": given if person else "",
        "status": chance.choice(STATUSES), "email": f"contact{number}@example.org", "phone": f"+7916{number:07d}",
        "created_at": created, "updated_at": created + timedelta(seconds=chance.randrange(86400 * 300)),
    }


def emails(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The rows of table `contact_email` for contacts: the address that each names."""
    return [{"contact_id": row["id"], "address": row["email"], "primary": True} for row in rows]


def phones(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The rows of table `contact_phone` for contacts: the number that each names."""
    return [{"contact_id": row["id"], "number": row["phone"], "e164": row["phone"], "primary": True} for row in rows]
