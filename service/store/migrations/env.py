"""What Alembic runs; the connection comes from `service.store.migrate`, which holds the lock and the transaction."""

from __future__ import annotations

from alembic import context

from service.store.migrate import VERSION_TABLE
from service.store.tables import metadata


def _run() -> None:
    context.configure(
        connection=context.config.attributes["connection"],
        target_metadata=metadata,
        version_table=VERSION_TABLE,
        transactional_ddl=True,
        render_as_batch=True,
    )
    with context.begin_transaction():
        context.run_migrations()


if hasattr(context, "config"):  # Alembic runs it; whoever merely imports every module does not
    _run()
