"""Alembic's way into the supervision database."""

from kit.migrations import run_environment
from services.supervision.models import Row

run_environment(Row.metadata)
