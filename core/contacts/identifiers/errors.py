"""What the checks of identifiers raise, and the cleaning they share."""

import re


class IdentifierError(ValueError):
    """A number that cannot be right; its text is a translated sentence for the user."""


_SEPARATORS = re.compile(r"[\s.\-–—/]+")


def compact(text: str) -> str:
    """Return text in capitals without the spaces, dots, hyphens and slashes people write for legibility."""
    return _SEPARATORS.sub("", text).upper()


def all_digits(text: str) -> bool:
    """Say whether text consists of the digits 0 to 9; `str.isdigit` also admits those of other scripts."""
    return text.isascii() and text.isdigit()
