"""`make docs` builds a site that stands alone: no page missing, no dead link, nothing from another host."""

import re
import subprocess
import sys

import pytest

from core.cli.docs import ROOT
from core.testing.browser import PATIENCE


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    folder = tmp_path_factory.mktemp("site")
    done = subprocess.run(  # noqa: S603
        [sys.executable, "-m", "sphinx", "-W", "--keep-going", "-qE", "-d", folder / "trees", ROOT / "docs", folder],
        capture_output=True, text=True, timeout=180, check=False)
    assert done.returncode == 0, done.stderr
    return folder


def test_every_page_is_there_and_stands_in_the_navigation(site):
    pages = [page.relative_to(ROOT / "docs").with_suffix(".html") for page in (ROOT / "docs").rglob("*.md")]
    assert [page for page in pages if not (site / page).exists()] == []
    front = (site / "index.html").read_text()
    captions = re.findall(r'<span class="caption-text">([^<]+)</span>', front)
    assert {"Tutorial", "How to write a plugin", "Reference", "Explanation", "Decisions"} <= set(captions)


def test_nothing_is_loaded_from_another_host(site):
    for page in [*site.rglob("*.html"), *site.rglob("*.css")]:
        loaded = re.findall(r"""<(?:script|link|img|iframe)\b[^>]*?(?:src|href)="((?:https?:)?//[^"]+)"|"""
                            r"""url\(["']?(https?://[^)]+)""", page.read_text())
        assert loaded == [], page


def test_blocks_are_named_with_their_files(site):
    assert "plugins/loyalty/__init__.py" in (site / "how-to" / "contact-page.html").read_text()


def test_the_search_answers_without_a_server(site, chromium):
    page = chromium.new_page()
    page.goto(f"file://{site}/search.html?q=lazy+panel")
    page.get_by_role("main").get_by_role("link", name="Add to a contact").wait_for(timeout=PATIENCE)
    page.close()
