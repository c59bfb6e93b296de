"""Check-ins may rate results and behaviour; a review says whether a new idea benefited the organisation."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("check_in", sa.Column("results", sa.Text(), nullable=True))
    op.add_column("check_in", sa.Column("behaviour", sa.Text(), nullable=True))
    op.add_column("review", sa.Column("new_idea", sa.Boolean(), nullable=False, server_default=sa.false()))


def downgrade() -> None:
    op.drop_column("review", "new_idea")
    op.drop_column("check_in", "behaviour")
    op.drop_column("check_in", "results")
