"""A row of a file as input data for a record."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from flask_babel import gettext as _
from marshmallow import ValidationError

from core.records.addresses import Address, choice_of, field_at, label, parse
from core.records.importing import values
from core.records.importing.related import ASSUMED, NotThereError, Related
from core.records.type import RecordType
from core.web.fields import FieldUi, Money, Relation, Rows
from core.web.forms import row_fields, values_of

UID = Address("uid")


@dataclass(frozen=True)
class Target:
    """A column of the file and the field that it goes to; a column without a field only finds records."""

    index: int
    address: Address
    field: FieldUi | None


@dataclass(frozen=True)
class Plan:
    """How the rows of a file become records: where columns go, and by which key records are found.

    `mode` is create, update or both.
    """

    kind: RecordType
    targets: Sequence[Target]
    key: str = ""
    mode: str = "create"
    width: int = 0

    @classmethod
    def of(cls, kind: RecordType, columns: Mapping[str, str], key: str, mode: str, width: int) -> "Plan":
        """The plan of a mapping from a column's index to its address."""
        targets = []
        for index, text in columns.items():
            address = parse(text)
            targets.append(Target(int(index), address, field_at(kind, address)))
        return cls(kind, sorted(targets, key=lambda target: target.index), key, mode, width)


@dataclass
class Draft:
    """A row on its way: its number in the file, its cells, what they say, and what is wrong with them.

    `data` holds the record's own fields, `parts` child rows by field and number. `errors` are
    (column's label, value, reason); `missing` counts those that a further row may mend;
    `assumes` says that a check has taken related records for granted, `key` is
    what the row is found by, once that is known.
    """

    number: int
    cells: Sequence[str]
    data: dict[str, Any] = field(default_factory=dict)
    parts: dict[str, dict[int, dict[str, Any]]] = field(default_factory=dict)
    found_by: dict[str, str] = field(default_factory=dict)
    errors: list[tuple[str, str, str]] = field(default_factory=list)
    missing: int = 0
    assumes: bool = False
    key: str | None = None

    @property
    def waits(self) -> bool:
        """Whether nothing is wrong but that it names records of its own type which are not there yet."""
        return bool(self.errors) and self.missing == len(self.errors)

    def refuse(self, reason: str, name: str = "", value: str = "") -> None:
        """Say why the row cannot be imported."""
        self.errors.append((name, value[:200], reason))


def relations(plan: Plan, cells: Iterable[Sequence[str]]) -> Mapping[str, set[str]]:
    """The names of related records in some rows, by record type."""
    found: dict[str, set[str]] = {}
    columns = [(target.index, target.field.target) for target in plan.targets if isinstance(target.field, Relation)]
    for row in cells:
        for index, kind in columns:
            text = _cell(row, index)
            if text:
                found.setdefault(kind, set()).add(text)
    return found


def draft(plan: Plan, number: int, cells: Sequence[str], related: Related) -> Draft:
    """Read a row."""
    made = Draft(number, cells)
    if any(cell.strip() for cell in cells[plan.width:]):
        made.refuse(_("The row has more cells than there are headers: perhaps a separator stands inside a cell."))
        return made
    currencies = {(t.address.field, t.address.number, t.address.part): _cell(cells, t.index)
                  for t in plan.targets if t.address.aspect == "currency"}
    for target in plan.targets:
        text = _cell(cells, target.index)
        address = target.address
        if not text or address.aspect == "currency":
            continue
        if target.field is None:
            made.found_by[address.field] = text
            continue
        try:
            currency = currencies.get((address.field, address.number, address.part), "")
            value = _value(target.field, text, currency, related)
        except ValidationError as error:
            made.refuse(" ".join(map(str, error.messages)), label(plan.kind, address), text)
            made.missing += isinstance(error, NotThereError) and error.target == plan.kind.name
            continue
        made.assumes |= isinstance(target.field, Relation) and value == ASSUMED
        _put(plan.kind, made, address, value)
    return made


def _cell(cells: Sequence[str], index: int) -> str:
    return cells[index].strip() if index < len(cells) else ""


def _value(target: FieldUi, text: str, currency: str, related: Related) -> Any:
    if isinstance(target, Relation):
        return related.find(target.target, text)
    return values.read(target, text, currency if isinstance(target, Money) else "")


def _put(kind: RecordType, made: Draft, address: Address, value: Any) -> None:
    if not address.number:
        # a uid names a record more surely than its title does
        if address.aspect == "uid" or address.field not in made.data:
            made.data[address.field] = value
        return
    row = made.parts.setdefault(address.field, {}).setdefault(address.number, {})
    if address.aspect == "uid" or address.part not in row:
        row[address.part] = value
    rows = kind.form_fields[address.field]
    assert isinstance(rows, Rows)  # noqa: S101
    choice = choice_of(rows)
    if address.aspect and address.aspect != "uid" and choice:
        row.setdefault(choice, address.aspect)


def new_data(plan: Plan, made: Draft) -> dict[str, Any]:
    """Input data of a new record."""
    return made.data | {name: [rows[number] for number in sorted(rows) if _says_something(plan, name, rows[number])]
                        for name, rows in made.parts.items()}


def changed_data(plan: Plan, made: Draft, record: Any) -> dict[str, Any]:
    """Input data of a change: rows that the file does not name stay as they are."""
    data = dict(made.data)
    for name, rows in made.parts.items():
        inner = row_fields(plan.kind.form_fields[name])  # type: ignore[arg-type]
        present = [{"id": row.id} | values_of(inner, row) for row in getattr(record, name)]
        for number in sorted(rows):
            if number <= len(present):
                present[number - 1] |= rows[number]
            elif _says_something(plan, name, rows[number]):
                present.append(rows[number])
        data[name] = [_plain(row) for row in present]
    return data


def _plain(row: Mapping[str, Any]) -> dict[str, Any]:
    """Present values as input: dates and moments as ISO 8601, moneys without amount as none."""
    plain = {}
    for name, value in row.items():
        if isinstance(value, Mapping) and not value.get("amount"):
            value = None
        plain[name] = value.isoformat() if hasattr(value, "isoformat") else value
    return plain


def _says_something(plan: Plan, name: str, row: Mapping[str, Any]) -> bool:
    inner = row_fields(plan.kind.form_fields[name])  # type: ignore[arg-type]
    return any(inner[part].kind not in ("choice", "bool") for part in row)


def explain(plan: Plan, made: Draft, error: ValidationError) -> None:
    """Note what the schema or the type's own rules refuse, beside the cells that say it."""
    by_field: dict[tuple[str, int, str], Target] = {
        (t.address.field, t.address.number, t.address.part): t for t in plan.targets}
    for name, messages in error.normalized_messages().items():
        for number, part, text in _flat(messages):
            target = by_field.get((name, number, part))
            known = plan.kind.fields.get(name)
            words = label(plan.kind, target.address) if target else str(known.label) if known else ""
            made.refuse(text, words, _cell(made.cells, target.index) if target else "")


def _flat(messages: Any, number: int = 0, part: str = "") -> Iterable[tuple[int, str, str]]:
    if isinstance(messages, Mapping):
        for key, inner in messages.items():
            yield from _flat(inner, key + 1 if isinstance(key, int) else number, key if isinstance(key, str) else part)
    elif isinstance(messages, list | tuple):
        for message in messages:
            yield from _flat(message, number, part)
    else:
        yield number, part, str(messages)
