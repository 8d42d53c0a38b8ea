"""Commands of the record toolkit; core.cli gives them their names."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import click
from flask import Flask
from sqlalchemy import func, select
from tqdm import tqdm
from werkzeug.datastructures import MultiDict

from core.database import db
from core.plugin import registry
from core.records import exporting, importing, search
from core.records.importing import pages
from core.records.importing.files import Shape
from core.records.query import ListState
from core.records.type import RecordType
from core.users import User
from core.web.errors import Problem
from core.web.i18n import speaking


def rebuild_search(app: Flask, names: tuple[str, ...] = ()) -> None:
    """Make the search index anew, of all record types or of some; work goes on meanwhile.

    Raises click.BadParameter for a type that there is not.
    """
    with app.app_context():
        types = {kind.name: kind for kind in registry().live_types()}
        if unknown := set(names) - set(types):
            raise click.BadParameter(f"there is no record type {sorted(unknown)[0]}. There are: {', '.join(types)}.")
        for name in names or types:
            total = db.session.scalar(select(func.count()).select_from(types[name].model))
            db.session.rollback()
            with tqdm(total=total, desc=name, unit=" rows", disable=None) as bar:
                search.rebuild(types[name], bar.update)
        search.settle()


def export_records(app: Flask, name: str, target: Path, file_format: str, filters: Sequence[str], columns: str,
                   whole: bool, person: str, delimiter: str = "", bom: bool = True) -> None:
    """Write the records of a type that match to a file, as a person (by default an administrator) may.

    Raises click.BadParameter with a sentence.
    """
    with app.app_context():
        kind, user = _kind(name), _person(person)
        with speaking(user), _sentences():
            pairs = [(one.partition("=")[0], one.partition("=")[2]) for one in filters]
            state = ListState.parse(kind, MultiDict([*pairs, ("columns", columns)]))
            options = exporting.Options(file_format, whole, bom, delimiter)
            with tqdm(total=exporting.total(kind, state, user), desc=name, unit=" rows", disable=None) as bar:
                outcome = exporting.export(kind, state, user, target, options, lambda done: _to(bar, done))
        click.echo(f"{target}: {outcome.number} records. {outcome.note}".strip())


def import_records(app: Flask, name: str, source: Path, maps: Sequence[str], key: str, mode: str, person: str,
                   check: bool, encoding: str = "", delimiter: str = "") -> None:
    """Import a file as a person (by default an administrator), or only `check` it.

    `maps` are `Header=address`; columns that none names are guessed, `Header=` leaves one out. Raises
    click.BadParameter with a sentence.
    """
    with app.app_context():
        kind, user = _kind(name), _person(person)
        with speaking(user), _sentences():
            with source.open("rb") as stream:
                found = importing.receive(kind, stream, source.name, user)
            if encoding or delimiter:
                importing.reshape(kind, found, Shape(encoding or found.encoding, delimiter or found.delimiter,
                                                     found.header), user)
            chosen = _mapped(importing.content(found)[0], found.columns, maps)
            importing.choose(found, chosen, key, mode or ("both" if key else "create"), user)
            db.session.commit()
            with tqdm(total=found.rows, desc=source.name, unit=" rows", disable=None) as bar:
                (importing.check if check else importing.run)(found, user, lambda done, _total: _to(bar, done))
            db.session.commit()
            click.echo(pages.outcome(found))
            if found.counts.get("refused"):
                click.echo(f"Refused rows and reasons: {importing.refused_file(found)}")


def _mapped(headers: Sequence[str], guessed: Mapping[str, str], maps: Sequence[str]) -> dict[int, str]:
    chosen = {int(index): address for index, address in guessed.items()}
    for one in maps:
        header, _equals, address = one.rpartition("=")
        if header not in headers:
            raise click.BadParameter(f"there is no column {header!r}. There are: {', '.join(headers)}.")
        chosen[headers.index(header)] = address
    return chosen


def _to(bar: "tqdm[Any]", done: int) -> None:
    bar.update(done - bar.n)


def _kind(name: str) -> RecordType:
    types = {kind.name: kind for kind in registry().live_types() if kind.surfaces}
    if name not in types:
        raise click.BadParameter(f"there is no record type {name}. There are: {', '.join(types)}.")
    return types[name]


def _person(email: str) -> User:
    which = User.email == email.lower() if email else User.is_admin
    user = db.session.scalars(select(User).where(which, User.active).order_by(User.id).limit(1)).first()
    if user is None:
        raise click.BadParameter(f"nobody who is active has the e-mail {email}." if email else
                                 "there is no active administrator; make one with `eleven users create --admin`.")
    return user


@contextmanager
def _sentences() -> Iterator[None]:
    """Say what is wrong as a sentence of the command line."""
    try:
        yield
    except Problem as problem:
        raise click.BadParameter(f"{problem.title} {problem.detail}".strip()) from problem
    except importing.TableFileError as error:
        raise click.BadParameter(str(error)) from error
