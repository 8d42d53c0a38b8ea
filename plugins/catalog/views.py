"""The price check, in the browser and for programs, and the pictures of products."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from flask import Blueprint, Response, flash, jsonify, redirect, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_login import current_user
from marshmallow import ValidationError
from werkzeug.wrappers import Response as AnyResponse

from core.contacts import Contact, contacts
from core.database import db
from core.journal import current_transaction_id
from core.records import Date, Number, RecordSchema, Relation, find, send_file
from core.users import limit_api
from core.web import (
    ApiBlueprint,
    Problem,
    build_form,
    flash_undo,
    form_errors,
    parse_form,
    problems,
    render,
    requires,
)
from plugins.catalog import operations
from plugins.catalog.models import QUANTITY_PLACES, Picture, Product
from plugins.catalog.records import products
from plugins.catalog.schemas import label_of

blueprint = Blueprint("catalog", __name__, url_prefix="/catalog")


class Question(RecordSchema):
    """What the price check is asked: of which product, for whom, how many, on which day."""

    product = Relation("catalog.product", label=_l("Product"), required=True)
    contact = Relation("contact", label=_l("Client"), load_default=None)
    quantity = Number(label=_l("Quantity"), places=QUANTITY_PLACES, minimum=Decimal("0.001"), maximum=10**9,
                      load_default=Decimal(1), allow_none=False)
    on = Date(label=_l("Day"), load_default=operations.today, allow_none=False)


@dataclass(frozen=True)
class Answer:
    """A price with what was asked."""

    product: Product
    contact: Contact | None
    quantity: Decimal
    on: date
    price: operations.Price


def answer(asked: Mapping[str, Any]) -> Answer:
    """The price that was asked for. Raises ValidationError by field, also for what the user may not see."""
    values = Question().load(dict(asked))
    errors: dict[str, list[str]] = {}
    found: dict[str, Any] = {"contact": None}
    for name, kind in (("product", products), ("contact", contacts)):
        number = values[f"{name}_id"]
        try:
            found[name] = find(kind, number, current_user) if number is not None else None
        except Problem as problem:
            errors[name] = [f"{problem.title}. {problem.detail}"]
    if errors:
        raise ValidationError(errors)
    price = operations.price(found["product"], found["contact"], values["quantity"], values["on"], current_user)
    return Answer(found["product"], found["contact"], values["quantity"], values["on"], price)


@blueprint.get("/price", endpoint="price")
@requires("catalog.price_check")
def price_check() -> str | tuple[str, int]:
    """Choose product, client, quantity and day; see the price and how it came about."""
    fields: dict[str, Any] = Question().fields
    typed = request.args.copy()
    typed["_fields"] = ",".join(fields)
    asked = {name: value for name, value in parse_form(fields, typed).items() if value is not None}
    found, errors = None, {}
    if "product" in asked or "asked" in request.args:
        try:
            found = answer(asked)
        except ValidationError as error:
            errors = error.normalized_messages()
    # the title of what the user may not see stays out of the form
    shown = {"quantity": 1, "on": operations.today()} | {
        name: value for name, value in asked.items() if name not in errors or name not in ("product", "contact")}
    page = render("catalog/price.html", fields=build_form(fields, shown, errors), errors=form_errors(fields, errors),
                  answer=found, unit=label_of("units", found.product.unit) if found else "")
    return (page, 422) if errors else page


@blueprint.post("/products/<int:product_id>/pictures", endpoint="add_picture")
@requires("catalog.product.edit")
def add_picture(product_id: int) -> AnyResponse:
    """Put pictures on a product."""
    product = find(products, product_id, current_user, "edit")
    back = redirect(url_for("catalog_product.show", record_id=product_id))
    try:
        kept = [operations.add_picture(product, file.stream, file.filename)
                for file in request.files.getlist("pictures") if file.filename]
    except ValidationError as error:
        db.session.rollback()
        flash(" ".join(str(text) for texts in error.normalized_messages().values() for text in texts), "error")
        return back
    if not kept:
        flash(_("Choose a picture first."), "warning")
        return back
    undo = current_transaction_id()
    db.session.commit()
    flash_undo(_("Added."), undo)
    return back


@blueprint.get("/pictures/<int:picture_id>", endpoint="picture")
@requires("catalog.product.view")
def picture(picture_id: int) -> Response:
    """A picture, to those who may see its product."""
    found = _picture(picture_id, "view")
    return send_file(found.file, inline=True)


@blueprint.post("/pictures/<int:picture_id>/delete", endpoint="remove_picture")
@requires("catalog.product.edit")
def remove_picture(picture_id: int) -> AnyResponse:
    """Take a picture off its product."""
    found = _picture(picture_id, "edit")
    product_id = found.product_id
    operations.remove_picture(found)
    undo = current_transaction_id()
    db.session.commit()
    flash_undo(_("The picture was removed."), undo)
    return redirect(url_for("catalog_product.show", record_id=product_id))


def _picture(number: int, verb: str) -> Picture:
    found = db.session.get(Picture, number) if number < 2**31 else None
    if found is None:
        raise Problem(404, _("This picture is not here"), _("It may have been removed."))
    find(products, found.product_id, current_user, verb)
    return found


def _document(_api: Any) -> dict[str, dict[str, Any]]:
    """What the OpenAPI document says of the price check."""
    number = {"type": "integer", "minimum": 1, "maximum": 2**31 - 1}
    decimal = {"type": "string", "pattern": r"^[0-9]{1,9}(\.[0-9]{1,3})?$"}
    text = {"type": ["string", "null"]}
    answered = {"product": {"type": "integer"}, "contact": {"type": ["integer", "null"]},
                "quantity": {"type": "string"}, "on": {"type": "string", "format": "date"}, "amount": text,
                "currency": text, "price_list": {"type": ["integer", "null"]},
                "explanation": {"type": "array", "items": {"type": "string"}}}
    parameters = [
        ("product", number, "The id of the product."), ("contact", number, "The id of the client; else for everybody."),
        ("quantity", decimal, "How many; 1 by default."),
        ("on", {"type": "string", "format": "date"}, "The day; today by default."),
    ]
    return {"price": {
        "operationId": "catalog_price", "tags": ["CatalogPrice"],
        "parameters": [{"name": name, "in": "query", "required": name == "product", "schema": schema,
                        "description": description} for name, schema, description in parameters],
        "responses": {"200": {"description": "The price of one unit, without tax, and how it came about.", "content": {
            "application/json": {"schema": {"type": "object", "properties": answered, "required": list(answered),
                                            "additionalProperties": False}}}}}
        | problems(400, 401, 403, 422, 429)}}


api = ApiBlueprint("catalog_price_api", __name__, url_prefix="/api/v1/catalog/price", describe=_document)
limit_api(api)


@requires("catalog.price_check")
def price_for_programs() -> Response:
    """The price of a product.

    For a client, a quantity and a day, with the steps that lead to it.
    """
    unknown = [name for name in request.args if name not in Question().fields]
    if unknown:
        raise Problem(400, _("There is no parameter “%(name)s” here.", name=unknown[0][:60]),
                      _("There are %(known)s.", known=", ".join(Question().fields)))
    try:
        found = answer({name: _whole(value) for name, value in request.args.items()})
    except ValidationError as error:
        raise Problem(422, _("Some fields need attention"), _("Each is named with what is wrong."), errors={
            name: [{"pointer": f"/{name}", "detail": str(text)} for text in texts]
            for name, texts in error.normalized_messages().items()}) from error
    price = found.price
    return jsonify({
        "product": found.product.id, "contact": found.contact.id if found.contact else None,
        "quantity": str(found.quantity), "on": found.on.isoformat(),
        "amount": None if price.amount is None else str(price.amount), "currency": price.currency,
        "price_list": price.price_list.id if price.price_list else None, "explanation": list(price.explanation)})


api.add_url_rule("", "price", price_for_programs)


def _whole(text: str) -> int | str:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 20 else text
