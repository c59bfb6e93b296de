"""Who plays which part: an employee of the sample city with the people around."""

from __future__ import annotations

from typing import Any

from tests.portal.city import City


class Cast:
    """The people of the city and how they stand to each other."""

    def __init__(self, city: City, people: list[dict[str, Any]]) -> None:
        self.city = city
        self.people = people

    @classmethod
    async def of(cls, city: City) -> Cast:
        return cls(city, await city.people())

    def with_role(self, role: str) -> dict[str, Any]:
        return next(person for person in self.people if role in person["roles"])

    async def employee(self) -> tuple[dict[str, Any], dict[str, Any], dict[str, Any]]:
        """Somebody without another role, the direct supervisor, and the supervisor's own."""
        known = {person["person_id"]: person for person in self.people}
        for person in self.people:
            if person["roles"] != ["employee"] or person["supervises"]:
                continue
            supervisor_id = (await self.city.person(person["person_id"])).get("supervisor_id")
            superior_id = (await self.city.person(supervisor_id)).get("supervisor_id") if supervisor_id else None
            if superior_id:
                return person, known[supervisor_id], known[superior_id]
        raise AssertionError("nobody has a supervisor and a superior")
