"""The whole year at a browser: everybody follows what they were told and clicks their way, at a desk in Indonesian and on a phone in English.

Every page on the way is looked at: no serious fault of accessibility, nothing wider than the screen, all of it in the reader's language.
"""

from __future__ import annotations

from typing import Any

import pytest
from playwright.async_api import Browser, ViewportSize

from contracts.cycle import Phase, PhaseOpened
from kit.i18n import Language
from kit.settings import Settings
from tests.browser.one_year import OneYear
from tests.browser.test_browser import DESK, PHONE
from tests.browser.walkers import Walker
from tests.portal.cast import Cast
from tests.portal.city import CYCLE, City
from tests.portal.players import play

TEMPLATE = {
    "name": "Templat layanan",
    "objectives": [
        {
            "kind": "main",
            "title": "Layanan cepat dan ramah",
            "weight": 40,
            "indicators": [{"aspect": "quality", "description": "Keluhan terjawab dalam sehari", "target": 90, "unit": "%"}],
        }
    ],
}


@pytest.fixture
def settings(settings: Settings, tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """A place for evidence."""
    return settings.model_copy(update={"evidence_store": str(tmp_path_factory.mktemp("evidence"))})


class Year(OneYear):
    """One employee's year in a city of the test, with everybody it takes."""

    def __init__(self, city: City, browser: Browser, viewport: ViewportSize, language: Language) -> None:
        self.city = city
        self.browser = browser
        self.viewport = viewport
        self.language = language
        self.wrong: list[str] = []

    async def person(self, who: dict[str, Any]) -> Walker:
        address = self.city.settings.portal_url
        return await Walker.at(address, self.browser, who["name"], viewport=self.viewport, language=self.language, wrong=self.wrong)

    async def begin(self) -> None:
        """The cycle is open; the supervisor's own plan is agreed, so that the employee's can support it."""
        self.cast = await Cast.of(self.city)
        employee, boss, superior = await self.cast.employee()
        self.case_id = f"{CYCLE}.{employee['person_id']}"
        await self.city.call("appraisal", "POST", "/plan-templates", as_="p-hr", roles=("hr",), json=TEMPLATE)
        policies = {"required_check_ins": 1, "behaviour_360": True, "calibration": True}
        await self.city.open_cycle(employee["person_id"], boss["person_id"], **policies)
        await play(self.city, {f"{CYCLE}.{boss['person_id']}": 2})
        self.employee, self.supervisor, self.superior = [await self.person(one) for one in (employee, boss, superior)]

    async def enter(self, phase: Phase) -> None:
        """What the workflow says when a phase begins that the conductor of the test does not open by itself."""
        due = self.city.definition.calendar.window(phase).due_at
        await self.city.emit(PhaseOpened(cycle_id=CYCLE, case_id=self.case_id, phase=phase, due_at=due))

    async def holder(self, kind: str) -> dict[str, Any]:
        """Whose task it is now."""
        await self.city.carry()
        task = (await self.city.call("supervision", "GET", f"/tasks?assignee=all&case_id={self.case_id}&kind={kind}"))["items"][0]
        return next(one for one in self.cast.people if one["person_id"] == task["assignee_id"])

    async def feedback(self) -> None:
        """One of those who are asked answers."""
        await self.city.carry()
        raters = await self.city.call("appraisal", "GET", f"/cases/{self.case_id}/behaviour/raters", as_="p-hr", roles=("hr",))
        peer = next(one["person_id"] for one in raters["raters"] if one["group"] != "superior")
        rater = await self.person(next(one for one in self.cast.people if one["person_id"] == peer))
        await rater.menu("nav.home")
        await rater.page.get_by_role("link", name=self.employee.name, exact=True).first.click()
        await rater.look("feedback asked of me")
        await rater.choose(ratings__loyal="5", ratings__adaptif="4", ratings__akuntabel="4")
        await rater.fill(comment="Selalu siap membantu.")
        await rater.press("feedback.send")
        await rater.leave()

    async def second_review(self) -> None:
        """HR draws the sample, the team reviews unseen, the superior decides with both opinions."""
        hr = await self.person(self.cast.with_role("hr"))
        await hr.menu("nav.cycles")
        await hr.page.get_by_role("link", name="SKP 2026", exact=True).click()
        await hr.look("the cycle")
        await hr.follow("second_review.open")
        await hr.fill(seed="2026", percent="100")
        await hr.press("second_review.draw")
        await hr.leave()
        await self.enter(Phase.INDEPENDENT_EVALUATION)
        evaluator = await self.person(await self.holder("evaluate_case"))
        await evaluator.menu("second_review.mine")
        await evaluator.look("my second reviews")
        await evaluator.from_home(self.case_id, "evaluate_case")
        assert "Melampaui target laporan" not in await evaluator.page.content(), "the second opinion is formed unseen"
        await evaluator.choose(results="above", behaviour="above")
        await evaluator.fill(findings="Bukti lengkap, perilaku di atas harapan")
        await evaluator.press("evaluation.send")
        await evaluator.leave()
        superior = await self.person(await self.holder("decide_evaluation"))
        await superior.from_inbox(self.case_id, "decide_evaluation")
        await superior.choose(decision="uphold")
        await superior.fill(reason="Penilaian pertama beralasan")
        await superior.press("second_review.decide")
        await superior.leave()

    async def calibration(self) -> None:
        """The head proposes a move with the pattern in view, the superior decides, the head releases the unit's results."""
        await self.enter(Phase.CALIBRATION)
        head = await self.person(await self.holder("release_results"))
        await head.from_home(self.case_id, "release_results")
        await head.follow("calibrate.open")
        await head.page.locator("#case_id").select_option(self.case_id)
        await head.choose(results="as_expected", behaviour="as_expected")
        await head.fill(reason="Setara dengan seksi lain")
        await head.press("calibrate.propose")
        superior = await self.person(await self.holder("decide_calibration"))
        await superior.from_inbox(self.case_id, "decide_calibration")
        await superior.choose(approved="yes")
        await superior.fill(reason="Angkanya mendukung")
        await superior.press("calibrate.decide")
        await superior.leave()
        await head.from_home(self.case_id, "release_results")
        await head.fill(reason="Selaras dengan pola")
        await head.choose(sure="yes")
        await head.press("release.send")
        await head.leave()

    async def leader(self) -> None:
        """Leadership sees how the year went, and no person's detail."""
        leader = await self.person(self.cast.with_role("leadership"))
        await leader.menu("nav.cycles")
        await leader.page.get_by_role("link", name="SKP 2026", exact=True).click()
        await leader.look("the cycle")
        await leader.follow("distribution.open")
        await leader.leave()


WALKS = [pytest.param(DESK, "id", "objection", id="desk-id"), pytest.param(PHONE, "en", "acknowledgement", id="phone-en")]


@pytest.mark.timeout(900)
@pytest.mark.parametrize(("viewport", "language", "ends_with"), WALKS)
async def test_the_whole_year_is_walked_from_what_people_are_told(
    city: City, browser: Browser, viewport: ViewportSize, language: Language, ends_with: str
) -> None:
    year = Year(city, browser, viewport, language)
    await year.begin()
    await year.employee.picture("home")
    await year.plan()
    await year.approval()
    await year.progress()
    await year.check_in()
    await year.feedback()
    await year.self_assessment("4,5", "95")
    await year.review()
    await year.second_review()
    await year.calibration()
    await year.session()
    await (year.object() if ends_with == "objection" else year.accept())
    await year.result()
    await year.leader()
    assert year.wrong == []
