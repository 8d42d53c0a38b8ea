"""The examples of docs/how-to/api.md, sent to a live server as they are written."""

import json
import os
import re
import shutil
import subprocess
from threading import Thread
from typing import Any

import pytest
import waitress

from core.cli.docs import ROOT
from core.database import db
from core.testing.fixtures import missing
from core.users import tokens
from core.users.keys import Origin

PAGE = (ROOT / "docs" / "how-to" / "api.md").read_text()


@pytest.fixture
def environment(app, admin):
    """A server that answers, and a token."""
    _token, text = tokens.create_token(admin, "test", tokens.grantable(admin), None, Origin())
    db.session.commit()
    server = waitress.create_server(app, host="127.0.0.1", port=0, threads=2)
    thread = Thread(target=server.run, daemon=True)
    thread.start()
    yield os.environ | {"ELEVEN": f"http://127.0.0.1:{server.effective_port}", "TOKEN": text}
    server.close()
    thread.join(timeout=10)


def holds(told: Any, found: Any) -> bool:
    """Whether an answer has at least what the page shows."""
    if isinstance(told, dict):
        return isinstance(found, dict) and all(name in found and holds(told[name], found[name]) for name in told)
    if isinstance(told, list):
        return isinstance(found, list) and len(told) == len(found) and all(map(holds, told, found))
    return told == found


def test_the_examples_are_answered_as_the_page_says(environment):
    if not shutil.which("curl"):
        missing("curl", "sudo apt install curl")
    examples = re.findall(r"^```sh\n(curl .*?)^```(?:\n\n```json\n(.*?)^```)?", PAGE, re.M | re.S)
    assert len(examples) == PAGE.count("\ncurl ")
    for command, told in examples:
        answer = subprocess.run(["/bin/sh", "-c", command], env=environment, capture_output=True, text=True,  # noqa: S603
                                timeout=60, check=True).stdout
        if told:
            assert holds(json.loads(told), json.loads(answer)), f"{command}\n{answer}"
        else:
            assert answer == "", f"{command}\n{answer}"
