"""Addresses: which numbers can stand in one, and where people may be sent: only to pages of this installation."""

from urllib.parse import urlsplit

from flask import Flask, current_app, request
from werkzeug.routing import IntegerConverter

LOOPBACK = frozenset({"localhost", "127.0.0.1", "[::1]"})


class Number(IntegerConverter):
    """A number that may be an id. One that no database can hold is read as 0, the id of nothing.

    To refuse it here would be answered with 405 where other methods have a rule of the same form.
    """

    def to_python(self, value: str) -> int:
        """The number."""
        number: int = super().to_python(value)
        return number if number < 2**31 else 0


def safe_path(url: str) -> str:
    """The path and query of an address of this installation; "" for any other, so nobody is led away.

    Browsers read a backslash as a slash and drop tabs and line ends, so an address with those is refused.
    """
    if url.startswith("//") or "\\" in url or any(ord(letter) < 33 or ord(letter) == 127 for letter in url):
        return ""
    try:
        parts = urlsplit(url)
    except ValueError:
        return ""
    foreign = parts.scheme not in ("http", "https") or parts.netloc != request.host
    if (parts.scheme or parts.netloc) and foreign:
        return ""
    if not parts.path.startswith("/") or parts.path.startswith("//"):
        return ""
    return parts.path + (f"?{parts.query}" if parts.query else "")


def base_url() -> str | None:
    """The address that links in mails begin with; None if it cannot be known.

    The Host header is written by whoever asks: it would put a stranger's address into somebody else's mail.
    """
    configured = str(current_app.config["BASE_URL"]).rstrip("/")
    if configured:
        return configured
    if request and request.host.rsplit(":", 1)[0] in LOOPBACK:
        return request.host_url.rstrip("/")
    return None


def init_app(app: Flask) -> None:
    """Let `<int:…>` in a rule mean a number that can be an id."""
    app.url_map.converters["int"] = Number
