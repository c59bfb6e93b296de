"""Progress, evidence and competency at the portal, with forms alone, on the real services."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import httpx
import pytest

from contracts.cycle import Phase, PhaseOpened
from kit.settings import Settings
from tests.appraisal import samples
from tests.portal.cast import Cast
from tests.portal.city import CYCLE, City
from tests.portal.test_year import press, submit_plan
from tests.portal.visitor import Visitor


@pytest.fixture
async def city(settings: Settings, make_database: Callable[[str], str], tmp_path: Path) -> AsyncIterator[City]:
    """The sample city, with a place of its own for evidence."""
    own = settings.model_copy(update={"evidence_store": str(tmp_path / "evidence"), "evidence_limit_bytes": 500_000})
    made = City(own, make_database)
    await made.import_sample()
    yield made
    await made.close()


class Monitored:
    """A case in monitoring with an approved plan, its employee and the supervisor."""

    def __init__(self, city: City, case_id: str, employee: Visitor, supervisor: Visitor) -> None:
        self.city, self.case_id, self.employee, self.supervisor = city, case_id, employee, supervisor

    @property
    def page(self) -> str:
        return f"/cases/{self.case_id}/progress"

    async def enter(self, phase: Phase) -> None:
        due = self.city.definition.calendar.window(phase).due_at
        await self.city.emit(PhaseOpened(cycle_id=CYCLE, case_id=self.case_id, phase=phase, due_at=due))

    async def add(self, name: str, content: bytes, **more: Any) -> httpx.Response:
        """Send the form of evidence with a file, as a browser does."""
        fields = self.employee.form(f"/cases/{self.case_id}/evidence").values
        self.employee.page = await self.employee.client.post(
            f"/cases/{self.case_id}/evidence", data=fields, files={"file": (name, content, "application/octet-stream")}, **more
        )
        return self.employee.page


@pytest.fixture
async def monitored(city: City) -> Monitored:
    person, boss, _ = await (await Cast.of(city)).employee()
    await city.open_cycle(person["person_id"], required_check_ins=2)
    made = Monitored(city, f"{CYCLE}.{person['person_id']}", city.visitor(person, "en"), city.visitor(boss, "en"))
    indonesian = city.visitor(person)
    await submit_plan(city, indonesian, made.case_id)
    await made.enter(Phase.MONITORING)
    return made


async def test_an_employee_reports_a_period_and_the_supervisor_sees_it_beside_the_plan(monitored: Monitored) -> None:
    employee, action = monitored.employee, f"/cases/{monitored.case_id}/progress"
    assert "Overdue" in (await employee.open(monitored.page + "?period=2026-Q1")).text
    wrong = await press(monitored.city, employee, action, {"reports-0-value": "dua", "reports-0-note": "Dua laporan"}, status=422)
    assert "Enter a number" in wrong
    assert "Dua laporan" in wrong
    page = await press(monitored.city, employee, action, {"reports-0-value": "1,5"})
    assert "Reports saved." in page
    assert "37.5 %" in page
    seen = (await monitored.supervisor.open(f"/cases/{monitored.case_id}")).text
    assert "1.5 laporan" in seen
    read = (await monitored.supervisor.open(monitored.page + "?period=2026-Q1")).text
    assert "Dua laporan" in read
    assert f'action="{action}"' not in read


async def test_a_report_changed_meanwhile_is_shown_beside_what_was_typed(monitored: Monitored) -> None:
    action = f"/cases/{monitored.case_id}/progress"
    await monitored.employee.open(monitored.page + "?period=2026-Q1")
    stale = monitored.employee.form(action).values
    await press(monitored.city, monitored.employee, action, {"reports-0-value": "1"})
    answer = await monitored.employee.client.post(action, data={**stale, "reports-0-value": "2", "key": "another"})
    monitored.employee.page = answer
    assert answer.status_code == 412
    assert "<q>1</q>" in answer.text
    assert "Reports saved." in await press(monitored.city, monitored.employee, action)


async def test_evidence_is_added_read_and_removed_and_a_bad_file_is_refused_with_the_reason(monitored: Monitored) -> None:
    await monitored.employee.open(monitored.page)
    page = (await monitored.add("laporan.pdf", samples.PDF)).text
    assert "Evidence added." in page
    [path] = re.findall(r'href="([^"]+/file)"', page)
    for visitor in (monitored.employee, monitored.supervisor):
        got = await visitor.client.get(path)
        assert (got.status_code, got.content) == (200, samples.PDF)
        assert got.headers["content-disposition"].startswith("attachment")
        assert got.headers["x-content-type-options"] == "nosniff"
    beside = f"/cases/{monitored.case_id}/side-by-side"
    assert f'href="{path}" download>laporan.pdf</a>' in (await monitored.supervisor.open(beside)).text
    stranger = monitored.city.visitor((await Cast.of(monitored.city)).with_role("evaluator"))
    assert (await stranger.open(path)).status_code == 404
    refused = await monitored.add("laporan.pdf", samples.PROGRAM)
    assert (refused.status_code, "application/x-msdownload" in refused.text) == (422, True)
    link = {"url": "http://bandung.go.id", "name": "Laporan"}
    assert "only https" in await press(monitored.city, monitored.employee, f"/cases/{monitored.case_id}/evidence", link, status=422)
    evidence_id = path.split("/")[-2]
    removal = {f"reason-{evidence_id}": "Salah berkas."}
    page = await press(monitored.city, monitored.employee, f"/cases/{monitored.case_id}/evidence/removal", removal)
    assert "Salah berkas." in page
    assert (await monitored.employee.client.get(path)).status_code == 404
    assert path not in (await monitored.supervisor.open(beside)).text
    assert f'action="/cases/{monitored.case_id}/evidence"' not in (await monitored.supervisor.open(monitored.page)).text


async def test_a_file_that_is_too_large_gets_a_page_that_says_so_before_it_is_read(monitored: Monitored) -> None:
    await monitored.employee.open(monitored.page)
    answer = await monitored.add("laporan.pdf", samples.PDF + b"x" * 700_000)
    assert answer.status_code == 413
    assert "too large" in answer.text
    assert answer.headers["content-type"].startswith("text/html")
    assert "No evidence yet." in (await monitored.employee.open(monitored.page)).text


async def test_the_self_assessment_form_holds_what_progress_proposes(monitored: Monitored) -> None:
    await monitored.employee.open(monitored.page + "?period=2026-Q1")
    await press(monitored.city, monitored.employee, f"/cases/{monitored.case_id}/progress", {"reports-0-value": "3"})
    await monitored.enter(Phase.SELF_ASSESSMENT)
    page = (await monitored.employee.open(f"/cases/{monitored.case_id}")).text
    assert "Proposed from your progress: the sum of 2026-Q1." in page
    assert monitored.employee.form(f"/cases/{monitored.case_id}/self-assessment").values["realisations-0-value"] == "3"


async def test_the_supervisor_rates_competencies_on_the_review_page_and_the_profile_tells_what_to_develop(monitored: Monitored) -> None:
    await monitored.enter(Phase.SUPERVISOR_REVIEW)
    supervisor, path = monitored.supervisor, f"/cases/{monitored.case_id}/competency"
    await supervisor.open(f"/cases/{monitored.case_id}")
    draft = {"ratings-0-level": "1", "ratings-0-reason": "Sering terlambat."}
    assert "Draft of the rating saved." in await press(monitored.city, supervisor, path, draft, button="save")
    refused = await press(monitored.city, supervisor, path, button="submit", status=422)
    assert "Write the reason" in refused
    assert "Sering terlambat." in refused
    form = supervisor.form(path).values
    full = {name: "1" if name.endswith("level") else "Terlihat." for name in form if name.endswith(("level", "reason", "follow_up"))}
    assert "Rating of competencies recorded." in await press(monitored.city, supervisor, path, full, button="submit")
    profile = (await supervisor.open(path)).text
    assert "Job-person match" in profile
    assert "Nothing is rated yet" in (await monitored.employee.open(path)).text
    assert supervisor.page is not None
    assert (await supervisor.open(f"/cases/{monitored.case_id}")).status_code == 200


async def test_hr_sets_a_positions_standard_and_adds_a_technical_competency(monitored: Monitored) -> None:
    cast = await Cast.of(monitored.city)
    hr = monitored.city.visitor(cast.with_role("hr"), "en")
    await hr.open("/competency-standards")
    words = {"code": "gis_mapping", "name-id": "Pemetaan", "name-en": "Mapping", "about-id": "Peta", "about-en": "Maps"}
    forms = [name for name in words if name != "code"]
    assert "Enter this text" in await press(
        monitored.city, hr, "/competency-standards", {"code": "gis"}, button="add-technical", status=422
    )
    assert len(forms) == 4
    assert "Competency added." in await press(monitored.city, hr, "/competency-standards", words, button="add-technical")
    position = re.findall(r'\?position=([^"]+)"', (await hr.open("/competency-standards")).text)[0]
    page = (await hr.open(f"/competency-standards?position={position}")).text
    assert "Mapping" in page
    values = {"levels-integrity": "5", "levels-gis_mapping": "3"}
    assert "Standard saved." in await press(monitored.city, hr, "/competency-standards", values, button="standard")
    assert 'value="5" selected' in (await hr.open(f"/competency-standards?position={position}")).text
    assert (await monitored.employee.open("/competency-standards")).status_code == 403
