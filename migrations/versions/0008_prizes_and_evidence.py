"""Prizes and evidence.

Revision 0008, follows 0007.
"""

import sqlalchemy as sa
from alembic import op

from migrations.changes import add_pointer, allow_words, drop_pointer

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


KINDS = (
    *("award_letter", "decline_letter", "reserve_letter", "withdrawal_letter"),
    *("announcement", "submission_copy"),
)
"""Kinds of documents before this revision."""

APPROVER = ("citation_approved_by_id", "fk_decision_citation_approved_by_id_person")


def upgrade() -> None:
    op.create_table(
        "jury_minute",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("round_id", sa.Uuid(), nullable=False),
        sa.Column("category", sa.String(length=120), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("present", sa.JSON(), nullable=False),
        sa.Column("written_by_id", sa.Uuid(), nullable=False),
        sa.Column("written_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["round_id"], ["round.id"], name=op.f("fk_jury_minute_round_id_round")
        ),
        sa.ForeignKeyConstraint(
            ["written_by_id"], ["person.id"], name=op.f("fk_jury_minute_written_by_id_person")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_jury_minute")),
    )
    op.create_index(
        "ix_jury_minute_round_id_written_at",
        "jury_minute",
        ["round_id", "written_at"],
        unique=False,
    )
    op.create_table(
        "nomination",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("round_id", sa.Uuid(), nullable=False),
        sa.Column("title", sa.String(length=300), nullable=False),
        sa.Column("website", sa.String(length=500), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("maker_name", sa.String(length=200), nullable=False),
        sa.Column("maker_email", sa.String(length=254), nullable=False),
        sa.Column("nominator_name", sa.String(length=200), nullable=False),
        sa.Column("nominator_email", sa.String(length=254), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "received",
                "asked",
                "consented",
                "refused",
                "dismissed",
                name="nominationstate",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=False,
        ),
        sa.Column("token_hash", sa.String(length=64), nullable=True),
        sa.Column("application_id", sa.Uuid(), nullable=True),
        sa.Column("nominated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("asked_by_id", sa.Uuid(), nullable=True),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answer_note", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["application_id"],
            ["application.id"],
            name=op.f("fk_nomination_application_id_application"),
        ),
        sa.ForeignKeyConstraint(
            ["asked_by_id"], ["person.id"], name=op.f("fk_nomination_asked_by_id_person")
        ),
        sa.ForeignKeyConstraint(
            ["round_id"], ["round.id"], name=op.f("fk_nomination_round_id_round")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_nomination")),
        sa.UniqueConstraint("round_id", "website", name=op.f("uq_nomination_round_id_website")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_nomination_token_hash")),
    )
    op.create_index(
        op.f("ix_nomination_application_id"), "nomination", ["application_id"], unique=False
    )
    op.create_index(
        "ix_nomination_round_id_state", "nomination", ["round_id", "state"], unique=False
    )
    op.create_table(
        "pair_judgement",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("round_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("left_id", sa.Uuid(), nullable=False),
        sa.Column("right_id", sa.Uuid(), nullable=False),
        sa.Column(
            "verdict",
            sa.Enum(
                "left",
                "right",
                "equal",
                name="pairverdict",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=False,
        ),
        sa.Column("note", sa.String(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("judged_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("left_id < right_id", name=op.f("ck_pair_judgement_order")),
        sa.ForeignKeyConstraint(
            ["left_id"], ["application.id"], name=op.f("fk_pair_judgement_left_id_application")
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_pair_judgement_person_id_person")
        ),
        sa.ForeignKeyConstraint(
            ["right_id"], ["application.id"], name=op.f("fk_pair_judgement_right_id_application")
        ),
        sa.ForeignKeyConstraint(
            ["round_id"], ["round.id"], name=op.f("fk_pair_judgement_round_id_round")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pair_judgement")),
        sa.UniqueConstraint(
            "person_id",
            "left_id",
            "right_id",
            name=op.f("uq_pair_judgement_person_id_left_id_right_id"),
        ),
    )
    op.create_index(op.f("ix_pair_judgement_left_id"), "pair_judgement", ["left_id"], unique=False)
    op.create_index(
        op.f("ix_pair_judgement_right_id"), "pair_judgement", ["right_id"], unique=False
    )
    op.create_index("ix_pair_judgement_round_id", "pair_judgement", ["round_id"], unique=False)
    op.create_table(
        "public_vote",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("round_id", sa.Uuid(), nullable=False),
        sa.Column("application_id", sa.Uuid(), nullable=False),
        sa.Column("voter_hash", sa.String(length=64), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("cast_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["application_id"],
            ["application.id"],
            name=op.f("fk_public_vote_application_id_application"),
        ),
        sa.ForeignKeyConstraint(
            ["round_id"], ["round.id"], name=op.f("fk_public_vote_round_id_round")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_public_vote")),
        sa.UniqueConstraint(
            "round_id", "voter_hash", name=op.f("uq_public_vote_round_id_voter_hash")
        ),
        sa.UniqueConstraint("token_hash", name=op.f("uq_public_vote_token_hash")),
    )
    op.create_index(
        "ix_public_vote_application_id", "public_vote", ["application_id"], unique=False
    )
    op.create_table(
        "rerun",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("round_id", sa.Uuid(), nullable=False),
        sa.Column("application_id", sa.Uuid(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "asked",
                "delivered",
                "confirmed",
                "failed",
                "waived",
                "withdrawn",
                name="rerunstate",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=False,
        ),
        sa.Column("claim", sa.JSON(), nullable=False),
        sa.Column("verifier_name", sa.String(length=200), nullable=False),
        sa.Column("verifier_email", sa.String(length=254), nullable=False),
        sa.Column("verifier_id", sa.Uuid(), nullable=True),
        sa.Column("token_hash", sa.String(length=64), nullable=True),
        sa.Column("asked_by_id", sa.Uuid(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("filename", sa.String(length=200), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("comparison", sa.JSON(), nullable=False),
        sa.Column("note", sa.String(), nullable=False),
        sa.Column("delivered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("settled_by_id", sa.Uuid(), nullable=True),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reason", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["application_id"], ["application.id"], name=op.f("fk_rerun_application_id_application")
        ),
        sa.ForeignKeyConstraint(
            ["asked_by_id"], ["person.id"], name=op.f("fk_rerun_asked_by_id_person")
        ),
        sa.ForeignKeyConstraint(["round_id"], ["round.id"], name=op.f("fk_rerun_round_id_round")),
        sa.ForeignKeyConstraint(
            ["settled_by_id"], ["person.id"], name=op.f("fk_rerun_settled_by_id_person")
        ),
        sa.ForeignKeyConstraint(
            ["verifier_id"], ["person.id"], name=op.f("fk_rerun_verifier_id_person")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rerun")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_rerun_token_hash")),
    )
    op.create_index(op.f("ix_rerun_application_id"), "rerun", ["application_id"], unique=False)
    op.create_index("ix_rerun_round_id_state", "rerun", ["round_id", "state"], unique=False)
    op.create_index(op.f("ix_rerun_verifier_id"), "rerun", ["verifier_id"], unique=False)
    op.create_table(
        "credential",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("award_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("token", sa.String(), nullable=False),
        sa.Column("issued_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("revoked_by_id", sa.Uuid(), nullable=True),
        sa.Column("reason", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["award_id"], ["award.id"], name=op.f("fk_credential_award_id_award")
        ),
        sa.ForeignKeyConstraint(
            ["revoked_by_id"], ["person.id"], name=op.f("fk_credential_revoked_by_id_person")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_credential")),
        sa.UniqueConstraint("award_id", name=op.f("uq_credential_award_id")),
        sa.UniqueConstraint("number", name=op.f("uq_credential_number")),
    )
    op.add_column(
        "application",
        sa.Column("in_gallery", sa.Boolean(), server_default=sa.false(), nullable=False),
    )
    op.add_column(
        "attachment",
        sa.Column("is_sensitive", sa.Boolean(), server_default=sa.false(), nullable=False),
    )
    op.add_column(
        "criterion",
        sa.Column("wants_evidence", sa.Boolean(), server_default=sa.false(), nullable=False),
    )
    op.add_column("criterion", sa.Column("facts", sa.JSON(), server_default="[]", nullable=False))
    op.add_column(
        "decision", sa.Column("citation_wish", sa.String(), server_default="", nullable=False)
    )
    op.add_column(
        "decision", sa.Column("citation_approved_at", sa.DateTime(timezone=True), nullable=True)
    )
    add_pointer("decision", *APPROVER, target="person")
    op.add_column(
        "prize_rung",
        sa.Column("category", sa.String(length=120), server_default="", nullable=False),
    )
    op.add_column("round", sa.Column("prize_rules", sa.JSON(), server_default="{}", nullable=False))
    op.add_column("score", sa.Column("evidence", sa.JSON(), nullable=True))
    for table in ("document_order", "letter_text"):
        allow_words(table, "kind", "documentkind", words=(*KINDS, "certificate"))


def downgrade() -> None:
    op.execute("DELETE FROM letter_text WHERE kind = 'certificate'")
    op.execute("DELETE FROM document_order WHERE kind = 'certificate'")
    op.execute("DELETE FROM issued_document WHERE kind = 'certificate'")
    for table in ("document_order", "letter_text"):
        allow_words(table, "kind", "documentkind", words=KINDS)
    op.drop_column("score", "evidence")
    op.drop_column("round", "prize_rules")
    op.drop_column("prize_rung", "category")
    drop_pointer("decision", *APPROVER)
    op.drop_column("decision", "citation_approved_at")
    op.drop_column("decision", "citation_wish")
    op.drop_column("criterion", "facts")
    op.drop_column("criterion", "wants_evidence")
    op.drop_column("attachment", "is_sensitive")
    op.drop_column("application", "in_gallery")
    op.drop_table("credential")
    op.drop_index(op.f("ix_rerun_verifier_id"), table_name="rerun")
    op.drop_index("ix_rerun_round_id_state", table_name="rerun")
    op.drop_index(op.f("ix_rerun_application_id"), table_name="rerun")
    op.drop_table("rerun")
    op.drop_index("ix_public_vote_application_id", table_name="public_vote")
    op.drop_table("public_vote")
    op.drop_index("ix_pair_judgement_round_id", table_name="pair_judgement")
    op.drop_index(op.f("ix_pair_judgement_right_id"), table_name="pair_judgement")
    op.drop_index(op.f("ix_pair_judgement_left_id"), table_name="pair_judgement")
    op.drop_table("pair_judgement")
    op.drop_index("ix_nomination_round_id_state", table_name="nomination")
    op.drop_index(op.f("ix_nomination_application_id"), table_name="nomination")
    op.drop_table("nomination")
    op.drop_index("ix_jury_minute_round_id_written_at", table_name="jury_minute")
    op.drop_table("jury_minute")
