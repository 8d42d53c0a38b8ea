"""`eleven search`, `export` and `import`: records by the thousand."""

from pathlib import Path

import click

from core.cli.server import this_app


@click.group()
def search() -> None:
    """The index of the search."""


@search.command()
@click.argument("types", nargs=-1)
def rebuild(types: tuple[str, ...]) -> None:
    """Make the index anew, of all record types or of TYPES (contact …); people can work meanwhile."""
    from core.records.commands import rebuild_search
    rebuild_search(this_app(), types)


@click.command("export")
@click.argument("record_type")
@click.option("-o", "--output", required=True, type=click.Path(dir_okay=False, writable=True, path_type=Path),
              help="The file to write.")
@click.option("--format", "file_format", type=click.Choice(["csv", "xlsx"]), help="By default that of the file's name.")
@click.option("--filter", "filters", multiple=True, metavar="NAME=VALUE",
              help="As in the address of a list: f.status.is=client, q=words, sort=-name. Repeatable.")
@click.option("--columns", default="", help="Names of fields with commas; by default those that the list shows.")
@click.option("--all", "whole", is_flag=True, help="All fields, in a form that can be imported again.")
@click.option("--delimiter", default="", help="The separator of a CSV file; by default the language's.")
@click.option("--bom/--no-bom", default=True, help="Begin a CSV file with the mark by which Excel knows UTF-8.")
@click.option("--as", "person", default="", metavar="E-MAIL", help="Whose permissions count; an administrator's.")
def export_(record_type: str, output: Path, file_format: str | None, filters: tuple[str, ...], columns: str,
            whole: bool, delimiter: str, bom: bool, person: str) -> None:
    """Write the records of RECORD_TYPE (contact …) that match to a file."""
    from core.records.commands import export_records
    chosen = file_format or ("xlsx" if output.suffix.lower() == ".xlsx" else "csv")
    export_records(this_app(), record_type, output, chosen, filters, columns, whole, person, delimiter, bom)


@click.command("import")
@click.argument("record_type")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--map", "maps", multiple=True, metavar="HEADER=FIELD",
              help="Where a column goes: \"Phone 2\"=phones.2.number; HEADER= leaves it out. Others are guessed.")
@click.option("--key", default="", help="The field by which records are found: uid, email, name …")
@click.option("--mode", type=click.Choice(["create", "update", "both"]), help="By default both, without a key create.")
@click.option("--check", is_flag=True, help="Only say what would happen.")
@click.option("--encoding", default="", help="By default found out.")
@click.option("--delimiter", default="", help="By default found out.")
@click.option("--as", "person", default="", metavar="E-MAIL", help="Whose permissions count; an administrator's.")
def import_(record_type: str, file: Path, maps: tuple[str, ...], key: str, mode: str | None, check: bool,
            encoding: str, delimiter: str, person: str) -> None:
    """Make records of RECORD_TYPE (contact …) of a CSV or XLSX file, in one step that can be undone."""
    from core.records.commands import import_records
    import_records(this_app(), record_type, file, maps, key, mode or "", person, check, encoding, delimiter)
