"""Service: orders of every type, appointments, contracts, production, purchases, complaints, checks, deputies."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from engine import columns

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

#: What changes in tables that were there.
CHANGES_POSTGRESQL = (
    "ALTER TABLE stock_location DROP CONSTRAINT ck_stock_location_kind",
    "ALTER TABLE customer_link DROP CONSTRAINT ck_customer_link_purpose",
    "ALTER TABLE order_cost DROP CONSTRAINT ck_order_cost_payer",
    "ALTER TABLE customer_order DROP CONSTRAINT ck_repair_order_repair_kind",
    "ALTER TABLE stock_document DROP CONSTRAINT ck_stock_document_kind",
    "ALTER TABLE order_line DROP CONSTRAINT ck_order_line_payer",
    "ALTER TABLE customer_order RENAME CONSTRAINT ck_repair_order_place TO ck_customer_order_place",
    "ALTER TABLE customer_order RENAME CONSTRAINT ck_repair_order_cancelled TO ck_customer_order_cancelled",
    "ALTER TABLE customer_order RENAME CONSTRAINT ck_repair_order_complaint TO ck_customer_order_complaint",
    "ALTER TABLE customer_order RENAME CONSTRAINT ck_repair_order_terms TO ck_customer_order_terms",
    "ALTER TABLE customer_order RENAME CONSTRAINT ck_repair_order_mileage TO ck_customer_order_mileage",
    "ALTER TABLE customer_order RENAME CONSTRAINT ck_repair_order_waived TO ck_customer_order_waived",
    "ALTER TABLE customer_order RENAME CONSTRAINT ck_repair_order_urgent TO ck_customer_order_urgent",
    "ALTER TABLE customer_order RENAME CONSTRAINT pk_repair_order TO pk_customer_order",
    "ALTER TABLE customer_order RENAME CONSTRAINT uq_repair_order_process_instance_key TO uq_customer_order_process_instance_key",
    "ALTER TABLE customer_order RENAME CONSTRAINT fk_repair_order_customer_key TO fk_customer_order_customer_key",
    "ALTER TABLE customer_order RENAME CONSTRAINT fk_repair_order_device_key TO fk_customer_order_device_key",
    "ALTER TABLE customer_order RENAME CONSTRAINT fk_repair_order_parent_order_no TO fk_customer_order_parent_order_no",
    "ALTER TABLE customer_order RENAME CONSTRAINT fk_repair_order_process_instance_key TO fk_customer_order_process_instance_key",
    "DROP INDEX ix_repair_order_customer",
    "DROP INDEX ix_repair_order_device",
    "ALTER TABLE process_definition ADD COLUMN effective_from TIMESTAMP WITH TIME ZONE",
    "ALTER TABLE process_definition ADD COLUMN withdrawn_at TIMESTAMP WITH TIME ZONE",
    "ALTER TABLE wage_scheme ADD COLUMN min_years INTEGER",
    "UPDATE wage_scheme SET min_years = 0",
    "ALTER TABLE wage_scheme ALTER COLUMN min_years SET NOT NULL",
    "ALTER TABLE customer_order ALTER COLUMN device_key DROP NOT NULL",
    "ALTER TABLE process_definition ADD COLUMN state TEXT",
    "UPDATE process_definition SET state = 'published'",
    "ALTER TABLE process_definition ALTER COLUMN state SET NOT NULL",
    "ALTER TABLE process_definition ADD COLUMN withdrawn_by TEXT",
    "ALTER TABLE wage_scheme ADD COLUMN position TEXT",
    "ALTER TABLE wage_scheme ADD COLUMN order_type TEXT",
    "ALTER TABLE customer_order ADD COLUMN order_type TEXT",
    "UPDATE customer_order SET order_type = 'repair_intake'",
    "ALTER TABLE customer_order ALTER COLUMN order_type SET NOT NULL",
    "ALTER TABLE customer_order ADD COLUMN contract_no TEXT",
    "ALTER TABLE customer_order ADD COLUMN address TEXT",
)
#: What their new rules and indexes need the new tables for.
THEN_POSTGRESQL = (
    "ALTER TABLE customer_link ADD CONSTRAINT ck_customer_link_purpose CHECK ((purpose = ANY (ARRAY['quote'::text, 'status'::text, 'invoice'::text, 'survey'::text, 'clarify'::text, 'complaint'::text, 'solution'::text, 'booking'::text])))",
    "ALTER TABLE customer_order ADD CONSTRAINT ck_customer_order_address CHECK (((place = 'point'::text) OR (COALESCE(length(address), 0) > 0)))",
    "ALTER TABLE customer_order ADD CONSTRAINT ck_customer_order_contract CHECK (((repair_kind <> 'contract'::text) OR (contract_no IS NOT NULL)))",
    "ALTER TABLE customer_order ADD CONSTRAINT ck_customer_order_repair_kind CHECK ((repair_kind = ANY (ARRAY['paid'::text, 'warranty'::text, 'mixed'::text, 'at_own_cost'::text, 'contract'::text])))",
    "ALTER TABLE order_cost ADD CONSTRAINT ck_order_cost_payer CHECK ((payer = ANY (ARRAY['client'::text, 'warranty'::text, 'company'::text, 'contract'::text])))",
    "ALTER TABLE order_line ADD CONSTRAINT ck_order_line_payer CHECK ((payer = ANY (ARRAY['client'::text, 'warranty'::text, 'company'::text, 'contract'::text])))",
    "ALTER TABLE process_definition ADD CONSTRAINT ck_process_definition_effective_from CHECK (((state <> 'waiting'::text) OR (effective_from IS NOT NULL)))",
    "ALTER TABLE process_definition ADD CONSTRAINT ck_process_definition_state CHECK ((state = ANY (ARRAY['published'::text, 'waiting'::text, 'withdrawn'::text])))",
    "ALTER TABLE process_definition ADD CONSTRAINT ck_process_definition_withdrawn CHECK (((state = 'withdrawn'::text) = (withdrawn_at IS NOT NULL)))",
    "ALTER TABLE stock_document ADD CONSTRAINT ck_stock_document_kind CHECK ((kind = ANY (ARRAY['receipt'::text, 'issue'::text, 'return'::text, 'consumption'::text, 'reversal'::text, 'loss'::text, 'transfer'::text, 'production'::text])))",
    "ALTER TABLE stock_location ADD CONSTRAINT ck_stock_location_kind CHECK ((kind = ANY (ARRAY['stock'::text, 'wip'::text, 'customer'::text, 'quarantine'::text, 'supplier'::text, 'loss'::text, 'van'::text, 'partner'::text, 'transit'::text, 'production'::text])))",
    "ALTER TABLE wage_scheme ADD CONSTRAINT ck_wage_scheme_min_years CHECK ((min_years >= 0))",
    "CREATE INDEX ix_customer_order_contract ON public.customer_order USING btree (contract_no, created_at)",
    "CREATE INDEX ix_customer_order_device ON public.customer_order USING btree (device_key, created_at)",
    "CREATE INDEX ix_customer_order_customer ON public.customer_order USING btree (customer_key, created_at)",
)
#: SQLite changes no table in place: each is written anew, filled from the old one, and takes its name.
CHANGES_SQLITE = (
    "CREATE TABLE new_stock_location (\n    location_id TEXT NOT NULL,\n    kind TEXT NOT NULL,\n    name TEXT NOT NULL,\n    CONSTRAINT pk_stock_location PRIMARY KEY (location_id),\n    CONSTRAINT ck_stock_location_kind CHECK (kind IN ('stock', 'wip', 'customer', 'quarantine', 'supplier', 'loss', 'van', 'partner', 'transit', 'production'))\n)",
    "INSERT INTO new_stock_location (location_id, kind, name) SELECT location_id, kind, name FROM stock_location",
    "DROP TABLE stock_location",
    "ALTER TABLE new_stock_location RENAME TO stock_location",
    "CREATE INDEX ix_stock_location_kind ON stock_location (kind)",
    "CREATE TABLE new_process_definition (\n    \"key\" BIGINT NOT NULL,\n    process_id TEXT NOT NULL,\n    version INTEGER NOT NULL,\n    version_tag TEXT,\n    name TEXT NOT NULL,\n    deployment_key BIGINT NOT NULL,\n    resource_name TEXT NOT NULL,\n    xml BLOB NOT NULL,\n    digest TEXT NOT NULL,\n    state TEXT DEFAULT 'published' NOT NULL,\n    effective_from DATETIME,\n    withdrawn_at DATETIME,\n    withdrawn_by TEXT,\n    CONSTRAINT pk_process_definition PRIMARY KEY (\"key\"),\n    CONSTRAINT uq_process_definition_process_id_version UNIQUE (process_id, version),\n    CONSTRAINT ck_process_definition_state CHECK (state IN ('published', 'waiting', 'withdrawn')),\n    CONSTRAINT ck_process_definition_effective_from CHECK (state <> 'waiting' OR effective_from IS NOT NULL),\n    CONSTRAINT ck_process_definition_withdrawn CHECK ((state = 'withdrawn') = (withdrawn_at IS NOT NULL)),\n    CONSTRAINT fk_process_definition_deployment_key FOREIGN KEY(deployment_key) REFERENCES deployment (\"key\")\n)",
    "INSERT INTO new_process_definition (key, process_id, version, version_tag, name, deployment_key, resource_name, xml, digest, state) SELECT key, process_id, version, version_tag, name, deployment_key, resource_name, xml, digest, 'published' FROM process_definition",
    "DROP TABLE process_definition",
    "ALTER TABLE new_process_definition RENAME TO process_definition",
    "CREATE INDEX ix_process_definition_deployment_key ON process_definition (deployment_key)",
    "CREATE TABLE new_wage_scheme (\n    \"key\" BIGINT NOT NULL,\n    name TEXT NOT NULL,\n    basis TEXT NOT NULL,\n    rate_cents BIGINT NOT NULL,\n    share_milli INTEGER NOT NULL,\n    login TEXT,\n    role_id TEXT,\n    sku TEXT,\n    position TEXT,\n    min_years INTEGER NOT NULL,\n    order_type TEXT,\n    repair_kind TEXT,\n    valid_from DATE NOT NULL,\n    valid_to DATE,\n    CONSTRAINT pk_wage_scheme PRIMARY KEY (\"key\"),\n    CONSTRAINT ck_wage_scheme_basis CHECK (basis IN ('hour', 'norm_hour', 'piece', 'share')),\n    CONSTRAINT ck_wage_scheme_rate CHECK (rate_cents >= 0 AND share_milli BETWEEN 0 AND 1000),\n    CONSTRAINT ck_wage_scheme_valid CHECK (valid_to IS NULL OR valid_to >= valid_from),\n    CONSTRAINT ck_wage_scheme_min_years CHECK (min_years >= 0),\n    CONSTRAINT fk_wage_scheme_login FOREIGN KEY(login) REFERENCES person (login),\n    CONSTRAINT fk_wage_scheme_role_id FOREIGN KEY(role_id) REFERENCES role (role_id)\n)",
    "INSERT INTO new_wage_scheme (key, name, basis, rate_cents, share_milli, login, role_id, sku, repair_kind, valid_from, valid_to, min_years) SELECT key, name, basis, rate_cents, share_milli, login, role_id, sku, repair_kind, valid_from, valid_to, 0 FROM wage_scheme",
    "DROP TABLE wage_scheme",
    "ALTER TABLE new_wage_scheme RENAME TO wage_scheme",
    "CREATE TABLE new_customer_link (\n    \"key\" BIGINT NOT NULL,\n    token_hash TEXT NOT NULL,\n    purpose TEXT NOT NULL,\n    order_no TEXT NOT NULL,\n    process_instance_key BIGINT NOT NULL,\n    record_key TEXT,\n    made_at DATETIME NOT NULL,\n    expires_at DATETIME NOT NULL,\n    revoked_at DATETIME,\n    superseded_at DATETIME,\n    used_at DATETIME,\n    answer TEXT,\n    CONSTRAINT pk_customer_link PRIMARY KEY (\"key\"),\n    CONSTRAINT ck_customer_link_token_hash CHECK (length(token_hash) = 64),\n    CONSTRAINT ck_customer_link_purpose CHECK (purpose IN ('quote', 'status', 'invoice', 'survey', 'clarify', 'complaint', 'solution', 'booking')),\n    CONSTRAINT ck_customer_link_term CHECK (expires_at > made_at),\n    CONSTRAINT uq_customer_link_token_hash UNIQUE (token_hash),\n    CONSTRAINT fk_customer_link_process_instance_key FOREIGN KEY(process_instance_key) REFERENCES process_instance (\"key\")\n)",
    "INSERT INTO new_customer_link (key, token_hash, purpose, order_no, process_instance_key, record_key, made_at, expires_at, revoked_at, superseded_at, used_at, answer) SELECT key, token_hash, purpose, order_no, process_instance_key, record_key, made_at, expires_at, revoked_at, superseded_at, used_at, answer FROM customer_link",
    "DROP TABLE customer_link",
    "ALTER TABLE new_customer_link RENAME TO customer_link",
    "CREATE INDEX ix_customer_link_instance ON customer_link (process_instance_key, purpose)",
    "CREATE INDEX ix_customer_link_order_no ON customer_link (order_no)",
    "CREATE TABLE new_customer_order (\n    order_no TEXT NOT NULL,\n    process_instance_key BIGINT NOT NULL,\n    order_type TEXT NOT NULL,\n    customer_key BIGINT NOT NULL,\n    device_key BIGINT,\n    contract_no TEXT,\n    repair_kind TEXT NOT NULL,\n    place TEXT NOT NULL,\n    address TEXT,\n    urgent BOOLEAN NOT NULL,\n    urgent_since DATETIME,\n    channel TEXT NOT NULL,\n    complaint TEXT NOT NULL,\n    mileage_km BIGINT,\n    fault_code TEXT,\n    cause TEXT,\n    findings TEXT,\n    promised_date DATE NOT NULL,\n    target_at DATETIME NOT NULL,\n    limit_at DATETIME NOT NULL,\n    surcharge_waived_reason TEXT,\n    parent_order_no TEXT,\n    created_at DATETIME NOT NULL,\n    created_by TEXT NOT NULL,\n    cancelled_at DATETIME,\n    cancelled_reason TEXT,\n    CONSTRAINT pk_customer_order PRIMARY KEY (order_no),\n    CONSTRAINT ck_customer_order_repair_kind CHECK (repair_kind IN ('paid', 'warranty', 'mixed', 'at_own_cost', 'contract')),\n    CONSTRAINT ck_customer_order_place CHECK (place IN ('point', 'on_site')),\n    CONSTRAINT ck_customer_order_complaint CHECK (length(complaint) > 0),\n    CONSTRAINT ck_customer_order_terms CHECK (limit_at >= target_at),\n    CONSTRAINT ck_customer_order_mileage CHECK (mileage_km >= 0),\n    CONSTRAINT ck_customer_order_urgent CHECK (urgent = (urgent_since IS NOT NULL)),\n    CONSTRAINT ck_customer_order_waived CHECK (surcharge_waived_reason IS NULL OR urgent),\n    CONSTRAINT ck_customer_order_cancelled CHECK (cancelled_at IS NULL OR cancelled_reason IS NOT NULL),\n    CONSTRAINT ck_customer_order_address CHECK (place = 'point' OR coalesce(length(address), 0) > 0),\n    CONSTRAINT ck_customer_order_contract CHECK (repair_kind <> 'contract' OR contract_no IS NOT NULL),\n    CONSTRAINT uq_customer_order_process_instance_key UNIQUE (process_instance_key),\n    CONSTRAINT fk_customer_order_process_instance_key FOREIGN KEY(process_instance_key) REFERENCES process_instance (\"key\"),\n    CONSTRAINT fk_customer_order_customer_key FOREIGN KEY(customer_key) REFERENCES customer (\"key\"),\n    CONSTRAINT fk_customer_order_device_key FOREIGN KEY(device_key) REFERENCES device (\"key\"),\n    CONSTRAINT fk_customer_order_parent_order_no FOREIGN KEY(parent_order_no) REFERENCES customer_order (order_no)\n)",
    "INSERT INTO new_customer_order (order_no, process_instance_key, customer_key, device_key, repair_kind, place, urgent, urgent_since, channel, complaint, mileage_km, fault_code, cause, findings, promised_date, target_at, limit_at, surcharge_waived_reason, parent_order_no, created_at, created_by, cancelled_at, cancelled_reason, order_type) SELECT order_no, process_instance_key, customer_key, device_key, repair_kind, place, urgent, urgent_since, channel, complaint, mileage_km, fault_code, cause, findings, promised_date, target_at, limit_at, surcharge_waived_reason, parent_order_no, created_at, created_by, cancelled_at, cancelled_reason, 'repair_intake' FROM customer_order",
    "DROP TABLE customer_order",
    "ALTER TABLE new_customer_order RENAME TO customer_order",
    "CREATE INDEX ix_customer_order_contract ON customer_order (contract_no, created_at)",
    "CREATE INDEX ix_customer_order_customer ON customer_order (customer_key, created_at)",
    "CREATE INDEX ix_customer_order_device ON customer_order (device_key, created_at)",
    "CREATE TABLE new_order_cost (\n    kind TEXT NOT NULL,\n    payer TEXT NOT NULL,\n    source TEXT NOT NULL,\n    amount_cents BIGINT NOT NULL,\n    reverses BIGINT,\n    \"key\" BIGINT NOT NULL,\n    order_no TEXT NOT NULL,\n    effect_key TEXT NOT NULL,\n    at DATETIME NOT NULL,\n    \"by\" TEXT NOT NULL,\n    process_instance_key BIGINT NOT NULL,\n    CONSTRAINT pk_order_cost PRIMARY KEY (\"key\"),\n    CONSTRAINT uq_order_cost_reverses UNIQUE (reverses),\n    CONSTRAINT ck_order_cost_kind CHECK (kind IN ('parts', 'labour', 'third_party', 'overhead')),\n    CONSTRAINT ck_order_cost_payer CHECK (payer IN ('client', 'warranty', 'company', 'contract')),\n    CONSTRAINT ck_order_cost_amount CHECK ((reverses IS NULL AND amount_cents > 0) OR (reverses IS NOT NULL AND amount_cents < 0)),\n    CONSTRAINT fk_order_cost_reverses FOREIGN KEY(reverses) REFERENCES order_cost (\"key\"),\n    CONSTRAINT fk_order_cost_process_instance_key FOREIGN KEY(process_instance_key) REFERENCES process_instance (\"key\")\n)",
    "INSERT INTO new_order_cost (kind, payer, source, amount_cents, reverses, key, order_no, effect_key, at, by, process_instance_key) SELECT kind, payer, source, amount_cents, reverses, key, order_no, effect_key, at, by, process_instance_key FROM order_cost",
    "DROP TABLE order_cost",
    "ALTER TABLE new_order_cost RENAME TO order_cost",
    "CREATE INDEX ix_order_cost_order_no ON order_cost (order_no)",
    "CREATE INDEX ix_order_cost_process_instance_key ON order_cost (process_instance_key)",
    "CREATE UNIQUE INDEX uq_order_cost_source ON order_cost (source, payer) WHERE reverses IS NULL",
    "CREATE TRIGGER order_cost_no_update BEFORE UPDATE ON order_cost BEGIN SELECT RAISE(ABORT, 'order_cost only grows: add a reversing row instead'); END",
    "CREATE TRIGGER order_cost_no_delete BEFORE DELETE ON order_cost BEGIN SELECT RAISE(ABORT, 'order_cost only grows: add a reversing row instead'); END",
    "CREATE TABLE new_stock_document (\n    order_no TEXT,\n    process_instance_key BIGINT,\n    kind TEXT NOT NULL,\n    number TEXT NOT NULL,\n    receiver TEXT,\n    supplier TEXT,\n    reason TEXT,\n    \"key\" BIGINT NOT NULL,\n    effect_key TEXT NOT NULL,\n    at DATETIME NOT NULL,\n    \"by\" TEXT NOT NULL,\n    CONSTRAINT pk_stock_document PRIMARY KEY (\"key\"),\n    CONSTRAINT uq_stock_document_number UNIQUE (number),\n    CONSTRAINT uq_stock_document_effect_key_kind UNIQUE (effect_key, kind),\n    CONSTRAINT ck_stock_document_kind CHECK (kind IN ('receipt', 'issue', 'return', 'consumption', 'reversal', 'loss', 'transfer', 'production')),\n    CONSTRAINT ck_stock_document_receiver CHECK (kind <> 'issue' OR receiver IS NOT NULL),\n    CONSTRAINT ck_stock_document_reason CHECK (kind <> 'loss' OR reason IS NOT NULL),\n    CONSTRAINT fk_stock_document_process_instance_key FOREIGN KEY(process_instance_key) REFERENCES process_instance (\"key\")\n)",
    "INSERT INTO new_stock_document (order_no, process_instance_key, kind, number, receiver, supplier, reason, key, effect_key, at, by) SELECT order_no, process_instance_key, kind, number, receiver, supplier, reason, key, effect_key, at, by FROM stock_document",
    "DROP TABLE stock_document",
    "ALTER TABLE new_stock_document RENAME TO stock_document",
    "CREATE INDEX ix_stock_document_order_no ON stock_document (order_no)",
    "CREATE INDEX ix_stock_document_process_instance_key ON stock_document (process_instance_key)",
    "CREATE TRIGGER stock_document_no_update BEFORE UPDATE ON stock_document BEGIN SELECT RAISE(ABORT, 'stock_document only grows: add a reversing row instead'); END",
    "CREATE TRIGGER stock_document_no_delete BEFORE DELETE ON stock_document BEGIN SELECT RAISE(ABORT, 'stock_document only grows: add a reversing row instead'); END",
    "CREATE TABLE new_order_line (\n    \"key\" BIGINT NOT NULL,\n    order_no TEXT NOT NULL,\n    kind TEXT NOT NULL,\n    sku TEXT NOT NULL,\n    description TEXT NOT NULL,\n    quantity_milli BIGINT NOT NULL,\n    unit TEXT NOT NULL,\n    price_cents BIGINT NOT NULL,\n    list_price_cents BIGINT NOT NULL,\n    norm_milli BIGINT NOT NULL,\n    payer TEXT NOT NULL,\n    used_milli BIGINT NOT NULL,\n    state TEXT NOT NULL,\n    CONSTRAINT pk_order_line PRIMARY KEY (\"key\"),\n    CONSTRAINT ck_order_line_kind CHECK (kind IN ('work', 'part', 'surcharge', 'fee', 'third_party')),\n    CONSTRAINT ck_order_line_payer CHECK (payer IN ('client', 'warranty', 'company', 'contract')),\n    CONSTRAINT ck_order_line_state CHECK (state IN ('planned', 'dropped')),\n    CONSTRAINT ck_order_line_quantity CHECK (quantity_milli > 0),\n    CONSTRAINT ck_order_line_used CHECK (used_milli >= 0),\n    CONSTRAINT ck_order_line_norm CHECK (norm_milli >= 0),\n    CONSTRAINT ck_order_line_price CHECK (price_cents >= 0 AND list_price_cents >= 0),\n    CONSTRAINT ck_order_line_only_the_client_is_charged CHECK (payer = 'client' OR price_cents = 0),\n    CONSTRAINT fk_order_line_order_no FOREIGN KEY(order_no) REFERENCES customer_order (order_no)\n)",
    "INSERT INTO new_order_line (key, order_no, kind, sku, description, quantity_milli, unit, price_cents, list_price_cents, norm_milli, payer, used_milli, state) SELECT key, order_no, kind, sku, description, quantity_milli, unit, price_cents, list_price_cents, norm_milli, payer, used_milli, state FROM order_line",
    "DROP TABLE order_line",
    "ALTER TABLE new_order_line RENAME TO order_line",
    "CREATE INDEX ix_order_line_order ON order_line (order_no, state)",
    "CREATE UNIQUE INDEX uq_order_line_planned ON order_line (order_no, kind, sku, payer) WHERE state = 'planned'",
    "CREATE UNIQUE INDEX uq_order_line_surcharge ON order_line (order_no) WHERE state = 'planned' AND kind = 'surcharge'",
    'CREATE TRIGGER order_line_frozen BEFORE UPDATE OF "order_no", "kind", "sku", "description", "unit", "price_cents", "list_price_cents", "payer" ON order_line BEGIN SELECT RAISE(ABORT, \'order_line keeps order_no, kind, sku, description, unit, price_cents, list_price_cents, payer as they were: write a new row instead\'); END',
    "CREATE TRIGGER order_line_kept BEFORE DELETE ON order_line BEGIN SELECT RAISE(ABORT, 'order_line keeps order_no, kind, sku, description, unit, price_cents, list_price_cents, payer as they were: write a new row instead'); END",
)
#: What only grows, or stays as it was frozen, is kept so by the database itself.
TRIGGERS = {
    "sqlite": (
        "CREATE TRIGGER checklist_version_no_update BEFORE UPDATE ON checklist_version BEGIN SELECT RAISE(ABORT, 'checklist_version only grows: add a reversing row instead'); END",
        "CREATE TRIGGER checklist_version_no_delete BEFORE DELETE ON checklist_version BEGIN SELECT RAISE(ABORT, 'checklist_version only grows: add a reversing row instead'); END",
        "CREATE TRIGGER checklist_point_no_update BEFORE UPDATE ON checklist_point BEGIN SELECT RAISE(ABORT, 'checklist_point only grows: add a reversing row instead'); END",
        "CREATE TRIGGER checklist_point_no_delete BEFORE DELETE ON checklist_point BEGIN SELECT RAISE(ABORT, 'checklist_point only grows: add a reversing row instead'); END",
        "CREATE TRIGGER tariff_version_no_update BEFORE UPDATE ON tariff_version BEGIN SELECT RAISE(ABORT, 'tariff_version only grows: add a reversing row instead'); END",
        "CREATE TRIGGER tariff_version_no_delete BEFORE DELETE ON tariff_version BEGIN SELECT RAISE(ABORT, 'tariff_version only grows: add a reversing row instead'); END",
        "CREATE TRIGGER tariff_line_no_update BEFORE UPDATE ON tariff_line BEGIN SELECT RAISE(ABORT, 'tariff_line only grows: add a reversing row instead'); END",
        "CREATE TRIGGER tariff_line_no_delete BEFORE DELETE ON tariff_line BEGIN SELECT RAISE(ABORT, 'tariff_line only grows: add a reversing row instead'); END",
        "CREATE TRIGGER checklist_result_no_update BEFORE UPDATE ON checklist_result BEGIN SELECT RAISE(ABORT, 'checklist_result only grows: add a reversing row instead'); END",
        "CREATE TRIGGER checklist_result_no_delete BEFORE DELETE ON checklist_result BEGIN SELECT RAISE(ABORT, 'checklist_result only grows: add a reversing row instead'); END",
        "CREATE TRIGGER delay_decision_no_update BEFORE UPDATE ON delay_decision BEGIN SELECT RAISE(ABORT, 'delay_decision only grows: add a reversing row instead'); END",
        "CREATE TRIGGER delay_decision_no_delete BEFORE DELETE ON delay_decision BEGIN SELECT RAISE(ABORT, 'delay_decision only grows: add a reversing row instead'); END",
        "CREATE TRIGGER meter_reading_no_update BEFORE UPDATE ON meter_reading BEGIN SELECT RAISE(ABORT, 'meter_reading only grows: add a reversing row instead'); END",
        "CREATE TRIGGER meter_reading_no_delete BEFORE DELETE ON meter_reading BEGIN SELECT RAISE(ABORT, 'meter_reading only grows: add a reversing row instead'); END",
        "CREATE TRIGGER operation_log_no_update BEFORE UPDATE ON operation_log BEGIN SELECT RAISE(ABORT, 'operation_log only grows: add a reversing row instead'); END",
        "CREATE TRIGGER operation_log_no_delete BEFORE DELETE ON operation_log BEGIN SELECT RAISE(ABORT, 'operation_log only grows: add a reversing row instead'); END",
        "CREATE TRIGGER order_profit_no_update BEFORE UPDATE ON order_profit BEGIN SELECT RAISE(ABORT, 'order_profit only grows: add a reversing row instead'); END",
        "CREATE TRIGGER order_profit_no_delete BEFORE DELETE ON order_profit BEGIN SELECT RAISE(ABORT, 'order_profit only grows: add a reversing row instead'); END",
        "CREATE TRIGGER payment_request_no_update BEFORE UPDATE ON payment_request BEGIN SELECT RAISE(ABORT, 'payment_request only grows: add a reversing row instead'); END",
        "CREATE TRIGGER payment_request_no_delete BEFORE DELETE ON payment_request BEGIN SELECT RAISE(ABORT, 'payment_request only grows: add a reversing row instead'); END",
        "CREATE TRIGGER planned_operation_no_update BEFORE UPDATE ON planned_operation BEGIN SELECT RAISE(ABORT, 'planned_operation only grows: add a reversing row instead'); END",
        "CREATE TRIGGER planned_operation_no_delete BEFORE DELETE ON planned_operation BEGIN SELECT RAISE(ABORT, 'planned_operation only grows: add a reversing row instead'); END",
        "CREATE TRIGGER settlement_no_update BEFORE UPDATE ON settlement BEGIN SELECT RAISE(ABORT, 'settlement only grows: add a reversing row instead'); END",
        "CREATE TRIGGER settlement_no_delete BEFORE DELETE ON settlement BEGIN SELECT RAISE(ABORT, 'settlement only grows: add a reversing row instead'); END",
        "CREATE TRIGGER violation_no_update BEFORE UPDATE ON violation BEGIN SELECT RAISE(ABORT, 'violation only grows: add a reversing row instead'); END",
        "CREATE TRIGGER violation_no_delete BEFORE DELETE ON violation BEGIN SELECT RAISE(ABORT, 'violation only grows: add a reversing row instead'); END",
        "CREATE TRIGGER appointment_change_no_update BEFORE UPDATE ON appointment_change BEGIN SELECT RAISE(ABORT, 'appointment_change only grows: add a reversing row instead'); END",
        "CREATE TRIGGER appointment_change_no_delete BEFORE DELETE ON appointment_change BEGIN SELECT RAISE(ABORT, 'appointment_change only grows: add a reversing row instead'); END",
        'CREATE TRIGGER complaint_frozen BEFORE UPDATE OF "complaint_no", "about_order_no", "kind", "text", "registered_at" ON complaint BEGIN SELECT RAISE(ABORT, \'complaint keeps complaint_no, about_order_no, kind, text, registered_at as they were: write a new row instead\'); END',
        "CREATE TRIGGER complaint_kept BEFORE DELETE ON complaint BEGIN SELECT RAISE(ABORT, 'complaint keeps complaint_no, about_order_no, kind, text, registered_at as they were: write a new row instead'); END",
        'CREATE TRIGGER delivery_frozen BEFORE UPDATE OF "order_no", "policy_told_at", "policy_told_by" ON delivery BEGIN SELECT RAISE(ABORT, \'delivery keeps order_no, policy_told_at, policy_told_by as they were: write a new row instead\'); END',
        "CREATE TRIGGER delivery_kept BEFORE DELETE ON delivery BEGIN SELECT RAISE(ABORT, 'delivery keeps order_no, policy_told_at, policy_told_by as they were: write a new row instead'); END",
        "CREATE TRIGGER goods_receipt_no_update BEFORE UPDATE ON goods_receipt BEGIN SELECT RAISE(ABORT, 'goods_receipt only grows: add a reversing row instead'); END",
        "CREATE TRIGGER goods_receipt_no_delete BEFORE DELETE ON goods_receipt BEGIN SELECT RAISE(ABORT, 'goods_receipt only grows: add a reversing row instead'); END",
        "CREATE TRIGGER operation_hours_no_update BEFORE UPDATE ON operation_hours BEGIN SELECT RAISE(ABORT, 'operation_hours only grows: add a reversing row instead'); END",
        "CREATE TRIGGER operation_hours_no_delete BEFORE DELETE ON operation_hours BEGIN SELECT RAISE(ABORT, 'operation_hours only grows: add a reversing row instead'); END",
        "CREATE TRIGGER acceptance_no_update BEFORE UPDATE ON acceptance BEGIN SELECT RAISE(ABORT, 'acceptance only grows: add a reversing row instead'); END",
        "CREATE TRIGGER acceptance_no_delete BEFORE DELETE ON acceptance BEGIN SELECT RAISE(ABORT, 'acceptance only grows: add a reversing row instead'); END",
        "CREATE TRIGGER contract_quota_use_no_update BEFORE UPDATE ON contract_quota_use BEGIN SELECT RAISE(ABORT, 'contract_quota_use only grows: add a reversing row instead'); END",
        "CREATE TRIGGER contract_quota_use_no_delete BEFORE DELETE ON contract_quota_use BEGIN SELECT RAISE(ABORT, 'contract_quota_use only grows: add a reversing row instead'); END",
        "CREATE TRIGGER credit_note_no_update BEFORE UPDATE ON credit_note BEGIN SELECT RAISE(ABORT, 'credit_note only grows: add a reversing row instead'); END",
        "CREATE TRIGGER credit_note_no_delete BEFORE DELETE ON credit_note BEGIN SELECT RAISE(ABORT, 'credit_note only grows: add a reversing row instead'); END",
        "CREATE TRIGGER delivery_attempt_no_update BEFORE UPDATE ON delivery_attempt BEGIN SELECT RAISE(ABORT, 'delivery_attempt only grows: add a reversing row instead'); END",
        "CREATE TRIGGER delivery_attempt_no_delete BEFORE DELETE ON delivery_attempt BEGIN SELECT RAISE(ABORT, 'delivery_attempt only grows: add a reversing row instead'); END",
        "CREATE TRIGGER goods_receipt_line_no_update BEFORE UPDATE ON goods_receipt_line BEGIN SELECT RAISE(ABORT, 'goods_receipt_line only grows: add a reversing row instead'); END",
        "CREATE TRIGGER goods_receipt_line_no_delete BEFORE DELETE ON goods_receipt_line BEGIN SELECT RAISE(ABORT, 'goods_receipt_line only grows: add a reversing row instead'); END",
        "CREATE TRIGGER installation_visit_no_update BEFORE UPDATE ON installation_visit BEGIN SELECT RAISE(ABORT, 'installation_visit only grows: add a reversing row instead'); END",
        "CREATE TRIGGER installation_visit_no_delete BEFORE DELETE ON installation_visit BEGIN SELECT RAISE(ABORT, 'installation_visit only grows: add a reversing row instead'); END",
        "CREATE TRIGGER supplier_return_no_update BEFORE UPDATE ON supplier_return BEGIN SELECT RAISE(ABORT, 'supplier_return only grows: add a reversing row instead'); END",
        "CREATE TRIGGER supplier_return_no_delete BEFORE DELETE ON supplier_return BEGIN SELECT RAISE(ABORT, 'supplier_return only grows: add a reversing row instead'); END",
        "CREATE TRIGGER contract_billing_no_update BEFORE UPDATE ON contract_billing BEGIN SELECT RAISE(ABORT, 'contract_billing only grows: add a reversing row instead'); END",
        "CREATE TRIGGER contract_billing_no_delete BEFORE DELETE ON contract_billing BEGIN SELECT RAISE(ABORT, 'contract_billing only grows: add a reversing row instead'); END",
        "CREATE TRIGGER damage_remedy_no_update BEFORE UPDATE ON damage_remedy BEGIN SELECT RAISE(ABORT, 'damage_remedy only grows: add a reversing row instead'); END",
        "CREATE TRIGGER damage_remedy_no_delete BEFORE DELETE ON damage_remedy BEGIN SELECT RAISE(ABORT, 'damage_remedy only grows: add a reversing row instead'); END",
        'CREATE TRIGGER maintenance_due_frozen BEFORE UPDATE OF "plan_key", "device_key", "due_on", "order_no", "checklist_version" ON maintenance_due BEGIN SELECT RAISE(ABORT, \'maintenance_due keeps plan_key, device_key, due_on, order_no, checklist_version as they were: write a new row instead\'); END',
        "CREATE TRIGGER maintenance_due_kept BEFORE DELETE ON maintenance_due BEGIN SELECT RAISE(ABORT, 'maintenance_due keeps plan_key, device_key, due_on, order_no, checklist_version as they were: write a new row instead'); END",
    ),
    "postgresql": (
        "CREATE OR REPLACE FUNCTION checklist_version_only_grows() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'checklist_version only grows: add a reversing row instead'; END $$",
        "CREATE TRIGGER checklist_version_only_grows BEFORE UPDATE OR DELETE ON checklist_version FOR EACH ROW EXECUTE FUNCTION checklist_version_only_grows()",
        "CREATE OR REPLACE FUNCTION checklist_point_only_grows() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'checklist_point only grows: add a reversing row instead'; END $$",
        "CREATE TRIGGER checklist_point_only_grows BEFORE UPDATE OR DELETE ON checklist_point FOR EACH ROW EXECUTE FUNCTION checklist_point_only_grows()",
        "CREATE OR REPLACE FUNCTION tariff_version_only_grows() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'tariff_version only grows: add a reversing row instead'; END $$",
        "CREATE TRIGGER tariff_version_only_grows BEFORE UPDATE OR DELETE ON tariff_version FOR EACH ROW EXECUTE FUNCTION tariff_version_only_grows()",
        "CREATE OR REPLACE FUNCTION tariff_line_only_grows() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'tariff_line only grows: add a reversing row instead'; END $$",
        "CREATE TRIGGER tariff_line_only_grows BEFORE UPDATE OR DELETE ON tariff_line FOR EACH ROW EXECUTE FUNCTION tariff_line_only_grows()",
        "CREATE OR REPLACE FUNCTION checklist_result_only_grows() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'checklist_result only grows: add a reversing row instead'; END $$",
        "CREATE TRIGGER checklist_result_only_grows BEFORE UPDATE OR DELETE ON checklist_result FOR EACH ROW EXECUTE FUNCTION checklist_result_only_grows()",
        "CREATE OR REPLACE FUNCTION delay_decision_only_grows() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'delay_decision only grows: add a reversing row instead'; END $$",
        "CREATE TRIGGER delay_decision_only_grows BEFORE UPDATE OR DELETE ON delay_decision FOR EACH ROW EXECUTE FUNCTION delay_decision_only_grows()",
        "CREATE OR REPLACE FUNCTION meter_reading_only_grows() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'meter_reading only grows: add a reversing row instead'; END $$",
        "CREATE TRIGGER meter_reading_only_grows BEFORE UPDATE OR DELETE ON meter_reading FOR EACH ROW EXECUTE FUNCTION meter_reading_only_grows()",
        "CREATE OR REPLACE FUNCTION operation_log_only_grows() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'operation_log only grows: add a reversing row instead'; END $$",
        "CREATE TRIGGER operation_log_only_grows BEFORE UPDATE OR DELETE ON operation_log FOR EACH ROW EXECUTE FUNCTION operation_log_only_grows()",
        "CREATE OR REPLACE FUNCTION order_profit_only_grows() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'order_profit only grows: add a reversing row instead'; END $$",
        "CREATE TRIGGER order_profit_only_grows BEFORE UPDATE OR DELETE ON order_profit FOR EACH ROW EXECUTE FUNCTION order_profit_only_grows()",
        "CREATE OR REPLACE FUNCTION payment_request_only_grows() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'payment_request only grows: add a reversing row instead'; END $$",
        "CREATE TRIGGER payment_request_only_grows BEFORE UPDATE OR DELETE ON payment_request FOR EACH ROW EXECUTE FUNCTION payment_request_only_grows()",
        "CREATE OR REPLACE FUNCTION planned_operation_only_grows() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'planned_operation only grows: add a reversing row instead'; END $$",
        "CREATE TRIGGER planned_operation_only_grows BEFORE UPDATE OR DELETE ON planned_operation FOR EACH ROW EXECUTE FUNCTION planned_operation_only_grows()",
        "CREATE OR REPLACE FUNCTION settlement_only_grows() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'settlement only grows: add a reversing row instead'; END $$",
        "CREATE TRIGGER settlement_only_grows BEFORE UPDATE OR DELETE ON settlement FOR EACH ROW EXECUTE FUNCTION settlement_only_grows()",
        "CREATE OR REPLACE FUNCTION violation_only_grows() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'violation only grows: add a reversing row instead'; END $$",
        "CREATE TRIGGER violation_only_grows BEFORE UPDATE OR DELETE ON violation FOR EACH ROW EXECUTE FUNCTION violation_only_grows()",
        "CREATE OR REPLACE FUNCTION appointment_change_only_grows() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'appointment_change only grows: add a reversing row instead'; END $$",
        "CREATE TRIGGER appointment_change_only_grows BEFORE UPDATE OR DELETE ON appointment_change FOR EACH ROW EXECUTE FUNCTION appointment_change_only_grows()",
        "CREATE OR REPLACE FUNCTION complaint_frozen() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'complaint keeps complaint_no, about_order_no, kind, text, registered_at as they were: write a new row instead'; END $$",
        'CREATE TRIGGER complaint_frozen BEFORE UPDATE OF "complaint_no", "about_order_no", "kind", "text", "registered_at" OR DELETE ON complaint FOR EACH ROW EXECUTE FUNCTION complaint_frozen()',
        "CREATE OR REPLACE FUNCTION delivery_frozen() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'delivery keeps order_no, policy_told_at, policy_told_by as they were: write a new row instead'; END $$",
        'CREATE TRIGGER delivery_frozen BEFORE UPDATE OF "order_no", "policy_told_at", "policy_told_by" OR DELETE ON delivery FOR EACH ROW EXECUTE FUNCTION delivery_frozen()',
        "CREATE OR REPLACE FUNCTION goods_receipt_only_grows() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'goods_receipt only grows: add a reversing row instead'; END $$",
        "CREATE TRIGGER goods_receipt_only_grows BEFORE UPDATE OR DELETE ON goods_receipt FOR EACH ROW EXECUTE FUNCTION goods_receipt_only_grows()",
        "CREATE OR REPLACE FUNCTION operation_hours_only_grows() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'operation_hours only grows: add a reversing row instead'; END $$",
        "CREATE TRIGGER operation_hours_only_grows BEFORE UPDATE OR DELETE ON operation_hours FOR EACH ROW EXECUTE FUNCTION operation_hours_only_grows()",
        "CREATE OR REPLACE FUNCTION acceptance_only_grows() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'acceptance only grows: add a reversing row instead'; END $$",
        "CREATE TRIGGER acceptance_only_grows BEFORE UPDATE OR DELETE ON acceptance FOR EACH ROW EXECUTE FUNCTION acceptance_only_grows()",
        "CREATE OR REPLACE FUNCTION contract_quota_use_only_grows() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'contract_quota_use only grows: add a reversing row instead'; END $$",
        "CREATE TRIGGER contract_quota_use_only_grows BEFORE UPDATE OR DELETE ON contract_quota_use FOR EACH ROW EXECUTE FUNCTION contract_quota_use_only_grows()",
        "CREATE OR REPLACE FUNCTION credit_note_only_grows() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'credit_note only grows: add a reversing row instead'; END $$",
        "CREATE TRIGGER credit_note_only_grows BEFORE UPDATE OR DELETE ON credit_note FOR EACH ROW EXECUTE FUNCTION credit_note_only_grows()",
        "CREATE OR REPLACE FUNCTION delivery_attempt_only_grows() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'delivery_attempt only grows: add a reversing row instead'; END $$",
        "CREATE TRIGGER delivery_attempt_only_grows BEFORE UPDATE OR DELETE ON delivery_attempt FOR EACH ROW EXECUTE FUNCTION delivery_attempt_only_grows()",
        "CREATE OR REPLACE FUNCTION goods_receipt_line_only_grows() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'goods_receipt_line only grows: add a reversing row instead'; END $$",
        "CREATE TRIGGER goods_receipt_line_only_grows BEFORE UPDATE OR DELETE ON goods_receipt_line FOR EACH ROW EXECUTE FUNCTION goods_receipt_line_only_grows()",
        "CREATE OR REPLACE FUNCTION installation_visit_only_grows() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'installation_visit only grows: add a reversing row instead'; END $$",
        "CREATE TRIGGER installation_visit_only_grows BEFORE UPDATE OR DELETE ON installation_visit FOR EACH ROW EXECUTE FUNCTION installation_visit_only_grows()",
        "CREATE OR REPLACE FUNCTION supplier_return_only_grows() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'supplier_return only grows: add a reversing row instead'; END $$",
        "CREATE TRIGGER supplier_return_only_grows BEFORE UPDATE OR DELETE ON supplier_return FOR EACH ROW EXECUTE FUNCTION supplier_return_only_grows()",
        "CREATE OR REPLACE FUNCTION contract_billing_only_grows() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'contract_billing only grows: add a reversing row instead'; END $$",
        "CREATE TRIGGER contract_billing_only_grows BEFORE UPDATE OR DELETE ON contract_billing FOR EACH ROW EXECUTE FUNCTION contract_billing_only_grows()",
        "CREATE OR REPLACE FUNCTION damage_remedy_only_grows() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'damage_remedy only grows: add a reversing row instead'; END $$",
        "CREATE TRIGGER damage_remedy_only_grows BEFORE UPDATE OR DELETE ON damage_remedy FOR EACH ROW EXECUTE FUNCTION damage_remedy_only_grows()",
        "CREATE OR REPLACE FUNCTION maintenance_due_frozen() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'maintenance_due keeps plan_key, device_key, due_on, order_no, checklist_version as they were: write a new row instead'; END $$",
        'CREATE TRIGGER maintenance_due_frozen BEFORE UPDATE OF "plan_key", "device_key", "due_on", "order_no", "checklist_version" OR DELETE ON maintenance_due FOR EACH ROW EXECUTE FUNCTION maintenance_due_frozen()',
    ),
}


def upgrade() -> None:
    is_sqlite = op.get_bind().dialect.name == "sqlite"
    op.rename_table("repair_order", "customer_order")
    _run(() if is_sqlite else CHANGES_POSTGRESQL)
    op.create_table(
        "checklist_version",
        sa.Column("checklist_id", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("item_type", sa.Text(), nullable=False),
        sa.CheckConstraint("version > 0 AND length(name) > 0", name=op.f("ck_checklist_version_named")),
        sa.PrimaryKeyConstraint("checklist_id", "version", name=op.f("pk_checklist_version")),
    )
    op.create_table(
        "location",
        sa.Column("location_id", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("address", sa.Text(), nullable=True),
        sa.Column("country", sa.Text(), nullable=True),
        sa.Column("subdivision", sa.Text(), nullable=True),
        sa.Column("time_zone", sa.Text(), nullable=False),
        sa.Column("week", columns.PlainJson(), nullable=False),
        sa.Column("free_days", columns.PlainJson(), nullable=False),
        sa.CheckConstraint("length(name) > 0", name=op.f("ck_location_name")),
        sa.CheckConstraint(
            "subdivision IS NULL OR country IS NOT NULL", name=op.f("ck_location_subdivision")
        ),
        sa.PrimaryKeyConstraint("location_id", name=op.f("pk_location")),
    )
    op.create_table(
        "production_department",
        sa.Column("department_id", sa.Text(), nullable=False),
        sa.Column("names", columns.PlainJson(), nullable=False),
        sa.Column("hours_a_week_milli", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("hours_a_week_milli > 0", name=op.f("ck_production_department_capacity")),
        sa.PrimaryKeyConstraint("department_id", name=op.f("pk_production_department")),
    )
    op.create_table(
        "saved_report",
        sa.Column("key", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("report_id", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("parameters", columns.PlainJson(), nullable=False),
        sa.Column("sheets", columns.PlainJson(), nullable=False),
        sa.Column("saved_at", columns.UtcDateTime(timezone=True), nullable=False),
        sa.Column("saved_by", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_saved_report")),
    )
    with op.batch_alter_table("saved_report", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_saved_report_report_id"), ["report_id"], unique=False)
    op.create_table(
        "skill",
        sa.Column("skill_id", sa.Text(), nullable=False),
        sa.Column("names", columns.PlainJson(), nullable=False),
        sa.CheckConstraint("length(skill_id) > 0", name=op.f("ck_skill_skill_id")),
        sa.PrimaryKeyConstraint("skill_id", name=op.f("pk_skill")),
    )
    op.create_table(
        "supplier",
        sa.Column("supplier_id", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("email", sa.Text(), nullable=True),
        sa.Column("phone", sa.Text(), nullable=True),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("tax_id", sa.Text(), nullable=True),
        sa.Column("lead_days", sa.BigInteger(), nullable=False),
        sa.Column("device_types", sa.Text(), nullable=True),
        sa.Column("contract_no", sa.Text(), nullable=True),
        sa.Column("margin_percent", sa.BigInteger(), nullable=True),
        sa.Column("is_active", sa.Boolean(), nullable=False),
        sa.CheckConstraint(
            "kind IN ('supplier', 'service_centre', 'carrier')", name=op.f("ck_supplier_kind")
        ),
        sa.CheckConstraint("lead_days >= 0", name=op.f("ck_supplier_lead")),
        sa.CheckConstraint("length(name) > 0", name=op.f("ck_supplier_name")),
        sa.CheckConstraint("margin_percent BETWEEN 0 AND 1000", name=op.f("ck_supplier_margin")),
        sa.PrimaryKeyConstraint("supplier_id", name=op.f("pk_supplier")),
    )
    with op.batch_alter_table("supplier", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_supplier_kind"), ["kind"], unique=False)
    op.create_table(
        "tariff_plan",
        sa.Column("plan_id", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("months", sa.Integer(), nullable=False),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.CheckConstraint("length(plan_id) > 0 AND length(name) > 0", name=op.f("ck_tariff_plan_named")),
        sa.CheckConstraint("months IN (1, 3, 6, 12)", name=op.f("ck_tariff_plan_months")),
        sa.PrimaryKeyConstraint("plan_id", name=op.f("pk_tariff_plan")),
    )
    op.create_table(
        "zone",
        sa.Column("zone_id", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("words", columns.PlainJson(), nullable=False),
        sa.CheckConstraint("length(name) > 0", name=op.f("ck_zone_name")),
        sa.PrimaryKeyConstraint("zone_id", name=op.f("pk_zone")),
    )
    op.create_table(
        "bookable_service",
        sa.Column("service_id", sa.Text(), nullable=False),
        sa.Column("names", columns.PlainJson(), nullable=False),
        sa.Column("hints", columns.PlainJson(), nullable=False),
        sa.Column("message", sa.Text(), nullable=False),
        sa.Column("visit_kind", sa.Text(), nullable=False),
        sa.Column("skill_id", sa.Text(), nullable=True),
        sa.Column("minutes", sa.BigInteger(), nullable=False),
        sa.Column("people", sa.BigInteger(), nullable=False),
        sa.Column("ahead_hours", sa.BigInteger(), nullable=False),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.CheckConstraint(
            "visit_kind IN ('estimate', 'repair', 'delivery', 'installation', 'maintenance')",
            name=op.f("ck_bookable_service_visit_kind"),
        ),
        sa.CheckConstraint("ahead_hours >= 0", name=op.f("ck_bookable_service_ahead_hours")),
        sa.CheckConstraint("length(message) > 0", name=op.f("ck_bookable_service_message")),
        sa.CheckConstraint("minutes BETWEEN 1 AND 720", name=op.f("ck_bookable_service_minutes")),
        sa.CheckConstraint("people BETWEEN 1 AND 20", name=op.f("ck_bookable_service_people")),
        sa.ForeignKeyConstraint(["skill_id"], ["skill.skill_id"], name=op.f("fk_bookable_service_skill_id")),
        sa.PrimaryKeyConstraint("service_id", name=op.f("pk_bookable_service")),
    )
    op.create_table(
        "calendar_feed",
        sa.Column("key", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("login", sa.Text(), nullable=False),
        sa.Column("token_hash", sa.Text(), nullable=False),
        sa.Column("made_at", columns.UtcDateTime(timezone=True), nullable=False),
        sa.Column("revoked_at", columns.UtcDateTime(timezone=True), nullable=True),
        sa.CheckConstraint("length(token_hash) = 64", name=op.f("ck_calendar_feed_token_hash")),
        sa.ForeignKeyConstraint(["login"], ["person.login"], name=op.f("fk_calendar_feed_login")),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_calendar_feed")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_calendar_feed_token_hash")),
    )
    with op.batch_alter_table("calendar_feed", schema=None) as batch_op:
        batch_op.create_index(
            "uq_calendar_feed_login",
            ["login"],
            unique=True,
            sqlite_where=sa.text("revoked_at IS NULL"),
            postgresql_where=sa.text("revoked_at IS NULL"),
        )
    op.create_table(
        "chat_thread",
        sa.Column("key", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("customer_key", sa.BigInteger(), nullable=True),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("asking", columns.PlainJson(), nullable=False),
        sa.Column("opened_at", columns.UtcDateTime(timezone=True), nullable=False),
        sa.Column("consent_at", columns.UtcDateTime(timezone=True), nullable=True),
        sa.Column("stopped_at", columns.UtcDateTime(timezone=True), nullable=True),
        sa.CheckConstraint("channel IN ('telegram', 'web')", name=op.f("ck_chat_thread_channel")),
        sa.CheckConstraint("length(address) > 0", name=op.f("ck_chat_thread_address")),
        sa.ForeignKeyConstraint(["customer_key"], ["customer.key"], name=op.f("fk_chat_thread_customer_key")),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_chat_thread")),
        sa.UniqueConstraint("channel", "address", name=op.f("uq_chat_thread_channel_address")),
    )
    with op.batch_alter_table("chat_thread", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_chat_thread_customer_key"), ["customer_key"], unique=False)
    op.create_table(
        "check_plan",
        sa.Column("period", sa.Text(), nullable=False),
        sa.Column("checker", sa.Text(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=True),
        sa.CheckConstraint(
            "period IN ('daily', 'weekly', 'monthly', 'quarterly')", name=op.f("ck_check_plan_period")
        ),
        sa.ForeignKeyConstraint(["checker"], ["person.login"], name=op.f("fk_check_plan_checker")),
        sa.PrimaryKeyConstraint("period", name=op.f("pk_check_plan")),
    )
    op.create_table(
        "checklist_point",
        sa.Column("checklist_id", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("unit", sa.Text(), nullable=True),
        sa.Column("least_milli", sa.BigInteger(), nullable=True),
        sa.Column("most_milli", sa.BigInteger(), nullable=True),
        sa.CheckConstraint("most_milli >= least_milli", name=op.f("ck_checklist_point_range")),
        sa.CheckConstraint("position > 0 AND length(text) > 0", name=op.f("ck_checklist_point_said")),
        sa.CheckConstraint(
            "unit IS NOT NULL OR (least_milli IS NULL AND most_milli IS NULL)",
            name=op.f("ck_checklist_point_measure"),
        ),
        sa.ForeignKeyConstraint(
            ["checklist_id", "version"],
            ["checklist_version.checklist_id", "checklist_version.version"],
            name=op.f("fk_checklist_point_checklist_id_version"),
        ),
        sa.PrimaryKeyConstraint("checklist_id", "version", "position", name=op.f("pk_checklist_point")),
    )
    op.create_table(
        "department_operation",
        sa.Column("department_id", sa.Text(), nullable=False),
        sa.Column("work_sku", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["department_id"],
            ["production_department.department_id"],
            name=op.f("fk_department_operation_department_id"),
        ),
        sa.ForeignKeyConstraint(["work_sku"], ["product.sku"], name=op.f("fk_department_operation_work_sku")),
        sa.PrimaryKeyConstraint("department_id", "work_sku", name=op.f("pk_department_operation")),
    )
    op.create_table(
        "deputy",
        sa.Column("key", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("absent_login", sa.Text(), nullable=False),
        sa.Column("login", sa.Text(), nullable=False),
        sa.Column("process_id", sa.Text(), nullable=True),
        sa.Column("starts_at", columns.UtcDateTime(timezone=True), nullable=False),
        sa.Column("ends_at", columns.UtcDateTime(timezone=True), nullable=False),
        sa.Column("made_at", columns.UtcDateTime(timezone=True), nullable=False),
        sa.Column("made_by", sa.Text(), nullable=False),
        sa.Column("ended_at", columns.UtcDateTime(timezone=True), nullable=True),
        sa.CheckConstraint("absent_login <> login", name=op.f("ck_deputy_another_person")),
        sa.CheckConstraint("ends_at > starts_at", name=op.f("ck_deputy_term")),
        sa.ForeignKeyConstraint(["absent_login"], ["person.login"], name=op.f("fk_deputy_absent_login")),
        sa.ForeignKeyConstraint(["login"], ["person.login"], name=op.f("fk_deputy_login")),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_deputy")),
    )
    with op.batch_alter_table("deputy", schema=None) as batch_op:
        batch_op.create_index("ix_deputy_absent", ["absent_login", "ends_at"], unique=False)
        batch_op.create_index("ix_deputy_login", ["login", "ends_at"], unique=False)
    op.create_table(
        "employee",
        sa.Column("login", sa.Text(), nullable=False),
        sa.Column("position", sa.Text(), nullable=True),
        sa.Column("employed_on", sa.Date(), nullable=True),
        sa.CheckConstraint("position IS NULL OR length(position) > 0", name=op.f("ck_employee_position")),
        sa.ForeignKeyConstraint(["login"], ["person.login"], name=op.f("fk_employee_login")),
        sa.PrimaryKeyConstraint("login", name=op.f("pk_employee")),
    )
    op.create_table(
        "product_group",
        sa.Column("group_id", sa.Text(), nullable=False),
        sa.Column("names", columns.PlainJson(), nullable=False),
        sa.Column("needs_installation", sa.Boolean(), nullable=False),
        sa.Column("skill_id", sa.Text(), nullable=True),
        sa.Column("install_minutes", sa.BigInteger(), nullable=False),
        sa.Column("install_sku", sa.Text(), nullable=True),
        sa.CheckConstraint(
            "NOT needs_installation OR install_minutes > 0", name=op.f("ck_product_group_installation")
        ),
        sa.CheckConstraint("install_minutes >= 0", name=op.f("ck_product_group_minutes")),
        sa.CheckConstraint("needs_installation OR skill_id IS NULL", name=op.f("ck_product_group_skill")),
        sa.ForeignKeyConstraint(["install_sku"], ["product.sku"], name=op.f("fk_product_group_install_sku")),
        sa.ForeignKeyConstraint(["skill_id"], ["skill.skill_id"], name=op.f("fk_product_group_skill_id")),
        sa.PrimaryKeyConstraint("group_id", name=op.f("pk_product_group")),
    )
    op.create_table(
        "qualification",
        sa.Column("key", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("login", sa.Text(), nullable=False),
        sa.Column("skill_id", sa.Text(), nullable=False),
        sa.Column("level", sa.BigInteger(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.Column("certificate", sa.Text(), nullable=True),
        sa.CheckConstraint("level BETWEEN 1 AND 5", name=op.f("ck_qualification_level")),
        sa.CheckConstraint("valid_to IS NULL OR valid_to >= valid_from", name=op.f("ck_qualification_term")),
        sa.ForeignKeyConstraint(["login"], ["person.login"], name=op.f("fk_qualification_login")),
        sa.ForeignKeyConstraint(["skill_id"], ["skill.skill_id"], name=op.f("fk_qualification_skill_id")),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_qualification")),
        sa.UniqueConstraint(
            "login", "skill_id", "valid_from", name=op.f("uq_qualification_login_skill_id_valid_from")
        ),
    )
    with op.batch_alter_table("qualification", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_qualification_login"), ["login"], unique=False)
        batch_op.create_index(batch_op.f("ix_qualification_skill_id"), ["skill_id"], unique=False)
    op.create_table(
        "recipe_line",
        sa.Column("key", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("sku", sa.Text(), nullable=False),
        sa.Column("part_sku", sa.Text(), nullable=False),
        sa.Column("quantity_milli", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("quantity_milli > 0", name=op.f("ck_recipe_line_quantity")),
        sa.CheckConstraint("sku <> part_sku", name=op.f("ck_recipe_line_not_itself")),
        sa.ForeignKeyConstraint(["part_sku"], ["product.sku"], name=op.f("fk_recipe_line_part_sku")),
        sa.ForeignKeyConstraint(["sku"], ["product.sku"], name=op.f("fk_recipe_line_sku")),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_recipe_line")),
        sa.UniqueConstraint("sku", "part_sku", name=op.f("uq_recipe_line_sku_part_sku")),
    )
    op.create_table(
        "resource",
        sa.Column("resource_id", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("login", sa.Text(), nullable=True),
        sa.Column("location_id", sa.Text(), nullable=False),
        sa.Column("capacity", sa.BigInteger(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.CheckConstraint("(kind = 'person') = (login IS NOT NULL)", name=op.f("ck_resource_login")),
        sa.CheckConstraint("kind IN ('person', 'vehicle', 'crew')", name=op.f("ck_resource_kind")),
        sa.CheckConstraint("capacity BETWEEN 1 AND 1000", name=op.f("ck_resource_capacity")),
        sa.CheckConstraint("login IS NULL OR login = resource_id", name=op.f("ck_resource_login_is_id")),
        sa.ForeignKeyConstraint(
            ["location_id"], ["location.location_id"], name=op.f("fk_resource_location_id")
        ),
        sa.ForeignKeyConstraint(["login"], ["person.login"], name=op.f("fk_resource_login")),
        sa.PrimaryKeyConstraint("resource_id", name=op.f("pk_resource")),
        sa.UniqueConstraint("login", name=op.f("uq_resource_login")),
        sa.UniqueConstraint("resource_id", "capacity", name=op.f("uq_resource_resource_id_capacity")),
    )
    op.create_table(
        "route_step",
        sa.Column("key", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("sku", sa.Text(), nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("work_sku", sa.Text(), nullable=False),
        sa.Column("operation_group", sa.Text(), nullable=False),
        sa.Column("norm_milli", sa.BigInteger(), nullable=False),
        sa.Column("is_inspected", sa.Boolean(), nullable=False),
        sa.CheckConstraint(
            "operation_group IN ('processing', 'assembly', 'inspection')",
            name=op.f("ck_route_step_operation_group"),
        ),
        sa.CheckConstraint("norm_milli >= 0", name=op.f("ck_route_step_norm")),
        sa.CheckConstraint("number > 0", name=op.f("ck_route_step_number")),
        sa.ForeignKeyConstraint(["sku"], ["product.sku"], name=op.f("fk_route_step_sku")),
        sa.ForeignKeyConstraint(["work_sku"], ["product.sku"], name=op.f("fk_route_step_work_sku")),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_route_step")),
        sa.UniqueConstraint("sku", "number", name=op.f("uq_route_step_sku_number")),
    )
    op.create_table(
        "tariff_version",
        sa.Column("plan_id", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("created_at", columns.UtcDateTime(timezone=True), nullable=False),
        sa.Column("created_by", sa.Text(), nullable=False),
        sa.CheckConstraint("version > 0", name=op.f("ck_tariff_version_version")),
        sa.ForeignKeyConstraint(["plan_id"], ["tariff_plan.plan_id"], name=op.f("fk_tariff_version_plan_id")),
        sa.PrimaryKeyConstraint("plan_id", "version", name=op.f("pk_tariff_version")),
        sa.UniqueConstraint("plan_id", "valid_from", name=op.f("uq_tariff_version_plan_id_valid_from")),
    )
    op.create_table(
        "zone_person",
        sa.Column("zone_id", sa.Text(), nullable=False),
        sa.Column("login", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["login"], ["person.login"], name=op.f("fk_zone_person_login")),
        sa.ForeignKeyConstraint(["zone_id"], ["zone.zone_id"], name=op.f("fk_zone_person_zone_id")),
        sa.PrimaryKeyConstraint("zone_id", "login", name=op.f("pk_zone_person")),
    )
    with op.batch_alter_table("zone_person", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_zone_person_login"), ["login"], unique=False)
    op.create_table(
        "absence",
        sa.Column("key", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("resource_id", sa.Text(), nullable=False),
        sa.Column("starts_at", columns.UtcDateTime(timezone=True), nullable=False),
        sa.Column("ends_at", columns.UtcDateTime(timezone=True), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), nullable=True),
        sa.CheckConstraint(
            "kind IN ('vacation', 'sick', 'training', 'other', 'out_of_use')", name=op.f("ck_absence_kind")
        ),
        sa.CheckConstraint("ends_at > starts_at", name=op.f("ck_absence_term")),
        sa.ForeignKeyConstraint(
            ["resource_id"], ["resource.resource_id"], name=op.f("fk_absence_resource_id")
        ),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_absence")),
    )
    with op.batch_alter_table("absence", schema=None) as batch_op:
        batch_op.create_index("ix_absence_resource", ["resource_id", "ends_at"], unique=False)
    op.create_table(
        "crew_member",
        sa.Column("crew_id", sa.Text(), nullable=False),
        sa.Column("login", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["crew_id"], ["resource.resource_id"], name=op.f("fk_crew_member_crew_id")),
        sa.ForeignKeyConstraint(["login"], ["person.login"], name=op.f("fk_crew_member_login")),
        sa.PrimaryKeyConstraint("crew_id", "login", name=op.f("pk_crew_member")),
    )
    with op.batch_alter_table("crew_member", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_crew_member_login"), ["login"], unique=False)
    op.create_table(
        "grouped_product",
        sa.Column("sku", sa.Text(), nullable=False),
        sa.Column("group_id", sa.Text(), nullable=False),
        sa.Column("brand", sa.Text(), nullable=False),
        sa.Column("model", sa.Text(), nullable=False),
        sa.Column("warranty_months", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["group_id"], ["product_group.group_id"], name=op.f("fk_grouped_product_group_id")
        ),
        sa.ForeignKeyConstraint(["sku"], ["product.sku"], name=op.f("fk_grouped_product_sku")),
        sa.PrimaryKeyConstraint("sku", name=op.f("pk_grouped_product")),
    )
    with op.batch_alter_table("grouped_product", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_grouped_product_group_id"), ["group_id"], unique=False)
    op.create_table(
        "shift",
        sa.Column("key", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("resource_id", sa.Text(), nullable=False),
        sa.Column("weekday", sa.BigInteger(), nullable=True),
        sa.Column("day", sa.Date(), nullable=True),
        sa.Column("start_minute", sa.BigInteger(), nullable=False),
        sa.Column("end_minute", sa.BigInteger(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=True),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.CheckConstraint(
            "(start_minute >= 0 AND start_minute < end_minute AND end_minute <= 1440) OR (day IS NOT NULL AND start_minute = 0 AND end_minute = 0)",
            name=op.f("ck_shift_minutes"),
        ),
        sa.CheckConstraint("(weekday IS NULL) <> (day IS NULL)", name=op.f("ck_shift_weekday_or_day")),
        sa.CheckConstraint(
            "valid_to IS NULL OR valid_from IS NULL OR valid_to >= valid_from", name=op.f("ck_shift_term")
        ),
        sa.CheckConstraint("weekday BETWEEN 0 AND 6", name=op.f("ck_shift_weekday")),
        sa.ForeignKeyConstraint(["resource_id"], ["resource.resource_id"], name=op.f("fk_shift_resource_id")),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_shift")),
    )
    with op.batch_alter_table("shift", schema=None) as batch_op:
        batch_op.create_index("ix_shift_resource", ["resource_id", "day"], unique=False)
    op.create_table(
        "tariff_line",
        sa.Column("key", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("plan_id", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("sku", sa.Text(), nullable=False),
        sa.Column("description", sa.Text(), nullable=True),
        sa.Column("quantity_milli", sa.BigInteger(), nullable=False),
        sa.Column("unit", sa.Text(), nullable=False),
        sa.Column("price_cents", sa.BigInteger(), nullable=False),
        sa.Column("included_milli", sa.BigInteger(), nullable=False),
        sa.CheckConstraint(
            "included_milli >= 0 AND (included_milli = 0 OR kind = 'work')",
            name=op.f("ck_tariff_line_included"),
        ),
        sa.CheckConstraint("kind IN ('goods', 'service', 'work')", name=op.f("ck_tariff_line_kind")),
        sa.CheckConstraint("price_cents >= 0", name=op.f("ck_tariff_line_price")),
        sa.CheckConstraint("quantity_milli > 0", name=op.f("ck_tariff_line_quantity")),
        sa.ForeignKeyConstraint(
            ["plan_id", "version"],
            ["tariff_version.plan_id", "tariff_version.version"],
            name=op.f("fk_tariff_line_plan_id_version"),
        ),
        sa.ForeignKeyConstraint(["sku"], ["product.sku"], name=op.f("fk_tariff_line_sku")),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_tariff_line")),
        sa.UniqueConstraint(
            "plan_id", "version", "position", name=op.f("uq_tariff_line_plan_id_version_position")
        ),
        sa.UniqueConstraint("plan_id", "version", "sku", name=op.f("uq_tariff_line_plan_id_version_sku")),
    )
    op.create_table(
        "appointment",
        sa.Column("key", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("order_no", sa.Text(), nullable=True),
        sa.Column("process_instance_key", sa.BigInteger(), nullable=True),
        sa.Column("visit_kind", sa.Text(), nullable=False),
        sa.Column("skill_id", sa.Text(), nullable=True),
        sa.Column("address", sa.Text(), nullable=True),
        sa.Column("starts_at", columns.UtcDateTime(timezone=True), nullable=False),
        sa.Column("ends_at", columns.UtcDateTime(timezone=True), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("assigned_for", columns.PlainJson(), nullable=False),
        sa.Column("replaces", sa.BigInteger(), nullable=True),
        sa.Column("reminded_at", columns.UtcDateTime(timezone=True), nullable=True),
        sa.Column("arrived_at", columns.UtcDateTime(timezone=True), nullable=True),
        sa.Column("made_at", columns.UtcDateTime(timezone=True), nullable=False),
        sa.Column("made_by", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "(arrived_at IS NULL) OR status IN ('arrived', 'done', 'no_show', 'cancelled')",
            name=op.f("ck_appointment_arrived"),
        ),
        sa.CheckConstraint(
            "status IN ('tentative', 'confirmed', 'en_route', 'arrived', 'done', 'no_show', 'cancelled', 'rescheduled')",
            name=op.f("ck_appointment_status"),
        ),
        sa.CheckConstraint(
            "visit_kind IN ('estimate', 'repair', 'delivery', 'installation', 'maintenance')",
            name=op.f("ck_appointment_visit_kind"),
        ),
        sa.CheckConstraint(
            "(order_no IS NULL) = (process_instance_key IS NULL)", name=op.f("ck_appointment_order")
        ),
        sa.CheckConstraint("ends_at > starts_at", name=op.f("ck_appointment_term")),
        sa.ForeignKeyConstraint(
            ["process_instance_key"],
            ["process_instance.key"],
            name=op.f("fk_appointment_process_instance_key"),
        ),
        sa.ForeignKeyConstraint(["replaces"], ["appointment.key"], name=op.f("fk_appointment_replaces")),
        sa.ForeignKeyConstraint(["skill_id"], ["skill.skill_id"], name=op.f("fk_appointment_skill_id")),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_appointment")),
        sa.UniqueConstraint("replaces", name=op.f("uq_appointment_replaces")),
    )
    with op.batch_alter_table("appointment", schema=None) as batch_op:
        batch_op.create_index("ix_appointment_order", ["order_no", "key"], unique=False)
        batch_op.create_index("ix_appointment_time", ["starts_at", "status"], unique=False)
    op.create_table(
        "checklist_result",
        sa.Column("checklist_id", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("result", sa.Text(), nullable=False),
        sa.Column("measured_milli", sa.BigInteger(), nullable=True),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("key", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("order_no", sa.Text(), nullable=False),
        sa.Column("effect_key", sa.Text(), nullable=False),
        sa.Column("at", columns.UtcDateTime(timezone=True), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("process_instance_key", sa.BigInteger(), nullable=False),
        sa.CheckConstraint(
            "result IN ('ok', 'failed', 'not_applicable')", name=op.f("ck_checklist_result_result")
        ),
        sa.ForeignKeyConstraint(
            ["checklist_id", "version", "position"],
            ["checklist_point.checklist_id", "checklist_point.version", "checklist_point.position"],
            name=op.f("fk_checklist_result_checklist_id_version_position"),
        ),
        sa.ForeignKeyConstraint(
            ["process_instance_key"],
            ["process_instance.key"],
            name=op.f("fk_checklist_result_process_instance_key"),
        ),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_checklist_result")),
        sa.UniqueConstraint("effect_key", "position", name=op.f("uq_checklist_result_effect_key_position")),
    )
    with op.batch_alter_table("checklist_result", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_checklist_result_order_no"), ["order_no"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_checklist_result_process_instance_key"), ["process_instance_key"], unique=False
        )
    op.create_table(
        "delay_decision",
        sa.Column("predicted_finish", sa.Date(), nullable=False),
        sa.Column("delivery_date", sa.Date(), nullable=False),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("new_date", sa.Date(), nullable=True),
        sa.Column("first_milli", sa.BigInteger(), nullable=True),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("key", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("order_no", sa.Text(), nullable=False),
        sa.Column("effect_key", sa.Text(), nullable=False),
        sa.Column("at", columns.UtcDateTime(timezone=True), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("process_instance_key", sa.BigInteger(), nullable=False),
        sa.CheckConstraint(
            "answer <> 'new_date' OR new_date IS NOT NULL", name=op.f("ck_delay_decision_new_date")
        ),
        sa.CheckConstraint(
            "answer <> 'split' OR (new_date IS NOT NULL AND first_milli > 0)",
            name=op.f("ck_delay_decision_split"),
        ),
        sa.CheckConstraint(
            "answer IN ('new_date', 'expedite', 'split')", name=op.f("ck_delay_decision_answer")
        ),
        sa.ForeignKeyConstraint(
            ["process_instance_key"],
            ["process_instance.key"],
            name=op.f("fk_delay_decision_process_instance_key"),
        ),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_delay_decision")),
        sa.UniqueConstraint("effect_key", name=op.f("uq_delay_decision_effect_key")),
        sa.UniqueConstraint(
            "order_no",
            "predicted_finish",
            "delivery_date",
            name=op.f("uq_delay_decision_order_no_predicted_finish_delivery_date"),
        ),
    )
    with op.batch_alter_table("delay_decision", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_delay_decision_order_no"), ["order_no"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_delay_decision_process_instance_key"), ["process_instance_key"], unique=False
        )
    op.create_table(
        "meter_reading",
        sa.Column("device_key", sa.BigInteger(), nullable=False),
        sa.Column("value_milli", sa.BigInteger(), nullable=False),
        sa.Column("unit", sa.Text(), nullable=False),
        sa.Column("is_new_meter", sa.Boolean(), nullable=False),
        sa.Column("key", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("order_no", sa.Text(), nullable=False),
        sa.Column("effect_key", sa.Text(), nullable=False),
        sa.Column("at", columns.UtcDateTime(timezone=True), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("process_instance_key", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("value_milli >= 0", name=op.f("ck_meter_reading_value")),
        sa.ForeignKeyConstraint(["device_key"], ["device.key"], name=op.f("fk_meter_reading_device_key")),
        sa.ForeignKeyConstraint(
            ["process_instance_key"],
            ["process_instance.key"],
            name=op.f("fk_meter_reading_process_instance_key"),
        ),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_meter_reading")),
        sa.UniqueConstraint("effect_key", "device_key", name=op.f("uq_meter_reading_effect_key_device_key")),
    )
    with op.batch_alter_table("meter_reading", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_meter_reading_device_key"), ["device_key"], unique=False)
        batch_op.create_index(batch_op.f("ix_meter_reading_order_no"), ["order_no"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_meter_reading_process_instance_key"), ["process_instance_key"], unique=False
        )
    op.create_table(
        "operation_log",
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("stage", sa.Text(), nullable=False),
        sa.Column("work_sku", sa.Text(), nullable=False),
        sa.Column("input_milli", sa.BigInteger(), nullable=False),
        sa.Column("good_milli", sa.BigInteger(), nullable=False),
        sa.Column("scrap_milli", sa.BigInteger(), nullable=False),
        sa.Column("rest_milli", sa.BigInteger(), nullable=False),
        sa.Column("machine", sa.Text(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("started_at", columns.UtcDateTime(timezone=True), nullable=True),
        sa.Column("finished_at", columns.UtcDateTime(timezone=True), nullable=True),
        sa.Column("reverses", sa.BigInteger(), nullable=True),
        sa.Column("key", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("order_no", sa.Text(), nullable=False),
        sa.Column("effect_key", sa.Text(), nullable=False),
        sa.Column("at", columns.UtcDateTime(timezone=True), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("process_instance_key", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("stage IN ('work', 'inspection')", name=op.f("ck_operation_log_stage")),
        sa.CheckConstraint(
            "(reverses IS NULL AND input_milli > 0 AND good_milli >= 0 AND scrap_milli >= 0 AND rest_milli >= 0) OR (reverses IS NOT NULL AND input_milli < 0 AND good_milli <= 0 AND scrap_milli <= 0 AND rest_milli <= 0)",
            name=op.f("ck_operation_log_sign"),
        ),
        sa.CheckConstraint(
            "finished_at IS NULL OR started_at IS NULL OR finished_at >= started_at",
            name=op.f("ck_operation_log_times"),
        ),
        sa.CheckConstraint(
            "input_milli = good_milli + scrap_milli + rest_milli", name=op.f("ck_operation_log_balance")
        ),
        sa.CheckConstraint(
            "scrap_milli <= 0 OR coalesce(length(reason), 0) > 0",
            name=op.f("ck_operation_log_scrap_has_a_reason"),
        ),
        sa.ForeignKeyConstraint(
            ["process_instance_key"],
            ["process_instance.key"],
            name=op.f("fk_operation_log_process_instance_key"),
        ),
        sa.ForeignKeyConstraint(["reverses"], ["operation_log.key"], name=op.f("fk_operation_log_reverses")),
        sa.ForeignKeyConstraint(["work_sku"], ["product.sku"], name=op.f("fk_operation_log_work_sku")),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_operation_log")),
        sa.UniqueConstraint(
            "effect_key", "number", "stage", name=op.f("uq_operation_log_effect_key_number_stage")
        ),
        sa.UniqueConstraint("reverses", name=op.f("uq_operation_log_reverses")),
    )
    with op.batch_alter_table("operation_log", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_operation_log_order_no"), ["order_no"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_operation_log_process_instance_key"), ["process_instance_key"], unique=False
        )
    op.create_table(
        "order_profit",
        sa.Column("revenue_cents", sa.BigInteger(), nullable=False),
        sa.Column("parts_cents", sa.BigInteger(), nullable=False),
        sa.Column("labour_cents", sa.BigInteger(), nullable=False),
        sa.Column("third_party_cents", sa.BigInteger(), nullable=False),
        sa.Column("overhead_cents", sa.BigInteger(), nullable=False),
        sa.Column("profit_cents", sa.BigInteger(), nullable=False),
        sa.Column("key", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("order_no", sa.Text(), nullable=False),
        sa.Column("effect_key", sa.Text(), nullable=False),
        sa.Column("at", columns.UtcDateTime(timezone=True), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("process_instance_key", sa.BigInteger(), nullable=False),
        sa.CheckConstraint(
            "profit_cents = revenue_cents - parts_cents - labour_cents - third_party_cents - overhead_cents",
            name=op.f("ck_order_profit_profit"),
        ),
        sa.ForeignKeyConstraint(
            ["process_instance_key"],
            ["process_instance.key"],
            name=op.f("fk_order_profit_process_instance_key"),
        ),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_order_profit")),
        sa.UniqueConstraint("effect_key", name=op.f("uq_order_profit_effect_key")),
    )
    with op.batch_alter_table("order_profit", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_order_profit_order_no"), ["order_no"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_order_profit_process_instance_key"), ["process_instance_key"], unique=False
        )
    op.create_table(
        "payment_request",
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("customer_key", sa.BigInteger(), nullable=False),
        sa.Column("amount_cents", sa.BigInteger(), nullable=False),
        sa.Column("due_at", columns.UtcDateTime(timezone=True), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("reverses", sa.BigInteger(), nullable=True),
        sa.Column("key", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("order_no", sa.Text(), nullable=False),
        sa.Column("effect_key", sa.Text(), nullable=False),
        sa.Column("at", columns.UtcDateTime(timezone=True), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("process_instance_key", sa.BigInteger(), nullable=False),
        sa.CheckConstraint(
            "(reverses IS NULL AND amount_cents > 0 AND reason IS NULL) OR (reverses IS NOT NULL AND amount_cents < 0 AND reason IS NOT NULL)",
            name=op.f("ck_payment_request_amount"),
        ),
        sa.ForeignKeyConstraint(
            ["customer_key"], ["customer.key"], name=op.f("fk_payment_request_customer_key")
        ),
        sa.ForeignKeyConstraint(
            ["process_instance_key"],
            ["process_instance.key"],
            name=op.f("fk_payment_request_process_instance_key"),
        ),
        sa.ForeignKeyConstraint(
            ["reverses"], ["payment_request.key"], name=op.f("fk_payment_request_reverses")
        ),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_payment_request")),
        sa.UniqueConstraint("effect_key", "number", name=op.f("uq_payment_request_effect_key_number")),
        sa.UniqueConstraint("reverses", name=op.f("uq_payment_request_reverses")),
    )
    with op.batch_alter_table("payment_request", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_payment_request_customer_key"), ["customer_key"], unique=False)
        batch_op.create_index(batch_op.f("ix_payment_request_order_no"), ["order_no"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_payment_request_process_instance_key"), ["process_instance_key"], unique=False
        )
        batch_op.create_index(
            "uq_payment_request_number",
            ["number"],
            unique=True,
            sqlite_where=sa.text("reverses IS NULL"),
            postgresql_where=sa.text("reverses IS NULL"),
        )
    op.create_table(
        "planned_operation",
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("work_sku", sa.Text(), nullable=False),
        sa.Column("operation_group", sa.Text(), nullable=False),
        sa.Column("machine", sa.Text(), nullable=True),
        sa.Column("people", columns.PlainJson(), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.Column("quantity_milli", sa.BigInteger(), nullable=False),
        sa.Column("norm_milli", sa.BigInteger(), nullable=False),
        sa.Column("is_inspected", sa.Boolean(), nullable=False),
        sa.Column("key", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("order_no", sa.Text(), nullable=False),
        sa.Column("effect_key", sa.Text(), nullable=False),
        sa.Column("at", columns.UtcDateTime(timezone=True), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("process_instance_key", sa.BigInteger(), nullable=False),
        sa.CheckConstraint(
            "operation_group IN ('processing', 'assembly', 'inspection')",
            name=op.f("ck_planned_operation_operation_group"),
        ),
        sa.CheckConstraint("ends_on >= starts_on", name=op.f("ck_planned_operation_days")),
        sa.CheckConstraint("number > 0 AND version > 0", name=op.f("ck_planned_operation_number")),
        sa.CheckConstraint("quantity_milli > 0", name=op.f("ck_planned_operation_quantity")),
        sa.ForeignKeyConstraint(
            ["process_instance_key"],
            ["process_instance.key"],
            name=op.f("fk_planned_operation_process_instance_key"),
        ),
        sa.ForeignKeyConstraint(["work_sku"], ["product.sku"], name=op.f("fk_planned_operation_work_sku")),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_planned_operation")),
        sa.UniqueConstraint(
            "order_no", "version", "number", name=op.f("uq_planned_operation_order_no_version_number")
        ),
    )
    with op.batch_alter_table("planned_operation", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_planned_operation_order_no"), ["order_no"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_planned_operation_process_instance_key"), ["process_instance_key"], unique=False
        )
    op.create_table(
        "process_change",
        sa.Column("key", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("order_no", sa.Text(), nullable=False),
        sa.Column("process_instance_key", sa.BigInteger(), nullable=False),
        sa.Column("process_id", sa.Text(), nullable=False),
        sa.Column("base_version", sa.BigInteger(), nullable=False),
        sa.Column("bottleneck", sa.Text(), nullable=False),
        sa.Column("proposal", sa.Text(), nullable=False),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("expected_gain", sa.Text(), nullable=True),
        sa.Column("proposed_by", sa.Text(), nullable=False),
        sa.Column("proposed_at", columns.UtcDateTime(timezone=True), nullable=False),
        sa.Column("metrics_before", columns.PlainJson(), nullable=False),
        sa.Column("decision", sa.Text(), nullable=True),
        sa.Column("decision_reason", sa.Text(), nullable=True),
        sa.Column("decided_by", sa.Text(), nullable=True),
        sa.Column("decided_at", columns.UtcDateTime(timezone=True), nullable=True),
        sa.Column("draft", sa.LargeBinary(), nullable=True),
        sa.Column("drafted_by", sa.Text(), nullable=True),
        sa.Column("drafted_at", columns.UtcDateTime(timezone=True), nullable=True),
        sa.Column("test_passed", sa.Boolean(), nullable=True),
        sa.Column("test_notes", sa.Text(), nullable=True),
        sa.Column("tested_by", sa.Text(), nullable=True),
        sa.Column("effective_from", columns.UtcDateTime(timezone=True), nullable=True),
        sa.Column("published_version", sa.BigInteger(), nullable=True),
        sa.Column("published_at", columns.UtcDateTime(timezone=True), nullable=True),
        sa.Column("metrics_after", columns.PlainJson(), nullable=True),
        sa.Column("outcome", sa.Text(), nullable=True),
        sa.Column("outcome_reason", sa.Text(), nullable=True),
        sa.Column("outcome_by", sa.Text(), nullable=True),
        sa.Column("cancelled_at", columns.UtcDateTime(timezone=True), nullable=True),
        sa.CheckConstraint("decision IN ('approved', 'declined')", name=op.f("ck_process_change_decision")),
        sa.CheckConstraint("outcome IN ('confirmed', 'rolled_back')", name=op.f("ck_process_change_outcome")),
        sa.CheckConstraint(
            "proposal IN ('remove_step', 'add_step', 'change_rule', 'none')",
            name=op.f("ck_process_change_proposal"),
        ),
        sa.CheckConstraint(
            "published_at IS NULL OR (decision = 'approved' AND test_passed AND draft IS NOT NULL)",
            name=op.f("ck_process_change_published"),
        ),
        sa.CheckConstraint(
            "decided_by IS NULL OR decided_by <> proposed_by", name=op.f("ck_process_change_four_eyes")
        ),
        sa.CheckConstraint(
            "outcome IS NULL OR published_at IS NOT NULL", name=op.f("ck_process_change_outcome_of_published")
        ),
        sa.CheckConstraint(
            "tested_by IS NULL OR tested_by <> drafted_by", name=op.f("ck_process_change_test_by_another")
        ),
        sa.ForeignKeyConstraint(
            ["process_instance_key"],
            ["process_instance.key"],
            name=op.f("fk_process_change_process_instance_key"),
        ),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_process_change")),
        sa.UniqueConstraint("order_no", name=op.f("uq_process_change_order_no")),
    )
    op.create_table(
        "purchase_order",
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("process_instance_key", sa.BigInteger(), nullable=False),
        sa.Column("supplier_id", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("expected_on", sa.Date(), nullable=False),
        sa.Column("planned_at", columns.UtcDateTime(timezone=True), nullable=False),
        sa.Column("planned_by", sa.Text(), nullable=False),
        sa.Column("approved_by", sa.Text(), nullable=True),
        sa.Column("issued_at", columns.UtcDateTime(timezone=True), nullable=True),
        sa.Column("confirmed_at", columns.UtcDateTime(timezone=True), nullable=True),
        sa.Column("ended_at", columns.UtcDateTime(timezone=True), nullable=True),
        sa.Column("end_reason", sa.Text(), nullable=True),
        sa.CheckConstraint(
            "(state IN ('closed', 'closed_short', 'cancelled')) = (ended_at IS NOT NULL)",
            name=op.f("ck_purchase_order_ended"),
        ),
        sa.CheckConstraint(
            "state IN ('planned', 'issued', 'closed', 'closed_short', 'cancelled')",
            name=op.f("ck_purchase_order_state"),
        ),
        sa.CheckConstraint(
            "state NOT IN ('closed_short', 'cancelled') OR end_reason IS NOT NULL",
            name=op.f("ck_purchase_order_why"),
        ),
        sa.CheckConstraint(
            "state NOT IN ('issued', 'closed', 'closed_short') OR issued_at IS NOT NULL",
            name=op.f("ck_purchase_order_issued"),
        ),
        sa.CheckConstraint(
            "approved_by IS NULL OR approved_by <> planned_by", name=op.f("ck_purchase_order_second_person")
        ),
        sa.ForeignKeyConstraint(
            ["process_instance_key"],
            ["process_instance.key"],
            name=op.f("fk_purchase_order_process_instance_key"),
        ),
        sa.ForeignKeyConstraint(
            ["supplier_id"], ["supplier.supplier_id"], name=op.f("fk_purchase_order_supplier_id")
        ),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_purchase_order")),
        sa.UniqueConstraint("process_instance_key", name=op.f("uq_purchase_order_process_instance_key")),
    )
    with op.batch_alter_table("purchase_order", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_purchase_order_state"), ["state"], unique=False)
        batch_op.create_index(batch_op.f("ix_purchase_order_supplier_id"), ["supplier_id"], unique=False)
    op.create_table(
        "settlement",
        sa.Column("ordered_milli", sa.BigInteger(), nullable=False),
        sa.Column("good_milli", sa.BigInteger(), nullable=False),
        sa.Column("scrap_milli", sa.BigInteger(), nullable=False),
        sa.Column("difference_milli", sa.BigInteger(), nullable=False),
        sa.Column("tolerance_milli", sa.BigInteger(), nullable=False),
        sa.Column("difference_code", sa.Text(), nullable=True),
        sa.Column("resolution", sa.Text(), nullable=True),
        sa.Column("outcome", sa.Text(), nullable=False),
        sa.Column("material_cents", sa.BigInteger(), nullable=False),
        sa.Column("labour_cents", sa.BigInteger(), nullable=False),
        sa.Column("unit_cost_cents", sa.BigInteger(), nullable=True),
        sa.Column("hours_milli", sa.BigInteger(), nullable=False),
        sa.Column("materials", columns.PlainJson(), nullable=False),
        sa.Column("on_time", sa.Boolean(), nullable=False),
        sa.Column("first_pass_percent", sa.Integer(), nullable=True),
        sa.Column("compared_by", sa.Text(), nullable=False),
        sa.Column("key", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("order_no", sa.Text(), nullable=False),
        sa.Column("effect_key", sa.Text(), nullable=False),
        sa.Column("at", columns.UtcDateTime(timezone=True), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("process_instance_key", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("(difference_milli = 0) = (outcome = 'equal')", name=op.f("ck_settlement_equal")),
        sa.CheckConstraint(
            "difference_code IS NULL OR difference_code IN ('scrap', 'material', 'reserve', 'counting', 'stopped', 'other')",
            name=op.f("ck_settlement_difference_code"),
        ),
        sa.CheckConstraint(
            "outcome IN ('equal', 'within_tolerance', 'supplementary', 'reduced', 'surplus')",
            name=op.f("ck_settlement_outcome"),
        ),
        sa.CheckConstraint("compared_by <> by", name=op.f("ck_settlement_two_persons")),
        sa.CheckConstraint(
            "difference_code IS NULL OR coalesce(length(resolution), 0) > 0",
            name=op.f("ck_settlement_resolution"),
        ),
        sa.CheckConstraint(
            "difference_milli = 0 OR difference_code IS NOT NULL",
            name=op.f("ck_settlement_difference_has_a_code"),
        ),
        sa.CheckConstraint(
            "difference_milli = good_milli - ordered_milli", name=op.f("ck_settlement_difference")
        ),
        sa.ForeignKeyConstraint(["compared_by"], ["person.login"], name=op.f("fk_settlement_compared_by")),
        sa.ForeignKeyConstraint(
            ["process_instance_key"],
            ["process_instance.key"],
            name=op.f("fk_settlement_process_instance_key"),
        ),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_settlement")),
        sa.UniqueConstraint("order_no", name=op.f("uq_settlement_order_no")),
    )
    with op.batch_alter_table("settlement", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_settlement_order_no"), ["order_no"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_settlement_process_instance_key"), ["process_instance_key"], unique=False
        )
    op.create_table(
        "system_check",
        sa.Column("key", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("period", sa.Text(), nullable=False),
        sa.Column("label", sa.Text(), nullable=False),
        sa.Column("checker", sa.Text(), nullable=False),
        sa.Column("opened_at", columns.UtcDateTime(timezone=True), nullable=False),
        sa.Column("process_instance_key", sa.BigInteger(), nullable=True),
        sa.Column("order_no", sa.Text(), nullable=True),
        sa.Column("counts", columns.PlainJson(), nullable=True),
        sa.Column("missed_at", columns.UtcDateTime(timezone=True), nullable=True),
        sa.Column("reviewed_at", columns.UtcDateTime(timezone=True), nullable=True),
        sa.Column("reviewed_by", sa.Text(), nullable=True),
        sa.Column("closed_at", columns.UtcDateTime(timezone=True), nullable=True),
        sa.Column("cancelled_at", columns.UtcDateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "period IN ('daily', 'weekly', 'monthly', 'quarterly', 'by_hand')",
            name=op.f("ck_system_check_period"),
        ),
        sa.CheckConstraint(
            "(reviewed_at IS NULL) = (reviewed_by IS NULL)", name=op.f("ck_system_check_reviewed")
        ),
        sa.CheckConstraint(
            "closed_at IS NULL OR reviewed_at IS NOT NULL", name=op.f("ck_system_check_closed")
        ),
        sa.CheckConstraint(
            "process_instance_key IS NOT NULL OR missed_at IS NOT NULL",
            name=op.f("ck_system_check_made_or_missed"),
        ),
        sa.ForeignKeyConstraint(["checker"], ["person.login"], name=op.f("fk_system_check_checker")),
        sa.ForeignKeyConstraint(
            ["process_instance_key"],
            ["process_instance.key"],
            name=op.f("fk_system_check_process_instance_key"),
        ),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_system_check")),
        sa.UniqueConstraint("period", "label", name=op.f("uq_system_check_period_label")),
        sa.UniqueConstraint("process_instance_key", name=op.f("uq_system_check_process_instance_key")),
    )
    with op.batch_alter_table("system_check", schema=None) as batch_op:
        batch_op.create_index("ix_system_check_opened", ["opened_at"], unique=False)
    op.create_table(
        "violation",
        sa.Column("login", sa.Text(), nullable=False),
        sa.Column("rule", sa.Text(), nullable=False),
        sa.Column("loss_cents", sa.BigInteger(), nullable=False),
        sa.Column("measure", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("key", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("order_no", sa.Text(), nullable=False),
        sa.Column("effect_key", sa.Text(), nullable=False),
        sa.Column("at", columns.UtcDateTime(timezone=True), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("process_instance_key", sa.BigInteger(), nullable=False),
        sa.CheckConstraint(
            "measure IN ('none', 'talk', 'training', 'warning', 'penalty', 'dismissal', 'legal')",
            name=op.f("ck_violation_measure"),
        ),
        sa.CheckConstraint("length(rule) > 0 AND length(reason) > 0", name=op.f("ck_violation_words")),
        sa.CheckConstraint('login <> "by"', name=op.f("ck_violation_second_person")),
        sa.CheckConstraint("loss_cents >= 0", name=op.f("ck_violation_loss")),
        sa.ForeignKeyConstraint(["login"], ["person.login"], name=op.f("fk_violation_login")),
        sa.ForeignKeyConstraint(
            ["process_instance_key"], ["process_instance.key"], name=op.f("fk_violation_process_instance_key")
        ),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_violation")),
        sa.UniqueConstraint("order_no", "login", "rule", name=op.f("uq_violation_order_no_login_rule")),
    )
    with op.batch_alter_table("violation", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_violation_login"), ["login"], unique=False)
        batch_op.create_index(batch_op.f("ix_violation_order_no"), ["order_no"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_violation_process_instance_key"), ["process_instance_key"], unique=False
        )
    op.create_table(
        "appointment_change",
        sa.Column("appointment_key", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("number", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("previous_number", sa.BigInteger(), nullable=True),
        sa.Column("from_status", sa.Text(), nullable=True),
        sa.Column("to_status", sa.Text(), nullable=False),
        sa.Column("at", columns.UtcDateTime(timezone=True), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.CheckConstraint(
            "(from_status IS NULL AND to_status = 'tentative') OR (from_status IS NOT NULL AND ((from_status = 'tentative' AND to_status = 'confirmed') OR (from_status = 'tentative' AND to_status = 'no_show') OR (from_status = 'tentative' AND to_status = 'cancelled') OR (from_status = 'tentative' AND to_status = 'rescheduled') OR (from_status = 'confirmed' AND to_status = 'en_route') OR (from_status = 'confirmed' AND to_status = 'no_show') OR (from_status = 'confirmed' AND to_status = 'cancelled') OR (from_status = 'confirmed' AND to_status = 'rescheduled') OR (from_status = 'en_route' AND to_status = 'arrived') OR (from_status = 'en_route' AND to_status = 'no_show') OR (from_status = 'en_route' AND to_status = 'cancelled') OR (from_status = 'en_route' AND to_status = 'rescheduled') OR (from_status = 'arrived' AND to_status = 'done') OR (from_status = 'arrived' AND to_status = 'no_show') OR (from_status = 'arrived' AND to_status = 'cancelled')))",
            name=op.f("ck_appointment_change_transition"),
        ),
        sa.CheckConstraint(
            "(number = 1 AND previous_number IS NULL AND from_status IS NULL) OR (number > 1 AND previous_number IS NOT NULL AND previous_number = number - 1 AND from_status IS NOT NULL)",
            name=op.f("ck_appointment_change_chain"),
        ),
        sa.ForeignKeyConstraint(
            ["appointment_key", "previous_number", "from_status"],
            [
                "appointment_change.appointment_key",
                "appointment_change.number",
                "appointment_change.to_status",
            ],
            name="fk_appointment_change_chain",
        ),
        sa.ForeignKeyConstraint(
            ["appointment_key"], ["appointment.key"], name=op.f("fk_appointment_change_appointment_key")
        ),
        sa.PrimaryKeyConstraint("appointment_key", "number", name=op.f("pk_appointment_change")),
        sa.UniqueConstraint(
            "appointment_key",
            "number",
            "to_status",
            name=op.f("uq_appointment_change_appointment_key_number_to_status"),
        ),
    )
    op.create_table(
        "appointment_resource",
        sa.Column("appointment_key", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("number", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("resource_id", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["appointment_key"], ["appointment.key"], name=op.f("fk_appointment_resource_appointment_key")
        ),
        sa.ForeignKeyConstraint(
            ["resource_id"], ["resource.resource_id"], name=op.f("fk_appointment_resource_resource_id")
        ),
        sa.PrimaryKeyConstraint("appointment_key", "number", name=op.f("pk_appointment_resource")),
    )
    with op.batch_alter_table("appointment_resource", schema=None) as batch_op:
        batch_op.create_index(
            "ix_appointment_resource_resource", ["resource_id", "appointment_key"], unique=False
        )
    op.create_table(
        "capacity_use",
        sa.Column("resource_id", sa.Text(), nullable=False),
        sa.Column("quarter", sa.BigInteger(), nullable=False),
        sa.Column("unit", sa.BigInteger(), nullable=False),
        sa.Column("capacity", sa.BigInteger(), nullable=False),
        sa.Column("appointment_key", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("unit BETWEEN 1 AND capacity", name=op.f("ck_capacity_use_unit")),
        sa.ForeignKeyConstraint(
            ["appointment_key"], ["appointment.key"], name=op.f("fk_capacity_use_appointment_key")
        ),
        sa.ForeignKeyConstraint(
            ["resource_id", "capacity"],
            ["resource.resource_id", "resource.capacity"],
            name="fk_capacity_use_resource",
            onupdate="CASCADE",
        ),
        sa.PrimaryKeyConstraint("resource_id", "quarter", "unit", name=op.f("pk_capacity_use")),
    )
    with op.batch_alter_table("capacity_use", schema=None) as batch_op:
        batch_op.create_index("ix_capacity_use_appointment", ["appointment_key"], unique=False)
    op.create_table(
        "chat_message",
        sa.Column("key", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("thread_key", sa.BigInteger(), nullable=False),
        sa.Column("direction", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("choices", columns.PlainJson(), nullable=False),
        sa.Column("provider_id", sa.Text(), nullable=True),
        sa.Column("user_task_key", sa.BigInteger(), nullable=True),
        sa.Column("at", columns.UtcDateTime(timezone=True), nullable=False),
        sa.Column("by", sa.Text(), nullable=True),
        sa.CheckConstraint("direction IN ('in', 'out')", name=op.f("ck_chat_message_direction")),
        sa.ForeignKeyConstraint(["thread_key"], ["chat_thread.key"], name=op.f("fk_chat_message_thread_key")),
        sa.ForeignKeyConstraint(
            ["user_task_key"], ["user_task.key"], name=op.f("fk_chat_message_user_task_key")
        ),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_chat_message")),
        sa.UniqueConstraint("thread_key", "provider_id", name=op.f("uq_chat_message_thread_key_provider_id")),
    )
    with op.batch_alter_table("chat_message", schema=None) as batch_op:
        batch_op.create_index("ix_chat_message_thread", ["thread_key", "key"], unique=False)
    op.create_table(
        "check_finding",
        sa.Column("key", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("check_key", sa.BigInteger(), nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("order_no", sa.Text(), nullable=True),
        sa.Column("sentence", sa.Text(), nullable=False),
        sa.Column("severity", sa.Text(), nullable=False),
        sa.Column("action", sa.Text(), nullable=False),
        sa.Column("owner", sa.Text(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("correction", sa.Text(), nullable=True),
        sa.Column("corrected_at", columns.UtcDateTime(timezone=True), nullable=True),
        sa.Column("corrected_by", sa.Text(), nullable=True),
        sa.Column("verified_at", columns.UtcDateTime(timezone=True), nullable=True),
        sa.Column("verified_by", sa.Text(), nullable=True),
        sa.CheckConstraint("severity IN ('high', 'medium', 'low')", name=op.f("ck_check_finding_severity")),
        sa.CheckConstraint(
            "(corrected_at IS NULL) = (corrected_by IS NULL)", name=op.f("ck_check_finding_corrected")
        ),
        sa.CheckConstraint("length(action) > 0", name=op.f("ck_check_finding_action")),
        sa.CheckConstraint(
            "verified_by IS NULL OR (corrected_by IS NOT NULL AND verified_by <> corrected_by)",
            name=op.f("ck_check_finding_verified"),
        ),
        sa.ForeignKeyConstraint(["check_key"], ["system_check.key"], name=op.f("fk_check_finding_check_key")),
        sa.ForeignKeyConstraint(["owner"], ["person.login"], name=op.f("fk_check_finding_owner")),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_check_finding")),
        sa.UniqueConstraint("check_key", "number", name=op.f("uq_check_finding_check_key_number")),
    )
    with op.batch_alter_table("check_finding", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_check_finding_owner"), ["owner"], unique=False)
    op.create_table(
        "complaint",
        sa.Column("complaint_no", sa.Text(), nullable=False),
        sa.Column("process_instance_key", sa.BigInteger(), nullable=False),
        sa.Column("about_order_no", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("wanted", sa.Text(), nullable=True),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("registered_at", columns.UtcDateTime(timezone=True), nullable=False),
        sa.Column("registered_by", sa.Text(), nullable=False),
        sa.Column("first_answer_at", columns.UtcDateTime(timezone=True), nullable=True),
        sa.Column("cause", sa.Text(), nullable=True),
        sa.Column("findings", sa.Text(), nullable=True),
        sa.Column("lot_no", sa.Text(), nullable=True),
        sa.Column("employee", sa.Text(), nullable=True),
        sa.Column("in_warranty", sa.Boolean(), nullable=False),
        sa.Column("offer_version", sa.BigInteger(), nullable=False),
        sa.Column("offered", columns.PlainJson(), nullable=False),
        sa.Column("offer_text", sa.Text(), nullable=True),
        sa.Column("offered_cents", sa.BigInteger(), nullable=False),
        sa.Column("cost_cents", sa.BigInteger(), nullable=False),
        sa.Column("decision", sa.Text(), nullable=True),
        sa.Column("decision_reason", sa.Text(), nullable=True),
        sa.Column("outcome", sa.Text(), nullable=True),
        sa.Column("closed_at", columns.UtcDateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "cause IN ('material', 'workmanship', 'transport', 'delay', 'behaviour', 'wrong_information', 'invoice_error', 'use', 'none')",
            name=op.f("ck_complaint_cause"),
        ),
        sa.CheckConstraint(
            "coalesce(outcome, '') <> 'solved' OR cause IS NOT NULL", name=op.f("ck_complaint_root_cause")
        ),
        sa.CheckConstraint(
            "kind IN ('quality', 'delivery', 'installation', 'service', 'billing')",
            name=op.f("ck_complaint_kind"),
        ),
        sa.CheckConstraint(
            "outcome IN ('solved', 'unresolved', 'withdrawn')", name=op.f("ck_complaint_outcome")
        ),
        sa.CheckConstraint("(closed_at IS NULL) = (outcome IS NULL)", name=op.f("ck_complaint_closed")),
        sa.CheckConstraint("about_order_no <> complaint_no", name=op.f("ck_complaint_about")),
        sa.CheckConstraint("length(text) > 0", name=op.f("ck_complaint_text")),
        sa.CheckConstraint(
            "offered_cents >= 0 AND cost_cents >= 0 AND offer_version >= 0", name=op.f("ck_complaint_amounts")
        ),
        sa.ForeignKeyConstraint(
            ["about_order_no"], ["customer_order.order_no"], name=op.f("fk_complaint_about_order_no")
        ),
        sa.ForeignKeyConstraint(
            ["complaint_no"], ["customer_order.order_no"], name=op.f("fk_complaint_complaint_no")
        ),
        sa.ForeignKeyConstraint(["employee"], ["person.login"], name=op.f("fk_complaint_employee")),
        sa.ForeignKeyConstraint(
            ["process_instance_key"], ["process_instance.key"], name=op.f("fk_complaint_process_instance_key")
        ),
        sa.PrimaryKeyConstraint("complaint_no", name=op.f("pk_complaint")),
        sa.UniqueConstraint("process_instance_key", name=op.f("uq_complaint_process_instance_key")),
    )
    with op.batch_alter_table("complaint", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_complaint_cause"), ["cause"], unique=False)
        batch_op.create_index(batch_op.f("ix_complaint_kind"), ["kind"], unique=False)
        batch_op.create_index(batch_op.f("ix_complaint_registered_at"), ["registered_at"], unique=False)
        batch_op.create_index(
            "uq_complaint_open",
            ["about_order_no", "kind"],
            unique=True,
            sqlite_where=sa.text("closed_at IS NULL"),
            postgresql_where=sa.text("closed_at IS NULL"),
        )
    op.create_table(
        "contract",
        sa.Column("contract_no", sa.Text(), nullable=False),
        sa.Column("customer_key", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=True),
        sa.Column("billing_day", sa.Integer(), nullable=False),
        sa.Column("months", sa.Integer(), nullable=False),
        sa.Column("timing", sa.Text(), nullable=False),
        sa.Column("index_percent", columns.PlainJson(), nullable=False),
        sa.Column("quota_milli", sa.BigInteger(), nullable=False),
        sa.Column("notice_days", sa.Integer(), nullable=False),
        sa.Column("address", sa.Text(), nullable=True),
        sa.Column("needs_review", sa.Boolean(), nullable=False),
        sa.Column("created_at", columns.UtcDateTime(timezone=True), nullable=False),
        sa.Column("created_by", sa.Text(), nullable=False),
        sa.Column("activated_at", columns.UtcDateTime(timezone=True), nullable=True),
        sa.Column("end_reason", sa.Text(), nullable=True),
        sa.Column("renewed_on", sa.Date(), nullable=True),
        sa.CheckConstraint(
            "(state IN ('draft', 'dropped')) = (activated_at IS NULL)", name=op.f("ck_contract_activated")
        ),
        sa.CheckConstraint("state <> 'ended' OR ends_on IS NOT NULL", name=op.f("ck_contract_ended")),
        sa.CheckConstraint(
            "state IN ('draft', 'active', 'suspended', 'ended', 'dropped')", name=op.f("ck_contract_state")
        ),
        sa.CheckConstraint("timing IN ('advance', 'arrears')", name=op.f("ck_contract_timing")),
        sa.CheckConstraint("billing_day BETWEEN 1 AND 31", name=op.f("ck_contract_billing_day")),
        sa.CheckConstraint("ends_on >= starts_on", name=op.f("ck_contract_days")),
        sa.CheckConstraint("months IN (1, 3, 6, 12)", name=op.f("ck_contract_months")),
        sa.CheckConstraint("notice_days >= 0 AND quota_milli >= 0", name=op.f("ck_contract_counts")),
        sa.ForeignKeyConstraint(
            ["contract_no"], ["customer_order.order_no"], name=op.f("fk_contract_contract_no")
        ),
        sa.ForeignKeyConstraint(["customer_key"], ["customer.key"], name=op.f("fk_contract_customer_key")),
        sa.PrimaryKeyConstraint("contract_no", name=op.f("pk_contract")),
    )
    with op.batch_alter_table("contract", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_contract_customer_key"), ["customer_key"], unique=False)
        batch_op.create_index(batch_op.f("ix_contract_state"), ["state"], unique=False)
    op.create_table(
        "delivery",
        sa.Column("order_no", sa.Text(), nullable=False),
        sa.Column("process_instance_key", sa.BigInteger(), nullable=False),
        sa.Column("group_id", sa.Text(), nullable=True),
        sa.Column("floor", sa.Text(), nullable=True),
        sa.Column("access", sa.Text(), nullable=True),
        sa.Column("wanted_on", sa.Date(), nullable=True),
        sa.Column("policy_told_at", columns.UtcDateTime(timezone=True), nullable=False),
        sa.Column("policy_told_by", sa.Text(), nullable=False),
        sa.Column("handed_over_at", columns.UtcDateTime(timezone=True), nullable=True),
        sa.Column("handed_over_by", sa.Text(), nullable=True),
        sa.CheckConstraint("length(policy_told_by) > 0", name=op.f("ck_delivery_policy_told")),
        sa.ForeignKeyConstraint(["group_id"], ["product_group.group_id"], name=op.f("fk_delivery_group_id")),
        sa.ForeignKeyConstraint(["order_no"], ["customer_order.order_no"], name=op.f("fk_delivery_order_no")),
        sa.ForeignKeyConstraint(
            ["process_instance_key"], ["process_instance.key"], name=op.f("fk_delivery_process_instance_key")
        ),
        sa.PrimaryKeyConstraint("order_no", name=op.f("pk_delivery")),
    )
    with op.batch_alter_table("delivery", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_delivery_process_instance_key"), ["process_instance_key"], unique=False
        )
    op.create_table(
        "goods_receipt",
        sa.Column("order_no", sa.Text(), nullable=False),
        sa.Column("delivery_note", sa.Text(), nullable=False),
        sa.Column("stock_document_key", sa.BigInteger(), nullable=True),
        sa.Column("number", sa.Text(), nullable=True),
        sa.Column("key", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("effect_key", sa.Text(), nullable=False),
        sa.Column("at", columns.UtcDateTime(timezone=True), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("process_instance_key", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("length(delivery_note) > 0", name=op.f("ck_goods_receipt_delivery_note")),
        sa.ForeignKeyConstraint(
            ["order_no"], ["purchase_order.number"], name=op.f("fk_goods_receipt_order_no")
        ),
        sa.ForeignKeyConstraint(
            ["process_instance_key"],
            ["process_instance.key"],
            name=op.f("fk_goods_receipt_process_instance_key"),
        ),
        sa.ForeignKeyConstraint(
            ["stock_document_key"], ["stock_document.key"], name=op.f("fk_goods_receipt_stock_document_key")
        ),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_goods_receipt")),
        sa.UniqueConstraint("effect_key", name=op.f("uq_goods_receipt_effect_key")),
        sa.UniqueConstraint(
            "order_no", "delivery_note", name=op.f("uq_goods_receipt_order_no_delivery_note")
        ),
    )
    with op.batch_alter_table("goods_receipt", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_goods_receipt_order_no"), ["order_no"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_goods_receipt_process_instance_key"), ["process_instance_key"], unique=False
        )
    op.create_table(
        "operation_hours",
        sa.Column("log_key", sa.BigInteger(), nullable=False),
        sa.Column("login", sa.Text(), nullable=False),
        sa.Column("hours_milli", sa.BigInteger(), nullable=False),
        sa.Column("pieces_milli", sa.BigInteger(), nullable=False),
        sa.Column("key", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("order_no", sa.Text(), nullable=False),
        sa.Column("effect_key", sa.Text(), nullable=False),
        sa.Column("at", columns.UtcDateTime(timezone=True), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("process_instance_key", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("hours_milli > 0", name=op.f("ck_operation_hours_hours")),
        sa.CheckConstraint("pieces_milli >= 0", name=op.f("ck_operation_hours_pieces")),
        sa.ForeignKeyConstraint(["log_key"], ["operation_log.key"], name=op.f("fk_operation_hours_log_key")),
        sa.ForeignKeyConstraint(["login"], ["person.login"], name=op.f("fk_operation_hours_login")),
        sa.ForeignKeyConstraint(
            ["process_instance_key"],
            ["process_instance.key"],
            name=op.f("fk_operation_hours_process_instance_key"),
        ),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_operation_hours")),
        sa.UniqueConstraint("log_key", "login", name=op.f("uq_operation_hours_log_key_login")),
    )
    with op.batch_alter_table("operation_hours", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_operation_hours_login"), ["login"], unique=False)
        batch_op.create_index(batch_op.f("ix_operation_hours_order_no"), ["order_no"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_operation_hours_process_instance_key"), ["process_instance_key"], unique=False
        )
    op.create_table(
        "partner_job",
        sa.Column("key", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("process_instance_key", sa.BigInteger(), nullable=False),
        sa.Column("order_no", sa.Text(), nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("supplier_id", sa.Text(), nullable=False),
        sa.Column("claim_of", sa.BigInteger(), nullable=True),
        sa.Column("vendor_warranty", sa.Boolean(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("expected_back_on", sa.Date(), nullable=False),
        sa.Column("expected_cents", sa.BigInteger(), nullable=True),
        sa.Column("packing_list", sa.Text(), nullable=True),
        sa.Column("tracking", sa.Text(), nullable=True),
        sa.Column("chosen_at", columns.UtcDateTime(timezone=True), nullable=False),
        sa.Column("sent_at", columns.UtcDateTime(timezone=True), nullable=True),
        sa.Column("accepted_at", columns.UtcDateTime(timezone=True), nullable=True),
        sa.Column("quoted_cents", sa.BigInteger(), nullable=True),
        sa.Column("quoted_work", sa.Text(), nullable=True),
        sa.Column("back_at", columns.UtcDateTime(timezone=True), nullable=True),
        sa.Column("condition", sa.Text(), nullable=True),
        sa.Column("act_no", sa.Text(), nullable=True),
        sa.Column("cost_cents", sa.BigInteger(), nullable=True),
        sa.Column("warranty_until", sa.Date(), nullable=True),
        sa.Column("end_reason", sa.Text(), nullable=True),
        sa.CheckConstraint("state <> 'back' OR back_at IS NOT NULL", name=op.f("ck_partner_job_back")),
        sa.CheckConstraint(
            "state = 'chosen' OR sent_at IS NOT NULL OR state = 'ended'", name=op.f("ck_partner_job_sent")
        ),
        sa.CheckConstraint("state IN ('chosen', 'sent', 'back', 'ended')", name=op.f("ck_partner_job_state")),
        sa.CheckConstraint(
            "quoted_cents >= 0 AND cost_cents >= 0 AND expected_cents >= 0", name=op.f("ck_partner_job_money")
        ),
        sa.ForeignKeyConstraint(["claim_of"], ["partner_job.key"], name=op.f("fk_partner_job_claim_of")),
        sa.ForeignKeyConstraint(
            ["order_no"], ["customer_order.order_no"], name=op.f("fk_partner_job_order_no")
        ),
        sa.ForeignKeyConstraint(
            ["process_instance_key"],
            ["process_instance.key"],
            name=op.f("fk_partner_job_process_instance_key"),
        ),
        sa.ForeignKeyConstraint(
            ["supplier_id"], ["supplier.supplier_id"], name=op.f("fk_partner_job_supplier_id")
        ),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_partner_job")),
        sa.UniqueConstraint("order_no", "number", name=op.f("uq_partner_job_order_no_number")),
    )
    with op.batch_alter_table("partner_job", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_partner_job_process_instance_key"), ["process_instance_key"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_partner_job_supplier_id"), ["supplier_id"], unique=False)
        batch_op.create_index(
            "uq_partner_job_open",
            ["order_no"],
            unique=True,
            sqlite_where=sa.text("state IN ('chosen', 'sent')"),
            postgresql_where=sa.text("state IN ('chosen', 'sent')"),
        )
    op.create_table(
        "parts_request",
        sa.Column("key", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("process_instance_key", sa.BigInteger(), nullable=False),
        sa.Column("order_no", sa.Text(), nullable=False),
        sa.Column("sku", sa.Text(), nullable=False),
        sa.Column("missing_milli", sa.BigInteger(), nullable=False),
        sa.Column("po_no", sa.Text(), nullable=True),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("asked_at", columns.UtcDateTime(timezone=True), nullable=False),
        sa.Column("asked_by", sa.Text(), nullable=False),
        sa.Column("ended_at", columns.UtcDateTime(timezone=True), nullable=True),
        sa.CheckConstraint("(state = 'waiting') = (ended_at IS NULL)", name=op.f("ck_parts_request_ended")),
        sa.CheckConstraint("state IN ('waiting', 'served', 'ended')", name=op.f("ck_parts_request_state")),
        sa.CheckConstraint("missing_milli > 0", name=op.f("ck_parts_request_missing")),
        sa.ForeignKeyConstraint(["po_no"], ["purchase_order.number"], name=op.f("fk_parts_request_po_no")),
        sa.ForeignKeyConstraint(
            ["process_instance_key"],
            ["process_instance.key"],
            name=op.f("fk_parts_request_process_instance_key"),
        ),
        sa.ForeignKeyConstraint(["sku"], ["product.sku"], name=op.f("fk_parts_request_sku")),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_parts_request")),
    )
    with op.batch_alter_table("parts_request", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_parts_request_order_no"), ["order_no"], unique=False)
        batch_op.create_index(batch_op.f("ix_parts_request_po_no"), ["po_no"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_parts_request_process_instance_key"), ["process_instance_key"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_parts_request_sku"), ["sku"], unique=False)
        batch_op.create_index(
            "uq_parts_request_waiting",
            ["order_no", "sku"],
            unique=True,
            sqlite_where=sa.text("state = 'waiting'"),
            postgresql_where=sa.text("state = 'waiting'"),
        )
    op.create_table(
        "production_order",
        sa.Column("order_no", sa.Text(), nullable=False),
        sa.Column("sku", sa.Text(), nullable=False),
        sa.Column("ordered_milli", sa.BigInteger(), nullable=False),
        sa.Column("delivery_date", sa.Date(), nullable=False),
        sa.Column("first_date", sa.Date(), nullable=False),
        sa.Column("requirements", sa.Text(), nullable=True),
        sa.Column("sales_order_no", sa.Text(), nullable=True),
        sa.Column("stock_reason", sa.Text(), nullable=True),
        sa.Column("released_by", sa.Text(), nullable=False),
        sa.Column("returned_reason", sa.Text(), nullable=True),
        sa.Column("verified_at", columns.UtcDateTime(timezone=True), nullable=True),
        sa.Column("verified_by", sa.Text(), nullable=True),
        sa.Column("department_id", sa.Text(), nullable=True),
        sa.Column("urgency", sa.Integer(), nullable=True),
        sa.Column("complexity", sa.Integer(), nullable=True),
        sa.Column("load_percent", sa.Integer(), nullable=True),
        sa.Column("score", sa.Integer(), nullable=True),
        sa.Column("planned_at", columns.UtcDateTime(timezone=True), nullable=True),
        sa.Column("started_at", columns.UtcDateTime(timezone=True), nullable=True),
        sa.Column("finished_at", columns.UtcDateTime(timezone=True), nullable=True),
        sa.Column("received_at", columns.UtcDateTime(timezone=True), nullable=True),
        sa.Column("settled_at", columns.UtcDateTime(timezone=True), nullable=True),
        sa.Column("cancelled_at", columns.UtcDateTime(timezone=True), nullable=True),
        sa.Column("at_risk", sa.Boolean(), nullable=False),
        sa.Column("risk_reason", sa.Text(), nullable=True),
        sa.Column("predicted_finish", sa.Date(), nullable=True),
        sa.Column("percent_done", sa.Integer(), nullable=False),
        sa.Column("begun_milli", sa.BigInteger(), nullable=False),
        sa.Column("good_milli", sa.BigInteger(), nullable=False),
        sa.Column("scrap_milli", sa.BigInteger(), nullable=False),
        sa.Column("in_work_milli", sa.BigInteger(), nullable=False),
        sa.CheckConstraint(
            "(coalesce(length(sales_order_no), 0) > 0) <> (coalesce(length(stock_reason), 0) > 0)",
            name=op.f("ck_production_order_source"),
        ),
        sa.CheckConstraint(
            "(department_id IS NULL) = (score IS NULL)", name=op.f("ck_production_order_assigned")
        ),
        sa.CheckConstraint(
            "begun_milli = good_milli + scrap_milli + in_work_milli", name=op.f("ck_production_order_balance")
        ),
        sa.CheckConstraint(
            "complexity IS NULL OR complexity BETWEEN 1 AND 5", name=op.f("ck_production_order_complexity")
        ),
        sa.CheckConstraint(
            "good_milli >= 0 AND scrap_milli >= 0 AND in_work_milli >= 0",
            name=op.f("ck_production_order_never_negative"),
        ),
        sa.CheckConstraint("ordered_milli > 0", name=op.f("ck_production_order_ordered")),
        sa.CheckConstraint(
            "settled_at IS NULL OR in_work_milli = 0", name=op.f("ck_production_order_nothing_left_in_work")
        ),
        sa.CheckConstraint(
            "settled_at IS NULL OR received_at IS NOT NULL",
            name=op.f("ck_production_order_received_before_settled"),
        ),
        sa.CheckConstraint(
            "urgency IS NULL OR urgency BETWEEN 1 AND 5", name=op.f("ck_production_order_urgency")
        ),
        sa.ForeignKeyConstraint(
            ["department_id"],
            ["production_department.department_id"],
            name=op.f("fk_production_order_department_id"),
        ),
        sa.ForeignKeyConstraint(
            ["order_no"], ["customer_order.order_no"], name=op.f("fk_production_order_order_no")
        ),
        sa.ForeignKeyConstraint(["sku"], ["product.sku"], name=op.f("fk_production_order_sku")),
        sa.PrimaryKeyConstraint("order_no", name=op.f("pk_production_order")),
    )
    with op.batch_alter_table("production_order", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_production_order_sku"), ["sku"], unique=False)
    op.create_table(
        "purchase_order_line",
        sa.Column("key", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("po_no", sa.Text(), nullable=False),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.Column("sku", sa.Text(), nullable=False),
        sa.Column("quantity_milli", sa.BigInteger(), nullable=False),
        sa.Column("unit_cost_cents", sa.BigInteger(), nullable=False),
        sa.Column("tolerance_percent", sa.BigInteger(), nullable=False),
        sa.Column("needs_inspection", sa.Boolean(), nullable=False),
        sa.Column("accepted_milli", sa.BigInteger(), nullable=False),
        sa.Column("refused_milli", sa.BigInteger(), nullable=False),
        sa.Column("invoiced_milli", sa.BigInteger(), nullable=False),
        sa.CheckConstraint(
            "accepted_milli * 100 <= quantity_milli * (100 + tolerance_percent)",
            name=op.f("ck_purchase_order_line_not_more_than_ordered"),
        ),
        sa.CheckConstraint(
            "accepted_milli >= 0 AND refused_milli >= 0 AND invoiced_milli >= 0",
            name=op.f("ck_purchase_order_line_counts"),
        ),
        sa.CheckConstraint(
            "invoiced_milli <= accepted_milli", name=op.f("ck_purchase_order_line_paid_is_accepted")
        ),
        sa.CheckConstraint("quantity_milli > 0", name=op.f("ck_purchase_order_line_quantity")),
        sa.CheckConstraint(
            "tolerance_percent BETWEEN 0 AND 100", name=op.f("ck_purchase_order_line_tolerance")
        ),
        sa.CheckConstraint("unit_cost_cents >= 0", name=op.f("ck_purchase_order_line_unit_cost")),
        sa.ForeignKeyConstraint(
            ["po_no"], ["purchase_order.number"], name=op.f("fk_purchase_order_line_po_no")
        ),
        sa.ForeignKeyConstraint(["sku"], ["product.sku"], name=op.f("fk_purchase_order_line_sku")),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_purchase_order_line")),
        sa.UniqueConstraint("po_no", "sku", name=op.f("uq_purchase_order_line_po_no_sku")),
    )
    with op.batch_alter_table("purchase_order_line", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_purchase_order_line_sku"), ["sku"], unique=False)
    op.create_table(
        "stock_request",
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("process_instance_key", sa.BigInteger(), nullable=False),
        sa.Column("asked_by", sa.Text(), nullable=False),
        sa.Column("asked_at", columns.UtcDateTime(timezone=True), nullable=False),
        sa.Column("purpose", sa.Text(), nullable=False),
        sa.Column("wanted_on", sa.Date(), nullable=True),
        sa.Column("cost_centre_id", sa.Text(), nullable=True),
        sa.Column("for_order_no", sa.Text(), nullable=True),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("less_reason", sa.Text(), nullable=True),
        sa.CheckConstraint("state IN ('open', 'issued', 'given_up')", name=op.f("ck_stock_request_state")),
        sa.CheckConstraint(
            "(cost_centre_id IS NULL) <> (for_order_no IS NULL)", name=op.f("ck_stock_request_charged_once")
        ),
        sa.CheckConstraint("length(purpose) > 0", name=op.f("ck_stock_request_purpose")),
        sa.ForeignKeyConstraint(
            ["cost_centre_id"], ["cost_centre.cost_centre_id"], name=op.f("fk_stock_request_cost_centre_id")
        ),
        sa.ForeignKeyConstraint(
            ["for_order_no"], ["customer_order.order_no"], name=op.f("fk_stock_request_for_order_no")
        ),
        sa.ForeignKeyConstraint(
            ["process_instance_key"],
            ["process_instance.key"],
            name=op.f("fk_stock_request_process_instance_key"),
        ),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_stock_request")),
        sa.UniqueConstraint("process_instance_key", name=op.f("uq_stock_request_process_instance_key")),
    )
    with op.batch_alter_table("stock_request", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_stock_request_for_order_no"), ["for_order_no"], unique=False)
    op.create_table(
        "supplier_invoice",
        sa.Column("key", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("supplier_id", sa.Text(), nullable=False),
        sa.Column("invoice_no", sa.Text(), nullable=False),
        sa.Column("dated", sa.Date(), nullable=False),
        sa.Column("po_no", sa.Text(), nullable=True),
        sa.Column("order_no", sa.Text(), nullable=True),
        sa.Column("lines", columns.PlainJson(), nullable=False),
        sa.Column("total_cents", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("effect_key", sa.Text(), nullable=False),
        sa.Column("entered_at", columns.UtcDateTime(timezone=True), nullable=False),
        sa.Column("entered_by", sa.Text(), nullable=False),
        sa.Column("decided_at", columns.UtcDateTime(timezone=True), nullable=True),
        sa.Column("decided_by", sa.Text(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.CheckConstraint(
            "state IN ('matched', 'differs', 'accepted', 'sent_back')", name=op.f("ck_supplier_invoice_state")
        ),
        sa.CheckConstraint(
            "state NOT IN ('accepted', 'sent_back') OR decided_by IS NOT NULL",
            name=op.f("ck_supplier_invoice_decided"),
        ),
        sa.CheckConstraint("(po_no IS NULL) <> (order_no IS NULL)", name=op.f("ck_supplier_invoice_of_what")),
        sa.CheckConstraint("total_cents >= 0", name=op.f("ck_supplier_invoice_total")),
        sa.ForeignKeyConstraint(["po_no"], ["purchase_order.number"], name=op.f("fk_supplier_invoice_po_no")),
        sa.ForeignKeyConstraint(
            ["supplier_id"], ["supplier.supplier_id"], name=op.f("fk_supplier_invoice_supplier_id")
        ),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_supplier_invoice")),
        sa.UniqueConstraint("effect_key", name=op.f("uq_supplier_invoice_effect_key")),
        sa.UniqueConstraint(
            "supplier_id", "invoice_no", name=op.f("uq_supplier_invoice_supplier_id_invoice_no")
        ),
    )
    with op.batch_alter_table("supplier_invoice", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_supplier_invoice_order_no"), ["order_no"], unique=False)
        batch_op.create_index(batch_op.f("ix_supplier_invoice_po_no"), ["po_no"], unique=False)
    op.create_table(
        "waybill",
        sa.Column("key", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("order_no", sa.Text(), nullable=False),
        sa.Column("process_instance_key", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("number", sa.Text(), nullable=True),
        sa.Column("effect_key", sa.Text(), nullable=True),
        sa.Column("recipient", sa.Text(), nullable=True),
        sa.Column("posted_at", columns.UtcDateTime(timezone=True), nullable=True),
        sa.Column("posted_by", sa.Text(), nullable=True),
        sa.CheckConstraint(
            "(state = 'posted') = (number IS NOT NULL AND effect_key IS NOT NULL AND recipient IS NOT NULL AND posted_at IS NOT NULL AND posted_by IS NOT NULL)",
            name=op.f("ck_waybill_posted"),
        ),
        sa.CheckConstraint("state IN ('due', 'posted', 'withdrawn')", name=op.f("ck_waybill_state")),
        sa.ForeignKeyConstraint(["order_no"], ["customer_order.order_no"], name=op.f("fk_waybill_order_no")),
        sa.ForeignKeyConstraint(
            ["process_instance_key"], ["process_instance.key"], name=op.f("fk_waybill_process_instance_key")
        ),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_waybill")),
        sa.UniqueConstraint("effect_key", name=op.f("uq_waybill_effect_key")),
        sa.UniqueConstraint("number", name=op.f("uq_waybill_number")),
        sa.UniqueConstraint("order_no", name=op.f("uq_waybill_order_no")),
    )
    with op.batch_alter_table("waybill", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_waybill_process_instance_key"), ["process_instance_key"], unique=False
        )
    op.create_table(
        "web_booking",
        sa.Column("key", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("service_id", sa.Text(), nullable=False),
        sa.Column("appointment_key", sa.BigInteger(), nullable=False),
        sa.Column("process_instance_key", sa.BigInteger(), nullable=False),
        sa.Column("order_no", sa.Text(), nullable=False),
        sa.Column("request_id", sa.Text(), nullable=False),
        sa.Column("phone_digits", sa.Text(), nullable=False),
        sa.Column("consent", sa.Text(), nullable=False),
        sa.Column("booked_at", columns.UtcDateTime(timezone=True), nullable=False),
        sa.CheckConstraint("length(consent) > 0", name=op.f("ck_web_booking_consent")),
        sa.ForeignKeyConstraint(
            ["appointment_key"], ["appointment.key"], name=op.f("fk_web_booking_appointment_key")
        ),
        sa.ForeignKeyConstraint(
            ["process_instance_key"],
            ["process_instance.key"],
            name=op.f("fk_web_booking_process_instance_key"),
        ),
        sa.ForeignKeyConstraint(
            ["service_id"], ["bookable_service.service_id"], name=op.f("fk_web_booking_service_id")
        ),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_web_booking")),
        sa.UniqueConstraint("appointment_key", name=op.f("uq_web_booking_appointment_key")),
        sa.UniqueConstraint("process_instance_key", name=op.f("uq_web_booking_process_instance_key")),
        sa.UniqueConstraint("request_id", name=op.f("uq_web_booking_request_id")),
    )
    with op.batch_alter_table("web_booking", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_web_booking_phone_digits"), ["phone_digits"], unique=False)
        batch_op.create_index(batch_op.f("ix_web_booking_service_id"), ["service_id"], unique=False)
    op.create_table(
        "acceptance",
        sa.Column("signature", sa.Text(), nullable=False),
        sa.Column("rating", sa.BigInteger(), nullable=True),
        sa.Column("remarks", sa.Text(), nullable=True),
        sa.Column("key", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("order_no", sa.Text(), nullable=False),
        sa.Column("effect_key", sa.Text(), nullable=False),
        sa.Column("at", columns.UtcDateTime(timezone=True), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("process_instance_key", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("length(signature) > 0", name=op.f("ck_acceptance_signature")),
        sa.CheckConstraint("rating IS NULL OR rating BETWEEN 1 AND 5", name=op.f("ck_acceptance_rating")),
        sa.ForeignKeyConstraint(["order_no"], ["delivery.order_no"], name=op.f("fk_acceptance_order_no")),
        sa.ForeignKeyConstraint(
            ["process_instance_key"],
            ["process_instance.key"],
            name=op.f("fk_acceptance_process_instance_key"),
        ),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_acceptance")),
        sa.UniqueConstraint("order_no", name=op.f("uq_acceptance_order_no")),
    )
    with op.batch_alter_table("acceptance", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_acceptance_order_no"), ["order_no"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_acceptance_process_instance_key"), ["process_instance_key"], unique=False
        )
    op.create_table(
        "contract_item",
        sa.Column("contract_no", sa.Text(), nullable=False),
        sa.Column("device_key", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["contract_no"], ["contract.contract_no"], name=op.f("fk_contract_item_contract_no")
        ),
        sa.ForeignKeyConstraint(["device_key"], ["device.key"], name=op.f("fk_contract_item_device_key")),
        sa.PrimaryKeyConstraint("contract_no", "device_key", name=op.f("pk_contract_item")),
    )
    with op.batch_alter_table("contract_item", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_contract_item_device_key"), ["device_key"], unique=False)
    op.create_table(
        "contract_period",
        sa.Column("contract_no", sa.Text(), nullable=False),
        sa.Column("first", sa.Date(), nullable=False),
        sa.Column("last", sa.Date(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("previous_number", sa.Integer(), nullable=True),
        sa.Column("order_no", sa.Text(), nullable=False),
        sa.Column("attempt", sa.Integer(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("invoice_no", sa.Text(), nullable=True),
        sa.Column("act_no", sa.Text(), nullable=True),
        sa.Column("waived_reason", sa.Text(), nullable=True),
        sa.CheckConstraint(
            "(state = 'billed') = (act_no IS NOT NULL)", name=op.f("ck_contract_period_billed")
        ),
        sa.CheckConstraint(
            "state <> 'waived' OR coalesce(length(waived_reason), 0) > 0",
            name=op.f("ck_contract_period_waived"),
        ),
        sa.CheckConstraint(
            "state IN ('open', 'billed', 'nothing', 'waived')", name=op.f("ck_contract_period_state")
        ),
        sa.CheckConstraint(
            "(number = 1 AND previous_number IS NULL) OR (number > 1 AND previous_number IS NOT NULL AND previous_number = number - 1)",
            name=op.f("ck_contract_period_chain"),
        ),
        sa.CheckConstraint(
            "invoice_no IS NULL OR act_no IS NOT NULL", name=op.f("ck_contract_period_invoice_with_act")
        ),
        sa.CheckConstraint("last >= first AND attempt > 0", name=op.f("ck_contract_period_days")),
        sa.ForeignKeyConstraint(
            ["contract_no", "previous_number"],
            ["contract_period.contract_no", "contract_period.number"],
            name="fk_contract_period_chain",
        ),
        sa.ForeignKeyConstraint(
            ["contract_no"], ["contract.contract_no"], name=op.f("fk_contract_period_contract_no")
        ),
        sa.ForeignKeyConstraint(
            ["invoice_no"], ["invoice.number"], name=op.f("fk_contract_period_invoice_no")
        ),
        sa.PrimaryKeyConstraint("contract_no", "first", name=op.f("pk_contract_period")),
        sa.UniqueConstraint("act_no", name=op.f("uq_contract_period_act_no")),
        sa.UniqueConstraint("contract_no", "number", name=op.f("uq_contract_period_contract_no_number")),
        sa.UniqueConstraint("invoice_no", name=op.f("uq_contract_period_invoice_no")),
        sa.UniqueConstraint("order_no", name=op.f("uq_contract_period_order_no")),
    )
    op.create_table(
        "contract_plan",
        sa.Column("contract_no", sa.Text(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("plan_id", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["contract_no"], ["contract.contract_no"], name=op.f("fk_contract_plan_contract_no")
        ),
        sa.ForeignKeyConstraint(["plan_id"], ["tariff_plan.plan_id"], name=op.f("fk_contract_plan_plan_id")),
        sa.PrimaryKeyConstraint("contract_no", "valid_from", name=op.f("pk_contract_plan")),
    )
    op.create_table(
        "contract_quota_use",
        sa.Column("contract_no", sa.Text(), nullable=False),
        sa.Column("period_first", sa.Date(), nullable=False),
        sa.Column("sku", sa.Text(), nullable=False),
        sa.Column("line_key", sa.BigInteger(), nullable=False),
        sa.Column("hours_milli", sa.BigInteger(), nullable=False),
        sa.Column("reverses", sa.BigInteger(), nullable=True),
        sa.Column("key", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("order_no", sa.Text(), nullable=False),
        sa.Column("effect_key", sa.Text(), nullable=False),
        sa.Column("at", columns.UtcDateTime(timezone=True), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("process_instance_key", sa.BigInteger(), nullable=False),
        sa.CheckConstraint(
            "hours_milli <> 0 AND (hours_milli > 0) = (reverses IS NULL)",
            name=op.f("ck_contract_quota_use_hours"),
        ),
        sa.ForeignKeyConstraint(
            ["contract_no"], ["contract.contract_no"], name=op.f("fk_contract_quota_use_contract_no")
        ),
        sa.ForeignKeyConstraint(
            ["line_key"], ["order_line.key"], name=op.f("fk_contract_quota_use_line_key")
        ),
        sa.ForeignKeyConstraint(
            ["process_instance_key"],
            ["process_instance.key"],
            name=op.f("fk_contract_quota_use_process_instance_key"),
        ),
        sa.ForeignKeyConstraint(
            ["reverses"], ["contract_quota_use.key"], name=op.f("fk_contract_quota_use_reverses")
        ),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_contract_quota_use")),
        sa.UniqueConstraint("reverses", name=op.f("uq_contract_quota_use_reverses")),
    )
    with op.batch_alter_table("contract_quota_use", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_contract_quota_use_contract_no"), ["contract_no"], unique=False)
        batch_op.create_index(batch_op.f("ix_contract_quota_use_order_no"), ["order_no"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_contract_quota_use_process_instance_key"), ["process_instance_key"], unique=False
        )
        batch_op.create_index(
            "uq_contract_quota_use_effect",
            ["effect_key", "line_key", "sku"],
            unique=True,
            sqlite_where=sa.text("reverses IS NULL"),
            postgresql_where=sa.text("reverses IS NULL"),
        )
    op.create_table(
        "contract_suspension",
        sa.Column("key", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("contract_no", sa.Text(), nullable=False),
        sa.Column("first", sa.Date(), nullable=False),
        sa.Column("until", sa.Date(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.CheckConstraint("length(reason) > 0", name=op.f("ck_contract_suspension_reason")),
        sa.CheckConstraint("until >= first", name=op.f("ck_contract_suspension_days")),
        sa.ForeignKeyConstraint(
            ["contract_no"], ["contract.contract_no"], name=op.f("fk_contract_suspension_contract_no")
        ),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_contract_suspension")),
    )
    with op.batch_alter_table("contract_suspension", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_contract_suspension_contract_no"), ["contract_no"], unique=False)
    op.create_table(
        "credit_note",
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("complaint_no", sa.Text(), nullable=False),
        sa.Column("invoice_no", sa.Text(), nullable=False),
        sa.Column("amount_cents", sa.BigInteger(), nullable=False),
        sa.Column("lowered_cents", sa.BigInteger(), nullable=False),
        sa.Column("refunded_cents", sa.BigInteger(), nullable=False),
        sa.Column("method", sa.Text(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("reverses", sa.BigInteger(), nullable=True),
        sa.Column("key", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("order_no", sa.Text(), nullable=False),
        sa.Column("effect_key", sa.Text(), nullable=False),
        sa.Column("at", columns.UtcDateTime(timezone=True), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("process_instance_key", sa.BigInteger(), nullable=False),
        sa.CheckConstraint(
            "(reverses IS NULL AND amount_cents > 0 AND lowered_cents >= 0 AND refunded_cents >= 0) OR (reverses IS NOT NULL AND amount_cents < 0 AND lowered_cents <= 0 AND refunded_cents <= 0)",
            name=op.f("ck_credit_note_parts"),
        ),
        sa.CheckConstraint(
            "amount_cents = lowered_cents + refunded_cents", name=op.f("ck_credit_note_amount")
        ),
        sa.CheckConstraint("refunded_cents = 0 OR method IS NOT NULL", name=op.f("ck_credit_note_method")),
        sa.ForeignKeyConstraint(
            ["complaint_no"], ["complaint.complaint_no"], name=op.f("fk_credit_note_complaint_no")
        ),
        sa.ForeignKeyConstraint(["invoice_no"], ["invoice.number"], name=op.f("fk_credit_note_invoice_no")),
        sa.ForeignKeyConstraint(
            ["process_instance_key"],
            ["process_instance.key"],
            name=op.f("fk_credit_note_process_instance_key"),
        ),
        sa.ForeignKeyConstraint(["reverses"], ["credit_note.key"], name=op.f("fk_credit_note_reverses")),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_credit_note")),
        sa.UniqueConstraint(
            "complaint_no", "effect_key", name=op.f("uq_credit_note_complaint_no_effect_key")
        ),
        sa.UniqueConstraint("number", name=op.f("uq_credit_note_number")),
        sa.UniqueConstraint("reverses", name=op.f("uq_credit_note_reverses")),
    )
    with op.batch_alter_table("credit_note", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_credit_note_complaint_no"), ["complaint_no"], unique=False)
        batch_op.create_index(batch_op.f("ix_credit_note_invoice_no"), ["invoice_no"], unique=False)
        batch_op.create_index(batch_op.f("ix_credit_note_order_no"), ["order_no"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_credit_note_process_instance_key"), ["process_instance_key"], unique=False
        )
    op.create_table(
        "delivery_attempt",
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("appointment_key", sa.Text(), nullable=True),
        sa.Column("result", sa.Text(), nullable=False),
        sa.Column("is_late", sa.Boolean(), nullable=False),
        sa.Column("intact", sa.Boolean(), nullable=False),
        sa.Column("damage_is_agreed", sa.Boolean(), nullable=False),
        sa.Column("instructions_told", sa.Boolean(), nullable=False),
        sa.Column("signature", sa.Text(), nullable=True),
        sa.Column("damage", sa.Text(), nullable=True),
        sa.Column("key", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("order_no", sa.Text(), nullable=False),
        sa.Column("effect_key", sa.Text(), nullable=False),
        sa.Column("at", columns.UtcDateTime(timezone=True), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("process_instance_key", sa.BigInteger(), nullable=False),
        sa.CheckConstraint(
            "result <> 'damaged' OR coalesce(length(damage), 0) > 0", name=op.f("ck_delivery_attempt_damage")
        ),
        sa.CheckConstraint(
            "result <> 'delivered' OR ((intact OR damage_is_agreed) AND instructions_told AND coalesce(length(signature), 0) > 0)",
            name=op.f("ck_delivery_attempt_delivered"),
        ),
        sa.CheckConstraint(
            "result IN ('delivered', 'damaged', 'absent')", name=op.f("ck_delivery_attempt_result")
        ),
        sa.ForeignKeyConstraint(
            ["order_no"], ["delivery.order_no"], name=op.f("fk_delivery_attempt_order_no")
        ),
        sa.ForeignKeyConstraint(
            ["process_instance_key"],
            ["process_instance.key"],
            name=op.f("fk_delivery_attempt_process_instance_key"),
        ),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_delivery_attempt")),
        sa.UniqueConstraint("effect_key", name=op.f("uq_delivery_attempt_effect_key")),
        sa.UniqueConstraint("order_no", "number", name=op.f("uq_delivery_attempt_order_no_number")),
    )
    with op.batch_alter_table("delivery_attempt", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_delivery_attempt_order_no"), ["order_no"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_delivery_attempt_process_instance_key"), ["process_instance_key"], unique=False
        )
    op.create_table(
        "goods_receipt_line",
        sa.Column("receipt_key", sa.BigInteger(), nullable=False),
        sa.Column("line_key", sa.BigInteger(), nullable=False),
        sa.Column("sku", sa.Text(), nullable=False),
        sa.Column("delivered_milli", sa.BigInteger(), nullable=False),
        sa.Column("accepted_milli", sa.BigInteger(), nullable=False),
        sa.Column("rejected_milli", sa.BigInteger(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("is_replaced", sa.Boolean(), nullable=False),
        sa.Column("lot_no", sa.Text(), nullable=True),
        sa.Column("key", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("order_no", sa.Text(), nullable=False),
        sa.Column("effect_key", sa.Text(), nullable=False),
        sa.Column("at", columns.UtcDateTime(timezone=True), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("process_instance_key", sa.BigInteger(), nullable=False),
        sa.CheckConstraint(
            "rejected_milli = 0 OR length(coalesce(reason, '')) > 0",
            name=op.f("ck_goods_receipt_line_reason"),
        ),
        sa.CheckConstraint(
            "accepted_milli >= 0 AND rejected_milli >= 0", name=op.f("ck_goods_receipt_line_parts")
        ),
        sa.CheckConstraint(
            "delivered_milli = accepted_milli + rejected_milli", name=op.f("ck_goods_receipt_line_sum")
        ),
        sa.CheckConstraint("delivered_milli > 0", name=op.f("ck_goods_receipt_line_delivered")),
        sa.ForeignKeyConstraint(
            ["line_key"], ["purchase_order_line.key"], name=op.f("fk_goods_receipt_line_line_key")
        ),
        sa.ForeignKeyConstraint(
            ["process_instance_key"],
            ["process_instance.key"],
            name=op.f("fk_goods_receipt_line_process_instance_key"),
        ),
        sa.ForeignKeyConstraint(
            ["receipt_key"], ["goods_receipt.key"], name=op.f("fk_goods_receipt_line_receipt_key")
        ),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_goods_receipt_line")),
        sa.UniqueConstraint(
            "receipt_key", "line_key", name=op.f("uq_goods_receipt_line_receipt_key_line_key")
        ),
    )
    with op.batch_alter_table("goods_receipt_line", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_goods_receipt_line_line_key"), ["line_key"], unique=False)
        batch_op.create_index(batch_op.f("ix_goods_receipt_line_order_no"), ["order_no"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_goods_receipt_line_process_instance_key"), ["process_instance_key"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_goods_receipt_line_receipt_key"), ["receipt_key"], unique=False)
    op.create_table(
        "installation_visit",
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("appointment_key", sa.Text(), nullable=True),
        sa.Column("installer", sa.Text(), nullable=False),
        sa.Column("skill_id", sa.Text(), nullable=True),
        sa.Column("qualification_key", sa.BigInteger(), nullable=True),
        sa.Column("certified_until", sa.Date(), nullable=True),
        sa.Column("visited_on", sa.Date(), nullable=False),
        sa.Column("is_late", sa.Boolean(), nullable=False),
        sa.Column("result", sa.Text(), nullable=False),
        sa.Column("safety", columns.PlainJson(), nullable=False),
        sa.Column("materials", sa.Text(), nullable=True),
        sa.Column("situation", sa.Text(), nullable=True),
        sa.Column("test_ok", sa.Boolean(), nullable=False),
        sa.Column("key", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("order_no", sa.Text(), nullable=False),
        sa.Column("effect_key", sa.Text(), nullable=False),
        sa.Column("at", columns.UtcDateTime(timezone=True), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("process_instance_key", sa.BigInteger(), nullable=False),
        sa.CheckConstraint(
            "result <> 'installed' OR skill_id IS NULL OR (qualification_key IS NOT NULL AND (certified_until IS NULL OR certified_until >= visited_on))",
            name=op.f("ck_installation_visit_qualified"),
        ),
        sa.CheckConstraint("result <> 'installed' OR test_ok", name=op.f("ck_installation_visit_tested")),
        sa.CheckConstraint(
            "result = 'installed' OR coalesce(length(situation), 0) > 0",
            name=op.f("ck_installation_visit_situation"),
        ),
        sa.CheckConstraint(
            "result IN ('installed', 'extra_work', 'impossible', 'absent')",
            name=op.f("ck_installation_visit_result"),
        ),
        sa.ForeignKeyConstraint(
            ["installer"], ["person.login"], name=op.f("fk_installation_visit_installer")
        ),
        sa.ForeignKeyConstraint(
            ["order_no"], ["delivery.order_no"], name=op.f("fk_installation_visit_order_no")
        ),
        sa.ForeignKeyConstraint(
            ["process_instance_key"],
            ["process_instance.key"],
            name=op.f("fk_installation_visit_process_instance_key"),
        ),
        sa.ForeignKeyConstraint(
            ["qualification_key"], ["qualification.key"], name=op.f("fk_installation_visit_qualification_key")
        ),
        sa.ForeignKeyConstraint(
            ["skill_id"], ["skill.skill_id"], name=op.f("fk_installation_visit_skill_id")
        ),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_installation_visit")),
        sa.UniqueConstraint("effect_key", name=op.f("uq_installation_visit_effect_key")),
        sa.UniqueConstraint("order_no", "number", name=op.f("uq_installation_visit_order_no_number")),
    )
    with op.batch_alter_table("installation_visit", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_installation_visit_installer"), ["installer"], unique=False)
        batch_op.create_index(batch_op.f("ix_installation_visit_order_no"), ["order_no"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_installation_visit_process_instance_key"), ["process_instance_key"], unique=False
        )
    op.create_table(
        "maintenance_plan",
        sa.Column("key", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("device_key", sa.BigInteger(), nullable=False),
        sa.Column("contract_no", sa.Text(), nullable=False),
        sa.Column("checklist_id", sa.Text(), nullable=False),
        sa.Column("months", sa.Integer(), nullable=False),
        sa.Column("basis", sa.Text(), nullable=False),
        sa.Column("lead_days", sa.Integer(), nullable=False),
        sa.Column("first_due", sa.Date(), nullable=False),
        sa.Column("next_due", sa.Date(), nullable=False),
        sa.Column("last_done", sa.Date(), nullable=True),
        sa.Column("in_plan", sa.Boolean(), nullable=False),
        sa.Column("work", sa.Text(), nullable=False),
        sa.Column("skill_id", sa.Text(), nullable=True),
        sa.Column("visit_minutes", sa.Integer(), nullable=False),
        sa.Column("meter_unit", sa.Text(), nullable=True),
        sa.Column("kit", columns.PlainJson(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.CheckConstraint("basis IN ('calendar', 'completion')", name=op.f("ck_maintenance_plan_basis")),
        sa.CheckConstraint(
            "last_done IS NULL OR next_due > last_done", name=op.f("ck_maintenance_plan_next_after_last")
        ),
        sa.CheckConstraint(
            "months > 0 AND lead_days >= 0 AND visit_minutes > 0", name=op.f("ck_maintenance_plan_counts")
        ),
        sa.ForeignKeyConstraint(
            ["contract_no"], ["contract.contract_no"], name=op.f("fk_maintenance_plan_contract_no")
        ),
        sa.ForeignKeyConstraint(["device_key"], ["device.key"], name=op.f("fk_maintenance_plan_device_key")),
        sa.ForeignKeyConstraint(["work"], ["product.sku"], name=op.f("fk_maintenance_plan_work")),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_maintenance_plan")),
    )
    with op.batch_alter_table("maintenance_plan", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_maintenance_plan_active"), ["active"], unique=False)
        batch_op.create_index(batch_op.f("ix_maintenance_plan_contract_no"), ["contract_no"], unique=False)
        batch_op.create_index(batch_op.f("ix_maintenance_plan_next_due"), ["next_due"], unique=False)
        batch_op.create_index(
            "uq_maintenance_plan_device",
            ["device_key"],
            unique=True,
            sqlite_where=sa.text("active"),
            postgresql_where=sa.text("active"),
        )
    op.create_table(
        "operation_waiting",
        sa.Column("key", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("order_no", sa.Text(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("stage", sa.Text(), nullable=False),
        sa.Column("waiting_milli", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("stage IN ('work', 'inspection')", name=op.f("ck_operation_waiting_stage")),
        sa.CheckConstraint("waiting_milli >= 0", name=op.f("ck_operation_waiting_never_negative")),
        sa.ForeignKeyConstraint(
            ["order_no"], ["production_order.order_no"], name=op.f("fk_operation_waiting_order_no")
        ),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_operation_waiting")),
        sa.UniqueConstraint(
            "order_no", "number", "stage", name=op.f("uq_operation_waiting_order_no_number_stage")
        ),
    )
    op.create_table(
        "production_problem",
        sa.Column("key", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("problem_no", sa.Text(), nullable=False),
        sa.Column("order_no", sa.Text(), nullable=False),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("stops_the_line", sa.Boolean(), nullable=False),
        sa.Column("reported_by", sa.Text(), nullable=False),
        sa.Column("reported_at", columns.UtcDateTime(timezone=True), nullable=False),
        sa.Column("measure", sa.Text(), nullable=True),
        sa.Column("owner", sa.Text(), nullable=True),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("solved_at", columns.UtcDateTime(timezone=True), nullable=True),
        sa.Column("result", sa.Text(), nullable=True),
        sa.CheckConstraint(
            "(measure IS NULL) = (owner IS NULL)", name=op.f("ck_production_problem_measure_has_an_owner")
        ),
        sa.CheckConstraint("length(description) > 0", name=op.f("ck_production_problem_description")),
        sa.CheckConstraint(
            "measure IS NULL OR due_on IS NOT NULL", name=op.f("ck_production_problem_measure_is_due")
        ),
        sa.CheckConstraint(
            "solved_at IS NULL OR measure IS NOT NULL", name=op.f("ck_production_problem_solved_by_a_measure")
        ),
        sa.ForeignKeyConstraint(
            ["order_no"], ["production_order.order_no"], name=op.f("fk_production_problem_order_no")
        ),
        sa.ForeignKeyConstraint(["owner"], ["person.login"], name=op.f("fk_production_problem_owner")),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_production_problem")),
        sa.UniqueConstraint("problem_no", name=op.f("uq_production_problem_problem_no")),
    )
    with op.batch_alter_table("production_problem", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_production_problem_order_no"), ["order_no"], unique=False)
    op.create_table(
        "progress_check",
        sa.Column("key", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("order_no", sa.Text(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("opened_at", columns.UtcDateTime(timezone=True), nullable=False),
        sa.Column("percent", sa.Integer(), nullable=True),
        sa.Column("predicted_finish", sa.Date(), nullable=True),
        sa.Column("decision", sa.Text(), nullable=True),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("decided_at", columns.UtcDateTime(timezone=True), nullable=True),
        sa.Column("decided_by", sa.Text(), nullable=True),
        sa.CheckConstraint(
            "decision <> 'measures' OR coalesce(length(note), 0) > 0",
            name=op.f("ck_progress_check_measures_are_named"),
        ),
        sa.CheckConstraint(
            "decision IS NULL OR decision IN ('on_track', 'measures', 'late')",
            name=op.f("ck_progress_check_decision"),
        ),
        sa.CheckConstraint(
            "(decision IS NULL) = (decided_at IS NULL)", name=op.f("ck_progress_check_decided")
        ),
        sa.CheckConstraint(
            "decision IS NULL OR predicted_finish IS NOT NULL", name=op.f("ck_progress_check_predicted")
        ),
        sa.CheckConstraint(
            "percent IS NULL OR percent BETWEEN 0 AND 100", name=op.f("ck_progress_check_percent")
        ),
        sa.ForeignKeyConstraint(
            ["order_no"], ["production_order.order_no"], name=op.f("fk_progress_check_order_no")
        ),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_progress_check")),
        sa.UniqueConstraint("order_no", "day", name=op.f("uq_progress_check_order_no_day")),
    )
    op.create_table(
        "stock_request_line",
        sa.Column("key", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("sku", sa.Text(), nullable=False),
        sa.Column("asked_milli", sa.BigInteger(), nullable=False),
        sa.Column("quantity_milli", sa.BigInteger(), nullable=False),
        sa.CheckConstraint(
            "asked_milli > 0 AND quantity_milli >= 0", name=op.f("ck_stock_request_line_quantity")
        ),
        sa.CheckConstraint("quantity_milli <= asked_milli", name=op.f("ck_stock_request_line_not_more")),
        sa.ForeignKeyConstraint(
            ["number"], ["stock_request.number"], name=op.f("fk_stock_request_line_number")
        ),
        sa.ForeignKeyConstraint(["sku"], ["product.sku"], name=op.f("fk_stock_request_line_sku")),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_stock_request_line")),
        sa.UniqueConstraint("number", "sku", name=op.f("uq_stock_request_line_number_sku")),
    )
    op.create_table(
        "supplier_return",
        sa.Column("order_no", sa.Text(), nullable=False),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("receipt_key", sa.BigInteger(), nullable=False),
        sa.Column("handed_to", sa.Text(), nullable=False),
        sa.Column("key", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("effect_key", sa.Text(), nullable=False),
        sa.Column("at", columns.UtcDateTime(timezone=True), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("process_instance_key", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("length(handed_to) > 0", name=op.f("ck_supplier_return_handed_to")),
        sa.ForeignKeyConstraint(
            ["order_no"], ["purchase_order.number"], name=op.f("fk_supplier_return_order_no")
        ),
        sa.ForeignKeyConstraint(
            ["process_instance_key"],
            ["process_instance.key"],
            name=op.f("fk_supplier_return_process_instance_key"),
        ),
        sa.ForeignKeyConstraint(
            ["receipt_key"], ["goods_receipt.key"], name=op.f("fk_supplier_return_receipt_key")
        ),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_supplier_return")),
        sa.UniqueConstraint("number", name=op.f("uq_supplier_return_number")),
        sa.UniqueConstraint("receipt_key", name=op.f("uq_supplier_return_receipt_key")),
    )
    with op.batch_alter_table("supplier_return", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_supplier_return_order_no"), ["order_no"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_supplier_return_process_instance_key"), ["process_instance_key"], unique=False
        )
    op.create_table(
        "contract_billing",
        sa.Column("contract_no", sa.Text(), nullable=False),
        sa.Column("first", sa.Date(), nullable=False),
        sa.Column("attempt", sa.Integer(), nullable=False),
        sa.Column("plan_id", sa.Text(), nullable=False),
        sa.Column("plan_version", sa.Integer(), nullable=False),
        sa.Column("days", sa.Integer(), nullable=False),
        sa.Column("of_days", sa.Integer(), nullable=False),
        sa.Column("deducted_days", sa.Integer(), nullable=False),
        sa.Column("total_cents", sa.BigInteger(), nullable=False),
        sa.Column("invoice_no", sa.Text(), nullable=True),
        sa.Column("act_no", sa.Text(), nullable=True),
        sa.Column("reverses", sa.BigInteger(), nullable=True),
        sa.Column("key", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("order_no", sa.Text(), nullable=False),
        sa.Column("effect_key", sa.Text(), nullable=False),
        sa.Column("at", columns.UtcDateTime(timezone=True), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("process_instance_key", sa.BigInteger(), nullable=False),
        sa.CheckConstraint(
            "days >= deducted_days AND deducted_days >= 0 AND of_days >= days",
            name=op.f("ck_contract_billing_days"),
        ),
        sa.ForeignKeyConstraint(
            ["contract_no", "first"],
            ["contract_period.contract_no", "contract_period.first"],
            name=op.f("fk_contract_billing_contract_no_first"),
        ),
        sa.ForeignKeyConstraint(
            ["process_instance_key"],
            ["process_instance.key"],
            name=op.f("fk_contract_billing_process_instance_key"),
        ),
        sa.ForeignKeyConstraint(
            ["reverses"], ["contract_billing.key"], name=op.f("fk_contract_billing_reverses")
        ),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_contract_billing")),
        sa.UniqueConstraint("reverses", name=op.f("uq_contract_billing_reverses")),
    )
    with op.batch_alter_table("contract_billing", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_contract_billing_order_no"), ["order_no"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_contract_billing_process_instance_key"), ["process_instance_key"], unique=False
        )
        batch_op.create_index(
            "uq_contract_billing_period",
            ["contract_no", "first", "attempt"],
            unique=True,
            sqlite_where=sa.text("reverses IS NULL"),
            postgresql_where=sa.text("reverses IS NULL"),
        )
    op.create_table(
        "damage_remedy",
        sa.Column("attempt_number", sa.BigInteger(), nullable=False),
        sa.Column("remedy", sa.Text(), nullable=False),
        sa.Column("percent", sa.BigInteger(), nullable=False),
        sa.Column("agreement", sa.Text(), nullable=False),
        sa.Column("key", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("order_no", sa.Text(), nullable=False),
        sa.Column("effect_key", sa.Text(), nullable=False),
        sa.Column("at", columns.UtcDateTime(timezone=True), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("process_instance_key", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("(remedy = 'discount') = (percent > 0)", name=op.f("ck_damage_remedy_discount")),
        sa.CheckConstraint(
            "remedy IN ('replace', 'discount', 'refuse')", name=op.f("ck_damage_remedy_remedy")
        ),
        sa.CheckConstraint("length(agreement) > 0", name=op.f("ck_damage_remedy_agreement")),
        sa.CheckConstraint("percent BETWEEN 0 AND 100", name=op.f("ck_damage_remedy_percent")),
        sa.ForeignKeyConstraint(
            ["order_no", "attempt_number"],
            ["delivery_attempt.order_no", "delivery_attempt.number"],
            name=op.f("fk_damage_remedy_order_no_attempt_number"),
        ),
        sa.ForeignKeyConstraint(
            ["process_instance_key"],
            ["process_instance.key"],
            name=op.f("fk_damage_remedy_process_instance_key"),
        ),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_damage_remedy")),
        sa.UniqueConstraint(
            "order_no", "attempt_number", name=op.f("uq_damage_remedy_order_no_attempt_number")
        ),
    )
    with op.batch_alter_table("damage_remedy", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_damage_remedy_order_no"), ["order_no"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_damage_remedy_process_instance_key"), ["process_instance_key"], unique=False
        )
    op.create_table(
        "maintenance_due",
        sa.Column("key", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("plan_key", sa.BigInteger(), nullable=False),
        sa.Column("device_key", sa.BigInteger(), nullable=False),
        sa.Column("contract_no", sa.Text(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("order_no", sa.Text(), nullable=False),
        sa.Column("checklist_id", sa.Text(), nullable=False),
        sa.Column("checklist_version", sa.Integer(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("done_on", sa.Date(), nullable=True),
        sa.Column("skip_reason", sa.Text(), nullable=True),
        sa.Column("closed_at", columns.UtcDateTime(timezone=True), nullable=True),
        sa.Column("overdue_at", columns.UtcDateTime(timezone=True), nullable=True),
        sa.Column("repair_order_no", sa.Text(), nullable=True),
        sa.Column("repair_covered", sa.Boolean(), nullable=True),
        sa.CheckConstraint("(state = 'done') = (done_on IS NOT NULL)", name=op.f("ck_maintenance_due_done")),
        sa.CheckConstraint("(state = 'open') = (closed_at IS NULL)", name=op.f("ck_maintenance_due_closed")),
        sa.CheckConstraint(
            "state <> 'skipped' OR coalesce(length(skip_reason), 0) > 0",
            name=op.f("ck_maintenance_due_skipped"),
        ),
        sa.CheckConstraint("state IN ('open', 'done', 'skipped')", name=op.f("ck_maintenance_due_state")),
        sa.ForeignKeyConstraint(
            ["contract_no"], ["contract.contract_no"], name=op.f("fk_maintenance_due_contract_no")
        ),
        sa.ForeignKeyConstraint(["device_key"], ["device.key"], name=op.f("fk_maintenance_due_device_key")),
        sa.ForeignKeyConstraint(
            ["plan_key"], ["maintenance_plan.key"], name=op.f("fk_maintenance_due_plan_key")
        ),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_maintenance_due")),
        sa.UniqueConstraint("device_key", "due_on", name=op.f("uq_maintenance_due_device_key_due_on")),
        sa.UniqueConstraint("order_no", name=op.f("uq_maintenance_due_order_no")),
        sa.UniqueConstraint("repair_order_no", name=op.f("uq_maintenance_due_repair_order_no")),
    )
    with op.batch_alter_table("maintenance_due", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_maintenance_due_plan_key"), ["plan_key"], unique=False)
    _run(CHANGES_SQLITE if is_sqlite else THEN_POSTGRESQL)
    _run(TRIGGERS["sqlite" if is_sqlite else "postgresql"])


def downgrade() -> None:
    raise NotImplementedError(
        "Orders of the new types fit into no older version. Restore the backup that was made before."
    )


def _run(statements: tuple[str, ...]) -> None:
    for statement in statements:
        # Colons in the texts are no places for values.
        op.execute(sa.text(statement.replace(":", "\\:")))
