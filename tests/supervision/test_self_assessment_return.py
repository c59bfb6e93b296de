"""A self-assessment is returned with a reason: the employee has days of their own, and the review waits for them within its time."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest

from contracts.appraisal import Rating, Scored, SelfAssessmentSubmitted
from contracts.cycle import Phase
from contracts.supervision import ReviewSubmitted, SelfAssessmentReturned, TaskClosed, TaskOpened
from tests.supervision.city import CASE, CHIEF, COLLEAGUE, EMPLOYEE, HEAD, REVIEW, REVIEW_RATINGS, City, definition, submit_review
from tests.supervision.steps import IDS, begin

RETURN = {"reason": "The second target has no realisation.", "assessment_version": 3}
RETURN_DAYS = definition().calendar.return_days


def handed_in(version: int | None = 3, **ratings: Any) -> SelfAssessmentSubmitted:
    return SelfAssessmentSubmitted(**IDS, person_id=EMPLOYEE, assessment_version=version, **ratings)


async def in_review(city: City, version: int | None = 3) -> None:
    await begin(city, Phase.SELF_ASSESSMENT)
    await city.hear(handed_in(version))
    await city.enter(Phase.SUPERVISOR_REVIEW)
    await city.said()


async def send_back(city: City, who: str = CHIEF, **changes: Any) -> Any:
    return await city.ask(who, "POST", f"/cases/{CASE}/self-assessment-return", {**RETURN, **changes})


async def submit(city: City, version: int) -> Any:
    return await city.ask(CHIEF, "POST", f"/cases/{CASE}/review/submit", if_match=f'"{version}"')


async def test_a_returned_self_assessment_gives_the_employee_a_task_with_the_reason_and_days_of_its_own(city: City) -> None:
    await in_review(city)
    assert (await send_back(city)).status_code == 200
    until = city.now + timedelta(days=RETURN_DAYS)
    said = await city.said()
    [opened] = [event for event in said if isinstance(event, TaskOpened)]
    assert (opened.kind, opened.assignee_id, opened.note) == ("write_self_assessment", EMPLOYEE, RETURN["reason"])
    assert abs(opened.due_at - until) < timedelta(minutes=1)
    [returned] = [event for event in said if isinstance(event, SelfAssessmentReturned)]
    assert (returned.assessment_version, returned.reason, returned.due_at) == (3, RETURN["reason"], opened.due_at)
    assert await city.open_tasks() == {"write_self_assessment": EMPLOYEE, "write_review": CHIEF}
    assert "self_assessment_returned" in [entry["action"] for entry in await city.audit()]


async def test_the_review_waits_for_what_was_returned_and_its_draft_stays(city: City) -> None:
    await in_review(city)
    await city.do(CHIEF, "review", REVIEW, "PUT", if_match='"0"')
    await send_back(city)
    refused = await submit(city, 1)
    assert refused.status_code == 409
    until = datetime.fromisoformat(refused.json()["returned_until"])
    assert abs(until - city.now - timedelta(days=RETURN_DAYS)) < timedelta(minutes=1)
    await city.hear(handed_in(5, results=Rating.ABOVE, behaviour=Rating.ABOVE))
    assert await city.open_tasks() == {"write_review": CHIEF}
    assert [event.reason for event in await city.said(TaskClosed)] == ["done"]
    assert (await city.rows("SELECT self_results, self_version FROM appraisal_case"))[0] == ("above", 5)
    assert (await submit(city, 1)).status_code == 200


async def test_what_is_not_handed_in_again_by_its_date_holds_nobody_up(city: City) -> None:
    await in_review(city)
    await city.do(CHIEF, "review", REVIEW, "PUT", if_match='"0"')
    await send_back(city)
    city.travel(days=RETURN_DAYS, minutes=1)
    assert (await city.task("write_self_assessment"))["overdue"]
    assert (await submit(city, 1)).status_code == 200
    assert await city.open_tasks() == {}
    assert [event.reason for event in await city.said(TaskClosed)] == ["overtaken", "done"]
    await city.hear(handed_in(5, results=Rating.ABOVE, behaviour=Rating.ABOVE))
    assert (await city.rows("SELECT self_results FROM appraisal_case"))[0] == (None,), "what comes after the review changes nothing"


async def test_a_return_the_reviews_due_date_leaves_no_time_for_is_refused_with_the_date(city: City) -> None:
    await in_review(city)
    due = definition().calendar.supervisor_review.due_at
    city.travel_to(due - timedelta(days=RETURN_DAYS))
    refused = await send_back(city)
    assert refused.status_code == 409
    assert datetime.fromisoformat(refused.json()["due_at"]) == due
    assert refused.json()["return_days"] == RETURN_DAYS
    assert await city.open_tasks() == {"write_review": CHIEF}
    assert await city.said(SelfAssessmentReturned) == []


async def test_it_is_returned_once_at_a_time_and_only_the_version_that_was_read(city: City) -> None:
    await in_review(city)
    assert (await send_back(city, assessment_version=2)).status_code == 412
    assert (await send_back(city)).status_code == 200
    again = await send_back(city)
    assert (again.status_code, "returned_until" in again.json()) == (409, True)
    await city.hear(handed_in(5))
    city.travel(hours=1)
    assert (await send_back(city)).status_code == 412, "the page of before the return is stale"
    assert (await send_back(city, assessment_version=5)).status_code == 200


async def test_one_handed_in_before_versions_were_told_can_be_returned_too(city: City) -> None:
    await in_review(city, version=None)
    assert (await send_back(city)).status_code == 200


@pytest.mark.parametrize(("who", "status"), [(EMPLOYEE, 403), (HEAD, 403), (COLLEAGUE, 404)])
async def test_only_who_writes_the_review_returns_it(city: City, who: str, status: int) -> None:
    await in_review(city)
    assert (await send_back(city, who)).status_code == status
    assert (await send_back(city, reason=" ")).status_code == 422


async def test_what_was_never_handed_in_or_is_scored_cannot_be_returned(city: City) -> None:
    await begin(city, Phase.SELF_ASSESSMENT)
    assert (await send_back(city)).json()["needed_phase"] == "supervisor_review"
    await city.enter(Phase.SUPERVISOR_REVIEW)
    assert "nothing to return" in (await send_back(city)).json()["detail"]
    await city.hear(handed_in())
    await submit_review(city)
    await city.hear(Scored(**IDS, person_id=EMPLOYEE, **REVIEW_RATINGS, category="baik", result_version=1, cause="review"))
    assert (await send_back(city)).status_code == 409
    assert [event.results for event in await city.said(ReviewSubmitted)] == [Rating.AS_EXPECTED]
