"""Documents of a case as PDF."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Query, Response

from kit.http import Caller, ServiceRoute, Unit
from kit.i18n import Language
from services.appraisal.documents import engine
from services.appraisal.documents.pages import Kind
from services.appraisal.endpoints.inputs import CaseId
from services.appraisal.service import documents

router = APIRouter(tags=["documents"], route_class=ServiceRoute)
PDF = "application/pdf"
InLanguage = Annotated[Language, Query(description="id is the official one")]
ANSWER: dict[int | str, dict[str, Any]] = {200: {"content": {PDF: {"schema": {"type": "string", "format": "binary"}}}}}


@router.get("/cases/{case_id}/plan.pdf", response_class=Response, responses=ANSWER)
async def plan_document(unit: Unit, caller: Caller, case_id: CaseId, language: InLanguage = "id") -> Response:
    """The performance plan (SKP) in the official layout."""
    return await _drawn(unit, caller, case_id, "plan", language)


@router.get("/cases/{case_id}/evaluation.pdf", response_class=Response, responses=ANSWER)
async def evaluation_document(unit: Unit, caller: Caller, case_id: CaseId, language: InLanguage = "id") -> Response:
    """The evaluation document (dokumen evaluasi kinerja pegawai), as soon as the reader may see the result."""
    return await _drawn(unit, caller, case_id, "evaluation", language)


async def _drawn(unit: Unit, caller: Caller, case_id: str, kind: Kind, language: Language) -> Response:
    page = await documents.html(unit, caller, case_id, kind, language)
    await unit.session.rollback()  # nothing was changed, and no connection is held while the page is drawn
    content = await engine.to_pdf(page)
    name = f"{'skp' if kind == 'plan' else 'evaluasi'}-{case_id}.pdf"
    return Response(content, media_type=PDF, headers={"Content-Disposition": f'attachment; filename="{name}"'})
