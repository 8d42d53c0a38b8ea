"""Passwords and addresses: hashing, and what is accepted as one."""

import re
import unicodedata

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from flask_babel import gettext as _

PASSWORD_LENGTH = 10
PASSWORD_LIMIT = 1024
"""Hashing a novel would keep a processor busy for whoever sends one."""

_hasher = PasswordHasher()
_dummy = _hasher.hash("nobody has this password")

# of the published lists of leaked passwords, those that are long enough to pass the other rules
COMMON = frozenset((
    "1234567890", "12345678910", "123456789a", "0123456789", "0987654321", "9876543210", "1111111111",
    "0000000000", "1234554321", "1q2w3e4r5t", "1q2w3e4r5t6y", "1qaz2wsx3edc", "qwertyuiop", "qwerty12345",
    "qwerty123456", "qwerty1234", "qazwsxedcrfv", "asdfghjkl1", "asdfghjkl;", "zxcvbnm123", "password12",
    "password123", "password1234", "password12345", "passw0rd123", "p@ssw0rd123", "administrator", "admin12345",
    "admin123456", "changeme123", "welcome123", "welcome1234", "iloveyou123", "letmein123", "football123",
    "basketball", "baseball123", "sunshine123", "princess123", "abcdefghij", "abc1234567", "abcd123456",
    "a123456789", "q123456789", "qwe123qwe123", "trustno1trustno1", "йцукенгшщз", "йцукен12345", "пароль12345",
    "пароль1234", "пароль123456", "любовь12345", "correcthorsebatterystaple", "companyname", "eleven1234",
))


def normal_email(text: str) -> str:
    """An address as it is kept and compared. Letters stay themselves: mail must go to this very mailbox."""
    return unicodedata.normalize("NFC", text).strip().lower()


def email_fault(email: str) -> str | None:
    """Why a normal address cannot be one, as a sentence; None if it can."""
    if len(email) > 254 or not re.fullmatch(r"[^\s@<>\",;:\x00-\x1f\x7f]+@[^\s@<>\",;:\x00-\x1f\x7f]+", email):
        return _("This is not an e-mail address. It looks like name@example.org.")
    return None


def hash_password(password: str) -> str:
    """The Argon2id hash of a password, with its parameters."""
    return _hasher.hash(_normal(password))


def verify_password(password_hash: str | None, password: str) -> bool:
    """Whether it is the password. Takes as long for a person without one, or for nobody."""
    try:
        matches = _hasher.verify(password_hash or _dummy, _normal(password))
    except (VerificationError, InvalidHashError):
        return False
    return matches and password_hash is not None


def outdated(password_hash: str) -> bool:
    """Whether the hash was made with other parameters than today's."""
    return _hasher.check_needs_rehash(password_hash)


def password_fault(password: str, name: str = "", email: str = "") -> str | None:
    """Why a new password is not accepted, as a sentence; None if it is. The rules are those of NIST SP 800-63B."""
    if len(password) < PASSWORD_LENGTH:
        return _("Use at least %(count)s characters. A few words in a row are easy to remember.",
                 count=PASSWORD_LENGTH)
    if len(password) > PASSWORD_LIMIT:
        return _("Use at most %(count)s characters.", count=PASSWORD_LIMIT)
    plain = password.casefold().strip()
    if plain in {name.casefold().strip(), email, email.partition("@")[0]} or _squeezed(name) == _squeezed(plain):
        return _("Do not use your name or your address as the password.")
    if plain in COMMON or len(set(plain)) < 4:
        return _("This password is on the lists that are tried first. Choose another one.")
    return None


def _squeezed(text: str) -> str:
    return "".join(text.casefold().split())


def _normal(password: str) -> str:
    # the same letters typed on another keyboard may arrive composed differently
    return unicodedata.normalize("NFKC", password[:PASSWORD_LIMIT * 2])
