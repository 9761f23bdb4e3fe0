"""Cancelled calls and deleted drafts.

A round may be cancelled, and says why. A line of the audit record outlives a draft that
was deleted, so its round is no foreign key any more.
"""

import re

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

STATES = (
    *("draft", "open", "screening", "reviewing"),
    *("deliberating", "decided", "announced", "closed"),
)
STATE_CHECK = "ck_round_roundstate"
ROUND_KEY = "fk_audit_event_round_id_round"


def upgrade() -> None:
    op.add_column(
        "round", sa.Column("cancelled_because", sa.String(), server_default="", nullable=False)
    )
    _allow_states((*STATES, "cancelled"))
    if op.get_bind().dialect.name == "sqlite":
        _rebuild("audit_event", rf",\s*CONSTRAINT {ROUND_KEY} [^\n,]*", "")
    else:
        op.drop_constraint(op.f(ROUND_KEY), "audit_event", type_="foreignkey")


def downgrade() -> None:
    op.execute("UPDATE round SET state = 'closed' WHERE state = 'cancelled'")
    _allow_states(STATES)
    op.drop_column("round", "cancelled_because")
    key = f"CONSTRAINT {ROUND_KEY} FOREIGN KEY(round_id) REFERENCES round (id)"
    if op.get_bind().dialect.name == "sqlite":
        _rebuild("audit_event", r"\s*\)\s*$", f",\n\t{key}\n)")
    else:
        # Lines of deleted drafts point at nothing, and no line may be changed.
        op.execute(f"ALTER TABLE audit_event ADD {key} NOT VALID")


def _allow_states(states: tuple[str, ...]) -> None:
    check = f"state IN ({', '.join(repr(state) for state in states)})"
    if op.get_bind().dialect.name == "sqlite":
        _rebuild("round", rf"{STATE_CHECK} CHECK \([^)]*\)\)", f"{STATE_CHECK} CHECK ({check})")
    else:
        op.drop_constraint(op.f(STATE_CHECK), "round", type_="check")
        op.create_check_constraint(op.f(STATE_CHECK), "round", check)


def _rebuild(table: str, pattern: str, replacement: str) -> None:
    """Make an SQLite table anew with one part of its definition replaced."""
    parts = op.get_bind().execute(
        sa.text("SELECT type, sql FROM sqlite_master WHERE tbl_name = :table AND sql IS NOT NULL"),
        {"table": table},
    )
    found = parts.all()
    definition = next(sql for kind, sql in found if kind == "table")
    changed, count = re.subn(pattern, lambda match: replacement, definition)
    if count != 1:
        raise RuntimeError(f"the definition of {table} is not the expected one")
    op.execute(re.sub(r'^CREATE TABLE "?\w+"?', f"CREATE TABLE new_{table}", changed))
    op.execute(f"INSERT INTO new_{table} SELECT * FROM {table}")  # noqa: S608  (our own names)
    op.execute(f"DROP TABLE {table}")
    op.execute(f"ALTER TABLE new_{table} RENAME TO {table}")
    for kind, sql in found:
        if kind != "table":
            op.execute(sql)
