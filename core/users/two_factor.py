"""The second factor: codes from an authenticator app, and recovery codes for the day the phone is lost.

TOTP after RFC 6238: six digits, 30 seconds, one step of drift either way.
"""

import re
import secrets
import time
from dataclasses import dataclass
from io import BytesIO
from typing import Any

import pyotp
import segno
from flask_babel import gettext as _
from markupsafe import Markup
from marshmallow import ValidationError
from sqlalchemy import delete, func, select, update

from core.database import db, now
from core.users import limits, sessions
from core.users.credentials import Credential, RecoveryCode
from core.users.keys import Origin, keyed_digest
from core.users.models import User
from core.users.operations import credential_of
from core.users.security_log import note
from core.users.signing import locked_until

STEP = 30
DRIFT = 1
RECOVERY_CODES = 10
# no letters that are mistaken for digits
ALPHABET = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"


@dataclass(frozen=True)
class Setup:
    """What a person needs to set up an app: a picture to scan, and the secret to type without a camera."""

    secret: str
    qr: Markup


def is_on(user: User) -> bool:
    """Whether the person has a confirmed second factor."""
    credential = db.session.get(Credential, user.id)
    return credential is not None and credential.totp_since is not None


def begin(user: User, company: str) -> Setup:
    """Start or go on setting up; the secret counts only once a code of it is confirmed."""
    credential = credential_of(user)
    if credential.totp_since is not None:
        raise ValidationError({"code": [_("A second factor is already set up. Remove it first.")]})
    if credential.totp_secret is None:
        credential.totp_secret = pyotp.random_base32()
        db.session.flush()
    uri = pyotp.TOTP(credential.totp_secret).provisioning_uri(name=user.email, issuer_name=company)
    return Setup(" ".join(re.findall(".{1,4}", credential.totp_secret)), _qr(uri))


def confirm(user: User, code: str, origin: Origin) -> list[str]:
    """Switch the second factor on with a first code; return the recovery codes, which are not kept.

    Raises ValidationError for a wrong code.
    """
    credential = credential_of(user)
    if credential.totp_since is not None or credential.totp_secret is None or not _accept(credential, code):
        raise ValidationError({"code": [_("This code is not right. Check the clock of your phone and enter the "
                                          "next code.")]})
    credential.totp_since = now()
    db.session.flush()
    session = sessions.current_session()
    if session is not None and session.user_id == user.id:
        session.two_factor = True
        db.session.flush()
    note("two_factor_on", origin, user_id=user.id)
    return new_recovery_codes(user)


def check(user: User, code: str, origin: Origin) -> bool:
    """Whether a code of the app or a recovery code is good; a good one is spent. Wrong ones count to the lock."""
    account = keyed_digest("account", user.email)
    if not limits.hit("second_factor.account", str(user.id)) or locked_until(account) is not None:
        return False
    credential = credential_of(user)
    if credential.totp_since is not None and _accept(credential, code):
        return True
    if _spend_recovery_code(user, code):
        note("recovery_used", origin, user_id=user.id)
        return True
    note("second_factor_failed", origin, user_id=user.id, account=account)
    return False


def remove(user: User, origin: Origin) -> None:
    """Switch the second factor off, by the person or by an administrator."""
    credential = credential_of(user)
    credential.totp_secret = credential.totp_since = None
    db.session.execute(delete(RecoveryCode).where(RecoveryCode.user_id == user.id))
    db.session.flush()
    note("two_factor_off", origin, user_id=user.id)


def new_recovery_codes(user: User) -> list[str]:
    """Ten fresh codes in place of all older ones."""
    db.session.execute(delete(RecoveryCode).where(RecoveryCode.user_id == user.id))
    codes = ["".join(secrets.choice(ALPHABET) for _place in range(10)) for _number in range(RECOVERY_CODES)]
    db.session.add_all(RecoveryCode(code_hash=_recovery_hash(user, code), user_id=user.id) for code in codes)
    db.session.flush()
    return [f"{code[:5]}-{code[5:]}" for code in codes]


def recovery_codes_left(user: User) -> int:
    """How many recovery codes are unused."""
    return db.session.scalar(select(func.count()).select_from(RecoveryCode)
                             .where(RecoveryCode.user_id == user.id)) or 0


def _accept(credential: Credential, code: str) -> bool:
    digits = re.sub(r"[\s-]", "", code)
    if credential.totp_secret is None or not re.fullmatch(r"[0-9]{6}", digits):
        return False
    totp, present = pyotp.TOTP(credential.totp_secret), int(time.time()) // STEP
    for step in range(present - DRIFT, present + DRIFT + 1):
        if secrets.compare_digest(totp.generate_otp(step), digits):
            # the database decides, so that of two requests with one code only one passes
            spent: Any = db.session.execute(
                update(Credential).where(Credential.user_id == credential.user_id, Credential.totp_step < step)
                .values(totp_step=step).execution_options(synchronize_session=False))
            db.session.expire(credential, ["totp_step"])
            return bool(spent.rowcount)
    return False


def _spend_recovery_code(user: User, code: str) -> bool:
    plain = re.sub(r"[\s-]", "", code).upper()
    spent: Any = db.session.execute(delete(RecoveryCode).where(
        RecoveryCode.user_id == user.id, RecoveryCode.code_hash == _recovery_hash(user, plain)))
    return bool(spent.rowcount)


def _recovery_hash(user: User, code: str) -> str:
    return keyed_digest("recovery", f"{user.id}:{code}")


def _qr(text: str) -> Markup:
    out = BytesIO()
    segno.make(text, micro=False).save(
        out, kind="svg", xmldecl=False, svgclass="qr", lineclass=None, omitsize=True, border=0, title=None)
    return Markup(out.getvalue().decode())  # noqa: S704  segno writes paths only, the text is in the modules
