"""What the catalogue does when something has happened."""

from collections.abc import Mapping
from typing import Any

from flask_babel import gettext as _

from core.database import db
from core.inbox import notify
from core.users import User
from core.web import speaking
from plugins.catalog.models import PriceList
from plugins.catalog.records import price_lists


def price_list_expired(payload: Mapping[str, Any]) -> None:
    """Tell the owner of a price list that nobody gets its prices any more."""
    price_list = db.session.get(PriceList, payload["id"])
    owner = db.session.get(User, price_list.owner_id) if price_list and price_list.owner_id else None
    if price_list is None or owner is None:
        return
    with speaking(owner):
        title = _("The price list “%(name)s” has expired", name=price_list.name)
        body = _("It was switched off. Give it a later last day and switch it on, if its prices still hold.")
    notify(owner.id, "system", title, price_lists.url("show", record_id=price_list.id), body,
           once=f"catalog.price_list_expired:{price_list.id}:{price_list.valid_until}")
