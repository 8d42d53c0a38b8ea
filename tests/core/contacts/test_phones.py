"""A number is one number, however it is written."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.contacts.phones import display, extension, normalize

SAME = [
    "8 (916) 123-45-67",
    "+7 916 123 45 67",
    "8-916-123-45-67",
    "89161234567",
    "9161234567",
    "+7(916)1234567",
]


@pytest.mark.parametrize("written", SAME)
def test_all_notations_of_a_number_are_one(written: str) -> None:
    assert normalize(written, "RU") == ("+79161234567", written)


@pytest.mark.parametrize(
    ("written", "region", "e164"),
    [
        ("030 123456", "DE", "+4930123456"),
        ("0049 30 123456", "DE", "+4930123456"),
        ("+44 20 7946 0958", "RU", "+442079460958"),
        ("(201) 555-0123", "us", "+12015550123"),
        ("8 800 555-35-35", "RU", "+78005553535"),
        ("123-45-67", "RU", None),
        ("02", "RU", None),
        ("call the secretary", "RU", None),
        ("8 916 123-45-67", None, None),
        ("8 916 123-45-67", "no such region", None),
        ("", "RU", None),
        ("9" * 1000, "RU", None),
    ],
)
def test_numbers_of_other_places_and_things_that_are_no_numbers(
    written: str, region: str, e164: str | None
) -> None:
    assert normalize(written, region) == (e164, written)


def test_extensions_are_understood_and_kept() -> None:
    for written in ("8 (495) 123-45-67 доб. 12", "+7 495 123-45-67 ext. 12", "+74951234567;ext=12"):
        assert normalize(written, "RU") == ("+74951234567", written)
        assert extension(written, "RU") == "12"
        assert display(written, "RU").startswith("8 (495) 123-45-67")
        assert display(written, "RU").endswith("12")
    assert extension("+7 495 123-45-67", "RU") == ""
    assert extension("nothing", "RU") == ""


def test_a_number_is_shown_as_its_reader_would_dial_it() -> None:
    assert display("+79161234567", "RU") == "8 (916) 123-45-67"
    assert display("+79161234567", "DE") == "+7 916 123-45-67"
    assert display("+79161234567", None) == "+7 916 123-45-67"
    assert display(" ask  Maria ", "RU") == "ask Maria"


@given(st.from_regex(r"(?:\+7|8)[ (]{0,2}9\d\d[) ]{0,2}\d{3}[- ]?\d\d[- ]?\d\d", fullmatch=True))
def test_what_is_shown_is_the_same_number(written: str) -> None:
    for region in ("RU", "DE", None):
        e164, _kept = normalize(written, "RU")
        assert e164 is not None
        assert normalize(display(e164, region), region)[0] == e164


@given(st.text(), st.sampled_from(["RU", "US", "", "ZZ", None, "\x00"]))
def test_any_text_is_kept_and_breaks_nothing(text: str, region: str | None) -> None:
    normalize(text, region)
    extension(text, region)
    display(text, region)
