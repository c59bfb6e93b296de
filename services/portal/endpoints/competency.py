"""Competency: the profile, the supervisor's rating beside the review, and HR's standards."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Request
from starlette.responses import RedirectResponse, Response

from kit.problems import Problem
from services.portal.endpoints.cases import keep, refused
from services.portal.endpoints.dependencies import Portal, Typed, key_of
from services.portal.endpoints.errors import heading_key
from services.portal.forms import Checks, FormState, number, plain, rows, text_of, version_of
from services.portal.rendering import notice, page, say
from services.portal.sessions import SignedIn

router = APIRouter()
SCORES = ("knowledge", "skills", "attitude")
LEVELS = ("1", "2", "3", "4", "5")


@router.get("/cases/{case_id}/competency")
async def profile(request: Request, services: Portal, visitor: SignedIn, case_id: str) -> Response:
    found = await services.appraisal.profile(visitor.token, case_id)
    case = await services.appraisal.case(visitor.token, case_id)
    return page(request, "competency.html", case=case, profile=found)


@router.post("/cases/{case_id}/competency")
async def rate(request: Request, services: Portal, visitor: SignedIn, typed: Typed, case_id: str) -> Response:
    """Save the draft, or fix the rating."""
    submit = text_of(typed, "action") == "submit"
    checks = Checks(typed)
    ratings = []
    for i in rows(typed, "ratings"):
        place = f"ratings-{i}"
        level = text_of(typed, f"{place}-level")
        if submit and level not in LEVELS:
            checks.wrong(f"{place}-level", say(request, "form.choose_one"))
        if submit:
            checks.needed(f"{place}-reason", say(request, "competency.reason_missing"))
        told = {name: text_of(typed, f"{place}-{name}") for name in ("code", "reason", "follow_up")}
        ratings.append({**told, "level": int(level) if level in LEVELS else None})
    body: dict[str, Any] = {"ratings": ratings}
    for name in SCORES:
        if text_of(typed, name):
            try:
                body[name] = number(text_of(typed, name))
            except ValueError:
                checks.wrong(name, say(request, "form.not_a_number"))
    try:
        checks.finish(say(request, "form.some_wrong"))
    except Problem as problem:
        return await refused(request, services, visitor, case_id, FormState.failed("competency", typed, problem))
    version, key = version_of(typed), key_of(typed)

    async def save() -> int:
        return await services.appraisal.save_rating(visitor.token, case_id, body, version=version, key=f"{key}-save")

    async def hand_in(saved: int) -> None:
        await services.appraisal.submit_rating(visitor.token, case_id, version=saved, key=f"{key}-submit")

    async def stored() -> tuple[int, dict[str, str]]:
        now = await services.appraisal.profile(visitor.token, case_id)
        values = {name: plain(getattr(now, name)) for name in SCORES}
        for i, row in enumerate(now.rows):
            values |= {f"ratings-{i}-{name}": plain(getattr(row, name)) for name in ("level", "reason", "follow_up")}
        return now.version, values

    done = "year_done.competency_submitted" if submit else "year_done.competency_saved"
    return await keep(request, services, visitor, case_id, "competency", typed, save, hand_in if submit else None, stored, done=done)


@router.get("/competency-standards")
async def standards(request: Request, services: Portal, visitor: SignedIn, q: str = "", cursor: str = "", position: str = "") -> Response:
    """The positions people hold and, for one of them, what it needs."""
    visitor.need("hr")
    return await _standards(request, services, visitor, q=q, cursor=cursor, position=position)


async def _standards(
    request: Request,
    services: Portal,
    visitor: SignedIn,
    *,
    q: str = "",
    cursor: str = "",
    position: str = "",
    form: FormState | None = None,
    status: int = 200,
) -> Response:
    found, after = await services.appraisal.positions(visitor.token, query=q, cursor=cursor)
    known = await services.appraisal.competencies(visitor.token)
    chosen = await services.appraisal.standard(visitor.token, position) if position else None
    form = form or FormState()
    heading = heading_key(form.problem) if form.problem else ""
    context = {"positions": found, "after": after, "q": q, "known": known, "chosen": chosen, "form": form, "problem": form.problem}
    return page(request, "competency_standards.html", status=status, heading=heading, **context)


@router.post("/competency-standards")
async def save_standard(request: Request, services: Portal, visitor: SignedIn, typed: Typed) -> Response:
    """Set what a position needs, or add a technical competency."""
    visitor.need("hr")
    position = text_of(typed, "position")
    technical = text_of(typed, "action") == "add-technical"
    try:
        checks = Checks(typed)
        if technical:
            words = {
                name: {tongue: checks.needed(f"{name}-{tongue}", say(request, "competency.words_missing")) for tongue in ("id", "en")}
                for name in ("name", "about")
            }
            code = checks.needed("code", say(request, "competency.code_missing")).lower().replace(" ", "_")
            checks.finish(say(request, "form.some_wrong"))
            await services.appraisal.add_technical(visitor.token, code, words, key=key_of(typed))
        else:
            chosen = {name.removeprefix("levels-"): str(value) for name, value in typed.items() if name.startswith("levels-")}
            levels = {code: int(level) for code, level in chosen.items() if level in LEVELS}
            await services.appraisal.save_standard(visitor.token, position, levels, version=version_of(typed), key=key_of(typed))
    except Problem as problem:
        if problem.status in {401, 404}:
            raise
        form = FormState.failed("technical" if technical else "standard", typed, problem)
        return await _standards(request, services, visitor, position=position, form=form, status=problem.status)
    notice(request, "year_done.competency_added" if technical else "year_done.standard_saved")
    return RedirectResponse("/competency-standards", 303)
