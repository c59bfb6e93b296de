"""What a page's handler is given: the services and what was typed."""

from __future__ import annotations

from typing import Annotated

from fastapi import Depends, Request
from starlette.datastructures import FormData

from services.portal.clients import Services
from services.portal.forms import new_key, text_of


async def all_services(request: Request) -> Services:
    services: Services = request.app.state.services
    return services


async def typed_form(request: Request) -> FormData:
    """The posted fields (their form token is checked before)."""
    return await request.form()


Portal = Annotated[Services, Depends(all_services)]
Typed = Annotated[FormData, Depends(typed_form)]


def key_of(form: FormData) -> str:
    """The idempotency key the form was rendered with."""
    return text_of(form, "key")[:80] or new_key()
