"""Texts that a spreadsheet would take for formulas: made harmless on the way out, restored on the way in.

After https://owasp.org/www-community/attacks/CSV_Injection: a cell of a CSV file that begins with = + - @,
a tab or a line end gets an apostrophe in front. Numbers and telephone numbers cannot call anything and
stay as they are.
"""

import re

_RISKY = re.compile(r"'*[=+\-@\t\r\n]")
_NUMBER = re.compile(r"[+-][\d\s().,-]*\d")


def neutral(text: str) -> str:
    """A text as a CSV file may hold it; `original` is its inverse."""
    return f"'{text}" if _RISKY.match(text) and not _NUMBER.fullmatch(text) else text


def original(text: str) -> str:
    """The text that `neutral` was given; other programs' apostrophes before a formula go as well."""
    return text[1:] if text.startswith("'") and _RISKY.match(text) else text
