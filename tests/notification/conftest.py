"""Fixtures of the notification tests: a mail server and a town with its own database."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable

import pytest

from kit.settings import Settings
from tests.notification.town import Post, Town


@pytest.fixture
async def post() -> AsyncIterator[Post]:
    """A real SMTP server."""
    made = Post()
    await made.open()
    yield made
    await made.close()


@pytest.fixture
async def town(make_database: Callable[[str], str], settings: Settings, post: Post) -> AsyncIterator[Town]:
    """The service on a fresh migrated database, with its people and one open case."""
    changes = {
        "notification_database_url": make_database("notification"),
        "smtp_port": post.port,
        "portal_url": "https://siklus.bandung.example",
    }
    made = Town(settings.model_copy(update=changes))
    await made.found()
    yield made
    await made.close()
