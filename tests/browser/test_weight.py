"""What a first visit costs: no more than 180 kB over the wire, scripts, styles, icons and letters."""

import gzip
import json
from pathlib import Path

from core import web
from core.testing.browser import on_sqlite

STATIC = Path(web.__file__).with_name("static")
LIMIT = 180_000


def weight(path: Path) -> int:
    """The bytes of a file as a server sends it; fonts are compressed already."""
    content = path.read_bytes()
    return len(content if path.suffix == ".woff2" else gzip.compress(content, 6))


@on_sqlite
def test_the_first_page_is_light(app, page):
    loaded = set()
    page.on("request", lambda request: loaded.add(request.url))
    page.goto("/contacts/")
    page.wait_for_load_state("networkidle")
    files = {STATIC / url.partition("/static/")[2].partition("?")[0] for url in loaded if "/static/" in url}
    assert STATIC / "css/base.css" in files
    known = {STATIC / "vendor" / name for name in json.loads((STATIC / "vendor/MANIFEST.json").read_text())}
    assert {path for path in files if path.parent.name == "vendor"} <= known
    weights = {path.name: weight(path) for path in files}
    assert sum(weights.values()) < LIMIT, sorted(weights.items(), key=lambda pair: -pair[1])
