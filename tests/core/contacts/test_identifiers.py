"""A bookkeeper types a number with a slip of one digit, and is told."""

from collections.abc import Callable

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from core.contacts.identifiers import (
    IdentifierError,
    check_inn,
    check_kpp,
    check_ogrn,
    check_ogrnip,
    check_vat,
)


def accepted(check: Callable[[str], str], number: str) -> bool:
    try:
        check(number)
    except IdentifierError:
        return False
    return True


# A bank's and a search engine's published numbers, and a specimen of a person's.
@pytest.mark.parametrize(
    "number", ["7707083893", "7736207543", "500100732259", "77 07 08 38 93", "7707.083.893"]
)
def test_real_taxpayer_numbers_pass_however_they_are_spaced(number: str) -> None:
    assert check_inn(number) == "".join(c for c in number if c.isdigit())


@pytest.mark.parametrize(
    ("check", "number", "says"),
    [
        (check_inn, "", "digits only"),
        (check_inn, "770708389", "this one has 9"),
        (check_inn, "77070838931", "this one has 11"),
        (check_inn, "7707083894", "check digit"),
        (check_inn, "500100732258", "check digit"),
        (check_inn, "0000000000", "region"),
        (check_inn, "77070838é3", "digits only"),
        (check_inn, "٧٧٠٧٠٨٣٨٩٣", "digits only"),
        (check_ogrn, "1027700132196", "check digit"),
        (check_ogrn, "304500116000157", "has 13 digits, but this one has 15"),
        (check_ogrn, "3027700132195", "begins with 1 / 5"),
        (check_ogrnip, "104500116000157", "begins with 3"),
        (check_kpp, "77360100", "9 characters"),
        (check_kpp, "7736Я1001", "9 characters"),
        (check_vat, "US123456789", "member state"),
        (check_vat, "", "member state"),
        (check_vat, "DE12345", "form of a VAT number of DE"),
        (check_vat, "DE136695977", "check digits"),
        (check_vat, "RO0000000000", "form"),
        (check_vat, "DE１36695976", "form"),
    ],
)
def test_a_refusal_says_what_is_wrong(check: Callable[[str], str], number: str, says: str) -> None:
    with pytest.raises(IdentifierError, match=says):
        check(number)


def test_registry_numbers_and_reason_codes() -> None:
    assert check_ogrn("1 02 77 00 13219 5") == "1027700132195"
    assert check_ogrnip("304500116000157") == "304500116000157"
    assert check_kpp("773601001") == "773601001"
    assert check_kpp("7736ab001") == "7736AB001"


# One of each form in public use.
VALID_VAT = [
    "ATU13585627", "BE0403019261", "BG175074752", "CY10259033P", "CZ25123891", "DE136695976",
    "DK13585628", "EE100931558", "EL094259216", "ES54362315K", "ESX2482300W", "ESJ99216582",
    "ESB58378431", "FI20774740", "FR83404833048", "FR40303265045", "FRK7399859412", "HR33392005961",
    "HU12892312", "IE6433435F", "IE6433435OA", "IE8D79739I", "IT00743110157", "LT119511515", "LU15027442",
    "LV40003521600", "MT11679112", "NL004495445B01", "NL123456789B13", "PL8567346215", "PT501964843",
    "RO18547290", "SE123456789701", "SI50223054", "SK2022749619", "XI123456789",
]  # fmt: skip


@pytest.mark.parametrize("number", VALID_VAT)
def test_vat_numbers_of_every_member_state_pass(number: str) -> None:
    assert check_vat(number) == number
    assert check_vat(f" {number[:2].lower()} {number[2:5]}.{number[5:]}-") == number


def test_greece_and_belgium_are_written_the_official_way() -> None:
    assert check_vat("GR094259216") == "EL094259216"
    assert check_vat("BE 403.019.261") == "BE0403019261"


# Schemes whose mathematics guarantee that no two valid numbers differ in one digit: body, check digits.
GUARANTEED = {
    "AT": (r"U[0-9]{7}", 1),
    "BE": (r"0[1-9][0-9]{6}", 2),
    "DE": (r"[1-9][0-9]{7}", 1),
    "DK": (r"[1-9][0-9]{6}", 1),
    "EE": (r"[0-9]{8}", 1),
    "FI": (r"[0-9]{7}", 1),
    "FR": (r"[0-9]{2}[1-9][0-9]{7}", 1),
    "HR": (r"[0-9]{10}", 1),
    "HU": (r"[0-9]{7}", 1),
    "IT": (r"[0-9]{10}", 1),
    "LU": (r"[0-9]{6}", 2),
    "MT": (r"[1-9][0-9]{5}", 2),
    "PL": (r"[0-9]{9}", 1),
    "SK": (r"[1-9][0-9]2[0-9]{6}", 1),
}


@pytest.mark.parametrize("state", GUARANTEED)
@given(data=st.data())
def test_every_wrong_digit_in_a_vat_number_is_found(state: str, data: st.DataObject) -> None:
    form, width = GUARANTEED[state]
    body = data.draw(st.from_regex(form, fullmatch=True))
    if state == "FR":  # the key stands in front: complete the SIREN, then the key
        tails = [f"{key:02}{body[2:]}{last}" for last in range(10) for key in range(97)]
    else:
        tails = [f"{body}{last:0{width}}" for last in range(10**width)]
    valid = [number for number in tails if accepted(check_vat, state + number)]
    assume(valid)
    number = data.draw(st.sampled_from(valid))
    place = data.draw(st.sampled_from([i for i, c in enumerate(number) if c.isdigit()]))
    wrong = data.draw(st.sampled_from("0123456789").filter(lambda c: c != number[place]))
    assert not accepted(check_vat, state + number[:place] + wrong + number[place + 1 :])


@pytest.mark.parametrize(
    ("check", "form", "digits", "safe"),
    [
        # remainders 10 (of 11) or 10 to 12 (of 13) share a digit with 0 (0 to 2): only above is all found
        (check_inn, r"77[0-9]{7}", 1, lambda n: n[-1] != "0"),
        (check_inn, r"77[0-9]{8}", 2, lambda n: "0" not in n[-2:]),
        (check_ogrn, r"1[0-9]{11}", 1, lambda n: n[-1] != "0"),
        (check_ogrnip, r"3[0-9]{13}", 1, lambda n: n[-1] > "2"),
    ],
)
@given(data=st.data())
def test_every_wrong_digit_in_a_russian_number_is_found(
    check: Callable[[str], str], form: str, digits: int, safe: Callable[[str], bool], data: st.DataObject
) -> None:
    body = data.draw(st.from_regex(form, fullmatch=True))
    (number,) = [n for last in range(10**digits) if accepted(check, n := f"{body}{last:0{digits}}")]
    assume(safe(number))
    place = data.draw(st.integers(0, len(number) - 1))
    wrong = data.draw(st.sampled_from("0123456789").filter(lambda c: c != number[place]))
    assert not accepted(check, number[:place] + wrong + number[place + 1 :])


@given(st.text() | st.from_regex(r"[A-Z]{2}[0-9A-Z+*]{7,13}", fullmatch=True))
def test_whatever_is_typed_is_answered_with_the_number_or_a_sentence(text: str) -> None:
    for check in (check_inn, check_ogrn, check_ogrnip, check_kpp, check_vat):
        try:
            answer = check(text)
        except IdentifierError as error:
            answer = str(error)
        assert answer.endswith(".") or check(answer) == answer
