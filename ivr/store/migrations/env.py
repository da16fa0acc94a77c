"""Alembic's entry: run the migrations on the connection that `ivr.store.migrate` hands over."""

from __future__ import annotations

from alembic import context

from ivr.store.tables import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    transactional_ddl=True,  # on SQLite too: its DDL rolls back, given the explicit BEGIN of `migrate`
    render_as_batch=True,  # SQLite cannot alter most things in place
)
with context.begin_transaction():
    context.run_migrations()
