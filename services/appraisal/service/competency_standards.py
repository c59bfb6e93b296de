"""The dictionary of competencies and what positions need."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict

from kit.auth import Principal
from kit.http import check_version, make_cursor, read_cursor
from kit.problems import FieldError, InvalidInput, NotFound
from kit.unit import UnitOfWork
from services.appraisal import competencies
from services.appraisal.competency_schemas import CompetencyView, PositionRow, StandardBody, StandardView, TechnicalBody
from services.appraisal.domain import competency as rules
from services.appraisal.domain.competency import HIGHEST_LEVEL, Group
from services.appraisal.models import PositionStandard, TechnicalCompetency
from services.appraisal.repository import competency as rows
from services.appraisal.schemas import Page
from services.appraisal.service.access import refuse

AUDIT_SUBJECT = "competency"
"""The audit chain of the dictionary and the standards."""


async def dictionary(unit: UnitOfWork) -> list[CompetencyView]:
    """Every competency: those of the regulation in its order, then the technical ones."""
    fixed = [CompetencyView.model_validate(asdict(entry)) for entry in competencies.dictionary().values()]
    return fixed + [_technical(row) for row in await rows.technical(unit)]


async def save_technical(unit: UnitOfWork, caller: Principal, code: str, body: TechnicalBody, version: int) -> CompetencyView:
    """Add a technical competency, or change its words.

    Raises:
        InvalidInput: the code is one of the regulation's, or only some levels are described.
        StaleVersion: it was changed meanwhile.
    """
    caller.need("hr")
    if code in competencies.dictionary():
        raise InvalidInput("1 thing to mend.", [FieldError("code", f"{code} is a competency of the regulation", "choose another code")])
    if len(body.levels) not in {0, HIGHEST_LEVEL}:
        error = FieldError("levels", f"{len(body.levels)} levels are described", "describe all five, or none yet")
        raise InvalidInput("1 thing to mend.", [error])
    known = await rows.technical_one(unit, code)
    check_version(version, known.version if known else 0)
    row = TechnicalCompetency(code=code, **body.model_dump(), version=version + 1, saved_at=unit.now)
    if not await rows.put(unit, row):
        newest = await rows.technical_one(unit, code)
        check_version(version, newest.version if newest else 0)
    unit.record(AUDIT_SUBJECT, "technical_competency_saved", code=code, version=row.version)
    return _technical(row)


async def positions(unit: UnitOfWork, query: str, cursor: str | None, limit: int) -> Page[PositionRow]:
    """The positions people hold, by name."""
    after = read_cursor(cursor, 1)
    found = await rows.positions(unit, query.strip(), after[0] if after else "", limit + 1)
    items = [PositionRow(position=name, people=people, set_by_hr=version is not None) for name, people, version in found[:limit]]
    return Page(items=items, next_cursor=make_cursor(items[-1].position) if len(found) > limit else None)


async def read(unit: UnitOfWork, position: str) -> StandardView:
    """What a position needs.

    Raises:
        NotFound: nobody holds such a position.
    """
    kind = await rows.kind_of(unit, position)
    known = await rows.standard(unit, position)
    if kind is None and known is None:
        raise NotFound(f"Nobody holds the position {position}.")
    levels = known.levels if known else competencies.usual_standard(*kind or ("pelaksana", ""))
    return StandardView(position=position, levels=in_order(levels), set_by_hr=known is not None, version=known.version if known else 0)


async def save(unit: UnitOfWork, caller: Principal, position: str, body: StandardBody, version: int) -> StandardView:
    """Set what a position needs; ratings that are submitted keep the standard they were made against.

    Raises:
        NotFound: nobody holds such a position.
        StaleVersion: it was changed meanwhile.
        InvalidInput: every wrong level with its path.
    """
    caller.need("hr")
    if await rows.kind_of(unit, position) is None:
        raise NotFound(f"Nobody holds the position {position}.")
    known = await rows.standard(unit, position, lock=True)
    check_version(version, known.version if known else 0)
    needed = list(competencies.dictionary())
    technical = [row.code for row in await rows.technical(unit)]
    refuse(rules.check_standard(body.levels, needed, [*needed, *technical]), "the standard")
    levels = in_order(body.levels)
    row = PositionStandard(position=position, levels=levels, version=version + 1, saved_at=unit.now)
    if not await rows.put(unit, row):
        newest = await rows.standard(unit, position)
        check_version(version, newest.version if newest else 0)
    unit.record(AUDIT_SUBJECT, "standard_saved", position=position, levels=levels, version=row.version)
    return StandardView(position=position, levels=levels, set_by_hr=True, version=row.version)


async def standard_of(unit: UnitOfWork, position: str, position_kind: str, position_level: str) -> Mapping[str, int]:
    """The standard in force for a person's position, in the dictionary's order."""
    known = await rows.standard(unit, position)
    usual = competencies.usual_standard(position_kind, position_level)
    if known is None:
        return usual
    return in_order({**usual, **known.levels})


def in_order(levels: Mapping[str, int]) -> dict[str, int]:
    """Stored levels in the dictionary's order, technical ones by code after it."""
    place = {code: number for number, code in enumerate(competencies.dictionary())}
    return dict(sorted(levels.items(), key=lambda item: (place.get(item[0], len(place)), item[0])))


def _technical(row: TechnicalCompetency) -> CompetencyView:
    return CompetencyView.model_validate({**row.model_dump(), "group": Group.TECHNICAL})
