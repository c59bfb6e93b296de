"""The desk: what is typed and not sent yet, and plans agreed to together."""

from __future__ import annotations

from fastapi import APIRouter
from pydantic import AwareDatetime

from kit.http import Caller, ServiceRoute, Unit
from services.supervision.schemas import Key
from services.supervision.schemas_desk import AgreementsBody, AgreementsView, DraftBody, DraftList, DraftView, FormName
from services.supervision.service import agreements, drafts

router = APIRouter(tags=["desk"], route_class=ServiceRoute)


@router.get("/drafts")
async def list_drafts(unit: Unit, caller: Caller, about: Key | None = None) -> DraftList:
    """The caller's drafts, the newest first; ``about`` keeps those about one case or meeting."""
    return DraftList(items=[DraftView.model_validate(draft) for draft in await drafts.mine(unit, caller, about)])


@router.put("/drafts/{form}", status_code=204)
async def keep_draft(form: FormName, body: DraftBody, unit: Unit, caller: Caller) -> None:
    """Keep what the caller has typed into a form, in place of what was kept of it."""
    await drafts.keep(unit, caller, form, body)


@router.delete("/drafts/{form}", status_code=204)
async def forget_draft(form: FormName, unit: Unit, caller: Caller, kept_at: AwareDatetime | None = None) -> None:
    """The form was sent, or given up. ``kept_at`` (the ``saved_at`` that was read) spares what another window kept after it."""
    await drafts.forget(unit, caller, form, kept_at)


@router.post("/plan-agreements")
async def agree_to_plans(body: AgreementsBody, unit: Unit, caller: Caller) -> AgreementsView:
    """Agree to many plans at once, or preview it (``dry_run``); one that is refused stops none of the others."""
    return await agreements.agree(unit, caller, body)
