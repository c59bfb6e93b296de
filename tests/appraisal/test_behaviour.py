"""360-degree feedback over HTTP and events: who may answer, until when, and what is shown of it to whom."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from contracts.cycle import CycleDefinition, CycleOpened, Phase
from contracts.envelope import Actor
from kit.unit import UnitOfWork
from services.appraisal.service.behaviour_feedback import released_summary
from tests.appraisal.city import CYCLE, PEOPLE, City, files, people_csv, person, units_csv

PEERS = ["peer1", "peer2", "peer3"]
VALUES = ["berorientasi_pelayanan", "akuntabel", "kompeten", "harmonis", "loyal", "adaptif", "kolaboratif"]
SARI, RINA = PEOPLE["sari"]["nip"], PEOPLE["rina"]["nip"]


async def around_rina(city: City) -> str:
    """Rina's case in target setting of a cycle that asks for feedback, with peers, a subordinate and somebody of another line."""
    peers = [person(name, nip=f"19910101201601100{i}", supervisor_nip=SARI) for i, name in enumerate(PEERS, start=1)]
    below = person("bawah", nip="199201012017011001", supervisor_nip=RINA)
    outsider = person("luar", nip="199301012018011001", unit_code="bkpsdm", supervisor_nip=PEOPLE["hani"]["nip"])
    answer = await city.post("/roster/imports", files=files(units_csv(), people_csv(*peers, below, outsider)))
    assert answer.status_code == 200, answer.text
    await city.learn_ids()
    definition = city.definition(policies={"behaviour_360": True})
    assert (await city.put(f"/cycles/{CYCLE}", json=definition)).status_code == 200
    await city.hear(CycleOpened(cycle_id=CYCLE, definition=CycleDefinition.model_validate(definition)))
    return await city.open_case("rina")


@pytest.fixture
async def open_round(empty_city: City) -> str:
    """Rina's case in self-assessment, with her superior, three peers and one subordinate asked."""
    case_id = await around_rina(empty_city)
    await empty_city.enter(case_id, Phase.SELF_ASSESSMENT)
    return case_id


async def asked(city: City, who: str) -> list[dict[str, Any]]:
    items: list[dict[str, Any]] = (await city.get("/behaviour/requests", who=who)).json()["items"]
    return items


async def give(city: City, who: str, level: int, comment: str = "", version: int = 0) -> Any:
    request = (await asked(city, who))[0]["request_id"]
    body = {"ratings": dict.fromkeys(VALUES, level), "comment": comment}
    return await city.put(f"/behaviour/requests/{request}/answer", who=who, version=version, json=body)


async def feedback(city: City, case_id: str, who: str) -> Any:
    return await city.get(f"/cases/{case_id}/behaviour/feedback", who=who)


async def test_superior_peers_and_subordinates_are_asked_when_the_self_assessment_opens(empty_city: City, open_round: str) -> None:
    events = await empty_city.published("appraisal.feedback_requested")
    names = {empty_city.ids[name]: name for name in [*PEERS, "bawah", "kepala"]}
    assert sorted(names[event["rater_id"]] for event in events) == ["bawah", "kepala", *PEERS]
    assert {event["employee_id"] for event in events} == {empty_city.ids["rina"]}
    await empty_city.enter(open_round, Phase.SELF_ASSESSMENT)
    assert len(await empty_city.published("appraisal.feedback_requested")) == len(events)
    request = (await asked(empty_city, "peer1"))[0]
    assert (request["employee_name"], request["group"], request["version"], request["status"]) == ("Rina", "peer", 0, "open")
    assert await asked(empty_city, "sari") == []


async def test_a_cycle_that_does_not_want_it_asks_nobody(city: City, case: str) -> None:
    await city.enter(case, Phase.SELF_ASSESSMENT)
    assert await city.published("appraisal.feedback_requested") == []
    assert (await city.get(f"/cases/{case}/behaviour/raters", who="rina")).status_code == 404
    await city.enter(case, Phase.SUPERVISOR_REVIEW)
    assert (await feedback(city, case, "sari")).status_code == 404


async def test_nobody_answers_for_another_rater_and_a_second_answer_adds_no_row(empty_city: City, open_round: str) -> None:
    request = (await asked(empty_city, "peer1"))[0]["request_id"]
    body = {"ratings": {"loyal": 5}}
    for who in ("peer2", "rina", "sari", "hani", "luar"):
        refused = await empty_city.put(f"/behaviour/requests/{request}/answer", who=who, version=0, json=body)
        assert refused.status_code == 404, who
        assert (await empty_city.get(f"/behaviour/requests/{request}", who=who)).status_code == 404
    assert (await give(empty_city, "peer1", 3)).json()["version"] == 1
    assert (await give(empty_city, "peer1", 4, version=1)).json()["version"] == 2
    assert (await give(empty_city, "peer1", 5, version=1)).status_code == 412
    assert await empty_city.sql("SELECT version FROM feedback_answer") == [(2,)]


