"""The gradebook: students × exercises in SQLite or PostgreSQL, where nothing that was judged is ever overwritten.

`book` holds what others call. Nothing is imported here, and SQLAlchemy and Alembic only by `grade batch` and the
commands on the gradebook: a student's path never pays for them.
"""
