"""Semantics: signals, conditions, near misses of messages, listeners, steps that people choose, answers kept for repeats."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from engine import columns, keys

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

#: What changes in tables that were there.
CHANGES_POSTGRESQL = (
    "DROP INDEX ix_process_instance_correlation",
    "ALTER TABLE job ADD COLUMN priority INTEGER",
    "UPDATE job SET priority = 0",
    "ALTER TABLE job ALTER COLUMN priority SET NOT NULL",
    "ALTER TABLE message ADD COLUMN plain_key TEXT",
    "UPDATE message SET plain_key = ''",
    "ALTER TABLE message ALTER COLUMN plain_key SET NOT NULL",
    "ALTER TABLE start_subscription ADD COLUMN signal_name TEXT",
    "ALTER TABLE message_subscription ADD COLUMN plain_key TEXT",
    "UPDATE message_subscription SET plain_key = ''",
    "ALTER TABLE message_subscription ALTER COLUMN plain_key SET NOT NULL",
)
#: What their new rules and indexes need the new tables for.
THEN_POSTGRESQL = (
    "CREATE INDEX ix_message_age ON public.message USING btree (published_at)",
    "CREATE INDEX ix_start_subscription_signal_name ON public.start_subscription USING btree (signal_name)",
    "CREATE UNIQUE INDEX ix_process_instance_correlation ON public.process_instance USING btree (process_id, correlation_key) WHERE ((state = 'active'::text) AND (correlation_key IS NOT NULL))",
    "CREATE INDEX ix_process_instance_open ON public.process_instance USING btree (key) WHERE (state = 'active'::text)",
    "CREATE INDEX ix_open_flow_node_choice ON public.open_flow_node USING btree (entered_at) WHERE (element_type = 'adHocSubProcess'::text)",
    "CREATE INDEX ix_message_subscription_plain ON public.message_subscription USING btree (message_name, plain_key)",
)
#: SQLite changes no table in place: each is written anew, filled from the old one, and takes its name.
CHANGES_SQLITE = (
    'CREATE TABLE new_message (\n    "key" BIGINT NOT NULL,\n    name TEXT NOT NULL,\n    correlation_key TEXT NOT NULL,\n    plain_key TEXT DEFAULT \'\' NOT NULL,\n    message_id TEXT,\n    variables TEXT NOT NULL,\n    published_at DATETIME NOT NULL,\n    expires_at DATETIME NOT NULL,\n    CONSTRAINT pk_message PRIMARY KEY ("key"),\n    CONSTRAINT uq_message_name_correlation_key_message_id UNIQUE (name, correlation_key, message_id)\n)',
    "INSERT INTO new_message (key, name, correlation_key, message_id, variables, published_at, expires_at, plain_key) SELECT key, name, correlation_key, message_id, variables, published_at, expires_at, '' FROM message",
    "DROP TABLE message",
    "ALTER TABLE new_message RENAME TO message",
    "CREATE INDEX ix_message_age ON message (published_at)",
    "CREATE INDEX ix_message_expiry ON message (expires_at)",
    'CREATE TABLE new_process_instance (\n    "key" BIGINT NOT NULL,\n    process_definition_key BIGINT NOT NULL,\n    process_id TEXT NOT NULL,\n    business_key TEXT NOT NULL,\n    correlation_key TEXT,\n    subject TEXT,\n    state TEXT NOT NULL,\n    version INTEGER NOT NULL,\n    tokens BLOB NOT NULL,\n    started_at DATETIME NOT NULL,\n    started_by TEXT NOT NULL,\n    ended_at DATETIME,\n    silent_since DATETIME,\n    CONSTRAINT pk_process_instance PRIMARY KEY ("key"),\n    CONSTRAINT fk_process_instance_process_definition_key FOREIGN KEY(process_definition_key) REFERENCES process_definition ("key")\n)',
    "INSERT INTO new_process_instance (key, process_definition_key, process_id, business_key, correlation_key, subject, state, version, tokens, started_at, started_by, ended_at, silent_since) SELECT key, process_definition_key, process_id, business_key, correlation_key, subject, state, version, tokens, started_at, started_by, ended_at, silent_since FROM process_instance",
    "DROP TABLE process_instance",
    "ALTER TABLE new_process_instance RENAME TO process_instance",
    "CREATE INDEX ix_process_instance_business_key ON process_instance (business_key)",
    "CREATE UNIQUE INDEX ix_process_instance_correlation ON process_instance (process_id, correlation_key) WHERE state = 'active' AND correlation_key IS NOT NULL",
    "CREATE INDEX ix_process_instance_definition ON process_instance (process_definition_key, state)",
    "CREATE INDEX ix_process_instance_open ON process_instance (\"key\") WHERE state = 'active'",
    "CREATE INDEX ix_process_instance_silent_since ON process_instance (silent_since)",
    "CREATE INDEX ix_process_instance_starter ON process_instance (started_by, started_at)",
    "CREATE INDEX ix_process_instance_state ON process_instance (state, started_at)",
    'CREATE TABLE new_start_subscription (\n    "key" BIGINT NOT NULL,\n    process_definition_key BIGINT NOT NULL,\n    process_id TEXT NOT NULL,\n    element_id TEXT NOT NULL,\n    kind TEXT NOT NULL,\n    message_name TEXT,\n    signal_name TEXT,\n    CONSTRAINT pk_start_subscription PRIMARY KEY ("key"),\n    CONSTRAINT fk_start_subscription_process_definition_key FOREIGN KEY(process_definition_key) REFERENCES process_definition ("key")\n)',
    "INSERT INTO new_start_subscription (key, process_definition_key, process_id, element_id, kind, message_name) SELECT key, process_definition_key, process_id, element_id, kind, message_name FROM start_subscription",
    "DROP TABLE start_subscription",
    "ALTER TABLE new_start_subscription RENAME TO start_subscription",
    "CREATE INDEX ix_start_subscription_message_name ON start_subscription (message_name)",
    "CREATE INDEX ix_start_subscription_process_id ON start_subscription (process_id)",
    "CREATE INDEX ix_start_subscription_signal_name ON start_subscription (signal_name)",
    'CREATE TABLE new_job (\n    "key" BIGINT NOT NULL,\n    kind TEXT NOT NULL,\n    name TEXT NOT NULL,\n    process_instance_key BIGINT,\n    token_id INTEGER,\n    element_id TEXT,\n    occurrence INTEGER NOT NULL,\n    state TEXT NOT NULL,\n    due_at DATETIME NOT NULL,\n    lease_until DATETIME,\n    fence INTEGER NOT NULL,\n    attempts INTEGER NOT NULL,\n    retries INTEGER NOT NULL,\n    priority INTEGER NOT NULL,\n    detail TEXT,\n    problem TEXT,\n    CONSTRAINT pk_job PRIMARY KEY ("key"),\n    CONSTRAINT uq_job_process_instance_key_token_id_name_occurrence UNIQUE (process_instance_key, token_id, name, occurrence),\n    CONSTRAINT fk_job_process_instance_key FOREIGN KEY(process_instance_key) REFERENCES process_instance ("key")\n)',
    "INSERT INTO new_job (key, kind, name, process_instance_key, token_id, element_id, occurrence, state, due_at, lease_until, fence, attempts, retries, detail, problem, priority) SELECT key, kind, name, process_instance_key, token_id, element_id, occurrence, state, due_at, lease_until, fence, attempts, retries, detail, problem, 0 FROM job",
    "DROP TABLE job",
    "ALTER TABLE new_job RENAME TO job",
    "CREATE INDEX ix_job_due ON job (due_at) WHERE state = 'ready'",
    "CREATE INDEX ix_job_lease ON job (lease_until) WHERE state = 'running'",
    "CREATE TABLE new_message_subscription (\n    process_instance_key BIGINT NOT NULL,\n    token_id INTEGER NOT NULL,\n    event_id TEXT NOT NULL,\n    process_id TEXT NOT NULL,\n    message_name TEXT NOT NULL,\n    correlation_key TEXT NOT NULL,\n    plain_key TEXT DEFAULT '' NOT NULL,\n    opened_at DATETIME NOT NULL,\n    CONSTRAINT pk_message_subscription PRIMARY KEY (process_instance_key, token_id, event_id),\n    CONSTRAINT fk_message_subscription_process_instance_key FOREIGN KEY(process_instance_key) REFERENCES process_instance (\"key\")\n)",
    "INSERT INTO new_message_subscription (process_instance_key, token_id, event_id, process_id, message_name, correlation_key, opened_at, plain_key) SELECT process_instance_key, token_id, event_id, process_id, message_name, correlation_key, opened_at, '' FROM message_subscription",
    "DROP TABLE message_subscription",
    "ALTER TABLE new_message_subscription RENAME TO message_subscription",
    "CREATE INDEX ix_message_subscription_name ON message_subscription (message_name, correlation_key)",
    "CREATE INDEX ix_message_subscription_plain ON message_subscription (message_name, plain_key)",
    'CREATE TABLE new_open_flow_node (\n    process_instance_key BIGINT NOT NULL,\n    token_id INTEGER NOT NULL,\n    element_id TEXT NOT NULL,\n    element_type TEXT NOT NULL,\n    process_definition_key BIGINT NOT NULL,\n    entered_at DATETIME NOT NULL,\n    CONSTRAINT pk_open_flow_node PRIMARY KEY (process_instance_key, token_id),\n    CONSTRAINT fk_open_flow_node_process_instance_key FOREIGN KEY(process_instance_key) REFERENCES process_instance ("key")\n)',
    "INSERT INTO new_open_flow_node (process_instance_key, token_id, element_id, element_type, process_definition_key, entered_at) SELECT process_instance_key, token_id, element_id, element_type, process_definition_key, entered_at FROM open_flow_node",
    "DROP TABLE open_flow_node",
    "ALTER TABLE new_open_flow_node RENAME TO open_flow_node",
    "CREATE INDEX ix_open_flow_node_choice ON open_flow_node (entered_at) WHERE element_type = 'adHocSubProcess'",
    "CREATE INDEX ix_open_flow_node_definition ON open_flow_node (process_definition_key, element_id)",
)
#: Of several active instances that one key had started, the oldest keeps the key: only one may have it from now on.
ONE_A_KEY = (
    "UPDATE process_instance SET correlation_key = NULL WHERE state = 'active' AND correlation_key IS NOT NULL AND key > (SELECT MIN(other.key) FROM process_instance AS other WHERE other.process_id = process_instance.process_id AND other.correlation_key = process_instance.correlation_key AND other.state = 'active')",
)
#: What only grows, or stays as it was frozen, is kept so by the database itself.
TRIGGERS = {
    "sqlite": (),
    "postgresql": (),
}


def upgrade() -> None:
    is_sqlite = op.get_bind().dialect.name == "sqlite"
    _run(ONE_A_KEY)
    _run(() if is_sqlite else CHANGES_POSTGRESQL)
    op.create_table(
        "kept_answer",
        sa.Column("place", sa.LargeBinary(length=32), nullable=False),
        sa.Column("said", sa.LargeBinary(length=32), nullable=False),
        sa.Column("status", sa.Integer(), nullable=False),
        sa.Column("headers", columns.PlainJson(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("kept_at", columns.UtcDateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("place", name=op.f("pk_kept_answer")),
    )
    with op.batch_alter_table("kept_answer", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_kept_answer_kept_at"), ["kept_at"], unique=False)
    op.create_table(
        "missed_message",
        sa.Column("key", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("correlation_key", sa.Text(), nullable=False),
        sa.Column("plain_key", sa.Text(), nullable=False),
        sa.Column("published_at", columns.UtcDateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_missed_message")),
    )
    with op.batch_alter_table("missed_message", schema=None) as batch_op:
        batch_op.create_index("ix_missed_message_age", ["published_at"], unique=False)
        batch_op.create_index("ix_missed_message_key", ["correlation_key"], unique=False)
        batch_op.create_index("ix_missed_message_name", ["name", "published_at"], unique=False)
    op.create_table(
        "event_subscription",
        sa.Column("process_instance_key", sa.BigInteger(), nullable=False),
        sa.Column("token_id", sa.Integer(), nullable=False),
        sa.Column("event_id", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("opened_at", columns.UtcDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["process_instance_key"],
            ["process_instance.key"],
            name=op.f("fk_event_subscription_process_instance_key"),
        ),
        sa.PrimaryKeyConstraint(
            "process_instance_key", "token_id", "event_id", name=op.f("pk_event_subscription")
        ),
    )
    with op.batch_alter_table("event_subscription", schema=None) as batch_op:
        batch_op.create_index("ix_event_subscription_name", ["kind", "name"], unique=False)
    _run(CHANGES_SQLITE if is_sqlite else THEN_POSTGRESQL)
    _run(TRIGGERS["sqlite" if is_sqlite else "postgresql"])
    # Where an order waits for a message already, a key that nearly fits is to be seen too.
    for table in ("message", "message_subscription"):
        _fill_plain_keys(sa.table(table, sa.column("correlation_key"), sa.column("plain_key")))


def _fill_plain_keys(table: sa.TableClause) -> None:
    connection = op.get_bind()
    for key in connection.scalars(sa.select(table.c.correlation_key).distinct()).all():
        connection.execute(
            sa.update(table).where(table.c.correlation_key == key).values(plain_key=keys.plain(key))
        )


def downgrade() -> None:
    raise NotImplementedError(
        "Instances with the new elements fit into no older version. Restore the backup that was made before."
    )


def _run(statements: tuple[str, ...]) -> None:
    for statement in statements:
        # Colons in the texts are no places for values.
        op.execute(sa.text(statement.replace(":", "\\:")))
