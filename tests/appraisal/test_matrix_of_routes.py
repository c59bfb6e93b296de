"""Role x action x relation over every writing route of the running service: whom each lets in, and no route left out."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest

from contracts.cycle import Phase
from tests.appraisal.city import CYCLE, City, files, people_csv, plan_body, units_csv
from tests.appraisal.test_behaviour import VALUES, around_rina
from tests.appraisal.test_competency import rating
from tests.appraisal.test_dry_run import plan as planned

Ids = dict[str, str]
HEARS = ("rina", "sari", "kepala", "sekda", "hani", "ops", "system")
"""Who reads Rina's case: herself, the line above her, and by their roles HR, leadership, ops and the system."""
OUTSIDERS = ("budi", "peer1", "bawah", "luar", "nobody")
"""An evaluator without a task in it, a colleague who rates her behaviour, who reports to her, another line, and nobody of the roster."""
EVERYBODY = (*HEARS, *OUTSIDERS)
READERS = frozenset(HEARS)
ALL = frozenset(EVERYBODY)
WRITING = {"post", "put", "patch", "delete"}
REASON = {"reason": "SK 12/2026"}
DAYS = {"starts_on": "2026-03-02", "ends_on": "2026-03-20"}


@dataclass(frozen=True)
class Act:
    """A route, whom it lets in, and who may know of what it is about: the rest learn nothing (404)."""

    route: str
    """As the service publishes it: ``PUT /cases/{case_id}/plan``."""
    may: frozenset[str]
    body: Any = None
    """JSON, bytes, or a function of the city and its ids that gives one of them."""
    know: frozenset[str] = READERS
    query: str = ""
    saves: bool = True
    """Whether it changes anything; what only answers is asked of a closed case too."""


def only(*who: str) -> frozenset[str]:
    return frozenset(who)


def definition(city: City, ids: Ids) -> Any:
    return city.definition(policies={"behaviour_360": True})


def part_of(assessor: str) -> Callable[[City, Ids], Any]:
    months = {"first_month": 1, "last_month": 2, "results": "below", "behaviour": "as_expected", **REASON}
    return lambda city, ids: {**months, "assessor_id": city.ids[assessor]}


OWN, HR, NOBODY_KNOWS = only("rina"), only("hani"), frozenset[str]()
LOOK = {**REASON, "dry_run": True}
WORDS = {"name": {"id": "Pemetaan", "en": "Mapping"}, "about": {"id": "Peta", "en": "Maps"}}
MERGER = {"from_unit_ids": ["dinkes"], "to": [{"unit_id": "dinas-baru", "name": "Dinas Baru"}], **LOOK}
TEMPLATE = {**plan_body(), "name": "Pelaksana"}

