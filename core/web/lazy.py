"""Texts that are translated when they are read."""

from typing import Any

from flask_babel import lazy_gettext


def lazy(text: str) -> Any:
    """A lazy translation for libraries that ask for a str and take it: `from core.web.lazy import lazy as _l`."""
    return lazy_gettext(text)
