"""Sealed documents.

Revision 0005, follows 0004.
"""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "document_order", sa.Column("code", sa.String(length=16), server_default="", nullable=False)
    )
    op.add_column(
        "issued_document",
        sa.Column("unsealed_sha256", sa.String(length=64), server_default="", nullable=False),
    )
    op.add_column(
        "issued_document",
        sa.Column("code", sa.String(length=16), server_default="", nullable=False),
    )
    op.create_index("ix_issued_document_sha256", "issued_document", ["sha256"], unique=False)
    op.create_index(
        "ix_issued_document_unsealed_sha256", "issued_document", ["unsealed_sha256"], unique=False
    )


def downgrade() -> None:
    op.drop_index("ix_issued_document_unsealed_sha256", table_name="issued_document")
    op.drop_index("ix_issued_document_sha256", table_name="issued_document")
    op.drop_column("issued_document", "code")
    op.drop_column("issued_document", "unsealed_sha256")
    op.drop_column("document_order", "code")
