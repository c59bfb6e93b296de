"""Mending drift from the command line: the desk's own order, given as the doctor."""

from __future__ import annotations

from typing import Any

import httpx

from kit.auth import TokenSigner
from kit.settings import Settings


async def reconcile(settings: Settings, cycle_id: str, reason: str, *, dry_run: bool) -> list[dict[str, Any]]:
    """What drifted between services and workflows, and what became of each finding.

    Raises:
        ValueError: the desk refuses, or does not answer.
    """
    token = TokenSigner(settings).service_token("doctor")
    address = f"{settings.control_url}/cycles/{cycle_id}/reconcile"
    async with httpx.AsyncClient(timeout=600, headers={"Authorization": f"Bearer {token}"}, trust_env=False) as http:
        try:
            answer = await http.post(address, json={"reason": reason, "dry_run": dry_run})
        except httpx.HTTPError as error:
            raise ValueError(f"control does not answer: {type(error).__name__}") from error
    if not answer.is_success:
        raise ValueError(f"control answered {answer.status_code}: {answer.text[:300]}")
    found: list[dict[str, Any]] = answer.json()["findings"]
    return found
