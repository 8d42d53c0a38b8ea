"""Numbers that are valid and nobody's: phones from ranges kept free for fiction, tax numbers with true check digits."""

from collections.abc import Callable, Iterable
from random import Random

from core.contacts import identifiers

# United Kingdom: Ofcom, numbers for drama; North America: 555-0100 to 0199; Germany: Bundesnetzagentur,
# Drama-Rufnummern; France: ARCEP, décision 2018-0881; Sweden: PTS, nummer för fiktion; Ireland: ComReg 020 91X.
# Russia keeps none: no subscriber's number begins with 0, and the mobile code 945 is not in use.
_LANDLINE = {
    "GB": ("+44 20 7946 0{:03}", 1000), "US": ("+1 {}-555-01{:02}", 100), "CA": ("+1 {}-555-01{:02}", 100),
    "DE": ("+49 30 23125 {:03}", 1000), "FR": ("+33 1 99 00 {:02} {:02}", 100), "SE": ("+46 8 465 004 {:02}", 100),
    "IE": ("+353 20 91{} {:04}", 10000), "RU": ("+7 ({}) 0{:02}-{:02}-{:02}", 100)}
_MOBILE = {
    "GB": "+44 7700 900{:03}", "DE": "+49 171 39200{:02}", "FR": "+33 6 39 98 {:02} {:02}",
    "RU": "+7 (945) {:03}-{:02}-{:02}", "SE": "+46 70 174 06 {:02}"}


def landline(country: str, area: str, random: Random) -> str:
    """A number of an office; `area` is the code of the city in countries whose numbers carry it."""
    form, limit = _LANDLINE[country]
    places = form.count("{")
    parts: list[object] = [random.randrange(limit) for _ in range(places)]
    if country in ("US", "CA", "RU"):
        parts[0] = area
    elif country == "IE":
        parts[0] = random.randrange(10)
    return form.format(*parts)


def mobile(country: str, area: str, random: Random) -> str:
    """A number of a mobile phone."""
    form = _MOBILE.get(country)
    if form is None:
        return landline(country, area, random)
    sizes = {"GB": (1000,), "DE": (100,), "SE": (95,), "FR": (100, 100), "RU": (1000, 100, 100)}[country]
    numbers = [random.randrange(size) for size in sizes]
    return form.format(*(number + 5 if country == "SE" else number for number in numbers))


def russian(region: str, founded: int, random: Random) -> dict[str, str]:
    """ИНН, ОГРН and КПП of a company; office 00 of a region registers nobody, so the numbers are free."""
    inn = f"{region}00{random.randrange(10**5):05}"
    ogrn = f"1{founded % 100:02}{region}{random.randrange(10**7):07}"
    return {"tax_number": _completed(inn, identifiers.check_inn, _digits(1)),
            "registry_number": _completed(ogrn, identifiers.check_ogrn, _digits(1)),
            "tax_reason_code": identifiers.check_kpp(f"{region}0001001")}


def vat(country: str, random: Random) -> str:
    """A VAT number of a member state of the European Union; empty for other countries."""
    body = f"{random.randrange(10**7, 10**8)}"
    if country == "DE":
        return _completed(f"DE{body}", identifiers.check_vat, _digits(1))
    if country == "SE":
        return _completed(f"SE5{body}", identifiers.check_vat, (f"{d}01" for d in range(10)))
    if country == "IE":
        return _completed(f"IE{body[:7]}", identifiers.check_vat, "ABCDEFGHIJKLMNOPQRSTUVW")
    if country == "FR":
        # the key goes before the number, so both are tried
        pairs = (f"{key}{body}{last}" for last in range(10) for key in _digits(2))
        return _completed("FR", identifiers.check_vat, pairs)
    return ""


def _completed(beginning: str, check: Callable[[str], str], endings: Iterable[str]) -> str:
    """The first number with this beginning that passes its check."""
    for ending in endings:
        try:
            return check(beginning + ending)
        except identifiers.IdentifierError:
            continue
    raise ValueError(f"no ending makes {beginning} a number")


def _digits(count: int) -> Iterable[str]:
    return (f"{number:0{count}}" for number in range(10**count))
