"""The company's own lists for contacts."""

from typing import Any

import marshmallow as ma
from flask import current_app
from flask_babel import gettext as _
from marshmallow import ValidationError, validate

from core.contacts.codes import Country
from core.records import Choice, Option, RecordSchema, Rows, RowSchema, Text
from core.web.fields import COLORS
from core.web.lazy import lazy as _l


class OptionRow(RowSchema):
    """One option of a company's list: what is stored, what people read, its colour."""

    value = Text(label=_l("Key"), required=True, max_length=40,
                 validate=validate.Regexp(r"^[a-z0-9_-]+$", error=_l("Small letters, digits, - and _ only.")))
    label = Text(label=_l("Label"), required=True, max_length=60)
    color = Choice([Option(color, color, color) for color in COLORS], label=_l("Colour"), load_default="gray",
                   allow_none=False)


def _country_of_the_language() -> str | None:
    """Russian is enough to go by; English and others are spoken in too many countries."""
    return "RU" if current_app.config["LANGUAGE"] == "ru" else None


def _list(*options: tuple[str, Any, str]) -> Any:
    return lambda: [{"value": value, "label": label, "color": color} for value, label, color in options]


class ContactSettings(RecordSchema):
    """Settings of contacts."""

    region = Country(label=_l("Country of the company"), load_default=_country_of_the_language,
                     help=_l("Phone numbers without a country code are read as numbers of this country."))
    statuses = Rows(OptionRow, label=_l("Statuses"), load_default=_list(
        ("prospect", _l("Prospect"), "blue"), ("client", _l("Client"), "green"),
        ("partner", _l("Partner"), "violet"), ("former", _l("Former"), "gray")))
    sources = Rows(OptionRow, label=_l("Sources"), load_default=_list(
        ("recommendation", _l("Recommendation"), "green"), ("website", _l("Website"), "blue"),
        ("exhibition", _l("Exhibition"), "violet"), ("call", _l("Call"), "amber"),
        ("advertising", _l("Advertising"), "orange"), ("other", _l("Other"), "gray")))

    @ma.validates_schema
    def unique(self, data: dict[str, Any], **_kwargs: Any) -> None:
        """A key stands once in a list, and a list has at least one option."""
        for name in {"statuses", "sources"} & data.keys():
            keys = [row["value"] for row in data[name]]
            if not keys or len(set(keys)) != len(keys):
                raise ValidationError(_("Give at least one option, and each key once."), name)
