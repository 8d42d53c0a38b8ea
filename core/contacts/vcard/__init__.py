"""vCard in (2.1, 3.0 and 4.0, as address books and old phones write it) and out (3.0 and 4.0)."""

from core.contacts.vcard.reading import read, read_file
from core.contacts.vcard.writing import Version, write

__all__ = ["Version", "read", "read_file", "write"]
