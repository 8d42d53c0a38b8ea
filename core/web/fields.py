"""The kinds of fields: marshmallow fields that also know how they are shown, filtered and typed in.

A record's schema is the one description of its fields; forms, lists, filters, REST, import and export
all read it. A field's `kind` picks the widget, the filter operators and the way it is written.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_EVEN, Decimal, InvalidOperation
from functools import lru_cache
from typing import TYPE_CHECKING, Any, ClassVar

import marshmallow as ma
from babel.core import get_global
from babel.numbers import get_currency_precision
from flask_babel import gettext as _
from marshmallow import ValidationError, validate

from core.web.lazy import lazy as _l

COLORS = ("gray", "blue", "indigo", "green", "amber", "orange", "red", "violet")
MAX_TEXT = 200_000
"""Characters that any text may have; more is a mistake or an attack."""


@dataclass(frozen=True)
class Option:
    """One value of a choice: what is stored, what people read, and the colour of its dot if it means something."""

    value: str
    label: Any
    color: str = ""


Options = Sequence[Option] | Callable[[], Sequence[Option]]


if TYPE_CHECKING:
    _Field = ma.fields.Field[Any]
else:
    _Field = object  # a mixin: each kind below names its marshmallow field


def _said(**messages: Any) -> dict[str, Any]:
    return messages


class Spoken(_Field):
    """A field that says what is wrong in the reader's language: marshmallow's own messages are English only."""

    default_error_messages = _said(
        required=_l("Fill this in."), null=_l("Fill this in."), validator_failed=_l("This cannot stand here."))

    def make_error(self, key: str, **kwargs: Any) -> ValidationError:
        """The error of a key, as marshmallow asks for it."""
        return ValidationError(str(self.error_messages[key]).format(**kwargs))


class FieldUi(Spoken):
    """What all our fields add to marshmallow's: a label, a place in the form, and how lists use them.

    `sort` marks fields that lists may be sorted by (their column needs an index together with `id`),
    `show` whether the record page shows them, `section` under which heading. `bulk=False` says that a value is one
    record's own, so that nobody gives it to many at once.
    """

    kind: ClassVar[str] = "text"
    align: ClassVar[str] = "start"

    def __init__(self, *, label: Any, help: Any = "", section: str = "", sort: bool = False,  # noqa: A002
                 show: bool = True, filters: bool = True, bulk: bool = True, **kwargs: Any) -> None:
        kwargs.setdefault("allow_none", not kwargs.get("required", False))
        super().__init__(**kwargs)
        self.label, self.help, self.section = label, help, section
        self.sort, self.show, self.filters, self.bulk = sort, show, filters, bulk

    def column(self, model: type[Any]) -> Any:
        """The mapped attribute that stores the field."""
        return getattr(model, str(self.attribute or self.name))


class Text(FieldUi, ma.fields.String):
    """A line of text, or several (`multiline`); stored as given, without NUL bytes and outer blanks."""

    default_error_messages = _said(invalid=_l("Write a text."), invalid_utf8=_l("Write a text."))

    def __init__(self, *, max_length: int = 400, multiline: bool = False, **kwargs: Any) -> None:
        limit = MAX_TEXT if multiline and max_length == 400 else max_length
        checks = [_at_most(limit), *_as_list(kwargs.pop("validate", None))]
        if kwargs.get("required"):
            checks.append(validate.Length(min=1, error=_l("Fill this in.")))
        super().__init__(validate=checks, **kwargs)
        self.multiline = multiline
        if multiline:
            self.kind = "textarea"  # type: ignore[misc]

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> str:
        return _sound(super()._deserialize(value, attr, data, **kwargs)).strip()


class Email(Text):
    """An e-mail address."""

    kind = "email"

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(validate=validate.Email(error=_l("This is no e-mail address.")), max_length=254, **kwargs)

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> str:
        name, at, domain = super()._deserialize(value, attr, data, **kwargs).rpartition("@")
        if "xn--" in domain.lower():
            # a browser sends a domain of other letters in the form that computers exchange
            with suppress(UnicodeError):
                domain = domain.encode("ascii").decode("idna")
        return name + at + domain


class Phone(Text):
    """A phone number, kept as it was entered: "ask the secretary" is a way to reach somebody too."""

    kind = "phone"


class Url(Text):
    """A web address with http or https."""

    kind = "url"

    def __init__(self, **kwargs: Any) -> None:
        check = validate.URL(schemes={"http", "https"}, error=_l("Write the whole address, with https://."))
        super().__init__(validate=check, max_length=2000, **kwargs)


class Integer(FieldUi, ma.fields.Integer):
    """A whole number that the database can hold."""

    kind, align = "number", "end"
    default_error_messages = _said(
        invalid=_l("Write a whole number, like 12."), too_large=_l("The number is too large."))

    def __init__(self, *, minimum: int = -(2**31), maximum: int = 2**31 - 1, **kwargs: Any) -> None:
        super().__init__(strict=True, validate=_between(minimum, maximum), **kwargs)


class Number(FieldUi, ma.fields.Decimal):
    """A decimal number with a fixed number of places, stored as an integer of its last place."""

    kind, align = "number", "end"
    default_error_messages = _said(
        invalid=_l("Write a number, like 12.50."), special=_l("Write a number, like 12.50."),
        too_large=_l("The number is too large."))

    def __init__(self, *, places: int = 2, minimum: Any = None, maximum: Any = 10**12, **kwargs: Any) -> None:
        super().__init__(as_string=True, places=places, allow_nan=False,
                         validate=_between(minimum, maximum), **kwargs)


class Boolean(FieldUi, ma.fields.Boolean):
    """Yes or no."""

    kind = "bool"
    default_error_messages = _said(invalid=_l("Choose yes or no."))

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("allow_none", False)
        super().__init__(**kwargs)


class Date(FieldUi, ma.fields.Date):
    """A day, ISO 8601."""

    kind = "date"
    default_error_messages = _said(
        invalid=_l("Write a day like 2026-05-17."), format=_l("Write a day like 2026-05-17."))


NO_YEAR = 1604
"""The year of a day of which only day and month are known: a leap year, and Apple's address book takes it too."""

