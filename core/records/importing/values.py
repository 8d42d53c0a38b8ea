"""What is written in a cell, as input for a field: numbers, dates, choices and the rest in any usual notation."""

import re
from collections.abc import Callable, Mapping
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from functools import cache
from typing import Any

from babel import Locale
from babel.numbers import get_currency_precision, get_currency_symbol
from flask_babel import force_locale
from flask_babel import gettext as _
from marshmallow import ValidationError

from core.database import fold
from core.plugin import setting
from core.records.formulas import original
from core.records.words import split_words
from core.web.fields import Choice, FieldUi, Integer, Money, Number
from core.web.i18n import LANGUAGES, zone

_LONGEST = 80


def read(field: FieldUi, cell: str, currency: str = "") -> Any:
    """A cell that is not empty as input data. Raises ValidationError with a sentence.

    `currency` is what another column says of an amount's. Relations are not for here: see related.py.
    """
    text = original(cell).strip()
    if isinstance(field, Money):
        return _money(_short(text), currency)
    if reader := _SHORT_READERS.get(field.kind):
        return reader(field, _short(text))
    reader = _READERS.get(field.kind)
    return reader(field, text) if reader else text


def _short(text: str) -> str:
    """A text without runs of blanks; the end of a long one is gone and marked, so that it is no number and no day.

    Its notation is told by forms whose time grows fast with the length of what does not fit.
    """
    squeezed = " ".join(text.split())
    return squeezed if len(squeezed) <= _LONGEST else f"{squeezed[:_LONGEST]}…"


def _number(field: FieldUi, text: str) -> str | int:
    assert isinstance(field, Integer | Number)  # noqa: S101
    step = getattr(field, "places", None) or Decimal(1)
    places = -int(step.as_tuple().exponent)
    plain = plain_number(text, places)
    if places == 0 and plain.lstrip("-").isdigit() and len(plain) < 20:
        return int(plain)
    return plain


def plain_number(text: str, places: int) -> str:
    """Digits with a point from `1 250,50`, `1.250,50`, `1,250.50`, `(12)`.

    A lone separator is the decimal one, but where a field has fewer than three places `1,250` are thousands.
    """
    plain = re.sub(r"[\s'’\u00a0\u202f]", "", text).replace("−", "-")
    if re.fullmatch(r"\([\d.,]+\)", plain):
        plain = f"-{plain[1:-1]}"
    marks = [c for c in plain if c in ".,"]
    if len(set(marks)) == 2:
        decimal = plain[max(plain.rfind("."), plain.rfind(","))]
        plain = plain.replace("," if decimal == "." else ".", "").replace(decimal, ".")
    elif len(marks) > 1 or (len(marks) == 1 and places < 3 and re.fullmatch(r"[-+]?[1-9]\d{0,2}[.,]\d{3}", plain)):
        plain = plain.replace(marks[0], "")
    else:
        plain = plain.replace(",", ".")
    try:
        number = Decimal(plain)
        if not number.is_finite():
            raise InvalidOperation
    except InvalidOperation:
        raise ValidationError(_("“%(text)s” is no number.", text=text[:60])) from None
    if number == number.to_integral_value() and abs(number) < 10**18:
        return str(int(number))
    return plain.removeprefix("+")


_MONEY = re.compile(r"(?P<before>[^\d\s.,()+-]*)\s*(?P<amount>[-+(]?[\d\s.,'’\u00a0\u202f]+\)?)\s*(?P<after>\D*)")


def _money(text: str, currency: str) -> dict[str, str]:
    code, amount = currency.strip().upper(), text
    found = _MONEY.fullmatch(text)
    if found:
        amount = found["amount"]
        sign = (found["before"] or found["after"]).strip()
        code = code or _currency(sign)
    code = code or str(setting("core", "currency"))
    try:
        places = get_currency_precision(code)
    except (KeyError, ValueError):
        places = 2
    return {"amount": plain_number(amount, places), "currency": code}


def _currency(sign: str) -> str:
    if re.fullmatch(r"[A-Za-z]{3}", sign):
        return sign.upper()
    if fold(sign).rstrip(".") in ("руб", "р"):
        return "RUB"
    for code in (str(setting("core", "currency")), *setting("core", "currencies"), "EUR", "USD", "GBP", "RUB"):
        if sign and sign in {get_currency_symbol(code, language) for language in LANGUAGES}:
            return str(code)
    return sign.upper()


YES = frozenset(("1", "yes", "y", "true", "t", "on", "x", "+", "да", "д", "истина", "есть", "✓", "✔"))
NO = frozenset(("0", "no", "n", "false", "f", "off", "-", "нет", "н", "ложь", "–", "—"))


def _bool(_field: FieldUi, text: str) -> bool:
    word = fold(text)
    if word in YES:
        return True
    if word in NO:
        return False
    raise ValidationError(_("“%(text)s” is neither yes nor no.", text=text[:60]))


