"""Address books between the page that shows what is in them and the job that brings them in."""

import re
import secrets
import shutil
import time
from pathlib import Path
from typing import IO

from flask import current_app
from flask_babel import gettext as _

from core.contacts.data import ContactFileError
from core.users import User

_KEEP = 2 * 24 * 3600


def keep(stream: IO[bytes], user: User) -> str:
    """Put a file aside for a user and return its name."""
    name = f"{user.id}-{secrets.token_hex(16)}"
    target = _folder() / name
    target.parent.mkdir(parents=True, exist_ok=True)
    with target.open("wb") as file:
        shutil.copyfileobj(stream, file, 1024 * 1024)
    return name


def find(name: str, user: User) -> Path:
    """Where a user's file lies. Raises ContactFileError when it is gone, or another's."""
    path = _folder() / name
    if not re.fullmatch(rf"{user.id}-[0-9a-f]{{32}}", name) or not path.exists():
        raise ContactFileError(_("The file is not here any more. Choose it again."))
    return path


def forget() -> None:
    """Delete files that nobody went on with."""
    for path in _folder().glob("*"):
        if path.stat().st_mtime < time.time() - _KEEP:
            path.unlink(missing_ok=True)


def _folder() -> Path:
    return Path(current_app.instance_path) / "work" / "cards"
