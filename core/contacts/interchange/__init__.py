"""Files of other address books, recognised by their first line and read into the same contacts."""

from collections.abc import Iterator

from flask_babel import gettext as _

from core.contacts import vcard
from core.contacts.data import BadCard, ContactData, ContactFileError
from core.contacts.interchange import google, outlook
from core.contacts.interchange.table import Table
from core.contacts.source import ContactFile, Source

__all__ = ["read"]


def read(source: Source) -> Iterator[ContactData | BadCard]:
    """Yield the contacts of a vCard file, a Google Contacts CSV or an Outlook CSV, whichever it is.

    A row that cannot be read comes as BadCard, and the file is read on. Raises ContactFileError, before
    the first contact, if the file is too large or of no known form.
    """
    with ContactFile(source) as file:
        first = next((line for _number, line in file if line.strip()), b"")
        if first.strip().upper() == b"BEGIN:VCARD":
            yield from vcard.read_file(file)
            return
        table = Table(file)
        reader = next((form.contact for form in (google, outlook) if form.recognises(table.header)), None)
        if reader is None:
            raise ContactFileError(
                _(
                    "This is neither a vCard file nor a CSV export of Google Contacts or Outlook. "
                    "For any other table use the general import, where you match the columns."
                )
            )
        for number, line, row in table:
            if isinstance(row, str):
                yield BadCard(number, line, row)
                continue
            contact = reader(row)
            if contact.name:
                yield contact.settled()
            else:
                yield BadCard(
                    number, line, _("The row names nobody: it has no name, organization, e-mail or phone.")
                )