def _choice(field: FieldUi, text: str) -> str:
    """The option of a stored value or of its words, in any language that Eleven speaks."""
    assert isinstance(field, Choice)  # noqa: S101
    options = field.options
    if any(option.value == text for option in options):
        return text
    wanted = fold(text)
    for language in (None, *LANGUAGES):
        matches = {o.value for o in options if wanted in (fold(o.value), fold(_said(o.label, language)))}
        if len(matches) == 1:
            return matches.pop()
    listed = ", ".join(str(option.label) for option in options)
    raise ValidationError(_("“%(value)s” is not in the list. Choose one of: %(listed)s.", value=text[:80],
                            listed=listed))


def _said(label: Any, language: str | None) -> str:
    if language is None:
        return str(label)
    with force_locale(language):
        return str(label)


def _tags(_field: FieldUi, text: str) -> list[str]:
    return split_words(text)


_DATES = (
    (re.compile(r"(\d{4})[-./](\d{1,2})[-./](\d{1,2})"), (1, 2, 3)),
    (re.compile(r"(\d{4})(\d{2})(\d{2})"), (1, 2, 3)),
    (re.compile(r"(\d{1,2})[.-](\d{1,2})[.-](\d{4}|\d{2})(?: ?г\.?)?"), (3, 2, 1)),
    (re.compile(r"(\d{1,2})/(\d{1,2})/(\d{4}|\d{2})"), (3, 1, 2)),
    (re.compile(r"(\d{1,2})/(\d{1,2})/(\d{4}|\d{2})"), (3, 2, 1)),
)
_WORDED = ((re.compile(r"(\d{1,2})[ .-]*([^\W\d_]+)\.?[ ,.-]*(\d{4})(?: ?г\.?)?"), (3, 2, 1)),
           (re.compile(r"([^\W\d_]+)\.? *(\d{1,2})(?:st|nd|rd|th)?,? +(\d{4})"), (3, 1, 2)))


def read_date(text: str) -> date | None:
    """The day that a text says: 2026-01-31, 31.01.2026, 1/31/2026 (else 31/1/2026), 31 January 2026, 31 янв. 2026 г."""
    for form, (year, month, day) in _DATES:
        if (match := form.fullmatch(text)) and (found := _day(match[year], int(match[month]), match[day])):
            return found
    for form, (year, month, day) in _WORDED:
        if (match := form.fullmatch(text)) and (number := _months().get(fold(match[month])[:3], 0)):
            return _day(match[year], number, match[day])
    return None


@cache
def _months() -> Mapping[str, int]:
    """The number of a month by the first three letters of its name; мая is may's genitive."""
    names: dict[str, int] = {}
    for language in LANGUAGES:
        months = Locale(language).months
        for form in (months["format"]["wide"], months["stand-alone"]["wide"], months["format"]["abbreviated"]):
            names |= {fold(name)[:3]: number for number, name in form.items()}
    return names


def _day(year: str, month: int, day: str) -> date | None:
    number = int(year)
    if len(year) == 2:
        # the rule of POSIX's %y
        number += 1900 if number >= 69 else 2000
    try:
        return date(number, month, int(day))
    except ValueError:
        return None


def _date(_field: FieldUi, text: str) -> str:
    day = read_date(text) or read_date(re.sub(r"[T ]\d{1,2}:\d{2}.*$", "", text))
    if day is None:
        raise ValidationError(_("“%(text)s” is no date. Write it like 2026-01-31 or 31.01.2026.", text=text[:60]))
    return day.isoformat()


def _anniversary(_field: FieldUi, text: str) -> str:
    """A day that returns each year; the field itself reads one without a year."""
    day = read_date(text)
    return text if day is None else day.isoformat()


def _moment(_field: FieldUi, text: str) -> str:
    """A moment; without an offset it is one in the user's time zone."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        found = re.fullmatch(r"(.+?),?[T ]+(\d{1,2}:\d{2}(?::\d{2})?)", text)
        day = read_date(found[1] if found else text)
        if day is None:
            raise ValidationError(_("“%(text)s” is no moment. Write it like 2026-01-31 14:30.",
                                    text=text[:60])) from None
        clock = found[2].rjust(8 if found[2].count(":") == 2 else 5, "0") if found else "00:00"
        try:
            moment = datetime.fromisoformat(f"{day.isoformat()} {clock}")
        except ValueError:
            raise ValidationError(_("“%(text)s” is no time of the day.", text=clock)) from None
    return (moment if moment.tzinfo else moment.replace(tzinfo=zone())).isoformat()


_READERS: Mapping[str, Callable[[FieldUi, str], Any]] = {"choice": _choice, "tags": _tags}
_SHORT_READERS: Mapping[str, Callable[[FieldUi, str], Any]] = {
    "anniversary": _anniversary, "number": _number, "bool": _bool, "date": _date, "datetime": _moment,
}
