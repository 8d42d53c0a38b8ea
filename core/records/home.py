"""The first page: cards of core and of plugins, each with what its reader may want to look at next."""

from typing import Any

from flask import url_for

from core.plugin import Card, registry
from core.records.pages import box, panel_body


def cards(user: Any) -> list[dict[str, Any]]:
    """The cards of a person as the page draws them; a lazy one's body is fetched when it scrolls into view."""
    drawn = []
    for plugin, card in _asked(user):
        lazy = url_for("records.card", plugin=plugin, key=card.key) if card.lazy else None
        drawn.append({"empty": card.empty} | box(plugin, card, lazy))
    return drawn


def card_body(plugin: str, key: str, user: Any) -> dict[str, Any] | None:
    """The body of one card; None if the person has none of that name."""
    found = next((card for owner, card in _asked(user) if (owner, card.key) == (plugin, key)), None)
    return {"empty": found.empty} | panel_body(plugin, found) if found else None


def _asked(user: Any) -> list[tuple[str, Card]]:
    found = registry().calls.gather("dashboard_cards", user=user)
    return [(plugin, card) for plugin, card in found if card.permission is None or user.may(card.permission)]
