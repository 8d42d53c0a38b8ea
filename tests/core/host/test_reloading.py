"""`eleven serve --dev`: it starts again when code changes, its pages reload themselves, a broken plugin is shown."""

import os
import re
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from contextlib import closing

import pytest

from tests.core.host.samples import GOOD

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


def get(url):
    try:
        with urllib.request.urlopen(url, timeout=30) as answer:  # noqa: S310 our own server
            return answer.read().decode()
    except urllib.error.HTTPError as error:
        return str(error.code)


def wait(url, test, what):
    """Ask until the answer fits: the server starts anew meanwhile."""
    until = time.monotonic() + 60
    while time.monotonic() < until:
        try:
            if test(text := get(url)):
                return text
        except OSError:
            pass
        time.sleep(0.2)
    pytest.fail(f"not seen: {what}")


@pytest.fixture
def serving(tmp_path, database_url, write):
    """The address of a development server over an instance of its own."""
    environment = os.environ | {"ELEVEN_INSTANCE": str(tmp_path), "ELEVEN_DATABASE_URL": database_url}
    eleven = [sys.executable, "-m", "core"]
    write("good", hooks=GOOD.format(name="good"))
    for command in (["db", "upgrade"], ["plugins", "install", "good"]):
        subprocess.run([*eleven, *command], env=environment, check=True, capture_output=True)  # noqa: S603
    with closing(socket.socket()) as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with subprocess.Popen([*eleven, "serve", "--dev", "--port", str(port)], env=environment,  # noqa: S603
                          stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        yield f"http://127.0.0.1:{port}"
        process.terminate()


def test_a_change_is_seen_and_a_broken_plugin_is_no_end(serving, write):
    wait(f"{serving}/good", lambda text: text == "good answers", "the plugin")
    page = get(f"{serving}/sign-in")
    stamp, address = re.search(r'data-stamp="(\w+)" data-url="([^"]+)"', page).groups()
    assert get(serving + address) == stamp
    write("good", hooks=GOOD.format(name="good").replace("good answers", "good answers anew"))
    wait(f"{serving}/good", lambda text: text == "good answers anew", "the change")
    assert get(serving + address) != stamp
    write("good", hooks="1 / 0")
    wait(serving + address, lambda text: text not in ("", stamp), "the server without the plugin")
    assert wait(f"{serving}/good", lambda text: text == "404", "the plugin set aside")
    write("good", hooks=GOOD.format(name="good"))
    wait(f"{serving}/good", lambda text: text == "good answers", "the mended plugin")


def test_a_served_page_does_not_reload_itself_otherwise(make_company):
    client = make_company().test_client()
    assert "data-stamp" not in client.get("/sign-in").text
    assert client.get("/development/stamp").status_code == 404
