"""Decisions out: languages, own texts, signatures, versions of awards, files and open data.

Revision 0006, follows 0005.
"""

import sqlalchemy as sa
from alembic import op

from migrations.changes import add_pointer, allow_words, drop_pointer

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

WORDS = {
    ("award", "state", "awardstate"): (
        ("issued", "accepted", "refused", "withdrawn"),
        ("issued", "accepted", "refused", "lapsed", "withdrawn"),
    ),
    ("document_order", "state", "orderstate"): (
        ("queued", "issued", "failed"),
        ("unsigned", "queued", "issued", "failed", "superseded"),
    ),
    ("document_order", "kind", "documentkind"): (
        (*("award_letter", "decline_letter", "reserve_letter"), "announcement", "submission_copy"),
        (
            *("award_letter", "decline_letter", "reserve_letter", "withdrawal_letter"),
            *("announcement", "submission_copy"),
        ),
    ),
}
"""What a column of a table may hold: before, and from here on."""

POINTERS = {
    "decision": ("follows_id", "fk_decision_follows_id_decision", "decision"),
    "document_order": ("text_id", "fk_document_order_text_id_letter_text", "letter_text"),
}
"""Columns that point at a row of a table."""


def upgrade() -> None:
    op.create_table(
        "column_set",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("export", sa.String(length=24), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("columns", sa.JSON(), nullable=False),
        sa.Column("saved_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_column_set_person_id_person")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_column_set")),
        sa.UniqueConstraint(
            "person_id", "export", "name", name=op.f("uq_column_set_person_id_export_name")
        ),
    )
    op.create_table(
        "publisher",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("prefix", sa.String(length=60), nullable=False),
        sa.Column("org_id", sa.String(length=120), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("website", sa.String(length=500), nullable=False),
        sa.Column("licence", sa.String(length=200), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("changed_by_id", sa.Uuid(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["changed_by_id"], ["person.id"], name=op.f("fk_publisher_changed_by_id_person")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_publisher")),
    )
    op.create_table(
        "letter_text",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("round_id", sa.Uuid(), nullable=True),
        sa.Column(
            "kind",
            sa.Enum(
                "award_letter",
                "decline_letter",
                "reserve_letter",
                "withdrawal_letter",
                "announcement",
                "submission_copy",
                name="documentkind",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=False,
        ),
        sa.Column("language", sa.String(length=16), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("parts", sa.JSON(), nullable=False),
        sa.Column("written_by_id", sa.Uuid(), nullable=False),
        sa.Column("written_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["round_id"], ["round.id"], name=op.f("fk_letter_text_round_id_round")
        ),
        sa.ForeignKeyConstraint(
            ["written_by_id"], ["person.id"], name=op.f("fk_letter_text_written_by_id_person")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_letter_text")),
        sa.UniqueConstraint(
            "round_id",
            "kind",
            "language",
            "version",
            name=op.f("uq_letter_text_round_id_kind_language_version"),
        ),
    )
    op.create_table(
        "round_file",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("round_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=24), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "unsigned",
                "queued",
                "issued",
                "failed",
                "superseded",
                name="orderstate",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=False,
        ),
        sa.Column("filename", sa.String(length=120), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("state_sha256", sa.String(length=64), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("problem", sa.String(), nullable=False),
        sa.Column("ordered_by_id", sa.Uuid(), nullable=False),
        sa.Column("ordered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["ordered_by_id"], ["person.id"], name=op.f("fk_round_file_ordered_by_id_person")
        ),
        sa.ForeignKeyConstraint(
            ["round_id"], ["round.id"], name=op.f("fk_round_file_round_id_round")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_round_file")),
    )
    op.create_index(
        "ix_round_file_round_id_ordered_at", "round_file", ["round_id", "ordered_at"], unique=False
    )
    op.create_table(
        "award_version",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("award_id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("terms", sa.JSON(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("made_by_id", sa.Uuid(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["award_id"], ["award.id"], name=op.f("fk_award_version_award_id_award")
        ),
        sa.ForeignKeyConstraint(
            ["made_by_id"], ["person.id"], name=op.f("fk_award_version_made_by_id_person")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_award_version")),
        sa.UniqueConstraint("award_id", "version", name=op.f("uq_award_version_award_id_version")),
    )
    op.create_table(
        "letter_signature",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("order_id", sa.Uuid(), nullable=False),
        sa.Column("funder_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("statement", sa.String(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("signed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["funder_id"], ["funder.id"], name=op.f("fk_letter_signature_funder_id_funder")
        ),
        sa.ForeignKeyConstraint(
            ["order_id"],
            ["document_order.id"],
            name=op.f("fk_letter_signature_order_id_document_order"),
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_letter_signature_person_id_person")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_letter_signature")),
        sa.UniqueConstraint(
            "order_id", "funder_id", name=op.f("uq_letter_signature_order_id_funder_id")
        ),
    )
    op.add_column(
        "application",
        sa.Column("language", sa.String(length=16), server_default="en", nullable=False),
    )
    op.add_column("award", sa.Column("version", sa.Integer(), server_default="1", nullable=False))
    op.add_column(
        "contribution",
        sa.Column("paid_when", sa.String(length=60), server_default="", nullable=False),
    )
    op.add_column(
        "document_order",
        sa.Column("language", sa.String(length=16), server_default="en", nullable=False),
    )
    op.add_column(
        "funder", sa.Column("org_id", sa.String(length=120), server_default="", nullable=False)
    )
    op.add_column(
        "funder", sa.Column("ror", sa.String(length=9), server_default="", nullable=False)
    )
    op.add_column(
        "organisation",
        sa.Column("org_id", sa.String(length=120), server_default="", nullable=False),
    )
    op.add_column(
        "organisation", sa.Column("ror", sa.String(length=9), server_default="", nullable=False)
    )
    op.add_column(
        "organisation",
        sa.Column("is_individual", sa.Boolean(), server_default=sa.false(), nullable=False),
    )
    op.add_column(
        "organisation",
        sa.Column("may_be_named", sa.Boolean(), server_default=sa.false(), nullable=False),
    )
    op.add_column(
        "outbox_message", sa.Column("bounced_at", sa.DateTime(timezone=True), nullable=True)
    )
    op.add_column(
        "outbox_message", sa.Column("bounce_reason", sa.String(), server_default="", nullable=False)
    )
    op.add_column(
        "person", sa.Column("language", sa.String(length=16), server_default="en", nullable=False)
    )
    op.add_column(
        "person", sa.Column("orcid", sa.String(length=19), server_default="", nullable=False)
    )
    op.add_column(
        "round",
        sa.Column("needs_signatures", sa.Boolean(), server_default=sa.false(), nullable=False),
    )
    op.add_column(
        "round", sa.Column("announcement_languages", sa.JSON(), server_default="[]", nullable=False)
    )

    for table in POINTERS:
        add_pointer(table, *POINTERS[table][:2], target=POINTERS[table][2])
    for column, (_, words) in WORDS.items():
        allow_words(*column, words=words)


def downgrade() -> None:
    op.execute("UPDATE award SET state = 'refused' WHERE state = 'lapsed'")
    op.execute("DELETE FROM letter_signature")
    op.execute("DELETE FROM document_order WHERE state IN ('unsigned', 'superseded')")
    op.execute("DELETE FROM document_order WHERE kind = 'withdrawal_letter'")
    op.execute("DELETE FROM issued_document WHERE kind = 'withdrawal_letter'")
    for column, (words, _) in WORDS.items():
        allow_words(*column, words=words)
    for table in POINTERS:
        drop_pointer(table, *POINTERS[table][:2])
    op.drop_column("round", "announcement_languages")
    op.drop_column("round", "needs_signatures")
    op.drop_column("person", "orcid")
    op.drop_column("person", "language")
    op.drop_column("outbox_message", "bounce_reason")
    op.drop_column("outbox_message", "bounced_at")
    op.drop_column("organisation", "may_be_named")
    op.drop_column("organisation", "is_individual")
    op.drop_column("organisation", "ror")
    op.drop_column("organisation", "org_id")
    op.drop_column("funder", "ror")
    op.drop_column("funder", "org_id")
    op.drop_column("document_order", "language")
    op.drop_column("contribution", "paid_when")
    op.drop_column("award", "version")
    op.drop_column("application", "language")
    op.drop_table("letter_signature")
    op.drop_table("award_version")
    op.drop_index("ix_round_file_round_id_ordered_at", table_name="round_file")
    op.drop_table("round_file")
    op.drop_table("letter_text")
    op.drop_table("publisher")
    op.drop_table("column_set")
