"""Queries about cases; ``readable_condition`` is the one statement that says who may read a case."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ARRAY, Text, and_, any_, exists, literal, or_, tuple_
from sqlalchemy import Row as SqlRow
from sqlalchemy.dialects.postgresql import insert
from sqlmodel import col, func, select, text, update

from kit.auth import Principal
from kit.db import changed_rows, select_many
from kit.unit import UnitOfWork
from services.appraisal.domain.words import Phase
from services.appraisal.models import Case, CaseReader, OrganisationUnit, Person, Plan, ResultVersion, SelfAssessment

LINE = text(
    """
    WITH RECURSIVE head AS (
        SELECT unit.head_id, unit.parent_id, 1 AS place FROM unit WHERE unit_id = :unit_id
        UNION ALL
        SELECT unit.head_id, unit.parent_id, head.place + 1 FROM head JOIN unit ON unit.unit_id = head.parent_id WHERE head.place < 30
    ), first AS (
        SELECT coalesce(
            (SELECT supervisor_id FROM person WHERE person_id = :person_id),
            (SELECT head_id FROM head WHERE head_id IS NOT NULL AND head_id <> :person_id ORDER BY place LIMIT 1)
        ) AS person_id
    ), up AS (
        SELECT person_id, 1 AS place FROM first WHERE person_id IS NOT NULL
        UNION ALL
        SELECT person.supervisor_id, up.place + 1 FROM up JOIN person ON person.person_id = up.person_id
        WHERE person.supervisor_id IS NOT NULL AND up.place < 30
    ) CYCLE person_id SET repeated USING path
    SELECT person_id FROM up WHERE NOT repeated AND person_id <> :person_id ORDER BY place
    """
)


LINE_COLUMN: Any = Case.line
FRESH = {"populate_existing": True}
"""A row read to be held must be the newest, even where this session has read it before."""


@dataclass(frozen=True)
class CaseFilters:
    """What a list of cases is narrowed to."""

    cycle_id: str | None = None
    unit_id: str | None = None
    phase: str | None = None
    supervisor_id: str | None = None
    person_id: str | None = None
    query: str = ""
    """Part of the employee's name, or the case's whole id."""


def reads_all(caller: Principal) -> bool:
    """HR, leadership, ops and the system's own processes read every case."""
    return caller.has("hr", "leadership", "ops", "service")


def readable_condition(caller: Principal) -> Any:
    """Which cases a person may read: their own, those of everybody below them, those in which a task was given to them;
    HR, leadership and ops read all."""
    if reads_all(caller):
        return text("true")
    me = caller.person_id
    unit_scope = Case.cycle_id + "/" + Case.unit_id
    reads = exists().where(col(CaseReader.person_id) == me, or_(col(CaseReader.scope) == Case.case_id, col(CaseReader.scope) == unit_scope))
    return or_(col(Case.person_id) == me, col(Case.line).contains([me]), reads)


async def readable_with_answers(
    unit: UnitOfWork, caller: Principal, case_id: str, *, lock: bool = False
) -> tuple[Case, Plan | None, SelfAssessment | None] | None:
    """A case the caller may read, with its plan and self-assessment; ``lock`` holds it until the transaction ends."""
    if lock:
        await hold(unit, case_id)
    statement = (
        select(Case, Plan, SelfAssessment)
        .outerjoin(Plan, col(Plan.case_id) == Case.case_id)
        .outerjoin(SelfAssessment, col(SelfAssessment.case_id) == Case.case_id)
        .where(Case.case_id == case_id, readable_condition(caller))
    )
    row = (await unit.session.execute(statement, execution_options=FRESH if lock else {})).one_or_none()
    return None if row is None else (row[0], row[1], row[2])


async def hold(unit: UnitOfWork, *case_ids: str) -> None:
    """Hold cases, in one order, until the transaction ends.

    A statement of its own: one that waits for a row and reads others beside it gets those as they were before it waited.
    """
    held = any_(literal(list(case_ids), ARRAY(Text)))
    await unit.session.execute(select(Case.case_id).where(Case.case_id == held).order_by(col(Case.case_id)).with_for_update())


