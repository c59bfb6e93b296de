"""What citizens say: moderated, read by the unit and its leaders, beside the review, and told as an input to the organisation's result."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from contracts.citizens import (
    CitizenComplaintClosed,
    CitizenComplaintOpened,
    CitizenComplaintReminder,
    CitizenComplaintStands,
    CitizenSummaryChanged,
    CitizenWordsWait,
)
from contracts.cycle import Phase
from contracts.registry import EVENT_TYPES
from contracts.supervision import ReviewSubmitted
from kit.http import make_cursor
from tests.supervision.citizen import RATINGS, UNIT, WORDS, address, form, moderate, send, written
from tests.supervision.city import (
    CASE,
    CHIEF,
    COLLEAGUE,
    EMPLOYEE,
    HEAD,
    HR,
    LEADER,
    OPS,
    OTHER_HEAD,
    SECRETARY,
    STRANGER,
    City,
    roster_event,
    submit_review,
)
from tests.supervision.steps import enter


@pytest.fixture
async def city(city: City) -> City:
    """The city with its roster, whose forms may be sent at once."""
    city.app.state.kit.settings = city.settings.model_copy(update={"citizen_form_seconds": 0})
    await city.found()
    await city.said()
    return city


async def resolve(city: City, who: str, answer_id: str, version: int, text: str = "Loket kedua dibuka.") -> Any:
    return await city.ask(who, "POST", f"/citizens/answers/{answer_id}/resolution", {"resolution": text}, if_match=f'"{version}"')


async def complaint(city: City, **changes: Any) -> dict[str, Any]:
    """Words that a moderator made a complaint."""
    answer = await written(city, **changes)
    decided = await moderate(city, HR, answer, "complaint")
    assert decided.status_code == 200, decided.text
    found: dict[str, Any] = decided.json()
    return found


async def test_a_moderator_publishes_words_and_then_they_count_and_are_read(city: City) -> None:
    answer = await written(city)
    await city.said()
    assert (await moderate(city, HR, answer, "publish")).json()["status"] == "published"
    [event] = await city.said(CitizenSummaryChanged)
    assert (event.answers, event.index, event.complaints) == (1, 75.0, 0)
    voice = await city.get(HEAD, f"/citizens/units/{UNIT}")
    assert [one["text"] for one in voice["words"]] == [answer["text"]]
    assert (await form(city))["words"][0]["text"] == answer["text"]
    assert [entry["action"] for entry in await city.audit(f"citizen-answer:{answer['answer_id']}")] == [
        "citizen_answer_received",
        "citizen_answer_moderated",
    ]


async def test_the_unit_sees_what_words_are_about_and_how_many_are_complaints(city: City) -> None:
    for number, decision in enumerate(("publish", "complaint", "publish")):
        words = f"Loket nomor {number} tutup sebelum waktunya"
        answer = await written(city, words, theme="time" if number < 2 else "cost", address=address(number))
        assert (await moderate(city, HR, answer, decision)).status_code == 200
    voice = await city.get(HEAD, f"/citizens/units/{UNIT}")
    assert voice["summary"]["themes"] == [
        {"theme": "time", "words": 2, "complaints": 1},
        {"theme": "cost", "words": 1, "complaints": 0},
    ]
    assert [one["theme"] for one in voice["complaints"]] == ["time"]


async def test_a_cursor_of_another_list_is_refused(city: City) -> None:
    for cursor in ("x", make_cursor("2026-01-01", "a"), make_cursor("no day", "a")):
        assert (await city.ask(HR, "GET", f"/citizens/answers?cursor={cursor}")).status_code == 422


async def test_two_moderators_at_once_decide_once(city: City) -> None:
    answer = await written(city)
    answers = await asyncio.gather(moderate(city, HR, answer, "publish"), moderate(city, LEADER, answer, "hide", reason="spam"))
    assert sorted(one.status_code for one in answers) == [200, 412]


@pytest.mark.parametrize(("reason", "counted"), [("abusive", 1), ("personal", 1), ("unrelated", 0), ("spam", 0)])
async def test_hiding_words_needs_a_reason_and_does_not_hide_the_rating_of_somebody_who_was_served(
    city: City, reason: str, counted: int
) -> None:
    answer = await written(city)
    nameless = await moderate(city, HR, answer, "hide")
    assert nameless.status_code == 422
    assert "reason" in nameless.json()["errors"][0]["message"]
    assert (await moderate(city, HR, answer, "hide", reason=reason)).json()["status"] == "hidden"
    voice = await city.get(HEAD, f"/citizens/units/{UNIT}")
    assert (voice["words"], voice["summary"]["answers"], voice["summary"]["hidden"]) == ([], counted, 1)


async def test_names_are_flagged_for_the_moderator_and_never_published(city: City) -> None:
    await city.hear(roster_event(EMPLOYEE, name="Dewi Lestari, S.Sos."))
    answer = await written(city, "dewi lestari di loket lambat, nomornya 0812 3456 7890, si kumis juga")
    assert answer["flagged"] == ["dewi lestari", "0812 3456 7890"]
    absent = await moderate(city, HR, answer, "publish", mask=["si jenggot"])
    assert (absent.status_code, absent.json()["errors"][0]["path"]) == (422, "mask")
    assert (await moderate(city, HR, answer, "publish", mask=["si kumis"])).status_code == 200
    for shown in ((await form(city))["words"], (await city.get(SECRETARY, f"/citizens/units/{UNIT}"))["words"]):
        assert shown[0]["text"] == "… di loket lambat, nomornya …, … juga"


async def test_nobody_moderates_what_is_said_of_their_own_unit(city: City) -> None:
    answer = await written(city, unit="bkpsdm")
    assert (await moderate(city, HR, answer, "hide", reason="spam")).status_code == 403
    assert (await moderate(city, LEADER, answer, "publish")).status_code == 200


async def test_the_queue_is_the_moderators_alone_and_pages(city: City) -> None:
    for number in range(3):
        await written(city, f"Loket nomor {number} tutup sebelum waktunya", address=address(number))
    first = await city.get(HR, "/citizens/answers?limit=2")
    assert (len(first["items"]), first["waiting"]) == (2, 3)
    second = await city.get(HR, f"/citizens/answers?limit=2&cursor={first['next_cursor']}")
    assert ([one["text"][12] for one in second["items"]], second["next_cursor"]) == (["2"], None)
    for who in (EMPLOYEE, HEAD, SECRETARY, OPS):
        assert (await city.ask(who, "GET", "/citizens/answers")).status_code == 403
        assert (await moderate(city, who, first["items"][0], "publish")).status_code == 403


@pytest.mark.parametrize(
    ("who", "status"),
    [(EMPLOYEE, 200), (HEAD, 200), (SECRETARY, 200), (HR, 200), (LEADER, 200), (OPS, 200), (STRANGER, 404), (OTHER_HEAD, 404)],
)
async def test_a_summary_is_read_by_the_unit_its_leaders_and_who_oversees_units(city: City, who: str, status: int) -> None:
    await send(city)
    assert (await city.ask(who, "GET", f"/citizens/units/{UNIT}")).status_code == status
    page = await city.get(who, "/citizens/summaries")
    assert (UNIT in {one["unit_id"] for one in page["items"]}) == (status == 200)


async def test_hr_sees_every_unit_also_those_nobody_answered_about(city: City) -> None:
    await send(city)
    page = await city.get(HR, "/citizens/summaries")
    assert {one["unit_id"]: one["index"] for one in page["items"]} == {"kota": None, "diskominfo": 75.0, "dinkes": None, "bkpsdm": None}
    assert (page["may_moderate"], (await city.get(HEAD, "/citizens/summaries"))["may_moderate"]) == (True, False)
    assert (await city.get(HR, "/citizens/summaries?year=2025"))["items"][1]["answers"] == 0


async def test_the_reviewer_sees_the_units_summary_beside_the_review(city: City) -> None:
    await city.open_case()
    await city.enter(Phase.SUPERVISOR_REVIEW)
    await send(city)
    found = await city.get(CHIEF, f"/cases/{CASE}/citizens")
    assert (found["unit_id"], found["index"], found["elements"][0]) == (UNIT, 75.0, {"element": "procedure", "answers": 1, "mean": 3.0})
    assert (await city.ask(STRANGER, "GET", f"/cases/{CASE}/citizens")).status_code == 404


async def test_a_complaint_is_resolved_by_the_units_leaders_and_everybody_reads_how(city: City) -> None:
    made = await complaint(city)
    assert (await resolve(city, COLLEAGUE, made["answer_id"], 2)).status_code == 403
    assert (await resolve(city, STRANGER, made["answer_id"], 2)).status_code == 404
    assert (await resolve(city, HEAD, made["answer_id"], 1)).status_code == 412
    assert (await resolve(city, HEAD, made["answer_id"], 2)).status_code == 200
    assert (await resolve(city, SECRETARY, made["answer_id"], 3)).status_code == 409
    [shown] = (await form(city))["words"]
    assert shown["resolution"] == "Loket kedua dibuka."
    assert (await city.get(HEAD, f"/citizens/units/{UNIT}"))["summary"]["open_complaints"] == 0


async def test_a_complaint_that_is_not_resolved_in_time_stands_and_is_told_once_by_many_replicas(city: City) -> None:
    await complaint(city)
    resolved = await complaint(city, address=address(2))
    await resolve(city, HEAD, resolved["answer_id"], 2)
    watch = city.app.state.complaint_watch
    city.travel(days=13)
    watch.clock = city.app.state.kit.clock
    assert await watch.look() == 0
    city.travel(days=2)
    watch.clock = city.app.state.kit.clock
    await city.said()
    assert sorted(await asyncio.gather(*(watch.look() for _ in range(4)))) == [0, 0, 0, 1]
    said = await city.said()
    assert [event.unit_id for event in said if isinstance(event, CitizenComplaintStands)] == [UNIT]
    assert [event.standing for event in said if isinstance(event, CitizenSummaryChanged)] == [1]
    assert await watch.look() == 0


async def test_what_came_due_while_every_process_was_away_is_told_by_the_first_that_is_back(city: City) -> None:
    await complaint(city)
    city.travel(days=200)
    watch = city.app.state.complaint_watch
    watch.clock = city.app.state.kit.clock
    assert await watch.look() == 1


def test_events_about_citizens_carry_the_unit_and_no_personal_data() -> None:
    of_complaints = {"unit_id", "unit_name", "complaint_id", "assignee_id", "due_at"}
    assert set(CitizenComplaintStands.model_fields) == of_complaints
    assert set(CitizenComplaintOpened.model_fields) == of_complaints
    assert set(CitizenComplaintReminder.model_fields) == of_complaints | {"days_left"}
    assert set(CitizenComplaintClosed.model_fields) == of_complaints | {"outcome"}
    assert set(CitizenWordsWait.model_fields) == {"count", "since"}
    named = set(CitizenSummaryChanged.model_fields)
    assert named == {"unit_id", "year", "answers", "index", "grade", "complaints", "standing", "elements"}
    assert CitizenComplaintStands(unit_id=UNIT).subject() == f"unit:{UNIT}"
    assert EVENT_TYPES["supervision.citizen_complaint_stands"] is CitizenComplaintStands


async def test_what_citizens_say_never_becomes_a_persons_score_by_itself(city: City) -> None:
    """The worst answers and a standing complaint leave the facts of a case, and the review's event, as they were."""
    await enter(city, Phase.SUPERVISOR_REVIEW)
    before = await city.get(CHIEF, f"/cases/{CASE}")
    await complaint(city, text=WORDS, ratings=dict.fromkeys(RATINGS, 1))
    city.travel(days=20)
    watch = city.app.state.complaint_watch
    watch.clock = city.app.state.kit.clock
    assert await watch.look() == 1
    after = await city.get(CHIEF, f"/cases/{CASE}")
    moving = {"tasks", "overdue"}  # time passes
    assert {name: value for name, value in after.items() if name not in moving} == {
        name: value for name, value in before.items() if name not in moving
    }
    await city.said()
    await submit_review(city)
    [review] = await city.said(ReviewSubmitted)
    assert (review.results, review.behaviour) == ("as_expected", "above")
    assert not [name for name in ReviewSubmitted.model_fields if "citizen" in name]


async def test_answers_that_come_at_the_same_moment_are_all_in_the_last_summary(city: City) -> None:
    await asyncio.gather(*(send(city, address=address(number)) for number in range(6)))
    events = await city.said(CitizenSummaryChanged)
    assert [event.answers for event in events] == [1, 2, 3, 4, 5, 6]
