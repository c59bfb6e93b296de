"""The audit trail is added to in one call of the database."""

from __future__ import annotations

from alembic import op

from kit.db import AUDIT_APPEND

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute(AUDIT_APPEND)


def downgrade() -> None:
    op.execute("DROP FUNCTION IF EXISTS append_audit")
