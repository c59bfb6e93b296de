"""Own ratings in the self-assessment, and who rates a case anew without sight of its ratings."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import ARRAY

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("appraisal_case", sa.Column("blind_to", ARRAY(sa.Text()), nullable=False, server_default="{}"))
    op.alter_column("appraisal_case", "blind_to", server_default=None)
    op.add_column("self_assessment", sa.Column("results", sa.Text(), nullable=True))
    op.add_column("self_assessment", sa.Column("behaviour", sa.Text(), nullable=True))


def downgrade() -> None:
    op.drop_column("self_assessment", "behaviour")
    op.drop_column("self_assessment", "results")
    op.drop_column("appraisal_case", "blind_to")
