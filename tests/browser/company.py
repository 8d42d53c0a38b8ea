"""A small company with a bit of everything, for pages that are looked at."""

from typing import Any

from core.database import db
from core.inbox import notify
from core.records import notes, record_type
from core.testing import factories
from core.users import User


def people(**scopes: str) -> User:
    """A colleague who may do with contacts what is granted, by default see and edit all."""
    return factories.user("Olga Orlova", **(scopes or {"contact__view": "all", "contact__edit": "all"}))


def companies() -> list[Any]:
    """Four organisations, one of each status."""
    return [factories.contact(name, status=status, tags=tags, phones=[{"number": phone}],
                              emails=[{"address": f"info@{domain}.example"}], addresses=[{"city": city}])
            for name, status, tags, phone, domain, city in (
                ("Acme Robotics", "prospect", [], "+1 415 555 0132", "acme", "Berlin"),
                ("Blue Harbor", "client", ["vip"], "+44 20 7946 0018", "harbor", "London"),
                ("Northwind Traders", "partner", ["vip", "north"], "+49 30 901820", "northwind", "Oslo"),
                ("ООО «Северный ветер»", "former", ["north"], "+7 812 555-01-32", "veter", "Мурманск"))]


def person(organization: Any, **more: Any) -> Any:
    """A woman who works for an organisation, with every part of the form filled."""
    return factories.contact("", **{
        "kind": "person", "family_name": "Иванова", "given_name": "Мария", "patronymic": "Сергеевна",
        "emails": [{"address": "maria@example.com"}, {"address": "m@example.com", "kind": "home"}],
        "phones": [{"number": "+7 916 123-45-67", "kind": "mobile"}],
        "links": [{"kind": "telegram", "value": "@maria"}], "addresses": [{"city": "Москва", "street": "Арбат, 1"}],
        "employers": [{"organization": organization.id, "role": "Buyer"}], "birthday": "1985-05-17",
        "dates": [{"label": "Wedding", "date": "2010-06-05"}], "about": "Likes short mails.", "tags": ["vip"]} | more)


def everything(admin: User) -> Any:
    """All of it, with a note, news in the inbox and something in the trash; returns the person."""
    made = companies()
    maria = person(made[1])
    notes.add(record_type("contact"), maria, "Called, comes back on Monday.\nSee https://example.com/offer", admin)
    notify(admin.id, "mention", "Olga mentioned you", "/contacts/", body="in a note", actor_id=None)
    db.session.commit()
    return maria
