"""Acting from a message: who only looks changes nothing, who presses finishes once, and every wrong link says what happened."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest
from sqlalchemy import text

from kit.auth import TokenSigner
from kit.settings import Settings
from services.notification.links import Links
from tests.portal.city import CYCLE, City
from tests.portal.visitor import Visitor

PLAN: dict[str, Any] = {
    "objectives": [
        {
            "kind": "main",
            "title": "Layanan TI berjalan",
            "supports": None,
            "weight": 100,
            "indicators": [
                {"aspect": "quantity", "description": "Laporan", "target": 4, "unit": "laporan", "direction": "more", "target_to": None}
            ],
        }
    ],
    "behaviour_expectations": {},
}


class Matter:
    """A plan that waits for its supervisor's yes, and the link in the supervisor's mail."""

    def __init__(self, city: City) -> None:
        self.city = city
        self.links = Links(city.settings)

    async def open(self) -> None:
        await self.city.import_sample()
        people = await self.city.people()
        led = [await self.city.person(row["person_id"]) for row in people]
        self.employee = next(row for row in led if row["supervisor_id"])
        self.case = f"{CYCLE}.{self.employee['person_id']}"
        await self.city.open_cycle(self.employee["person_id"])
        as_employee = {"as_": self.employee["person_id"], "roles": ("employee",)}
        saved = await self.city.call("appraisal", "PUT", f"/cases/{self.case}/plan", json=PLAN, headers={"If-Match": '"0"'}, **as_employee)
        await self.city.call(
            "appraisal", "POST", f"/cases/{self.case}/plan/submit", headers={"If-Match": f'"{saved["version"]}"'}, **as_employee
        )
        await self.city.carry()
        self.task = await self._task()
        self.supervisor = self.task.assignee_id

    async def _task(self) -> Any:
        async with self.city.consumer("notification").database.transaction() as session:
            return (await session.execute(text("SELECT * FROM task WHERE kind = 'approve_plan' AND NOT closed"))).one()

    def path(self, **changes: Any) -> str:
        made = {
            "case_id": self.case,
            "task_id": self.task.task_id,
            "person_id": self.supervisor,
            "version": self.task.version,
            "made_at": datetime.now(UTC),
        }
        return self.links.act("approve_plan", **{**made, **changes}).removeprefix(self.city.settings.portal_url)

    async def plan_state(self) -> str:
        rows = await self.city.call("supervision", "GET", f"/cases/{self.case}")
        return str(rows["phase"])

    def stranger(self) -> Visitor:
        """A browser nobody is signed in at."""
        made = Visitor(self.city.portal, self.city.settings)
        self.city.visitors.append(made)
        return made


@pytest.fixture
async def matter(settings: Settings, make_database: Callable[[str], str]) -> AsyncIterator[Matter]:
    made = Matter(City(settings.model_copy(update={"link_secrets": "secret"}), make_database))
    await made.open()
    yield made
    await made.city.close()


async def test_opening_a_link_however_often_changes_nothing_and_pressing_the_button_agrees_once(matter: Matter) -> None:
    """The lesson: mail scanners follow links, prefetch them and ask for their heads."""
    path, visitor = matter.path(), matter.stranger()
    for _ in range(3):
        page = await visitor.open(path)
    await visitor.client.head(path)
    assert page.status_code == 200
    assert "Layanan TI berjalan" in page.text
    assert await matter.plan_state() == "target_setting"
    done = await visitor.send(path)
    assert "Selesai. Terima kasih" in done.text
    await matter.city.carry()
    assert await matter.plan_state() == "monitoring"
    again = await visitor.open(path)
    assert "sudah dipakai" in again.text
    assert f"/cases/{matter.case}?task=" in again.text


async def test_a_post_without_having_looked_is_refused(matter: Matter) -> None:
    answer = await matter.stranger().client.post(matter.path())
    assert answer.status_code == 403
    assert await matter.plan_state() == "target_setting"


async def test_a_replayed_press_does_nothing_twice(matter: Matter) -> None:
    visitor, path = matter.stranger(), matter.path()
    await visitor.open(path)
    form = visitor.form(path).values
    first, second = await visitor.client.post(path, data=form), await visitor.client.post(path, data=form)
    assert (first.status_code, second.status_code) == (200, 409)
    assert "sudah dipakai" in second.text


async def test_forged_and_altered_links_are_not_known(matter: Matter) -> None:
    path, visitor = matter.path(), matter.stranger()
    other = Links(matter.city.settings.model_copy(update={"link_secrets": "guessed"}))
    forged = other.act(
        "approve_plan", case_id=matter.case, task_id=matter.task.task_id, person_id=matter.supervisor, version=0, made_at=datetime.now(UTC)
    ).removeprefix(matter.city.settings.portal_url)
    for wrong in (forged, path[:-2], path.replace("/act/", "/act/A"), "/act/nonsense"):
        assert (await visitor.open(wrong)).status_code == 404
    assert await matter.plan_state() == "target_setting"


@pytest.mark.parametrize("kind", ["write_review", "evaluate_case", "rate_part", "answer_feedback"])
async def test_a_link_in_an_e_mail_is_for_one_purpose_and_a_rating_asks_for_sign_in(matter: Matter, kind: str) -> None:
    """Lesson: e-mail links open the full form to whoever holds them."""
    made = matter.links.act(
        kind, case_id=matter.case, task_id=matter.task.task_id, person_id=matter.supervisor, version=0, made_at=datetime.now(UTC)
    )
    holder = matter.stranger()
    assert (await holder.open(made.removeprefix(matter.city.settings.portal_url))).status_code == 404, "even one signed with our own key"
    page = await holder.client.get(f"/cases/{matter.case}?task={matter.task.task_id}", follow_redirects=False)
    assert (page.status_code, page.headers["location"].partition("?")[0]) == (303, "/sign-in")


async def test_an_expired_link_says_so_and_offers_the_task(matter: Matter) -> None:
    now = matter.city.apps["notification"].state.kit.clock.now()
    path = matter.path(made_at=now - timedelta(days=15))
    page = await matter.stranger().open(path)
    assert "kedaluwarsa" in page.text
    assert f"/cases/{matter.case}?task=" in page.text


async def test_a_link_for_somebody_else_than_who_is_signed_in_does_nothing(matter: Matter) -> None:
    visitor = matter.city.visitor(matter.employee)
    page = await visitor.open(matter.path())
    assert "bukan untuk orang yang masuk di sini" in page.text
    assert '<form method="post" action="/act/' not in page.text


async def test_a_link_made_for_another_person_is_overtaken_not_obeyed(matter: Matter) -> None:
    visitor = matter.stranger()
    page = await visitor.open(matter.path(person_id=matter.employee["person_id"]))
    assert "sudah diselesaikan dengan cara lain" in page.text
    page = await visitor.open(matter.path(version=7))
    assert "sudah diselesaikan dengan cara lain" in page.text


async def test_a_token_made_for_one_request_opens_no_other(matter: Matter) -> None:
    narrow = TokenSigner(matter.city.settings).narrow_token(matter.supervisor, [f"GET /cases/{matter.case}/plan"], 60)
    async with httpx.AsyncClient(transport=httpx.ASGITransport(matter.city.apps["supervision"]), base_url="http://x") as http:
        headers = {"Authorization": f"Bearer {narrow}"}
        for method, path in (("GET", "/tasks"), ("POST", f"/cases/{matter.case}/plan-decision")):
            assert (await http.request(method, path, headers=headers, json={})).status_code == 403


async def test_mails_stop_with_one_click_from_the_mail_program_and_only_with_it(matter: Matter) -> None:
    path = matter.links.unsubscribe(matter.supervisor).removeprefix(matter.city.settings.portal_url)
    visitor = matter.stranger()
    assert "Hentikan surel" in (await visitor.open(path)).text
    assert (await visitor.client.post(path, data={})).status_code == 400
    mail_program = matter.stranger()
    assert (await mail_program.client.post(path, data={"List-Unsubscribe": "One-Click"})).status_code == 200, "it has never looked"
    assert "tidak menerima surel" in (await visitor.open(path)).text
    assert (await mail_program.client.post(path, data={"List-Unsubscribe": "One-Click"})).status_code == 200, "a repeat is no fault"
    assert (await mail_program.client.post(path[:-2], data={"List-Unsubscribe": "One-Click"})).status_code == 404


async def test_hr_reads_histories_and_previews_and_a_person_their_own(matter: Matter) -> None:
    people = await matter.city.people()
    office = matter.city.visitor(next(row for row in people if "hr" in row["roles"]))
    for path in ("/messages", "/messages?state=held", "/messages/previews", "/messages/previews/0"):
        assert (await office.open(path)).status_code == 200, path
    own = matter.city.visitor({**matter.employee, "roles": ["employee"]})
    assert (await own.open("/messages")).status_code == 200
    assert (await own.open("/messages/previews")).status_code == 403
    await own.open("/preferences")
    worker = await own.client.get("/push-worker.js")
    assert (worker.status_code, worker.headers["content-type"].partition(";")[0]) == (200, "text/javascript")
    saved = await own.send("/preferences", {"digest": "yes", "digest_at": "07:30", "quiet": "yes"})
    assert 'value="07:30"' in saved.text
