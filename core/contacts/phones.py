"""Telephone numbers: kept as entered, compared as E.164, shown by country."""

import phonenumbers
from phonenumbers import NumberParseException, PhoneNumberFormat, ValidationResult

from core.contacts.data import clean_line


def normalize(text: str, region: str | None) -> tuple[str | None, str]:
    """Return (E.164 or None, the text as it is kept).

    `region` is the ISO 3166 code in which a number without country code is read. The number must have
    a possible length, not a known prefix: the numbering plans change faster than anyone's metadata.
    E.164 has no room for an extension; see `extension`.
    """
    kept = clean_line(text)
    number = _parse(kept, region)
    return (phonenumbers.format_number(number, PhoneNumberFormat.E164) if number else None), kept


def extension(text: str, region: str | None) -> str:
    """Return the extension ("доб. 12", "ext. 12", ";ext=12") as digits, or nothing."""
    number = _parse(clean_line(text), region)
    return (number.extension or "") if number else ""


def display(text: str, region: str | None) -> str:
    """Return the number formatted: nationally within its own region, internationally from elsewhere.

    What is no number is returned as it was entered.
    """
    kept = clean_line(text)
    number = _parse(kept, region)
    if not number:
        return kept
    at_home = region is not None and number.country_code == phonenumbers.country_code_for_region(
        region.upper()
    )
    style = PhoneNumberFormat.NATIONAL if at_home else PhoneNumberFormat.INTERNATIONAL
    return phonenumbers.format_number(number, style)


def _parse(text: str, region: str | None) -> phonenumbers.PhoneNumber | None:
    try:
        number = phonenumbers.parse(text, region.upper() if region else None)
    except NumberParseException:
        return None
    reason = phonenumbers.is_possible_number_with_reason(number)
    return number if reason == ValidationResult.IS_POSSIBLE else None
