"""Migrations of the gradebook, run by Alembic; each file of `versions` leads from one version to the next."""
