"""The supervisor's desk: drafts that survive, plans agreed to together, and two people at one task."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from contracts.appraisal import PlanSubmitted
from contracts.cycle import CycleClosed, Phase
from contracts.supervision import PlanApproved, ReviewSubmitted
from tests.supervision.city import CHIEF, COLLEAGUE, CYCLE, EMPLOYEE, HEAD, HR, OTHER_CHIEF, REVIEW, STRANGER, City
from tests.supervision.steps import begin, enter
from tests.supervision.test_duties import stand_in

FORM = "check-in:skp-2026.p-000000000004"
PLAN = f"plan-decision:{CYCLE}.{EMPLOYEE}"


async def two_plans(city: City) -> list[str]:
    """Two people of one supervisor have handed in their plans."""
    await city.found()
    cases = [await city.open_case(), await city.open_case(COLLEAGUE)]
    for case_id, who in zip(cases, (EMPLOYEE, COLLEAGUE), strict=True):
        await city.hear(PlanSubmitted(cycle_id=CYCLE, case_id=case_id, person_id=who, plan_version=2))
    await city.said()
    return cases


async def agree(city: City, plans: list[tuple[str, int]], who: str = CHIEF, **more: Any) -> Any:
    body = {"plans": [{"case_id": case_id, "plan_version": version} for case_id, version in plans], **more}
    return await city.ask(who, "POST", "/plan-agreements", body)


async def test_drafts_survive_everything_they_are_the_writers_alone_and_go_when_the_cycle_closes(city: City) -> None:
    await begin(city, Phase.MONITORING)
    for text in ("Half a sentence", "Half a sentence, and the rest"):
        assert (await city.ask(CHIEF, "PUT", f"/drafts/{FORM}", {"fields": {"progress": text, "number": "1"}})).status_code == 204
    await city.ask(CHIEF, "PUT", f"/drafts/{PLAN}", {"fields": {"reason": ""}})
    kept = (await city.get(CHIEF, f"/drafts?about={CYCLE}.{EMPLOYEE}"))["items"]
    assert [(one["form"], one["fields"].get("progress")) for one in kept] == [(PLAN, None), (FORM, "Half a sentence, and the rest")]
    for other in (EMPLOYEE, HEAD, HR):
        assert (await city.get(other, "/drafts"))["items"] == []
        assert (await city.ask(other, "DELETE", f"/drafts/{FORM}")).status_code == 204
    assert len((await city.get(CHIEF, "/drafts"))["items"]) == 2, "nobody removes another's"
    await city.ask(CHIEF, "DELETE", f"/drafts/{PLAN}")
    assert [one["form"] for one in (await city.get(CHIEF, "/drafts"))["items"]] == [FORM]
    await city.hear(CycleClosed(cycle_id=CYCLE, cases=1))
    assert (await city.get(CHIEF, "/drafts"))["items"] == []


async def test_a_draft_that_nobody_came_back_to_makes_room(city: City) -> None:
    await city.found()
    await city.ask(CHIEF, "PUT", "/drafts/meeting", {"fields": {"topic": "Old"}})
    city.travel(days=401)
    await city.ask(CHIEF, "PUT", "/drafts/statement:x", {"fields": {"statement": "New"}})
    assert [one["form"] for one in (await city.get(CHIEF, "/drafts"))["items"]] == ["statement:x"]


async def test_a_draft_with_an_impossible_name_or_size_is_refused(city: City) -> None:
    await city.found()
    for name, fields in (("UPPER", {}), ("a:b:c", {}), ("fits", {"x": "y" * 20_001}), ("fits", {"x": "a\x00b"})):
        assert (await city.ask(CHIEF, "PUT", f"/drafts/{name}", {"fields": fields})).status_code == 422, name


async def test_a_preview_says_what_would_happen_and_changes_nothing(city: City) -> None:
    one, other = await two_plans(city)
    answer = await agree(city, [(other, 2), (one, 1), ("skp-2026.unknown", 1)], dry_run=True)
    assert answer.status_code == 200, answer.text
    told = [(item["case_id"], item["outcome"], item["status"]) for item in answer.json()["items"]]
    assert told == [(other, "would_agree", 200), (one, "refused", 412), ("skp-2026.unknown", "refused", 404)]
    assert answer.json()["items"][0]["employee_name"] == "Name 05"
    assert await city.said() == []
    assert await city.open_tasks(one) == {"approve_plan": CHIEF}


async def test_plans_are_agreed_to_together_and_one_that_is_refused_stops_none_of_the_others(city: City) -> None:
    one, other = await two_plans(city)
    answer = (await agree(city, [(one, 1), (other, 2)])).json()
    assert (answer["agreed"], answer["refused"]) == (1, 1)
    assert "2" in answer["items"][0]["detail"], "the newest version is named"
    assert [event.case_id for event in await city.said(PlanApproved)] == [other]
    assert (await agree(city, [(one, 2), (other, 2)])).json()["items"][1]["status"] in {403, 409}
    assert "plan_approved" in {entry["action"] for entry in await city.audit(one)}
    twice = await agree(city, [(one, 2), (one, 2)])
    assert twice.status_code == 422
    assert twice.json()["errors"][0]["path"] == "plans[1].case_id"


async def test_nobody_agrees_together_to_the_own_plan_or_to_one_of_another_line(city: City) -> None:
    one = (await two_plans(city))[0]
    for who, status in ((EMPLOYEE, 403), (HEAD, 403), (STRANGER, 404), (HR, 403)):
        item = (await agree(city, [(one, 2)], who)).json()["items"][0]
        assert (item["outcome"], item["status"]) == ("refused", status), who
    assert await city.said(PlanApproved) == []


async def test_of_two_who_agree_at_the_same_moment_in_either_order_one_wins_and_nothing_is_agreed_twice(city: City) -> None:
    one, other = await two_plans(city)
    answers = await asyncio.gather(agree(city, [(one, 2), (other, 2)]), agree(city, [(other, 2), (one, 2)]))
    assert sum(answer.json()["agreed"] for answer in answers) == 2
    assert sorted(event.case_id for event in await city.said(PlanApproved)) == sorted([one, other])


async def test_two_people_at_one_task_at_the_same_moment_one_wins_the_other_gets_409_or_412_and_loses_no_text(city: City) -> None:
    await enter(city, Phase.MONITORING)
    body = {"number": 1, "progress": "What I typed", "obstacles": "", "help_needed": "", "follow_up": ""}
    path = f"/cases/{CYCLE}.{EMPLOYEE}/check-ins"
    for text in ("mine", "theirs"):
        await city.ask(CHIEF, "PUT", f"/drafts/{FORM}-{text}", {"fields": {"progress": text}})
    answers = await asyncio.gather(
        city.ask(CHIEF, "POST", path, body), city.ask(CHIEF, "POST", path, {**body, "progress": "From the other window"})
    )
    assert sorted(answer.status_code for answer in answers) in ([201, 409], [201, 412])
    loser = next(answer for answer in answers if answer.status_code != 201)
    assert loser.headers["content-type"].startswith("application/problem+json")
    assert loser.json()["detail"]
    kept = (await city.get(CHIEF, "/drafts"))["items"]
    assert {one["fields"]["progress"] for one in kept} == {"mine", "theirs"}, "a refused command takes no draft away"


@pytest.mark.parametrize("stand_in_first", [True, False])
async def test_a_supervisor_and_the_stand_in_at_one_task_at_the_same_moment_one_wins_the_other_gets_409_or_412_and_loses_no_text(
    city: City, stand_in_first: bool
) -> None:
    await enter(city, Phase.MONITORING)
    for who, text in ((CHIEF, "The supervisor's words"), (OTHER_CHIEF, "The stand-in's words")):
        await city.ask(who, "PUT", f"/drafts/{FORM}", {"fields": {"progress": text}})
    assert (await stand_in(city)).status_code == 201
    body = {"number": 1, "progress": "On the way.", "obstacles": "", "help_needed": "", "follow_up": ""}
    path = f"/cases/{CYCLE}.{EMPLOYEE}/check-ins"
    people = (OTHER_CHIEF, CHIEF) if stand_in_first else (CHIEF, OTHER_CHIEF)
    answers = dict(zip(people, await asyncio.gather(*(city.ask(who, "POST", path, body) for who in people)), strict=True))
    assert answers[OTHER_CHIEF].status_code == 201
    assert answers[CHIEF].status_code == 409
    assert answers[CHIEF].headers["content-type"].startswith("application/problem+json")
    assert (await city.ask(CHIEF, "POST", path, body)).status_code == 409, "afterwards it is done, not somebody else's business"
    for who, text in ((CHIEF, "The supervisor's words"), (OTHER_CHIEF, "The stand-in's words")):
        assert [one["fields"]["progress"] for one in (await city.get(who, "/drafts"))["items"]] == [text]


async def test_a_supervisor_back_from_leave_and_the_stand_in_who_has_just_acted_do_not_act_twice(city: City) -> None:
    await enter(city, Phase.SUPERVISOR_REVIEW)
    begun = (await stand_in(city)).json()["stand_in"]
    await city.do(OTHER_CHIEF, "review", REVIEW, "PUT", if_match='"0"')
    ended, *submits = await asyncio.gather(
        city.ask(CHIEF, "POST", f"/stand-ins/{begun['stand_in_id']}/end", {"reason": "Back."}),
        *(city.ask(who, "POST", f"/cases/{CYCLE}.{EMPLOYEE}/review/submit", if_match='"1"') for who in (OTHER_CHIEF, CHIEF)),
    )
    assert ended.status_code == 200, ended.text
    assert [answer.status_code for answer in submits].count(200) <= 1
    assert all(answer.status_code in {200, 403, 404, 409, 412} for answer in submits), [answer.text for answer in submits]
    assert len(await city.said(ReviewSubmitted)) == [answer.status_code for answer in submits].count(200)
