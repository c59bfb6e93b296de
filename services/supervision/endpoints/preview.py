"""What a life event would do to open tasks."""

from __future__ import annotations

from fastapi import APIRouter

from kit.http import Caller, ServiceRoute, Unit
from services.supervision.schemas_preview import Preview, PreviewBody
from services.supervision.service import preview

router = APIRouter(tags=["duties"], route_class=ServiceRoute)


@router.post("/life-events/preview")
async def preview_tasks(body: PreviewBody, unit: Unit, caller: Caller) -> Preview:
    """The open tasks that would move, wait, be cancelled or open, from the effects that a dry run of the event named."""
    return await preview.preview(unit, caller, body)