async def test_two_windows_answering_at_once_and_a_change_of_raters_do_not_block_each_other(empty_city: City, open_round: str) -> None:
    city = empty_city
    sent = await asyncio.gather(*(give(city, "peer2", level) for level in (3, 4, 5)))
    assert sorted(answer.status_code for answer in sent) == [200, 412, 412]
    path = f"/behaviour/requests/{(await asked(city, 'peer1'))[0]['request_id']}/answer"
    removal = {"remove_id": city.ids["peer1"], "reason": "Cuti panjang"}
    answered, removed = await asyncio.gather(
        city.put(path, who="peer1", version=0, json={"ratings": {"loyal": 4}}),
        city.post(f"/cases/{open_round}/behaviour/proposals", who="sari", json=removal),
    )
    assert (answered.status_code in {200, 404}, removed.status_code) == (True, 200)
    counted = await city.sql("SELECT count(*) FROM feedback_answer JOIN feedback_request USING (request_id) WHERE NOT withdrawn")
    assert counted == [(1,)]


async def test_an_answer_that_is_wrong_names_its_field(empty_city: City, open_round: str) -> None:
    request = (await asked(empty_city, "peer1"))[0]["request_id"]
    for ratings, path in (({"loyal": 9}, "ratings.loyal"), ({}, "ratings")):
        answer = await empty_city.put(f"/behaviour/requests/{request}/answer", who="peer1", version=0, json={"ratings": ratings})
        assert (answer.status_code, answer.json()["errors"][0]["path"]) == (422, path)


async def test_the_employee_never_sees_who_said_what_in_anonymous_feedback(empty_city: City, open_round: str) -> None:
    city = empty_city
    for level, name in enumerate(PEERS, start=3):
        assert (await give(city, name, level, f"Komentar {level}")).status_code == 200
    assert (await give(city, "bawah", 1, "Dari bawahan")).status_code == 200
    assert (await give(city, "kepala", 5, "Dari atasan")).status_code == 200
    for who in ("rina", "sari", "hani"):
        assert (await feedback(city, open_round, who)).status_code == 404, "nothing is shown while the round is open"
    await city.enter(open_round, Phase.SUPERVISOR_REVIEW)
    assert (await feedback(city, open_round, "rina")).status_code == 404
    await city.enter(open_round, Phase.FEEDBACK_SESSION)
    seen = (await feedback(city, open_round, "rina")).json()
    assert [(block["group"], block["raters"]) for block in seen["blocks"]] == [("others", 4)], "one subordinate is not shown alone"
    assert seen["total"] is None
    assert sorted(seen["blocks"][0]["comments"]) == ["Dari bawahan", "Komentar 3", "Komentar 4", "Komentar 5"]
    assert seen["blocks"][0]["score"] == 65.0
    whole = (await feedback(city, open_round, "sari")).json()["total"]
    assert (whole["raters"], whole["score"], whole["suggestion"]) == (5, 72.0, "as_expected")
    assert (await feedback(city, open_round, "hani")).json()["total"] == whole
    assert (await feedback(city, open_round, "kepala")).json()["blocks"][0]["comments"] == []
    assert (await feedback(city, open_round, "peer1")).status_code == 404, "a rater reads nothing of the case"
    text = (await feedback(city, open_round, "sari")).text
    for name in [*PEERS, "bawah", "kepala"]:
        assert city.ids[name] not in text
        assert f"{name.title()}" not in text


async def test_the_time_of_an_answer_cannot_reveal_its_author(empty_city: City, open_round: str) -> None:
    """No time is kept with an answer, none is shown, the case's audit trail and the events tell nothing of it."""
    city = empty_city
    columns = await city.sql("SELECT column_name, data_type FROM information_schema.columns WHERE table_name = 'feedback_answer'")
    assert {row[0] for row in columns} == {"request_id", "version", "ratings", "comment"}
    trail = (await city.get(f"/operations/audit/{open_round}", who="system")).json()
    events = (await city.sql("SELECT count(*) FROM outbox"))[0][0]
    raters_before = (await city.get(f"/cases/{open_round}/behaviour/raters", who="sari")).json()
    for name in PEERS:
        await give(city, name, 4)
    assert (await city.get(f"/operations/audit/{open_round}", who="system")).json() == trail
    assert (await city.sql("SELECT count(*) FROM outbox"))[0][0] == events
    assert (await city.get(f"/cases/{open_round}/behaviour/raters", who="sari")).json() == raters_before
    about_answers = await city.sql("SELECT DISTINCT subject FROM audit_entry WHERE action = 'feedback_answered'")
    assert all(row[0].startswith("feedback-request:") for row in about_answers)
    request_ids = {row[0].partition(":")[2] for row in about_answers}
    assert not any(request in str(raters_before) for request in request_ids)
    assert (await city.get(f"/operations/audit/feedback-request:{request_ids.pop()}", who="rina")).status_code == 403


