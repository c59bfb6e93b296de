"""What people do beside their tasks: report progress, add evidence, answer feedback, rate competencies."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from siklus.robots import words

if TYPE_CHECKING:
    from siklus.robots.hands import Hands

MOST_ANSWERS = 8
"""Feedback one person gives at a time; who is asked more often leaves the rest unanswered, as people do."""


async def report_year(hands: Hands, task: dict[str, Any], plan: dict[str, Any]) -> None:
    """The employee reports the newest period and adds a piece of evidence."""
    case_id, address = task["case_id"], f"{hands.appraisal}/cases/{task['case_id']}"
    progress = await hands.get(f"{address}/progress")
    begun = [period for period in progress["periods"] if period["begun"]]
    if not progress["open"] or not begun:
        return
    if not begun[-1]["version"]:
        # The task may be taken up again in another period than it was begun in: each report has a key of its own.
        body, period = words.progress(case_id, plan), begun[-1]["period"]
        await hands.send("PUT", f"{address}/progress/{period}", f"{task['task_id']}-progress-{period}", body, version=0)
    indicator_id = plan["objectives"][0]["indicators"][0]["indicator_id"]
    if words.hands_in_a_file(case_id):
        name, content = words.evidence_file(case_id)
        place = f"{address}/evidence/files?indicator_id={indicator_id}&name={name}&note="
        await hands.send("POST", place, f"{task['task_id']}-evidence", content=content)
    else:
        await hands.send("POST", f"{address}/evidence/links", f"{task['task_id']}-evidence", words.evidence_link(case_id, indicator_id))


async def answer_feedback(hands: Hands) -> None:
    """Whoever is asked how others behave says so."""
    asked = (await hands.get(f"{hands.appraisal}/behaviour/requests?open=true"))["items"]
    for request in [one for one in asked if not one["version"]][:MOST_ANSWERS]:
        address = f"{hands.appraisal}/behaviour/requests/{request['request_id']}/answer"
        await hands.try_to_send("PUT", address, f"{request['request_id']}-answer", words.feedback(request["request_id"]), version=0)


async def rate_competencies(hands: Hands, task: dict[str, Any]) -> None:
    """The direct supervisor rates the competencies beside the review."""
    address = f"{hands.appraisal}/cases/{task['case_id']}/competency"
    profile = await hands.get(address)
    if not profile["may_rate"]:
        return
    body = words.competencies(task["case_id"], profile)
    saved = await hands.send("PUT", address, f"{task['task_id']}-competency", body, version=profile["version"])
    await hands.send("POST", f"{address}/submit", f"{task['task_id']}-competency-submit", version=int(saved.json()["version"]))
