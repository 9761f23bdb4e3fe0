"""Weights of funders.

Revision 0004, follows 0003.
"""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "funder_weight",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("round_id", sa.Uuid(), nullable=False),
        sa.Column("funder_id", sa.Uuid(), nullable=False),
        sa.Column("criterion_id", sa.Uuid(), nullable=False),
        sa.Column("weight", sa.Integer(), nullable=False),
        sa.CheckConstraint("weight >= 0", name=op.f("ck_funder_weight_weight")),
        sa.ForeignKeyConstraint(
            ["criterion_id"],
            ["criterion.id"],
            name=op.f("fk_funder_weight_criterion_id_criterion"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["funder_id"], ["funder.id"], name=op.f("fk_funder_weight_funder_id_funder")
        ),
        sa.ForeignKeyConstraint(
            ["round_id"],
            ["round.id"],
            name=op.f("fk_funder_weight_round_id_round"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_funder_weight")),
        sa.UniqueConstraint(
            "criterion_id", "funder_id", name=op.f("uq_funder_weight_criterion_id_funder_id")
        ),
    )
    op.create_index(
        op.f("ix_funder_weight_funder_id"), "funder_weight", ["funder_id"], unique=False
    )
    op.create_index(
        "ix_funder_weight_round_id_funder_id",
        "funder_weight",
        ["round_id", "funder_id"],
        unique=False,
    )
    op.add_column(
        "reviewer_profile",
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
    )
    _reword_bids("reluctant", "unwilling")


def downgrade() -> None:
    _reword_bids("unwilling", "reluctant")
    op.drop_column("reviewer_profile", "version")
    op.drop_index("ix_funder_weight_round_id_funder_id", table_name="funder_weight")
    op.drop_index(op.f("ix_funder_weight_funder_id"), table_name="funder_weight")
    op.drop_table("funder_weight")


def _reword_bids(old: str, new: str) -> None:
    bid = sa.table("bid", sa.column("value", sa.String))
    with op.batch_alter_table("bid") as table:
        table.drop_constraint(op.f("ck_bid_bidvalue"), type_="check")
    op.execute(sa.update(bid).where(bid.c.value == old).values(value=new))
    allowed = bid.c.value.in_(["eager", "willing", new])
    with op.batch_alter_table("bid") as table:
        table.create_check_constraint(op.f("ck_bid_bidvalue"), allowed)
