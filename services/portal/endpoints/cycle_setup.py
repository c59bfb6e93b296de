"""A new cycle set up step by step: every step is kept as it is, checked when HR goes on, and tried before anything is opened."""

from __future__ import annotations

from dataclasses import dataclass
from secrets import token_hex
from typing import Annotated, Any

from fastapi import APIRouter, Path, Request
from starlette.datastructures import FormData
from starlette.responses import RedirectResponse, Response

from kit.problems import NotFound, Problem
from services.portal.clients import Services
from services.portal.clients.base import part_of_page
from services.portal.clients.dry_run import DryRun
from services.portal.cycle_form import CALENDAR_PHASES, PARTS, POLICIES, as_form, checked_definition, checked_step, new_cycle, step_of
from services.portal.endpoints.dependencies import Portal, Typed, key_of
from services.portal.endpoints.errors import heading_key
from services.portal.forms import FormState, draft_of, text_of, typed_values
from services.portal.rendering import notice, page
from services.portal.sessions import SignedIn, Visitor

router = APIRouter()
STEPS = (*PARTS, "check")
KEPT_AS = "cycle-setup:"
LEFT_OUT = ("not_yet", "ended", "other_cycle", "excepted_unit", "other_unit")
TO_MEND = ("no_supervisor", "supervisor_left", "head_supervises", "on_leave")
SetupId = Annotated[str, Path(max_length=40, pattern=r"^[a-z0-9-]+$")]


@dataclass(frozen=True)
class Setup:
    """A cycle being set up, as its writer left it."""

    setup_id: str
    fields: dict[str, str]

    @property
    def address(self) -> str:
        return f"/cycles/new/{self.setup_id}"

    @property
    def name(self) -> str:
        return self.fields.get("name", "")


async def unfinished(services: Services, visitor: Visitor, away: list[str]) -> list[Setup]:
    """What this person began to set up."""
    kept = await part_of_page(services.supervision.drafts(visitor.token), away, {})
    return [Setup(form.removeprefix(KEPT_AS), draft.fields) for form, draft in kept.items() if form.startswith(KEPT_AS)]


@router.get("/cycles/new")
async def begin(visitor: SignedIn) -> Response:
    visitor.need("hr")
    return RedirectResponse(f"/cycles/new/{token_hex(5)}/{STEPS[0]}", 303)


@router.get("/cycles/new/{setup_id}/{step}")
async def step_page(
    request: Request, services: Portal, visitor: SignedIn, setup_id: SetupId, step: str, part: str = "", cursor: str = ""
) -> Response:
    visitor.need("hr")
    setup = await _setup(request, services, visitor, setup_id)
    if _known(step) == "check":
        return await _check_page(request, services, visitor, setup, part=part, cursor=cursor)
    return await _step_page(request, services, visitor, setup, step, FormState("setup", setup.fields))


@router.post("/cycles/new/{setup_id}/{step}")
async def save(request: Request, services: Portal, visitor: SignedIn, typed: Typed, setup_id: SetupId, step: str) -> Response:
    """Keep the step as it is, right or wrong; going on checks it first, going anywhere else does not."""
    visitor.need("hr")
    setup = await _setup(request, services, visitor, setup_id)
    if _known(step) == "check":
        return await _open(request, services, visitor, typed, setup)
    of_other_steps = {name: value for name, value in setup.fields.items() if step_of(name) != step}
    setup = Setup(setup_id, of_other_steps | {name: value for name, value in typed_values(typed).items() if step_of(name) == step})
    try:
        await services.supervision.keep_draft(visitor.token, f"{KEPT_AS}{setup_id}", setup.fields)
        towards = text_of(typed, "action").removeprefix("to-")
        if towards not in STEPS:
            checked_step(request, as_form(setup.fields), step)
            towards = STEPS[STEPS.index(step) + 1]
    except Problem as problem:
        return await _step_page(request, services, visitor, setup, step, FormState.failed("setup", typed, problem))
    notice(request, "setup.kept", draft=draft_of(typed))
    return RedirectResponse(f"{setup.address}/{towards}", 303)


@router.post("/cycles/new/{setup_id}")
async def discard(request: Request, services: Portal, visitor: SignedIn, setup_id: SetupId) -> Response:
    """Throw away what was set up so far."""
    visitor.need("hr")
    await services.supervision.forget_draft(visitor.token, f"{KEPT_AS}{setup_id}")
    notice(request, "setup.discarded")
    return RedirectResponse("/cycles", 303)


