"""What citizens say of a unit: the form the portal hands out, the moderators' queue, and the unit's summary."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Query, Request, Response

from kit.http import PROBLEM_MEDIA, Caller, PageLimit, ServiceRoute, Unit, Version, etag
from kit.settings import Settings
from services.supervision.schemas import NO_ZERO, Key
from services.supervision.schemas_citizens import (
    CitizenAnswerBody,
    ModeratedView,
    ModerationBody,
    PublicFormView,
    ReceiptView,
    ResolutionBody,
    ServiceUnits,
    SummaryPage,
    SummaryView,
    UnitVoiceView,
    WaitingPage,
)
from services.supervision.service import citizen_queue, citizen_voice, citizens

router = APIRouter(tags=["citizens"], route_class=ServiceRoute)
Year = Annotated[int | None, Query(ge=2000, le=2100, description="calendar year; left out: this one")]
Cursor = Annotated[str, Query(max_length=400, pattern=NO_ZERO, description="where the last page ended")]
TOO_MANY: dict[int | str, dict[str, Any]] = {429: {"description": "too many answers in this hour", "content": {PROBLEM_MEDIA: {}}}}


def _settings(request: Request) -> Settings:
    settings: Settings = request.app.state.kit.settings
    return settings


@router.get("/citizens/units")
async def list_units(unit: Unit, caller: Caller) -> ServiceUnits:
    """Every unit that has a form; for the portal."""
    return await citizens.units(unit, caller)


@router.get("/citizens/units/{unit_id}/form")
async def get_form(unit_id: Key, unit: Unit, caller: Caller, request: Request) -> PublicFormView:
    """A form for one answer, and what the public may know; for the portal."""
    return await citizens.form(unit, caller, _settings(request), unit_id)


@router.post("/citizens/units/{unit_id}/answers", status_code=201, responses=TOO_MANY)
async def receive_answer(unit_id: Key, body: CitizenAnswerBody, unit: Unit, caller: Caller, request: Request) -> ReceiptView:
    """A citizen's answer, handed on by the portal: one for each form, at a limited rate."""
    return await citizens.receive(unit, caller, _settings(request), unit_id, body)


@router.get("/citizens/summaries")
async def list_summaries(unit: Unit, caller: Caller, year: Year = None) -> SummaryPage:
    """The summaries of every unit the caller works in, leads or oversees."""
    return await citizen_voice.summaries(unit, caller, year)


@router.get("/citizens/units/{unit_id}")
async def get_voice(unit_id: Key, unit: Unit, caller: Caller, year: Year = None) -> UnitVoiceView:
    """A unit's summary with the published words behind it."""
    return await citizen_voice.voice(unit, caller, unit_id, year)


@router.get("/cases/{case_id}/citizens")
async def beside_case(case_id: Key, unit: Unit, caller: Caller) -> SummaryView:
    """What citizens say of the case's unit: beside the review, never a person's score."""
    return await citizen_voice.beside_case(unit, caller, case_id)


@router.get("/citizens/answers")
async def list_waiting(unit: Unit, caller: Caller, cursor: Cursor = "", limit: PageLimit = 25) -> WaitingPage:
    """Words that wait for a moderator, oldest first."""
    return await citizen_queue.waiting(unit, caller, cursor, limit)


@router.post("/citizens/answers/{answer_id}/moderation")
async def moderate(
    answer_id: Key, body: ModerationBody, unit: Unit, caller: Caller, version: Version, request: Request, response: Response
) -> ModeratedView:
    """Publish an answer, make it a complaint, or hide it with a reason."""
    return _versioned(response, await citizen_queue.moderate(unit, caller, _settings(request), answer_id, version, body))


@router.post("/citizens/answers/{answer_id}/resolution")
async def resolve(answer_id: Key, body: ResolutionBody, unit: Unit, caller: Caller, version: Version, response: Response) -> ModeratedView:
    """Say what the unit did about a complaint."""
    return _versioned(response, await citizen_queue.resolve(unit, caller, answer_id, version, body.resolution))


def _versioned(response: Response, view: ModeratedView) -> ModeratedView:
    response.headers["ETag"] = etag(view.version)
    return view
