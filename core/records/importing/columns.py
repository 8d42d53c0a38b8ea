"""Which column of a file goes to which field: guessed by names in every language, remembered once chosen."""

import hashlib
import json
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import snowballstemmer
from flask_babel import force_locale
from flask_babel import gettext as _
from sqlalchemy import select

from core.database import db, fold
from core.records.addresses import Address, choice_of, field_at, label, main_part, parse
from core.records.importing.models import ImportColumns
from core.records.type import RecordType
from core.web.fields import Money, Relation, Rows
from core.web.forms import row_fields
from core.web.i18n import LANGUAGES

UID = "uid"
_HEADER = re.compile(r"(?P<base>.*?)\s*(?P<number>\d{1,3})?\s*(?:[:/]\s*(?P<part>[^()]+?))?\s*"
                     r"(?:\((?P<aspect>[^()]*)\))?\s*")
_LONGEST = 100
_STEMMERS = ("english", "russian")


def _name(text: str) -> str:
    """A header as it is compared: `E-mails` and `e-mail`, `Телефоны` and `телефон` are the same."""
    words = re.findall(r"[^\W_]+", fold(text))
    for language in _STEMMERS:
        # a stemmer has a state: each thread needs its own
        words = snowballstemmer.stemmer(language).stemWords(words)
    return " ".join(words)


def _in_all_languages(text: Any) -> set[str]:
    said = {_name(str(text))}
    for language in LANGUAGES:
        with force_locale(language):
            said.add(_name(str(text)))
    return said


def names(kind: RecordType) -> dict[str, Address]:
    """The addresses that a header without number may mean, by its name; a type's own words win."""
    found: dict[str, Address] = {}
    for name, field in kind.form_fields.items():
        address = Address(name, 1, main_part(field)) if isinstance(field, Rows) else Address(name)
        for said in {_name(name), *_in_all_languages(field.label)}:
            found.setdefault(said, address)
    for text, aliases in kind.aliases.items():
        for alias in aliases:
            found[_name(alias)] = parse(text)
    if UID in kind.import_keys:
        found[UID] = Address(UID)
    return found


def guess(kind: RecordType, headers: Sequence[str]) -> dict[int, str]:
    """The addresses of the columns that can be told by their headers, by index; none is given twice."""
    known = names(kind)
    guesses = [(index, header, _guess_one(kind, known, header)) for index, header in enumerate(headers)]
    # columns that count their rows leave no room for a summary like `E-mail` beside `E-mails 1`
    counted = {address.field for _i, header, address in guesses if address and address.number and _counts(header)}
    taken: set[str] = set()
    found = {}
    for index, header, address in guesses:
        if address is None or (address.number and address.field in counted and not _counts(header)):
            continue
        while str(address) in taken and address.number and address.field not in counted:
            # a second column of the same name is the next row
            address = Address(address.field, address.number + 1, address.part, address.aspect)
        if str(address) not in taken:
            taken.add(str(address))
            found[index] = str(address)
    return found


def _counts(header: str) -> bool:
    return any(character.isdigit() for character in header)


def _guess_one(kind: RecordType, known: Mapping[str, Address], header: str) -> Address | None:
    whole = known.get(_name(header))
    if whole is not None:
        return whole
    # the form is matched in time that grows fast with blanks and length
    parts = _HEADER.fullmatch(" ".join(header.split())[:_LONGEST])
    base = known.get(_name(parts["base"])) if parts else None
    if parts is None or base is None:
        return None
    number = int(parts["number"] or base.number or 0) if base.number else 0
    part = _part(kind, base, parts["part"]) if parts["part"] else base.part
    aspect = _aspect(kind, base, part, parts["aspect"]) if parts["aspect"] else base.aspect
    address = Address(base.field, number, part or "", aspect or "")
    complete = part is not None and aspect is not None and (base.number or not parts["number"])
    return address if complete and is_target(kind, address) else None


def _part(kind: RecordType, base: Address, text: str) -> str | None:
    field = kind.form_fields[base.field]
    if not isinstance(field, Rows):
        return None
    wanted = _name(text)
    return next((name for name, inner in row_fields(field).items()
                 if wanted in {_name(name), *_in_all_languages(inner.label)}), None)


def _aspect(kind: RecordType, base: Address, part: str | None, text: str) -> str | None:
    field = kind.form_fields[base.field]
    if _name(text) in {_name("uid"), *_in_all_languages(_("currency")), _name("currency"), _name("валюта")}:
        return "uid" if _name(text) == _name("uid") else "currency"
    choice = choice_of(field) if isinstance(field, Rows) else None
    if not isinstance(field, Rows) or choice is None:
        return None
    options = row_fields(field)[choice].options  # type: ignore[attr-defined]
    wanted = _name(text)
    return next((o.value for o in options if wanted in {_name(o.value), *_in_all_languages(o.label)}), None)


def is_target(kind: RecordType, address: Address) -> bool:
    """Whether an import can write to an address, or find records by it."""
    if address == Address(UID):
        return UID in kind.import_keys
    key = address.field in kind.import_keys and address == Address(address.field) and address.field in kind.fields
    return key or field_at(kind, address) is not None


def targets(kind: RecordType, chosen: Iterable[str] = ()) -> list[tuple[str, str]]:
    """(address, label) of all that a column can be mapped to: of rows the first two, and those that are chosen."""
    found = [Address(UID)] if UID in kind.import_keys else []
    for name, field in kind.form_fields.items():
        if isinstance(field, Rows):
            found += [Address(name, number, part, aspect) for number in (1, 2) for part, inner in
                      row_fields(field).items() for aspect in _aspects(inner)]
        else:
            found += [Address(name, aspect=aspect) for aspect in _aspects(field)]
    found += [Address(key) for key in kind.import_keys if key in kind.fields and key not in kind.form_fields]
    found += [parse(text) for text in chosen]
    return [(str(address), label(kind, address)) for address in dict.fromkeys(found)]


def _aspects(field: Any) -> tuple[str, ...]:
    return ("", "currency") if isinstance(field, Money) else ("", "uid") if isinstance(field, Relation) else ("",)


def keys(kind: RecordType) -> list[tuple[str, str]]:
    """(key, label) of what tells that a row and a record are the same."""
    return [(key, str(kind.fields[key].label) if key in kind.fields else key) for key in kind.import_keys]


def same_headers(headers: Sequence[str]) -> str:
    """A name for files with the same headers."""
    return hashlib.sha256(json.dumps([fold(header) for header in headers]).encode()).hexdigest()


def remembered(kind: RecordType, user: Any, headers: Sequence[str]) -> ImportColumns | None:
    """What the user chose for the last file with these headers."""
    return db.session.scalar(select(ImportColumns).where(
        ImportColumns.user_id == user.id, ImportColumns.type == kind.name,
        ImportColumns.headers == same_headers(headers)))


def remember(kind: RecordType, user: Any, headers: Sequence[str], columns: Mapping[str, str], key: str,
             mode: str) -> None:
    """Keep a choice for the next file with these headers."""
    kept = remembered(kind, user, headers)
    if kept is None:
        kept = ImportColumns(user_id=user.id, type=kind.name, headers=same_headers(headers))
        db.session.add(kept)
    kept.columns, kept.key, kept.mode = dict(columns), key, mode


def twice(columns: Iterable[str]) -> list[str]:
    """Addresses that more than one column is mapped to."""
    return [address for address, number in Counter(columns).items() if number > 1]
