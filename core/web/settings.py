"""The company: its name and its money."""

from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from marshmallow import ValidationError, validates

from core.web.fields import Choice, Option, RecordSchema, Tags, Text, currencies


class CompanySettings(RecordSchema):
    """Settings of the company as a whole."""

    company = Text(label=_l("Company"), load_default="Eleven", required=False, allow_none=False, max_length=80)
    currency = Choice(lambda: [Option(code, code) for code in currencies()], label=_l("Main currency"),
                      load_default="EUR", allow_none=False)
    currencies = Tags(label=_l("Currencies"), load_default=lambda: ["EUR", "USD", "RUB"],
                      help=_l("Codes of ISO 4217 that amounts can be in."))

    @validates("currencies")
    def known(self, codes: Any, **_kwargs: Any) -> None:
        """Only codes of ISO 4217."""
        unknown = [code for code in codes if code not in currencies()]
        if unknown or not codes:
            raise ValidationError(_("Give codes of ISO 4217, like EUR; unknown: %(codes)s.", codes=", ".join(unknown)))
