"""Merging contacts in the browser: choose them, compare them, make one of them."""

from collections.abc import Sequence
from typing import Any

from flask import Blueprint, flash, redirect, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from flask_login import current_user
from marshmallow import ValidationError
from werkzeug.wrappers import Response

from core.contacts import merge_page, merging
from core.contacts.models import Contact
from core.contacts.records import contacts
from core.database import db
from core.journal import current_transaction_id
from core.records import finding, lists
from core.records import operations as records
from core.records.operations import StaleError
from core.records.query import ListState
from core.records.search.words import MAX_QUESTION
from core.web import flash_undo, render, requires
from core.web.errors import Problem

FOUND = 20

Answer = str | Response | tuple[str, int]

blueprint = Blueprint("contact_merging", __name__, url_prefix="/contacts", template_folder="templates")


@blueprint.post("/merge")
@requires(contacts.permission("edit"))
def chosen() -> Response:
    """Take the rows ticked in the list to the page that compares them; the oldest is the first."""
    numbers = sorted(set(_numbers(request.form.getlist("ids"))))
    if request.form.get("all") == "1" or not 2 <= len(numbers) <= merging.MOST:
        flash(_("Choose from 2 to %(limit)s contacts to merge.", limit=merging.MOST), "warning")
        state = ListState.parse(contacts, request.form)
        return redirect(contacts.url("index") + lists.query_string(state))
    return redirect(url_for(".merge", contact_id=numbers[0], **{"with": numbers[1:]}), 303)  # type: ignore[arg-type]


@blueprint.route("/<int:contact_id>/merge", methods=["GET", "POST"])
@requires(contacts.permission("edit"))
def merge(contact_id: int) -> Answer:
    """Choose who is the same, compare, merge."""
    others = _numbers(request.values.getlist("with"))
    if request.method == "POST":
        return _merge(contact_id, list(dict.fromkeys([contact_id, *others])))
    if not others:
        return _choose_page(records.find(contacts, contact_id, current_user, "edit"))
    try:
        winner, losers = merging.find(contact_id, others, current_user)
    except ValidationError as error:
        return _refused(contact_id, others, error), 422
    return _page([winner, *losers], contact_id)


def _merge(contact_id: int, numbers: Sequence[int]) -> Answer:
    winner = request.form.get("winner", contact_id, type=int)
    losers = [number for number in numbers if number != winner]
    if winner not in numbers:
        raise Problem(422, _("Choose which contact stays."), _("It must be one of those that are merged."))
    versions = {number: version for number in numbers
                if (version := request.form.get(f"version.{number}", type=int)) is not None}
    try:
        everyone = _everyone(winner, losers, numbers)
        merging.merge(winner, losers, merge_page.chosen_values(everyone, request.form), current_user, versions)
    except ValidationError as error:
        db.session.rollback()
        messages: dict[str, Any] = error.normalized_messages()
        if "losers" in messages:
            return _refused(contact_id, losers, error), 422
        return _page(_everyone(winner, losers, numbers), winner, messages), 422
    except StaleError as stale:
        name = contacts.title_of(stale.record)
        db.session.rollback()
        return _page(_everyone(winner, losers, numbers), winner, {"": [
            _("%(name)s was changed meanwhile. Look again, then merge.", name=name)]}), 409
    undo = current_transaction_id()
    db.session.commit()
    flash_undo(_("Merged."), undo)
    return redirect(contacts.url("show", record_id=winner))


def _everyone(winner: int, losers: Sequence[int], order: Sequence[int]) -> list[Contact]:
    """All that are merged, in the order in which the page shows them, whoever stays."""
    one, others = merging.find(winner, losers, current_user)
    return sorted([one, *others], key=lambda contact: order.index(contact.id))


def _page(everyone: Sequence[Contact], winner: int, errors: dict[str, Any] | None = None) -> str:
    return render("contact/merge.html", **merge_page.context(everyone, winner, request.form, errors or {},
                                                             current_user))


def _refused(contact_id: int, others: Sequence[int], error: ValidationError) -> str:
    """The choice once more, with what is wrong with it."""
    messages = error.normalized_messages()["losers"]
    flat = [text for texts in messages.values() for text in texts] if isinstance(messages, dict) else messages
    contact = records.find(contacts, contact_id, current_user, "edit")
    return _choose_page(contact, others, " ".join(dict.fromkeys(flat)))


def _choose_page(contact: Contact, others: Sequence[int] = (), error: str = "") -> str:
    text = request.args.get("with.text", "").strip()[:MAX_QUESTION]
    found = [one for one in finding.records([contacts], text, current_user, FOUND) if one.id != contact.id] \
        if text else []
    titles = contacts.titles(others, current_user)
    if text and not found and not error:
        error = _("No other contact fits these words.")
    hint = ngettext("%(num)d contact fits: choose it in the list.", "%(num)d contacts fit: choose in the list.",
                    len(found)) if found else _("One, or up to %(limit)s.", limit=merging.MOST - 1)
    return render(
        "contact/merge_choose.html", rt=contacts, contact=contact,
        field={"name": "with", "label": _("The same as"), "kind": "relation", "multiple": True,
               "value": [number for number in dict.fromkeys(others) if number in titles],
               "display": [titles[number] for number in dict.fromkeys(others) if number in titles],
               "choices": [(one.id, one.title) for one in found], "required": False,
               "lookup_url": url_for("records.lookup", name=contacts.name),
               "help": hint, "error": error},
        urls={"list": contacts.url("index"), "record": contacts.url("show", record_id=contact.id),
              "merge": url_for(".merge", contact_id=contact.id)})


def _numbers(texts: Sequence[str]) -> list[int]:
    return [int(text) for text in texts if text.isascii() and text.isdecimal() and len(text) < 20]
