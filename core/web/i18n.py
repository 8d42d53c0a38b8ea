"""Languages, time zones, and how dates, numbers and money read in them."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

from babel import Locale, dates, numbers
from flask import Flask, current_app, g, has_request_context, request
from flask_babel import (
    Babel,
    Domain,
    force_locale,
    format_date,
    format_datetime,
    format_timedelta,
    get_locale,
    get_translations,
)
from flask_login import current_user

from core.database import now
from core.web.fields import NO_YEAR

LANGUAGES = ("en", "ru")

_words: ContextVar[Any] = ContextVar("eleven_words", default=None)


class Words(Domain):
    """The translations; inside of `one_language` they are not looked up for each word, a tenth of a page's time."""

    def get_translations(self) -> Any:
        """Give those of the reader's language."""
        return _words.get() or super().get_translations()  # type: ignore[no-untyped-call]


babel = Babel()


@contextmanager
def one_language() -> Iterator[None]:
    """Say that the language stays the same meanwhile."""
    token = _words.set(get_translations())
    try:
        yield
    finally:
        _words.reset(token)


def choose_locale() -> str:
    """The user's language, else the browser's, else the company's."""
    if not has_request_context():
        return str(current_app.config["LANGUAGE"])
    if getattr(current_user, "is_authenticated", False) and current_user.language in LANGUAGES:
        return str(current_user.language)
    return request.accept_languages.best_match(LANGUAGES) or str(current_app.config["LANGUAGE"])


def choose_time_zone() -> str:
    """The user's time zone, else the company's."""
    known = has_request_context() and getattr(current_user, "is_authenticated", False)
    zone = current_user.time_zone if known else None
    return str(zone or current_app.config["TIME_ZONE"])


def locale() -> Locale:
    """The locale of this request, or English outside one."""
    return get_locale() or Locale("en")


def zone() -> ZoneInfo:
    """The time zone of this request's user."""
    if "zone" not in g:
        g.zone = ZoneInfo(choose_time_zone())
    found: ZoneInfo = g.zone
    return found


@contextmanager
def speaking(user: object) -> Iterator[None]:
    """Write as a user reads, where no request says whose language and time zone count: in jobs and commands."""
    token = _words.set(None)
    before = g.pop("zone", None)
    g.zone = ZoneInfo(getattr(user, "time_zone", None) or current_app.config["TIME_ZONE"])
    try:
        with force_locale(getattr(user, "language", None) or current_app.config["LANGUAGE"]):
            yield
    finally:
        _words.reset(token)
        g.pop("zone", None)
        if before is not None:
            g.zone = before


def format_money(minor: int | None, currency: str) -> str:
    """Minor units and an ISO 4217 code as people read them: 1250, "EUR" is €12.50."""
    if minor is None:
        return ""
    digits = numbers.get_currency_precision(currency)
    return str(numbers.format_currency(Decimal(minor).scaleb(-digits), currency, locale=locale()))


def format_number(value: Decimal | int | float | None) -> str:
    """A number with the locale's separators."""
    return "" if value is None else str(numbers.format_decimal(value, locale=locale(), group_separator=True))


def when(value: datetime | date | None) -> str:
    """A date as the list shows it: short, this year's without the year."""
    return teller()(value)


def teller() -> Callable[[datetime | date | None], str]:
    """Give `when` for many values: zone, day and language are looked up once."""
    here, language = zone(), locale().language
    today = now().astimezone(here).date()

    def tell(value: datetime | date | None) -> str:
        if value is None:
            return ""
        if isinstance(value, datetime):
            value = value.astimezone(here)
            if value.date() == today:
                return f"{value:%H:%M}"
            value = value.date()
        return _day(value, "d MMM" if value.year == today.year else "d MMM y", language)
    return tell


@lru_cache(4096)
def _day(value: date, pattern: str, language: str) -> str:
    return str(dates.format_date(value, pattern, locale=language))


def day_of_year(value: date | None) -> str:
    """A day that returns each year, without the year if that is not known."""
    if value is None:
        return ""
    return str(format_date(value, "d MMMM" if value.year == NO_YEAR else "d MMMM y", rebase=False))


def exactly(value: datetime | None) -> str:
    """A moment in full, in the user's zone: what stands behind a relative one on hover."""
    return "" if value is None else str(format_datetime(value, "medium"))


def ago(value: datetime | None) -> str:
    """How long ago, in words."""
    return "" if value is None else str(format_timedelta(value - now(), add_direction=True))


def local_to_utc(text: str) -> str:
    """A moment typed in the user's zone, as a browser's input sends it, in ISO 8601 with the offset."""
    try:
        return datetime.fromisoformat(text).replace(tzinfo=zone()).isoformat()
    except ValueError:
        return text


def _translations() -> Any:
    return _words.get() or get_translations()


def init_app(app: Flask) -> None:
    """Choose the language per request and teach templates to write dates, numbers and money."""
    app.config.setdefault("BABEL_TRANSLATION_DIRECTORIES", f"{app.root_path}/translations")
    babel.domain_instance = Words()  # type: ignore[no-untyped-call]
    babel.init_app(app, locale_selector=choose_locale, timezone_selector=choose_time_zone)
    app.jinja_env.install_gettext_callables(  # type: ignore[attr-defined]
        lambda text: _translations().ugettext(text), lambda one, many, n: _translations().ungettext(one, many, n),
        newstyle=True, pgettext=lambda context, text: _translations().upgettext(context, text),
        npgettext=lambda context, one, many, n: _translations().unpgettext(context, one, many, n))
    app.jinja_env.filters.update(
        money=format_money, number=format_number, when=when, exactly=exactly, ago=ago,
        day=lambda value: "" if value is None else format_date(value, "medium", rebase=False))
