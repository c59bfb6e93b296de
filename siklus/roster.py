"""A roster of any size for a sample city: who works where, as what, and who appraises whom.

The same number of people and seed always give the same roster, byte for byte.
"""

from __future__ import annotations

import csv
import io
from dataclasses import astuple, dataclass, field, fields
from pathlib import Path

from siklus.organisation import Post, design
from siklus.people import PersonMaker

SMALLEST = 12


@dataclass(frozen=True)
class UnitRow:
    """A row of units.csv."""

    code: str
    name: str
    parent_code: str
    kind: str
    head_nip: str


@dataclass(frozen=True)
class PersonRow:
    """A row of people.csv."""

    nip: str
    name: str
    email: str
    unit_code: str
    position: str
    position_kind: str
    position_level: str
    rank: str
    supervisor_nip: str
    employment: str
    roles: str
    language: str
    starts_on: str = ""
    ends_on: str = ""


@dataclass(frozen=True)
class Roster:
    """A whole city's units and people."""

    units: list[UnitRow] = field(default_factory=list)
    people: list[PersonRow] = field(default_factory=list)

    def units_csv(self) -> str:
        return _csv(UnitRow, self.units)

    def people_csv(self) -> str:
        return _csv(PersonRow, self.people)

    def write(self, folder: Path) -> None:
        """Write units.csv and people.csv."""
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "units.csv").write_text(self.units_csv(), encoding="utf-8", newline="")
        (folder / "people.csv").write_text(self.people_csv(), encoding="utf-8", newline="")


def make_roster(people: int, seed: int) -> Roster:
    """A roster of exactly ``people`` civil servants.

    Raises:
        ValueError: fewer people than a city with an HR agency needs.
    """
    if people < SMALLEST:
        raise ValueError(f"A city needs at least {SMALLEST} people, not {people}.")
    units, posts = design(people)
    maker = PersonMaker(seed)
    made = [maker.make(post) for post in posts]
    nip_of = {id(post): person.nip for post, person in zip(posts, made, strict=True)}
    roles = _roles(posts)
    rows = [
        PersonRow(
            nip=person.nip,
            name=person.name,
            email=person.email,
            unit_code=post.unit,
            position=post.position,
            position_kind=post.kind,
            position_level=post.level,
            rank=person.rank,
            supervisor_nip=nip_of[id(post.supervisor)] if post.supervisor else "",
            employment=person.employment,
            roles=";".join(["employee", *roles.get(id(post), ())]),
            language=person.language,
        )
        for post, person in zip(posts, made, strict=True)
    ]
    return Roster([UnitRow(unit.code, unit.name, unit.parent, unit.kind, nip_of[id(unit.head)]) for unit in units], rows)


def _roles(posts: list[Post]) -> dict[int, tuple[str, ...]]:
    """Who has a role beside being an employee: HR at BKPSDM, one for operations, evaluators of several units, the leadership."""
    found: dict[int, tuple[str, ...]] = {id(posts[0]): ("leadership",)}
    personnel = [post for post in posts if post.agency == "bkpsdm"]
    found[id(personnel[0])] = ("hr",)
    for post in personnel[1 : 2 + len(posts) // 2000]:
        found[id(post)] = ("hr",)
    candidates = [post for post in posts if id(post) not in found and post.kind in ("fungsional", "pengawas")]
    at_work = [post for post in candidates if post.agency == "diskominfo"] or candidates
    operator = next((post for post in at_work if post.position.startswith("Pranata Komputer")), at_work[-1])
    found[id(operator)] = ("ops",)
    wanted = max(3, len(posts) // 100)
    evaluators: dict[str, list[Post]] = {}
    # Auditors first; then whoever holds an expert's or section head's post, one agency after the other.
    for post in sorted(candidates, key=lambda post: post.agency != "inspektorat"):
        if id(post) not in found:
            evaluators.setdefault(post.agency, []).append(post)
    for place in range(max(map(len, evaluators.values()), default=0)):
        for agency in evaluators.values():
            if place < len(agency) and wanted > 0:
                found[id(agency[place])] = ("evaluator",)
                wanted -= 1
    return found


def _csv(kind: type[UnitRow] | type[PersonRow], rows: list[UnitRow] | list[PersonRow]) -> str:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow([column.name for column in fields(kind)])
    writer.writerows(astuple(row) for row in rows)
    return text.getvalue()