_MONTH_AND_DAY = (re.compile(r"(?:--)?(?P<month>\d{1,2})-?(?P<day>\d{2})"),
                  re.compile(r"(?P<day>\d{1,2})\.(?P<month>\d{1,2})\.?"),
                  re.compile(r"(?P<day>\d{1,2})\.(?P<month>\d{1,2})\.(?P<year>\d{4})"))


class Anniversary(FieldUi, ma.fields.Date):
    """A day that returns each year: a birthday. Its year may be unknown, then `NO_YEAR` stands for it.

    Taken as ISO 8601, as 05-17 or --05-17 without the year, as 17.05.1985 and 17.05.
    """

    kind = "anniversary"

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> date:
        text = value.strip() if isinstance(value, str) else value
        for form in _MONTH_AND_DAY if isinstance(text, str) else ():
            if found := form.fullmatch(text):
                parts = found.groupdict()
                text = f"{parts.get('year') or NO_YEAR}-{int(parts['month']):02}-{int(parts['day']):02}"
                break
        try:
            found_day: date = super()._deserialize(text, attr, data, **kwargs)
        except ValidationError:
            raise ValidationError(_("Write a day like 1985-05-17, or 05-17 when the year is not known.")) from None
        return found_day


class DateTime(FieldUi, ma.fields.AwareDateTime):
    """A moment, ISO 8601 with its offset; kept in UTC."""

    kind = "datetime"
    default_error_messages = dict.fromkeys(
        ("invalid", "invalid_awareness", "format"),
        _l("Write a moment with its offset, like 2026-05-17T14:30:00+02:00."))


