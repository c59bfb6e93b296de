"""Manners, further channels, links that act, suppression: messages that wait, gather and lapse; tasks and policies known here."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

INSTANT = sa.DateTime(timezone=True)


def _filled(table: str, name: str, kind: sa.types.TypeEngine, value: str) -> None:
    """A column that rows already there need a value in; new rows always bring theirs."""
    op.add_column(table, sa.Column(name, kind, nullable=False, server_default=sa.text(value)))
    op.alter_column(table, name, server_default=None)


def upgrade() -> None:
    _filled("preference", "choices", JSONB(), "'{}'")
    _filled("preference", "quiet_from", sa.Text(), "'20:00'")
    _filled("preference", "quiet_to", sa.Text(), "'06:00'")
    _filled("preference", "digest_at", sa.Text(), "''")
    op.create_table(
        "mute",
        sa.Column("person_id", sa.Text(), sa.ForeignKey("person.person_id"), primary_key=True),
        sa.Column("what", sa.Text(), primary_key=True),
        sa.Column("value", sa.Text(), primary_key=True),
        sa.Column("since", INSTANT, nullable=False),
    )
    op.create_table(
        "destination",
        sa.Column("destination_id", sa.Uuid(), primary_key=True),
        sa.Column("person_id", sa.Text(), sa.ForeignKey("person.person_id"), nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("keys", JSONB(), nullable=False),
        sa.Column("secret", sa.Text(), nullable=False),
        sa.Column("former_secret", sa.Text(), nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("gone_at", INSTANT, nullable=True),
        sa.Column("gone_because", sa.Text(), nullable=False),
        sa.UniqueConstraint("person_id", "channel", "address", name="destination_once"),
    )
    op.create_table(
        "task",
        sa.Column("task_id", sa.Text(), primary_key=True),
        sa.Column("case_id", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("assignee_id", sa.Text(), nullable=False),
        sa.Column("due_at", INSTANT, nullable=True),
        sa.Column("closed", sa.Boolean(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
    )
    op.create_table("cycle", sa.Column("cycle_id", sa.Text(), primary_key=True), sa.Column("policies", JSONB(), nullable=False))
    op.create_table(
        "suppression",
        sa.Column("address", sa.Text(), primary_key=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("since", INSTANT, nullable=False),
    )
    op.create_table(
        "link_use",
        sa.Column("identity", sa.Text(), primary_key=True),
        sa.Column("person_id", sa.Text(), nullable=False),
        sa.Column("used_at", INSTANT, nullable=False),
    )
    _filled("message", "task_version", sa.Integer(), "0")
    for name in ("action", "lapses", "batch_key"):
        _filled("message", name, sa.Text(), "''")
    for name in ("parts", "history"):
        _filled("message", name, JSONB(), "'[]'")
    _filled("message", "resends", sa.Integer(), "0")
    op.add_column("message", sa.Column("task_id", sa.Text(), nullable=True))
    op.add_column("message", sa.Column("lead_id", sa.Uuid(), sa.ForeignKey("message.message_id"), nullable=True))
    for name in ("due_at", "not_before", "snoozed_until"):
        op.add_column("message", sa.Column(name, INSTANT, nullable=True))
    op.drop_index("message_due", "message")
    pending, held = sa.text("state = 'pending'"), sa.text("state = 'held'")
    op.create_index("message_due", "message", ["channel", "next_attempt_at", "position"], postgresql_where=pending)
    op.create_index("message_held", "message", ["not_before"], postgresql_where=held)
    op.create_index("message_group", "message", ["person_id", "channel", "batch_key"], postgresql_where=held)
    op.create_index("message_snoozed", "message", ["snoozed_until"], postgresql_where=sa.text("snoozed_until IS NOT NULL"))
    op.create_index("message_joined", "message", ["lead_id"], postgresql_where=sa.text("lead_id IS NOT NULL"))
    op.create_index("message_failed", "message", ["position"], postgresql_where=sa.text("state = 'failed'"))


def downgrade() -> None:
    for name in ("message_failed", "message_joined", "message_snoozed", "message_group", "message_held", "message_due"):
        op.drop_index(name, "message")
    for name in (
        "snoozed_until", "not_before", "due_at", "lead_id", "task_id", "resends", "history", "parts", "batch_key", "lapses", "action", "task_version",
    ):  # fmt: skip
        op.drop_column("message", name)
    op.create_index("message_due", "message", ["next_attempt_at", "position"], postgresql_where=sa.text("state = 'pending'"))
    for table in ("link_use", "suppression", "cycle", "task", "destination", "mute"):
        op.drop_table(table)
    for name in ("digest_at", "quiet_to", "quiet_from", "choices"):
        op.drop_column("preference", name)