async def readable_row(unit: UnitOfWork, caller: Principal, case_id: str) -> SqlRow[Any] | None:
    """A case the caller may read, with the names around it, plan, self-assessment and the result that holds."""
    statement = (
        select_many(Case, Person.name, OrganisationUnit.name, ResultVersion, Plan, SelfAssessment)
        .join(Person, Person.person_id == Case.person_id)
        .join(OrganisationUnit, OrganisationUnit.unit_id == Case.unit_id)
        .outerjoin(ResultVersion, _result_that_holds())
        .outerjoin(Plan, Plan.case_id == Case.case_id)
        .outerjoin(SelfAssessment, SelfAssessment.case_id == Case.case_id)
        .where(Case.case_id == case_id, readable_condition(caller))
    )
    return (await unit.session.execute(statement)).one_or_none()


async def readable_page(
    unit: UnitOfWork, caller: Principal, filters: CaseFilters, after: Sequence[str] | None, limit: int
) -> list[SqlRow[Any]]:
    """A page of the cases the caller may read, by name: (Case, person's name, unit's name, category, result's status)."""
    statement = (
        select_many(Case, Person.name, OrganisationUnit.name, ResultVersion.category, ResultVersion.status)
        .join(Person, Person.person_id == Case.person_id)
        .join(OrganisationUnit, OrganisationUnit.unit_id == Case.unit_id)
        .outerjoin(ResultVersion, _result_that_holds())
        .where(readable_condition(caller))
    )
    for column, value in ((Case.cycle_id, filters.cycle_id), (Case.unit_id, filters.unit_id), (Case.phase, filters.phase)):
        if value:
            statement = statement.where(column == value)
    if filters.person_id:
        statement = statement.where(Case.person_id == filters.person_id)
    if filters.supervisor_id:
        statement = statement.where(col(Case.line)[1] == filters.supervisor_id)
    if filters.query:
        found = [col(Person.name).icontains(filters.query, autoescape=True), col(Case.case_id) == filters.query]
        if caller.has("hr"):
            found.append(col(Person.nip) == filters.query)
        statement = statement.where(or_(*found))
    if after:
        statement = statement.where(tuple_(Person.name, Case.case_id) > (after[0], after[1]))
    statement = statement.order_by(Person.name, Case.case_id).limit(limit)
    return list((await unit.session.execute(statement)).all())


def _result_that_holds() -> Any:
    return and_(col(ResultVersion.case_id) == Case.case_id, col(ResultVersion.version) == Case.result_version)


async def case_for_update(unit: UnitOfWork, case_id: str) -> Case | None:
    """A case for an event's handler, held until the transaction ends."""
    return (
        await unit.session.execute(select(Case).where(Case.case_id == case_id).with_for_update(), execution_options=FRESH)
    ).scalar_one_or_none()


async def for_decision(unit: UnitOfWork, case_id: str) -> tuple[Plan, str | None] | None:
    """A case's plan and its self-assessment's status for an event's handler; the case is held until the transaction ends."""
    statement = (
        select(Case, Plan, SelfAssessment.status)
        .join(Plan, col(Plan.case_id) == Case.case_id)
        .outerjoin(SelfAssessment, col(SelfAssessment.case_id) == Case.case_id)
        .where(Case.case_id == case_id)
    )
    await hold(unit, case_id)
    row = (await unit.session.execute(statement, execution_options=FRESH)).one_or_none()
    return None if row is None else (row[1], row[2])


async def change_open(unit: UnitOfWork, case_id: str, **values: Any) -> bool:
    """Change an open case in one statement; False where there is no such case at all."""
    statement = update(Case).where(col(Case.case_id) == case_id, col(Case.status) != "closed").values(**values)
    return await changed_rows(unit.session, statement) > 0 or await exists_case(unit, case_id)


async def enter(unit: UnitOfWork, case_id: str, phase: Phase, *, back: bool, **values: Any) -> bool:
    """Bring an open case to a phase, to an earlier one only where it goes ``back``; False where there is no such case at all."""
    statement = update(Case).where(col(Case.case_id) == case_id, col(Case.status) != "closed").values(phase=phase.value, **values)
    if not back:
        statement = statement.where(col(Case.phase).in_([earlier.value for earlier in Phase if earlier.place <= phase.place]))
    return await changed_rows(unit.session, statement) > 0 or await exists_case(unit, case_id)


