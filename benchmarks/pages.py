"""Every page of the portal, as each role sees it, before the real services on filled databases: how long the server takes, and how
much comes over the line."""

from __future__ import annotations

import json
import re
import time
from base64 import b64encode
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from math import ceil
from pathlib import Path
from statistics import median

import httpx
import itsdangerous

from benchmarks.filled_city import PAST, RUNNING, database, fill
from benchmarks.page_addresses import Address, addresses
from services.portal.security import session_secret
from siklus.city import City
from siklus.demo import people_in
from siklus.infrastructure.kafka import KafkaKind
from siklus.roster import make_roster

PARTS = ("postgres", "kafka", "temporal", "mail", "appraisal", "supervision", "notification", "control", "portal", "relay")
WARM_UP = 2
AIM_MILLISECONDS, AIM_BYTES = 150, 150_000
ASSET = re.compile(r'(?:src|href)="(/(?:static|assets)/[^"]+)"')
WHO = {
    "employee": "SELECT employee_id FROM appraisal_case WHERE cycle_id = $1 AND phase = 'supervisor_review' AND cardinality(line) > 2"
    " ORDER BY md5(case_id) LIMIT 1",
    "supervisor": "SELECT line[1] FROM appraisal_case WHERE cycle_id = $1 GROUP BY line[1] ORDER BY count(*) DESC LIMIT 1",
    "head": "SELECT head_id FROM unit JOIN appraisal_case USING (unit_id) WHERE parent_id IS NOT NULL AND cycle_id = $1"
    " GROUP BY unit_id ORDER BY count(*) DESC LIMIT 1",
    **{role: f"SELECT person_id FROM person WHERE '{role}' = ANY(roles) AND $1 <> '' ORDER BY person_id LIMIT 1"
       for role in ("evaluator", "hr", "ops", "leadership")},
}  # fmt: skip
EXAMPLES = {
    "meeting_id": ("supervision", "SELECT meeting_id FROM meeting LIMIT 1"),
    "evidence_id": ("appraisal", "SELECT evidence_id FROM evidence LIMIT 1"),
    "request_id": ("appraisal", "SELECT request_id FROM feedback_request LIMIT 1"),
    "template_id": ("appraisal", "SELECT template_id FROM plan_template LIMIT 1"),
}


@dataclass(frozen=True)
class Measured:
    """A page as a role sees it: milliseconds sorted, and compressed bytes."""

    role: str
    address: Address
    milliseconds: list[float]
    size: int

    @property
    def median(self) -> float:
        return median(self.milliseconds)

    @property
    def p95(self) -> float:
        """The least time that 95 of 100 requests did not exceed (nearest rank)."""
        return self.milliseconds[ceil(len(self.milliseconds) * 0.95) - 1]


@dataclass(frozen=True)
class PagesMeasured:
    """``unmeasured``: routes no role could open, with why. ``first_page``: bytes of the home page with all it loads, by role."""

    people: int
    pages: list[Measured]
    unmeasured: dict[str, str]
    first_page: dict[str, int]


async def measure(people: int, times: int, var: Path, port_offset: int, *, kafka: KafkaKind = "dev", say: Callable[[str], None] = print) -> PagesMeasured:  # fmt: skip
    """Fill a city and ask for every page as everybody who may open it."""
    roster = var / "roster"
    make_roster(people, 1).write(roster)
    environment = {"SIKLUS_CITIZEN_FORM_SECONDS": "0", "SIKLUS_PORTAL_URL": f"http://127.0.0.1:{8080 + port_offset}"}
    async with City(var / "city", port_offset=port_offset, kafka=kafka, speed=1.0, only=PARTS, extra_environment=environment) as city:
        began = time.perf_counter()
        await people_in(city, roster)
        await fill(city, people)
        say(f"{people} people with two years each are in the databases after {time.perf_counter() - began:.0f} s")
        who = await _people(city)
        found: list[Measured] = []
        refused: dict[str, str] = {}
        first_page: dict[str, int] = {}
        for role, person in who.items():
            async with _visitor(city, role, person) as http:
                first_page[role] = await _whole_size(http)
                for address in addresses(await _examples(city, role, person["person_id"])):
                    measured = await _page(http, role, address, times)
                    if isinstance(measured, Measured):
                        found.append(measured)
                    else:
                        refused[address.route] = measured
    told = {one.address.route for one in found}
    return PagesMeasured(people, found, {route: why for route, why in refused.items() if route not in told}, first_page)


