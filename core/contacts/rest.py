"""Merging for programs: POST /api/v1/contacts/<id>/merge."""

from typing import Any

from flask import Response
from flask_babel import gettext as _
from flask_login import current_user
from marshmallow import ValidationError

from core.contacts import merging
from core.contacts.records import contacts
from core.records import idempotency, operations
from core.records.operations import StaleError
from core.records.rest import body, documents, resource, schemas
from core.users.limits import limit_api
from core.web import requires
from core.web.api import Api, ApiBlueprint, problems, reference
from core.web.errors import Problem

SHAPE = ("losers", "values")


def _describe(api: Api) -> dict[str, dict[str, Any]]:
    """What the OpenAPI document says of merging."""
    name = documents.component(contacts)
    api.spec.components.schema(f"{name}Merge", {
        "type": "object", "required": ["losers"], "additionalProperties": False, "properties": {
            "losers": {"type": "array", "items": schemas.ID, "minItems": 1, "maxItems": merging.MOST - 1,
                       "uniqueItems": True, "description": "The contacts that go, by id."},
            "values": reference("schemas", f"{name}Change")}})
    return {"merge": {
        "operationId": "contact_merge", "tags": [name],
        "parameters": [documents.IF_MATCH, documents.IDEMPOTENCY_KEY], "requestBody": documents.body(f"{name}Merge"),
        "responses": {"200": documents.answered("The contact that stays, as it is now.", name, "ETag")}
        | problems(400, 401, 403, 404, 409, 412, 413, 415, 422, 428, 429)}}


blueprint = ApiBlueprint("contact_merging_api", __name__, url_prefix="/api/v1/contacts", describe=_describe)
blueprint.register_error_handler(StaleError, resource.stale)
limit_api(blueprint)


@requires(contacts.permission("edit"))
def merge(record_id: int) -> Response:
    """Merge others into a contact.

    It stays, with its id, and takes over what the others have and it has not: values, e-mails, notes, and whatever
    else refers to them. The others go. `values` count before all that was there.
    """
    resource.ask_for_version()

    def act() -> Response:
        winner = operations.find(contacts, record_id, current_user, "edit")
        resource.match(winner)
        losers, values = _read(body.received())
        try:
            merged = merging.merge(record_id, losers, body.checked(contacts, values), current_user,
                                   {record_id: winner.version})
        except ValidationError as error:
            raise _refused(error) from error
        return resource.saved(contacts, merged)
    return idempotency.once(current_user.id, act)


blueprint.add_url_rule("/<int:record_id>/merge", "merge", merge, methods=["POST"])


def _read(sent: dict[str, Any]) -> tuple[list[int], dict[str, Any]]:
    """The ids and the values of a request. Raises Problem (422) where it has another shape."""
    if unknown := sorted(set(sent) - set(SHAPE)):
        raise _misshapen(f"/{unknown[0]}", _("There is no such name here. There are %(known)s.",
                                             known=", ".join(SHAPE)))
    losers, values = sent.get("losers"), sent.get("values", {})
    if not isinstance(losers, list):
        raise _misshapen("/losers", _("Give a list of ids."))
    for place, number in enumerate(losers):
        if not isinstance(number, int) or isinstance(number, bool) or not 0 < number < 2**31:
            raise _misshapen(f"/losers/{place}", _("Give a whole number above 0."))
    if not isinstance(values, dict):
        raise _misshapen("/values", _("Give an object with the record's fields."))
    return losers, values


def _misshapen(pointer: str, detail: str) -> Problem:
    return Problem(422, _("The request does not have the shape of a merge"), detail,
                   errors={pointer.split("/")[1]: [{"pointer": pointer, "detail": detail}]})


def _refused(error: ValidationError) -> Problem:
    """Faults of the ids stand at their places, those of fields below `values`."""
    messages: dict[Any, Any] = error.normalized_messages()
    below = "" if "losers" in messages else "/values"
    return Problem(422, _("Nothing was merged"), _("Each fault is named with its place."),
                   errors=body.problem_fields(error, below))
