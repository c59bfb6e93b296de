"""The organisation of a sample city: units, and posts with their reporting lines, for an exact number of people."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator
from dataclasses import dataclass

from siklus.bandung import AGENCIES, DISTRICT_WEIGHT, DISTRICTS, GENERAL_STAFF, Agency

ROOT = "kota-bandung"
SMALLEST_AGENCY = 8
PEOPLE_PER_AGENCY = 11
LARGEST_OFFICE = 70
"""An agency's office holds at most so many; the rest works in its places of service."""
FIELD_UNIT_SIZE = 24
WARD_SIZE = 4
SECTION_SIZE = 7
SECTIONS = (
    "Kepala Seksi Pelayanan",
    "Kepala Seksi Data dan Pelaporan",
    "Kepala Seksi Pengendalian",
    "Kepala Seksi Pemantauan dan Evaluasi",
    "Kepala Seksi Pembinaan",
    "Kepala Seksi Kerja Sama",
)
ASSISTANTS = (
    "Asisten Pemerintahan dan Kesejahteraan Rakyat",
    "Asisten Perekonomian dan Pembangunan",
    "Asisten Administrasi Umum",
)
ASSISTANTS_FROM = 300
"""A city of this size or more has assistants between the secretary and the agencies."""
DIVISION_AS_UNIT = 30
"""Agencies from this size on have their divisions as units of their own."""


@dataclass(frozen=True, eq=False)
class Post:
    """A post and who appraises its holder; ``level`` is the functional level or the echelon."""

    unit: str
    agency: str
    position: str
    kind: str
    level: str
    supervisor: Post | None


@dataclass(frozen=True)
class UnitPlan:
    """A unit and the post that heads it."""

    code: str
    name: str
    parent: str
    kind: str
    head: Post


