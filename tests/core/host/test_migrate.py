"""Each component's tables go up, agree with the models, and come down again, on both databases."""

import pytest
from sqlalchemy import inspect, text

from core import migrate
from core.database import db
from core.migrate import lineage

SHOP = """
    from datetime import datetime
    from typing import Any
    from sqlalchemy import ForeignKey
    from sqlalchemy.orm import Mapped, mapped_column
    from core.database import Model, Owned, Record
    class ShopOrder(Record, Owned, Model):
        __tablename__ = "shop_order"
        name: Mapped[str] = mapped_column(index=True)
        paid_at: Mapped[datetime | None]
        data: Mapped[dict[str, Any]] = mapped_column(default=dict)
        {more}
    class ShopLine(Model):
        __tablename__ = "shop_line"
        id: Mapped[int] = mapped_column(primary_key=True)
        order_id: Mapped[int] = mapped_column(ForeignKey("shop_order.id", ondelete="CASCADE"), index=True)
"""
HOOKS = "from plugins.shop import models"


@pytest.fixture(autouse=True)
def core_revisions(tmp_path, monkeypatch):
    """Core's lineage in a folder of its own: what these tests write is not for the tree."""
    core = migrate.Lineage("core", "core", tmp_path / "versions")
    monkeypatch.setattr(lineage, "CORE", core)
    return core.folder


def tables(app):
    with app.app_context():
        return set(inspect(db.engine).get_table_names())


def make_core(app):
    assert migrate.revision(app, "core", "Begin")
    migrate.upgrade(app, "core")


def test_revisions_are_written_run_checked_and_taken_back(write, make_app, core_revisions):
    package = write("shop", models=SHOP.format(more=""), hooks=HOOKS)
    app = make_app()
    assert "shop" in migrate.check(app)
    make_core(app)
    path = migrate.revision(app, "shop", "Orders and lines")
    assert path == str(package / "migrations" / "0001_orders_and_lines.py")
    source = (package / "migrations" / "0001_orders_and_lines.py").read_text()
    assert "core.database" not in source
    assert "user_role" not in source
    assert "shop" not in (core_revisions / "0001_begin.py").read_text()
    assert migrate.behind(app) == ["shop"]
    outcome = migrate.upgrade(app)
    assert outcome.done == [("core", "0001", "0001"), ("shop", None, "0001")]
    assert migrate.check(app) == {}
    assert migrate.revision(app, "shop", "Nothing") is None

    migrate.downgrade(app, "shop", "base")
    assert not {t for t in tables(app) if t.startswith("shop")}
    assert {"user", "plugin_state"} <= tables(app)
    migrate.upgrade(app)
    assert migrate.check(app) == {}


def test_core_leaves_the_tables_of_a_missing_plugin_alone(write, make_app, folder):
    write("shop", models=SHOP.format(more=""), hooks=HOOKS)
    app = make_app()
    make_core(app)
    migrate.revision(app, "shop", "Begin")
    migrate.upgrade(app)
    (folder / "shop").rename(folder.parent / "away")
    from core.host.forget import forget
    forget("plugins.shop", "shop")
    app = make_app()
    assert migrate.check(app) == {}
    assert migrate.revision(app, "core", "Nothing") is None
    (folder.parent / "away").rename(folder / "shop")


def test_a_changed_column_keeps_the_rows_that_refer_to_the_table(write, make_app, folder):
    package = write("shop", models=SHOP.format(more=""), hooks=HOOKS)
    app = make_app()
    make_core(app)
    migrate.revision(app, "shop", "Begin")
    migrate.upgrade(app)
    with app.app_context():
        db.session.execute(text("INSERT INTO shop_order (id, uid, version, name, data, created_at, updated_at) "
                                "VALUES (1, 'u', 1, 'x', '{}', '2026-01-01', '2026-01-01')"))
        db.session.execute(text("INSERT INTO shop_line (id, order_id) VALUES (7, 1)"))
        db.session.commit()
    (package / "migrations" / "0002_name.py").write_text('''
import sqlalchemy as sa
from alembic import op
revision, down_revision = "0002", "0001"
def upgrade():
    with op.batch_alter_table("shop_order") as batch:
        batch.alter_column("name", existing_type=sa.Text(), nullable=True)
def downgrade():
    with op.batch_alter_table("shop_order") as batch:
        batch.alter_column("name", existing_type=sa.Text(), nullable=False)
''')
    app = make_app()
    migrate.upgrade(app)
    with app.app_context():
        assert db.session.execute(text("SELECT id, order_id FROM shop_line")).all() == [(7, 1)]
        if db.engine.dialect.name == "sqlite":
            assert db.session.execute(text("PRAGMA foreign_keys")).scalar() == 1


def test_a_failing_revision_changes_nothing_and_the_others_go_on(write, make_app):
    write("shop", models=SHOP.format(more=""), hooks=HOOKS, **{"migrations/0001_begin": '''
import sqlalchemy as sa
from alembic import op
revision, down_revision = "0001", None
def upgrade():
    op.create_table("shop_order", sa.Column("id", sa.Integer, primary_key=True))
    op.execute("INSERT INTO shop_nothing VALUES (1)")
def downgrade():
    pass
'''})
    write("zoo", **{"migrations/0001_begin": '''
import sqlalchemy as sa
from alembic import op
revision, down_revision = "0001", None
def upgrade():
    op.create_table("zoo", sa.Column("id", sa.Integer, primary_key=True))
def downgrade():
    op.drop_table("zoo")
'''})
    app = make_app()
    make_core(app)
    outcome = migrate.upgrade(app)
    assert "migration of shop fails" in outcome.failed["shop"]
    assert "shop_order" not in tables(app)
    assert "zoo" in tables(app)
