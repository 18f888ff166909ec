"""Repair: customers, devices, orders, stock, money, documents, customer links."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from engine import columns

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

#: What only grows, or stays as it was frozen, is kept so by the database itself.
TRIGGERS = {
    "sqlite": (
        "CREATE TRIGGER audit_no_update BEFORE UPDATE ON audit BEGIN SELECT RAISE(ABORT, 'audit only grows: add a reversing row instead'); END",
        "CREATE TRIGGER audit_no_delete BEFORE DELETE ON audit BEGIN SELECT RAISE(ABORT, 'audit only grows: add a reversing row instead'); END",
        "CREATE TRIGGER credit_permission_no_update BEFORE UPDATE ON credit_permission BEGIN SELECT RAISE(ABORT, 'credit_permission only grows: add a reversing row instead'); END",
        "CREATE TRIGGER credit_permission_no_delete BEFORE DELETE ON credit_permission BEGIN SELECT RAISE(ABORT, 'credit_permission only grows: add a reversing row instead'); END",
        "CREATE TRIGGER invoice_no_update BEFORE UPDATE ON invoice BEGIN SELECT RAISE(ABORT, 'invoice only grows: add a reversing row instead'); END",
        "CREATE TRIGGER invoice_no_delete BEFORE DELETE ON invoice BEGIN SELECT RAISE(ABORT, 'invoice only grows: add a reversing row instead'); END",
        "CREATE TRIGGER issued_document_no_update BEFORE UPDATE ON issued_document BEGIN SELECT RAISE(ABORT, 'issued_document only grows: add a reversing row instead'); END",
        "CREATE TRIGGER issued_document_no_delete BEFORE DELETE ON issued_document BEGIN SELECT RAISE(ABORT, 'issued_document only grows: add a reversing row instead'); END",
        "CREATE TRIGGER item_movement_no_update BEFORE UPDATE ON item_movement BEGIN SELECT RAISE(ABORT, 'item_movement only grows: add a reversing row instead'); END",
        "CREATE TRIGGER item_movement_no_delete BEFORE DELETE ON item_movement BEGIN SELECT RAISE(ABORT, 'item_movement only grows: add a reversing row instead'); END",
        "CREATE TRIGGER journal_entry_no_update BEFORE UPDATE ON journal_entry BEGIN SELECT RAISE(ABORT, 'journal_entry only grows: add a reversing row instead'); END",
        "CREATE TRIGGER journal_entry_no_delete BEFORE DELETE ON journal_entry BEGIN SELECT RAISE(ABORT, 'journal_entry only grows: add a reversing row instead'); END",
        "CREATE TRIGGER order_cost_no_update BEFORE UPDATE ON order_cost BEGIN SELECT RAISE(ABORT, 'order_cost only grows: add a reversing row instead'); END",
        "CREATE TRIGGER order_cost_no_delete BEFORE DELETE ON order_cost BEGIN SELECT RAISE(ABORT, 'order_cost only grows: add a reversing row instead'); END",
        "CREATE TRIGGER part_warranty_no_update BEFORE UPDATE ON part_warranty BEGIN SELECT RAISE(ABORT, 'part_warranty only grows: add a reversing row instead'); END",
        "CREATE TRIGGER part_warranty_no_delete BEFORE DELETE ON part_warranty BEGIN SELECT RAISE(ABORT, 'part_warranty only grows: add a reversing row instead'); END",
        "CREATE TRIGGER stock_document_no_update BEFORE UPDATE ON stock_document BEGIN SELECT RAISE(ABORT, 'stock_document only grows: add a reversing row instead'); END",
        "CREATE TRIGGER stock_document_no_delete BEFORE DELETE ON stock_document BEGIN SELECT RAISE(ABORT, 'stock_document only grows: add a reversing row instead'); END",
        "CREATE TRIGGER wage_accrual_no_update BEFORE UPDATE ON wage_accrual BEGIN SELECT RAISE(ABORT, 'wage_accrual only grows: add a reversing row instead'); END",
        "CREATE TRIGGER wage_accrual_no_delete BEFORE DELETE ON wage_accrual BEGIN SELECT RAISE(ABORT, 'wage_accrual only grows: add a reversing row instead'); END",
        'CREATE TRIGGER order_line_frozen BEFORE UPDATE OF "order_no", "kind", "sku", "description", "unit", "price_cents", "list_price_cents", "payer" ON order_line BEGIN SELECT RAISE(ABORT, \'order_line keeps order_no, kind, sku, description, unit, price_cents, list_price_cents, payer as they were: write a new row instead\'); END',
        "CREATE TRIGGER order_line_kept BEFORE DELETE ON order_line BEGIN SELECT RAISE(ABORT, 'order_line keeps order_no, kind, sku, description, unit, price_cents, list_price_cents, payer as they were: write a new row instead'); END",
        "CREATE TRIGGER part_warranty_term_no_update BEFORE UPDATE ON part_warranty_term BEGIN SELECT RAISE(ABORT, 'part_warranty_term only grows: add a reversing row instead'); END",
        "CREATE TRIGGER part_warranty_term_no_delete BEFORE DELETE ON part_warranty_term BEGIN SELECT RAISE(ABORT, 'part_warranty_term only grows: add a reversing row instead'); END",
        "CREATE TRIGGER payment_no_update BEFORE UPDATE ON payment BEGIN SELECT RAISE(ABORT, 'payment only grows: add a reversing row instead'); END",
        "CREATE TRIGGER payment_no_delete BEFORE DELETE ON payment BEGIN SELECT RAISE(ABORT, 'payment only grows: add a reversing row instead'); END",
        'CREATE TRIGGER quote_version_frozen BEFORE UPDATE OF "order_no", "version", "lines", "total_cents", "frozen_at", "sent_at", "expires_at" ON quote_version BEGIN SELECT RAISE(ABORT, \'quote_version keeps order_no, version, lines, total_cents, frozen_at, sent_at, expires_at as they were: write a new row instead\'); END',
        "CREATE TRIGGER quote_version_kept BEFORE DELETE ON quote_version BEGIN SELECT RAISE(ABORT, 'quote_version keeps order_no, version, lines, total_cents, frozen_at, sent_at, expires_at as they were: write a new row instead'); END",
        "CREATE TRIGGER receivable_entry_no_update BEFORE UPDATE ON receivable_entry BEGIN SELECT RAISE(ABORT, 'receivable_entry only grows: add a reversing row instead'); END",
        "CREATE TRIGGER receivable_entry_no_delete BEFORE DELETE ON receivable_entry BEGIN SELECT RAISE(ABORT, 'receivable_entry only grows: add a reversing row instead'); END",
        "CREATE TRIGGER status_change_no_update BEFORE UPDATE ON status_change BEGIN SELECT RAISE(ABORT, 'status_change only grows: add a reversing row instead'); END",
        "CREATE TRIGGER status_change_no_delete BEFORE DELETE ON status_change BEGIN SELECT RAISE(ABORT, 'status_change only grows: add a reversing row instead'); END",
        "CREATE TRIGGER cash_move_no_update BEFORE UPDATE ON cash_move BEGIN SELECT RAISE(ABORT, 'cash_move only grows: add a reversing row instead'); END",
        "CREATE TRIGGER cash_move_no_delete BEFORE DELETE ON cash_move BEGIN SELECT RAISE(ABORT, 'cash_move only grows: add a reversing row instead'); END",
        "CREATE TRIGGER stock_move_no_update BEFORE UPDATE ON stock_move BEGIN SELECT RAISE(ABORT, 'stock_move only grows: add a reversing row instead'); END",
        "CREATE TRIGGER stock_move_no_delete BEFORE DELETE ON stock_move BEGIN SELECT RAISE(ABORT, 'stock_move only grows: add a reversing row instead'); END",
    ),
    "postgresql": (
        "CREATE OR REPLACE FUNCTION audit_only_grows() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'audit only grows: add a reversing row instead'; END $$",
        "CREATE TRIGGER audit_only_grows BEFORE UPDATE OR DELETE ON audit FOR EACH ROW EXECUTE FUNCTION audit_only_grows()",
        "CREATE OR REPLACE FUNCTION credit_permission_only_grows() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'credit_permission only grows: add a reversing row instead'; END $$",
        "CREATE TRIGGER credit_permission_only_grows BEFORE UPDATE OR DELETE ON credit_permission FOR EACH ROW EXECUTE FUNCTION credit_permission_only_grows()",
        "CREATE OR REPLACE FUNCTION invoice_only_grows() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'invoice only grows: add a reversing row instead'; END $$",
        "CREATE TRIGGER invoice_only_grows BEFORE UPDATE OR DELETE ON invoice FOR EACH ROW EXECUTE FUNCTION invoice_only_grows()",
        "CREATE OR REPLACE FUNCTION issued_document_only_grows() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'issued_document only grows: add a reversing row instead'; END $$",
        "CREATE TRIGGER issued_document_only_grows BEFORE UPDATE OR DELETE ON issued_document FOR EACH ROW EXECUTE FUNCTION issued_document_only_grows()",
        "CREATE OR REPLACE FUNCTION item_movement_only_grows() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'item_movement only grows: add a reversing row instead'; END $$",
        "CREATE TRIGGER item_movement_only_grows BEFORE UPDATE OR DELETE ON item_movement FOR EACH ROW EXECUTE FUNCTION item_movement_only_grows()",
        "CREATE OR REPLACE FUNCTION journal_entry_only_grows() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'journal_entry only grows: add a reversing row instead'; END $$",
        "CREATE TRIGGER journal_entry_only_grows BEFORE UPDATE OR DELETE ON journal_entry FOR EACH ROW EXECUTE FUNCTION journal_entry_only_grows()",
        "CREATE OR REPLACE FUNCTION order_cost_only_grows() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'order_cost only grows: add a reversing row instead'; END $$",
        "CREATE TRIGGER order_cost_only_grows BEFORE UPDATE OR DELETE ON order_cost FOR EACH ROW EXECUTE FUNCTION order_cost_only_grows()",
        "CREATE OR REPLACE FUNCTION part_warranty_only_grows() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'part_warranty only grows: add a reversing row instead'; END $$",
        "CREATE TRIGGER part_warranty_only_grows BEFORE UPDATE OR DELETE ON part_warranty FOR EACH ROW EXECUTE FUNCTION part_warranty_only_grows()",
        "CREATE OR REPLACE FUNCTION stock_document_only_grows() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'stock_document only grows: add a reversing row instead'; END $$",
        "CREATE TRIGGER stock_document_only_grows BEFORE UPDATE OR DELETE ON stock_document FOR EACH ROW EXECUTE FUNCTION stock_document_only_grows()",
        "CREATE OR REPLACE FUNCTION wage_accrual_only_grows() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'wage_accrual only grows: add a reversing row instead'; END $$",
        "CREATE TRIGGER wage_accrual_only_grows BEFORE UPDATE OR DELETE ON wage_accrual FOR EACH ROW EXECUTE FUNCTION wage_accrual_only_grows()",
        "CREATE OR REPLACE FUNCTION order_line_frozen() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'order_line keeps order_no, kind, sku, description, unit, price_cents, list_price_cents, payer as they were: write a new row instead'; END $$",
        'CREATE TRIGGER order_line_frozen BEFORE UPDATE OF "order_no", "kind", "sku", "description", "unit", "price_cents", "list_price_cents", "payer" OR DELETE ON order_line FOR EACH ROW EXECUTE FUNCTION order_line_frozen()',
        "CREATE OR REPLACE FUNCTION part_warranty_term_only_grows() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'part_warranty_term only grows: add a reversing row instead'; END $$",
        "CREATE TRIGGER part_warranty_term_only_grows BEFORE UPDATE OR DELETE ON part_warranty_term FOR EACH ROW EXECUTE FUNCTION part_warranty_term_only_grows()",
        "CREATE OR REPLACE FUNCTION payment_only_grows() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'payment only grows: add a reversing row instead'; END $$",
        "CREATE TRIGGER payment_only_grows BEFORE UPDATE OR DELETE ON payment FOR EACH ROW EXECUTE FUNCTION payment_only_grows()",
        "CREATE OR REPLACE FUNCTION quote_version_frozen() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'quote_version keeps order_no, version, lines, total_cents, frozen_at, sent_at, expires_at as they were: write a new row instead'; END $$",
        'CREATE TRIGGER quote_version_frozen BEFORE UPDATE OF "order_no", "version", "lines", "total_cents", "frozen_at", "sent_at", "expires_at" OR DELETE ON quote_version FOR EACH ROW EXECUTE FUNCTION quote_version_frozen()',
        "CREATE OR REPLACE FUNCTION receivable_entry_only_grows() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'receivable_entry only grows: add a reversing row instead'; END $$",
        "CREATE TRIGGER receivable_entry_only_grows BEFORE UPDATE OR DELETE ON receivable_entry FOR EACH ROW EXECUTE FUNCTION receivable_entry_only_grows()",
        "CREATE OR REPLACE FUNCTION status_change_only_grows() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'status_change only grows: add a reversing row instead'; END $$",
        "CREATE TRIGGER status_change_only_grows BEFORE UPDATE OR DELETE ON status_change FOR EACH ROW EXECUTE FUNCTION status_change_only_grows()",
        "CREATE OR REPLACE FUNCTION cash_move_only_grows() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'cash_move only grows: add a reversing row instead'; END $$",
        "CREATE TRIGGER cash_move_only_grows BEFORE UPDATE OR DELETE ON cash_move FOR EACH ROW EXECUTE FUNCTION cash_move_only_grows()",
        "CREATE OR REPLACE FUNCTION stock_move_only_grows() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'stock_move only grows: add a reversing row instead'; END $$",
        "CREATE TRIGGER stock_move_only_grows BEFORE UPDATE OR DELETE ON stock_move FOR EACH ROW EXECUTE FUNCTION stock_move_only_grows()",
    ),
}
FUNCTIONS = (
    "audit_only_grows",
    "cash_move_only_grows",
    "credit_permission_only_grows",
    "invoice_only_grows",
    "issued_document_only_grows",
    "item_movement_only_grows",
    "journal_entry_only_grows",
    "order_cost_only_grows",
    "order_line_frozen",
    "part_warranty_only_grows",
    "part_warranty_term_only_grows",
    "payment_only_grows",
    "quote_version_frozen",
    "receivable_entry_only_grows",
    "status_change_only_grows",
    "stock_document_only_grows",
    "stock_move_only_grows",
    "wage_accrual_only_grows",
)


def upgrade() -> None:
    op.create_table(
        "audit",
        sa.Column("key", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("at", columns.UtcDateTime(timezone=True), nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("action", sa.Text(), nullable=False),
        sa.Column("object_table", sa.Text(), nullable=False),
        sa.Column("object_key", sa.Text(), nullable=False),
        sa.Column("before", columns.PlainJson(), nullable=True),
        sa.Column("after", columns.PlainJson(), nullable=True),
        sa.Column("ip", sa.Text(), nullable=True),
        sa.CheckConstraint(
            "action IN ('created', 'changed', 'deleted', 'posted', 'refused')", name=op.f("ck_audit_action")
        ),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_audit")),
    )
    with op.batch_alter_table("audit", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_audit_actor"), ["actor"], unique=False)
        batch_op.create_index(batch_op.f("ix_audit_at"), ["at"], unique=False)
        batch_op.create_index("ix_audit_object", ["object_table", "object_key"], unique=False)

    op.create_table(
        "cash_account",
        sa.Column("account_id", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("balance_cents", sa.BigInteger(), nullable=False),
        sa.CheckConstraint(
            "kind <> 'cash' OR balance_cents >= 0", name=op.f("ck_cash_account_never_negative")
        ),
        sa.CheckConstraint("kind IN ('cash', 'bank')", name=op.f("ck_cash_account_kind")),
        sa.PrimaryKeyConstraint("account_id", name=op.f("pk_cash_account")),
    )
    op.create_table(
        "customer",
        sa.Column("key", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("customer_no", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("phone", sa.Text(), nullable=True),
        sa.Column("phone_digits", sa.Text(), nullable=True),
        sa.Column("email", sa.Text(), nullable=True),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("preferred_channel", sa.Text(), nullable=False),
        sa.Column("tax_id", sa.Text(), nullable=True),
        sa.Column("credit_limit_cents", sa.BigInteger(), nullable=False),
        sa.Column("notes", sa.Text(), nullable=True),
        sa.Column("created_at", columns.UtcDateTime(timezone=True), nullable=False),
        sa.Column("search_text", sa.Text(), nullable=False),
        sa.CheckConstraint("kind IN ('person', 'company')", name=op.f("ck_customer_kind")),
        sa.CheckConstraint(
            "preferred_channel IN ('email', 'phone')", name=op.f("ck_customer_preferred_channel")
        ),
        sa.CheckConstraint("credit_limit_cents >= 0", name=op.f("ck_customer_credit_limit")),
        sa.CheckConstraint("length(name) > 0", name=op.f("ck_customer_name")),
        sa.CheckConstraint(
            "phone_digits IS NOT NULL OR email IS NOT NULL", name=op.f("ck_customer_reachable")
        ),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_customer")),
        sa.UniqueConstraint("customer_no", name=op.f("uq_customer_customer_no")),
    )
    with op.batch_alter_table("customer", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_customer_phone_digits"), ["phone_digits"], unique=False)

    op.create_table(
        "price_list",
        sa.Column("price_list_id", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("price_list_id", name=op.f("pk_price_list")),
    )
    op.create_table(
        "product",
        sa.Column("sku", sa.Text(), nullable=False),
        sa.Column("names", columns.PlainJson(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("unit", sa.Text(), nullable=False),
        sa.Column("tracking", sa.Text(), nullable=False),
        sa.Column("min_stock_milli", sa.BigInteger(), nullable=False),
        sa.Column("norm_milli", sa.BigInteger(), nullable=False),
        sa.Column("warranty_months", sa.BigInteger(), nullable=False),
        sa.Column("is_offered", sa.Boolean(), nullable=False),
        sa.Column("search_text", sa.Text(), nullable=False),
        sa.CheckConstraint("kind IN ('part', 'service', 'work', 'fee')", name=op.f("ck_product_kind")),
        sa.CheckConstraint("tracking IN ('none', 'lot', 'serial')", name=op.f("ck_product_tracking")),
        sa.CheckConstraint("unit IN ('pc', 'set', 'h', 'm', 'l', 'kg')", name=op.f("ck_product_unit")),
        sa.CheckConstraint("min_stock_milli >= 0", name=op.f("ck_product_min_stock")),
        sa.CheckConstraint("norm_milli >= 0", name=op.f("ck_product_norm")),
        sa.CheckConstraint("warranty_months >= 0", name=op.f("ck_product_warranty")),
        sa.PrimaryKeyConstraint("sku", name=op.f("pk_product")),
    )
    with op.batch_alter_table("product", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_product_kind"), ["kind"], unique=False)

    op.create_table(
        "stock_location",
        sa.Column("location_id", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "kind IN ('stock', 'wip', 'customer', 'quarantine', 'supplier', 'loss')",
            name=op.f("ck_stock_location_kind"),
        ),
        sa.PrimaryKeyConstraint("location_id", name=op.f("pk_stock_location")),
    )
    with op.batch_alter_table("stock_location", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_stock_location_kind"), ["kind"], unique=False)

    op.create_table(
        "wage_period",
        sa.Column("period", sa.Text(), nullable=False),
        sa.Column("locked_at", columns.UtcDateTime(timezone=True), nullable=True),
        sa.Column("locked_by", sa.Text(), nullable=True),
        sa.CheckConstraint("length(period) = 7", name=op.f("ck_wage_period_period")),
        sa.PrimaryKeyConstraint("period", name=op.f("pk_wage_period")),
    )
    op.create_table(
        "device",
        sa.Column("key", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("item_type", sa.Text(), nullable=False),
        sa.Column("brand", sa.Text(), nullable=True),
        sa.Column("model", sa.Text(), nullable=False),
        sa.Column("serial_no", sa.Text(), nullable=False),
        sa.Column("brand_norm", sa.Text(), nullable=False),
        sa.Column("model_norm", sa.Text(), nullable=False),
        sa.Column("serial_norm", sa.Text(), nullable=False),
        sa.Column("owner_key", sa.BigInteger(), nullable=False),
        sa.Column("plate", sa.Text(), nullable=True),
        sa.Column("vin", sa.Text(), nullable=True),
        sa.Column("sale_document", sa.Text(), nullable=True),
        sa.Column("sold_on", sa.Date(), nullable=True),
        sa.Column("warranty_until", sa.Date(), nullable=True),
        sa.Column("search_text", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "length(serial_norm) > 0 AND length(model_norm) > 0", name=op.f("ck_device_named")
        ),
        sa.ForeignKeyConstraint(["owner_key"], ["customer.key"], name=op.f("fk_device_owner_key")),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_device")),
        sa.UniqueConstraint(
            "brand_norm",
            "model_norm",
            "serial_norm",
            name=op.f("uq_device_brand_norm_model_norm_serial_norm"),
        ),
    )
    with op.batch_alter_table("device", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_device_owner_key"), ["owner_key"], unique=False)
        batch_op.create_index("ix_device_serial", ["serial_norm"], unique=False)

    op.create_table(
        "lot",
        sa.Column("key", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("sku", sa.Text(), nullable=False),
        sa.Column("lot_no", sa.Text(), nullable=False),
        sa.Column("unit_cost_cents", sa.BigInteger(), nullable=False),
        sa.Column("supplier", sa.Text(), nullable=True),
        sa.Column("received_at", columns.UtcDateTime(timezone=True), nullable=False),
        sa.CheckConstraint("unit_cost_cents >= 0", name=op.f("ck_lot_unit_cost")),
        sa.ForeignKeyConstraint(["sku"], ["product.sku"], name=op.f("fk_lot_sku")),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_lot")),
        sa.UniqueConstraint("sku", "lot_no", name=op.f("uq_lot_sku_lot_no")),
    )
    op.create_table(
        "price_list_version",
        sa.Column("key", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("price_list_id", sa.Text(), nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "valid_to IS NULL OR valid_to >= valid_from", name=op.f("ck_price_list_version_days")
        ),
        sa.ForeignKeyConstraint(
            ["price_list_id"], ["price_list.price_list_id"], name=op.f("fk_price_list_version_price_list_id")
        ),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_price_list_version")),
        sa.UniqueConstraint(
            "price_list_id", "number", name=op.f("uq_price_list_version_price_list_id_number")
        ),
        sa.UniqueConstraint(
            "price_list_id", "valid_from", name=op.f("uq_price_list_version_price_list_id_valid_from")
        ),
    )
    op.create_table(
        "wage_scheme",
        sa.Column("key", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("basis", sa.Text(), nullable=False),
        sa.Column("rate_cents", sa.BigInteger(), nullable=False),
        sa.Column("share_milli", sa.Integer(), nullable=False),
        sa.Column("login", sa.Text(), nullable=True),
        sa.Column("role_id", sa.Text(), nullable=True),
        sa.Column("sku", sa.Text(), nullable=True),
        sa.Column("repair_kind", sa.Text(), nullable=True),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.CheckConstraint(
            "basis IN ('hour', 'norm_hour', 'piece', 'share')", name=op.f("ck_wage_scheme_basis")
        ),
        sa.CheckConstraint(
            "rate_cents >= 0 AND share_milli BETWEEN 0 AND 1000", name=op.f("ck_wage_scheme_rate")
        ),
        sa.CheckConstraint("valid_to IS NULL OR valid_to >= valid_from", name=op.f("ck_wage_scheme_valid")),
        sa.ForeignKeyConstraint(["login"], ["person.login"], name=op.f("fk_wage_scheme_login")),
        sa.ForeignKeyConstraint(["role_id"], ["role.role_id"], name=op.f("fk_wage_scheme_role_id")),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_wage_scheme")),
    )
    op.create_table(
        "price_line",
        sa.Column("key", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("version_key", sa.BigInteger(), nullable=False),
        sa.Column("sku", sa.Text(), nullable=False),
        sa.Column("price_cents", sa.BigInteger(), nullable=False),
        sa.Column("min_price_cents", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("min_price_cents BETWEEN 0 AND price_cents", name=op.f("ck_price_line_min_price")),
        sa.CheckConstraint("price_cents >= 0", name=op.f("ck_price_line_price")),
        sa.ForeignKeyConstraint(["sku"], ["product.sku"], name=op.f("fk_price_line_sku")),
        sa.ForeignKeyConstraint(
            ["version_key"], ["price_list_version.key"], name=op.f("fk_price_line_version_key")
        ),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_price_line")),
        sa.UniqueConstraint("version_key", "sku", name=op.f("uq_price_line_version_key_sku")),
    )
    with op.batch_alter_table("price_line", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_price_line_sku"), ["sku"], unique=False)

    op.create_table(
        "stock_balance",
        sa.Column("key", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("sku", sa.Text(), nullable=False),
        sa.Column("lot_key", sa.BigInteger(), nullable=False),
        sa.Column("location_id", sa.Text(), nullable=False),
        sa.Column("is_outside", sa.Boolean(), nullable=False),
        sa.Column("quantity_milli", sa.BigInteger(), nullable=False),
        sa.Column("reserved_milli", sa.BigInteger(), nullable=False),
        sa.Column("value_cents", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("is_outside OR quantity_milli >= 0", name=op.f("ck_stock_balance_never_negative")),
        sa.CheckConstraint(
            "reserved_milli = 0 OR reserved_milli <= quantity_milli",
            name=op.f("ck_stock_balance_reserved_is_there"),
        ),
        sa.CheckConstraint("reserved_milli >= 0", name=op.f("ck_stock_balance_reserved")),
        sa.ForeignKeyConstraint(
            ["location_id"], ["stock_location.location_id"], name=op.f("fk_stock_balance_location_id")
        ),
        sa.ForeignKeyConstraint(["lot_key"], ["lot.key"], name=op.f("fk_stock_balance_lot_key")),
        sa.ForeignKeyConstraint(["sku"], ["product.sku"], name=op.f("fk_stock_balance_sku")),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_stock_balance")),
        sa.UniqueConstraint("lot_key", "location_id", name=op.f("uq_stock_balance_lot_key_location_id")),
    )
    with op.batch_alter_table("stock_balance", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_stock_balance_location_id"), ["location_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_stock_balance_sku"), ["sku"], unique=False)

    op.create_table(
        "credit_permission",
        sa.Column("amount_cents", sa.BigInteger(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("key", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("order_no", sa.Text(), nullable=False),
        sa.Column("effect_key", sa.Text(), nullable=False),
        sa.Column("at", columns.UtcDateTime(timezone=True), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("process_instance_key", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("amount_cents > 0", name=op.f("ck_credit_permission_amount")),
        sa.ForeignKeyConstraint(
            ["process_instance_key"],
            ["process_instance.key"],
            name=op.f("fk_credit_permission_process_instance_key"),
        ),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_credit_permission")),
        sa.UniqueConstraint("effect_key", name=op.f("uq_credit_permission_effect_key")),
    )
    with op.batch_alter_table("credit_permission", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_credit_permission_order_no"), ["order_no"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_credit_permission_process_instance_key"), ["process_instance_key"], unique=False
        )

    op.create_table(
        "customer_link",
        sa.Column("key", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("token_hash", sa.Text(), nullable=False),
        sa.Column("purpose", sa.Text(), nullable=False),
        sa.Column("order_no", sa.Text(), nullable=False),
        sa.Column("process_instance_key", sa.BigInteger(), nullable=False),
        sa.Column("record_key", sa.Text(), nullable=True),
        sa.Column("made_at", columns.UtcDateTime(timezone=True), nullable=False),
        sa.Column("expires_at", columns.UtcDateTime(timezone=True), nullable=False),
        sa.Column("revoked_at", columns.UtcDateTime(timezone=True), nullable=True),
        sa.Column("superseded_at", columns.UtcDateTime(timezone=True), nullable=True),
        sa.Column("used_at", columns.UtcDateTime(timezone=True), nullable=True),
        sa.Column("answer", columns.PlainJson(), nullable=True),
        sa.CheckConstraint(
            "purpose IN ('quote', 'status', 'invoice', 'survey', 'clarify')",
            name=op.f("ck_customer_link_purpose"),
        ),
        sa.CheckConstraint("expires_at > made_at", name=op.f("ck_customer_link_term")),
        sa.CheckConstraint("length(token_hash) = 64", name=op.f("ck_customer_link_token_hash")),
        sa.ForeignKeyConstraint(
            ["process_instance_key"],
            ["process_instance.key"],
            name=op.f("fk_customer_link_process_instance_key"),
        ),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_customer_link")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_customer_link_token_hash")),
    )
    with op.batch_alter_table("customer_link", schema=None) as batch_op:
        batch_op.create_index("ix_customer_link_instance", ["process_instance_key", "purpose"], unique=False)
        batch_op.create_index(batch_op.f("ix_customer_link_order_no"), ["order_no"], unique=False)

    op.create_table(
        "invoice",
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("customer_key", sa.BigInteger(), nullable=False),
        sa.Column("lines", columns.PlainJson(), nullable=False),
        sa.Column("tax_percent", columns.PlainJson(), nullable=False),
        sa.Column("net_cents", sa.BigInteger(), nullable=False),
        sa.Column("tax_cents", sa.BigInteger(), nullable=False),
        sa.Column("total_cents", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("due_at", columns.UtcDateTime(timezone=True), nullable=False),
        sa.Column("key", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("order_no", sa.Text(), nullable=False),
        sa.Column("effect_key", sa.Text(), nullable=False),
        sa.Column("at", columns.UtcDateTime(timezone=True), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("process_instance_key", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("total_cents = net_cents + tax_cents", name=op.f("ck_invoice_total")),
        sa.CheckConstraint("total_cents > 0", name=op.f("ck_invoice_positive")),
        sa.ForeignKeyConstraint(["customer_key"], ["customer.key"], name=op.f("fk_invoice_customer_key")),
        sa.ForeignKeyConstraint(
            ["process_instance_key"], ["process_instance.key"], name=op.f("fk_invoice_process_instance_key")
        ),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_invoice")),
        sa.UniqueConstraint("effect_key", name=op.f("uq_invoice_effect_key")),
        sa.UniqueConstraint("number", name=op.f("uq_invoice_number")),
    )
    with op.batch_alter_table("invoice", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_invoice_customer_key"), ["customer_key"], unique=False)
        batch_op.create_index(batch_op.f("ix_invoice_order_no"), ["order_no"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_invoice_process_instance_key"), ["process_instance_key"], unique=False
        )

    op.create_table(
        "issued_document",
        sa.Column("key", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("series", sa.Text(), nullable=False),
        sa.Column("year", sa.BigInteger(), nullable=False),
        sa.Column("sequence", sa.BigInteger(), nullable=False),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("process_instance_key", sa.BigInteger(), nullable=False),
        sa.Column("order_no", sa.Text(), nullable=False),
        sa.Column("effect_key", sa.Text(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("data", columns.PlainJson(), nullable=False),
        sa.Column("issued_at", columns.UtcDateTime(timezone=True), nullable=False),
        sa.Column("issued_by", sa.Text(), nullable=False),
        sa.Column("replaces", sa.BigInteger(), nullable=True),
        sa.CheckConstraint("sequence > 0 AND version > 0", name=op.f("ck_issued_document_sequence")),
        sa.ForeignKeyConstraint(
            ["process_instance_key"],
            ["process_instance.key"],
            name=op.f("fk_issued_document_process_instance_key"),
        ),
        sa.ForeignKeyConstraint(
            ["replaces"], ["issued_document.key"], name=op.f("fk_issued_document_replaces")
        ),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_issued_document")),
        sa.UniqueConstraint("effect_key", "kind", name=op.f("uq_issued_document_effect_key_kind")),
        sa.UniqueConstraint("number", "version", name=op.f("uq_issued_document_number_version")),
        sa.UniqueConstraint("replaces", name=op.f("uq_issued_document_replaces")),
        sa.UniqueConstraint(
            "series",
            "year",
            "sequence",
            "version",
            name=op.f("uq_issued_document_series_year_sequence_version"),
        ),
    )
    with op.batch_alter_table("issued_document", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_issued_document_order_no"), ["order_no"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_issued_document_process_instance_key"), ["process_instance_key"], unique=False
        )

    op.create_table(
        "item_movement",
        sa.Column("device_key", sa.BigInteger(), nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("previous_number", sa.BigInteger(), nullable=True),
        sa.Column("from_place", sa.Text(), nullable=False),
        sa.Column("to_place", sa.Text(), nullable=False),
        sa.Column("holder", sa.Text(), nullable=True),
        sa.Column("key", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("order_no", sa.Text(), nullable=False),
        sa.Column("effect_key", sa.Text(), nullable=False),
        sa.Column("at", columns.UtcDateTime(timezone=True), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("process_instance_key", sa.BigInteger(), nullable=False),
        sa.CheckConstraint(
            "(number = 1 AND previous_number IS NULL AND from_place = 'customer') OR (number > 1 AND previous_number IS NOT NULL AND previous_number = number - 1)",
            name=op.f("ck_item_movement_chain"),
        ),
        sa.CheckConstraint(
            "from_place <> to_place OR to_place = 'partner'", name=op.f("ck_item_movement_moves")
        ),
        sa.CheckConstraint(
            "from_place IN ('customer', 'reception', 'workshop', 'partner')",
            name=op.f("ck_item_movement_from_place"),
        ),
        sa.CheckConstraint(
            "to_place <> 'partner' OR holder IS NOT NULL", name=op.f("ck_item_movement_partner_named")
        ),
        sa.CheckConstraint(
            "to_place IN ('customer', 'reception', 'workshop', 'partner')",
            name=op.f("ck_item_movement_to_place"),
        ),
        sa.ForeignKeyConstraint(
            ["device_key", "previous_number", "from_place"],
            ["item_movement.device_key", "item_movement.number", "item_movement.to_place"],
            name="fk_item_movement_chain",
        ),
        sa.ForeignKeyConstraint(["device_key"], ["device.key"], name=op.f("fk_item_movement_device_key")),
        sa.ForeignKeyConstraint(
            ["process_instance_key"],
            ["process_instance.key"],
            name=op.f("fk_item_movement_process_instance_key"),
        ),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_item_movement")),
        sa.UniqueConstraint(
            "device_key", "number", "to_place", name=op.f("uq_item_movement_device_key_number_to_place")
        ),
        sa.UniqueConstraint("device_key", "number", name=op.f("uq_item_movement_device_key_number")),
        sa.UniqueConstraint("effect_key", name=op.f("uq_item_movement_effect_key")),
    )
    with op.batch_alter_table("item_movement", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_item_movement_device_key"), ["device_key"], unique=False)
        batch_op.create_index(batch_op.f("ix_item_movement_order_no"), ["order_no"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_item_movement_process_instance_key"), ["process_instance_key"], unique=False
        )

    op.create_table(
        "journal_entry",
        sa.Column("order_no", sa.Text(), nullable=True),
        sa.Column("process_instance_key", sa.BigInteger(), nullable=True),
        sa.Column("document", sa.Text(), nullable=False),
        sa.Column("line_no", sa.Integer(), nullable=False),
        sa.Column("account_debit", sa.Text(), nullable=True),
        sa.Column("account_credit", sa.Text(), nullable=True),
        sa.Column("amount_cents", sa.BigInteger(), nullable=False),
        sa.Column("no_value", sa.Boolean(), nullable=False),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("reverses", sa.BigInteger(), nullable=True),
        sa.Column("key", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("effect_key", sa.Text(), nullable=False),
        sa.Column("at", columns.UtcDateTime(timezone=True), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "(no_value AND amount_cents = 0 AND account_debit IS NULL AND account_credit IS NULL) OR (NOT no_value AND account_debit IS NOT NULL AND account_credit IS NOT NULL AND account_debit <> account_credit AND ((reverses IS NULL AND amount_cents > 0) OR (reverses IS NOT NULL AND amount_cents < 0)))",
            name=op.f("ck_journal_entry_sides"),
        ),
        sa.ForeignKeyConstraint(
            ["process_instance_key"],
            ["process_instance.key"],
            name=op.f("fk_journal_entry_process_instance_key"),
        ),
        sa.ForeignKeyConstraint(["reverses"], ["journal_entry.key"], name=op.f("fk_journal_entry_reverses")),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_journal_entry")),
        sa.UniqueConstraint("reverses", name=op.f("uq_journal_entry_reverses")),
    )
    with op.batch_alter_table("journal_entry", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_journal_entry_account_credit"), ["account_credit"], unique=False)
        batch_op.create_index(batch_op.f("ix_journal_entry_account_debit"), ["account_debit"], unique=False)
        batch_op.create_index(batch_op.f("ix_journal_entry_document"), ["document"], unique=False)
        batch_op.create_index(batch_op.f("ix_journal_entry_order_no"), ["order_no"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_journal_entry_process_instance_key"), ["process_instance_key"], unique=False
        )
        batch_op.create_index(
            "uq_journal_entry_effect",
            ["effect_key", "document", "line_no"],
            unique=True,
            sqlite_where=sa.text("reverses IS NULL"),
            postgresql_where=sa.text("reverses IS NULL"),
        )

    op.create_table(
        "order_cost",
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("payer", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("amount_cents", sa.BigInteger(), nullable=False),
        sa.Column("reverses", sa.BigInteger(), nullable=True),
        sa.Column("key", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("order_no", sa.Text(), nullable=False),
        sa.Column("effect_key", sa.Text(), nullable=False),
        sa.Column("at", columns.UtcDateTime(timezone=True), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("process_instance_key", sa.BigInteger(), nullable=False),
        sa.CheckConstraint(
            "kind IN ('parts', 'labour', 'third_party', 'overhead')", name=op.f("ck_order_cost_kind")
        ),
        sa.CheckConstraint("payer IN ('client', 'warranty', 'company')", name=op.f("ck_order_cost_payer")),
        sa.CheckConstraint(
            "(reverses IS NULL AND amount_cents > 0) OR (reverses IS NOT NULL AND amount_cents < 0)",
            name=op.f("ck_order_cost_amount"),
        ),
        sa.ForeignKeyConstraint(
            ["process_instance_key"],
            ["process_instance.key"],
            name=op.f("fk_order_cost_process_instance_key"),
        ),
        sa.ForeignKeyConstraint(["reverses"], ["order_cost.key"], name=op.f("fk_order_cost_reverses")),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_order_cost")),
        sa.UniqueConstraint("reverses", name=op.f("uq_order_cost_reverses")),
    )
    with op.batch_alter_table("order_cost", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_order_cost_order_no"), ["order_no"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_order_cost_process_instance_key"), ["process_instance_key"], unique=False
        )
        batch_op.create_index(
            "uq_order_cost_source",
            ["source", "payer"],
            unique=True,
            sqlite_where=sa.text("reverses IS NULL"),
            postgresql_where=sa.text("reverses IS NULL"),
        )

    op.create_table(
        "part_warranty",
        sa.Column("device_key", sa.BigInteger(), nullable=False),
        sa.Column("sku", sa.Text(), nullable=False),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("quantity_milli", sa.BigInteger(), nullable=False),
        sa.Column("months", sa.Integer(), nullable=False),
        sa.Column("kept_until", sa.Date(), nullable=True),
        sa.Column("claims", sa.BigInteger(), nullable=True),
        sa.Column("reverses", sa.BigInteger(), nullable=True),
        sa.Column("key", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("order_no", sa.Text(), nullable=False),
        sa.Column("effect_key", sa.Text(), nullable=False),
        sa.Column("at", columns.UtcDateTime(timezone=True), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("process_instance_key", sa.BigInteger(), nullable=False),
        sa.CheckConstraint(
            "(reverses IS NULL AND quantity_milli > 0) OR (reverses IS NOT NULL AND quantity_milli < 0)",
            name=op.f("ck_part_warranty_quantity"),
        ),
        sa.CheckConstraint("claims IS NULL OR kept_until IS NOT NULL", name=op.f("ck_part_warranty_claims")),
        sa.CheckConstraint("months > 0", name=op.f("ck_part_warranty_months")),
        sa.ForeignKeyConstraint(["claims"], ["part_warranty.key"], name=op.f("fk_part_warranty_claims")),
        sa.ForeignKeyConstraint(["device_key"], ["device.key"], name=op.f("fk_part_warranty_device_key")),
        sa.ForeignKeyConstraint(
            ["process_instance_key"],
            ["process_instance.key"],
            name=op.f("fk_part_warranty_process_instance_key"),
        ),
        sa.ForeignKeyConstraint(["reverses"], ["part_warranty.key"], name=op.f("fk_part_warranty_reverses")),
        sa.ForeignKeyConstraint(["sku"], ["product.sku"], name=op.f("fk_part_warranty_sku")),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_part_warranty")),
        sa.UniqueConstraint("reverses", name=op.f("uq_part_warranty_reverses")),
    )
    with op.batch_alter_table("part_warranty", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_part_warranty_device_key"), ["device_key"], unique=False)
        batch_op.create_index(batch_op.f("ix_part_warranty_order_no"), ["order_no"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_part_warranty_process_instance_key"), ["process_instance_key"], unique=False
        )
        batch_op.create_index(
            "uq_part_warranty_source",
            ["source"],
            unique=True,
            sqlite_where=sa.text("reverses IS NULL"),
            postgresql_where=sa.text("reverses IS NULL"),
        )

    op.create_table(
        "repair_order",
        sa.Column("order_no", sa.Text(), nullable=False),
        sa.Column("process_instance_key", sa.BigInteger(), nullable=False),
        sa.Column("customer_key", sa.BigInteger(), nullable=False),
        sa.Column("device_key", sa.BigInteger(), nullable=False),
        sa.Column("repair_kind", sa.Text(), nullable=False),
        sa.Column("place", sa.Text(), nullable=False),
        sa.Column("urgent", sa.Boolean(), nullable=False),
        sa.Column("urgent_since", columns.UtcDateTime(timezone=True), nullable=True),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("complaint", sa.Text(), nullable=False),
        sa.Column("mileage_km", sa.BigInteger(), nullable=True),
        sa.Column("fault_code", sa.Text(), nullable=True),
        sa.Column("cause", sa.Text(), nullable=True),
        sa.Column("findings", sa.Text(), nullable=True),
        sa.Column("promised_date", sa.Date(), nullable=False),
        sa.Column("target_at", columns.UtcDateTime(timezone=True), nullable=False),
        sa.Column("limit_at", columns.UtcDateTime(timezone=True), nullable=False),
        sa.Column("surcharge_waived_reason", sa.Text(), nullable=True),
        sa.Column("parent_order_no", sa.Text(), nullable=True),
        sa.Column("created_at", columns.UtcDateTime(timezone=True), nullable=False),
        sa.Column("created_by", sa.Text(), nullable=False),
        sa.Column("cancelled_at", columns.UtcDateTime(timezone=True), nullable=True),
        sa.Column("cancelled_reason", sa.Text(), nullable=True),
        sa.CheckConstraint("place IN ('point', 'on_site')", name=op.f("ck_repair_order_place")),
        sa.CheckConstraint(
            "repair_kind IN ('paid', 'warranty', 'mixed', 'at_own_cost')",
            name=op.f("ck_repair_order_repair_kind"),
        ),
        sa.CheckConstraint(
            "cancelled_at IS NULL OR cancelled_reason IS NOT NULL", name=op.f("ck_repair_order_cancelled")
        ),
        sa.CheckConstraint("length(complaint) > 0", name=op.f("ck_repair_order_complaint")),
        sa.CheckConstraint("limit_at >= target_at", name=op.f("ck_repair_order_terms")),
        sa.CheckConstraint("mileage_km >= 0", name=op.f("ck_repair_order_mileage")),
        sa.CheckConstraint("surcharge_waived_reason IS NULL OR urgent", name=op.f("ck_repair_order_waived")),
        sa.CheckConstraint("urgent = (urgent_since IS NOT NULL)", name=op.f("ck_repair_order_urgent")),
        sa.ForeignKeyConstraint(
            ["customer_key"], ["customer.key"], name=op.f("fk_repair_order_customer_key")
        ),
        sa.ForeignKeyConstraint(["device_key"], ["device.key"], name=op.f("fk_repair_order_device_key")),
        sa.ForeignKeyConstraint(
            ["parent_order_no"], ["repair_order.order_no"], name=op.f("fk_repair_order_parent_order_no")
        ),
        sa.ForeignKeyConstraint(
            ["process_instance_key"],
            ["process_instance.key"],
            name=op.f("fk_repair_order_process_instance_key"),
        ),
        sa.PrimaryKeyConstraint("order_no", name=op.f("pk_repair_order")),
        sa.UniqueConstraint("process_instance_key", name=op.f("uq_repair_order_process_instance_key")),
    )
    with op.batch_alter_table("repair_order", schema=None) as batch_op:
        batch_op.create_index("ix_repair_order_customer", ["customer_key", "created_at"], unique=False)
        batch_op.create_index("ix_repair_order_device", ["device_key", "created_at"], unique=False)

    op.create_table(
        "reservation",
        sa.Column("key", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("process_instance_key", sa.BigInteger(), nullable=False),
        sa.Column("order_no", sa.Text(), nullable=False),
        sa.Column("sku", sa.Text(), nullable=False),
        sa.Column("balance_key", sa.BigInteger(), nullable=False),
        sa.Column("lot_key", sa.BigInteger(), nullable=False),
        sa.Column("quantity_milli", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("effect_key", sa.Text(), nullable=False),
        sa.Column("reserved_at", columns.UtcDateTime(timezone=True), nullable=False),
        sa.Column("reserved_by", sa.Text(), nullable=False),
        sa.Column("ended_at", columns.UtcDateTime(timezone=True), nullable=True),
        sa.CheckConstraint("(state = 'active') = (ended_at IS NULL)", name=op.f("ck_reservation_ended")),
        sa.CheckConstraint("state IN ('active', 'issued', 'released')", name=op.f("ck_reservation_state")),
        sa.CheckConstraint("quantity_milli > 0", name=op.f("ck_reservation_quantity")),
        sa.ForeignKeyConstraint(
            ["balance_key"], ["stock_balance.key"], name=op.f("fk_reservation_balance_key")
        ),
        sa.ForeignKeyConstraint(["lot_key"], ["lot.key"], name=op.f("fk_reservation_lot_key")),
        sa.ForeignKeyConstraint(
            ["process_instance_key"],
            ["process_instance.key"],
            name=op.f("fk_reservation_process_instance_key"),
        ),
        sa.ForeignKeyConstraint(["sku"], ["product.sku"], name=op.f("fk_reservation_sku")),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_reservation")),
    )
    with op.batch_alter_table("reservation", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_reservation_balance_key"), ["balance_key"], unique=False)
        batch_op.create_index(batch_op.f("ix_reservation_order_no"), ["order_no"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_reservation_process_instance_key"), ["process_instance_key"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_reservation_sku"), ["sku"], unique=False)

    op.create_table(
        "stock_document",
        sa.Column("order_no", sa.Text(), nullable=True),
        sa.Column("process_instance_key", sa.BigInteger(), nullable=True),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("receiver", sa.Text(), nullable=True),
        sa.Column("supplier", sa.Text(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("key", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("effect_key", sa.Text(), nullable=False),
        sa.Column("at", columns.UtcDateTime(timezone=True), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "kind <> 'issue' OR receiver IS NOT NULL", name=op.f("ck_stock_document_receiver")
        ),
        sa.CheckConstraint("kind <> 'loss' OR reason IS NOT NULL", name=op.f("ck_stock_document_reason")),
        sa.CheckConstraint(
            "kind IN ('receipt', 'issue', 'return', 'consumption', 'reversal', 'loss')",
            name=op.f("ck_stock_document_kind"),
        ),
        sa.ForeignKeyConstraint(
            ["process_instance_key"],
            ["process_instance.key"],
            name=op.f("fk_stock_document_process_instance_key"),
        ),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_stock_document")),
        sa.UniqueConstraint("effect_key", "kind", name=op.f("uq_stock_document_effect_key_kind")),
        sa.UniqueConstraint("number", name=op.f("uq_stock_document_number")),
    )
    with op.batch_alter_table("stock_document", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_stock_document_order_no"), ["order_no"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_stock_document_process_instance_key"), ["process_instance_key"], unique=False
        )

    op.create_table(
        "survey_answer",
        sa.Column("key", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("order_no", sa.Text(), nullable=False),
        sa.Column("process_instance_key", sa.BigInteger(), nullable=False),
        sa.Column("score", sa.BigInteger(), nullable=False),
        sa.Column("comment", sa.Text(), nullable=True),
        sa.Column("answered_at", columns.UtcDateTime(timezone=True), nullable=False),
        sa.Column("answered_by", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "comment IS NULL OR length(comment) <= 4000", name=op.f("ck_survey_answer_comment")
        ),
        sa.CheckConstraint("score BETWEEN 1 AND 5", name=op.f("ck_survey_answer_score")),
        sa.ForeignKeyConstraint(
            ["process_instance_key"],
            ["process_instance.key"],
            name=op.f("fk_survey_answer_process_instance_key"),
        ),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_survey_answer")),
        sa.UniqueConstraint("order_no", name=op.f("uq_survey_answer_order_no")),
    )
    with op.batch_alter_table("survey_answer", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_survey_answer_process_instance_key"), ["process_instance_key"], unique=False
        )

    op.create_table(
        "wage_accrual",
        sa.Column("login", sa.Text(), nullable=False),
        sa.Column("operation", sa.Text(), nullable=False),
        sa.Column("work_order_version", sa.Integer(), nullable=False),
        sa.Column("scheme_key", sa.BigInteger(), nullable=False),
        sa.Column("basis", sa.Text(), nullable=False),
        sa.Column("base_milli", sa.BigInteger(), nullable=False),
        sa.Column("rate_cents", sa.BigInteger(), nullable=False),
        sa.Column("share_milli", sa.Integer(), nullable=False),
        sa.Column("amount_cents", sa.BigInteger(), nullable=False),
        sa.Column("period", sa.Text(), nullable=False),
        sa.Column("reverses", sa.BigInteger(), nullable=True),
        sa.Column("key", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("order_no", sa.Text(), nullable=False),
        sa.Column("effect_key", sa.Text(), nullable=False),
        sa.Column("at", columns.UtcDateTime(timezone=True), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("process_instance_key", sa.BigInteger(), nullable=False),
        sa.CheckConstraint(
            "(reverses IS NULL AND amount_cents >= 0) OR (reverses IS NOT NULL AND amount_cents <= 0)",
            name=op.f("ck_wage_accrual_amount"),
        ),
        sa.CheckConstraint("length(period) = 7", name=op.f("ck_wage_accrual_period")),
        sa.ForeignKeyConstraint(["login"], ["person.login"], name=op.f("fk_wage_accrual_login")),
        sa.ForeignKeyConstraint(
            ["process_instance_key"],
            ["process_instance.key"],
            name=op.f("fk_wage_accrual_process_instance_key"),
        ),
        sa.ForeignKeyConstraint(["reverses"], ["wage_accrual.key"], name=op.f("fk_wage_accrual_reverses")),
        sa.ForeignKeyConstraint(["scheme_key"], ["wage_scheme.key"], name=op.f("fk_wage_accrual_scheme_key")),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_wage_accrual")),
        sa.UniqueConstraint("reverses", name=op.f("uq_wage_accrual_reverses")),
    )
    with op.batch_alter_table("wage_accrual", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_wage_accrual_login"), ["login"], unique=False)
        batch_op.create_index(batch_op.f("ix_wage_accrual_order_no"), ["order_no"], unique=False)
        batch_op.create_index(batch_op.f("ix_wage_accrual_period"), ["period"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_wage_accrual_process_instance_key"), ["process_instance_key"], unique=False
        )
        batch_op.create_index(
            "uq_wage_accrual_work",
            ["login", "order_no", "operation", "work_order_version"],
            unique=True,
            sqlite_where=sa.text("reverses IS NULL"),
            postgresql_where=sa.text("reverses IS NULL"),
        )

    op.create_table(
        "intake_document",
        sa.Column("key", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("order_no", sa.Text(), nullable=False),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("accepted_at", columns.UtcDateTime(timezone=True), nullable=False),
        sa.Column("accepted_by", sa.Text(), nullable=False),
        sa.Column("completeness", sa.Text(), nullable=False),
        sa.Column("appearance", sa.Text(), nullable=True),
        sa.Column("accessories", sa.Text(), nullable=True),
        sa.Column("variant", sa.Text(), nullable=True),
        sa.Column("partner", sa.Text(), nullable=True),
        sa.Column("variant_set_at", columns.UtcDateTime(timezone=True), nullable=True),
        sa.Column("repair_done_at", columns.UtcDateTime(timezone=True), nullable=True),
        sa.Column("accepted_back_at", columns.UtcDateTime(timezone=True), nullable=True),
        sa.Column("outcome", sa.Text(), nullable=True),
        sa.Column("outcome_reason", sa.Text(), nullable=True),
        sa.Column("issued_at", columns.UtcDateTime(timezone=True), nullable=True),
        sa.Column("issued_by", sa.Text(), nullable=True),
        sa.Column("recipient", sa.Text(), nullable=True),
        sa.Column("id_checked", sa.Boolean(), nullable=True),
        sa.Column("accessories_returned", sa.Boolean(), nullable=True),
        sa.Column("signature", sa.Text(), nullable=True),
        sa.CheckConstraint(
            "(partner IS NOT NULL) = (variant IS NOT NULL AND variant = 'third_party')",
            name=op.f("ck_intake_document_partner"),
        ),
        sa.CheckConstraint(
            "accepted_back_at IS NULL OR (variant IS NOT NULL AND variant = 'third_party')",
            name=op.f("ck_intake_document_accepted_back"),
        ),
        sa.CheckConstraint(
            "outcome <> 'without_repair' OR outcome_reason IS NOT NULL",
            name=op.f("ck_intake_document_outcome_reason"),
        ),
        sa.CheckConstraint(
            "outcome IN ('repaired', 'without_repair')", name=op.f("ck_intake_document_outcome")
        ),
        sa.CheckConstraint(
            "repair_done_at IS NULL OR (variant IS NOT NULL AND variant = 'own')",
            name=op.f("ck_intake_document_repair_done"),
        ),
        sa.CheckConstraint("variant IN ('own', 'third_party')", name=op.f("ck_intake_document_variant")),
        sa.CheckConstraint(
            "(outcome IS NULL) = (repair_done_at IS NULL AND accepted_back_at IS NULL)",
            name=op.f("ck_intake_document_outcome_marked"),
        ),
        sa.CheckConstraint(
            "(variant IS NULL) = (variant_set_at IS NULL)", name=op.f("ck_intake_document_variant_set")
        ),
        sa.CheckConstraint(
            "issued_at IS NULL OR (outcome IS NOT NULL AND recipient IS NOT NULL)",
            name=op.f("ck_intake_document_issued"),
        ),
        sa.ForeignKeyConstraint(
            ["order_no"], ["repair_order.order_no"], name=op.f("fk_intake_document_order_no")
        ),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_intake_document")),
        sa.UniqueConstraint("number", name=op.f("uq_intake_document_number")),
        sa.UniqueConstraint("order_no", name=op.f("uq_intake_document_order_no")),
    )
    op.create_table(
        "order_line",
        sa.Column("key", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("order_no", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("sku", sa.Text(), nullable=False),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("quantity_milli", sa.BigInteger(), nullable=False),
        sa.Column("unit", sa.Text(), nullable=False),
        sa.Column("price_cents", sa.BigInteger(), nullable=False),
        sa.Column("list_price_cents", sa.BigInteger(), nullable=False),
        sa.Column("norm_milli", sa.BigInteger(), nullable=False),
        sa.Column("payer", sa.Text(), nullable=False),
        sa.Column("used_milli", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "kind IN ('work', 'part', 'surcharge', 'fee', 'third_party')", name=op.f("ck_order_line_kind")
        ),
        sa.CheckConstraint(
            "payer = 'client' OR price_cents = 0", name=op.f("ck_order_line_only_the_client_is_charged")
        ),
        sa.CheckConstraint("payer IN ('client', 'warranty', 'company')", name=op.f("ck_order_line_payer")),
        sa.CheckConstraint("state IN ('planned', 'dropped')", name=op.f("ck_order_line_state")),
        sa.CheckConstraint("norm_milli >= 0", name=op.f("ck_order_line_norm")),
        sa.CheckConstraint("price_cents >= 0 AND list_price_cents >= 0", name=op.f("ck_order_line_price")),
        sa.CheckConstraint("quantity_milli > 0", name=op.f("ck_order_line_quantity")),
        sa.CheckConstraint("used_milli >= 0", name=op.f("ck_order_line_used")),
        sa.ForeignKeyConstraint(["order_no"], ["repair_order.order_no"], name=op.f("fk_order_line_order_no")),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_order_line")),
    )
    with op.batch_alter_table("order_line", schema=None) as batch_op:
        batch_op.create_index("ix_order_line_order", ["order_no", "state"], unique=False)
        batch_op.create_index(
            "uq_order_line_planned",
            ["order_no", "kind", "sku", "payer"],
            unique=True,
            sqlite_where=sa.text("state = 'planned'"),
            postgresql_where=sa.text("state = 'planned'"),
        )
        batch_op.create_index(
            "uq_order_line_surcharge",
            ["order_no"],
            unique=True,
            sqlite_where=sa.text("state = 'planned' AND kind = 'surcharge'"),
            postgresql_where=sa.text("state = 'planned' AND kind = 'surcharge'"),
        )

    op.create_table(
        "part_warranty_term",
        sa.Column("warranty_key", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.Column("kept", sa.Boolean(), nullable=False),
        sa.CheckConstraint("ends_on >= starts_on OR kept", name=op.f("ck_part_warranty_term_term")),
        sa.ForeignKeyConstraint(
            ["warranty_key"], ["part_warranty.key"], name=op.f("fk_part_warranty_term_warranty_key")
        ),
        sa.PrimaryKeyConstraint("warranty_key", name=op.f("pk_part_warranty_term")),
    )
    with op.batch_alter_table("part_warranty_term", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_part_warranty_term_ends_on"), ["ends_on"], unique=False)

    op.create_table(
        "payment",
        sa.Column("provider", sa.Text(), nullable=False),
        sa.Column("payment_id", sa.Text(), nullable=False),
        sa.Column("method", sa.Text(), nullable=False),
        sa.Column("amount_cents", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("invoice_no", sa.Text(), nullable=True),
        sa.Column("reverses", sa.BigInteger(), nullable=True),
        sa.Column("key", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("order_no", sa.Text(), nullable=False),
        sa.Column("effect_key", sa.Text(), nullable=False),
        sa.Column("at", columns.UtcDateTime(timezone=True), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("process_instance_key", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("method IN ('cash', 'card', 'bank')", name=op.f("ck_payment_method")),
        sa.CheckConstraint(
            "(reverses IS NULL AND amount_cents > 0) OR (reverses IS NOT NULL AND amount_cents < 0)",
            name=op.f("ck_payment_amount"),
        ),
        sa.ForeignKeyConstraint(["invoice_no"], ["invoice.number"], name=op.f("fk_payment_invoice_no")),
        sa.ForeignKeyConstraint(
            ["process_instance_key"], ["process_instance.key"], name=op.f("fk_payment_process_instance_key")
        ),
        sa.ForeignKeyConstraint(["reverses"], ["payment.key"], name=op.f("fk_payment_reverses")),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_payment")),
        sa.UniqueConstraint("provider", "payment_id", name=op.f("uq_payment_provider_payment_id")),
        sa.UniqueConstraint("reverses", name=op.f("uq_payment_reverses")),
    )
    with op.batch_alter_table("payment", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_payment_invoice_no"), ["invoice_no"], unique=False)
        batch_op.create_index(batch_op.f("ix_payment_order_no"), ["order_no"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_payment_process_instance_key"), ["process_instance_key"], unique=False
        )
        batch_op.create_index(
            "uq_payment_effect",
            ["effect_key"],
            unique=True,
            sqlite_where=sa.text("reverses IS NULL"),
            postgresql_where=sa.text("reverses IS NULL"),
        )

    op.create_table(
        "quote_version",
        sa.Column("key", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("order_no", sa.Text(), nullable=False),
        sa.Column("process_instance_key", sa.BigInteger(), nullable=False),
        sa.Column("effect_key", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("lines", columns.PlainJson(), nullable=False),
        sa.Column("total_cents", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("frozen_at", columns.UtcDateTime(timezone=True), nullable=False),
        sa.Column("frozen_by", sa.Text(), nullable=False),
        sa.Column("sent_at", columns.UtcDateTime(timezone=True), nullable=True),
        sa.Column("expires_at", columns.UtcDateTime(timezone=True), nullable=False),
        sa.Column("decided_at", columns.UtcDateTime(timezone=True), nullable=True),
        sa.Column("decided_by", sa.Text(), nullable=True),
        sa.Column("answered_through", sa.Text(), nullable=True),
        sa.Column("evidence", sa.Text(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.CheckConstraint(
            "answered_through IN ('link', 'phone', 'office')", name=op.f("ck_quote_version_answered_through")
        ),
        sa.CheckConstraint(
            "state <> 'approved' OR coalesce(answered_through, '') = 'link' OR evidence IS NOT NULL",
            name=op.f("ck_quote_version_evidence"),
        ),
        sa.CheckConstraint(
            "state IN ('draft', 'sent', 'approved', 'declined', 'changed', 'expired', 'superseded')",
            name=op.f("ck_quote_version_state"),
        ),
        sa.CheckConstraint(
            "state IN ('draft', 'sent', 'superseded') OR (decided_at IS NOT NULL AND decided_by IS NOT NULL)",
            name=op.f("ck_quote_version_decided"),
        ),
        sa.CheckConstraint("total_cents >= 0", name=op.f("ck_quote_version_total")),
        sa.CheckConstraint("version > 0", name=op.f("ck_quote_version_version")),
        sa.ForeignKeyConstraint(
            ["order_no"], ["repair_order.order_no"], name=op.f("fk_quote_version_order_no")
        ),
        sa.ForeignKeyConstraint(
            ["process_instance_key"],
            ["process_instance.key"],
            name=op.f("fk_quote_version_process_instance_key"),
        ),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_quote_version")),
        sa.UniqueConstraint("effect_key", name=op.f("uq_quote_version_effect_key")),
        sa.UniqueConstraint("order_no", "version", name=op.f("uq_quote_version_order_no_version")),
    )
    with op.batch_alter_table("quote_version", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_quote_version_process_instance_key"), ["process_instance_key"], unique=False
        )
        batch_op.create_index(
            "uq_quote_version_sent",
            ["order_no"],
            unique=True,
            sqlite_where=sa.text("state = 'sent'"),
            postgresql_where=sa.text("state = 'sent'"),
        )

    op.create_table(
        "receivable_entry",
        sa.Column("customer_key", sa.BigInteger(), nullable=False),
        sa.Column("invoice_no", sa.Text(), nullable=True),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("amount_cents", sa.BigInteger(), nullable=False),
        sa.Column("reverses", sa.BigInteger(), nullable=True),
        sa.Column("key", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("order_no", sa.Text(), nullable=False),
        sa.Column("effect_key", sa.Text(), nullable=False),
        sa.Column("at", columns.UtcDateTime(timezone=True), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("process_instance_key", sa.BigInteger(), nullable=False),
        sa.CheckConstraint(
            "kind IN ('invoiced', 'paid', 'advance', 'settled', 'freed', 'written_off', 'credited')",
            name=op.f("ck_receivable_entry_kind"),
        ),
        sa.CheckConstraint(
            "reverses IS NOT NULL OR (kind = 'invoiced' AND amount_cents > 0 AND invoice_no IS NOT NULL) OR (kind IN ('paid', 'written_off', 'credited') AND amount_cents < 0 AND invoice_no IS NOT NULL) OR (kind = 'advance' AND amount_cents < 0 AND invoice_no IS NULL) OR (kind = 'settled' AND amount_cents <> 0 AND (amount_cents > 0) = (invoice_no IS NULL)) OR (kind = 'freed' AND amount_cents <> 0 AND (amount_cents < 0) = (invoice_no IS NULL))",
            name=op.f("ck_receivable_entry_amount"),
        ),
        sa.ForeignKeyConstraint(
            ["customer_key"], ["customer.key"], name=op.f("fk_receivable_entry_customer_key")
        ),
        sa.ForeignKeyConstraint(
            ["invoice_no"], ["invoice.number"], name=op.f("fk_receivable_entry_invoice_no")
        ),
        sa.ForeignKeyConstraint(
            ["process_instance_key"],
            ["process_instance.key"],
            name=op.f("fk_receivable_entry_process_instance_key"),
        ),
        sa.ForeignKeyConstraint(
            ["reverses"], ["receivable_entry.key"], name=op.f("fk_receivable_entry_reverses")
        ),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_receivable_entry")),
        sa.UniqueConstraint("reverses", name=op.f("uq_receivable_entry_reverses")),
    )
    with op.batch_alter_table("receivable_entry", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_receivable_entry_customer_key"), ["customer_key"], unique=False)
        batch_op.create_index(batch_op.f("ix_receivable_entry_invoice_no"), ["invoice_no"], unique=False)
        batch_op.create_index(batch_op.f("ix_receivable_entry_order_no"), ["order_no"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_receivable_entry_process_instance_key"), ["process_instance_key"], unique=False
        )
        batch_op.create_index(
            "uq_receivable_entry_effect",
            ["effect_key", "kind", sa.literal_column("coalesce(invoice_no, '')")],
            unique=True,
            sqlite_where=sa.text("reverses IS NULL"),
            postgresql_where=sa.text("reverses IS NULL"),
        )
        batch_op.create_index(
            "uq_receivable_entry_once",
            ["invoice_no", "kind"],
            unique=True,
            sqlite_where=sa.text("reverses IS NULL AND kind IN ('invoiced', 'credited', 'settled')"),
            postgresql_where=sa.text("reverses IS NULL AND kind IN ('invoiced', 'credited', 'settled')"),
        )

    op.create_table(
        "status_change",
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("previous_number", sa.BigInteger(), nullable=True),
        sa.Column("from_status", sa.Text(), nullable=True),
        sa.Column("to_status", sa.Text(), nullable=False),
        sa.Column("cause_element", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("key", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("order_no", sa.Text(), nullable=False),
        sa.Column("effect_key", sa.Text(), nullable=False),
        sa.Column("at", columns.UtcDateTime(timezone=True), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("process_instance_key", sa.BigInteger(), nullable=False),
        sa.CheckConstraint(
            "(from_status IS NULL AND to_status = 'accepted') OR (from_status IS NOT NULL AND from_status = 'accepted' AND to_status IN ('in_work')) OR (from_status IS NOT NULL AND from_status = 'in_work' AND to_status IN ('ready', 'accepted')) OR (from_status IS NOT NULL AND from_status = 'ready' AND to_status IN ('issued', 'in_work'))",
            name=op.f("ck_status_change_transition"),
        ),
        sa.CheckConstraint(
            "(number = 1 AND previous_number IS NULL AND from_status IS NULL) OR (number > 1 AND previous_number IS NOT NULL AND previous_number = number - 1 AND from_status IS NOT NULL)",
            name=op.f("ck_status_change_chain"),
        ),
        sa.ForeignKeyConstraint(
            ["order_no", "previous_number", "from_status"],
            ["status_change.order_no", "status_change.number", "status_change.to_status"],
            name="fk_status_change_chain",
        ),
        sa.ForeignKeyConstraint(
            ["order_no"], ["repair_order.order_no"], name=op.f("fk_status_change_order_no")
        ),
        sa.ForeignKeyConstraint(
            ["process_instance_key"],
            ["process_instance.key"],
            name=op.f("fk_status_change_process_instance_key"),
        ),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_status_change")),
        sa.UniqueConstraint("effect_key", name=op.f("uq_status_change_effect_key")),
        sa.UniqueConstraint(
            "order_no", "number", "to_status", name=op.f("uq_status_change_order_no_number_to_status")
        ),
        sa.UniqueConstraint("order_no", "number", name=op.f("uq_status_change_order_no_number")),
    )
    with op.batch_alter_table("status_change", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_status_change_order_no"), ["order_no"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_status_change_process_instance_key"), ["process_instance_key"], unique=False
        )

    op.create_table(
        "work_order",
        sa.Column("key", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("order_no", sa.Text(), nullable=False),
        sa.Column("process_instance_key", sa.BigInteger(), nullable=False),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("outcome", sa.Text(), nullable=True),
        sa.Column("opened_at", columns.UtcDateTime(timezone=True), nullable=False),
        sa.Column("opened_by", sa.Text(), nullable=False),
        sa.Column("reported_at", columns.UtcDateTime(timezone=True), nullable=True),
        sa.Column("completed_at", columns.UtcDateTime(timezone=True), nullable=True),
        sa.Column("completed_by", sa.Text(), nullable=True),
        sa.Column("completion_key", sa.Text(), nullable=True),
        sa.CheckConstraint(
            "(state = 'completed') = (completed_at IS NOT NULL AND completion_key IS NOT NULL AND completed_by IS NOT NULL AND outcome IS NOT NULL)",
            name=op.f("ck_work_order_completed"),
        ),
        sa.CheckConstraint("outcome IN ('repaired', 'without_repair')", name=op.f("ck_work_order_outcome")),
        sa.CheckConstraint("state IN ('open', 'completed', 'cancelled')", name=op.f("ck_work_order_state")),
        sa.CheckConstraint("version > 0", name=op.f("ck_work_order_version")),
        sa.ForeignKeyConstraint(["order_no"], ["repair_order.order_no"], name=op.f("fk_work_order_order_no")),
        sa.ForeignKeyConstraint(
            ["process_instance_key"],
            ["process_instance.key"],
            name=op.f("fk_work_order_process_instance_key"),
        ),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_work_order")),
        sa.UniqueConstraint("completion_key", name=op.f("uq_work_order_completion_key")),
        sa.UniqueConstraint("number", name=op.f("uq_work_order_number")),
        sa.UniqueConstraint("order_no", name=op.f("uq_work_order_order_no")),
    )
    with op.batch_alter_table("work_order", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_work_order_process_instance_key"), ["process_instance_key"], unique=False
        )

    op.create_table(
        "cash_move",
        sa.Column("account_id", sa.Text(), nullable=False),
        sa.Column("amount_cents", sa.BigInteger(), nullable=False),
        sa.Column("method", sa.Text(), nullable=False),
        sa.Column("payment_key", sa.BigInteger(), nullable=True),
        sa.Column("reverses", sa.BigInteger(), nullable=True),
        sa.Column("key", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("order_no", sa.Text(), nullable=False),
        sa.Column("effect_key", sa.Text(), nullable=False),
        sa.Column("at", columns.UtcDateTime(timezone=True), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("process_instance_key", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("amount_cents <> 0", name=op.f("ck_cash_move_amount")),
        sa.ForeignKeyConstraint(
            ["account_id"], ["cash_account.account_id"], name=op.f("fk_cash_move_account_id")
        ),
        sa.ForeignKeyConstraint(["payment_key"], ["payment.key"], name=op.f("fk_cash_move_payment_key")),
        sa.ForeignKeyConstraint(
            ["process_instance_key"], ["process_instance.key"], name=op.f("fk_cash_move_process_instance_key")
        ),
        sa.ForeignKeyConstraint(["reverses"], ["cash_move.key"], name=op.f("fk_cash_move_reverses")),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_cash_move")),
        sa.UniqueConstraint("reverses", name=op.f("uq_cash_move_reverses")),
    )
    with op.batch_alter_table("cash_move", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_cash_move_account_id"), ["account_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_cash_move_order_no"), ["order_no"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_cash_move_process_instance_key"), ["process_instance_key"], unique=False
        )
        batch_op.create_index(
            "uq_cash_move_effect",
            ["effect_key"],
            unique=True,
            sqlite_where=sa.text("reverses IS NULL"),
            postgresql_where=sa.text("reverses IS NULL"),
        )

    op.create_table(
        "stock_move",
        sa.Column("order_no", sa.Text(), nullable=True),
        sa.Column("process_instance_key", sa.BigInteger(), nullable=True),
        sa.Column("document_key", sa.BigInteger(), nullable=False),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.Column("sku", sa.Text(), nullable=False),
        sa.Column("lot_key", sa.BigInteger(), nullable=False),
        sa.Column("quantity_milli", sa.BigInteger(), nullable=False),
        sa.Column("from_location_id", sa.Text(), nullable=False),
        sa.Column("to_location_id", sa.Text(), nullable=False),
        sa.Column("cost_cents", sa.BigInteger(), nullable=False),
        sa.Column("line_key", sa.BigInteger(), nullable=True),
        sa.Column("reverses", sa.BigInteger(), nullable=True),
        sa.Column("key", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("effect_key", sa.Text(), nullable=False),
        sa.Column("at", columns.UtcDateTime(timezone=True), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.CheckConstraint("cost_cents >= 0", name=op.f("ck_stock_move_cost")),
        sa.CheckConstraint("from_location_id <> to_location_id", name=op.f("ck_stock_move_places")),
        sa.CheckConstraint("quantity_milli > 0", name=op.f("ck_stock_move_quantity")),
        sa.ForeignKeyConstraint(
            ["document_key"], ["stock_document.key"], name=op.f("fk_stock_move_document_key")
        ),
        sa.ForeignKeyConstraint(
            ["from_location_id"], ["stock_location.location_id"], name=op.f("fk_stock_move_from_location_id")
        ),
        sa.ForeignKeyConstraint(["line_key"], ["order_line.key"], name=op.f("fk_stock_move_line_key")),
        sa.ForeignKeyConstraint(["lot_key"], ["lot.key"], name=op.f("fk_stock_move_lot_key")),
        sa.ForeignKeyConstraint(
            ["process_instance_key"],
            ["process_instance.key"],
            name=op.f("fk_stock_move_process_instance_key"),
        ),
        sa.ForeignKeyConstraint(["reverses"], ["stock_move.key"], name=op.f("fk_stock_move_reverses")),
        sa.ForeignKeyConstraint(["sku"], ["product.sku"], name=op.f("fk_stock_move_sku")),
        sa.ForeignKeyConstraint(
            ["to_location_id"], ["stock_location.location_id"], name=op.f("fk_stock_move_to_location_id")
        ),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_stock_move")),
        sa.UniqueConstraint("document_key", "position", name=op.f("uq_stock_move_document_key_position")),
        sa.UniqueConstraint("reverses", name=op.f("uq_stock_move_reverses")),
    )
    with op.batch_alter_table("stock_move", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_stock_move_lot_key"), ["lot_key"], unique=False)
        batch_op.create_index(batch_op.f("ix_stock_move_order_no"), ["order_no"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_stock_move_process_instance_key"), ["process_instance_key"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_stock_move_sku"), ["sku"], unique=False)

    op.create_table(
        "work_order_employee",
        sa.Column("key", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("work_order_key", sa.BigInteger(), nullable=False),
        sa.Column("login", sa.Text(), nullable=False),
        sa.Column("operation", sa.Text(), nullable=False),
        sa.Column("hours_milli", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("hours_milli >= 0", name=op.f("ck_work_order_employee_hours")),
        sa.ForeignKeyConstraint(["login"], ["person.login"], name=op.f("fk_work_order_employee_login")),
        sa.ForeignKeyConstraint(
            ["work_order_key"], ["work_order.key"], name=op.f("fk_work_order_employee_work_order_key")
        ),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_work_order_employee")),
        sa.UniqueConstraint(
            "work_order_key",
            "login",
            "operation",
            name=op.f("uq_work_order_employee_work_order_key_login_operation"),
        ),
    )
    with op.batch_alter_table("work_order_employee", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_work_order_employee_login"), ["login"], unique=False)

    with op.batch_alter_table("mail", schema=None) as batch_op:
        batch_op.add_column(sa.Column("secrets", columns.PlainJson(), nullable=True))
    for statement in TRIGGERS[op.get_bind().dialect.name]:
        # Colons in the texts are no places for values.
        op.execute(sa.text(statement.replace(":", "\\:")))


def downgrade() -> None:
    with op.batch_alter_table("mail", schema=None) as batch_op:
        batch_op.drop_column("secrets")

    with op.batch_alter_table("work_order_employee", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_work_order_employee_login"))

    op.drop_table("work_order_employee")
    with op.batch_alter_table("stock_move", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_stock_move_sku"))
        batch_op.drop_index(batch_op.f("ix_stock_move_process_instance_key"))
        batch_op.drop_index(batch_op.f("ix_stock_move_order_no"))
        batch_op.drop_index(batch_op.f("ix_stock_move_lot_key"))

    op.drop_table("stock_move")
    with op.batch_alter_table("cash_move", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_cash_move_effect",
            sqlite_where=sa.text("reverses IS NULL"),
            postgresql_where=sa.text("reverses IS NULL"),
        )
        batch_op.drop_index(batch_op.f("ix_cash_move_process_instance_key"))
        batch_op.drop_index(batch_op.f("ix_cash_move_order_no"))
        batch_op.drop_index(batch_op.f("ix_cash_move_account_id"))

    op.drop_table("cash_move")
    with op.batch_alter_table("work_order", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_work_order_process_instance_key"))

    op.drop_table("work_order")
    with op.batch_alter_table("status_change", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_status_change_process_instance_key"))
        batch_op.drop_index(batch_op.f("ix_status_change_order_no"))

    op.drop_table("status_change")
    with op.batch_alter_table("receivable_entry", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_receivable_entry_once",
            sqlite_where=sa.text("reverses IS NULL AND kind IN ('invoiced', 'credited', 'settled')"),
            postgresql_where=sa.text("reverses IS NULL AND kind IN ('invoiced', 'credited', 'settled')"),
        )
        batch_op.drop_index(
            "uq_receivable_entry_effect",
            sqlite_where=sa.text("reverses IS NULL"),
            postgresql_where=sa.text("reverses IS NULL"),
        )
        batch_op.drop_index(batch_op.f("ix_receivable_entry_process_instance_key"))
        batch_op.drop_index(batch_op.f("ix_receivable_entry_order_no"))
        batch_op.drop_index(batch_op.f("ix_receivable_entry_invoice_no"))
        batch_op.drop_index(batch_op.f("ix_receivable_entry_customer_key"))

    op.drop_table("receivable_entry")
    with op.batch_alter_table("quote_version", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_quote_version_sent",
            sqlite_where=sa.text("state = 'sent'"),
            postgresql_where=sa.text("state = 'sent'"),
        )
        batch_op.drop_index(batch_op.f("ix_quote_version_process_instance_key"))

    op.drop_table("quote_version")
    with op.batch_alter_table("payment", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_payment_effect",
            sqlite_where=sa.text("reverses IS NULL"),
            postgresql_where=sa.text("reverses IS NULL"),
        )
        batch_op.drop_index(batch_op.f("ix_payment_process_instance_key"))
        batch_op.drop_index(batch_op.f("ix_payment_order_no"))
        batch_op.drop_index(batch_op.f("ix_payment_invoice_no"))

    op.drop_table("payment")
    with op.batch_alter_table("part_warranty_term", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_part_warranty_term_ends_on"))

    op.drop_table("part_warranty_term")
    with op.batch_alter_table("order_line", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_order_line_surcharge",
            sqlite_where=sa.text("state = 'planned' AND kind = 'surcharge'"),
            postgresql_where=sa.text("state = 'planned' AND kind = 'surcharge'"),
        )
        batch_op.drop_index(
            "uq_order_line_planned",
            sqlite_where=sa.text("state = 'planned'"),
            postgresql_where=sa.text("state = 'planned'"),
        )
        batch_op.drop_index("ix_order_line_order")

    op.drop_table("order_line")
    op.drop_table("intake_document")
    with op.batch_alter_table("wage_accrual", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_wage_accrual_work",
            sqlite_where=sa.text("reverses IS NULL"),
            postgresql_where=sa.text("reverses IS NULL"),
        )
        batch_op.drop_index(batch_op.f("ix_wage_accrual_process_instance_key"))
        batch_op.drop_index(batch_op.f("ix_wage_accrual_period"))
        batch_op.drop_index(batch_op.f("ix_wage_accrual_order_no"))
        batch_op.drop_index(batch_op.f("ix_wage_accrual_login"))

    op.drop_table("wage_accrual")
    with op.batch_alter_table("survey_answer", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_survey_answer_process_instance_key"))

    op.drop_table("survey_answer")
    with op.batch_alter_table("stock_document", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_stock_document_process_instance_key"))
        batch_op.drop_index(batch_op.f("ix_stock_document_order_no"))

    op.drop_table("stock_document")
    with op.batch_alter_table("reservation", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_reservation_sku"))
        batch_op.drop_index(batch_op.f("ix_reservation_process_instance_key"))
        batch_op.drop_index(batch_op.f("ix_reservation_order_no"))
        batch_op.drop_index(batch_op.f("ix_reservation_balance_key"))

    op.drop_table("reservation")
    with op.batch_alter_table("repair_order", schema=None) as batch_op:
        batch_op.drop_index("ix_repair_order_device")
        batch_op.drop_index("ix_repair_order_customer")

    op.drop_table("repair_order")
    with op.batch_alter_table("part_warranty", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_part_warranty_source",
            sqlite_where=sa.text("reverses IS NULL"),
            postgresql_where=sa.text("reverses IS NULL"),
        )
        batch_op.drop_index(batch_op.f("ix_part_warranty_process_instance_key"))
        batch_op.drop_index(batch_op.f("ix_part_warranty_order_no"))
        batch_op.drop_index(batch_op.f("ix_part_warranty_device_key"))

    op.drop_table("part_warranty")
    with op.batch_alter_table("order_cost", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_order_cost_source",
            sqlite_where=sa.text("reverses IS NULL"),
            postgresql_where=sa.text("reverses IS NULL"),
        )
        batch_op.drop_index(batch_op.f("ix_order_cost_process_instance_key"))
        batch_op.drop_index(batch_op.f("ix_order_cost_order_no"))

    op.drop_table("order_cost")
    with op.batch_alter_table("journal_entry", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_journal_entry_effect",
            sqlite_where=sa.text("reverses IS NULL"),
            postgresql_where=sa.text("reverses IS NULL"),
        )
        batch_op.drop_index(batch_op.f("ix_journal_entry_process_instance_key"))
        batch_op.drop_index(batch_op.f("ix_journal_entry_order_no"))
        batch_op.drop_index(batch_op.f("ix_journal_entry_document"))
        batch_op.drop_index(batch_op.f("ix_journal_entry_account_debit"))
        batch_op.drop_index(batch_op.f("ix_journal_entry_account_credit"))

    op.drop_table("journal_entry")
    with op.batch_alter_table("item_movement", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_item_movement_process_instance_key"))
        batch_op.drop_index(batch_op.f("ix_item_movement_order_no"))
        batch_op.drop_index(batch_op.f("ix_item_movement_device_key"))

    op.drop_table("item_movement")
    with op.batch_alter_table("issued_document", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_issued_document_process_instance_key"))
        batch_op.drop_index(batch_op.f("ix_issued_document_order_no"))

    op.drop_table("issued_document")
    with op.batch_alter_table("invoice", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_invoice_process_instance_key"))
        batch_op.drop_index(batch_op.f("ix_invoice_order_no"))
        batch_op.drop_index(batch_op.f("ix_invoice_customer_key"))

    op.drop_table("invoice")
    with op.batch_alter_table("customer_link", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_customer_link_order_no"))
        batch_op.drop_index("ix_customer_link_instance")

    op.drop_table("customer_link")
    with op.batch_alter_table("credit_permission", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_credit_permission_process_instance_key"))
        batch_op.drop_index(batch_op.f("ix_credit_permission_order_no"))

    op.drop_table("credit_permission")
    with op.batch_alter_table("stock_balance", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_stock_balance_sku"))
        batch_op.drop_index(batch_op.f("ix_stock_balance_location_id"))

    op.drop_table("stock_balance")
    with op.batch_alter_table("price_line", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_price_line_sku"))

    op.drop_table("price_line")
    op.drop_table("wage_scheme")
    op.drop_table("price_list_version")
    op.drop_table("lot")
    with op.batch_alter_table("device", schema=None) as batch_op:
        batch_op.drop_index("ix_device_serial")
        batch_op.drop_index(batch_op.f("ix_device_owner_key"))

    op.drop_table("device")
    op.drop_table("wage_period")
    with op.batch_alter_table("stock_location", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_stock_location_kind"))

    op.drop_table("stock_location")
    with op.batch_alter_table("product", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_product_kind"))

    op.drop_table("product")
    op.drop_table("price_list")
    with op.batch_alter_table("customer", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_customer_phone_digits"))

    op.drop_table("customer")
    op.drop_table("cash_account")
    with op.batch_alter_table("audit", schema=None) as batch_op:
        batch_op.drop_index("ix_audit_object")
        batch_op.drop_index(batch_op.f("ix_audit_at"))
        batch_op.drop_index(batch_op.f("ix_audit_actor"))

    op.drop_table("audit")
    if op.get_bind().dialect.name == "postgresql":
        for function in FUNCTIONS:
            op.execute(f"DROP FUNCTION {function}()")
