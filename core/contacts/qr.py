"""A contact as a QR code, to be taken over by a telephone's camera."""

from dataclasses import replace

import segno

from core.contacts import vcard
from core.contacts.data import ContactData


def svg(contact: ContactData, title: str) -> str:
    """Return an SVG image, without styles or scripts, of the contact's vCard; `title` names it for readers.

    A code holds little, and the less it holds the easier it is read: photo, note, tags and dates stay
    behind, and where that is still too much, all but a name of at most sixty characters and the primary
    phone and e-mail.
    """
    try:
        code = _code(_essentials(contact))
    except segno.DataOverflowError:
        code = _code(_minimum(contact))
    return str(code.svg_inline(border=4, omitsize=True, title=title, svgclass="qr", lineclass=None))


def _code(contact: ContactData) -> segno.QRCode:
    return segno.make_qr(vcard.write([contact]), error="m", encoding="utf-8")


def _essentials(contact: ContactData) -> ContactData:
    return replace(
        contact,
        nickname="",
        birthday=None,
        dates=[],
        employers=[employer for employer in contact.employers if not employer.left][:1],
        tags=[],
        note="",
        uid=None,
        photo=None,
        photo_type="",
    )


def _minimum(contact: ContactData) -> ContactData:
    return ContactData(
        kind=contact.kind,
        name=contact.name[:60],
        family_name=contact.family_name[:60],
        given_name=contact.given_name[:60],
        emails=[replace(e, label="") for e in contact.emails if e.primary and len(e.address) <= 100],
        phones=[replace(p, label="") for p in contact.phones if p.primary and len(p.number) <= 40],
    )
