"""The catalogue's revisions: up, equal to the models, down to nothing and up again."""

from sqlalchemy import inspect

from core import migrate
from core.database import db


def tables():
    return {name for name in inspect(db.engine).get_table_names() if name.startswith("catalog_")}


def test_the_tables_come_agree_with_the_models_go_and_come_again(app):
    db.session.remove()
    assert "catalog" not in migrate.check(app)
    made = tables()
    try:
        migrate.downgrade(app, "catalog", "base")
        assert not tables()
    finally:
        migrate.upgrade(app, "catalog")
    assert tables() == made
    assert "catalog" not in migrate.check(app)
