"""The positions somebody held before the present one: a promotion within the year divides the credit points (PerBKN 3/2023)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from kit.auth import Principal
from kit.clock import CITY_ZONE
from kit.http import check_version
from kit.problems import Forbidden, NotFound
from kit.unit import UnitOfWork
from services.appraisal.domain.case_state import SHOWN_TO_EMPLOYEE, ResultStatus
from services.appraisal.domain.credit_points import COEFFICIENTS, level_of
from services.appraisal.domain.words import Category, Cause, InputError, Phase, PositionKind
from services.appraisal.models import Person
from services.appraisal.position_schemas import EarlierPosition, PositionsBody, PositionsView
from services.appraisal.repository import people as rows
from services.appraisal.repository import positions
from services.appraisal.service.access import refuse
from services.appraisal.service.gathering import hold
from services.appraisal.service.result_versions import add_version, credit_points, publish_scored


async def read(unit: UnitOfWork, caller: Principal, person_id: str) -> PositionsView:
    """What a person holds and held; HR and the person themselves may know.

    Raises:
        Forbidden: it is somebody else.
        NotFound: there is nobody of this id.
    """
    if caller.person_id != person_id and not caller.has("hr", "service"):
        raise Forbidden("Earlier positions are for HR and the person themselves.")
    return _view(await _known(unit, person_id))


async def save(unit: UnitOfWork, caller: Principal, person_id: str, body: PositionsBody, version: int) -> PositionsView:
    """Correct what somebody held before; results that are neither released nor closed get a new version where their points change.

    Raises:
        NotFound: there is nobody of this id.
        Forbidden: the caller's own positions.
        StaleVersion: the person was changed meanwhile.
        InvalidInput: a day is still to come or named twice, or a level has no coefficient.
    """
    if caller.person_id == person_id:
        raise Forbidden("Somebody else of HR records your own positions.")
    person = await _known(unit, person_id, lock=True)
    check_version(version, person.version)
    refuse(_wrong(body.items, unit.now.astimezone(CITY_ZONE).date()), "the positions")
    before = person.earlier_positions
    person.earlier_positions = [row.model_dump(mode="json") for row in sorted(body.items, key=lambda row: row.held_until)]
    if person.earlier_positions == before:
        return _view(person)
    person.version += 1
    await unit.session.flush()
    unit.record(f"person:{person_id}", "earlier_positions_recorded", items=person.earlier_positions, before=before, reason=body.reason)
    return _view(person, await _recompute(unit, person_id, f"Earlier positions were recorded: {body.reason}"))


async def remember(unit: UnitOfWork, known: Mapping[str, dict[str, Any]], given: Mapping[str, dict[str, Any]]) -> None:
    """Keep what people held until yesterday whose kind or level of position a new roster changes."""
    yesterday = unit.now.astimezone(CITY_ZONE).date() - timedelta(days=1)
    left = [
        {
            "person_id": row["person_id"],
            "held_until": yesterday.isoformat(),
            "position_kind": known[nip]["position_kind"],
            "position_level": known[nip]["position_level"],
        }
        for nip, row in given.items()
        if nip in known and _held(known[nip]) != _held(row)
    ]
    await positions.add_earlier(unit, left)


def _held(row: Mapping[str, Any]) -> tuple[str, str]:
    """What makes a position another one for credit points, however its level is written."""
    return row["position_kind"], " ".join(row["position_level"].split()).casefold()


def _wrong(items: list[EarlierPosition], today: date) -> list[InputError]:
    errors, seen = [], set()
    for i, row in enumerate(items):
        path = f"items[{i}]"
        if row.held_until >= today:
            errors.append(InputError(f"{path}.held_until", "this day is not over", "give the last day of a position that ended"))
        if row.held_until in seen:
            errors.append(InputError(f"{path}.held_until", "two positions end on this day", "keep one of the two rows"))
        seen.add(row.held_until)
        if row.position_kind is PositionKind.FUNGSIONAL and level_of(row.position_level) is None:
            text = f"{row.position_level!r} has no coefficient"
            errors.append(InputError(f"{path}.position_level", text, f"one of: {', '.join(COEFFICIENTS)}"))
    return errors


async def _recompute(unit: UnitOfWork, person_id: str, reason: str) -> list[str]:
    """New versions of the provisional results whose credit points are others now."""
    changed = []
    for case_id in await positions.scored_cases(unit, person_id):
        held = await hold(unit, case_id)
        current = held.current
        if current is None or current.status != ResultStatus.PROVISIONAL or Phase(held.case.phase) in SHOWN_TO_EMPLOYEE:
            continue
        credit = credit_points(held.person, held.months, Category(current.category))
        if credit == current.credit_points:
            continue
        added = await add_version(unit, held.case, current, current.explanation, credit, reason)
        publish_scored(unit, held.case, added, Cause(added.cause))
        changed.append(case_id)
    return changed


async def _known(unit: UnitOfWork, person_id: str, *, lock: bool = False) -> Person:
    person = await rows.person(unit, person_id, lock=lock)
    if person is None:
        raise NotFound(f"There is nobody of the id {person_id}.")
    return person


def _view(person: Person, recomputed: list[str] | None = None) -> PositionsView:
    return PositionsView.model_validate(
        {
            **person.model_dump(),
            "items": [EarlierPosition.model_validate(row) for row in person.earlier_positions],
            "recomputed": recomputed or [],
        }
    )
