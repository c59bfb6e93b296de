"""Choosing people in a form without JavaScript: a search whose finds are offered beside whoever was chosen before."""

from __future__ import annotations

from starlette.datastructures import FormData

from kit.problems import Problem
from services.portal.clients import Services
from services.portal.clients.appraisal import Person
from services.portal.forms import text_of

PEOPLE_FOUND = 20


async def offered(services: Services, token: str, typed: FormData, fields: tuple[str, ...]) -> list[Person]:
    """Whom the search found, after those already chosen in these fields."""
    people: dict[str, Person] = {}
    for name in fields:
        person_id = text_of(typed, name)
        if person_id and person_id not in people:
            try:
                people[person_id] = await services.appraisal.person(token, person_id)
            except Problem as problem:
                # Somebody who is not there cannot be chosen; the service says so beside the field.
                if problem.status != 404:
                    raise
    query = text_of(typed, "q")
    if query:
        found, _ = await services.appraisal.people(token, query=query, limit=PEOPLE_FOUND)
        people |= {person.person_id: person for person in found}
    return list(people.values())
