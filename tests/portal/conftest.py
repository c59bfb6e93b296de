"""Fixtures of the portal's tests."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from fastapi import FastAPI

from kit.settings import Settings
from services.portal.app import create_app
from tests.portal.city import NOBODY
from tests.portal.visitor import Visitor


@pytest.fixture
def lonely_settings(settings: Settings) -> Settings:
    """Settings whose services are all down: nobody listens at their addresses."""
    address = NOBODY
    return settings.model_copy(
        update={"appraisal_url": address, "supervision_url": address, "notification_url": address, "control_url": address}
    )


@pytest.fixture
def lonely_portal(lonely_settings: Settings) -> FastAPI:
    """The portal with every service down."""
    return create_app(lonely_settings)


@pytest.fixture
async def visitor(lonely_portal: FastAPI, lonely_settings: Settings) -> AsyncIterator[Visitor]:
    """Somebody at the portal whose services are down."""
    made = Visitor(lonely_portal, lonely_settings)
    yield made
    await made.close()
