"""Marks: every endpoint says who may call it. What carries no mark answers nobody.

`requires("contact.edit")` needs that permission at some scope (rows are cut by `core.users.access`),
`signed_in` any signed-in person, `public` nobody in particular. An API token opens only views under /api
that need a permission: `signed_in` would let the narrowest one do all that its owner may. A view that its mark
keeps a person out of answers 401 or 403; a row outside the scope answers 404 like one that does not exist.
"""

from collections.abc import Callable
from typing import Any, TypeVar

F = TypeVar("F", bound=Callable[..., Any])

PUBLIC = "public"
SIGNED_IN = "signed-in"


def requires(permission: str) -> Callable[[F], F]:
    """Mark a view with the permission that it needs."""
    def mark(view: F) -> F:
        view.__eleven_access__ = permission  # type: ignore[attr-defined]
        return view
    return mark


def signed_in(view: F) -> F:
    """Mark a view as open to everyone who is signed in: it shows a person only what is theirs."""
    return requires(SIGNED_IN)(view)


def public(view: F) -> F:
    """Mark a view as open to the world."""
    return requires(PUBLIC)(view)


def mark_of(view: Callable[..., Any]) -> str | None:
    """The mark of a view function or of a MethodView's class, None if it has none."""
    found: str | None = getattr(view, "__eleven_access__", None) or getattr(
        getattr(view, "view_class", None), "__eleven_access__", None)
    return found
