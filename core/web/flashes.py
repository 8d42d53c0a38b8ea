"""Messages that survive a redirect; after a change they carry the way back."""

from typing import Any

from flask import flash, get_flashed_messages, url_for


def flash_undo(message: str, transaction_id: int | None) -> None:
    """Tell the user what was done, with an Undo beside it when there is something to undo."""
    flash(message if transaction_id is None else {"text": message, "undo": transaction_id}, "success")  # type: ignore[arg-type]


def pending() -> list[dict[str, Any]]:
    """The messages that wait for this user, as templates read them."""
    found = []
    waiting: list[tuple[str, Any]] = get_flashed_messages(with_categories=True)  # type: ignore[assignment]
    for category, message in waiting:
        undo = message.get("undo") if isinstance(message, dict) else None
        found.append({
            "category": category,
            "message": message["text"] if isinstance(message, dict) else message,
            "undo_url": url_for("records.undo", transaction_id=undo) if undo else None,
        })
    return found
