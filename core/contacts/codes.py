"""Countries, languages and time zones: the codes that are kept, their names, and what people write for them."""

from functools import lru_cache
from typing import Any
from zoneinfo import available_timezones

from babel import Locale
from flask_babel import gettext as _
from marshmallow import ValidationError

from core.database import fold
from core.web import i18n, zones
from core.web.fields import Choice, Option

# Two letters that CLDR names and ISO 3166 does not assign to a country
_NO_COUNTRIES = frozenset({"EU", "EZ", "UN", "QO", "XA", "XB", "ZZ"})
# What address books write beside the names of CLDR
_ALIASES = {
    "uk": "GB", "great britain": "GB", "england": "GB", "англия": "GB", "usa": "US",
    "united states of america": "US", "америка": "US", "holland": "NL", "российская федерация": "RU", "рф": "RU",
    "russian federation": "RU", "south korea": "KR", "республика беларусь": "BY", "белоруссия": "BY",
    "республика казахстан": "KZ", "uae": "AE", "оаэ": "AE"}
_WRITTEN_IN = ("en", "ru", "de", "fr", "es")


def countries() -> tuple[Option, ...]:
    """Every country of ISO 3166-1, named and sorted in the reader's language."""
    return _named("territories", i18n.locale().language)


def languages() -> tuple[Option, ...]:
    """Every language of ISO 639-1, named and sorted in the reader's language."""
    return _named("languages", i18n.locale().language)


@lru_cache
def time_zones() -> tuple[Option, ...]:
    """The time zones of the IANA database, one for each place."""
    return tuple(Option(zone, zone.replace("_", " "), "") for zone in zones.names())


@lru_cache
def _zones() -> frozenset[str]:
    # asking the library walks through all of its files
    return frozenset(available_timezones())


@lru_cache
def _named(kind: str, language: str) -> tuple[Option, ...]:
    names = getattr(Locale(language), kind)
    found = [Option(code, name, "") for code, name in names.items()
             if len(code) == 2 and code.isalpha() and code not in _NO_COUNTRIES]
    return tuple(sorted(found, key=lambda option: fold(option.label)))


@lru_cache
def _countries_by_name() -> dict[str, str]:
    names = {fold(option.label): option.value for language in _WRITTEN_IN for option in _named("territories", language)}
    return names | {option.value.lower(): option.value for option in _named("territories", "en")} | _ALIASES


def country_code(text: str) -> str | None:
    """Return the two letters of a country that is named in one of five languages, or by its letters."""
    return _countries_by_name().get(fold(text))


def language_code(text: str) -> str | None:
    """Return the two letters of a language tag: `de` of `de-AT`; None for what is no language of ISO 639-1."""
    code = text.replace("_", "-").partition("-")[0].strip().lower()
    return code if any(option.value == code for option in _named("languages", "en")) else None


class Country(Choice):
    """A country, kept as the two letters of ISO 3166-1; also taken by its name."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(countries, **kwargs)

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> Any:
        if not isinstance(value, str) or not value.strip():
            return super()._deserialize(value, attr, data, **kwargs)
        code = country_code(value)
        if code is None:
            raise ValidationError(_("“%(value)s” is no country. Write its name or its two letters, like DE.",
                                    value=value.strip()[:80]))
        return code


class TimeZone(Choice):
    """A time zone by its name in the IANA database; older names are taken too."""

    searchable = True

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(time_zones, **kwargs)

    def form_label(self, option: Option) -> Any:
        """The zone with its distance from UTC."""
        return zones.label(option.value)

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> Any:
        if isinstance(value, str) and value.strip() and value not in _zones():
            raise ValidationError(_("“%(value)s” is no time zone. Write one like Europe/Berlin.", value=value[:80]))
        return value if isinstance(value, str) and value.strip() else super()._deserialize(value, attr, data, **kwargs)
