"""Changes of tables that SQLite can only make by making the table anew."""

import re

import sqlalchemy as sa
from alembic import op


def allow_words(table: str, column: str, check_name: str, *, words: tuple[str, ...]) -> None:
    """Let the column hold exactly `words`."""
    constraint = f"ck_{table}_{check_name}"
    check = f"{column} IN ({', '.join(repr(word) for word in words)})"
    if _is_sqlite():
        _rebuild(table, rf"{constraint} CHECK \([^)]*\)\)", f"{constraint} CHECK ({check})")
    else:
        op.drop_constraint(op.f(constraint), table, type_="check")
        op.create_check_constraint(op.f(constraint), table, check)


def add_pointer(table: str, column: str, key: str, *, target: str) -> None:
    """Add a column that may point at a row of `target`; `key` names the foreign key."""
    kind = sa.Uuid().compile(dialect=op.get_bind().dialect)
    op.execute(
        f"ALTER TABLE {table} ADD COLUMN {column} {kind} CONSTRAINT {key} REFERENCES {target} (id)"
    )


def drop_pointer(table: str, column: str, key: str) -> None:
    """Drop a column that `add_pointer` added."""
    if _is_sqlite():
        _rebuild(table, rf",\s*{column} [^,\n]*REFERENCES \w+ \(id\)", "", without=column)
    else:
        op.drop_constraint(op.f(key), table, type_="foreignkey")
        op.drop_column(table, column)


def _is_sqlite() -> bool:
    return op.get_bind().dialect.name == "sqlite"


def _rebuild(table: str, pattern: str, replacement: str, *, without: str = "") -> None:
    """Make an SQLite table anew with one part of its definition replaced."""
    bind = op.get_bind()
    parts = bind.execute(
        sa.text("SELECT type, sql FROM sqlite_master WHERE tbl_name = :table AND sql IS NOT NULL"),
        {"table": table},
    )
    found = parts.all()
    definition = next(sql for kind, sql in found if kind == "table")
    changed, count = re.subn(pattern, lambda match: replacement, definition)
    if count != 1:
        raise RuntimeError(f"the definition of {table} is not the expected one")
    columns = [column["name"] for column in sa.inspect(bind).get_columns(table)]
    kept = ", ".join(f'"{column}"' for column in columns if column != without)
    op.execute(re.sub(r'^CREATE TABLE "?\w+"?', f"CREATE TABLE new_{table}", changed))
    op.execute(f"INSERT INTO new_{table} ({kept}) SELECT {kept} FROM {table}")  # noqa: S608
    op.execute(f"DROP TABLE {table}")
    op.execute(f"ALTER TABLE new_{table} RENAME TO {table}")
    for kind, sql in found:
        if kind != "table":
            op.execute(sql)
