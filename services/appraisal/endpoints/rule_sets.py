"""The rule sets a cycle may pin, and computing a cycle's results again."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query

from kit.http import Caller, PageLimit, ServiceRoute, Unit
from services.appraisal.endpoints.inputs import Cursor, CycleId
from services.appraisal.result_schemas import RescoreView, RuleSetView
from services.appraisal.schemas import Page
from services.appraisal.service import rescoring

router = APIRouter(tags=["rule sets"], route_class=ServiceRoute)


@router.get("/rule-sets")
async def list_rule_sets(caller: Caller) -> Page[RuleSetView]:
    """Every rule set with its version, article, scales and inputs."""
    return rescoring.rule_sets()


@router.post("/cycles/{cycle_id}/rescore")
async def rescore(
    unit: Unit,
    caller: Caller,
    cycle_id: CycleId,
    dry_run: Annotated[bool, Query(description="compute and report, change nothing")] = False,
    cursor: Cursor = None,
    limit: PageLimit = 200,
) -> RescoreView:
    """Compute a page of a cycle's results again from their stored inputs."""
    caller.need("ops", "service")
    return await rescoring.page(unit, cycle_id, dry_run=dry_run, cursor=cursor, limit=limit)
