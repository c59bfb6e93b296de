"""Who may do what about life events and duties: role x action x relation, against the real services."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import httpx
import pytest

from kit.clock import CITY_ZONE
from kit.settings import Settings
from tests.portal.cast import Cast
from tests.portal.city import CYCLE, City

YES, NO, HIDDEN = "may", "may not", "does not know of it"
REASON = {"reason": "SK 12/2026"}
ANSWERS = {200: YES, 201: YES, 409: YES, 403: NO, 404: HIDDEN}
"""A conflict is about the state of things, so who gets one was let in."""
WHO = ("employee", "supervisor", "superior", "stranger", "evaluator", "hr", "ops", "leadership")


@dataclass(frozen=True)
class Action:
    service: str
    method: str
    path: str
    body: dict[str, Any] | None = None


@pytest.fixture
async def city(settings: Settings, make_database: Callable[[str], str]) -> AsyncIterator[City]:
    """The sample city with its 60 people."""
    made = City(settings, make_database)
    await made.import_sample()
    yield made
    await made.close()


def row(**cells: str) -> dict[str, str]:
    """What each may: nobody who is not named."""
    return {who: cells.get(who, cells.get("others", NO)) for who in WHO}


ONLY_HR = row(hr=YES)
DESK = row(hr=YES, ops=YES)
WHO_READS_THE_CASE = row(employee=YES, supervisor=YES, superior=YES, hr=YES, ops=YES, leadership=YES, others=HIDDEN)
EXPECTED: dict[str, dict[str, str]] = {
    "transfer": ONLY_HR,
    "hand-over": ONLY_HR,
    "leave": ONLY_HR,
    "return": ONLY_HR,
    "end-of-service": ONLY_HR,
    "reorganisation": ONLY_HR,
    "journal": DESK,
    "look at touched tasks": ONLY_HR,
    "delegate the supervisor's tasks": row(supervisor=YES, hr=YES),
    "name an acting official": ONLY_HR,
    "delegations of everybody": DESK,
    "end the supervisor's delegation": row(supervisor=YES, hr=YES, others=HIDDEN),
    "say the supervisor is wrong": WHO_READS_THE_CASE,
    "decide who the supervisor is": ONLY_HR,
    "requests of everybody": DESK,
    "parts of the year": WHO_READS_THE_CASE,
    "rate a part of the year": row(supervisor=YES, stranger=HIDDEN, evaluator=HIDDEN),
}


async def actions(city: City, ids: dict[str, str]) -> dict[str, Action]:
    person, case_id, units = ids["employee"], f"{CYCLE}.{ids['employee']}", await city.call("appraisal", "GET", "/units")
    today, unit_id = datetime.now(CITY_ZONE).date(), units["items"][0]["unit_id"]
    look = {**REASON, "dry_run": True}
    days = {"starts_on": str(today), "ends_on": str(today + timedelta(days=9))}
    stand_in = {"for_person_id": ids["supervisor"], "person_id": ids["stranger"], **days}
    ended = await city.call(
        "supervision",
        "POST",
        "/stand-ins",
        as_=ids["supervisor"],
        roles=("employee",),
        json={**stand_in, **REASON, "starts_on": str(today + timedelta(days=300)), "ends_on": str(today + timedelta(days=301))},
    )

    def of_person(event: str, **body: Any) -> Action:
        return Action("appraisal", "POST", f"/people/{person}/{event}", {**look, **body})

    def of_case(method: str, path: str, body: dict[str, Any] | None = None) -> Action:
        return Action("supervision", method, f"/cases/{case_id}/{path}", body)

    merger = {"from_unit_ids": [unit_id], "to": [{"unit_id": "unit-baru", "name": "Unit Baru"}]}
    return {
        "transfer": of_person("transfer", unit_id=unit_id, supervisor_id=ids["superior"]),
        "hand-over": of_person("hand-over", successor_id=ids["superior"]),
        "leave": of_person("leave", **days),
        "return": of_person("return"),
        "end-of-service": of_person("end-of-service", kind="retired", on=str(today)),
        "reorganisation": Action("appraisal", "POST", "/units/reorganisations", {**look, **merger}),
        "journal": Action("appraisal", "GET", "/life-events"),
        "look at touched tasks": Action("supervision", "POST", "/life-events/preview", {"absent_id": ids["supervisor"]}),
        "delegate the supervisor's tasks": Action("supervision", "POST", "/stand-ins", {**look, **stand_in}),
        "name an acting official": Action("supervision", "POST", "/stand-ins", {**look, **stand_in, "kind": "plt"}),
        "delegations of everybody": Action("supervision", "GET", "/stand-ins?everybody=true"),
        "end the supervisor's delegation": Action("supervision", "POST", f"/stand-ins/{ended['stand_in']['stand_in_id']}/end", REASON),
        "say the supervisor is wrong": of_case("POST", "supervisor-corrections", REASON),
        "decide who the supervisor is": of_case("POST", "supervisor-corrections/decision", {**REASON, "accepted": False}),
        "requests of everybody": Action("supervision", "GET", "/supervisor-corrections"),
        "parts of the year": of_case("GET", "assessment-parts"),
        "rate a part of the year": of_case("POST", "assessment-parts/1/rating", {**REASON, "results": "above", "behaviour": "as_expected"}),
    }


async def cast_of(city: City) -> tuple[dict[str, str], dict[str, tuple[str, ...]]]:
    """An employee and the people around, by what each is to the employee; none of the officials stands in the line."""
    cast = await Cast.of(city)
    employee, supervisor, superior = await cast.employee()
    line = {employee["person_id"], supervisor["person_id"], superior["person_id"]}
    found = {"employee": employee, "supervisor": supervisor, "superior": superior}
    for role in ("evaluator", "hr", "ops", "leadership"):
        found[role] = next(one for one in cast.people if role in one["roles"] and one["person_id"] not in line)
    found["stranger"] = next(
        one for one in cast.people if one["roles"] == ["employee"] and not one["supervises"] and one["unit_name"] != employee["unit_name"]
    )
    return {who: one["person_id"] for who, one in found.items()}, {who: tuple(one["roles"]) for who, one in found.items()}


async def ask(city: City, action: Action, person_id: str, roles: tuple[str, ...]) -> httpx.Response:
    headers = {"Authorization": f"Bearer {city.signer.sign(person_id, roles)}"}
    return await city.http(action.service).request(action.method, action.path, headers=headers, json=action.body)


async def test_every_cell_of_role_action_and_relation_is_as_specified(city: City) -> None:
    ids, roles = await cast_of(city)
    await city.open_cycle(ids["employee"], ids["hr"])
    wrong = {}
    for name, action in (await actions(city, ids)).items():
        for who in WHO:
            answer = await ask(city, action, ids[who], roles[who])
            found = ANSWERS.get(answer.status_code, f"{answer.status_code} {answer.text[:200]}")
            if found != EXPECTED[name][who]:
                wrong[name, who] = f"{found}, not {EXPECTED[name][who]}"
    assert wrong == {}


async def test_nobody_in_hr_moves_themself_nor_decides_on_their_own_supervisor(city: City) -> None:
    ids, roles = await cast_of(city)
    await city.open_cycle(ids["employee"], ids["hr"])
    own = await actions(city, {**ids, "employee": ids["hr"]})
    await ask(city, own["say the supervisor is wrong"], ids["hr"], roles["hr"])
    refused = ("transfer", "hand-over", "leave", "return", "end-of-service", "decide who the supervisor is", "rate a part of the year")
    answers = {name: (await ask(city, own[name], ids["hr"], roles["hr"])).status_code for name in refused}
    assert answers == dict.fromkeys(refused, 403)
