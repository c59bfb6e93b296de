"""Every page a role can reach, walked from the navigation and the links on the pages, at desk and on a phone, in both languages."""

from __future__ import annotations

import asyncio
import html
import os
import re
from collections import deque
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urljoin, urlsplit

import pytest
from playwright.async_api import Browser, Page, ViewportSize

from contracts.cycle import Phase, PhaseOpened
from kit.clock import CITY_ZONE
from kit.settings import Settings
from services.notification.links import Links
from services.portal.rendering import texts
from tests.browser.accessibility import serious
from tests.browser.test_browser import DESK, PHONE, context_of, sign_in
from tests.notification.elsewhere import every_channel
from tests.portal.cast import Cast
from tests.portal.city import CYCLE, City
from tests.portal.players import STEPS, play
from tests.portal.test_citizens import write

FILES = re.compile(r"\.(pdf|xlsx|csv|ics|svg|png)$|/evidence/[^/]+/file$|^/sign-in/oidc$|^/messages/previews/\d+$")
"""Addresses that answer with a file or a mail, or lead away from the portal."""
OF_EACH = {"/", "/cases/*"}
"""Pages every role sees differently, drawn for each. Any other is drawn for the first role that comes to it, and only asked for by the others."""
INDEXES = {"/help", "/search"}
"""Pages that lead to every other; they are looked at, but a page that only they lead to is cut off."""
LINK = re.compile(r'<a\b[^>]*\bhref="([^"]+)"')
KEY = re.compile(r"\b[a-z_]{3,}\.[a-z_]{3,}\b")
"""What a text would look like whose key were shown in its place."""
LOOK = """() => ({
    title: document.title,
    headings: [...document.querySelectorAll('h1')].filter(one => one.checkVisibility()).map(one => one.innerText),
    language: document.documentElement.lang,
    width: document.documentElement.scrollWidth,
    text: document.body.innerText,
    links: [...document.querySelectorAll('a[href]')].map(one => one.getAttribute('href')),
    outline: [...document.querySelectorAll('body *')].map(one => `${one.tagName} ${one.className}`).join('\\n'),
})"""
NAMED_BY_DATA = {"/cases/*", "/cycles/*", "/citizens/units/*", "/service/*", "/people/*/history"}
"""Pages whose title is the name of what they show."""
EXPECTED = {
    "employee": {
        "/cases/*/plan/history",
        "/cases/*/progress",
        "/cases/*/session",
        "/help",
        "/feedback/*",
        "/ongoing-feedback",
        "/preferences/places",
    },
    "supervisor": {"/team", "/team/plans", "/cases/*/side-by-side", "/delegations", "/meetings", "/cases/*/competency"},
    "head": {"/leadership", "/cycles/*/distribution", "/cycles/*/calibration", "/citizens/units/*"},
    "evaluator": {"/evaluations", "/cases/*"},
    "hr": {
        "/cycles/*/evaluation",
        "/cycles/*/progress",
        "/cycles/new",
        "/life-events/transfer",
        "/reorganisation",
        "/supervisor-corrections",
        "/citizens/queue",
        "/people/import",
    },
    "ops": {"/ops", "/ops/bulk", "/ops/cases/*", "/ops/troubles", "/life-events", "/messages", "/messages/previews"},
    "leadership": {"/leadership", "/cycles/*/evaluation", "/cycles/*/session-opinions", "/people"},
    "citizen": {"/for-citizens", "/service/*", "/act/*", "/unsubscribe/*", "/sign-in"},
}
"""Pages each must find by following links, so that no page is cut off from the navigation."""


@pytest.fixture
def settings(settings: Settings) -> Settings:
    """Messages go every way, and a citizen's form may be sent at once."""
    return every_channel(settings).model_copy(update={"citizen_form_seconds": 0})


