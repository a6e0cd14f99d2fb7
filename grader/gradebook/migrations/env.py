"""Alembic's door: runs the migrations on the connection, and in the transaction, that `grader.gradebook.migrating` has."""

from alembic import context

from grader.gradebook.schema import VERSION_TABLE, metadata


def migrate() -> None:
    """Run the migrations that are due."""
    connection = context.config.attributes["connection"]
    context.configure(connection=connection, target_metadata=metadata, version_table=VERSION_TABLE)
    with context.begin_transaction():
        context.run_migrations()


if __name__ == "env_py":  # the name under which Alembic runs this file; an ordinary import does nothing
    migrate()