def design(people: int) -> tuple[list[UnitPlan], list[Post]]:
    """Units (parents first) and exactly ``people`` posts (supervisors first)."""
    chart = _Chart()
    secretary = chart.post(ROOT, ROOT, "Sekretaris Daerah", "jpt_pratama", "II.a", None)
    chart.unit(ROOT, "Pemerintah Kota Bandung", "", "city", secretary)
    above = [secretary]
    if people >= ASSISTANTS_FROM:
        above = [chart.post(ROOT, ROOT, title, "jpt_pratama", "II.b", secretary) for title in ASSISTANTS]
        people -= len(ASSISTANTS)
    takers: list[Agency | str] = _interleaved()
    # BKPSDM always; a whole agency for every eleven people, as long as there are more of them.
    count = max(1, min(len(takers), (people - 1) // PEOPLE_PER_AGENCY))
    chosen = takers[:count]
    sizes = _shares(people - 1, [taker.weight if isinstance(taker, Agency) else DISTRICT_WEIGHT for taker in chosen])
    for taker, size, superior in zip(chosen, sizes, itertools.cycle(above), strict=False):
        if isinstance(taker, Agency):
            chart.fill_agency(taker, size, superior)
        else:
            chart.fill_district(taker, size, superior)
    return chart.units, chart.posts


def _interleaved() -> list[Agency | str]:
    """Agencies and districts in the order of growth: a district after every second agency, so that small samples have both."""
    districts = iter(DISTRICTS)
    order: list[Agency | str] = []
    for place, agency in enumerate(AGENCIES):
        order.append(agency)
        if place % 2:
            order.append(next(districts))
    return [*order, *districts]


def _shares(total: int, weights: list[float]) -> list[int]:
    """Split ``total`` by weight above an equal minimum, to the last one."""
    minimum = min(SMALLEST_AGENCY, total // len(weights))
    spare = total - minimum * len(weights)
    exact = [spare * weight / sum(weights) for weight in weights]
    shares = [minimum + int(part) for part in exact]
    largest_rest = sorted(range(len(weights)), key=lambda place: (int(exact[place]) - exact[place], place))
    for place in largest_rest[: total - sum(shares)]:
        shares[place] += 1
    return shares


class _Chart:
    def __init__(self) -> None:
        self.units: list[UnitPlan] = []
        self.posts: list[Post] = []

    def post(self, unit: str, agency: str, position: str, kind: str, level: str, supervisor: Post | None) -> Post:
        made = Post(unit, agency, position, kind, level, supervisor)
        self.posts.append(made)
        return made

    def unit(self, code: str, name: str, parent: str, kind: str, head: Post) -> None:
        self.units.append(UnitPlan(code, name, parent, kind, head))

    def fill_agency(self, agency: Agency, size: int, above: Post) -> None:
        title = "Inspektur Daerah" if agency.code == "inspektorat" else f"Kepala {agency.name}"
        head = self.post(agency.code, agency.code, title, "jpt_pratama", "II.b", above)
        self.unit(agency.code, agency.name, ROOT, "agency", head)
        office = min(size - 1, LARGEST_OFFICE)
        field = size - 1 - office
        if field and (agency.field_unit is None or field < SMALLEST_AGENCY):
            office, field = office + field, 0
        divisions = self._fill_office(agency, office, head)
        if field:
            self._fill_field_units(agency, field, divisions or [head])

    def _fill_office(self, agency: Agency, size: int, head: Post) -> list[Post]:
        names = ("Sekretariat", *agency.divisions)
        count = min(len(names), max(1, size // 6)) if size >= 4 else 0
        if count == 0:
            self._fill_staff(agency.code, agency.code, size, head, agency.experts)
            return []
        heads: list[Post] = []
        for name, share in zip(names, _shares(size, [1.0] * count), strict=False):
            is_secretariat = name == "Sekretariat"
            unit = f"{agency.code}-{slug(name)}" if size >= DIVISION_AS_UNIT else agency.code
            title = "Sekretaris" if is_secretariat else name if name.startswith("Inspektur") else f"Kepala Bidang {name}"
            division = self.post(unit, agency.code, title, "administrator", "III.a" if is_secretariat else "III.b", head)
            if unit != agency.code:
                long_name = name if is_secretariat or name.startswith("Inspektur") else f"Bidang {name}"
                self.unit(unit, f"{long_name} {agency.name}", agency.code, "division", division)
            heads.append(division)
            experts = agency.experts if not is_secretariat else ("Perencana", "Analis Keuangan Pusat dan Daerah", "Arsiparis")
            self._fill_staff(unit, agency.code, share - 1, division, experts)
        return heads

    def _fill_field_units(self, agency: Agency, size: int, divisions: list[Post]) -> None:
        assert agency.field_unit is not None
        kind, pattern = agency.field_unit
        count = max(1, round(size / FIELD_UNIT_SIZE))
        names = field_names(kind, pattern)
        for place, share in enumerate(_shares(size, [1.0] * count)):
            name = next(names)
            code = f"{agency.code}-{slug(name)}"
            head = self.post(code, agency.code, f"Kepala {name}", "fungsional", "ahli madya", divisions[place % len(divisions)])
            self.unit(code, name, agency.code, kind, head)
            for number in range(share - 1):
                if number % 8 == 7:
                    self.post(code, agency.code, GENERAL_STAFF[number % len(GENERAL_STAFF)], "pelaksana", "", head)
                else:
                    expert = agency.experts[0] if kind == "school" else agency.experts[number % len(agency.experts)]
                    self._expert(code, agency.code, expert, number, head)

    def fill_district(self, name: str, size: int, above: Post) -> None:
        code = f"kec-{slug(name)}"
        head = self.post(code, code, f"Camat {name}", "administrator", "III.a", above)
        self.unit(code, f"Kecamatan {name}", ROOT, "district", head)
        wards = DISTRICTS[name][: max(0, (size - 4) // WARD_SIZE)]
        each = (size - 1) // (len(wards) + 1.5) if wards else 0
        in_wards = min(int(each), 14) * len(wards)
        for ward, share in zip(wards, _shares(in_wards, [1.0] * len(wards)) if wards else [], strict=True):
            ward_code = f"kel-{slug(ward)}" if ward != name else f"kel-{slug(ward)}-{slug(name)}"
            lurah = self.post(ward_code, code, f"Lurah {ward}", "pengawas", "IV.a", head)
            self.unit(ward_code, f"Kelurahan {ward}", code, "ward", lurah)
            self._fill_staff(ward_code, code, share - 1, lurah, ("Analis Kebijakan",))
        rest = size - 1 - in_wards
        if rest:
            secretary = self.post(code, code, f"Sekretaris Kecamatan {name}", "administrator", "III.b", head)
            self._fill_staff(code, code, rest - 1, secretary, ("Analis Kebijakan", "Perencana"))

    def _fill_staff(self, unit: str, agency: str, size: int, head: Post, experts: tuple[str, ...]) -> None:
        """Section heads for every few people; under them (or the head) experts and general staff."""
        sections = [self.post(unit, agency, _numbered(SECTIONS, place), "pengawas", "IV.a", head) for place in range(size // SECTION_SIZE)]
        supervisors = itertools.cycle(sections or [head])
        for number in range(size - len(sections)):
            supervisor = next(supervisors)
            if number % 5 in (0, 2):
                self._expert(unit, agency, experts[number % len(experts)], number, supervisor)
            else:
                self.post(unit, agency, GENERAL_STAFF[number % len(GENERAL_STAFF)], "pelaksana", "", supervisor)

    def _expert(self, unit: str, agency: str, name: str, number: int, supervisor: Post) -> None:
        level = ("ahli pertama", "ahli muda", "ahli pertama", "ahli madya", "ahli muda")[number % 5]
        self.post(unit, agency, f"{name} {level.title()}", "fungsional", level, supervisor)


def _numbered(names: tuple[str, ...], place: int) -> str:
    """A name from the list; a number is added when the list is used up."""
    round_number = place // len(names) + 1
    return names[place % len(names)] + (f" {round_number}" if round_number > 1 else "")


def field_names(kind: str, pattern: str) -> Iterator[str]:
    """Names of places of service, without end: schools are numbered, health centres carry their ward's name."""
    if kind == "school":
        for number in itertools.count(1):
            yield pattern.format(number)
    wards = [ward for district in DISTRICTS.values() for ward in district]
    for around in itertools.count(1):
        for ward in wards:
            yield pattern.format(ward if around == 1 else f"{ward} {around}")


def slug(name: str) -> str:
    """A unit code's part: lower case, words joined by hyphens."""
    return re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")
