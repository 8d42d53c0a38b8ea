"""foundation."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from core.records import folding, search_ddl

revision = '0001'
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply the change."""
    folding.create(op)
    op.create_table('component_settings',
    sa.Column('component', sa.Text(), nullable=False),
    sa.Column('data', sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
    sa.PrimaryKeyConstraint('component', name=op.f('pk_component_settings')),
    sqlite_autoincrement=True
    )
    op.create_table('event',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('uid', sa.String(length=36), nullable=False),
    sa.Column('name', sa.Text(), nullable=False),
    sa.Column('payload', sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('user_id', sa.Integer(), nullable=True),
    sa.Column('request_id', sa.String(length=64), nullable=True),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_event')),
    sa.UniqueConstraint('uid', name=op.f('uq_event_uid')),
    sqlite_autoincrement=True
    )
    with op.batch_alter_table('event', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_event_at'), ['at'], unique=False)

    op.create_table('event_subscription',
    sa.Column('key', sa.Text(), nullable=False),
    sa.Column('event', sa.Text(), nullable=False),
    sa.PrimaryKeyConstraint('key', name=op.f('pk_event_subscription')),
    sqlite_autoincrement=True
    )
    op.create_table('job_tick',
    sa.Column('key', sa.Text(), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.PrimaryKeyConstraint('key', name=op.f('pk_job_tick')),
    sqlite_autoincrement=True
    )
    op.create_table('journal_transaction',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('uid', sa.String(length=36), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('user_id', sa.Integer(), nullable=True),
    sa.Column('via', sa.String(length=20), nullable=False),
    sa.Column('reason', sa.Text(), nullable=True),
    sa.Column('request_id', sa.String(length=64), nullable=True),
    sa.Column('undone_by_id', sa.Integer(), nullable=True),
    sa.Column('undo_of_id', sa.Integer(), nullable=True),
    sa.ForeignKeyConstraint(['undo_of_id'], ['journal_transaction.id'], name=op.f('fk_journal_transaction_undo_of_id')),
    sa.ForeignKeyConstraint(['undone_by_id'], ['journal_transaction.id'], name=op.f('fk_journal_transaction_undone_by_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_journal_transaction')),
    sa.UniqueConstraint('uid', name=op.f('uq_journal_transaction_uid')),
    sqlite_autoincrement=True
    )
    with op.batch_alter_table('journal_transaction', schema=None) as batch_op:
        batch_op.create_index('ix_journal_transaction_at_id', ['at', 'id'], unique=False)
        batch_op.create_index('ix_journal_transaction_user_id_at_id', ['user_id', 'at', 'id'], unique=False)

    op.create_table('plugin_state',
    sa.Column('name', sa.Text(), nullable=False),
    sa.Column('installed_version', sa.Text(), nullable=False),
    sa.Column('enabled', sa.Boolean(), nullable=False),
    sa.Column('hooks', sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
    sa.Column('installed_at', sa.DateTime(timezone=True), nullable=False),
    sa.PrimaryKeyConstraint('name', name=op.f('pk_plugin_state')),
    sqlite_autoincrement=True
    )
    op.create_table('plugin_failure',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('plugin', sa.Text(), nullable=False),
    sa.Column('place', sa.Text(), nullable=False),
    sa.Column('message', sa.Text(), nullable=False),
    sa.Column('trace', sa.Text(), nullable=False),
    sa.Column('count', sa.Integer(), nullable=False),
    sa.Column('first_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('last_at', sa.DateTime(timezone=True), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_plugin_failure')),
    sqlite_autoincrement=True
    )
    with op.batch_alter_table('plugin_failure', schema=None) as batch_op:
        batch_op.create_index('uq_plugin_failure_what', ['plugin', 'place', 'message'], unique=True)
        batch_op.create_index(batch_op.f('ix_plugin_failure_last_at'), ['last_at'], unique=False)

    op.create_table('role',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('uid', sa.String(length=36), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('name', sa.Text(), nullable=False),
    sa.Column('description', sa.Text(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('updated_at', sa.DateTime(timezone=True), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_role')),
    sa.UniqueConstraint('name', name=op.f('uq_role_name')),
    sa.UniqueConstraint('uid', name=op.f('uq_role_uid')),
    sqlite_autoincrement=True
    )
    with op.batch_alter_table('role', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_role_created_at'), ['created_at'], unique=False)
        batch_op.create_index(batch_op.f('ix_role_updated_at'), ['updated_at'], unique=False)

    op.create_table('search_entry',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=False, nullable=False),
    sa.Column('record_type', sa.String(length=60), nullable=False),
    sa.Column('title', sa.Text().with_variant(sa.Text(collation='C'), 'postgresql'), nullable=False),
    sa.Column('body', sa.Text().with_variant(postgresql.TSVECTOR(), "postgresql"), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_search_entry')),
    sqlite_autoincrement=True
    )
    with op.batch_alter_table('search_entry', schema=None) as batch_op:
        batch_op.create_index('ix_search_entry_title', ['record_type', 'title'], unique=False)

    op.create_table('team',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('uid', sa.String(length=36), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('name', sa.Text(), nullable=False),
    sa.Column('parent_id', sa.Integer(), nullable=True),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('updated_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['parent_id'], ['team.id'], name=op.f('fk_team_parent_id'), ondelete='SET NULL'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_team')),
    sa.UniqueConstraint('uid', name=op.f('uq_team_uid')),
    sqlite_autoincrement=True
    )
    with op.batch_alter_table('team', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_team_created_at'), ['created_at'], unique=False)
        batch_op.create_index(batch_op.f('ix_team_parent_id'), ['parent_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_team_updated_at'), ['updated_at'], unique=False)

    op.create_table('event_delivery',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('event_id', sa.Integer(), nullable=False),
    sa.Column('subscription', sa.Text(), nullable=False),
    sa.Column('state', sa.String(length=8), nullable=False),
    sa.Column('attempts', sa.Integer(), nullable=False),
    sa.Column('next_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('error', sa.Text(), nullable=True),
    sa.Column('trace', sa.Text(), nullable=True),
    sa.Column('done_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['event_id'], ['event.id'], name=op.f('fk_event_delivery_event_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_event_delivery')),
    sqlite_autoincrement=True
    )
    with op.batch_alter_table('event_delivery', schema=None) as batch_op:
        batch_op.create_index('ix_event_delivery_dead', ['id'], unique=False, postgresql_where=sa.text("state = 'dead'"), sqlite_where=sa.text("state = 'dead'"))
        batch_op.create_index(batch_op.f('ix_event_delivery_event_id'), ['event_id'], unique=False)
        batch_op.create_index('ix_event_delivery_pending', ['next_at'], unique=False, postgresql_where=sa.text("state = 'pending'"), sqlite_where=sa.text("state = 'pending'"))

    op.create_table('journal_change',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('transaction_id', sa.Integer(), nullable=False),
    sa.Column('table_name', sa.Text(), nullable=False),
    sa.Column('row_id', sa.Text(), nullable=False),
    sa.Column('op', sa.String(length=8), nullable=False),
    sa.Column('before', sa.JSON(none_as_null=True), nullable=True),
    sa.Column('after', sa.JSON(none_as_null=True), nullable=True),
    sa.Column('under', sa.Text(), nullable=True),
    sa.Column('also_under', sa.Text(), nullable=True),
    sa.ForeignKeyConstraint(['transaction_id'], ['journal_transaction.id'], name=op.f('fk_journal_change_transaction_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_journal_change')),
    sqlite_autoincrement=True
    )
    with op.batch_alter_table('journal_change', schema=None) as batch_op:
        batch_op.create_index('ix_journal_change_also_under', ['also_under', 'id'], unique=False, postgresql_where=sa.text('also_under IS NOT NULL'), sqlite_where=sa.text('also_under IS NOT NULL'))
        batch_op.create_index('ix_journal_change_deleted', ['table_name', 'id'], unique=False, postgresql_where=sa.text("op = 'delete'"), sqlite_where=sa.text("op = 'delete'"))
        batch_op.create_index('ix_journal_change_row', ['table_name', 'row_id', 'id'], unique=False)
        batch_op.create_index('ix_journal_change_step', ['transaction_id', 'id'], unique=False)
        batch_op.create_index('ix_journal_change_table', ['table_name', 'transaction_id'], unique=False)
        batch_op.create_index('ix_journal_change_under', ['under', 'id'], unique=False, postgresql_where=sa.text('under IS NOT NULL'), sqlite_where=sa.text('under IS NOT NULL'))

    op.create_table('role_grant',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('role_id', sa.Integer(), nullable=False),
    sa.Column('permission', sa.Text(), nullable=False),
    sa.Column('scope', sa.String(length=8), nullable=False),
    sa.ForeignKeyConstraint(['role_id'], ['role.id'], name=op.f('fk_role_grant_role_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_role_grant')),
    sa.UniqueConstraint('role_id', 'permission', name=op.f('uq_role_grant_role_id_permission')),
    sqlite_autoincrement=True
    )
    with op.batch_alter_table('role_grant', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_role_grant_role_id'), ['role_id'], unique=False)

    op.create_table('user',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('uid', sa.String(length=36), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('name', sa.Text(), nullable=False),
    sa.Column('email', sa.Text(), nullable=False),
    sa.Column('active', sa.Boolean(), nullable=False),
    sa.Column('is_admin', sa.Boolean(), nullable=False),
    sa.Column('team_id', sa.Integer(), nullable=True),
    sa.Column('language', sa.String(length=8), nullable=True),
    sa.Column('time_zone', sa.Text(), nullable=True),
    sa.Column('theme', sa.String(length=8), nullable=False),
    sa.Column('density', sa.String(length=12), nullable=False),
    sa.Column('preferences', sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('updated_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['team_id'], ['team.id'], name=op.f('fk_user_team_id'), ondelete='SET NULL'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_user')),
    sa.UniqueConstraint('email', name=op.f('uq_user_email')),
    sa.UniqueConstraint('uid', name=op.f('uq_user_uid')),
    sqlite_autoincrement=True
    )
    with op.batch_alter_table('user', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_user_created_at'), ['created_at'], unique=False)
        batch_op.create_index(batch_op.f('ix_user_team_id'), ['team_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_user_updated_at'), ['updated_at'], unique=False)

    op.create_table('contact',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('uid', sa.String(length=36), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('kind', sa.String(length=12), nullable=False),
    sa.Column('name', sa.Text(), nullable=False),
    sa.Column('name_key', sa.Text(), nullable=False),
    sa.Column('family_name', sa.Text(), nullable=False),
    sa.Column('given_name', sa.Text(), nullable=False),
    sa.Column('patronymic', sa.Text(), nullable=False),
    sa.Column('prefix', sa.Text(), nullable=False),
    sa.Column('suffix', sa.Text(), nullable=False),
    sa.Column('nickname', sa.Text(), nullable=False),
    sa.Column('status', sa.String(length=40), nullable=False),
    sa.Column('source', sa.String(length=40), nullable=True),
    sa.Column('email', sa.Text(), nullable=False),
    sa.Column('phone', sa.Text(), nullable=False),
    sa.Column('birthday', sa.Date(), nullable=True),
    sa.Column('language', sa.String(length=8), nullable=True),
    sa.Column('time_zone', sa.Text(), nullable=True),
    sa.Column('tags', sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
    sa.Column('parent_id', sa.Integer(), nullable=True),
    sa.Column('tax_number', sa.Text(), nullable=False),
    sa.Column('registry_number', sa.Text(), nullable=False),
    sa.Column('tax_reason_code', sa.Text(), nullable=False),
    sa.Column('about', sa.Text(), nullable=False),
    sa.Column('photo', sa.String(length=80), nullable=True),
    sa.Column('owner_id', sa.Integer(), nullable=True),
    sa.Column('team_id', sa.Integer(), nullable=True),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('updated_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['owner_id'], ['user.id'], name=op.f('fk_contact_owner_id'), ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['parent_id'], ['contact.id'], name=op.f('fk_contact_parent_id'), ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['team_id'], ['team.id'], name=op.f('fk_contact_team_id'), ondelete='SET NULL'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_contact')),
    sa.UniqueConstraint('uid', name=op.f('uq_contact_uid')),
    sqlite_autoincrement=True
    )
    with op.batch_alter_table('contact', schema=None) as batch_op:
        batch_op.create_index('ix_contact_birthday', ['birthday'], unique=False)
        batch_op.create_index(batch_op.f('ix_contact_created_at'), ['created_at'], unique=False)
        batch_op.create_index('ix_contact_created_at_id', ['created_at', 'id'], unique=False)
        batch_op.create_index('ix_contact_email_id', ['email', 'id'], unique=False)
        batch_op.create_index('ix_contact_kind_id', ['kind', 'id'], unique=False)
        batch_op.create_index('ix_contact_name_key_id', ['name_key', 'id'], unique=False)
        batch_op.create_index(batch_op.f('ix_contact_owner_id'), ['owner_id'], unique=False)
        batch_op.create_index('ix_contact_owner_id_name_key_id', ['owner_id', 'name_key', 'id'], unique=False)
        batch_op.create_index('ix_contact_owner_id_updated_at_id', ['owner_id', 'updated_at', 'id'], unique=False)
        batch_op.create_index('ix_contact_parent_id_name_key_id', ['parent_id', 'name_key', 'id'], unique=False)
        batch_op.create_index('ix_contact_status_id', ['status', 'id'], unique=False)
        batch_op.create_index('ix_contact_status_name_key_id', ['status', 'name_key', 'id'], unique=False)
        batch_op.create_index('ix_contact_tax_number', ['tax_number'], unique=False)
        batch_op.create_index(batch_op.f('ix_contact_team_id'), ['team_id'], unique=False)
        batch_op.create_index('ix_contact_team_id_name_key_id', ['team_id', 'name_key', 'id'], unique=False)
        batch_op.create_index(batch_op.f('ix_contact_updated_at'), ['updated_at'], unique=False)
        batch_op.create_index('ix_contact_updated_at_id', ['updated_at', 'id'], unique=False)

    op.create_table('idempotency_key',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('user_id', sa.Integer(), nullable=False),
    sa.Column('key', sa.String(length=200), nullable=False),
    sa.Column('request_hash', sa.String(length=64), nullable=False),
    sa.Column('status', sa.Integer(), nullable=False),
    sa.Column('headers', sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
    sa.Column('body', sa.Text(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['user_id'], ['user.id'], name=op.f('fk_idempotency_key_user_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_idempotency_key')),
    sa.UniqueConstraint('user_id', 'key', name=op.f('uq_idempotency_key_user_id_key')),
    sqlite_autoincrement=True
    )
    with op.batch_alter_table('idempotency_key', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_idempotency_key_created_at'), ['created_at'], unique=False)

    op.create_table('notification',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('user_id', sa.Integer(), nullable=False),
    sa.Column('kind', sa.String(length=12), nullable=False),
    sa.Column('title', sa.Text(), nullable=False),
    sa.Column('body', sa.Text(), nullable=False),
    sa.Column('url', sa.Text(), nullable=False),
    sa.Column('actor_id', sa.Integer(), nullable=True),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('read_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('shown', sa.Boolean(), nullable=False),
    sa.Column('once', sa.Text(), nullable=True),
    sa.ForeignKeyConstraint(['actor_id'], ['user.id'], name=op.f('fk_notification_actor_id'), ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['user_id'], ['user.id'], name=op.f('fk_notification_user_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_notification')),
    sa.UniqueConstraint('user_id', 'once', name=op.f('uq_notification_user_id_once')),
    sqlite_autoincrement=True
    )
    with op.batch_alter_table('notification', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_notification_actor_id'), ['actor_id'], unique=False)
        batch_op.create_index('ix_notification_unread', ['user_id'], unique=False, postgresql_where=sa.text('read_at IS NULL'), sqlite_where=sa.text('read_at IS NULL'))
        batch_op.create_index('ix_notification_user_id_id', ['user_id', 'id'], unique=False)

    op.create_table('record_import',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('uid', sa.String(length=36), nullable=False),
    sa.Column('user_id', sa.Integer(), nullable=False),
    sa.Column('type', sa.Text(), nullable=False),
    sa.Column('file_name', sa.Text(), nullable=False),
    sa.Column('encoding', sa.String(length=20), nullable=False),
    sa.Column('delimiter', sa.String(length=1), nullable=False),
    sa.Column('header', sa.Integer(), nullable=False),
    sa.Column('columns', sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
    sa.Column('key', sa.Text(), nullable=False),
    sa.Column('mode', sa.String(length=8), nullable=False),
    sa.Column('state', sa.String(length=8), nullable=False),
    sa.Column('rows', sa.Integer(), nullable=False),
    sa.Column('counts', sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
    sa.Column('round', sa.Integer(), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('transaction_id', sa.Integer(), nullable=True),
    sa.Column('work_uid', sa.String(length=36), nullable=True),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['user_id'], ['user.id'], name=op.f('fk_record_import_user_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_record_import')),
    sa.UniqueConstraint('uid', name=op.f('uq_record_import_uid')),
    sqlite_autoincrement=True
    )
    with op.batch_alter_table('record_import', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_record_import_created_at'), ['created_at'], unique=False)
        batch_op.create_index(batch_op.f('ix_record_import_user_id'), ['user_id'], unique=False)

    op.create_table('record_import_columns',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('user_id', sa.Integer(), nullable=False),
    sa.Column('type', sa.Text(), nullable=False),
    sa.Column('headers', sa.String(length=64), nullable=False),
    sa.Column('columns', sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
    sa.Column('key', sa.Text(), nullable=False),
    sa.Column('mode', sa.String(length=8), nullable=False),
    sa.ForeignKeyConstraint(['user_id'], ['user.id'], name=op.f('fk_record_import_columns_user_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_record_import_columns')),
    sa.UniqueConstraint('user_id', 'type', 'headers', name=op.f('uq_record_import_columns_user_id_type_headers')),
    sqlite_autoincrement=True
    )
    with op.batch_alter_table('record_import_columns', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_record_import_columns_user_id'), ['user_id'], unique=False)

    op.create_table('record_note',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('uid', sa.String(length=36), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('record_type', sa.String(length=60), nullable=False),
    sa.Column('record_id', sa.Integer(), nullable=False),
    sa.Column('author_id', sa.Integer(), nullable=True),
    sa.Column('text', sa.Text(), nullable=False),
    sa.Column('mentions', sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('updated_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['author_id'], ['user.id'], name=op.f('fk_record_note_author_id'), ondelete='SET NULL'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_record_note')),
    sa.UniqueConstraint('uid', name=op.f('uq_record_note_uid')),
    info={'generic_reference': True},
    sqlite_autoincrement=True
    )
    with op.batch_alter_table('record_note', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_record_note_author_id'), ['author_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_record_note_created_at'), ['created_at'], unique=False)
        batch_op.create_index('ix_record_note_of', ['record_type', 'record_id', 'created_at'], unique=False)
        batch_op.create_index(batch_op.f('ix_record_note_updated_at'), ['updated_at'], unique=False)

    op.create_table('record_view',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('uid', sa.String(length=36), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('user_id', sa.Integer(), nullable=False),
    sa.Column('type', sa.Text(), nullable=False),
    sa.Column('name', sa.Text(), nullable=False),
    sa.Column('query', sa.Text(), nullable=False),
    sa.Column('shared', sa.Boolean(), nullable=False),
    sa.Column('pinned', sa.Boolean(), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('updated_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['user_id'], ['user.id'], name=op.f('fk_record_view_user_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_record_view')),
    sa.UniqueConstraint('uid', name=op.f('uq_record_view_uid')),
    sqlite_autoincrement=True
    )
    with op.batch_alter_table('record_view', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_record_view_created_at'), ['created_at'], unique=False)
        batch_op.create_index('ix_record_view_type_user_id', ['type', 'user_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_record_view_updated_at'), ['updated_at'], unique=False)
        batch_op.create_index(batch_op.f('ix_record_view_user_id'), ['user_id'], unique=False)

    op.create_table('sign_in',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('user_id', sa.Integer(), nullable=True),
    sa.Column('account', sa.String(length=64), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('ip', sa.Text(), nullable=False),
    sa.Column('agent', sa.Text(), nullable=False),
    sa.Column('outcome', sa.String(length=24), nullable=False),
    sa.ForeignKeyConstraint(['user_id'], ['user.id'], name=op.f('fk_sign_in_user_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_sign_in')),
    sqlite_autoincrement=True
    )
    with op.batch_alter_table('sign_in', schema=None) as batch_op:
        batch_op.create_index('ix_sign_in_account_at', ['account', 'at'], unique=False)
        batch_op.create_index('ix_sign_in_user_id_at', ['user_id', 'at'], unique=False)

    op.create_table('user_credential',
    sa.Column('user_id', sa.Integer(), nullable=False),
    sa.Column('password_hash', sa.Text(), nullable=True),
    sa.Column('password_changed_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('totp_secret', sa.Text(), nullable=True),
    sa.Column('totp_since', sa.DateTime(timezone=True), nullable=True),
    sa.Column('totp_step', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['user_id'], ['user.id'], name=op.f('fk_user_credential_user_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('user_id', name=op.f('pk_user_credential')),
    sqlite_autoincrement=True
    )
    op.create_table('user_recovery_code',
    sa.Column('code_hash', sa.String(length=64), nullable=False),
    sa.Column('user_id', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['user_id'], ['user.id'], name=op.f('fk_user_recovery_code_user_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('code_hash', name=op.f('pk_user_recovery_code')),
    sqlite_autoincrement=True
    )
    with op.batch_alter_table('user_recovery_code', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_user_recovery_code_user_id'), ['user_id'], unique=False)

    op.create_table('user_role',
    sa.Column('user_id', sa.Integer(), nullable=False),
    sa.Column('role_id', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['role_id'], ['role.id'], name=op.f('fk_user_role_role_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['user_id'], ['user.id'], name=op.f('fk_user_role_user_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('user_id', 'role_id', name=op.f('pk_user_role')),
    sqlite_autoincrement=True
    )
    with op.batch_alter_table('user_role', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_user_role_role_id'), ['role_id'], unique=False)

    op.create_table('user_session',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('key_hash', sa.String(length=64), nullable=False),
    sa.Column('user_id', sa.Integer(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('seen_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('expires_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('remembered', sa.Boolean(), nullable=False),
    sa.Column('two_factor', sa.Boolean(), nullable=False),
    sa.Column('ip', sa.Text(), nullable=False),
    sa.Column('agent', sa.Text(), nullable=False),
    sa.ForeignKeyConstraint(['user_id'], ['user.id'], name=op.f('fk_user_session_user_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_user_session')),
    sa.UniqueConstraint('key_hash', name=op.f('uq_user_session_key_hash')),
    sqlite_autoincrement=True
    )
    with op.batch_alter_table('user_session', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_user_session_expires_at'), ['expires_at'], unique=False)
        batch_op.create_index(batch_op.f('ix_user_session_user_id'), ['user_id'], unique=False)

    op.create_table('user_token',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('token_hash', sa.String(length=64), nullable=False),
    sa.Column('user_id', sa.Integer(), nullable=False),
    sa.Column('name', sa.Text(), nullable=False),
    sa.Column('hint', sa.String(length=16), nullable=False),
    sa.Column('scopes', sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('expires_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('used_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('ip', sa.Text(), nullable=False),
    sa.ForeignKeyConstraint(['user_id'], ['user.id'], name=op.f('fk_user_token_user_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_user_token')),
    sa.UniqueConstraint('token_hash', name=op.f('uq_user_token_token_hash')),
    sqlite_autoincrement=True
    )
    with op.batch_alter_table('user_token', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_user_token_user_id'), ['user_id'], unique=False)

    op.create_table('work',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('uid', sa.String(length=36), nullable=False),
    sa.Column('user_id', sa.Integer(), nullable=True),
    sa.Column('key', sa.Text(), nullable=False),
    sa.Column('title', sa.Text(), nullable=False),
    sa.Column('arguments', sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
    sa.Column('state', sa.String(length=12), nullable=False),
    sa.Column('attempts', sa.Integer(), nullable=False),
    sa.Column('done', sa.Integer(), nullable=False),
    sa.Column('total', sa.Integer(), nullable=True),
    sa.Column('message', sa.Text(), nullable=False),
    sa.Column('result', sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
    sa.Column('file', sa.Text(), nullable=True),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('started_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('finished_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('heartbeat', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['user_id'], ['user.id'], name=op.f('fk_work_user_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_work')),
    sa.UniqueConstraint('uid', name=op.f('uq_work_uid')),
    sqlite_autoincrement=True
    )
    with op.batch_alter_table('work', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_work_created_at'), ['created_at'], unique=False)
        batch_op.create_index('ix_work_state_heartbeat', ['state', 'heartbeat'], unique=False)
        batch_op.create_index(batch_op.f('ix_work_user_id'), ['user_id'], unique=False)

    op.create_table('contact_address',
    sa.Column('street', sa.Text(), nullable=False),
    sa.Column('city', sa.Text(), nullable=False),
    sa.Column('region', sa.Text(), nullable=False),
    sa.Column('postal_code', sa.Text(), nullable=False),
    sa.Column('country', sa.String(length=2), nullable=True),
    sa.Column('kind', sa.String(length=12), nullable=False),
    sa.Column('label', sa.Text(), nullable=False),
    sa.Column('primary', sa.Boolean(), nullable=False),
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('contact_id', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['contact_id'], ['contact.id'], name=op.f('fk_contact_address_contact_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_contact_address')),
    sqlite_autoincrement=True
    )
    with op.batch_alter_table('contact_address', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_contact_address_contact_id'), ['contact_id'], unique=False)

    op.create_table('contact_date',
    sa.Column('label', sa.Text(), nullable=False),
    sa.Column('date', sa.Date(), nullable=False),
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('contact_id', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['contact_id'], ['contact.id'], name=op.f('fk_contact_date_contact_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_contact_date')),
    sqlite_autoincrement=True
    )
    with op.batch_alter_table('contact_date', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_contact_date_contact_id'), ['contact_id'], unique=False)

    op.create_table('contact_email',
    sa.Column('address', sa.Text(), nullable=False),
    sa.Column('kind', sa.String(length=12), nullable=False),
    sa.Column('label', sa.Text(), nullable=False),
    sa.Column('primary', sa.Boolean(), nullable=False),
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('contact_id', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['contact_id'], ['contact.id'], name=op.f('fk_contact_email_contact_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_contact_email')),
    sqlite_autoincrement=True
    )
    with op.batch_alter_table('contact_email', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_contact_email_address'), ['address'], unique=False)
        batch_op.create_index(batch_op.f('ix_contact_email_contact_id'), ['contact_id'], unique=False)

    op.create_table('contact_employment',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('organization_id', sa.Integer(), nullable=False),
    sa.Column('role', sa.Text(), nullable=False),
    sa.Column('started_on', sa.Date(), nullable=True),
    sa.Column('ended_on', sa.Date(), nullable=True),
    sa.Column('left', sa.Boolean(), nullable=False),
    sa.ForeignKeyConstraint(['organization_id'], ['contact.id'], name=op.f('fk_contact_employment_organization_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['person_id'], ['contact.id'], name=op.f('fk_contact_employment_person_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_contact_employment')),
    sqlite_autoincrement=True
    )
    with op.batch_alter_table('contact_employment', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_contact_employment_organization_id'), ['organization_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_contact_employment_person_id'), ['person_id'], unique=False)

    op.create_table('contact_former',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('former_id', sa.Integer(), nullable=False),
    sa.Column('uid', sa.String(length=36), nullable=False),
    sa.Column('contact_id', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['contact_id'], ['contact.id'], name=op.f('fk_contact_former_contact_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_contact_former')),
    sa.UniqueConstraint('former_id', name=op.f('uq_contact_former_former_id')),
    sa.UniqueConstraint('uid', name=op.f('uq_contact_former_uid')),
    sqlite_autoincrement=True
    )
    with op.batch_alter_table('contact_former', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_contact_former_contact_id'), ['contact_id'], unique=False)

    op.create_table('contact_link',
    sa.Column('value', sa.Text(), nullable=False),
    sa.Column('kind', sa.String(length=12), nullable=False),
    sa.Column('label', sa.Text(), nullable=False),
    sa.Column('primary', sa.Boolean(), nullable=False),
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('contact_id', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['contact_id'], ['contact.id'], name=op.f('fk_contact_link_contact_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_contact_link')),
    sqlite_autoincrement=True
    )
    with op.batch_alter_table('contact_link', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_contact_link_contact_id'), ['contact_id'], unique=False)

    op.create_table('contact_phone',
    sa.Column('number', sa.Text(), nullable=False),
    sa.Column('e164', sa.String(length=20), nullable=True),
    sa.Column('kind', sa.String(length=12), nullable=False),
    sa.Column('label', sa.Text(), nullable=False),
    sa.Column('primary', sa.Boolean(), nullable=False),
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('contact_id', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['contact_id'], ['contact.id'], name=op.f('fk_contact_phone_contact_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_contact_phone')),
    sqlite_autoincrement=True
    )
    with op.batch_alter_table('contact_phone', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_contact_phone_contact_id'), ['contact_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_contact_phone_e164'), ['e164'], unique=False)

    op.create_table('record_file',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('uid', sa.String(length=36), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('note_id', sa.Integer(), nullable=True),
    sa.Column('name', sa.Text(), nullable=False),
    sa.Column('size', sa.Integer(), nullable=False),
    sa.Column('sha256', sa.String(length=64), nullable=False),
    sa.Column('inline_type', sa.String(length=40), nullable=True),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('updated_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['note_id'], ['record_note.id'], name=op.f('fk_record_file_note_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_record_file')),
    sa.UniqueConstraint('uid', name=op.f('uq_record_file_uid')),
    sqlite_autoincrement=True
    )
    with op.batch_alter_table('record_file', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_record_file_created_at'), ['created_at'], unique=False)
        batch_op.create_index(batch_op.f('ix_record_file_note_id'), ['note_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_record_file_updated_at'), ['updated_at'], unique=False)
    search_ddl.create(op)


def downgrade() -> None:
    """Take the change back."""
    search_ddl.drop(op)
    with op.batch_alter_table('record_file', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_record_file_updated_at'))
        batch_op.drop_index(batch_op.f('ix_record_file_note_id'))
        batch_op.drop_index(batch_op.f('ix_record_file_created_at'))

    op.drop_table('record_file')
    with op.batch_alter_table('contact_phone', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_contact_phone_e164'))
        batch_op.drop_index(batch_op.f('ix_contact_phone_contact_id'))

    op.drop_table('contact_phone')
    with op.batch_alter_table('contact_link', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_contact_link_contact_id'))

    op.drop_table('contact_link')
    with op.batch_alter_table('contact_former', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_contact_former_contact_id'))

    op.drop_table('contact_former')
    with op.batch_alter_table('contact_employment', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_contact_employment_person_id'))
        batch_op.drop_index(batch_op.f('ix_contact_employment_organization_id'))

    op.drop_table('contact_employment')
    with op.batch_alter_table('contact_email', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_contact_email_contact_id'))
        batch_op.drop_index(batch_op.f('ix_contact_email_address'))

    op.drop_table('contact_email')
    with op.batch_alter_table('contact_date', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_contact_date_contact_id'))

    op.drop_table('contact_date')
    with op.batch_alter_table('contact_address', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_contact_address_contact_id'))

    op.drop_table('contact_address')
    with op.batch_alter_table('work', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_work_user_id'))
        batch_op.drop_index('ix_work_state_heartbeat')
        batch_op.drop_index(batch_op.f('ix_work_created_at'))

    op.drop_table('work')
    with op.batch_alter_table('user_token', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_user_token_user_id'))

    op.drop_table('user_token')
    with op.batch_alter_table('user_session', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_user_session_user_id'))
        batch_op.drop_index(batch_op.f('ix_user_session_expires_at'))

    op.drop_table('user_session')
    with op.batch_alter_table('user_role', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_user_role_role_id'))

    op.drop_table('user_role')
    with op.batch_alter_table('user_recovery_code', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_user_recovery_code_user_id'))

    op.drop_table('user_recovery_code')
    op.drop_table('user_credential')
    with op.batch_alter_table('sign_in', schema=None) as batch_op:
        batch_op.drop_index('ix_sign_in_user_id_at')
        batch_op.drop_index('ix_sign_in_account_at')

    op.drop_table('sign_in')
    with op.batch_alter_table('record_view', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_record_view_user_id'))
        batch_op.drop_index(batch_op.f('ix_record_view_updated_at'))
        batch_op.drop_index('ix_record_view_type_user_id')
        batch_op.drop_index(batch_op.f('ix_record_view_created_at'))

    op.drop_table('record_view')
    with op.batch_alter_table('record_note', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_record_note_updated_at'))
        batch_op.drop_index('ix_record_note_of')
        batch_op.drop_index(batch_op.f('ix_record_note_created_at'))
        batch_op.drop_index(batch_op.f('ix_record_note_author_id'))

    op.drop_table('record_note')
    with op.batch_alter_table('record_import_columns', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_record_import_columns_user_id'))

    op.drop_table('record_import_columns')
    with op.batch_alter_table('record_import', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_record_import_user_id'))
        batch_op.drop_index(batch_op.f('ix_record_import_created_at'))

    op.drop_table('record_import')
    with op.batch_alter_table('notification', schema=None) as batch_op:
        batch_op.drop_index('ix_notification_user_id_id')
        batch_op.drop_index('ix_notification_unread', postgresql_where=sa.text('read_at IS NULL'), sqlite_where=sa.text('read_at IS NULL'))
        batch_op.drop_index(batch_op.f('ix_notification_actor_id'))

    op.drop_table('notification')
    with op.batch_alter_table('idempotency_key', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_idempotency_key_created_at'))

    op.drop_table('idempotency_key')
    with op.batch_alter_table('contact', schema=None) as batch_op:
        batch_op.drop_index('ix_contact_updated_at_id')
        batch_op.drop_index(batch_op.f('ix_contact_updated_at'))
        batch_op.drop_index('ix_contact_team_id_name_key_id')
        batch_op.drop_index(batch_op.f('ix_contact_team_id'))
        batch_op.drop_index('ix_contact_tax_number')
        batch_op.drop_index('ix_contact_status_name_key_id')
        batch_op.drop_index('ix_contact_status_id')
        batch_op.drop_index('ix_contact_parent_id_name_key_id')
        batch_op.drop_index('ix_contact_owner_id_updated_at_id')
        batch_op.drop_index('ix_contact_owner_id_name_key_id')
        batch_op.drop_index(batch_op.f('ix_contact_owner_id'))
        batch_op.drop_index('ix_contact_name_key_id')
        batch_op.drop_index('ix_contact_kind_id')
        batch_op.drop_index('ix_contact_email_id')
        batch_op.drop_index('ix_contact_created_at_id')
        batch_op.drop_index(batch_op.f('ix_contact_created_at'))
        batch_op.drop_index('ix_contact_birthday')

    op.drop_table('contact')
    with op.batch_alter_table('user', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_user_updated_at'))
        batch_op.drop_index(batch_op.f('ix_user_team_id'))
        batch_op.drop_index(batch_op.f('ix_user_created_at'))

    op.drop_table('user')
    with op.batch_alter_table('role_grant', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_role_grant_role_id'))

    op.drop_table('role_grant')
    with op.batch_alter_table('journal_change', schema=None) as batch_op:
        batch_op.drop_index('ix_journal_change_under', postgresql_where=sa.text('under IS NOT NULL'), sqlite_where=sa.text('under IS NOT NULL'))
        batch_op.drop_index('ix_journal_change_table')
        batch_op.drop_index('ix_journal_change_step')
        batch_op.drop_index('ix_journal_change_row')
        batch_op.drop_index('ix_journal_change_deleted', postgresql_where=sa.text("op = 'delete'"), sqlite_where=sa.text("op = 'delete'"))
        batch_op.drop_index('ix_journal_change_also_under', postgresql_where=sa.text('also_under IS NOT NULL'), sqlite_where=sa.text('also_under IS NOT NULL'))

    op.drop_table('journal_change')
    with op.batch_alter_table('event_delivery', schema=None) as batch_op:
        batch_op.drop_index('ix_event_delivery_pending', postgresql_where=sa.text("state = 'pending'"), sqlite_where=sa.text("state = 'pending'"))
        batch_op.drop_index(batch_op.f('ix_event_delivery_event_id'))
        batch_op.drop_index('ix_event_delivery_dead', postgresql_where=sa.text("state = 'dead'"), sqlite_where=sa.text("state = 'dead'"))

    op.drop_table('event_delivery')
    with op.batch_alter_table('team', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_team_updated_at'))
        batch_op.drop_index(batch_op.f('ix_team_parent_id'))
        batch_op.drop_index(batch_op.f('ix_team_created_at'))

    op.drop_table('team')
    with op.batch_alter_table('search_entry', schema=None) as batch_op:
        batch_op.drop_index('ix_search_entry_title')

    op.drop_table('search_entry')
    with op.batch_alter_table('role', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_role_updated_at'))
        batch_op.drop_index(batch_op.f('ix_role_created_at'))

    op.drop_table('role')
    op.drop_table('plugin_state')
    with op.batch_alter_table('plugin_failure', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_plugin_failure_last_at'))
        batch_op.drop_index('uq_plugin_failure_what')

    op.drop_table('plugin_failure')
    with op.batch_alter_table('journal_transaction', schema=None) as batch_op:
        batch_op.drop_index('ix_journal_transaction_user_id_at_id')
        batch_op.drop_index('ix_journal_transaction_at_id')

    op.drop_table('journal_transaction')
    op.drop_table('job_tick')
    op.drop_table('event_subscription')
    with op.batch_alter_table('event', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_event_at'))

    op.drop_table('event')
    op.drop_table('component_settings')
    folding.drop(op)
