"""Runs the migrations on the connection that `fundapp.adapters.schema` hands over."""

from alembic import context

from fundapp.models import Base

connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    target_metadata=Base.metadata,
    render_as_batch=bool(context.config.attributes.get("as_batch")),
    compare_type=True,
    transaction_per_migration=False,
)
with context.begin_transaction():
    context.run_migrations()
