"""Queries about the positions people held before."""

from __future__ import annotations

from collections.abc import Sequence

import orjson
from sqlmodel import col, select, text

from kit.unit import UnitOfWork
from services.appraisal.models import Case

ADD_EARLIER = text(
    """
    UPDATE person SET earlier_positions = person.earlier_positions || jsonb_build_array(left_position.row - 'person_id')
    FROM jsonb_array_elements(CAST(:rows AS jsonb)) AS left_position(row)
    WHERE person.person_id = left_position.row ->> 'person_id'
    """
)


async def add_earlier(unit: UnitOfWork, rows: Sequence[dict[str, str]]) -> None:
    """Add a position that was left to each of these people."""
    if rows:
        await unit.session.execute(ADD_EARLIER, {"rows": orjson.dumps(rows).decode()})


async def scored_cases(unit: UnitOfWork, person_id: str) -> list[str]:
    """The cases of a person that are not closed and have a result."""
    statement = select(Case.case_id).where(Case.person_id == person_id, Case.status != "closed", col(Case.result_version) > 0)
    return list((await unit.session.execute(statement.order_by(col(Case.case_id)))).scalars())
