"""Alembic's entry: runs the migrations on the connection that `webapp.schema` hands over."""

from __future__ import annotations

from alembic import context

from webapp.schema import Base

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=Base.metadata,
    # SQLite cannot change a column in place: Alembic copies the table.
    render_as_batch=True,
    user_module_prefix="columns.",
)
with context.begin_transaction():
    context.run_migrations()
