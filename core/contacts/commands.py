"""`eleven contacts`: address books in and out from the command line."""

import sys
from collections import Counter
from pathlib import Path
from typing import IO

import click
from flask.cli import with_appcontext
from sqlalchemy import func, select, true
from tqdm import tqdm

from core.contacts import incoming, outgoing, vcard
from core.contacts.data import ContactFileError
from core.contacts.models import Contact
from core.contacts.records import contacts as kind
from core.database import db
from core.journal import acting, one_step
from core.records import query
from core.users import User

ACTS_AS = click.option("--as", "email", help="The e-mail of the person who acts; by default an administrator.")


@click.group()
def contacts() -> None:
    """Address books: vCard files, and the CSV of Google Contacts and Outlook."""


@contacts.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, readable=True, path_type=Path))
@ACTS_AS
@with_appcontext
def import_(file: Path, email: str | None) -> None:
    """Bring in FILE, a vCard file or a CSV of Google Contacts or Outlook; its kind is recognised."""
    user = _acting_person(email)
    counts: Counter[str] = Counter()
    try:
        with acting(user.id, "cli", f"Import of {file.name}"), one_step() as step, file.open("rb") as stream, \
                tqdm(total=incoming.estimate(file), unit="card", disable=None) as bar:
            for outcome in incoming.bring_in(stream, user.id):
                incoming.count(counts, outcome)
                bar.update()
                if outcome.reason:
                    bar.write(f"{outcome.number} {outcome.name}: {outcome.reason}", file=sys.stderr)
    except ContactFileError as error:
        raise click.ClickException(str(error)) from error
    click.echo(incoming.summary(counts))
    if step.id:
        click.echo(f"One step of the journal: {step.id}.")


@contacts.command("export")
@click.option("--version", type=click.Choice(["3.0", "4.0"]), default="3.0", show_default=True,
              help="The version of vCard.")
@click.option("-o", "--output", type=click.File("w", encoding="utf-8", lazy=False), default="-",
              help="The file to write; by default the standard output.")
@ACTS_AS
@with_appcontext
def export(version: vcard.Version, output: IO[str], email: str | None) -> None:
    """Write all contacts that a person may export as one vCard file. For CSV and XLSX: eleven export contact."""
    user = _acting_person(email)
    reach = query.access(kind, user, "export")
    total = db.session.scalar(select(func.count()).select_from(Contact).where(true(), reach))
    for card in tqdm(outgoing.stream(reach, user), total=total, unit="card", disable=None):
        output.write(vcard.write([card], version))


def _acting_person(email: str | None) -> User:
    condition = func.lower(User.email) == email.lower() if email else User.is_admin
    user = db.session.scalars(select(User).where(condition, User.active).order_by(User.id).limit(1)).first()
    if user is None:
        raise click.ClickException(f"There is no active person with the e-mail {email}." if email
                                   else "There is no administrator yet: run `eleven init` first.")
    return user
