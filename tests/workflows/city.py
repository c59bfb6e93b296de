"""A small city in the appraisal service, for cycles to enrol."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace

import httpx

from siklus.roster import Roster, make_roster

PEOPLE = 14
JOINERS = 2
PATIENCE_SECONDS = 30


async def import_people(client: httpx.AsyncClient, people: int, *joining: dict[str, str]) -> None:
    """Import the first ``people`` of a small city whose joiners have nobody below them; ``joining`` says what differs in their rows."""
    roster = make_roster(PEOPLE + JOINERS, 5)
    needed = {person.supervisor_nip for person in roster.people} | {unit.head_nip for unit in roster.units}
    joiners = [person for person in roster.people if person.nip not in needed][:JOINERS]
    staff = [person for person in roster.people if person not in joiners]
    joiners = [replace(person, **row) for person, row in zip(joiners, joining or ({},) * JOINERS, strict=True)]
    roster = Roster(roster.units, [*staff, *joiners][:people])
    files = {"units": ("units.csv", roster.units_csv(), "text/csv"), "people": ("people.csv", roster.people_csv(), "text/csv")}
    answer = await client.post("/roster/imports", files=files)
    assert answer.status_code == 200, answer.text


async def until(condition: Callable[[], Awaitable[bool]]) -> None:
    """Wait for what the workflows do by themselves."""
    async with asyncio.timeout(PATIENCE_SECONDS):
        while not await condition():
            await asyncio.sleep(0.2)