OF_A_CASE = (
    Act("PUT /cases/{case_id}/plan", OWN, plan_body()),
    Act("POST /cases/{case_id}/plan/submit", OWN),
    Act("POST /cases/{case_id}/plan/revision", OWN, REASON),
    Act("PUT /cases/{case_id}/plan/revision", OWN, plan_body()),
    Act("POST /cases/{case_id}/plan/revision/submit", OWN),
    Act("POST /cases/{case_id}/plan/revision/withdraw", OWN),
    Act("POST /cases/{case_id}/plan/rows", READERS, {"source": "sheet", "text": "x"}, saves=False),
    Act("PUT /cases/{case_id}/progress/{period}", OWN, {"reports": []}),
    Act("POST /cases/{case_id}/evidence/files", OWN, b"%PDF-1.7", query="?indicator_id={indicator_id}&name=laporan.pdf"),
    Act(
        "POST /cases/{case_id}/evidence/links",
        OWN,
        lambda city, ids: {"indicator_id": ids["indicator_id"], "url": "https://bandung.example/2", "name": "Laporan"},
    ),
    Act("POST /cases/{case_id}/evidence/{evidence_id}/removal", OWN, REASON),
    Act("PUT /cases/{case_id}/self-assessment", OWN, {"summary": "Tercapai."}),
    Act("POST /cases/{case_id}/self-assessment/submit", OWN),
    Act("PUT /cases/{case_id}/competency", only("sari"), rating()),
    Act("POST /cases/{case_id}/competency/submit", only("sari")),
    Act("POST /cases/{case_id}/parts", HR, part_of("budi")),
    Act("POST /cases/{case_id}/parts", HR | {"kepala"}, part_of("kepala")),
    Act("POST /cases/{case_id}/parts/{number}/withdraw", HR, REASON, ALL),
    Act(
        "POST /cases/{case_id}/behaviour/proposals",
        OWN | HR | {"sari"},
        lambda city, ids: {"remove_id": city.ids["peer2"], **REASON},
    ),
    Act("POST /cases/{case_id}/behaviour/proposals/{proposal_id}/decision", only("sari"), {"accept": False}),
    Act("PUT /behaviour/requests/{request_id}/answer", only("peer1"), {"ratings": dict.fromkeys(VALUES, 3)}, NOBODY_KNOWS),
)
OF_THE_CITY = (
    Act("POST /people/{person_id}/transfer", HR, {**LOOK, "unit_id": "bkpsdm"}, ALL),
    Act("POST /people/{person_id}/hand-over", HR, lambda city, ids: {**LOOK, "successor_id": city.ids["kepala"]}, ALL),
    Act("POST /people/{person_id}/leave", HR, {**LOOK, **DAYS}, ALL),
    Act("POST /people/{person_id}/return", HR, LOOK, ALL),
    Act("POST /people/{person_id}/end-of-service", HR, {**LOOK, "kind": "retired", "on": "2026-12-31"}, ALL),
    Act("POST /units/reorganisations", HR, MERGER, ALL),
    Act("PUT /people/{person_id}/earlier-positions", HR, {"items": [], **REASON}, ALL),
    Act("PATCH /people/{person_id}/supervisor", HR, lambda city, ids: {"supervisor_id": city.ids["sari"], **REASON}, ALL),
    Act("POST /cycles", HR, definition, ALL),
    Act("PUT /cycles/{cycle_id}", HR | {"system"}, definition, ALL),
    Act("POST /cycles/{cycle_id}/working-days", HR, know=ALL),
    Act("POST /cycles/{cycle_id}/rescore", only("ops", "system"), know=ALL, query="?dry_run=true"),
    Act("POST /cycles/{cycle_id}/proposals", HR, know=ALL),
    Act("POST /cycle-proposals", only("system"), lambda city, ids: {"template": city.definition(), "year": 2027}, ALL),
    Act("PUT /cycle-proposals/{next_cycle_id}", HR, definition, ALL),
    Act("POST /cycle-proposals/{next_cycle_id}/reminders", only("system"), know=ALL),
    Act("POST /cycle-proposals/{next_cycle_id}/approval", HR, know=ALL),
    Act("POST /cycle-proposals/{next_cycle_id}/withdrawal", HR, REASON, ALL),
    Act("POST /cycle-dry-runs", HR, planned(), ALL),
    Act("POST /cycle-dry-runs/people", HR, planned(), ALL, "?part=ended"),
    Act("POST /calendar-checks", HR, definition, ALL),
    Act("PUT /holidays/{year}", HR, {"holidays": []}, ALL),
    Act("DELETE /holidays/{year}", HR, know=ALL),
    Act("POST /holidays/{year}/imports", HR, know=ALL),
    Act("PUT /competencies/technical/{code}", HR, WORDS, ALL),
    Act("PUT /competency-standards/{position}", HR, {"levels": {}}, ALL),
    Act("POST /plan-templates", HR, TEMPLATE, ALL),
    Act("POST /plan-templates/rows", HR, {"text": "x"}, ALL),
    Act("PUT /plan-templates/{template_id}", HR, TEMPLATE, ALL),
    Act("POST /plan-templates/{template_id}/assignments", HR, {"cycle_id": CYCLE, "dry_run": True}, ALL),
    Act("POST /cycles/{cycle_id}/units/{unit_id}/distribution/preview", READERS - OWN - {"sari"}, {"moves": []}, ALL),
    Act("PUT /cycles/{cycle_id}/units/{unit_id}/organisation-result", HR | {"sekda"}, {"result": "baik", **REASON}, ALL),
    Act("POST /history/imports", HR, know=ALL),
    Act("POST /roster/imports", HR | {"system"}, know=ALL),
    Act("POST /roster/previews", HR, know=ALL),
    Act("DELETE /roster/previews/{first_preview_id}", HR, know=ALL),
    Act("POST /roster/previews/{second_preview_id}/renew", HR, know=ALL),
    Act("POST /roster/previews/{third_preview_id}/confirm", HR, know=ALL),
)
SAME_ROUTE = dict.fromkeys(("first_preview_id", "second_preview_id", "third_preview_id"), "preview_id") | {"next_cycle_id": "cycle_id"}
"""What the matrix calls differently from the service, as there are several of it."""


