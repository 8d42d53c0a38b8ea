"""A plugin as strangers get it: built into a wheel, installed beside an installed Eleven, used, and taken out again.

The environment is a new one. Its `core` and the plugin come from wheels that are built here; the libraries that they
depend on are those of this environment, linked one by one without anything of the checkout: no network is needed,
and a file that a wheel lacks is missed.
"""

import http.cookiejar
import os
import re
import signal
import site
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.parse
import urllib.request
import venv
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.authors.conftest import PYTHON, environment

PASSWORD = "correct horse battery"
WRITTEN = {"README.md", "__init__.py", "hooks.py", "migrations/0001_items.py", "tests/test_items.py",
           "translations/ru/LC_MESSAGES/messages.mo", "translations/ru/LC_MESSAGES/messages.po"}


@pytest.fixture(scope="module")
def clean(checkout, run, tmp_path_factory):
    """A new environment with an installed Eleven; returns its folder of programs."""
    folder = tmp_path_factory.mktemp("clean")
    libraries = folder / "libraries"
    libraries.mkdir()
    for library in Path(site.getsitepackages()[0]).iterdir():
        if "eleven" not in library.name and library.suffix != ".pth":
            (libraries / library.name).symlink_to(library)
    venv.create(folder / "env", with_pip=False, symlinks=True)
    there = folder / "env" / "lib" / f"python{sys.version_info.major}.{sys.version_info.minor}" / "site-packages"
    (there / "libraries.pth").write_text(str(libraries))
    programs = folder / "env" / "bin"
    install(run, programs, build(run, checkout, folder / "dist"))
    return programs


def build(run, source: Path, folder: Path) -> Path:
    """The wheel of a distribution."""
    run(PYTHON, "-m", "pip", "wheel", "--quiet", "--no-build-isolation", "--no-deps", "--no-index", "-w", folder,
        source, cwd=source)
    return max(folder.glob("*.whl"), key=os.path.getmtime)


def install(run, programs: Path, wheel: Path) -> None:
    run(PYTHON, "-m", "pip", "--python", programs / "python", "install", "--quiet", "--no-deps", "--no-index", wheel,
        cwd=programs)


class Browser:
    """Somebody at a running server."""

    def __init__(self, address: str) -> None:
        self.address = address
        self._opener = urllib.request.build_opener(
            urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar()))

    def get(self, path: str) -> tuple[int, str]:
        try:
            with self._opener.open(self.address + path, timeout=30) as answer:
                return answer.status, answer.read().decode()
        except urllib.error.HTTPError as error:
            return error.code, error.read().decode()

    def fill_in(self, path: str, **typed: str) -> str:
        """Fill in a form; returns the address of the page that follows."""
        kept = dict(re.findall(r'type="hidden" name="(csrf_token|_fields)" value="([^"]*)"', self.get(path)[1]))
        data = urllib.parse.urlencode({**kept, **typed}).encode()
        with self._opener.open(self.address + path, data, timeout=30) as answer:
            return str(urllib.parse.urlsplit(answer.url).path)


@contextmanager
def serving(programs: Path, instance: Path) -> Iterator[Browser]:
    """A running server, and the administrator signed in."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port = found.getsockname()[1]
    server = subprocess.Popen(  # noqa: S603
        [programs / "eleven", "serve", "--port", str(port)], cwd=instance,
        env=environment({"ELEVEN_INSTANCE": str(instance)}), stdout=subprocess.PIPE, text=True)
    try:
        assert server.stdout
        assert "Eleven listens on" in server.stdout.readline()
        browser = Browser(f"http://127.0.0.1:{port}")
        for _try in range(100):
            try:
                browser.get("/sign-in")
                break
            except OSError:
                time.sleep(0.1)
        assert browser.fill_in("/sign-in", email="ada@example.com", password=PASSWORD) != "/sign-in"
        yield browser
        server.send_signal(signal.SIGTERM)
        assert server.wait(timeout=60) == 0
    finally:
        server.kill()
        server.wait()


def test_a_package_is_built_installed_used_and_taken_out_again(clean, run, tmp_path):
    def eleven(*words: str) -> str:
        return run(clean / "eleven", *words, cwd=tmp_path, ELEVEN_INSTANCE=str(tmp_path))

    def panel(browser: Browser) -> bool:
        status, text = browser.get(contact)
        assert status == 200
        return "panel-meadow-items" in text and "Inspect the roof" in text

    eleven("init", "--company", "Helios", "--name", "Ada Admin", "--email", "ada@example.com", "--password", PASSWORD)
    eleven("plugins", "new", "meadow", "--package")
    wheel = build(run, tmp_path / "eleven-meadow", tmp_path / "dist")
    with zipfile.ZipFile(wheel) as archive:
        assert {f"eleven_meadow/{name}" for name in WRITTEN} <= set(archive.namelist())
    assert "meadow" not in eleven("plugins", "list")

    install(run, clean, wheel)
    assert "meadow\t0.1.0\t" in eleven("plugins", "list")
    eleven("db", "upgrade")
    assert "meadow is installed and on." in eleven("plugins", "install", "meadow")
    said = run(clean / "python", "-m", "pytest", "-q", "-p", "core.testing", "-p", "no:cacheprovider", "--pyargs",
               "eleven_meadow", cwd=tmp_path)
    assert re.search(r"\d+ passed", said)

    with serving(clean, tmp_path) as browser:
        contact = browser.fill_in("/contacts/new", kind="organization", name="Helios Energy")
        item = browser.fill_in("/meadow/items/new", name="Inspect the roof", contact=contact.rpartition("/")[2])
        assert panel(browser)
        for _twice in range(2):
            eleven("plugins", "disable", "meadow")
            assert (panel(browser), browser.get(item)[0]) == (False, 404)
            eleven("plugins", "enable", "meadow")
            assert (panel(browser), browser.get(item)[0]) == (True, 200)
        dropped = eleven("plugins", "remove", "meadow", "--drop-data")
        assert "Dropped: meadow_item." in dropped
        assert "Inspect the roof" in Path(re.findall(r"Its rows are in (.*)\.", dropped)[0]).read_text()
        assert (panel(browser), browser.get(item)[0]) == (False, 404)

    run(PYTHON, "-m", "pip", "--python", clean / "python", "uninstall", "--quiet", "--yes", "eleven-meadow",
        cwd=tmp_path)
    assert "meadow" not in eleven("plugins", "list")
    assert "agree" in eleven("db", "check")
    with serving(clean, tmp_path) as browser:
        assert browser.get(contact)[0] == 200
