"""Alembic's way into the appraisal database."""

from kit.migrations import run_environment
from services.appraisal.models import Row

run_environment(Row.metadata)
