"""The properties of one card, asked for by name."""

import re
from collections.abc import Callable, Iterable

from flask_babel import gettext as _

from core.contacts.data import ContactFileError, clean_line
from core.contacts.vcard.lines import Property, parse, unescape, unfold

MAX_PROPERTIES = 10_000
MAX_TEXT = 1024 * 1024
_APPLE_LABEL = re.compile(r"_\$!<(.+)>!\$_")
_BINARY = {"PHOTO", "LOGO", "KEY", "SOUND"}


class CardError(ContactFileError):
    """A card that cannot be read; its text is a sentence for the user."""


class Card:
    """What stands between BEGIN:VCARD and END:VCARD, in its order. Raises CardError if that is too much."""

    def __init__(self, lines: Iterable[bytes], decode: Callable[[bytes], str]) -> None:
        self._props: list[Property] = []
        self._beside: dict[tuple[str, str], str] = {}
        for line in unfold(lines):
            prop = parse(line, decode)
            if prop is None:
                continue
            if len(prop.value) > MAX_TEXT and prop.name not in _BINARY:
                raise CardError(_("%(name)s is longer than 1 MB. Shorten it.", name=prop.name[:40]))
            if len(self._props) == MAX_PROPERTIES:
                raise CardError(_("The card has more than %(n)s lines of data.", n=MAX_PROPERTIES))
            self._props.append(prop)
            if prop.group:
                self._beside.setdefault((prop.group, prop.name), unescape(prop.value).strip())

    def all(self, *names: str) -> list[Property]:
        """Return the properties of these names."""
        return [prop for prop in self._props if prop.name in names]

    def first(self, *names: str) -> Property | None:
        """Return the most preferred property that has a value."""
        filled = [prop for prop in self.all(*names) if prop.value.strip()]
        return min(filled, key=Property.preference, default=None)

    def value(self, *names: str) -> str:
        """Return the value of the first property, still escaped, or nothing."""
        prop = self.first(*names)
        return prop.value if prop else ""

    def text(self, *names: str) -> str:
        """Return the value of the first property as text, or nothing."""
        return unescape(self.value(*names)).strip()

    def beside(self, prop: Property, name: str) -> str:
        """Return the text of a property of the same group, or nothing."""
        return self._beside.get((prop.group, name), "")

    def label(self, prop: Property) -> str:
        """Return the label that the property's group gives it, or nothing.

        Apple's address book marks the labels it translates: _$!<Work>!$_
        """
        text = self.beside(prop, "X-ABLABEL")
        apple = _APPLE_LABEL.fullmatch(text)
        return clean_line(apple[1] if apple else text)
