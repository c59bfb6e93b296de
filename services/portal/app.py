"""The portal's application: pages, session, security headers, assets, and the clients of the services."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator, Mapping

import httpx
from fastapi import Depends, FastAPI
from fastapi.routing import APIRouter
from starlette.middleware.gzip import GZipMiddleware
from starlette.middleware.sessions import SessionMiddleware

from kit.http import create_app as create_service
from kit.settings import Settings, load_settings
from services.portal import assets
from services.portal.clients import Services
from services.portal.endpoints import PAGES, actions, citizen_form
from services.portal.endpoints.errors import install_pages_of_errors, refusal_page
from services.portal.endpoints.gathering import FORM_BYTES, UPLOAD_PATH
from services.portal.endpoints.sign_in import identity_provider
from services.portal.security import SecurityHeaders, check_form_token, session_secret
from services.portal.sessions import TokenDesk

UPLOADS = ("/people/import", "/people/history/import")


def create_app(settings: Settings | None = None, transports: Mapping[str, httpx.AsyncBaseTransport] | None = None) -> FastAPI:
    """The portal. ``transports`` put services into this process by name, for tests."""
    settings = settings or load_settings()
    services = Services(settings, transports)

    @contextlib.asynccontextmanager
    async def running() -> AsyncIterator[None]:
        await assets.install_once()
        try:
            yield
        finally:
            await services.close()

    # Every change passes the form-token check: it is set where pages are put together, so no page can forget it.
    pages = APIRouter(dependencies=[Depends(check_form_token)], include_in_schema=False)
    for router in PAGES:
        pages.include_router(router)
    app = create_service(
        "portal",
        settings,
        title="Siklus portal",
        routers=[pages, actions.one_click, citizen_form.answers],
        around=[running],
        checks={"assets": assets.check()},
        upload_paths=UPLOADS,
        limits={UPLOAD_PATH: settings.evidence_limit_bytes + FORM_BYTES},
        refusal=refusal_page,
    )
    app.state.services = services
    app.state.tokens = TokenDesk(settings)
    app.state.identity_provider = identity_provider(settings)
    install_pages_of_errors(app)
    assets.mount(app)
    https = settings.portal_url.startswith("https://")
    app.add_middleware(
        SessionMiddleware,
        secret_key=session_secret(settings),
        session_cookie="siklus_session",
        max_age=settings.token_minutes * 60,
        same_site="lax",
        https_only=https,
    )
    app.add_middleware(GZipMiddleware, minimum_size=1000)
    app.add_middleware(SecurityHeaders, https=https)
    return app
