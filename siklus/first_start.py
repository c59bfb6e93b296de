"""What a new city is given on its first start: the sample roster and a running cycle, through the same HTTP doors as anyone's."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import httpx

from contracts.cycle import CycleDefinition
from kit.auth import TokenSigner
from siklus.city import City
from siklus.keeping import write_atomically
from siklus.sample_cycle import sample_cycle

SAMPLE_FOLDER = Path(__file__).parent / "samples" / "city-60"
SHOWN_ROLES = ("hr", "ops", "evaluator", "leadership")


class RefusedError(RuntimeError):
    """A service refused what it was given; the message holds its answer."""


def service_client(city: City, *, timeout: float = 60) -> httpx.AsyncClient:
    """A client that acts as one of the system's own processes."""
    token = TokenSigner(city.settings()).service_token("siklus")
    return httpx.AsyncClient(headers={"Authorization": f"Bearer {token}"}, timeout=timeout, trust_env=False)


async def import_roster(client: httpx.AsyncClient, appraisal_url: str, folder: Path) -> dict[str, Any]:
    """Import units.csv and people.csv of a folder; what was added and changed.

    Raises:
        RefusedError: rows are wrong; each is named.
    """
    files = {name: (f"{name}.csv", (folder / f"{name}.csv").read_bytes(), "text/csv") for name in ("units", "people")}
    answer: dict[str, Any] = _accepted(await client.post(f"{appraisal_url}/roster/imports", files=files)).json()
    return answer


async def start_cycle(client: httpx.AsyncClient, city_urls: dict[str, str], definition: CycleDefinition) -> None:
    """Put a cycle in place and start it; doing so again changes nothing.

    Raises:
        RefusedError: another cycle of that id runs already, or the definition is not accepted.
    """
    address = f"{city_urls['appraisal']}/cycles/{definition.cycle_id}"
    _accepted(await client.put(address, content=definition.model_dump_json(), headers={"Content-Type": "application/json"}))
    _accepted(await client.post(f"{city_urls['control']}/cycles/{definition.cycle_id}/start"))


async def prepare_sample(city: City, folder: Path = SAMPLE_FOLDER) -> str:
    """Import the sample and start its cycle, once in a city's life; returns the cycle's id."""
    marker = city.var / "sample.json"
    if marker.exists():
        return str(json.loads(marker.read_text())["cycle_id"])
    now = city.clock.now()
    definition = sample_cycle(f"skp-{now.year}", now, speed=city.clock.speed)
    async with service_client(city) as client:
        await import_roster(client, city.urls["appraisal"], folder)
        await start_cycle(client, city.urls, definition)
    write_atomically(marker, json.dumps({"cycle_id": definition.cycle_id}))
    return definition.cycle_id


async def demo_people(city: City) -> list[dict[str, Any]]:
    """A few people of different standing to sign in as: an employee with their supervisor, a head, and one of each role."""
    async with service_client(city) as client:
        answer = _accepted(await client.get(f"{city.urls['appraisal']}/demo-people")).json()
        people: list[dict[str, Any]] = answer["items"] if isinstance(answer, dict) else answer
        people = sorted(people, key=lambda person: str(person["name"]))
        plain = [person for person in people if set(person["roles"]) <= {"employee"}]
        employees = [person for person in plain if not person["supervises"]]
        own = ""
        if employees:
            known = _accepted(await client.get(f"{city.urls['appraisal']}/people/{employees[0]['person_id']}")).json()
            own = known.get("supervisor_id") or ""
    shown: list[tuple[str, dict[str, Any]]] = []
    for label, found in (
        ("employee", employees),
        ("the employee's supervisor", [person for person in people if person["person_id"] == own]),
        ("head of an agency", [person for person in plain if _is_head(person)]),
        *((role, [person for person in people if role in person["roles"]]) for role in SHOWN_ROLES),
    ):
        if found:
            shown.append((label, found[0]))
    return [{"as": label, **person} for label, person in shown]


def _is_head(person: dict[str, Any]) -> bool:
    return str(person["position"]).startswith(("Kepala Dinas", "Kepala Badan", "Camat", "Inspektur Daerah"))


def _accepted(answer: httpx.Response) -> httpx.Response:
    if answer.is_success:
        return answer
    raise RefusedError(f"{answer.request.method} {answer.request.url} answered {answer.status_code}: {answer.text[:2000]}")
