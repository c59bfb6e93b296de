"""Alembic's way into the notification database."""

from kit.migrations import run_environment
from services.notification.models import Row

run_environment(Row.metadata)
