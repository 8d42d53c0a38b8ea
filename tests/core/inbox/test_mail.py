"""Mail goes through a real SMTP server, again and again while it is down."""

import socket
from collections.abc import Iterator
from email import message_from_bytes, policy
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult, LoginPassword
from flask import Flask

from core.database import db
from core.jobs import queue, run_pending
from core.web import mail


class Postbox:
    """A server's memory. Refuses whoever is named nobody."""

    def __init__(self) -> None:
        self.letters: list[tuple[list[str], Any]] = []

    async def handle_RCPT(  # noqa: N802 the library's name
            self, _server: Any, _session: Any, envelope: Any, address: str, _options: Any) -> str:
        if address.startswith("nobody"):
            return "550 no such person"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:  # noqa: N802
        self.letters.append((envelope.rcpt_tos, message_from_bytes(envelope.content, policy=policy.default)))
        return "250 OK"


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


def check(_server: Any, _session: Any, _envelope: Any, _mechanism: str, given: Any) -> AuthResult:
    sound = isinstance(given, LoginPassword) and (given.login, given.password) == (b"crm", b"p@ss/word")
    return AuthResult(success=sound)


@pytest.fixture
def port() -> int:
    return free_port()


@pytest.fixture
def postbox(port: int) -> Iterator[Postbox]:
    box = Postbox()
    server = Controller(box, "127.0.0.1", port, authenticator=check, auth_require_tls=False)
    server.start()
    yield box
    server.stop()


@pytest.fixture(autouse=True)
def configured(app: Flask, port: int, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    queue(app).huey.flush()
    monkeypatch.setitem(app.config, "MAIL_URL", f"smtp://crm:p%40ss%2Fword@127.0.0.1:{port}")
    monkeypatch.setitem(app.config, "MAIL_FROM", "Eleven <crm@example.org>")
    yield
    queue(app).huey.flush()


def test_a_mail_arrives_as_it_was_written(app: Flask, postbox: Postbox) -> None:
    mail.send("olga@example.com", "Привет\r\nBcc: all@example.com", "Здравствуйте,\n.\nстрока\n")
    assert len(queue().huey) == 0
    db.session.commit()
    run_pending(app)
    (to, letter), = postbox.letters
    assert to == ["olga@example.com"]
    assert letter["Subject"] == "Привет Bcc: all@example.com"
    assert letter["Bcc"] is None
    assert letter["From"] == "Eleven <crm@example.org>"
    assert letter["Message-ID"].endswith("@example.org>")
    assert letter.get_content().splitlines() == ["Здравствуйте,", ".", "строка"]


def test_a_server_that_is_down_is_tried_again(app: Flask, port: int) -> None:
    mail.send("olga@example.com", "Hello", "…")
    db.session.commit()
    run_pending(app)
    assert queue().huey.scheduled_count() == 1
    waiting, = queue().huey.scheduled()
    assert waiting.args[1]["attempt"] == 1
    queue().huey.flush()
    mail.send_mail("olga@example.com", "Hello", "…", attempt=len(mail.BACK_OFF))
    assert queue().huey.scheduled_count() == 0


def test_a_refused_address_is_not_tried_again(app: Flask, postbox: Postbox) -> None:
    mail.send("nobody@example.com", "Hello", "…")
    db.session.commit()
    run_pending(app)
    assert postbox.letters == []
    assert queue().huey.scheduled_count() == 0
