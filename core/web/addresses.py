"""Where people may be sent: only to pages of this very installation."""

from urllib.parse import urlsplit

from flask import current_app, request

LOOPBACK = frozenset({"localhost", "127.0.0.1", "[::1]"})


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
