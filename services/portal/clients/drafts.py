"""Drafts of forms and plans agreed to together: the desk in the supervision service."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from urllib.parse import quote

from services.portal.clients.base import ServiceClient, View


class Draft(View):
    """What was typed into a form and not sent yet."""

    form: str
    about: str = ""
    fields: dict[str, str] = {}
    saved_at: datetime


class Agreement(View):
    """What became of one plan, or would. ``outcome``: agreed, would_agree or refused."""

    case_id: str
    plan_version: int
    outcome: str
    employee_name: str = ""
    revision: bool = False
    status: int = 200
    detail: str = ""


class DeskClient(ServiceClient):
    """What the supervision service keeps of a person's desk."""

    async def drafts(self, token: str, about: str = "") -> dict[str, Draft]:
        """By the name of their form."""
        body = (await self.get(token, "/drafts", about=about)).body
        return {row["form"]: Draft.model_validate(row) for row in body["items"]}

    async def keep_draft(self, token: str, form: str, fields: dict[str, str]) -> None:
        await self.send("PUT", token, f"/drafts/{quote(form, safe='')}", body={"fields": fields})

    async def forget_draft(self, token: str, form: str, *, kept_at: datetime | None = None) -> None:
        """Throw away what was kept of a form; with ``kept_at`` only where nothing was kept after it."""
        query = {"kept_at": kept_at.isoformat()} if kept_at is not None else None
        await self.send("DELETE", token, f"/drafts/{quote(form, safe='')}", query=query)

    async def agree_to_plans(self, token: str, plans: list[tuple[str, int]], *, dry_run: bool, key: str) -> list[Agreement]:
        named = [{"case_id": case_id, "plan_version": version} for case_id, version in plans]
        body: dict[str, Any] = {"plans": named, "dry_run": dry_run}
        answer = await self.send("POST", token, "/plan-agreements", body=body, key=key)
        return [Agreement.model_validate(row) for row in answer.body["items"]]