async def scene(city: City) -> dict[str, dict[str, Any] | None]:
    """Cases at every step of the year with what gathers around them, and who walks the portal."""
    cast = await Cast.of(city)
    person, boss, superior = await cast.employee()
    others = [one for one in await city.people() if one["roles"] == ["employee"] and not one["supervises"] and one != person][:3]
    people = {"talk": person, "release": others[0], "second": others[1], "monitoring": others[2], "boss": boss, "planning": superior}
    team = [one for one in await city.people() if one not in people.values() and one["roles"] == ["employee"]]
    team = [one for one in team if (await city.person(one["person_id"]))["supervisor_id"] == boss["person_id"]]
    people |= {"review": team[0], "plan": team[1]}
    policies = {"required_check_ins": 1, "behaviour_360": True, "feedback_raters_per_group": 30, "calibration": True}
    await city.open_cycle(*(one["person_id"] for one in people.values()), **policies)
    case = {name: f"{CYCLE}.{one['person_id']}" for name, one in people.items()}
    reviewed = ("talk", "release", "second")
    await play(
        city, {**{case[name]: len(STEPS) for name in reviewed}, case["monitoring"]: 2, case["review"]: 4, case["plan"]: 1, case["boss"]: 3}
    )
    for name, phase in (("second", Phase.INDEPENDENT_EVALUATION), ("talk", Phase.FEEDBACK_SESSION)):
        due = city.definition.calendar.window(phase).due_at
        await city.emit(PhaseOpened(cycle_id=CYCLE, case_id=case[name], phase=phase, due_at=due, reopened=name == "second"))
    wrong = {"reason": "Saya sudah pindah bidang", "proposed_supervisor_id": superior["person_id"]}
    address = f"/cases/{case['monitoring']}/supervisor-corrections"
    await city.call("supervision", "POST", address, as_=people["monitoring"]["person_id"], roles=("employee",), json=wrong)
    today = datetime.now(CITY_ZONE).date()
    leave = {"kind": "delegation", "for_person_id": boss["person_id"], "person_id": superior["person_id"], "reason": "Cuti tahunan"}
    days = {"starts_on": f"{today + timedelta(days=20)}", "ends_on": f"{today + timedelta(days=25)}"}
    await city.call("supervision", "POST", "/stand-ins", as_=boss["person_id"], roles=("employee",), json=leave | days)
    unit_id = (await city.person(person["person_id"]))["unit_id"]
    await write(city, unit_id, text="Antrean tertib, Pak Hendra cepat sekali.", **{"ratings-time": "3", "ratings-conduct": "4"})
    holder: dict[str, dict[str, Any]] = {}
    for kind in ("evaluate_case", "release_results"):
        task = (await city.call("supervision", "GET", f"/tasks?assignee=all&cycle_id={CYCLE}&kind={kind}"))["items"][0]
        holder[kind] = next(one for one in await city.people() if one["person_id"] == task["assignee_id"])
    return {
        "employee": person,
        "supervisor": boss,
        "head": holder["release_results"],
        "evaluator": holder["evaluate_case"],
        **{role: cast.with_role(role) for role in ("hr", "ops", "leadership")},
        "citizen": None,
    }


async def doors(city: City, role: str) -> list[str]:
    """Where a walk begins: the home page, or for who has no account the pages that links outside the portal lead to."""
    if role != "citizen":
        return ["/"]
    task = (await city.call("supervision", "GET", "/tasks?assignee=all&kind=write_plan"))["items"][0]
    links, now = Links(city.settings), city.apps["notification"].state.kit.clock.now()
    who = task["assignee_id"]
    act = links.act("approve_plan", case_id=task["case_id"], task_id=task["task_id"], person_id=who, version=0, made_at=now)
    return ["/for-citizens", "/sign-in", "/signed-out", *(urlsplit(link).path for link in (act, links.unsubscribe(who)))]


def kind_of(path: str) -> str:
    """The sort of page at an address: the address with its ids taken out."""
    for pattern, sort in (
        (r"^/(cases|ops/cases|feedback|people|meetings|messages/previews|act|unsubscribe)/(?!import|history|previews$)[^/]+", r"/\1/*"),
        (r"^/cycles/new(/[^/]+)?", "/cycles/new"),
        (r"^/cycles/(?!new)[^/]+", "/cycles/*"),
        (r"^/(service|citizens/units)/[^/]+", r"/\1/*"),
        (r"^/plan-templates/(?!new)[^/]+", "/plan-templates/*"),
    ):
        path = re.sub(pattern, sort, path)
    return path


