"""The steps of one employee's year at the portal, as the employee, the supervisor and the supervisor's superior take them."""

from __future__ import annotations

from datetime import datetime, timedelta

from playwright.async_api import expect

from kit.clock import CITY_ZONE
from tests.browser.walkers import Walker

LETTER = b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj 2 0 obj<</Type/Pages/Kids[]/Count 0>>endobj trailer<</Root 1 0 R>>\n"


class OneYear:
    """A case in a running city, and who acts in it."""

    case_id: str
    employee: Walker
    supervisor: Walker
    superior: Walker

    # --- planning and monitoring ---------------------------------------------------------------------------------------

    async def plan(self, *, with_helps: bool = True) -> None:
        """Written by hand and, where there is one, from a template; in support of what the superior plans."""
        me, page = self.employee, self.employee.page
        await me.from_inbox(self.case_id, "write_plan")
        await me.fill(
            objectives__0__title="Laporan evaluasi layanan tersusun",
            objectives__0__weight="60" if with_helps else "100",
            objectives__0__indicators__0__description="Jumlah laporan",
            objectives__0__indicators__0__target="4",
            objectives__0__indicators__0__unit="laporan",
        )
        if with_helps:
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
        await boss.choose(decision="approve")
        await boss.picture("approval", of="#step-approve_plan")
        await boss.press("form.send")

    async def progress(self) -> None:
        me, page = self.employee, self.employee.page

        async def reportable() -> bool:
            await me.menu("nav.home")
            await me.to_my_case()
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

    async def self_assessment(self, *realised: str) -> None:
        me = self.employee
        await me.from_inbox(self.case_id, "write_self_assessment")
        await me.fill(**{f"realisations__{place}__value": value for place, value in enumerate(realised)})
        await me.fill(summary="Tahun yang baik: semua laporan selesai.")
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
        await boss.picture("review", of=".side-by-side")
        await boss.press("review.submit")

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
        await me.picture("session", of='[aria-labelledby="sign-off"]')
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
            await me.to_my_case()
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
