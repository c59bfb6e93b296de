"""The performance plan (SKP): written by the employee, agreed to or sent back by the supervisor."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from typing import Any

from fastapi import APIRouter, Request
from starlette.datastructures import FormData
from starlette.responses import Response

from kit.problems import Problem
from services.portal.clients import Services
from services.portal.clients.plans import PlanContent
from services.portal.endpoints.cases import act, case_page, keep, refused
from services.portal.endpoints.dependencies import Portal, Typed, key_of
from services.portal.forms import UNKNOWN_OUTCOME, Checks, FormState, text_of, version_of
from services.portal.helpers import ANNEXES, CORE_VALUES
from services.portal.plan_form import as_fields, as_form, change_rows, checked_plan, typed_rows
from services.portal.plan_rows import Row, stored_rows
from services.portal.rendering import say
from services.portal.sessions import SignedIn, Visitor, language_of

router = APIRouter()
SOURCES = {"add-template": "template", "add-last-year": "last_year", "add-improvements": "improvements", "add-sheet": "sheet"}
OF_ANY_FORM = frozenset({"sheet", "improvements"})
"""Sources whose rows fit a quantitative plan and a qualitative one."""
Take = Callable[[dict[str, Any]], Awaitable[PlanContent]]
"""Fetches rows from the source that is asked for."""
SHEET_CELL = re.compile(r"row (\d+), (\w+)")


def rows_of_case(services: Services, visitor: Visitor, case_id: str) -> Take:
    """Where the rows of a case's plan or revision are taken from."""
    return lambda asked: services.appraisal.plan_rows(visitor.token, case_id, asked)


async def changed_form(request: Request, take: Take, name: str, typed: FormData, objectives: list[Row]) -> FormState | None:
    """The form after a button that changes its rows and saves nothing; None where another button was pressed."""
    action = text_of(typed, "action")
    if action in SOURCES:
        return await _with_more_rows(request, take, name, typed, objectives)
    go_on_in = change_rows(objectives, action)
    if go_on_in is None:
        return None
    return _shown_again(name, as_form(objectives, typed), go_on_in, key_of(typed))


def _shown_again(name: str, form: FormData, go_on_in: str, key: str) -> FormState:
    state = FormState(name, {field: str(value) for field, value in form.items()}, key=key)
    state.values["go_on_in"] = go_on_in
    return state


async def _with_more_rows(request: Request, take: Take, name: str, typed: FormData, objectives: list[Row]) -> FormState:
    """Rows of a template, last year, its improvement items or a sheet below those that are typed; empty texts are filled, nothing typed is lost."""
    source = SOURCES[text_of(typed, "action")]
    asked: dict[str, Any] = {"source": source}
    if source == "template":
        asked["template_id"] = text_of(typed, "template_id") or None
    if source == "sheet":
        asked["text"] = str(typed.get("sheet", "")) or None
    place = {"template": "template_id", "last_year": "add-last-year", "improvements": "add-improvements", "sheet": "sheet"}[source]
    try:
        found = await take(asked)
    except Problem as problem:
        if problem.status == 401:
            raise
        state = _shown_again(name, as_form(objectives, typed), place, key_of(typed))
        state.errors = _row_errors(request, source, place, problem)
        return state
    more = {"sheet": ""} if source == "sheet" else {}
    texts = {f"behaviour_expectations-{one}": found.behaviour_expectations.get(one, "") for one in CORE_VALUES}
    texts |= {f"annexes-{one}": found.annexes.get(one, "") for one in ANNEXES}
    more |= {field: text for field, text in texts.items() if text and not text_of(typed, field)}
    kept = typed_rows(typed, keep_empty=False)
    if not kept and source not in OF_ANY_FORM:
        more["form"] = found.form
    form = as_form([*kept, *stored_rows(found, language_of(request))], typed, **more)
    return _shown_again(name, form, f"objectives-{len(kept)}-title", key_of(typed))


def _row_errors(request: Request, source: str, place: str, problem: Problem) -> dict[str, str]:
    """What is wrong with the source, in the reader's language; each bad cell by its row and column."""
    if problem.status in UNKNOWN_OUTCOME:
        return {place: say(request, "problem.unavailable")}
    if source != "sheet":
        return {place: say(request, f"plan_editor.no_{source}")}
    told: dict[str, str] = {}
    for error in problem.errors:
        cell = SHEET_CELL.fullmatch(error.path)
        field = place if not told else f"sheet-{len(told)}"
        if cell is None:
            told[field] = say(request, "plan_editor.sheet_empty")
        else:
            column = say(request, f"sheet_column.{cell[2]}")
            told[field] = say(request, "plan_editor.sheet_cell", row=cell[1], column=column, mend=say(request, f"sheet_mend.{cell[2]}"))
    return told or {place: say(request, "plan_editor.sheet_empty")}


@router.post("/cases/{case_id}/plan")
async def write_plan(request: Request, services: Portal, visitor: SignedIn, typed: Typed, case_id: str) -> Response:
    """Save the draft, add or remove rows, or hand the plan to the supervisor."""
    action = text_of(typed, "action")
    objectives = typed_rows(typed, keep_empty=action not in {"save", "submit"})
    form = await changed_form(request, rows_of_case(services, visitor, case_id), "plan", typed, objectives)
    if form is not None:
        return await case_page(request, services, visitor, case_id, form=form)
    again = as_form(objectives, typed)
    submit = action == "submit"
    done = "done.plan_submitted" if submit else "done.plan_saved"
    try:
        plan = checked_plan(request, again, objectives, complete=submit)
    except Problem as problem:
        return await refused(request, services, visitor, case_id, FormState.failed("plan", again, problem))
    version, key = version_of(typed), key_of(typed)

    async def save() -> int:
        return await services.appraisal.save_plan(visitor.token, case_id, plan, version=version, key=f"{key}-save")

    async def hand_in(saved: int) -> None:
        await services.appraisal.submit_plan(visitor.token, case_id, version=saved, key=f"{key}-submit")

    async def stored() -> tuple[int, dict[str, str]]:
        now = await services.appraisal.plan(visitor.token, case_id)
        return now.version, as_fields(now)

    return await keep(request, services, visitor, case_id, "plan", again, save, hand_in if submit else None, stored, done=done)


@router.post("/cases/{case_id}/plan-decision")
async def decide_plan(request: Request, services: Portal, visitor: SignedIn, typed: Typed, case_id: str) -> Response:
    """Agree to the plan, or send it back with a reason."""
    decision = text_of(typed, "decision")

    async def deed() -> None:
        checks = Checks(typed)
        if decision not in {"approve", "return"}:
            checks.wrong("decision", say(request, "form.choose_one"))
        if decision == "return":
            checks.needed("reason", say(request, "plan.return_reason_missing"))
        checks.finish(say(request, "form.some_wrong"))
        body = {"decision": decision, "reason": text_of(typed, "reason"), "plan_version": version_of(typed)}
        await services.supervision.act(visitor.token, case_id, "plan-decision", body, key=key_of(typed))

    done = "done.plan_approved" if decision == "approve" else "done.plan_returned"
    return await act(request, services, visitor, case_id, "plan-decision", typed, deed(), done=done)