async def _people(city: City) -> dict[str, dict[str, object]]:
    """Somebody of each role: the employee in the middle of the year, the supervisor and the head with the most people."""
    found: dict[str, dict[str, object]] = {}
    async with database(city, "supervision") as rows:
        for role, statement in WHO.items():
            person_id = await rows.fetchval(statement, RUNNING)
            if person_id:
                row = await rows.fetchrow("SELECT person_id, name, roles FROM person WHERE person_id = $1", person_id)
                found[role] = dict(row) if row else {}
    return {**found, "citizen": {"person_id": ""}}


async def _examples(city: City, role: str, person_id: object) -> dict[str, str]:
    """Ids a page of this role is asked for with."""
    mine = {"employee": "employee_id = $2", "head": "line @> ARRAY[$2]", "supervisor": "line[1] = $2", "evaluator": "employee_id = $2"}
    condition = mine.get(role, "$2::text IS NOT NULL")
    case = f"SELECT case_id, unit_id, employee_id FROM appraisal_case WHERE cycle_id = $1 AND phase <> 'target_setting' AND {condition} LIMIT 1"
    async with database(city, "supervision") as rows:
        one = await rows.fetchrow(case, RUNNING, person_id)
        top = await rows.fetchval("SELECT unit_id FROM unit WHERE parent_id IS NULL LIMIT 1")
        led = await rows.fetchval("SELECT unit_id FROM unit WHERE head_id = $1 LIMIT 1", person_id)
    found = {"cycle_id": RUNNING, "number": "0", "unit_id": led or (top if role in {"hr", "ops", "leadership"} else one and one["unit_id"])}
    if one:
        found |= {"case_id": one["case_id"], "person_id": one["employee_id"]}
    for name, (service, statement) in EXAMPLES.items():
        async with database(city, service) as rows:
            found[name] = str(await rows.fetchval(statement) or "")
    return {name: str(value or "") for name, value in found.items()}


def _visitor(city: City, role: str, person: Mapping[str, object]) -> httpx.AsyncClient:
    """A browser with the cookie the portal gives after sign-in."""
    cookies = {}
    if role != "citizen":
        roles = list(person["roles"]) if isinstance(person["roles"], list) else []
        session = {"person_id": person["person_id"], "name": person["name"], "roles": roles, "language": "id"}
        session["leads"] = role in {"supervisor", "head"}
        signer = itsdangerous.TimestampSigner(session_secret(city.settings()))
        cookies["siklus_session"] = signer.sign(b64encode(json.dumps(session).encode())).decode()
    return httpx.AsyncClient(
        base_url=city.urls["portal"], cookies=cookies, timeout=120, trust_env=False, limits=httpx.Limits(keepalive_expiry=2)
    )


async def _page(http: httpx.AsyncClient, role: str, address: Address, times: int) -> Measured | str:
    if address.path is None:
        return f"nothing in the city for {address.missing}"
    took: list[float] = []
    try:
        for _ in range(WARM_UP + times):
            began = time.perf_counter()
            answer = await http.get(address.path)
            took.append((time.perf_counter() - began) * 1000)
            if answer.status_code != 200:
                return f"{role}: {answer.status_code}"
    except httpx.TransportError as error:
        return f"{role}: {address.path}: the portal broke off, {error!r}"
    took = took[WARM_UP:]
    return Measured(role, address, sorted(took), answer.num_bytes_downloaded)


async def _whole_size(http: httpx.AsyncClient) -> int:
    """Compressed bytes of the first page with the style sheets, scripts and pictures it loads."""
    page = await http.get("/", follow_redirects=True)
    assets = [await http.get(address) for address in dict.fromkeys(ASSET.findall(page.text))]
    return page.num_bytes_downloaded + sum(one.num_bytes_downloaded for one in assets)


__all__ = ["AIM_BYTES", "AIM_MILLISECONDS", "PAST", "PagesMeasured", "measure"]
