"""`eleven docs`: the pages of docs/reference/, written from the code so that they say what it does.

They describe core. A plugin describes itself in its README, so that its folder can be deleted.
"""

import json
import tempfile
from pathlib import Path

import click

ROOT = Path(__file__).resolve().parents[2]


@click.command()
@click.option("--into", type=click.Path(file_okay=False, path_type=Path), help="The folder; docs/reference by default.")
@click.option("--release", is_flag=True, help="Keep the shape of the public door as what has been released.")
def docs(into: Path | None, release: bool) -> None:
    """Write the reference pages from the code (for developers)."""
    folder = into or ROOT / "docs" / "reference"
    if not folder.parent.is_dir():
        raise click.ClickException(f"There is no {folder.parent}: run this in a checkout, or name one with --into.")
    folder.mkdir(exist_ok=True)
    for name, text in pages().items():
        (folder / name).write_text(text)
    click.echo(f"{folder} is written.")
    if release:
        _keep_door()


def _keep_door() -> None:
    from core.cli.door import door
    from core.plugin import API
    file = ROOT / "tests" / "data" / "door.json"
    file.write_text(json.dumps({"api": API, "shapes": door()}, indent=1, ensure_ascii=False) + "\n")
    click.echo(f"{file} is written: what changes from now on has to be told in CHANGELOG.md.")


def pages() -> dict[str, str]:
    """Every reference page by its file's name, in English."""
    from flask_babel import force_locale

    from core.app import create_app
    from core.cli import reference
    from core.plugin import registry_for
    with tempfile.TemporaryDirectory() as instance:
        app = create_app(instance, DATABASE_URL="", PLUGINS_PATHS=[], LOG_LEVEL="ERROR", RATE_LIMIT_URL="memory://")
        with app.app_context(), force_locale("en"):
            return reference.pages(registry_for(app))
