"""Forms as the templates draw them: a list of fields with what was typed and what is wrong with it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from marshmallow import ValidationError


@dataclass
class Field:
    """One field. `kind` is the template's: text, email, password, number, textarea, choice, multichoice, bool."""

    name: str
    label: Any
    kind: str = "text"
    value: Any = ""
    help: Any = ""
    error: str = ""
    required: bool = False
    autocomplete: str = ""
    choices: Sequence[tuple[Any, Any]] = ()
    searchable: bool = False

    @property
    def type(self) -> str:
        """The HTML input type."""
        return {"bool": "checkbox"}.get(self.kind, self.kind)


@dataclass
class Form:
    """A form: where it goes, its fields, and what must be mended before it is accepted."""

    action: str
    fields: list[Field] = field(default_factory=list)
    groups: Mapping[str, list[Field]] = field(default_factory=dict)
    """The fields under headings; `fields` is then all of them."""
    submit_label: Any = ""
    title: Any = ""
    cancel_url: str = ""
    hidden: Sequence[tuple[str, str]] = ()
    method: str = "post"
    errors: list[dict[str, Any]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.groups = self.groups or {"": self.fields}
        self.fields = [one for fields in self.groups.values() for one in fields]

    @property
    def sections(self) -> list[dict[str, Any]]:
        """The fields as form templates read them."""
        return [{"label": label, "fields": fields} for label, fields in self.groups.items()]

    def spoken(self) -> str:
        """All messages in one text."""
        return " ".join(error["message"] for error in self.errors)

    def typed(self, values: Mapping[str, Any]) -> "Form":
        """Fill in what was typed; a password is never sent back."""
        for one in self.fields:
            if one.kind == "multichoice" and hasattr(values, "getlist"):
                one.value = values.getlist(one.name)
            elif one.kind != "password" and one.name in values:
                one.value = values[one.name]
        return self

    def refused(self, error: ValidationError) -> "Form":
        """Put each message beside its field; what belongs to none stands above."""
        messages: dict[str, Any] = dict(error.messages_dict)
        for one in self.fields:
            if one.name in messages:
                one.error = " ".join(map(str, messages.pop(one.name)))
                self.errors.append({"field": one.name, "label": one.label, "message": one.error})
        for found in messages.values():
            self.complain(" ".join(map(str, found)))
        return self

    def complain(self, message: str) -> "Form":
        """Say what is wrong with the whole, not with one field."""
        self.errors.append({"field": None, "label": "", "message": message})
        return self
