"""Mail that Eleven writes: over SMTP, or into a folder where no server is named."""

import smtplib
from email.message import EmailMessage
from email.utils import formatdate, make_msgid
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import structlog
from flask import current_app

from core.database import new_uid
from core.jobs import after_commit, put, queue

log = structlog.get_logger()

JOB = "core.inbox:send_mail"
BACK_OFF = (60, 300, 1800, 7200, 43200)
"""Seconds to wait after each failed try."""
TIMEOUT = 30


def send(to: str, subject: str, text: str) -> None:
    """Send a mail in the background once the session is committed; a server that is down is tried again."""
    found = queue()
    after_commit(lambda: put(found, JOB, {"to": to, "subject": subject, "text": text}))


def send_mail(to: str, subject: str, text: str, attempt: int = 0) -> None:
    """The job behind `send`: hand the mail over, or queue it for another try."""
    try:
        hand_over(compose(to, subject, text))
    except (OSError, smtplib.SMTPException) as error:
        if _refused(error) or attempt >= len(BACK_OFF):
            log.error("mail not sent", to=to, subject=subject, error=str(error))
            return
        log.warning("mail waits", to=to, subject=subject, error=str(error), seconds=BACK_OFF[attempt])
        put(queue(), JOB, {"to": to, "subject": subject, "text": text, "attempt": attempt + 1}, BACK_OFF[attempt])


def compose(to: str, subject: str, text: str) -> EmailMessage:
    """The message. Line breaks cannot leave the subject, nor bring further headers in."""
    message = EmailMessage()
    message["From"] = current_app.config["MAIL_FROM"]
    message["To"] = " ".join(to.split())
    message["Subject"] = " ".join(subject.split())
    message["Date"] = formatdate(localtime=False)
    message["Message-ID"] = make_msgid(domain=current_app.config["MAIL_FROM"].rpartition("@")[2].strip(">") or None)
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(text)
    return message


def hand_over(message: EmailMessage) -> None:
    """Give a message to the server of MAIL_URL, or leave it in instance/outbox/. Raises OSError, SMTPException."""
    url = current_app.config["MAIL_URL"]
    if not url:
        _leave(message)
        return
    parts = urlsplit(url)
    secure = parts.scheme == "smtps"
    kind: Any = smtplib.SMTP_SSL if secure else smtplib.SMTP
    with kind(parts.hostname or "localhost", parts.port or (465 if secure else 25), timeout=TIMEOUT) as server:
        server.ehlo()
        if not secure and server.has_extn("starttls"):
            server.starttls()
            server.ehlo()
        if parts.username:
            server.login(unquote(parts.username), unquote(parts.password or ""))
        server.send_message(message)
    log.info("mail sent", to=message["To"], subject=message["Subject"])


def stays_here() -> str:
    """The folder, by the documentation's name, in which mail is left where no server is named; empty if it goes out."""
    return "" if current_app.config["MAIL_URL"] else "instance/outbox"


def _leave(message: EmailMessage) -> None:
    path = Path(current_app.instance_path) / "outbox" / f"{new_uid()}.eml"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(bytes(message))
    log.info("mail left in the outbox", to=message["To"], subject=message["Subject"], file=str(path))


def _refused(error: Exception) -> bool:
    """Whether the server has said no for good (5xx): asking again would not help."""
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return all(code >= 500 for code, _text in error.recipients.values())
    return isinstance(error, smtplib.SMTPResponseException) and error.smtp_code >= 500