class Choice(FieldUi, ma.fields.String):
    """One of a list of options, fixed or asked for at each request (a company's own list).

    A long list is offered in a box that finds what is typed if a subclass says that it is `searchable`.
    """

    kind = "choice"
    searchable = False
    default_error_messages = _said(invalid=_l("Write a text."), invalid_utf8=_l("Write a text."))

    def __init__(self, options: Options, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self._options = options

    @property
    def asked(self) -> bool:
        """Whether the options are asked for at each request, so that nothing can be said of them before."""
        return callable(self._options)

    @property
    def options(self) -> Sequence[Option]:
        """The options that can be chosen right now."""
        return self._options() if callable(self._options) else self._options

    def form_label(self, option: Option) -> Any:
        """What a form calls an option."""
        return option.label

    def option(self, value: str | None) -> Option | None:
        """The option that stands for a stored value; a value that was removed from the list speaks for itself."""
        if value is None:
            return None
        return next((o for o in self.options if o.value == value), Option(value, value))

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> Any:
        text: str = super()._deserialize(value, attr, data, **kwargs)
        if text == "" and self.allow_none:
            return None
        if all(option.value != text for option in self.options):
            listed = ", ".join(str(option.value) for option in self.options)
            raise ValidationError(_("“%(value)s” is not in the list. Choose one of: %(listed)s.",
                                    value=text[:80], listed=listed))
        return text


class Relation(FieldUi, ma.fields.Integer):
    """Another record, by id: `owner = Relation("user")` is stored in `owner_id`.

    Whether the record exists and the user may see it is checked by the operation, not here.
    """

    kind = "relation"
    default_error_messages = _said(invalid=_l("Name the record by its number."))

    def __init__(self, target: str, **kwargs: Any) -> None:
        super().__init__(strict=True, validate=_between(1, 2**31 - 1), **kwargs)
        self.target = target

    def _bind_to_schema(self, field_name: str, parent: Any) -> None:
        self.attribute = self.attribute or f"{field_name}_id"
        super()._bind_to_schema(field_name, parent)

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> Any:
        if isinstance(value, bool):
            raise self.make_error("invalid")
        number: int = super()._deserialize(value, attr, data, **kwargs)
        return number


class Tags(FieldUi, ma.fields.List[Any]):
    """Short free words, stored as a JSON list."""

    kind = "tags"
    default_error_messages = _said(invalid=_l("Give a list."))

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("load_default", list)
        kwargs.setdefault("allow_none", False)
        inner = Text(label="", max_length=60, required=True)
        super().__init__(cls_or_instance=inner, validate=_few(50), **kwargs)

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> list[Any]:
        words: list[Any] = super()._deserialize(value, attr, data, **kwargs)
        return list(dict.fromkeys(_sound(word).strip() for word in words if word.strip()))


@dataclass(frozen=True)
class MoneyValue:
    """An amount in minor units of an ISO 4217 currency, the composite value of two columns."""

    minor: int | None
    currency: str | None

    @property
    def amount(self) -> Decimal | None:
        """The amount in major units."""
        if self.minor is None:
            return None
        return Decimal(self.minor).scaleb(-get_currency_precision(self.currency or "EUR"))

    def __composite_values__(self) -> tuple[int | None, str | None]:
        return self.minor, self.currency


class Money(FieldUi, ma.fields.Field[Any]):
    """An amount of money: {"amount": "12.50", "currency": "EUR"}; stored as minor units and currency.

    The model has a `composite(MoneyValue, "<name>_minor", "<name>_currency")` of the field's name.
    """

    kind, align = "money", "end"

    def column(self, model: type[Any]) -> Any:
        """The minor units: what is compared and sorted."""
        return getattr(model, f"{self.name}_minor")

    def currency_column(self, model: type[Any]) -> Any:
        """The currency's column."""
        return getattr(model, f"{self.name}_currency")

    def _serialize(self, value: Any, attr: str | None, obj: Any, **kwargs: Any) -> Any:
        if value is None or value.minor is None:
            return None
        return {"amount": str(value.amount), "currency": value.currency}

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> MoneyValue | None:
        if not isinstance(value, Mapping) or set(value) - {"amount", "currency"}:
            raise ValidationError(_("Give an amount and a currency, like %(example)s.",
                                    example='{"amount": "12.50", "currency": "EUR"}'))
        amount, currency = value.get("amount"), str(value.get("currency") or "").upper()
        if amount in (None, ""):
            return None
        if currency not in currencies():
            raise ValidationError(_("“%(code)s” is no currency code of ISO 4217, like EUR or RUB.", code=currency[:10]))
        try:
            number = Decimal(str(amount).replace(" ", "").replace(" ", "").replace(",", "."))
            minor = (number.scaleb(get_currency_precision(currency))).quantize(Decimal(1), ROUND_HALF_EVEN)
            exact = minor == number.scaleb(get_currency_precision(currency))
        except InvalidOperation:
            raise ValidationError(_("“%(text)s” is no amount. Write digits, like 1250.00.",
                                    text=str(amount)[:40])) from None
        if not exact:
            raise ValidationError(_("%(code)s has no fractions that small.", code=currency))
        if abs(minor) >= 2**53:
            raise ValidationError(_("The amount is too large."))
        return MoneyValue(int(minor), currency)


class _Row(Spoken, ma.fields.Nested):
    """One of the child rows."""


class Rows(FieldUi, ma.fields.List[Any]):
    """Child rows that belong to the record: e-mails of a contact, items of a price list.

    The model has a list relationship of the field's name with cascade "all, delete-orphan". Rows are
    replaced as a whole; those that carry an `id` keep it. `filter_by` names those of their fields that lists
    are filtered by.
    """

    kind = "rows"
    default_error_messages = _said(invalid=_l("Give a list."))

    def __init__(self, schema: type[ma.Schema], *, filter_by: Sequence[str] = (), **kwargs: Any) -> None:
        kwargs.setdefault("allow_none", False)
        kwargs.setdefault("load_default", list)
        kwargs["filters"] = False
        super().__init__(cls_or_instance=_Row(schema), validate=_few(500), **kwargs)
        self.schema_class = schema
        self.filter_by = tuple(filter_by)

    @property
    def row_fields(self) -> Mapping[str, ma.fields.Field[Any]]:
        """The fields of one row by name, bound to its schema."""
        return fields_of(self.schema_class)


@lru_cache(1000)
def fields_of(schema_class: type[ma.Schema]) -> Mapping[str, ma.fields.Field[Any]]:
    """The fields of a schema by name, bound to it: marshmallow copies them all for each new schema."""
    return schema_class().fields


def currencies() -> Mapping[str, Any]:
    """Every currency of ISO 4217, by code."""
    known: Mapping[str, Any] = get_global("all_currencies")
    return known


class RecordSchema(ma.Schema):
    """The base of record schemas: what they do not know they refuse."""

    class Meta:
        """Unknown names are errors, so that a misspelt field is not silently dropped."""

        unknown = ma.RAISE

    error_messages = _said(
        unknown=_l("There is no such field."), type=_l("Give an object with the record's fields."))


class RowSchema(RecordSchema):
    """The base of child rows; `id` names a row that exists and is kept."""

    id = ma.fields.Integer(load_default=None, allow_none=True, strict=True)


def _at_most(characters: int) -> validate.Length:
    return validate.Length(max=characters, error=_l("{max} characters at most."))


def _few(entries: int) -> validate.Length:
    return validate.Length(max=entries, error=_l("{max} entries at most."))


def _between(minimum: Any, maximum: Any) -> validate.Range:
    return validate.Range(minimum, maximum, error=_l("Write a number of at most {max}.") if minimum is None else
                          _l("Write a number of at least {min}.") if maximum is None else
                          _l("Write a number from {min} to {max}."))


def _sound(text: str) -> str:
    """A text that every database can keep; raises ValidationError for any other."""
    if "\0" in text:
        raise ValidationError(_("The text holds a NUL byte. Remove it and try again."))
    try:
        text.encode()
    except UnicodeEncodeError:
        raise ValidationError(_("The text holds half a character. Type it again.")) from None
    return text


def _as_list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [] if value is None else [value]
