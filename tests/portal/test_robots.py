"""The robots of a demo on the real services: a demo city shows progress, evidence, feedback from all sides and competencies."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest
from sqlmodel import text

from kit.settings import Settings
from tests.portal.cast import Cast
from tests.portal.city import CYCLE, City
from tests.portal.players import STEPS, play


@pytest.fixture
async def city(settings: Settings, make_database: Callable[[str], str], tmp_path: Path) -> AsyncIterator[City]:
    """The sample city, with a place of its own for evidence."""
    made = City(settings.model_copy(update={"evidence_store": str(tmp_path / "evidence")}), make_database)
    await made.import_sample()
    yield made
    await made.close()


async def test_robots_report_the_year_hand_in_evidence_answer_feedback_and_rate_competencies(city: City) -> None:
    person, boss, _ = await (await Cast.of(city)).employee()
    everybody = {"behaviour_360": True, "feedback_raters_per_group": 30}  # so that the employee is among those drawn to rate the supervisor
    await city.open_cycle(person["person_id"], boss["person_id"], required_check_ins=1, **everybody)
    case_id = f"{CYCLE}.{person['person_id']}"
    for steps in (3, 4, len(STEPS)):
        await play(city, {case_id: steps, f"{CYCLE}.{boss['person_id']}": steps})
    progress = await city.call("appraisal", "GET", f"/cases/{case_id}/progress")
    assert all(row["whole"] for row in progress["indicators"])
    [evidence] = (await city.call("appraisal", "GET", f"/cases/{case_id}/evidence"))["items"]
    assert evidence["kind"] in {"file", "link"}
    profile = await city.call("appraisal", "GET", f"/cases/{case_id}/competency")
    assert profile["status"] == "submitted"
    assert profile["match"]["percent"] is not None
    async with city.consumer("appraisal").database.transaction() as session:
        answers = (await session.execute(text("SELECT count(*) FROM feedback_answer"))).scalar_one()
    assert answers > 0
