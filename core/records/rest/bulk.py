"""Many records in one request, each with its result."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from flask_babel import gettext as _
from marshmallow import ValidationError
from sqlalchemy import select
from sqlalchemy.exc import DataError, IntegrityError
from sqlalchemy.orm import selectinload

from core.database import db
from core.records import operations, query
from core.records.operations import StaleError
from core.records.rest import body, writing
from core.records.type import RecordType
from core.web.errors import Problem

MAX_ITEMS = 200
ACTIONS = {"create": "create", "update": "edit", "delete": "delete"}
"""What can be done, and the permission that it needs."""
SHAPES = {"create": ("data",), "update": ("id", "version", "data"), "delete": ("id", "version")}
"""The names that an item of each action has."""

Result = dict[str, Any]


def run(kind: RecordType, request: Mapping[str, Any], user: Any) -> dict[str, Any]:
    """Do what a bulk request asks; the caller commits.

    Returns {"results": […]} in the order of the items. Raises Problem: 422 for a request of the wrong shape or,
    when it is all or nothing, for refused items, all of which it names; 403 without the permission.
    """
    action, items, atomic = _read(request)
    if not user.may(kind.permission(ACTIONS[action])):
        raise Problem(403, _("You may not do that"), _("Ask your administrator for the permission."))
    numbers = [item["id"] for item in items if "id" in item]
    doubles = sorted({number for number in numbers if numbers.count(number) > 1})
    if doubles:
        raise _misshapen("/items", _("These records are there more than once: %(ids)s.",
                                     ids=", ".join(map(str, doubles[:20]))))
    records, allowed = _load(kind, numbers, action, user) if numbers else ({}, set())

    def do(item: Mapping[str, Any]) -> Result:
        if action == "create":
            made = operations.create(kind, body.checked(kind, item["data"]), user)
            return _done(made, 201)
        record = records.get(item["id"])
        if record is None:
            raise operations.not_here(kind)
        if item["id"] not in allowed:
            raise operations.not_yours()
        if item.get("version") not in (None, record.version):
            raise StaleError(record)
        if action == "delete":
            operations.delete(kind, record, user)
            return {"status": 204, "id": item["id"]}
        return _done(operations.update(kind, record, body.checked(kind, item["data"]), user), 200)

    results = [_tried(do, item, number) for number, item in enumerate(items)]
    failed = [dict(result, index=number) for number, result in enumerate(results) if result["status"] >= 400]
    if failed and atomic:
        raise Problem(422, _("Nothing was done, because some items cannot be"),
                      _("Mend or leave out the items named in `results`, or send \"atomic\": false."), results=failed)
    return {"results": results}


def _read(request: Mapping[str, Any]) -> tuple[str, list[dict[str, Any]], bool]:
    unknown = sorted(set(request) - {"action", "items", "atomic"})
    if unknown:
        raise _misshapen(f"/{unknown[0]}", _("There is no such name here. There are action, items, atomic."))
    action, items, atomic = request.get("action"), request.get("items"), request.get("atomic", True)
    if not isinstance(action, str) or action not in ACTIONS:
        raise _misshapen("/action", _("Give one of: %(listed)s.", listed=", ".join(ACTIONS)))
    if not isinstance(atomic, bool):
        raise _misshapen("/atomic", _("Give true or false."))
    if not isinstance(items, list) or not 1 <= len(items) <= MAX_ITEMS:
        raise _misshapen("/items", _("Give a list of 1 to %(limit)s items.", limit=MAX_ITEMS))
    for number, item in enumerate(items):
        _check_item(action, item, f"/items/{number}")
    return action, items, atomic


def _check_item(action: str, item: Any, place: str) -> None:
    known = SHAPES[action]
    if not isinstance(item, dict) or set(item) - set(known):
        raise _misshapen(place, _("Give an object of %(known)s.", known=", ".join(known)))
    if "data" in known and not isinstance(item.get("data"), dict):
        raise _misshapen(f"{place}/data", _("Give an object with the record's fields."))
    for name in ("id", "version"):
        value = item.get(name)
        given = name in item if name == "version" else name in known
        if given and (not isinstance(value, int) or isinstance(value, bool) or not 0 < value < 2**31):
            raise _misshapen(f"{place}/{name}", _("Give a whole number above 0."))


def _misshapen(pointer: str, detail: str) -> Problem:
    name = pointer.split("/")[1]
    return Problem(422, _("The request does not have the shape of a bulk request"), detail,
                   errors={name: [{"pointer": pointer, "detail": detail}]})


def _load(kind: RecordType, ids: Sequence[int], action: str, user: Any) -> tuple[dict[int, Any], set[int]]:
    """The named records that the user sees, locked, and the ids of those that the action may be done to."""
    visible = kind.model.id.in_(ids) & query.access(kind, user)
    children = [selectinload(getattr(kind.model, name)) for name in writing.nested(kind)]
    found = db.session.scalars(
        select(kind.model).where(visible).order_by(kind.model.id).options(*children).with_for_update(of=kind.model))
    records = {record.id: record for record in found}
    verb = ACTIONS[action]
    return records, set(db.session.scalars(
        select(kind.model.id).where(visible, query.access(kind, user, verb))))


def _tried(do: Callable[[Mapping[str, Any]], Result], item: Mapping[str, Any], number: int) -> Result:
    """An item's result: what was done, or why it was refused and left no trace."""
    try:
        with db.session.begin_nested():
            return do(item)
    except ValidationError as error:
        return _refused(422, _("Some fields need attention"), _("Each is named with what is wrong."),
                        errors=body.problem_fields(error, f"/items/{number}/data"))
    except StaleError as error:
        return _refused(412, _("Somebody else changed this first"), _("Read it again and send its version."),
                        version=error.record.version)
    except Problem as error:
        return _refused(error.status, error.title, error.detail, **error.more)
    except IntegrityError:
        return _refused(409, _("That contradicts what is already there"),
                        _("A value must be unique or points to something that is gone. Reload and check."))
    except DataError:
        return _refused(422, _("A value does not fit"),
                        _("A number is too large or a text holds a forbidden character."))


def _refused(status: int, title: str, detail: str, **more: Any) -> Result:
    return {"status": status, "title": title, "detail": detail or title} | more


def _done(record: Any, status: int) -> Result:
    return {"status": status, "id": record.id, "version": record.version}

