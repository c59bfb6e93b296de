"""Queries of the desk: cases counted by where they stand, and listed with the most urgent first, however many there are."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import text

from kit.unit import UnitOfWork
from services.supervision.domain.standing import DUE, URGENCIES, Standing, Urgency

PLACE = "cycle_id, unit_id, phase, urgency, opened_on, due_hour"
LATE = "urgency = ANY(CAST(:due AS smallint[]))"
OPENED_ON = "(timezone('Asia/Jakarta', phase_opened_at))::date"
MANY_NAMES = 1000
"""More people than this of one name are not looked up one by one: the list is walked until a page is full."""


@dataclass(frozen=True)
class Wanted:
    """Which cases the desk asks for; None where it does not mind. Days are those a case is in its phase, of the city's calendar."""

    cycle_id: str
    unit_id: str | None = None
    phase: str | None = None
    standing: Standing = Standing.OPEN
    opened_until: date | None = None
    opened_since: date | None = None


def _values(wanted: Wanted, now: datetime) -> dict[str, Any]:
    return {
        "cycle_id": wanted.cycle_id,
        "unit_id": wanted.unit_id,
        "phase": wanted.phase,
        "opened_until": wanted.opened_until,
        "opened_since": wanted.opened_since,
        "urgencies": [int(urgency) for urgency in URGENCIES[wanted.standing]],
        "due": [int(urgency) for urgency in DUE],
        "now": now,
        "hour": now.replace(minute=0, second=0, microsecond=0),
    }


def _conditions(wanted: Wanted, opened_on: str) -> str:
    """The filters that the counts and the cases share."""
    found = ["cycle_id = :cycle_id"]
    if wanted.standing is not Standing.CLOSED:
        found.append("urgency = ANY(CAST(:urgencies AS smallint[]))")
    else:
        found.append(f"urgency = {int(Urgency.CLOSED)}")
    if wanted.unit_id is not None:
        found.append("unit_id = :unit_id")
    if wanted.phase is not None:
        found.append("phase = :phase")
    if wanted.opened_until is not None:
        found.append(f"{opened_on} <= :opened_until")
    if wanted.opened_since is not None:
        found.append(f"{opened_on} >= :opened_since")
    return " AND ".join(found)


def _counts_statement(wanted: Wanted) -> Any:
    """Counts by phase and by unit. The hour that runs is looked at case by case, so that what fell due in it a minute ago is late."""
    of_counts, of_cases = _conditions(wanted, "opened_on"), _conditions(wanted, OPENED_ON)
    late = {Standing.OVERDUE: "WHERE late", Standing.ON_TIME: "WHERE NOT late"}.get(wanted.standing, "")
    return text(
        f"""
        WITH every AS (
            SELECT unit_id, phase, urgency, opened_on, due_hour < :hour AND {LATE} AS late, cases FROM case_count WHERE {of_counts}
            UNION ALL
            SELECT unit_id, phase, urgency, opened_on, due_hour < :hour AND {LATE}, cases FROM case_count_change WHERE {of_counts}
            UNION ALL
            SELECT unit_id, phase, urgency, {OPENED_ON}, late, CASE WHEN late THEN 1 ELSE -1 END
            FROM appraisal_case, unnest(ARRAY[true, false]) AS late
            WHERE {of_cases} AND {LATE} AND phase_due_at >= :hour AND phase_due_at < :now
        ), standing AS (
            SELECT unit_id, phase, urgency, opened_on, late, sum(cases) AS cases FROM every
            GROUP BY unit_id, phase, urgency, opened_on, late HAVING sum(cases) > 0
        )
        SELECT phase, unit_id, sum(cases) AS total, min(opened_on) FILTER (WHERE urgency < 4) AS oldest_on,
            coalesce(sum(cases) FILTER (WHERE urgency = 0), 0) AS trouble, coalesce(sum(cases) FILTER (WHERE urgency = 1), 0) AS attention,
            coalesce(sum(cases) FILTER (WHERE urgency = 2), 0) AS escalated, coalesce(sum(cases) FILTER (WHERE late), 0) AS overdue,
            coalesce(sum(cases) FILTER (WHERE urgency = 3 AND NOT late), 0) AS on_time,
            coalesce(sum(cases) FILTER (WHERE urgency = 4), 0) AS paused, coalesce(sum(cases) FILTER (WHERE urgency = 5), 0) AS closed
        FROM standing {late} GROUP BY GROUPING SETS ((phase), (unit_id))
        """
    )


async def counts(unit: UnitOfWork, wanted: Wanted, now: datetime) -> Sequence[Any]:
    """How many cases stand in each phase (rows with ``unit_id`` None) and in each unit (rows with ``phase`` None)."""
    return list((await unit.session.execute(_counts_statement(wanted), _values(wanted, now))).all())