class Walk:
    """One size of screen in one language at a time, and what was wrong on the way."""

    def __init__(self, page: Page, size: str, city: str) -> None:
        self.page = page
        self._city = city
        self.size = size
        self.titles: dict[tuple[str, str], str] = {}
        self.wrong: list[str] = []
        self._examined: set[str] = set()
        self._drawn: set[str] = set()
        self._pictures = os.environ.get("SIKLUS_TEST_PICTURES")

    async def on(self, role: str, language: str, first: list[str]) -> set[str]:
        """Follow every link; one page of each sort, but every case. The sorts that were linked."""
        ahead, known = deque(first), {kind_of(urlsplit(one).path) for one in first}
        while ahead:
            address = ahead.popleft()
            kind = kind_of(urlsplit(address).path)
            drawn = kind in OF_EACH or kind not in self._drawn
            self._drawn.add(kind)
            links = await (self._look(role, language, address, kind) if drawn else self._ask(role, address))
            for link in () if kind in INDEXES else links:
                target = urlsplit(urljoin(self._city + address, link))
                if not self._city.endswith(target.netloc) or FILES.search(target.path):
                    continue
                sort = kind_of(target.path)
                one_of = target.path if sort == "/cases/*" else sort
                if one_of not in known:
                    known |= {sort, one_of}
                    ahead.append(target.path + (f"?{target.query}" if target.query else ""))
        return known

    async def _ask(self, role: str, address: str) -> list[str]:
        # An idle connection may be closed by the portal at the moment it is used again; a browser asks once more, and so does this.
        answer = await self.page.request.get(address, max_retries=2)
        if not answer.ok:
            self.wrong.append(f"{role} {self.size} {address}: status {answer.status}")
        return [html.unescape(one) for one in LINK.findall(await answer.text())]

    async def _look(self, role: str, language: str, address: str, kind: str) -> list[str]:
        answer = await self.page.goto(address, wait_until="load")
        found = await self.page.evaluate(LOOK)
        told = [f"status {answer.status}"] if answer and answer.status >= 400 else []
        if len(found["headings"]) != 1:
            told.append(f"headings {found['headings']}")
        if found["language"] != language:
            told.append(f"language {found['language']}")
        if not found["title"].removesuffix(" – Siklus").strip() or KEY.search(found["title"]):
            told.append(f"title {found['title']!r}")
        shown = KEY.findall(found["text"])
        told += [f"the key {key} is shown" for key in shown if key in texts.keys("id")]
        if self.size == "phone" and found["width"] > PHONE["width"]:
            told.append(f"{found['width']} wide")
        self.titles[(kind, language)] = found["title"]
        if found["outline"] not in self._examined:
            self._examined.add(found["outline"])
            told += await serious(self.page)
        if self._pictures:
            name = re.sub(r"[^a-z]+", "-", kind).strip("-") or "home"
            await self.page.screenshot(path=Path(self._pictures) / f"{role}-{name}-{self.size}-{language}.png", full_page=True)
        self.wrong += [f"{role} {self.size} {language} {address}: {one}" for one in told]
        return list(found["links"])


@pytest.mark.timeout(900)
async def test_every_page_of_every_role_is_reached_accessible_and_fits_desk_and_phone(city: City, browser: Browser) -> None:
    walkers = await scene(city)

    async def walk_as_all(size: str, viewport: ViewportSize) -> Walk:
        context = await context_of(city, browser, viewport=viewport)
        walk = Walk(await context.new_page(), size, city.settings.portal_url)
        roles = list(walkers.items())
        for place, (role, who) in list(enumerate(roles))[:: 1 if size == "desk" else -1]:
            language = ("id", "en")[(place + (size == "phone")) % 2]
            await context.clear_cookies()
            if who:
                await sign_in(walk.page, who)
            else:
                await walk.page.goto("/about")
            if language == "en":
                await walk.page.get_by_role("button", name="English").click()
            reached = await walk.on(role, language, await doors(city, role))
            walk.wrong += [f"{role} {size}: no way to {kind}" for kind in sorted(EXPECTED[role] - reached)]
        await context.close()
        return walk

    desk, phone = await asyncio.gather(walk_as_all("desk", DESK), walk_as_all("phone", PHONE))
    assert desk.wrong + phone.wrong == []
    titles = desk.titles | phone.titles
    same = {kind for kind, language in titles if language == "id" and titles[kind, "id"] == titles.get((kind, "en"))}
    assert same <= NAMED_BY_DATA, "a title is in one language only"
