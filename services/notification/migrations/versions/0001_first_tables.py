"""The tables of the notification service: people, preferences, cases, messages and attempts to deliver them."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import ARRAY

from kit.db import create_plumbing

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    create_plumbing(op.get_bind())
    op.create_table(
        "person",
        sa.Column("person_id", sa.Text(), primary_key=True),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("email", sa.Text(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("roles", ARRAY(sa.Text()), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
    )
    op.create_index("person_roles", "person", ["roles"], postgresql_using="gin")
    op.create_table(
        "preference",
        sa.Column("person_id", sa.Text(), sa.ForeignKey("person.person_id"), primary_key=True),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("email", sa.Boolean(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
    )
    op.create_table(
        "appraisal_case",
        sa.Column("case_id", sa.Text(), primary_key=True),
        sa.Column("cycle_id", sa.Text(), nullable=False),
        sa.Column("employee_id", sa.Text(), nullable=False),
    )
    op.create_table(
        "message",
        sa.Column("message_id", sa.Uuid(), primary_key=True),
        sa.Column("position", sa.BigInteger(), sa.Identity(), nullable=False, unique=True),
        sa.Column("person_id", sa.Text(), sa.ForeignKey("person.person_id"), nullable=False),
        sa.Column("event_id", sa.Uuid(), nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("urgency", sa.Text(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("link", sa.Text(), nullable=False),
        sa.Column("about", sa.Text(), nullable=False),
        sa.Column("cycle_id", sa.Text(), nullable=True),
        sa.Column("case_id", sa.Text(), nullable=True),
        sa.Column("trace", sa.Text(), nullable=True),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("next_attempt_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("delivered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("read_at", sa.DateTime(timezone=True), nullable=True),
        sa.UniqueConstraint("person_id", "event_id", "channel", name="message_once"),
    )
    op.create_index("message_inbox", "message", ["person_id", sa.text("position DESC")], postgresql_where=sa.text("channel = 'inbox'"))
    op.create_index("message_unread", "message", ["person_id"], postgresql_where=sa.text("channel = 'inbox' AND read_at IS NULL"))
    op.create_index("message_due", "message", ["next_attempt_at", "position"], postgresql_where=sa.text("state = 'pending'"))
    op.create_index("message_case", "message", ["case_id", "position"])
    op.create_index("message_person", "message", ["person_id", "position"])
    op.create_index("message_cycle", "message", ["cycle_id"])
    op.create_table(
        "delivery_attempt",
        sa.Column("message_id", sa.Uuid(), sa.ForeignKey("message.message_id"), primary_key=True),
        sa.Column("number", sa.Integer(), primary_key=True, autoincrement=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("outcome", sa.Text(), nullable=False),
        sa.Column("detail", sa.Text(), nullable=False),
    )


def downgrade() -> None:
    for table in ("delivery_attempt", "message", "appraisal_case", "preference", "person"):
        op.drop_table(table)
