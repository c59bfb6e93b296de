"""An objection with evidence, heard from both sides before it is decided."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest

from contracts.appraisal import EvidenceAdded, EvidenceRemoved
from contracts.cycle import CaseEscalated, Phase
from contracts.meetings import RequestMade
from contracts.supervision import ObjectionDecided
from tests.supervision.city import (
    CASE,
    CHIEF,
    COLLEAGUE,
    CYCLE,
    DECISION,
    EMPLOYEE,
    HEAD,
    HR,
    SECRETARY,
    STRANGER,
    City,
    definition,
    roster_event,
)
from tests.supervision.steps import IDS, file_objection, receive_result

HEARING = f"/cases/{CASE}/hearing"
EVIDENCE = [
    {"kind": "link", "reference": "https://berkas.bandung.example/laporan-3", "title": "Laporan ketiga"},
    {"kind": "evidence", "reference": "e-0001", "title": ""},
]


async def ask(city: City, party: str, who: str = HEAD) -> Any:
    return await city.ask(who, "POST", f"/cases/{CASE}/statement-requests", {"party": party, "question": f"What says the {party}?"})


async def state(city: City, who: str, text: str) -> Any:
    return await city.ask(who, "POST", f"/cases/{CASE}/statements", {"text": text})


async def test_an_objection_carries_its_evidence_as_references(city: City) -> None:
    await receive_result(city)
    await city.hear(EvidenceAdded(**IDS, evidence_id="e-0001"))
    await city.do(EMPLOYEE, "objections", {"reasons": "Two results were left out.", "evidence": EVIDENCE})
    await city.enter(Phase.OBJECTION)
    assert (await city.get(HEAD, HEARING))["evidence"] == EVIDENCE
    assert (await city.get(HEAD, f"/cases/{CASE}"))["objection"]["evidence"] == EVIDENCE


async def test_evidence_that_is_not_there_of_another_case_or_taken_back_is_refused_by_its_place(city: City) -> None:
    await receive_result(city)
    await city.hear(EvidenceAdded(**IDS, evidence_id="e-1"), EvidenceAdded(cycle_id=CYCLE, case_id=f"{CYCLE}.p-x", evidence_id="e-2"))
    await city.hear(EvidenceRemoved(**IDS, evidence_id="e-3"), EvidenceAdded(**IDS, evidence_id="e-3"))
    named = [{"kind": "evidence", "reference": f"e-{number}"} for number in (1, 2, 3, 4)]
    answer = await city.ask(EMPLOYEE, "POST", f"/cases/{CASE}/objections", {"reasons": "Left out.", "evidence": named})
    assert answer.status_code == 422
    assert [error["path"] for error in answer.json()["errors"]] == [f"evidence[{place}].reference" for place in (1, 2, 3)]
    await city.do(EMPLOYEE, "objections", {"reasons": "Left out.", "evidence": named[:1]})


@pytest.mark.parametrize("reference", ["http://plain.example/x", "javascript:alert(1)", "https://", "e 1", "../secret"])
@pytest.mark.parametrize("kind", ["link", "evidence"])
async def test_evidence_that_is_neither_a_safe_link_nor_an_id_is_refused(city: City, kind: str, reference: str) -> None:
    await receive_result(city)
    body = {"reasons": "Left out.", "evidence": [{"kind": kind, "reference": reference}]}
    answer = await city.ask(EMPLOYEE, "POST", f"/cases/{CASE}/objections", body)
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["path"].startswith("evidence")


async def test_the_superior_asks_both_sides_and_each_reads_the_other_once_it_is_submitted(city: City) -> None:
    await file_objection(city)
    await city.said()
    for party, who in (("employee", EMPLOYEE), ("assessor", CHIEF)):
        assert (await ask(city, party)).status_code == 201
        assert [(event.what, event.assignee_id) for event in await city.said(RequestMade)] == [("give_statement", who)]
    assert (await state(city, CHIEF, "The third report was late.")).status_code == 201
    for who, role in ((EMPLOYEE, "employee"), (CHIEF, "assessor"), (HEAD, "decider"), (SECRETARY, "reader")):
        seen = await city.get(who, HEARING)
        assert seen["role"] == role
        assert [(row["party"], row["text"]) for row in seen["statements"]] == [("employee", ""), ("assessor", "The third report was late.")]
    assert (await state(city, CHIEF, "Once more")).status_code == 409
    assert (await ask(city, "assessor")).status_code == 409
    await city.do(HEAD, "objection-decision", DECISION)
    entry = next(entry for entry in await city.audit() if entry["action"] == "objection_decided")
    assert entry["detail"]["heard"] == ["assessor"]
    assert (await state(city, EMPLOYEE, "Too late")).status_code == 409


async def test_only_who_decides_asks_and_only_who_is_asked_states(city: City) -> None:
    await file_objection(city)
    for who, status in ((EMPLOYEE, 403), (CHIEF, 403), (SECRETARY, 403), (HR, 403), (STRANGER, 404)):
        assert (await ask(city, "employee", who)).status_code == status
    for who, status in ((EMPLOYEE, 403), (CHIEF, 403), (HEAD, 403), (HR, 403), (COLLEAGUE, 404), (STRANGER, 404)):
        assert (await state(city, who, "Let me say something")).status_code == status


async def test_an_assessor_who_was_moved_away_is_still_heard(city: City) -> None:
    await file_objection(city)
    await city.hear(roster_event(EMPLOYEE, supervisor=HEAD))
    assert (await city.ask(CHIEF, "GET", HEARING)).status_code == 404, "until asked"
    decider = (await city.open_tasks())["decide_objection"]
    assert (await ask(city, "assessor", decider)).status_code == 201
    assert (await state(city, CHIEF, "I rated what I saw.")).status_code == 201
    assert (await city.ask(CHIEF, "GET", f"/cases/{CASE}")).status_code == 404, "to be heard opens nothing else"


async def test_a_decision_does_not_wait_for_statements(city: City) -> None:
    await file_objection(city)
    await ask(city, "employee")
    await city.do(HEAD, "objection-decision", DECISION)
    assert (await city.get(EMPLOYEE, HEARING))["decided"] is True


async def test_an_objection_not_decided_in_its_time_goes_to_the_next_superior_and_never_to_who_wrote_the_review(city: City) -> None:
    await file_objection(city)
    task = await city.task("decide_objection")
    assert (task["assignee_id"], datetime.fromisoformat(task["due_at"])) == (HEAD, definition().calendar.objection.due_at)
    later = definition().calendar.objection.due_at + timedelta(days=10)
    await city.hear(CaseEscalated(cycle_id=CYCLE, case_id=CASE, phase=Phase.OBJECTION, due_at=later, level=1))
    task = await city.task("decide_objection")
    assert (task["assignee_id"], datetime.fromisoformat(task["due_at"])) == (SECRETARY, later)
    await city.said()
    for who in (CHIEF, HEAD, EMPLOYEE):
        assert (await city.ask(who, "POST", f"/cases/{CASE}/objection-decision", DECISION)).status_code == 403
    await city.do(SECRETARY, "objection-decision", DECISION)
    assert [(event.decided_by, event.results) for event in await city.said(ObjectionDecided)] == [(SECRETARY, "above")]
