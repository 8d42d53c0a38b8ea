"""Russian numbers: ИНН and КПП of the tax service, ОГРН and ОГРНИП of the state registers."""

import re

from flask_babel import gettext as _

from core.contacts.identifiers.errors import IdentifierError, all_digits, compact

_INN_10 = (2, 4, 10, 3, 5, 9, 4, 6, 8)
_INN_11 = (7, 2, 4, 10, 3, 5, 9, 4, 6, 8)
_INN_12 = (3, 7, 2, 4, 10, 3, 5, 9, 4, 6, 8)
_KPP = re.compile(r"[0-9]{4}[0-9A-Z]{2}[0-9]{3}")


def check_inn(text: str) -> str:
    """Return a taxpayer number (ИНН) of 10 digits (organisation) or 12 (person).

    Structure: order of the Federal Tax Service of 29.06.2012 № ММВ-7-6/435@. Check digits: weighted
    sum modulo 11, modulo 10, with the weights in «Контрольное число» (Russian Wikipedia). Since the
    remainders 10 and 0 give the same digit, a single wrong digit may pass only where a check digit is 0.
    """
    number = compact(text)
    if not all_digits(number):
        raise IdentifierError(_("An INN consists of digits only. Remove everything else."))
    if len(number) not in (10, 12):
        raise IdentifierError(
            _("An INN has 10 digits (organization) or 12 (person), but this one has %(n)s.", n=len(number))
        )
    if number.startswith("00"):
        raise IdentifierError(
            _("An INN begins with the code of a region, and 00 is none. Check the first digits.")
        )
    weights = (_INN_10,) if len(number) == 10 else (_INN_11, _INN_12)
    if any(_weighted(number, row) != int(number[len(row)]) for row in weights):
        raise IdentifierError(_("The check digit of this INN does not match: one of its digits is wrong."))
    return number


def check_ogrn(text: str) -> str:
    """Return the registry number of a legal entity (ОГРН), 13 digits beginning with 1 or 5.

    Order of the Ministry of Finance of 30.10.2017 № 165н: the last digit is that of the number made
    of the first twelve, modulo 11.
    """
    return _registry_number(text, _("OGRN"), 13, "15")


def check_ogrnip(text: str) -> str:
    """Return the registry number of a sole trader (ОГРНИП), 15 digits beginning with 3.

    Order of the Ministry of Finance of 30.10.2017 № 165н: the last digit is that of the number made
    of the first fourteen, modulo 13.
    """
    return _registry_number(text, _("OGRNIP"), 15, "3")


def check_kpp(text: str) -> str:
    """Return the tax registration reason code (КПП): four digits, two digits or letters, three digits.

    Order of the Federal Tax Service of 29.06.2012 № ММВ-7-6/435@; the code has no check digit.
    """
    code = compact(text)
    if not _KPP.fullmatch(code):
        raise IdentifierError(
            _("A KPP has 9 characters: four digits, two digits or capital Latin letters, three digits.")
        )
    return code


def _weighted(number: str, weights: tuple[int, ...]) -> int:
    # zip stops at the shorter weights, so the check digits themselves stay outside the sum
    return sum(int(digit) * weight for digit, weight in zip(number, weights, strict=False)) % 11 % 10


def _registry_number(text: str, label: str, length: int, first: str) -> str:
    number = compact(text)
    if not all_digits(number):
        raise IdentifierError(_("An %(label)s consists of digits only. Remove everything else.", label=label))
    if len(number) != length:
        raise IdentifierError(
            _(
                "An %(label)s has %(length)s digits, but this one has %(n)s.",
                label=label,
                length=length,
                n=len(number),
            )
        )
    if number[0] not in first:
        raise IdentifierError(
            _(
                "An %(label)s begins with %(first)s. Check the first digit.",
                label=label,
                first=" / ".join(first),
            )
        )
    if int(number[:-1]) % (length - 2) % 10 != int(number[-1]):
        raise IdentifierError(
            _("The check digit of this %(label)s does not match: one of its digits is wrong.", label=label)
        )
    return number
