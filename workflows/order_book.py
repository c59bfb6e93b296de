"""Orders of which no event tells: they are kept in the audit chain of their subject before they are carried out."""

from __future__ import annotations

from typing import Annotated

import httpx
from fastapi import Depends, Request

from kit.auth import TokenSigner
from kit.problems import Unavailable
from kit.settings import Settings


class OrderBook:
    """Writes into the audit trail of the supervision service, as somebody: with their token, or by their id as control."""

    def __init__(self, settings: Settings, http: httpx.AsyncClient, authorization: str | None = None) -> None:
        self._address = f"{settings.supervision_url}/operations/orders"
        self._http = http
        self._headers = {"Authorization": authorization or f"Bearer {TokenSigner(settings).service_token('control')}"}

    async def keep(self, subject: str, order: str, reason: str, *, by: str | None = None, **detail: str | int | list[str]) -> None:
        """
        Raises:
            Unavailable: it could not be kept; what is not kept is not carried out.
        """
        entry = {"order": order, "reason": reason, "by": by, "detail": detail}
        try:
            answer = await self._http.post(f"{self._address}/{subject}", json=entry, headers=self._headers)
        except httpx.HTTPError as error:
            raise Unavailable("The supervision service keeps the record of orders and does not answer. Nothing was changed.") from error
        if not answer.is_success:
            raise Unavailable(f"The supervision service could not keep the order ({answer.status_code}). Nothing was changed.")


async def the_book(request: Request) -> OrderBook:
    return OrderBook(request.app.state.kit.settings, request.app.state.http, request.headers.get("authorization"))


TheBook = Annotated[OrderBook, Depends(the_book)]
