"""Eleven's core: contacts, users, and the house that plugins live in."""

from typing import Any

__version__ = "0.1.0"


def __getattr__(name: str) -> Any:
    """Give `create_app` when it is asked for: importing core must stay quick for the command line."""
    if name == "create_app":
        from core.cli import create_app
        return create_app
    raise AttributeError(f"module core has no attribute {name}")
