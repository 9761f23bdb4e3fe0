"""Joint evaluation: profiles, bids, computed evaluations, plans of money, draws, currencies.

Rounds that were there before keep the rules that they published: nothing is corrected there.
"""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "reviewer_profile",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("expertise", sa.JSON(), nullable=False),
        sa.Column("languages", sa.JSON(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_reviewer_profile_person_id_person")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reviewer_profile")),
        sa.UniqueConstraint("person_id", name=op.f("uq_reviewer_profile_person_id")),
    )
    op.create_table(
        "allocation_plan",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("round_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("method", sa.String(length=40), nullable=False),
        sa.Column("is_exact", sa.Boolean(), nullable=False),
        sa.Column("inputs", sa.JSON(), nullable=False),
        sa.Column("result", sa.JSON(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("seconds", sa.Double(), nullable=False),
        sa.Column("made_by_id", sa.Uuid(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("entered_by_id", sa.Uuid(), nullable=True),
        sa.Column("entered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("discarded_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["entered_by_id"], ["person.id"], name=op.f("fk_allocation_plan_entered_by_id_person")
        ),
        sa.ForeignKeyConstraint(
            ["made_by_id"], ["person.id"], name=op.f("fk_allocation_plan_made_by_id_person")
        ),
        sa.ForeignKeyConstraint(
            ["round_id"], ["round.id"], name=op.f("fk_allocation_plan_round_id_round")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_allocation_plan")),
    )
    op.create_index(
        "ix_allocation_plan_round_id_made_at",
        "allocation_plan",
        ["round_id", "made_at"],
        unique=False,
    )
    op.create_table(
        "exchange_rate",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("round_id", sa.Uuid(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("rate", sa.String(length=32), nullable=False),
        sa.Column("source", sa.String(length=200), nullable=False),
        sa.Column("quoted_on", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(
            ["round_id"],
            ["round.id"],
            name=op.f("fk_exchange_rate_round_id_round"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_exchange_rate")),
        sa.UniqueConstraint(
            "round_id", "currency", name=op.f("uq_exchange_rate_round_id_currency")
        ),
    )
    op.create_table(
        "joint_evaluation",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("round_id", sa.Uuid(), nullable=False),
        sa.Column("inputs_sha256", sa.String(length=64), nullable=False),
        sa.Column("method", sa.String(length=40), nullable=False),
        sa.Column("result", sa.JSON(), nullable=False),
        sa.Column("seconds", sa.Double(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["round_id"], ["round.id"], name=op.f("fk_joint_evaluation_round_id_round")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_joint_evaluation")),
        sa.UniqueConstraint(
            "round_id", "inputs_sha256", name=op.f("uq_joint_evaluation_round_id_inputs_sha256")
        ),
    )
    op.create_table(
        "lottery",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("round_id", sa.Uuid(), nullable=False),
        sa.Column("places", sa.Integer(), nullable=False),
        sa.Column("entries", sa.JSON(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("commitment", sa.String(length=64), nullable=False),
        sa.Column("frozen_by_id", sa.Uuid(), nullable=False),
        sa.Column("frozen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("public_value", sa.String(), nullable=False),
        sa.Column("record", sa.JSON(), nullable=False),
        sa.Column("drawn_by_id", sa.Uuid(), nullable=True),
        sa.Column("drawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("places >= 1", name=op.f("ck_lottery_places")),
        sa.ForeignKeyConstraint(
            ["drawn_by_id"], ["person.id"], name=op.f("fk_lottery_drawn_by_id_person")
        ),
        sa.ForeignKeyConstraint(
            ["frozen_by_id"], ["person.id"], name=op.f("fk_lottery_frozen_by_id_person")
        ),
        sa.ForeignKeyConstraint(["round_id"], ["round.id"], name=op.f("fk_lottery_round_id_round")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_lottery")),
    )
    op.create_index(op.f("ix_lottery_round_id"), "lottery", ["round_id"], unique=False)
    op.create_table(
        "bid",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("round_id", sa.Uuid(), nullable=False),
        sa.Column("application_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column(
            "value",
            sa.Enum(
                "eager",
                "willing",
                "reluctant",
                name="bidvalue",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=False,
        ),
        sa.Column("entered_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["application_id"], ["application.id"], name=op.f("fk_bid_application_id_application")
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_bid_person_id_person")),
        sa.ForeignKeyConstraint(["round_id"], ["round.id"], name=op.f("fk_bid_round_id_round")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bid")),
        sa.UniqueConstraint(
            "application_id", "person_id", name=op.f("uq_bid_application_id_person_id")
        ),
    )
    op.create_index(op.f("ix_bid_person_id"), "bid", ["person_id"], unique=False)
    op.create_index("ix_bid_round_id_person_id", "bid", ["round_id", "person_id"], unique=False)
    op.create_table(
        "funding_wish",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("round_id", sa.Uuid(), nullable=False),
        sa.Column("application_id", sa.Uuid(), nullable=False),
        sa.Column("funder_id", sa.Uuid(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "opt_out",
                "pin",
                name="wishkind",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=False,
        ),
        sa.Column("amount", sa.BigInteger(), nullable=True),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("entered_by_id", sa.Uuid(), nullable=False),
        sa.Column("entered_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "(kind = 'pin') = (amount IS NOT NULL)", name=op.f("ck_funding_wish_amount_of_pin")
        ),
        sa.CheckConstraint("amount IS NULL OR amount > 0", name=op.f("ck_funding_wish_amount")),
        sa.ForeignKeyConstraint(
            ["application_id"],
            ["application.id"],
            name=op.f("fk_funding_wish_application_id_application"),
        ),
        sa.ForeignKeyConstraint(
            ["entered_by_id"], ["person.id"], name=op.f("fk_funding_wish_entered_by_id_person")
        ),
        sa.ForeignKeyConstraint(
            ["funder_id"], ["funder.id"], name=op.f("fk_funding_wish_funder_id_funder")
        ),
        sa.ForeignKeyConstraint(
            ["round_id"], ["round.id"], name=op.f("fk_funding_wish_round_id_round")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_funding_wish")),
        sa.UniqueConstraint(
            "application_id", "funder_id", name=op.f("uq_funding_wish_application_id_funder_id")
        ),
    )
    op.create_index(op.f("ix_funding_wish_funder_id"), "funding_wish", ["funder_id"], unique=False)
    op.create_index(
        "ix_funding_wish_round_id_funder_id",
        "funding_wish",
        ["round_id", "funder_id"],
        unique=False,
    )
    op.add_column("application", sa.Column("own_currency", sa.String(length=3), nullable=True))
    op.add_column("application", sa.Column("own_amount", sa.BigInteger(), nullable=True))
    op.add_column(
        "assignment_plan", sa.Column("details", sa.JSON(), server_default="{}", nullable=False)
    )
    op.add_column("contribution", sa.Column("own_amount", sa.BigInteger(), nullable=True))
    op.add_column("envelope", sa.Column("own_currency", sa.String(length=3), nullable=True))
    op.add_column("envelope", sa.Column("own_amount", sa.BigInteger(), nullable=True))
    op.add_column(
        "ranking", sa.Column("evaluation", sa.JSON(), server_default="{}", nullable=False)
    )
    op.add_column(
        "round", sa.Column("takes_bids", sa.Boolean(), server_default=sa.false(), nullable=False)
    )
    op.add_column(
        "round",
        sa.Column("weighs_confidence", sa.Boolean(), server_default=sa.false(), nullable=False),
    )
    op.add_column(
        "round",
        sa.Column("corrects_strictness", sa.Boolean(), server_default=sa.false(), nullable=False),
    )


def downgrade() -> None:
    op.drop_column("round", "corrects_strictness")
    op.drop_column("round", "weighs_confidence")
    op.drop_column("round", "takes_bids")
    op.drop_column("ranking", "evaluation")
    op.drop_column("envelope", "own_amount")
    op.drop_column("envelope", "own_currency")
    op.drop_column("contribution", "own_amount")
    op.drop_column("assignment_plan", "details")
    op.drop_column("application", "own_amount")
    op.drop_column("application", "own_currency")
    op.drop_index("ix_funding_wish_round_id_funder_id", table_name="funding_wish")
    op.drop_index(op.f("ix_funding_wish_funder_id"), table_name="funding_wish")
    op.drop_table("funding_wish")
    op.drop_index("ix_bid_round_id_person_id", table_name="bid")
    op.drop_index(op.f("ix_bid_person_id"), table_name="bid")
    op.drop_table("bid")
    op.drop_index(op.f("ix_lottery_round_id"), table_name="lottery")
    op.drop_table("lottery")
    op.drop_table("joint_evaluation")
    op.drop_table("exchange_rate")
    op.drop_index("ix_allocation_plan_round_id_made_at", table_name="allocation_plan")
    op.drop_table("allocation_plan")
    op.drop_table("reviewer_profile")
