"""What tests of REST share."""

from typing import Any

from core.database import db
from core.users import tokens
from core.users.keys import Origin


def bearer(user: Any, *scopes: str) -> dict[str, str]:
    """The header of a new token of a user's, for all that the user may unless scopes are named."""
    _token, text = tokens.create_token(user, "test", scopes or tokens.grantable(user), None, Origin())
    db.session.commit()
    return {"Authorization": f"Bearer {text}"}
