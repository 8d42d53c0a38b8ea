"""VAT identification numbers of the European Union, by their form and check digits."""

import re
from collections.abc import Callable

from flask_babel import gettext as _

from core.contacts.identifiers import schemes
from core.contacts.identifiers.errors import IdentifierError, compact

# Forms: "VAT identification number structure", VIES, European Commission; Northern Ireland (XI) uses the
# British form, which VIES still answers for. The second member is None where the state publishes no check.
_SCHEMES: dict[str, tuple[str, Callable[[str], bool] | None]] = {
    "AT": (r"U\d{8}", schemes.austria),
    "BE": (r"[01]\d{9}", schemes.belgium),
    "BG": (r"\d{9,10}", schemes.bulgaria),
    "CY": (r"\d{8}[A-Z]", schemes.cyprus),
    "CZ": (r"\d{8,10}", schemes.czechia),
    "DE": (r"[1-9]\d{8}", schemes.mod_11_10),
    "DK": (r"[1-9]\d{7}", schemes.denmark),
    "EE": (r"\d{9}", schemes.estonia),
    "EL": (r"\d{9}", schemes.greece),
    "ES": (r"[A-Z0-9]\d{7}[A-Z0-9]", schemes.spain),
    "FI": (r"\d{8}", schemes.finland),
    "FR": (r"[0-9A-HJ-NP-Z]{2}\d{9}", schemes.france),
    "HR": (r"\d{11}", schemes.mod_11_10),
    "HU": (r"\d{8}", schemes.hungary),
    "IE": (r"\d[0-9A-Z+*]\d{5}[A-W][A-IW]?", schemes.ireland),
    "IT": (r"\d{11}", schemes.luhn),
    "LT": (r"\d{9}|\d{12}", schemes.lithuania),
    "LU": (r"\d{8}", schemes.luxembourg),
    "LV": (r"\d{11}", schemes.latvia),
    "MT": (r"[1-9]\d{7}", schemes.malta),
    "NL": (r"\d{9}B(?!00)\d{2}", schemes.netherlands),
    "PL": (r"\d{10}", schemes.poland),
    "PT": (r"[1-9]\d{8}", schemes.portugal),
    "RO": (r"[1-9]\d{1,9}", schemes.romania),
    "SE": (r"\d{12}", schemes.sweden),
    "SI": (r"[1-9]\d{7}", schemes.slovenia),
    "SK": (r"[1-9]\d[2-47-9]\d{7}", schemes.slovakia),
    "XI": (r"\d{9}|\d{12}|(?:GD|HA)\d{3}", None),
}
_FORMS = {state: re.compile(form, re.ASCII) for state, (form, _check) in _SCHEMES.items()}


def is_vat(compact: str) -> bool:
    """Say whether a number begins like one of the Union: with the letters of a member state."""
    return compact[:2] in _SCHEMES or compact.startswith("GR")


def check_vat(text: str) -> str:
    """Return a VAT number with its two letters, in capitals without spaces, dots and hyphens.

    Greece is EL (GR is understood); a Belgian number of nine digits gets its leading zero. Formulas
    are cited in `schemes`. Raises IdentifierError for an unknown state, a wrong form or a wrong check.
    """
    number = compact(text)
    state, rest = number[:2], number[2:]
    state = "EL" if state == "GR" else state
    if state not in _SCHEMES:
        raise IdentifierError(
            _("A VAT number begins with the two letters of an EU member state, such as DE or FR.")
        )
    if state == "BE" and len(rest) == 9:
        rest = f"0{rest}"
    if not _FORMS[state].fullmatch(rest) or not rest.strip("0"):
        raise IdentifierError(
            _("This is not the form of a VAT number of %(state)s. Compare it with the invoice.", state=state)
        )
    check = _SCHEMES[state][1]
    if check and not check(rest):
        raise IdentifierError(
            _("The check digits of this VAT number do not match: one of its characters is wrong.")
        )
    return state + rest
