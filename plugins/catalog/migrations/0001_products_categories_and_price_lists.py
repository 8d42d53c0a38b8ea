"""products, categories and price lists."""

import sqlalchemy as sa
from alembic import op

revision = '0001'
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply the change."""
    op.create_table('catalog_category',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('uid', sa.String(length=36), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('name', sa.Text(), nullable=False),
    sa.Column('name_key', sa.Text(), nullable=False),
    sa.Column('parent_id', sa.Integer(), nullable=True),
    sa.Column('description', sa.Text(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('updated_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['parent_id'], ['catalog_category.id'], name=op.f('fk_catalog_category_parent_id'), ondelete='SET NULL'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_catalog_category')),
    sa.UniqueConstraint('uid', name=op.f('uq_catalog_category_uid')),
    sqlite_autoincrement=True
    )
    with op.batch_alter_table('catalog_category', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_catalog_category_created_at'), ['created_at'], unique=False)
        batch_op.create_index('ix_catalog_category_name_key_id', ['name_key', 'id'], unique=False)
        batch_op.create_index(batch_op.f('ix_catalog_category_parent_id'), ['parent_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_catalog_category_updated_at'), ['updated_at'], unique=False)

    op.create_table('catalog_product',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('uid', sa.String(length=36), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('kind', sa.String(length=12), nullable=False),
    sa.Column('sku', sa.String(length=60), nullable=False),
    sa.Column('name', sa.Text(), nullable=False),
    sa.Column('name_key', sa.Text(), nullable=False),
    sa.Column('category_id', sa.Integer(), nullable=True),
    sa.Column('unit', sa.String(length=40), nullable=False),
    sa.Column('description', sa.Text(), nullable=False),
    sa.Column('price_minor', sa.BigInteger(), nullable=True),
    sa.Column('price_currency', sa.String(length=3), nullable=True),
    sa.Column('tax', sa.String(length=40), nullable=True),
    sa.Column('active', sa.Boolean(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('updated_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['category_id'], ['catalog_category.id'], name=op.f('fk_catalog_product_category_id'), ondelete='SET NULL'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_catalog_product')),
    sa.UniqueConstraint('sku', name=op.f('uq_catalog_product_sku')),
    sa.UniqueConstraint('uid', name=op.f('uq_catalog_product_uid')),
    sqlite_autoincrement=True
    )
    with op.batch_alter_table('catalog_product', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_catalog_product_category_id'), ['category_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_catalog_product_created_at'), ['created_at'], unique=False)
        batch_op.create_index('ix_catalog_product_name_key_id', ['name_key', 'id'], unique=False)
        batch_op.create_index('ix_catalog_product_price_minor_id', ['price_minor', 'id'], unique=False)
        batch_op.create_index(batch_op.f('ix_catalog_product_updated_at'), ['updated_at'], unique=False)

    op.create_table('catalog_related_product',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('product_id', sa.Integer(), nullable=False),
    sa.Column('other_id', sa.Integer(), nullable=False),
    sa.Column('kind', sa.String(length=12), nullable=False),
    sa.ForeignKeyConstraint(['other_id'], ['catalog_product.id'], name=op.f('fk_catalog_related_product_other_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['product_id'], ['catalog_product.id'], name=op.f('fk_catalog_related_product_product_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_catalog_related_product')),
    sqlite_autoincrement=True
    )
    with op.batch_alter_table('catalog_related_product', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_catalog_related_product_other_id'), ['other_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_catalog_related_product_product_id'), ['product_id'], unique=False)

    op.create_table('catalog_customer',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('contact_id', sa.Integer(), nullable=False),
    sa.Column('customer_group', sa.String(length=40), nullable=False),
    sa.ForeignKeyConstraint(['contact_id'], ['contact.id'], name=op.f('fk_catalog_customer_contact_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_catalog_customer')),
    sa.UniqueConstraint('contact_id', name=op.f('uq_catalog_customer_contact_id')),
    sqlite_autoincrement=True
    )
    with op.batch_alter_table('catalog_customer', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_catalog_customer_customer_group'), ['customer_group'], unique=False)

    op.create_table('catalog_price_list',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('uid', sa.String(length=36), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('name', sa.Text(), nullable=False),
    sa.Column('name_key', sa.Text(), nullable=False),
    sa.Column('currency', sa.String(length=3), nullable=False),
    sa.Column('customer_group', sa.String(length=40), nullable=True),
    sa.Column('contact_id', sa.Integer(), nullable=True),
    sa.Column('valid_from', sa.Date(), nullable=True),
    sa.Column('valid_until', sa.Date(), nullable=True),
    sa.Column('active', sa.Boolean(), nullable=False),
    sa.Column('priority', sa.Integer(), nullable=False),
    sa.Column('owner_id', sa.Integer(), nullable=True),
    sa.Column('team_id', sa.Integer(), nullable=True),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('updated_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['contact_id'], ['contact.id'], name=op.f('fk_catalog_price_list_contact_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['owner_id'], ['user.id'], name=op.f('fk_catalog_price_list_owner_id'), ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['team_id'], ['team.id'], name=op.f('fk_catalog_price_list_team_id'), ondelete='SET NULL'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_catalog_price_list')),
    sa.UniqueConstraint('uid', name=op.f('uq_catalog_price_list_uid')),
    sqlite_autoincrement=True
    )
    with op.batch_alter_table('catalog_price_list', schema=None) as batch_op:
        batch_op.create_index('ix_catalog_price_list_active_valid_until', ['active', 'valid_until'], unique=False)
        batch_op.create_index(batch_op.f('ix_catalog_price_list_contact_id'), ['contact_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_catalog_price_list_created_at'), ['created_at'], unique=False)
        batch_op.create_index(batch_op.f('ix_catalog_price_list_customer_group'), ['customer_group'], unique=False)
        batch_op.create_index('ix_catalog_price_list_name_key_id', ['name_key', 'id'], unique=False)
        batch_op.create_index(batch_op.f('ix_catalog_price_list_owner_id'), ['owner_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_catalog_price_list_team_id'), ['team_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_catalog_price_list_updated_at'), ['updated_at'], unique=False)

    op.create_table('catalog_picture',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('product_id', sa.Integer(), nullable=False),
    sa.Column('file_id', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['file_id'], ['record_file.id'], name=op.f('fk_catalog_picture_file_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['product_id'], ['catalog_product.id'], name=op.f('fk_catalog_picture_product_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_catalog_picture')),
    sqlite_autoincrement=True
    )
    with op.batch_alter_table('catalog_picture', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_catalog_picture_file_id'), ['file_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_catalog_picture_product_id'), ['product_id'], unique=False)

    op.create_table('catalog_price_item',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('price_list_id', sa.Integer(), nullable=False),
    sa.Column('product_id', sa.Integer(), nullable=False),
    sa.Column('minimum', sa.BigInteger(), nullable=False),
    sa.Column('price', sa.BigInteger(), nullable=True),
    sa.Column('discount', sa.BigInteger(), nullable=True),
    sa.ForeignKeyConstraint(['price_list_id'], ['catalog_price_list.id'], name=op.f('fk_catalog_price_item_price_list_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['product_id'], ['catalog_product.id'], name=op.f('fk_catalog_price_item_product_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_catalog_price_item')),
    sqlite_autoincrement=True
    )
    with op.batch_alter_table('catalog_price_item', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_catalog_price_item_price_list_id'), ['price_list_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_catalog_price_item_product_id'), ['product_id'], unique=False)



def downgrade() -> None:
    """Take the change back."""
    with op.batch_alter_table('catalog_price_item', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_catalog_price_item_product_id'))
        batch_op.drop_index(batch_op.f('ix_catalog_price_item_price_list_id'))

    op.drop_table('catalog_price_item')
    with op.batch_alter_table('catalog_picture', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_catalog_picture_product_id'))
        batch_op.drop_index(batch_op.f('ix_catalog_picture_file_id'))

    op.drop_table('catalog_picture')
    with op.batch_alter_table('catalog_price_list', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_catalog_price_list_updated_at'))
        batch_op.drop_index(batch_op.f('ix_catalog_price_list_team_id'))
        batch_op.drop_index(batch_op.f('ix_catalog_price_list_owner_id'))
        batch_op.drop_index('ix_catalog_price_list_name_key_id')
        batch_op.drop_index(batch_op.f('ix_catalog_price_list_customer_group'))
        batch_op.drop_index(batch_op.f('ix_catalog_price_list_created_at'))
        batch_op.drop_index(batch_op.f('ix_catalog_price_list_contact_id'))
        batch_op.drop_index('ix_catalog_price_list_active_valid_until')

    op.drop_table('catalog_price_list')
    with op.batch_alter_table('catalog_customer', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_catalog_customer_customer_group'))

    op.drop_table('catalog_customer')
    with op.batch_alter_table('catalog_related_product', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_catalog_related_product_product_id'))
        batch_op.drop_index(batch_op.f('ix_catalog_related_product_other_id'))

    op.drop_table('catalog_related_product')
    with op.batch_alter_table('catalog_product', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_catalog_product_updated_at'))
        batch_op.drop_index('ix_catalog_product_price_minor_id')
        batch_op.drop_index('ix_catalog_product_name_key_id')
        batch_op.drop_index(batch_op.f('ix_catalog_product_created_at'))
        batch_op.drop_index(batch_op.f('ix_catalog_product_category_id'))

    op.drop_table('catalog_product')
    with op.batch_alter_table('catalog_category', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_catalog_category_updated_at'))
        batch_op.drop_index(batch_op.f('ix_catalog_category_parent_id'))
        batch_op.drop_index('ix_catalog_category_name_key_id')
        batch_op.drop_index(batch_op.f('ix_catalog_category_created_at'))

    op.drop_table('catalog_category')
