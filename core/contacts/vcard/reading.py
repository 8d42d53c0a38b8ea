"""From cards to contacts: a bad card is reported, the file is read on."""

from collections.abc import Iterator

from flask_babel import gettext as _

from core.contacts import names
from core.contacts.data import BadCard, ContactData, ContactFileError, Kind, clean, clean_line
from core.contacts.source import MAX_LINE, ContactFile, Source
from core.contacts.vcard import entries
from core.contacts.vcard.card import Card, CardError
from core.contacts.vcard.lines import structured


def read(source: Source) -> Iterator[ContactData | BadCard]:
    """Yield every card of a file as a contact, or as what is wrong with it.

    What a contact has no place for (GENDER, GEO, KEY ...) is left out. Raises ContactFileError if the
    file is too large or holds no card at all.
    """
    with ContactFile(source) as file:
        yield from read_file(file)


def read_file(file: ContactFile) -> Iterator[ContactData | BadCard]:
    """Yield the cards of a file that is open already; see `read`."""
    number, begins, size = 0, 0, 0
    card: list[bytes] | None = None
    for at, line in file:
        mark = line.rstrip().upper()
        if mark == b"BEGIN:VCARD":
            if card is not None:
                yield _unfinished(number, begins)
            number, begins, size, card = number + 1, at, 0, []
        elif card is None:
            continue
        elif mark == b"END:VCARD":
            yield _contact(card, file, number, begins)
            card = None
        elif (size := size + len(line) + 1) > MAX_LINE:
            yield BadCard(number, begins, _("The card is larger than 16 MB. Make its photo smaller."))
            card = None
        else:
            card.append(line)
    if card is not None:
        yield _unfinished(number, begins)
    if not number:
        raise ContactFileError(_("No vCard begins in this file: there is no line BEGIN:VCARD."))


def _unfinished(number: int, line: int) -> BadCard:
    return BadCard(number, line, _("The card has no end: the line END:VCARD is missing. Export it again."))


def _contact(lines: list[bytes], file: ContactFile, number: int, line: int) -> ContactData | BadCard:
    try:
        card = Card(lines, file.decode)
    except CardError as error:
        return BadCard(number, line, str(error))
    if "group" in (card.text("KIND").lower(), card.text("X-ADDRESSBOOKSERVER-KIND").lower()):
        return BadCard(number, line, _("This is a list of contacts, not a contact. Import its members."))
    contact = _named(card)
    if not contact.name:
        return BadCard(
            number, line, _("The card names nobody: it has no name, organization, e-mail or phone.")
        )
    birthday, unread = _birthday(card)
    contact.birthday = birthday
    contact.dates = entries.dates(card)
    contact.employers, titles = entries.employers(card, contact)
    contact.note = "\n".join(filter(None, (clean(card.text("NOTE")), unread, *titles)))
    contact.tags = list(dict.fromkeys(tag for prop in card.all("CATEGORIES") for tag in _values(prop.value)))
    contact.language = entries.language(card)
    contact.time_zone = entries.time_zone(card)
    contact.tax_number = clean_line(card.text("X-ELEVEN-TAX-NUMBER"))
    contact.registry_number = clean_line(card.text("X-ELEVEN-REGISTRY-NUMBER"))
    contact.tax_reason_code = clean_line(card.text("X-ELEVEN-TAX-REASON-CODE"))
    uid = clean_line(card.text("UID"))
    contact.uid = (uid[9:] if uid.lower().startswith("urn:uuid:") else uid) or None
    contact.photo, contact.photo_type = entries.photo(card)
    return contact.settled()


def _named(card: Card) -> ContactData:
    """Return a contact with kind, name and means of contact, which stand in for a missing name."""
    emails, phones = entries.emails(card), entries.phones(card)
    parts = [" ".join(filter(None, map(clean_line, part))) for part in structured(card.value("N"))]
    family, given, patronymic, prefix, suffix = (*parts, "", "", "", "", "")[:5]
    person = names.PersonName(family, given, patronymic, prefix, suffix)
    organization = clean_line(structured(card.value("ORG"))[0][0])
    formatted = clean_line(card.text("FN"))
    kind = _kind(card, has_name=any(parts), formatted=formatted, organization=organization)
    nickname = ", ".join(_values(card.value("NICKNAME")))
    name = formatted or (organization if kind == "organization" else names.full(person))
    stand_ins = [nickname, *(email.address for email in emails), *(phone.number for phone in phones)]
    if kind == "person" and formatted and not any(parts):
        person = names.split(formatted)
    elif kind == "organization":
        person = names.PersonName()
    return ContactData(
        kind=kind,
        name=name or next(filter(None, stand_ins), ""),
        family_name=person.family,
        given_name=person.given,
        patronymic=person.patronymic,
        prefix=person.prefix,
        suffix=person.suffix,
        nickname=nickname,
        emails=emails,
        phones=phones,
        addresses=entries.addresses(card),
        links=entries.links(card),
    )


def _kind(card: Card, *, has_name: bool, formatted: str, organization: str) -> Kind:
    said = card.text("KIND").lower()
    if said:
        return "organization" if said in ("org", "organization") else "person"
    if card.text("X-ABSHOWAS").upper() == "COMPANY":
        return "organization"
    return "organization" if organization and not has_name and formatted in ("", organization) else "person"


def _birthday(card: Card) -> tuple[entries.Day, str]:
    """Return the birthday, or a line for the note that keeps what was written instead of one."""
    prop = card.first("BDAY")
    if prop is None:
        return None, ""
    text = clean_line(prop.value)
    birthday = entries.day(prop)
    return birthday, "" if birthday or not text else _("Birthday: %(text)s", text=text)


def _values(value: str) -> list[str]:
    """Return the values between commas, cleaned."""
    return [text for part in structured(value) for item in part if (text := clean_line(item))]