async def move_due(unit: UnitOfWork, case_id: str, phase: str, due_at: datetime) -> bool:
    """A new due date for the phase the case is in; False where there is no such case at all."""
    statement = update(Case).where(col(Case.case_id) == case_id, col(Case.phase) == phase).values(phase_due_at=due_at)
    return await changed_rows(unit.session, statement) > 0 or await exists_case(unit, case_id)


async def exists_case(unit: UnitOfWork, case_id: str) -> bool:
    return (await unit.session.execute(select(Case.case_id).where(Case.case_id == case_id))).first() is not None


async def add_case(unit: UnitOfWork, case: Case) -> None:
    """Add a case; one that is there stays as it is."""
    await unit.session.execute(insert(Case).values(**case.model_dump()).on_conflict_do_nothing())


async def line_of(unit: UnitOfWork, person_id: str, unit_id: str) -> list[str]:
    """A person's superiors from the direct supervisor upwards; without one, from the head of the unit upwards."""
    return list((await unit.session.execute(LINE, {"person_id": person_id, "unit_id": unit_id})).scalars())


async def open_cases_below(unit: UnitOfWork, people: Sequence[str]) -> list[tuple[str, str, str]]:
    """(case_id, person_id, unit_id) of the running cases of these people and of everybody below them."""
    statement = select(Case.case_id, Case.person_id, Case.unit_id).where(
        Case.status != "closed", or_(col(Case.person_id).in_(people), LINE_COLUMN.overlap(list(people)))
    )
    return [(row[0], row[1], row[2]) for row in (await unit.session.execute(statement)).all()]


async def set_line(unit: UnitOfWork, case_id: str, line: list[str]) -> None:
    await unit.session.execute(update(Case).where(col(Case.case_id) == case_id).values(line=line))


async def add_reader(unit: UnitOfWork, person_id: str, scope: str) -> None:
    """Let somebody read a case (or a unit's cases of a cycle)."""
    await unit.session.execute(insert(CaseReader).values(person_id=person_id, scope=scope).on_conflict_do_nothing())


async def add_reader_outside_line(unit: UnitOfWork, person_id: str, case_id: str) -> None:
    """Let somebody read a case who is neither its employee nor in its line."""
    statement = text(
        "INSERT INTO case_reader (person_id, scope) SELECT :person_id, case_id FROM appraisal_case"
        " WHERE case_id = :case_id AND person_id <> :person_id AND NOT line @> ARRAY[:person_id] ON CONFLICT DO NOTHING"
    )
    await unit.session.execute(statement, {"person_id": person_id, "case_id": case_id})


async def add_unit_reader(unit: UnitOfWork, person_id: str, case_id: str) -> bool:
    """Let somebody read all cases of the case's unit in its cycle; False where there is no such case."""
    found = (await unit.session.execute(select(Case.cycle_id, Case.unit_id).where(Case.case_id == case_id))).one_or_none()
    if found is not None:
        await add_reader(unit, person_id, f"{found[0]}/{found[1]}")
    return found is not None


async def remove_reader(unit: UnitOfWork, person_id: str, case_id: str) -> None:
    """Whoever a task moved away from reads no more by it."""
    statement = text("DELETE FROM case_reader WHERE person_id = :person_id AND scope = :scope")
    await unit.session.execute(statement, {"person_id": person_id, "scope": case_id})


async def set_blind(unit: UnitOfWork, case_id: str, person_id: str, *, blind: bool) -> bool:
    """Whether somebody who rates a case anew must not see its ratings; False where there is no such case."""
    others = func.array_remove(Case.blind_to, person_id)
    values = {"blind_to": func.array_append(others, person_id) if blind else others}
    changed = update(Case).where(col(Case.case_id) == case_id).values(**values).returning(col(Case.case_id))
    return (await unit.session.execute(changed)).scalar_one_or_none() is not None
