"""The whole year at a browser: everybody follows what they were told and clicks their way, at a desk in Indonesian and on a phone in English.

Every page on the way is looked at: no serious fault of accessibility, nothing wider than the screen, all of it in the reader's language.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from playwright.async_api import Browser, ViewportSize, expect

from contracts.cycle import Phase, PhaseOpened
from kit.clock import CITY_ZONE
from kit.i18n import Language
from kit.settings import Settings
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
LETTER = b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj 2 0 obj<</Type/Pages/Kids[]/Count 0>>endobj trailer<</Root 1 0 R>>\n"


@pytest.fixture
def settings(settings: Settings, tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """A place for evidence."""
    return settings.model_copy(update={"evidence_store": str(tmp_path_factory.mktemp("evidence"))})


class Year:
    """One employee's year with everybody it takes."""

    def __init__(self, city: City, browser: Browser, viewport: ViewportSize, language: Language) -> None:
        self.city = city
        self.browser = browser
        self.viewport = viewport
        self.language = language
        self.wrong: list[str] = []
        self.case_id = ""

    async def person(self, who: dict[str, Any]) -> Walker:
        return await Walker.at(self.city, self.browser, who, viewport=self.viewport, language=self.language, wrong=self.wrong)

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

    # --- planning and monitoring ---------------------------------------------------------------------------------------

    async def plan(self) -> None:
        me, page = self.employee, self.employee.page
        await me.from_inbox(self.case_id, "write_plan")
        await me.fill(
            objectives__0__title="Laporan evaluasi layanan tersusun",
            objectives__0__weight="60",
            objectives__0__indicators__0__description="Jumlah laporan",
            objectives__0__indicators__0__target="4",
            objectives__0__indicators__0__unit="laporan",
        )
        await page.locator("#objectives-0-supports_id").select_option(index=1)
        await page.get_by_text(me.say("plan_editor.quick"), exact=True).click()
        await page.get_by_label(me.say("plan_editor.template"), exact=True).select_option(index=0)
        await page.get_by_role("button", name=me.say("plan_editor.add_template")).click()
        await expect(page.locator("#objectives-1-title")).to_have_value("Layanan cepat dan ramah")
        await me.look("the plan with rows of the template")
        await me.picture("plan", of="#step-write_plan")
        await me.press("plan.submit")

    async def approval(self) -> None:
        boss = self.supervisor
        await boss.from_home(self.case_id, "approve_plan")
        await boss.picture("approval", of="#step-approve_plan")
        await boss.choose(decision="approve")
        await boss.press("form.send")

    async def progress(self) -> None:
        me, page = self.employee, self.employee.page

        async def reportable() -> bool:
            await me.menu("nav.home")
            await page.get_by_role("link", name="SKP 2026", exact=True).first.click()
            return await page.get_by_role("link", name=me.say("year.report"), exact=True).count() > 0

        await me.until(reportable, "the monitoring of the year")
        await me.follow("year.report")
        await me.fill(reports__0__value="2,5", reports__0__note="Triwulan pertama dan kedua")
        await me.press("year.save")
        await page.locator("#file").set_input_files({"name": "berita-acara.pdf", "mimeType": "application/pdf", "buffer": LETTER})
        await me.press("evidence.send")
        await expect(page.get_by_role("link", name="berita-acara.pdf")).to_be_visible()
        await me.picture("progress")

    async def check_in(self) -> None:
        boss = self.supervisor
        await boss.from_inbox(self.case_id, "record_check_in")
        await boss.fill(progress="Dua laporan selesai tepat waktu", obstacles="Tidak ada")
        await boss.press("check_in.record")

    # --- appraisal -----------------------------------------------------------------------------------------------------

    async def feedback(self) -> None:
        """One of those who are asked answers."""
        await self.city.carry()
        raters = await self.city.call("appraisal", "GET", f"/cases/{self.case_id}/behaviour/raters", as_="p-hr", roles=("hr",))
        peer = next(one["person_id"] for one in raters["raters"] if one["group"] != "superior")
        rater = await self.person(next(one for one in self.cast.people if one["person_id"] == peer))
        await rater.menu("nav.home")
        await rater.page.get_by_role("link", name=self.employee.who["name"], exact=True).first.click()
        await rater.look("feedback asked of me")
        await rater.choose(ratings__loyal="5", ratings__adaptif="4", ratings__akuntabel="4")
        await rater.fill(comment="Selalu siap membantu.")
        await rater.press("feedback.send")
        await rater.leave()

    async def self_assessment(self) -> None:
        me = self.employee
        await me.from_inbox(self.case_id, "write_self_assessment")
        await me.fill(realisations__0__value="4,5", realisations__1__value="95", summary="Tahun yang baik: semua laporan selesai.")
        await me.picture("self-assessment", of="#step-write_self_assessment")
        await me.press("self.submit")

    async def review(self) -> None:
        boss, page = self.supervisor, self.supervisor.page

        async def on_the_board() -> bool:
            await boss.menu("nav.team")
            task = page.locator(f'.board a[href*="/cases/{self.case_id}?task="]', has_text=boss.say("task.write_review"))
            if not await task.count():
                return False
            await boss.look("the team board")
            await boss.picture("team")
            await task.click()
            return True

        await boss.until(on_the_board, "the review")
        await boss.follow("desk.open_beside")
        await boss.choose(results="above", behaviour="as_expected")
        await boss.fill(results_reason="Melampaui target laporan", behaviour_reason="Ramah dan dapat diandalkan")
        await boss.picture("review")
        await boss.press("review.submit")

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

    # --- talk and end --------------------------------------------------------------------------------------------------

    async def session(self) -> None:
        """Times are proposed and chosen, the talk is recorded, and the employee signs its minutes and says how it was."""
        boss, me = self.supervisor, self.employee
        await boss.from_inbox(self.case_id, "hold_feedback_session")
        await boss.follow("session_talk.arrange_first")
        first, second = (f"{datetime.now(CITY_ZONE).date() + timedelta(days=days)}T09:00" for days in (1, 2))
        await boss.fill(times__0__starts_at=first, times__1__starts_at=second, place="Ruang 2")
        await boss.press("session_talk.send_times")

        async def asked() -> bool:
            await me.menu("nav.inbox")
            message = me.page.locator(f'.message-title[href$="/cases/{self.case_id}/session"]').first
            if not await message.count():
                return False
            await me.look("the inbox")
            await me.picture("inbox")
            await message.click()
            return True

        await me.until(asked, "the question for a time")
        await me.choose(choice="1")
        await me.press("form.send", within=me.form("/session/choice"))
        await boss.from_home(self.case_id, "hold_feedback_session")
        await boss.fill(minutes="Membahas hasil dan rencana belajar", improvement_items="Belajar analisis data")
        await boss.press("session.record")
        await me.from_inbox(self.case_id, "acknowledge_result")
        await me.follow("session_talk.sign_and_say")
        await me.press("session_talk.sign")
        for statement in await me.page.locator('[name^="ratings-"][value="4"]').all():
            await statement.check()
        await me.fill(opinion_comment="Saya didengarkan")
        await me.press("session_talk.opinion_send")

    async def accept(self) -> None:
        me = self.employee
        await me.from_home(self.case_id, "acknowledge_result")
        await me.fill(comment="Terima kasih")
        await me.press("acknowledge.send")

    async def object(self) -> None:
        """The objection, the hearing of both sides and the decision."""
        me, superior = self.employee, self.superior
        await me.from_home(self.case_id, "acknowledge_result")
        await me.page.get_by_text(me.say("objection.open"), exact=True).click()
        await me.fill(reasons="Perilaku saya lebih baik, lihat penghargaan warga")
        await me.look("the form of an objection")
        await me.press("objection.send")
        await superior.from_inbox(self.case_id, "decide_objection")
        await superior.follow("hearing.hear_both")
        await superior.choose(party="employee")
        await superior.fill(question="Penghargaan apa?")
        await superior.press("form.send", within=superior.form("/hearing/question"))

        async def asked() -> bool:
            await me.menu("nav.inbox")
            message = me.page.locator(f'.message-title[href$="/cases/{self.case_id}/hearing"]').first
            if not await message.count():
                return False
            await message.click()
            return await me.page.locator("#give-statement").count() > 0

        await me.until(asked, "the question of the hearing")
        await me.fill(statement="Penghargaan layanan prima dari warga Coblong")
        await me.press("form.send", within=me.form("/hearing/statement"))
        await superior.from_home(self.case_id, "decide_objection")
        await superior.choose(changed="yes", results="above", behaviour="above")
        await superior.fill(reason="Penghargaan warga membuktikannya")
        await superior.press("objection.decide")

    async def result(self) -> None:
        """The closed result with its explanation, and its document."""
        me, page = self.employee, self.employee.page

        async def closed() -> bool:
            await me.menu("nav.home")
            await page.get_by_role("link", name="SKP 2026", exact=True).first.click()
            return await page.get_by_text(me.say("case.all_done")).count() > 0

        await me.until(closed, "the end of the year")
        await me.look("the closed case")
        await expect(page.get_by_role("heading", name=me.say("result.why"))).to_be_visible()
        await expect(page.locator(".explanation").first).not_to_be_empty()
        await me.picture("result", of='[aria-labelledby="story-result"]')
        async with page.expect_download() as document:
            await page.get_by_role("link", name=me.say("document.evaluation"), exact=True).click()
        written = await (await document.value).path()
        assert written.read_bytes().startswith(b"%PDF-")

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
    await year.self_assessment()
    await year.review()
    await year.second_review()
    await year.calibration()
    await year.session()
    await (year.object() if ends_with == "objection" else year.accept())
    await year.result()
    await year.leader()
    assert year.wrong == []
