"""What is wrong, why and what mends it, over HTTP; and the mends that are the workflows' own."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path as FilePath
from typing import Annotated, Any

import structlog
from fastapi import APIRouter, Path, Request
from pydantic import BaseModel, Field
from temporalio.service import RPCError, RPCStatusCode

from kit.http import Caller
from kit.i18n import LANGUAGES, Catalogue
from kit.problems import Conflict, Unavailable
from kit.settings import Settings
from workflows import releases
from workflows.doors import TheDesk
from workflows.troubles import Mend, Trouble
from workflows.watch import Watch

log = structlog.get_logger()
router = APIRouter(tags=["troubles"])
words = Catalogue(FilePath(__file__).parent / "texts")
Build = Annotated[str, Path(pattern=r"^[A-Za-z0-9._-]{1,80}$")]


class MendView(BaseModel):
    """A mend: an order to ``service`` at ``path`` with ``body`` and a reason, or a ``page`` of the portal."""

    name: str
    label: dict[str, str]
    about: str
    service: str
    path: str
    body: dict[str, Any]
    page: str


class TroubleView(BaseModel):
    """Something wrong, with its cause in words by language."""

    kind: str
    key: str
    since: datetime
    title: dict[str, str]
    cause: dict[str, str]
    case_ids: list[str]
    mends: list[MendView]


class Troubles(BaseModel):
    """All that is wrong, the worst first. ``unseen`` names what did not let itself be looked at."""

    looked_at: datetime | None
    unseen: list[str]
    items: list[TroubleView]


class Because(BaseModel):
    """Why an order is given."""

    reason: str = Field(min_length=3, max_length=1000)


@router.get("/troubles")
async def troubles(request: Request, caller: Caller) -> Troubles:
    """What is wrong now, since when, why, and what mends it."""
    caller.need("ops", "hr", "service")
    watch: Watch = request.app.state.watch
    return Troubles(looked_at=watch.looked_at, unseen=sorted(set(watch.unseen)), items=[in_words(trouble) for trouble in watch.troubles])


@router.post("/releases/{build}", status_code=204)
async def release_back(build: Build, body: Because, request: Request, desk: TheDesk, caller: Caller) -> None:
    """Send cases to a build of the workers: back to the one before, where a new one fails."""
    caller.need("ops")
    settings: Settings = request.app.state.kit.settings
    try:
        await releases.make_current(desk.temporal, settings, build)
    except RPCError as error:
        if error.status in {RPCStatusCode.NOT_FOUND, RPCStatusCode.FAILED_PRECONDITION, RPCStatusCode.INVALID_ARGUMENT}:
            raise Conflict(f"No worker of the build {build} is there to take the cases.") from error
        raise Unavailable("Temporal does not answer just now. Nothing was changed; try again in a moment.") from error
    except TimeoutError as error:
        raise Unavailable("Temporal took the order, and it is not everywhere yet. Look again in a moment.") from error
    log.info("release.made_current", build=build, by=caller.person_id, reason=body.reason)


def in_words(trouble: Trouble) -> TroubleView:
    """A trouble as people read it."""
    return TroubleView(
        kind=trouble.kind.value,
        key=trouble.key,
        since=trouble.since,
        title={language: words.text(language, f"title.{trouble.kind}") for language in LANGUAGES},
        cause={language: words.text(language, f"cause.{trouble.cause}", **_filled(trouble, language)) for language in LANGUAGES},
        case_ids=list(trouble.case_ids),
        mends=[_mend(mend) for mend in trouble.mends],
    )


def _filled(trouble: Trouble, language: Any) -> dict[str, Any]:
    """The values of the sentence; a phase by its name."""
    return {
        name: words.text(language, f"phase.{value}")
        if name in {"phase", "workflow"} and f"phase.{value}" in words.keys(language)
        else value
        for name, value in trouble.values.items()
    }


def _mend(mend: Mend) -> MendView:
    return MendView(
        name=mend.name,
        label={language: words.text(language, f"mend.{mend.name}") for language in LANGUAGES},
        about=mend.about,
        service=mend.service,
        path=mend.path,
        body=dict(mend.body),
        page=mend.page,
    )
