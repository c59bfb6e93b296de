"""``python -m siklus``."""

from siklus.cli import app

app()
