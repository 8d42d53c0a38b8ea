"""Where a value stands in a table file: the address of a column, and what the column is called.

    name                         a field
    amount  amount:currency      an amount of money, and its currency
    owner   owner:uid            a related record by its title, and by its uid
    emails.2.address             a part of the second of several rows
    phones.1.number:mobile       the same, and says that the row's choice (its kind) is `mobile`

Exports write these columns and imports read them.
"""

from dataclasses import dataclass

from flask_babel import gettext as _

from core.records.type import RecordType
from core.web.fields import Choice, FieldUi, Money, Relation, Rows
from core.web.forms import row_fields


@dataclass(frozen=True)
class Address:
    """A column's address; `number` counts rows from 1 and is 0 for a field of the record itself."""

    field: str
    number: int = 0
    part: str = ""
    aspect: str = ""

    def __str__(self) -> str:
        rows = f".{self.number}.{self.part}" if self.number else ""
        return f"{self.field}{rows}" + (f":{self.aspect}" if self.aspect else "")


def parse(text: str) -> Address:
    """Read an address. Raises ValueError when it has not the form of one."""
    path, _colon, aspect = text.partition(":")
    parts = path.split(".")
    if len(parts) == 1:
        return Address(parts[0], aspect=aspect)
    field, number, part = parts
    if not 0 < int(number) <= 500:
        raise ValueError(text)
    return Address(field, int(number), part, aspect)


def field_at(kind: RecordType, address: Address) -> FieldUi | None:
    """The field behind an address that may be written, None if the type has none there."""
    field = kind.form_fields.get(address.field)
    if isinstance(field, Rows) != bool(address.number):
        return None
    if isinstance(field, Rows):
        inner = row_fields(field)
        if address.aspect and not isinstance(inner.get(address.part), Relation):
            # the aspect is an option of the row's choice
            choice = choice_of(field)
            if choice is None or all(o.value != address.aspect for o in inner[choice].options):  # type: ignore[attr-defined]
                return None
            return inner.get(address.part)
        field = inner.get(address.part)
    allowed = {"": True, "uid": isinstance(field, Relation), "currency": isinstance(field, Money)}
    return field if allowed.get(address.aspect, False) else None


def main_part(field: Rows) -> str:
    """The part of a row that says the most: the first that must be filled in, else the first."""
    inner = row_fields(field)
    return next((name for name, part in inner.items() if part.required), next(iter(inner)))


def choice_of(field: Rows) -> str | None:
    """The part of a row that says of what kind it is, None if it has no such part."""
    return next((name for name, part in row_fields(field).items() if isinstance(part, Choice)), None)


def label(kind: RecordType, address: Address) -> str:
    """What people call a column: `E-mails 1`, `Phones 1 (Mobile)`, `Phones 1: Label`, `Owner (uid)`."""
    field = kind.fields.get(address.field)
    if field is None:
        return address.field
    text = str(field.label)
    aspect = {"uid": "uid", "currency": _("currency")}.get(address.aspect, "")
    if isinstance(field, Rows):
        inner = row_fields(field)
        text = f"{text} {address.number}"
        if address.part != main_part(field):
            text += f": {inner[address.part].label}"
        choice = choice_of(field)
        if address.aspect and choice and not aspect:
            option = inner[choice].option(address.aspect)  # type: ignore[attr-defined]
            aspect = str(option.label)
    return f"{text} ({aspect})" if aspect else text
