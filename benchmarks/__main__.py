"""`python -m benchmarks`: make the companies, compare, print the table. `make bench` runs it with all defaults."""

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack
from itertools import chain
from pathlib import Path

import click

from benchmarks import suite
from benchmarks.hooks import guarding
from benchmarks.load import Company, company, remove
from benchmarks.report import Result, table


@click.command()
@click.option("--sizes", default="1000,100000,1000000", show_default=True, help="Numbers of contacts.")
@click.option("--engines", default="sqlite,postgresql", show_default=True, help="Databases to compare on.")
@click.option("--seconds", default=1.0, show_default=True, help="How long each side is asked in each round.")
@click.option("--server", default="postgresql://127.0.0.1:5432", show_default=True,
              help="A PostgreSQL in which databases may be made.")
def main(sizes: str, engines: str, seconds: float, server: str) -> None:
    """Compare Eleven with a bare Flask application, large with small, plugins on with off; print the ratios.

    What guarding the plugins costs comes first, and alone with `--engines ""`.
    """
    numbers = sorted({int(size) for size in sizes.split(",")})
    folder = Path(tempfile.mkdtemp(prefix="eleven-benchmarks-"))
    results: list[Result] = []
    try:
        parts = [guarding(), *(_engine(engine, numbers, seconds, server, folder)
                               for engine in filter(None, engines.split(",")))]
        for result in chain.from_iterable(parts):
            click.echo(" ".join(" ".join(result.line).split()), err=True)
            results.append(result)
    finally:
        shutil.rmtree(folder)
    click.echo(table(results))


def _engine(engine: str, sizes: list[int], seconds: float, server: str, folder: Path) -> Iterator[Result]:
    with ExitStack() as made:
        def make(size: int, plugins: bool = True) -> Company:
            one = company(engine, size, folder, server, plugins)
            made.callback(remove, one, server)
            return one

        companies = [make(size) for size in sizes]
        small, large = companies[0], companies[-1]
        # what only reads comes first: contacts that a comparison has created would stand in the next one's lists
        yield from suite.starting(small)
        yield from suite.with_plugins(small, make(sizes[0], plugins=False), seconds, folder)
        if large is not small:
            yield from suite.beside_small(large, small, seconds, folder)
        for one in companies:
            yield from suite.beside_bare(one, seconds, folder)


if __name__ == "__main__":
    main()