FOLD = text(
    f"""
    WITH taken AS (DELETE FROM case_count_change RETURNING *)
    INSERT INTO case_count ({PLACE}, cases) SELECT {PLACE}, sum(cases) FROM taken GROUP BY {PLACE} HAVING sum(cases) <> 0
    ON CONFLICT ({PLACE}) DO UPDATE SET cases = case_count.cases + excluded.cases
    """
)
EMPTY = text("DELETE FROM case_count WHERE cases = 0")
ONE_FOLDS = text("SELECT pg_try_advisory_xact_lock(hashtextextended('case_count', 13))")


async def fold(session: Any) -> None:
    """Add up the changes of the counts; who comes while another does it has nothing to do."""
    if (await session.execute(ONE_FOLDS)).scalar_one():
        await session.execute(FOLD)
        await session.execute(EMPTY)


ROW = """
    SELECT found.case_id, found.cycle_id, found.employee_id, found.unit_id, found.phase, found.phase_opened_at, found.phase_due_at,
        found.status, found.paused, found.attention, found.troubles, found.escalations, found.urgency, found.supervisor_id,
        employee.name AS employee_name, supervisor.name AS supervisor_name, city_unit.name AS unit_name,
        waiting.kind AS task_kind, waiting.assignee_id, assignee.name AS assignee_name
    FROM ({cases}) AS found
    LEFT JOIN person AS employee ON employee.person_id = found.employee_id
    LEFT JOIN person AS supervisor ON supervisor.person_id = found.supervisor_id
    LEFT JOIN unit AS city_unit ON city_unit.unit_id = found.unit_id
    LEFT JOIN LATERAL (
        SELECT kind, assignee_id FROM task WHERE task.case_id = found.case_id AND status = 'open' ORDER BY due_at, task_id LIMIT 1
    ) AS waiting ON true
    LEFT JOIN person AS assignee ON assignee.person_id = waiting.assignee_id
    ORDER BY found.urgency, found.phase_due_at, found.case_id
"""
NAMES = text("SELECT person_id FROM person WHERE to_tsvector('simple', name) @@ to_tsquery('simple', :words) LIMIT :most")
UNITS_NAMED = text(
    "SELECT unit_id FROM unit WHERE strpos(lower(name), lower(:search)) > 0 OR unit_id = :search ORDER BY unit_id LIMIT :most"
)


@dataclass(frozen=True)
class Sought:
    """What a search can mean: a case or a person by id, people by name, units by name. ``words`` where the names are too many."""

    case_id: str | None = None
    person_ids: tuple[str, ...] = ()
    unit_ids: tuple[str, ...] = ()
    words: str | None = None

    @property
    def nobody(self) -> bool:
        return not (self.case_id or self.person_ids or self.unit_ids or self.words)


async def people_named(unit: UnitOfWork, words: str) -> tuple[str, ...] | None:
    """Who has a name with these words (a text-search query); None where they are too many to look up one by one."""
    found = tuple((await unit.session.execute(NAMES, {"words": words, "most": MANY_NAMES + 1})).scalars())
    return found if len(found) <= MANY_NAMES else None


async def units_named(unit: UnitOfWork, search: str) -> tuple[str, ...]:
    """Units whose name has these letters."""
    return tuple((await unit.session.execute(UNITS_NAMED, {"search": search, "most": MANY_NAMES})).scalars())


def _sought(sought: Sought) -> str:
    ways = []
    if sought.case_id is not None:
        ways.append("case_id = :case_id")
    if sought.person_ids:
        ways.append("employee_id = ANY(CAST(:person_ids AS text[]))")
    if sought.unit_ids:
        ways.append("unit_id = ANY(CAST(:unit_ids AS text[]))")
    if sought.words is not None:
        ways.append(
            """EXISTS (SELECT FROM person WHERE person.person_id = appraisal_case.employee_id
                AND to_tsvector('simple', person.name) @@ to_tsquery('simple', :words))"""
        )
    return f"({' OR '.join(ways)})"


async def page(
    unit: UnitOfWork, wanted: Wanted, now: datetime, *, sought: Sought | None, after: tuple[int, datetime, str] | None, limit: int
) -> Sequence[Any]:
    """Cases by urgency and due date, with the names of whom they are about and with whom they wait."""
    conditions = [_conditions(wanted, OPENED_ON)]
    values = {**_values(wanted, now), "limit": limit}
    if wanted.standing is Standing.OVERDUE:
        conditions.append("phase_due_at < :now")
    if wanted.standing is Standing.ON_TIME:
        conditions.append("phase_due_at >= :now")
    if sought is not None:
        conditions.append(_sought(sought))
        values |= {
            "case_id": sought.case_id,
            "person_ids": list(sought.person_ids),
            "unit_ids": list(sought.unit_ids),
            "words": sought.words,
        }
    if after is not None:
        conditions.append("(urgency, phase_due_at, case_id) > (:after_urgency, :after_due, :after_case)")
        values |= {"after_urgency": after[0], "after_due": after[1], "after_case": after[2]}
    cases = f"SELECT * FROM appraisal_case WHERE {' AND '.join(conditions)} ORDER BY urgency, phase_due_at, case_id LIMIT :limit"
    return list((await unit.session.execute(text(ROW.format(cases=cases)), values)).all())
