"""Secrets that are handed out once and kept as hashes."""

import hmac
import secrets
from dataclasses import dataclass
from hashlib import sha256

from flask import current_app


@dataclass(frozen=True)
class Origin:
    """Where a request came from, as far as it can be known."""

    ip: str = ""
    agent: str = ""


def new_key() -> str:
    """A secret of 256 random bits, fit for a cookie or a header."""
    return secrets.token_urlsafe(32)


def digest(key: str) -> str:
    """The hash of a secret that is random enough to need no salt (64 hex digits)."""
    return sha256(key.encode()).hexdigest()


def keyed_digest(purpose: str, text: str) -> str:
    """The hash of something guessable (a recovery code, an address), useless without the instance's key."""
    key = str(current_app.config["SECRET_KEY"]).encode()
    return hmac.new(key, f"{purpose}:{text}".encode(), sha256).hexdigest()