@pytest.fixture
async def ids(empty_city: City) -> Ids:
    """A city in which everything is there that the routes are about: Rina in self-assessment with evidence and a wish for other raters."""
    city = empty_city
    case_id = await around_rina(city)
    await city.approve_plan(case_id, await city.submit_plan(case_id))
    await city.enter(case_id, Phase.MONITORING)
    plan = (await city.get(f"/cases/{case_id}/plan", who="rina")).json()
    indicator_id = plan["objectives"][0]["indicators"][0]["indicator_id"]
    link = {"indicator_id": indicator_id, "url": "https://bandung.example/1", "name": "Laporan"}
    evidence = (await city.post(f"/cases/{case_id}/evidence/links", who="rina", json=link)).json()
    await city.enter(case_id, Phase.SELF_ASSESSMENT)
    wish = {"remove_id": city.ids["peer3"], **REASON}
    wishes = (await city.post(f"/cases/{case_id}/behaviour/proposals", who="rina", json=wish)).json()
    [asked] = (await city.get("/behaviour/requests", who="peer1")).json()["items"]
    template = (await city.post("/plan-templates", who="hani", json=TEMPLATE)).json()
    following = (await city.post(f"/cycles/{CYCLE}/proposals", who="hani")).json()
    previews = [
        (await city.post("/roster/previews", who="hani", files=files(units_csv(), people_csv()))).json()["preview_id"] for _ in range(3)
    ]
    return {
        "case_id": case_id,
        "cycle_id": CYCLE,
        "person_id": city.ids["rina"],
        "unit_id": "dinkes",
        "period": "2026-Q1",
        "number": "1",
        "year": "2026",
        "code": "mapping",
        "position": "Jabatan rina",
        "indicator_id": indicator_id,
        "evidence_id": evidence["evidence_id"],
        "proposal_id": wishes["proposals"][0]["proposal_id"],
        "request_id": asked["request_id"],
        "template_id": template["template_id"],
        "next_cycle_id": following["cycle_id"],
        **dict(zip(("first_preview_id", "second_preview_id", "third_preview_id"), previews, strict=True)),
    }


async def attempt(city: City, act: Act, ids: Ids, who: str) -> Any:
    method, _, path = act.route.partition(" ")
    body = act.body(city, ids) if callable(act.body) else act.body
    options = {"content": body} if isinstance(body, bytes) else {"json": body} if body is not None else {}
    return await city.call(method, (path + act.query).format(**ids), who=who, version=1, **options)


async def traces(city: City) -> list[Any]:
    """All that a command leaves behind."""
    return await city.sql("SELECT (SELECT count(*) FROM audit_entry), (SELECT count(*) FROM outbox), (SELECT count(*) FROM life_event)")


async def test_each_writing_route_lets_in_whom_it_belongs_to_and_nobody_else(empty_city: City, ids: Ids) -> None:
    city, wrong = empty_city, {}
    for act in (*OF_A_CASE, *OF_THE_CITY):
        before = await traces(city)
        for who in EVERYBODY:
            if who not in act.may:
                expected = 403 if who in act.know else 404
                answer = await attempt(city, act, ids, who)
                if answer.status_code != expected:
                    wrong[act.route, who] = f"{answer.status_code}, not {expected}: {answer.text[:200]}"
        assert await traces(city) == before, f"{act.route}: what was refused left something behind"
        for who in (one for one in EVERYBODY if one in act.may):
            answer = await attempt(city, act, ids, who)
            if answer.status_code in {401, 403, 404, 405} or answer.status_code >= 500:
                wrong[act.route, who] = f"{answer.status_code}, not let in: {answer.text[:200]}"
    assert wrong == {}


async def test_a_closed_case_and_its_result_change_for_nobody(empty_city: City, ids: Ids) -> None:
    city, case_id, changed = empty_city, ids["case_id"], {}
    await city.hear(city.review(case_id, "as_expected", "above"))
    await city.end(case_id)
    result, before = (await city.get(f"/cases/{case_id}/result")).json(), await traces(city)
    for act in (act for act in OF_A_CASE if act.saves):
        for who in EVERYBODY:
            answer = await attempt(city, act, ids, who)
            if answer.status_code not in {403, 404, 409, 412}:
                changed[act.route, who] = f"{answer.status_code} {answer.text[:200]}"
    assert changed == {}
    assert await traces(city) == before
    assert (await city.get(f"/cases/{case_id}/result")).json() == result


def test_no_writing_route_of_the_service_is_left_out_of_the_matrix(empty_city: City) -> None:
    published = {
        f"{method.upper()} {path}"
        for path, methods in empty_city.app.openapi()["paths"].items()
        for method in methods
        if method in WRITING and not path.startswith("/operations")
    }
    covered = {act.route.format_map(_Names()) for act in (*OF_A_CASE, *OF_THE_CITY)}
    assert published - covered == set(), "a new route needs a row of the matrix"
    assert covered - published == set(), "a row about a route that is gone"


class _Names(dict[str, str]):
    """Leaves the names in a route as they are, but for those the service calls otherwise."""

    def __missing__(self, name: str) -> str:
        return f"{{{SAME_ROUTE.get(name, name)}}}"
