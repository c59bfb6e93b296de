"""Competency over HTTP: rated by the direct supervisor in the review, fixed with its standard, shown when results are."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy.exc import DBAPIError

from contracts.cycle import Phase
from services.appraisal import competencies
from services.appraisal.service import competency
from services.appraisal.service.evidence_sweep import Sweeper
from tests.appraisal.city import City

CODES = list(competencies.dictionary())


def rating(level: int = 3, **changes: int) -> dict[str, Any]:
    levels = {code: changes.get(code, level) for code in CODES}
    rows = [{"code": code, "level": number, "reason": "Terlihat di rapat.", "follow_up": "Kursus."} for code, number in levels.items()]
    return {"ratings": rows, "knowledge": 80, "skills": 75.5}


@pytest.fixture
async def reviewed(city: City, monitored: str) -> str:
    """Rina's case in the supervisor's review."""
    await city.enter(monitored, Phase.SUPERVISOR_REVIEW)
    return monitored


async def test_a_submitted_rating_gives_gaps_match_and_what_to_develop(city: City, reviewed: str) -> None:
    path = f"/cases/{reviewed}/competency"
    empty = (await city.get(path, who="sari")).json()
    assert (empty["status"], empty["may_rate"], empty["match"]["percent"]) == ("none", True, None)
    assert {row["standard"] for row in empty["rows"]} == {3}
    saved = await city.put(path, who="sari", version=0, json=rating(integrity=1, communication=2, cooperation=5))
    assert saved.status_code == 200, saved.text
    submitted = await city.post(f"{path}/submit", who="sari", version=1)
    assert submitted.status_code == 200, submitted.text
    body = submitted.json()
    assert (body["match"]["percent"], body["match"]["category"]) == (88.88, "fairly_optimal")
    assert [(item["code"], item["missing"]) for item in body["development"]] == [("integrity", 2), ("communication", 1)]
    assert all(item["suggestion"]["id"] and item["suggestion"]["en"] for item in body["development"])
    assert (body["knowledge"], body["skills"], body["attitude"]) == (80, 75.5, None)
    sweeper = Sweeper(city.consumer.database, city.app.state.blobs, city.settings)
    async with sweeper._unit() as unit:
        found = await competency.for_scoring(unit, reviewed)
    assert found == competency.ForScoring(88.88, 80, 75.5, None)


async def test_the_draft_is_the_supervisors_alone_and_the_employee_sees_the_rating_from_the_session_on(city: City, reviewed: str) -> None:
    path = f"/cases/{reviewed}/competency"
    await city.put(path, who="sari", version=0, json=rating())
    for who in ("rina", "kepala", "hani"):
        seen = (await city.get(path, who=who)).json()
        assert (seen["status"], seen["version"], seen["rows"][0]["level"]) == ("none", 0, None)
    await city.post(f"{path}/submit", who="sari", version=1)
    assert (await city.get(path, who="kepala")).json()["status"] == "submitted"
    assert (await city.get(path, who="rina")).json()["status"] == "none"
    await city.enter(reviewed, Phase.FEEDBACK_SESSION)
    assert (await city.get(path, who="rina")).json()["rows"][0]["reason"] == "Terlihat di rapat."


@pytest.mark.parametrize(("who", "status"), [("rina", 403), ("kepala", 403), ("hani", 403), ("system", 403), ("budi", 404)])
async def test_nobody_but_the_direct_supervisor_rates(city: City, reviewed: str, who: str, status: int) -> None:
    path = f"/cases/{reviewed}/competency"
    assert (await city.put(path, who=who, version=0, json=rating())).status_code == status
    assert (await city.post(f"{path}/submit", who=who, version=0)).status_code == status


async def test_a_new_supervisor_rates_at_once_and_the_one_before_no_more(city: City, reviewed: str) -> None:
    path = f"/cases/{reviewed}/competency"
    person = (await city.get(f"/people/{city.ids['rina']}", who="hani")).json()
    change = {"supervisor_id": city.ids["kepala"], "reason": "Mutasi."}
    moved = await city.call("PATCH", f"/people/{city.ids['rina']}/supervisor", who="hani", version=person["version"], json=change)
    assert moved.status_code == 200, moved.text
    assert (await city.put(path, who="sari", version=0, json=rating())).status_code in {403, 404}
    assert (await city.put(path, who="kepala", version=0, json=rating())).status_code == 200


async def test_a_rating_waits_for_the_review_and_is_complete_before_it_is_submitted(city: City, monitored: str) -> None:
    path = f"/cases/{monitored}/competency"
    assert (await city.put(path, who="sari", version=0, json=rating())).json()["needed_phase"] == "supervisor_review"
    await city.enter(monitored, Phase.SUPERVISOR_REVIEW)
    part = {"ratings": [{"code": "integrity", "level": 2}]}
    saved = await city.put(path, who="sari", version=0, json=part, key="k-1")
    assert len(saved.json()["match"]["unrated"]) == 8, "what is unrated is missing, not the lowest level"
    assert (await city.put(path, who="sari", version=0, json=part, key="k-1")).json() == saved.json()
    refused = await city.post(f"{path}/submit", who="sari", version=1)
    assert refused.status_code == 422
    assert {"ratings[0].reason", "ratings[0].follow_up", "ratings"} == {error["path"] for error in refused.json()["errors"]}
    assert (await city.put(path, who="sari", version=0, json=part)).status_code == 412
    wrong = await city.put(path, who="sari", version=1, json={"ratings": [{"code": "integrity", "level": 6}]})
    assert [error["path"] for error in wrong.json()["errors"]] == ["ratings[0].level"]


async def test_a_submitted_rating_keeps_its_standard_whatever_hr_sets_later(city: City, reviewed: str) -> None:
    path = f"/cases/{reviewed}/competency"
    await city.put(path, who="sari", version=0, json=rating())
    before = (await city.post(f"{path}/submit", who="sari", version=1)).json()
    levels = dict.fromkeys(CODES, 5)
    assert (await city.put("/competency-standards/Jabatan rina", who="hani", version=0, json={"levels": levels})).status_code == 200
    after = (await city.get(path, who="sari")).json()
    assert [after[name] for name in ("rows", "match", "version")] == [before[name] for name in ("rows", "match", "version")]
    assert (await city.put(path, who="sari", version=2, json=rating())).status_code == 409
    with pytest.raises(DBAPIError, match="cannot change"):
        await city.sql("UPDATE competency_assessment SET knowledge = 100")


async def test_hr_adds_a_technical_competency_and_sets_what_a_position_needs(city: City, reviewed: str) -> None:
    words = {"name": {"id": "Pemetaan", "en": "Mapping"}, "about": {"id": "Membuat peta", "en": "Makes maps"}}
    assert (await city.put("/competencies/technical/mapping", who="sari", version=0, json=words)).status_code == 403
    assert (await city.put("/competencies/technical/mapping", who="hani", version=0, json=words)).headers["etag"] == '"1"'
    assert (await city.put("/competencies/technical/integrity", who="hani", version=0, json=words)).status_code == 422
    half = {**words, "levels": [{"id": "a", "en": "a"}]}
    assert (await city.put("/competencies/technical/mapping", who="hani", version=1, json=half)).status_code == 422
    assert len((await city.get("/competencies", who="rina")).json()) == 10
    levels = {**dict.fromkeys(CODES, 2), "mapping": 4}
    standard = "/competency-standards/Jabatan rina"
    assert (await city.put(standard, who="sari", version=0, json={"levels": levels})).status_code == 403
    assert (await city.put(standard, who="hani", version=0, json={"levels": levels})).json()["levels"] == levels
    assert (await city.put(standard, who="hani", version=0, json={"levels": levels})).status_code == 412
    missing = await city.put(standard, who="hani", version=1, json={"levels": {"flying": 2}})
    assert {error["path"] for error in missing.json()["errors"]} == {f"levels.{code}" for code in [*CODES, "flying"]}
    assert (await city.put("/competency-standards/Nobody/at all", who="hani", version=0, json={"levels": levels})).status_code == 404
    assert (await city.get("/competency-standards/Nobody/at all", who="hani")).status_code == 404
    rows = (await city.get(f"/cases/{reviewed}/competency", who="sari")).json()["rows"]
    assert [(row["code"], row["standard"]) for row in rows][-1] == ("mapping", 4)
    listed = (await city.get("/competency-standards", who="hani", params={"query": "rina"})).json()["items"]
    assert listed == [{"position": "Jabatan rina", "people": 1, "set_by_hr": True}]
    first = (await city.get("/competency-standards", who="hani", params={"limit": 2})).json()
    then = (await city.get("/competency-standards", who="hani", params={"limit": 9, "cursor": first["next_cursor"]})).json()
    assert len({row["position"] for row in first["items"] + then["items"]}) == 6
