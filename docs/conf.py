"""How `make docs` builds the site in build/docs: Sphinx reads the pages of this folder, nothing from the network."""

import re
from typing import Any

from core import __version__

project = "Eleven"
project_copyright = "the authors of Eleven"
version = release = __version__

extensions = ["myst_parser"]
source_suffix = {".md": "markdown"}
myst_heading_anchors = 3
exclude_patterns = ["images"]

# the colours of core/web/static/css/tokens.css
COMMON = {"font-stack": 'Inter, system-ui, "Segoe UI", "Noto Sans", sans-serif'}
html_theme = "furo"
html_title = "Eleven"
html_favicon = "../core/web/static/icon.svg"
html_static_path = ["site.css", "../core/web/static/vendor/inter-latin.woff2"]
html_css_files = ["site.css"]
html_copy_source = False
html_show_sphinx = False
html_theme_options = {
    "light_css_variables": COMMON | {
        "color-brand-primary": "#2f4fd0", "color-brand-content": "#2f4fd0", "color-brand-visited": "#2f4fd0"},
    "dark_css_variables": COMMON | {
        "color-brand-primary": "#a6b4ff", "color-brand-content": "#a6b4ff", "color-brand-visited": "#a6b4ff",
        "color-background-primary": "#0f1013", "color-background-secondary": "#17191e"},
    "footer_icons": [],
}


def with_captions(_app: Any, _page: str, source: list[str]) -> None:
    """Show the name of the file that a block is: ```python title="plugins/sales/hooks.py"."""
    source[0] = re.sub(r'^```(\w+) title="([^"]+)"$', r"```{code-block} \1\n:caption: `\2`\n", source[0], flags=re.M)


def setup(app: Any) -> None:
    """Called by Sphinx."""
    app.connect("source-read", with_captions)
