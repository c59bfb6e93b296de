"""Ways to arrange and hold talks in the tests."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from contracts.cycle import Phase
from tests.supervision.city import CASE, CHIEF, COLLEAGUE, EMPLOYEE, SESSION, City, submit_review
from tests.supervision.steps import enter


async def to_session(city: City) -> None:
    """A reviewed case in its feedback session; what was published so far is set aside."""
    await enter(city, Phase.SUPERVISOR_REVIEW)
    await submit_review(city)
    await city.enter(Phase.FEEDBACK_SESSION)
    await city.said()


def span(city: City, days: float, hours: float = 1) -> dict[str, str]:
    """A time so many days after now."""
    start = city.now + timedelta(days=days)
    return {"starts_at": start.isoformat(), "ends_at": (start + timedelta(hours=hours)).isoformat()}


def times(city: City, *days: float) -> dict[str, Any]:
    """Proposed times, one hour each."""
    return {"times": [span(city, day) for day in days or (1, 2, 3)], "place": "Ruang rapat 2"}


async def propose(city: City, *days: float) -> str:
    """The supervisor proposes; the proposal's id."""
    proposal: dict[str, str] = await city.do(CHIEF, "session-times", times(city, *days))
    return proposal["proposal_id"]


async def agree(city: City, *days: float, choice: int = 0) -> dict[str, Any]:
    """The session is agreed; its meeting."""
    proposal_id = await propose(city, *days)
    meeting: dict[str, Any] = await city.do(EMPLOYEE, "session-times/choice", {"proposal_id": proposal_id, "choice": choice})
    return meeting


async def hold(city: City) -> dict[str, Any]:
    """The session was held; what is to be signed, as the employee reads it."""
    await city.do(CHIEF, "feedback-session", {**SESSION, "held_at": city.now.isoformat()})
    sign_off: dict[str, Any] = await city.get(EMPLOYEE, f"/cases/{CASE}/feedback-session/sign-off")
    return sign_off


def team_meeting(city: City, **changes: Any) -> dict[str, Any]:
    """The chief calls the team."""
    return {
        **span(city, 2),
        "topic": "Evaluasi triwulan I",
        "agenda": "Capaian, kendala",
        "place": "Aula",
        "attendee_ids": [EMPLOYEE, COLLEAGUE],
        **changes,
    }
