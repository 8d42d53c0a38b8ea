"""`eleven users …`: what must be possible without a browser."""

from collections.abc import Callable
from typing import Any, TypeVar

import click
from flask import current_app
from flask.cli import with_appcontext
from marshmallow import ValidationError
from sqlalchemy import select

from core.database import db
from core.journal import acting
from core.users import links, mails, operations, passwords, tokens
from core.users.keys import Origin
from core.users.models import User

F = TypeVar("F", bound=Callable[..., Any])

HERE = Origin(agent="eleven")


@click.group()
def users() -> None:
    """People who sign in."""


def _email(function: F) -> F:
    return click.argument("email")(function)


@users.command()
@click.argument("name")
@_email
@click.option("--admin", is_flag=True, help="May do everything.")
@click.option("--password", help="Without one, a link is printed with which the person chooses it.")
@with_appcontext
def create(name: str, email: str, admin: bool, password: str | None) -> None:
    """Add a person."""
    made: list[User] = []
    _do(lambda: made.append(operations.create_user(name, email, password=password, is_admin=admin)))
    click.echo(f"{made[0].name} <{made[0].email}> is added.")
    if password is None:
        _print_link(made[0], "invitation")


@users.command("list")
@with_appcontext
def list_users() -> None:
    """Show everybody who has an account."""
    for user in db.session.scalars(select(User).order_by(User.name, User.id)):
        marks = [word for word, holds in (("admin", user.is_admin), ("inactive", not user.active)) if holds]
        click.echo("\t".join([user.email, user.name, *marks]))


@users.command()
@_email
@with_appcontext
def deactivate(email: str) -> None:
    """Close an account; every session and token ends."""
    user = _find(email)
    _do(lambda: operations.deactivate(user, HERE))
    click.echo(f"{user.email} is deactivated.")


@users.command()
@_email
@with_appcontext
def activate(email: str) -> None:
    """Open an account again."""
    user = _find(email)
    _do(lambda: operations.reactivate(user))
    click.echo(f"{user.email} can sign in again.")


@users.command("reset-password")
@_email
@click.option("--password", help="Without one, a link is printed with which the person chooses it.")
@with_appcontext
def reset_password(email: str, password: str | None) -> None:
    """Set a new password, or print a link for it."""
    user = _find(email)
    if password is None:
        _print_link(user, "reset")
        return
    _do(lambda: operations.set_password(user, password, HERE))
    click.echo(f"{user.email} has a new password.")


@users.command("make-admin")
@_email
@with_appcontext
def make_admin(email: str) -> None:
    """Let a person do everything."""
    user = _find(email)
    _do(lambda: operations.update_user(user, {"is_admin": True}))
    click.echo(f"{user.email} is an administrator.")


@users.command()
@_email
@click.argument("name")
@click.option("--scope", "scopes", multiple=True, help="A permission; can be repeated. Default: all.")
@click.option("--days", type=int, help="How long it is good. Default: until revoked.")
@with_appcontext
def token(email: str, name: str, scopes: tuple[str, ...], days: int | None) -> None:
    """Make an API token of a person's and print it, this one time."""
    user = _find(email)
    made: list[str] = []
    _do(lambda: made.append(tokens.create_token(user, name, scopes or tokens.grantable(user), days, HERE)[1]))
    click.echo(made[0])


def _find(email: str) -> User:
    user: User | None = db.session.scalar(select(User).where(User.email == passwords.normal_email(email)))
    if user is None:
        raise click.ClickException(f"Nobody has the address {email}. `eleven users list` shows who is there.")
    return user


def _do(act: Callable[[], object]) -> None:
    try:
        with acting(via="cli"):
            act()
            db.session.commit()
    except ValidationError as error:
        db.session.rollback()
        sentences = [str(text) for texts in error.messages_dict.values() for text in texts]
        raise click.ClickException(" ".join(sentences)) from None


def _print_link(user: User, kind: str) -> None:
    base = str(current_app.config["BASE_URL"]).rstrip("/") or "http://127.0.0.1:8011"
    click.echo(f"Good for {links.HOURS[kind]} hours: {base}{mails.password_path(user, kind)}")
