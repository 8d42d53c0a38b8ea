"""A telephone's camera takes a contact over from the screen."""

from dataclasses import replace
from xml.etree import ElementTree

import pytest
import segno

from core.contacts import vcard
from core.contacts.data import ContactData, Email, Phone
from core.contacts.qr import svg

MARIA = ContactData(
    name="Иванова Мария",
    family_name="Иванова",
    given_name="Мария",
    phones=[Phone("+79161234567", "mobile", primary=True)],
)


def test_the_code_is_the_card_of_the_contact_as_a_named_image() -> None:
    image = svg(MARIA, "Иванова <Мария>")
    root = ElementTree.fromstring(image)  # noqa: S314 (our own output)
    assert root.findtext("{*}title") == "Иванова <Мария>"
    assert "style=" not in image
    expected = segno.make_qr(vcard.write([MARIA]), error="m", encoding="utf-8")
    assert root.find("{*}path").get("d") in expected.svg_inline(border=4)  # type: ignore[union-attr, arg-type]


@pytest.mark.parametrize(
    "surplus",
    [
        {"note": "n" * 100_000, "photo": b"\x89PNG\r\n\x1a\n" * 10_000, "photo_type": "image/png"},
        {"tags": ["t" * 100] * 100},
    ],
)
def test_what_a_camera_does_not_need_stays_behind(surplus: dict[str, object]) -> None:
    big = replace(MARIA, **surplus)  # type: ignore[arg-type]
    assert svg(big, "") == svg(MARIA, "")


def test_a_contact_with_too_much_of_everything_still_has_a_code() -> None:
    many = [Email("😀" * 40 + f"{n}@a.example", primary=n == 0) for n in range(100)]
    assert svg(ContactData(name="😀" * 5000, family_name="😀" * 5000, emails=many), "😀").startswith("<svg")
