"""The names that the address of a list may hold: those it knows, and filters."""

import re
from collections.abc import Collection

from flask_babel import gettext as _

from core.web.errors import Problem

FILTER = re.compile(r"(f|any\d{1,2})\..+")
PAGE = ("q", "sort", "columns", "after", "before", "mode", "view")
"""What the page of a list knows."""
FOREIGN = re.compile(r"utm_.*|_.*|.*clid")
"""What mails and advertisements hang on an address: utm_source, _ga, gclid."""


def check(name: str, known: Collection[str], filters: bool = True) -> None:
    """Raise Problem (400) for a name that is neither known nor, where there are `filters`, a filter."""
    if name not in known and not (filters and FILTER.fullmatch(name)):
        listed = ", ".join([*known, "f.<field>.<operator>", "any1.<field>.<operator>"] if filters else known)
        raise Problem(400, _("There is no parameter “%(name)s” here.", name=name[:60]),
                      _("There are %(known)s.", known=listed))
