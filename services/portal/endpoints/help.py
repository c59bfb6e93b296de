"""What each page is for, in one place."""

from __future__ import annotations

from fastapi import APIRouter, Request
from starlette.responses import Response

from services.portal.page_help import help_for
from services.portal.rendering import page
from services.portal.sessions import SignedIn

router = APIRouter()


@router.get("/help")
async def help_page(request: Request, visitor: SignedIn) -> Response:
    return page(request, "help.html", pages=help_for(visitor.roles))
