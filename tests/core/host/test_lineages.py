"""The revisions in the tree: up, equal to the models, down to nothing and up again, core's and every plugin's."""

from sqlalchemy import inspect

from core import migrate
from core.app import create_app
from core.database import db


def test_every_lineage_goes_up_agrees_with_the_models_and_comes_down(tmp_path, database_url):
    app = create_app(tmp_path, DATABASE_URL=database_url, PLUGINS_STRICT=True)
    lineages = [lineage for lineage in migrate.lineages(app) if lineage.head]
    for _twice in range(2):
        assert not migrate.upgrade(app).failed
        faults = migrate.check(app)
        assert not {lineage.name: faults[lineage.name] for lineage in lineages if lineage.name in faults}
        for lineage in reversed(lineages):
            migrate.downgrade(app, lineage.name, "base")
        with app.app_context():
            left = set(inspect(db.engine).get_table_names()) - {lineage.version_table for lineage in lineages}
        assert not left
    with app.app_context():
        db.engine.dispose()