def _known(step: str) -> str:
    if step not in STEPS:
        raise NotFound("There is no such step.")
    return step


async def _setup(request: Request, services: Services, visitor: Visitor, setup_id: str) -> Setup:
    """What was kept, over the fields of a usual year."""
    kept = (await services.supervision.drafts(visitor.token)).get(f"{KEPT_AS}{setup_id}")
    if kept is not None:
        return Setup(setup_id, kept.fields)
    return Setup(setup_id, new_cycle(request.app.state.kit.clock.now().year))


async def _step_page(request: Request, services: Services, visitor: Visitor, setup: Setup, step: str, form: FormState) -> Response:
    away: list[str] = []
    units = await part_of_page(services.appraisal.units(visitor.token), away, []) if step == "people" else []
    rule_sets = await part_of_page(services.appraisal.rule_sets(visitor.token), away, []) if step == "name" else []
    problem = form.problem
    return page(
        request,
        "cycle_setup.html",
        status=problem.status if problem else 200,
        setup=setup,
        step=step,
        steps=STEPS,
        form=form,
        problem=problem,
        heading=heading_key(problem) if problem else "",
        units=units,
        rule_sets=rule_sets,
        phases=CALENDAR_PHASES,
        policies=POLICIES,
        away=away,
    )


async def _check_page(
    request: Request,
    services: Services,
    visitor: Visitor,
    setup: Setup,
    *,
    part: str = "",
    cursor: str = "",
    form: FormState | None = None,
) -> Response:
    """What would happen, or which steps are not complete yet."""
    shown: dict[str, Any] = {"foreseen": None, "people": [], "after": None, "part": ""}
    incomplete = _incomplete(request, setup)
    if not incomplete:
        definition = checked_definition(request, as_form(setup.fields))
        try:
            shown["foreseen"] = await services.appraisal.dry_run(visitor.token, definition)
            if part in {*LEFT_OUT, *TO_MEND}:
                people, after = await services.appraisal.dry_run_people(visitor.token, definition, part, cursor)
                shown |= {"people": people, "after": after, "part": part}
        except Problem as problem:
            if form is None:
                form = FormState.failed("check", FormData(), problem)
    problem_now = form.problem if form else None
    return page(
        request,
        "cycle_setup.html",
        status=problem_now.status if problem_now else 200,
        setup=setup,
        step="check",
        steps=STEPS,
        form=form or FormState("check"),
        problem=problem_now,
        heading=heading_key(problem_now) if problem_now else "",
        incomplete=incomplete,
        left_out=LEFT_OUT,
        to_mend=TO_MEND,
        **shown,
    )


def _incomplete(request: Request, setup: Setup) -> dict[str, list[str]]:
    """What is wrong in each step that cannot be used yet."""
    wrong: dict[str, list[str]] = {}
    for step in PARTS:
        try:
            checked_step(request, as_form(setup.fields), step)
        except Problem as problem:
            wrong[step] = list(dict.fromkeys(error.message for error in problem.errors))
    return wrong


async def _open(request: Request, services: Services, visitor: Visitor, typed: FormData, setup: Setup) -> Response:
    """Define the cycle as it was tried, and start it where HR says so."""
    towards = text_of(typed, "action").removeprefix("to-")
    if towards in STEPS:
        return RedirectResponse(f"{setup.address}/{towards}", 303)
    if _incomplete(request, setup):
        return await _check_page(request, services, visitor, setup)
    definition = checked_definition(request, as_form(setup.fields))
    key = key_of(typed)
    try:
        foreseen: DryRun = await services.appraisal.dry_run(visitor.token, definition)
        if not foreseen.may_open:
            return await _check_page(request, services, visitor, setup)
        await services.appraisal.create_cycle(visitor.token, definition, key=key)
    except Problem as problem:
        return await _check_page(request, services, visitor, setup, form=FormState.failed("check", typed, problem))
    await services.supervision.forget_draft(visitor.token, f"{KEPT_AS}{setup.setup_id}")
    told = "done.cycle_created"
    if towards == "open":
        try:
            await services.control.start(visitor.token, definition["cycle_id"], key=f"{key}-start")
            told = "done.cycle_started"
        except Problem:
            told = "setup.created_not_started"
    notice(request, told, name=definition["name"])
    return RedirectResponse(f"/cycles/{definition['cycle_id']}", 303)