async def test_feedback_is_released_once_so_two_views_never_differ_by_one_answer(empty_city: City, open_round: str) -> None:
    city = empty_city
    for name in PEERS:
        await give(city, name, 4)
    await city.enter(open_round, Phase.SUPERVISOR_REVIEW)
    first = (await feedback(city, open_round, "sari")).json()
    assert (await give(city, "bawah", 1)).status_code == 409
    assert (await give(city, "peer1", 1, version=1)).status_code == 409
    await city.enter(open_round, Phase.SELF_ASSESSMENT)
    assert (await give(city, "bawah", 1)).status_code == 409, "a phase opened again does not open the round again"
    await city.enter(open_round, Phase.FEEDBACK_SESSION)
    assert (await feedback(city, open_round, "sari")).json() == first
    with pytest.raises(Exception, match="released once"):
        await city.sql("UPDATE feedback_release SET bundle = '{}'")


@pytest.mark.parametrize(("answered", "groups"), [([], []), (PEERS[:2], []), ([*PEERS[:2], "bawah"], ["others"]), (PEERS, ["peer"])])
async def test_groups_below_the_minimum_stay_in_the_database(
    empty_city: City, open_round: str, answered: list[str], groups: list[str]
) -> None:
    city = empty_city
    for name in [*answered, "kepala"]:
        assert (await give(city, name, 4)).status_code == 200
    await city.enter(open_round, Phase.SUPERVISOR_REVIEW)
    shown = (await feedback(city, open_round, "sari")).json()
    assert [block["group"] for block in shown["blocks"]] == groups
    assert (shown["total"] is not None) == bool(groups), "the superior's answer is never shown by itself"


async def test_a_change_of_raters_waits_for_the_supervisor(empty_city: City, open_round: str) -> None:
    city = empty_city
    path = f"/cases/{open_round}/behaviour/proposals"
    wish = {"remove_id": city.ids["peer3"], "reason": "Sedang berselisih"}
    proposed = (await city.post(path, who="rina", json=wish)).json()
    assert (proposed["proposals"][0]["status"], proposed["may_decide"]) == ("open", False)
    assert len(await asked(city, "peer3")) == 1
    decision = f"{path}/{proposed['proposals'][0]['proposal_id']}/decision"
    for who in ("rina", "hani"):
        assert (await city.post(decision, who=who, json={"accept": True})).status_code == 403, who
    assert (await city.post(decision, who="peer1", json={"accept": True})).status_code == 404
    await give(city, "peer3", 1)
    decided = (await city.post(decision, who="sari", json={"accept": True})).json()
    assert city.ids["peer3"] not in {rater["person_id"] for rater in decided["raters"]}
    assert await asked(city, "peer3") == []
    assert (await city.post(decision, who="sari", json={"accept": False})).status_code == 409
    for name in PEERS[:2]:
        await give(city, name, 4)
    await give(city, "bawah", 4)
    await city.enter(open_round, Phase.SUPERVISOR_REVIEW)
    assert (await feedback(city, open_round, "sari")).json()["blocks"][0]["score"] == 80.0, "a withdrawn answer counts no more"


async def test_only_somebody_around_the_employee_can_be_asked(empty_city: City, open_round: str) -> None:
    city = empty_city
    path = f"/cases/{open_round}/behaviour/proposals"
    for name in ("luar", "sari", "rina", "peer1"):
        refused = await city.post(path, who="hani", json={"add_id": city.ids[name], "reason": "Mengenal baik"})
        assert (refused.status_code, refused.json()["errors"][0]["path"]) == (422, "add_id"), name
    assert (await city.post(path, who="hani", json={"reason": "Tanpa nama"})).status_code == 422
    unknown = await city.post(path, who="hani", json={"remove_id": city.ids["luar"], "reason": "x"})
    assert unknown.json()["errors"][0]["path"] == "remove_id"
    assert (await city.post(path, who="kepala", json={"add_id": city.ids["peer1"], "reason": "x"})).status_code == 403
    removed = await city.post(path, who="sari", json={"remove_id": city.ids["bawah"], "reason": "Sudah pindah"})
    assert removed.json()["proposals"][0]["status"] == "confirmed", "the supervisor's own wish is carried out at once"


async def test_scoring_is_offered_the_score_of_what_was_released_and_nothing_before(empty_city: City, open_round: str) -> None:
    city = empty_city

    async def summary() -> Any:
        async with city.consumer.database.transaction() as session:
            actor = Actor.system("test")
            unit = UnitOfWork(session, source="test", clock=city.consumer.clock, actor=actor, topic_prefix=city.settings.topic_prefix)
            return await released_summary(unit, open_round)

    for name in PEERS:
        await give(city, name, 5)
    assert await summary() is None
    await city.enter(open_round, Phase.SUPERVISOR_REVIEW)
    found = await summary()
    assert (found.score, found.suggestion, found.raters) == (100.0, "above", 3)


async def test_a_case_that_ends_early_closes_its_round(empty_city: City, open_round: str) -> None:
    await empty_city.end(open_round, "cancelled")
    assert (await give(empty_city, "peer1", 4)).status_code == 409
    assert await empty_city.findings() == []


async def test_the_guides_are_data_in_both_languages(city: City) -> None:
    guides = (await city.get("/behaviour/guides", who="rina")).json()
    assert [guide["value"] for guide in guides] == VALUES
    assert guides[1]["conduct"]["id"][2] == "Tidak menyalahgunakan kewenangan jabatan."
    assert len(guides[1]["conduct"]["en"]) == 3
