"""Progress and evidence of a case: the employee reports and adds, whoever may read the case reads."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable
from typing import Any

from fastapi import APIRouter, Request
from starlette.datastructures import FormData, UploadFile
from starlette.responses import Response, StreamingResponse

from kit.problems import NotFound
from services.portal.clients import Services
from services.portal.clients.gathering import Progress
from services.portal.endpoints.deeds import carry_out, status_of
from services.portal.endpoints.dependencies import Portal, Typed, key_of
from services.portal.endpoints.errors import heading_key
from services.portal.forms import Checks, FormState, reached, rows, text_of, version_of
from services.portal.helpers import as_typed
from services.portal.rendering import page, say
from services.portal.sessions import SignedIn, Visitor

router = APIRouter()
UPLOAD_PATH = r"/cases/[^/]+/evidence"
FORM_BYTES = 100_000
"""What a form adds around its file."""
PIECE_BYTES = 256 * 1024
PASSED_ON = ("content-type", "content-length", "content-disposition", "content-security-policy", "etag")


@router.get("/cases/{case_id}/progress")
async def progress(request: Request, services: Portal, visitor: SignedIn, case_id: str, period: str = "") -> Response:
    return await _page(request, services, visitor, case_id, period=period)


async def _page(
    request: Request,
    services: Services,
    visitor: Visitor,
    case_id: str,
    *,
    form: FormState | None = None,
    period: str = "",
    status: int = 200,
) -> Response:
    shown = await services.appraisal.progress(visitor.token, case_id)
    case = await services.appraisal.case(visitor.token, case_id)
    evidence = await services.appraisal.evidence(visitor.token, case_id)
    form = form or FormState()
    heading = heading_key(form.problem) if form.problem else ""
    chosen = _chosen(shown, period or form.get("period"))
    if form.problem is not None and form.problem.status == 412 and chosen is not None:
        form.values["version"] = str(chosen.version)
        form.stored = _stored(shown, chosen.period)
    context = {"case": case, "progress": shown, "evidence": evidence, "chosen": chosen, "form": form, "problem": form.problem}
    return page(request, "progress.html", status=status, heading=heading, **context)


def _chosen(shown: Progress, wanted: str) -> Any:
    """The period whose reports are asked for: the one wanted, else the newest that ended or has begun."""
    begun = [period for period in shown.periods if period.begun]
    return next((period for period in begun if period.period == wanted), begun[-1] if begun else None)


def _stored(shown: Progress, period: str) -> dict[str, str]:
    """What is reported now, by the fields of the form."""
    values: dict[str, str] = {}
    for i, indicator in enumerate(shown.indicators):
        told = indicator.report(period)
        values |= {f"reports-{i}-value": as_typed(indicator, told.value if told else None), f"reports-{i}-note": told.note if told else ""}
    return values


async def _act(
    request: Request, services: Services, visitor: Visitor, case_id: str, name: str, typed: FormData, deed: Awaitable[None], *, done: str
) -> Response:
    async def again(form: FormState) -> Response:
        return await _page(request, services, visitor, case_id, form=form, status=status_of(form))

    period = text_of(typed, "period")
    to = f"/cases/{case_id}/progress" + (f"?period={period}" if period.isascii() and period else "")
    return await carry_out(request, typed, name, deed, again, to=to, done=done)


@router.post("/cases/{case_id}/progress")
async def report(request: Request, services: Portal, visitor: SignedIn, typed: Typed, case_id: str) -> Response:
    async def deed() -> None:
        checks, reports = Checks(typed), []
        for i in rows(typed, "reports"):
            place, value = f"reports-{i}", None
            if text_of(typed, f"{place}-value"):
                dated = text_of(typed, f"{place}-direction") == "date"
                try:
                    value = reached(text_of(typed, f"{place}-value"), dated=dated)
                except ValueError:
                    checks.wrong(f"{place}-value", say(request, "plan_editor.not_a_day" if dated else "form.not_a_number"))
            note = text_of(typed, f"{place}-note")
            reports.append({"indicator_id": text_of(typed, f"{place}-indicator_id"), "value": value, "note": note})
        checks.finish(say(request, "form.some_wrong"))
        period, body = text_of(typed, "period"), {"reports": reports}
        if not period.replace("-", "").isalnum():
            raise NotFound("There is no such period.")
        await services.appraisal.report_progress(visitor.token, case_id, period, body, version=version_of(typed), key=key_of(typed))

    return await _act(request, services, visitor, case_id, "progress", typed, deed(), done="year_done.progress")


@router.post("/cases/{case_id}/evidence")
async def add(request: Request, services: Portal, visitor: SignedIn, typed: Typed, case_id: str) -> Response:
    """Add a file or, where none was chosen, a link."""

    async def deed() -> None:
        checks = Checks(typed)
        indicator_id = checks.needed("indicator_id", say(request, "form.choose_one"))
        file, note = typed.get("file"), text_of(typed, "note")
        chosen = file if isinstance(file, UploadFile) and file.filename else None
        if chosen is None and not text_of(typed, "url"):
            checks.wrong("file", say(request, "evidence.nothing_chosen"))
        checks.finish(say(request, "form.some_wrong"))
        if chosen is not None:
            query = {"indicator_id": indicator_id, "name": chosen.filename or "", "note": note}
            size = chosen.size or 0
            await services.appraisal.add_file(visitor.token, case_id, query, _pieces(chosen), size=size, key=key_of(typed))
        else:
            url = text_of(typed, "url")
            body = {"indicator_id": indicator_id, "url": url, "name": text_of(typed, "name") or url[:120], "note": note}
            await services.appraisal.add_link(visitor.token, case_id, body, key=key_of(typed))

    return await _act(request, services, visitor, case_id, "evidence", typed, deed(), done="year_done.evidence_added")


@router.post("/cases/{case_id}/evidence/removal")
async def remove(request: Request, services: Portal, visitor: SignedIn, typed: Typed, case_id: str) -> Response:
    async def deed() -> None:
        checks = Checks(typed)
        evidence_id = text_of(typed, "evidence_id")
        reason = checks.needed(f"reason-{evidence_id}", say(request, "evidence.reason_missing"))
        checks.finish(say(request, "form.some_wrong"))
        await services.appraisal.remove_evidence(visitor.token, case_id, evidence_id, reason, key=key_of(typed))

    return await _act(request, services, visitor, case_id, "evidence-removal", typed, deed(), done="year_done.evidence_removed")


@router.get("/cases/{case_id}/evidence/{evidence_id}/file")
async def download(services: Portal, visitor: SignedIn, case_id: str, evidence_id: str) -> Response:
    """A file, passed through as it comes; always saved, never shown in place."""
    answer = await services.appraisal.open_file(visitor.token, case_id, evidence_id)

    async def pieces() -> AsyncIterator[bytes]:
        try:
            async for piece in answer.aiter_raw():
                yield piece
        finally:
            await answer.aclose()

    headers = {name: answer.headers[name] for name in PASSED_ON if name in answer.headers}
    return StreamingResponse(pieces(), headers=headers)


async def _pieces(file: UploadFile) -> AsyncIterator[bytes]:
    while piece := await file.read(PIECE_BYTES):
        yield piece
