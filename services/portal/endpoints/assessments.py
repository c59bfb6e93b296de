"""The employee's own report: what was realised of the plan, and how the year went."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Request
from starlette.datastructures import FormData
from starlette.responses import Response

from kit.problems import Problem
from services.portal.clients.appraisal import SelfAssessment
from services.portal.endpoints.cases import keep, refused
from services.portal.endpoints.dependencies import Portal, Typed, key_of
from services.portal.forms import Checks, FormState, flat, plain, reached, rows, text_of, version_of
from services.portal.helpers import CORE_VALUES, RATINGS
from services.portal.rendering import say
from services.portal.sessions import SignedIn

router = APIRouter()


def as_fields(assessment: SelfAssessment, typed: FormData) -> dict[str, str]:
    """What is stored, by the fields of the form that was typed in (it numbers indicators in the plan's order)."""
    values = flat(assessment.model_dump(include={"summary", "behaviour_notes", "results", "behaviour"}))
    known = {row.indicator_id: row for row in assessment.realisations}
    for i in rows(typed, "realisations"):
        row = known.get(text_of(typed, f"realisations-{i}-indicator_id"))
        values[f"realisations-{i}-value"] = plain(row.value) if row else ""
        values[f"realisations-{i}-note"] = row.note if row else ""
    return values


def checked(request: Request, checks: Checks, *, complete: bool) -> dict[str, Any]:
    """The report as the service takes it.

    Raises:
        InvalidInput: a realisation is no number, or (when it is to be submitted) something is missing.
    """
    realisations = []
    for i in rows(checks.form, "realisations"):
        place = f"realisations-{i}"
        typed = text_of(checks.form, f"{place}-value")
        value: float | None = None
        if typed:
            dated = text_of(checks.form, f"{place}-direction") == "date"
            try:
                value = reached(typed, dated=dated)
            except ValueError:
                checks.wrong(f"{place}-value", say(request, "plan_editor.not_a_day" if dated else "form.not_a_number"))
        elif complete:
            checks.wrong(f"{place}-value", say(request, "self.realisation_missing"))
        note = text_of(checks.form, f"{place}-note")
        if value is not None or note:
            realisations.append({"indicator_id": text_of(checks.form, f"{place}-indicator_id"), "value": value, "note": note})
    if complete:
        checks.needed("summary", say(request, "self.summary_missing"))
    checks.finish(say(request, "form.some_wrong"))
    notes = {value: text_of(checks.form, f"behaviour_notes-{value}") for value in CORE_VALUES}
    return {
        "realisations": realisations,
        "summary": text_of(checks.form, "summary"),
        "behaviour_notes": {value: text for value, text in notes.items() if text},
        **{name: rating for name in ("results", "behaviour") if (rating := text_of(checks.form, name)) in RATINGS},
    }


@router.post("/cases/{case_id}/self-assessment")
async def write(request: Request, services: Portal, visitor: SignedIn, typed: Typed, case_id: str) -> Response:
    """Save the draft, or hand it in."""
    submit = text_of(typed, "action") == "submit"
    try:
        body = checked(request, Checks(typed), complete=submit)
    except Problem as problem:
        return await refused(request, services, visitor, case_id, FormState.failed("self-assessment", typed, problem))
    version, key = version_of(typed), key_of(typed)

    async def save() -> int:
        return await services.appraisal.save_self_assessment(visitor.token, case_id, body, version=version, key=f"{key}-save")

    async def hand_in(saved: int) -> None:
        await services.appraisal.submit_self_assessment(visitor.token, case_id, version=saved, key=f"{key}-submit")

    async def stored() -> tuple[int, dict[str, str]]:
        now = await services.appraisal.self_assessment(visitor.token, case_id)
        return now.version, as_fields(now, typed)

    done = "done.self_submitted" if submit else "done.self_saved"
    return await keep(request, services, visitor, case_id, "self-assessment", typed, save, hand_in if submit else None, stored, done=done)
