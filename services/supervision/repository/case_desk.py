"""Queries of the desk: cases counted by where they stand, and listed with the most urgent first, however many there are."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import text

from kit.unit import UnitOfWork
from services.supervision.domain.standing import DUE, URGENCIES, Standing

CAN_BE_LATE = "urgency = ANY(CAST(:due AS smallint[]))"
OPENED_ON = "(timezone('Asia/Jakarta', phase_opened_at))::date"
OF_COUNTS = ("opened_on <= :opened_until", "opened_on >= :opened_since")
OF_CASES = (
    "phase_opened_at < timezone('Asia/Jakarta', CAST(:opened_until AS date) + time '24:00')",
    "phase_opened_at >= timezone('Asia/Jakarta', CAST(:opened_since AS date) + time '00:00')",
)
ORDER = "urgency, phase_due_at, case_id"
MANY_NAMES = 10_000
"""More people than this of one name are not looked up one by one: the list is walked until a page is full, or ``WALKED`` cases are seen."""
WALKED = 4_000
Position = tuple[int, datetime, str]
"""A place in the list: urgency, due date and case."""


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
        "hour": hour_of(now),
    }


def hour_of(now: datetime) -> datetime:
    """When the hour that runs began."""
    return now.replace(minute=0, second=0, microsecond=0)


def _conditions(wanted: Wanted, days: tuple[str, str]) -> str:
    """The filters that the counts and the cases share; ``days`` says how each asks for the first and the last day."""
    found = ["cycle_id = :cycle_id", "urgency = ANY(CAST(:urgencies AS smallint[]))"]
    if wanted.unit_id is not None:
        found.append("unit_id = :unit_id")
    if wanted.phase is not None:
        found.append("phase = :phase")
    if wanted.opened_until is not None:
        found.append(days[0])
    if wanted.opened_since is not None:
        found.append(days[1])
    return " AND ".join(found)


def _every_count(wanted: Wanted, table: str, columns: str) -> str:
    """The counts of a table, with changes not added up yet. The hour that runs is looked at case by case, so that what fell due in it
    a minute ago is late."""
    of_counts, of_cases = _conditions(wanted, OF_COUNTS), _conditions(wanted, OF_CASES)
    columns_of_cases = columns.replace("opened_on", OPENED_ON)
    return f"""
        SELECT {columns}, urgency, due_hour < :hour AND {CAN_BE_LATE} AS late, cases FROM {table} WHERE {of_counts}
        UNION ALL
        SELECT {columns}, urgency, due_hour < :hour AND {CAN_BE_LATE}, cases FROM case_count_change WHERE {of_counts}
        UNION ALL
        SELECT {columns_of_cases}, urgency, late, CASE WHEN late THEN 1 ELSE -1 END
        FROM appraisal_case, unnest(ARRAY[true, false]) AS late
        WHERE {of_cases} AND {CAN_BE_LATE} AND phase_due_at >= :hour AND phase_due_at < :now
    """


def _sums(wanted: Wanted, every: str, by: str) -> str:
    late = {Standing.OVERDUE: "WHERE late", Standing.ON_TIME: "WHERE NOT late"}.get(wanted.standing, "")
    return f"""
        SELECT {by}, sum(cases) AS total,
            coalesce(sum(cases) FILTER (WHERE urgency = 0), 0) AS trouble, coalesce(sum(cases) FILTER (WHERE urgency = 1), 0) AS attention,
            coalesce(sum(cases) FILTER (WHERE urgency = 2), 0) AS escalated, coalesce(sum(cases) FILTER (WHERE late), 0) AS overdue,
            coalesce(sum(cases) FILTER (WHERE urgency = 3 AND NOT late), 0) AS on_time,
            coalesce(sum(cases) FILTER (WHERE urgency = 4), 0) AS paused, coalesce(sum(cases) FILTER (WHERE urgency = 5), 0) AS closed
        FROM ({every}) AS every {late} GROUP BY {by} HAVING sum(cases) > 0
    """


async def counts_by_phase(unit: UnitOfWork, wanted: Wanted, now: datetime) -> Sequence[Any]:
    """How many cases stand in each phase and opened it on each day."""
    table = "case_count" if wanted.unit_id is not None else "case_count_of_phase"
    sums = _sums(wanted, _every_count(wanted, table, "phase, opened_on"), "phase, opened_on")
    return list((await unit.session.execute(text(sums), _values(wanted, now))).all())


async def counts_by_unit(unit: UnitOfWork, wanted: Wanted, now: datetime) -> Sequence[Any]:
    """How many cases stand in each unit."""
    by_day = wanted.opened_until is not None or wanted.opened_since is not None
    table = "case_count" if by_day or wanted.unit_id is not None else "case_count_of_unit"
    sums = _sums(wanted, _every_count(wanted, table, "unit_id"), "unit_id")
    return list((await unit.session.execute(text(sums), _values(wanted, now))).all())


def _fold(table: str, place: str) -> Any:
    """Takes changes, and counts whose hour has passed, and adds them up in a table of counts."""
    added = f"{place.replace('due_hour', '')}CASE WHEN due_hour < :hour THEN '-infinity' ELSE due_hour END AS due_hour"
    return text(
        f"""
        WITH passed AS (DELETE FROM {table} WHERE due_hour > '-infinity' AND due_hour < :hour RETURNING *), taken AS (
            SELECT {place}, cases FROM passed UNION ALL SELECT {place}, cases FROM case_count_change
        )
        INSERT INTO {table} ({place}, cases) SELECT {added}, sum(cases) FROM taken GROUP BY {added.replace(" AS due_hour", "")}
        HAVING sum(cases) <> 0
        ON CONFLICT ({place}) DO UPDATE SET cases = {table}.cases + excluded.cases
        """
    )


PLACES = {
    "case_count": "cycle_id, unit_id, phase, urgency, opened_on, due_hour",
    "case_count_of_phase": "cycle_id, phase, urgency, opened_on, due_hour",
    "case_count_of_unit": "cycle_id, unit_id, phase, urgency, due_hour",
}
FOLDS = [_fold(table, place) for table, place in PLACES.items()]
EMPTIES = [text(f"DELETE FROM {table} WHERE cases = 0") for table in PLACES]
TAKEN = text("DELETE FROM case_count_change")
ONE_FOLDS = text("SELECT pg_try_advisory_xact_lock(hashtextextended('case_count', 13))")


async def fold(session: Any, now: datetime) -> None:
    """Add up the changes of the counts; who comes while another does it has nothing to do.

    The session reads as of one moment, so that each table adds up the same changes, and those are taken away.
    """
    await session.execute(text("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ"))
    if (await session.execute(ONE_FOLDS)).scalar_one():
        for statement in FOLDS:
            await session.execute(statement, {"hour": hour_of(now)})
        for statement in (TAKEN, *EMPTIES):
            await session.execute(statement)


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
            # A look at one person after another, which ends when the page is full; not all of that name first.
            """(SELECT to_tsvector('simple', person.name) @@ to_tsquery('simple', :words) FROM person
                WHERE person.person_id = appraisal_case.employee_id)"""
        )
    return f"({' OR '.join(ways)})"


async def page(
    unit: UnitOfWork, wanted: Wanted, now: datetime, *, sought: Sought | None, after: Position | None, until: Position | None, limit: int
) -> Sequence[Any]:
    """Cases by urgency and due date, with the names of whom they are about and with whom they wait."""
    conditions, values = _between(wanted, now, after)
    if until is not None:
        conditions.append("(urgency, phase_due_at, case_id) <= (:until_urgency, :until_due, :until_case)")
        values |= {"until_urgency": until[0], "until_due": until[1], "until_case": until[2]}
    if sought is not None:
        conditions.append(_sought(sought))
        values |= {
            "case_id": sought.case_id,
            "person_ids": list(sought.person_ids),
            "unit_ids": list(sought.unit_ids),
            "words": sought.words,
        }
    cases = f"SELECT * FROM appraisal_case WHERE {' AND '.join(conditions)} ORDER BY {ORDER} LIMIT :limit"
    return list((await unit.session.execute(text(ROW.format(cases=cases)), {**values, "limit": limit})).all())


async def end_of_walk(unit: UnitOfWork, wanted: Wanted, now: datetime, *, after: Position | None) -> Position | None:
    """How far one request looks through the list for names that very many people have; None where that is to its end."""
    conditions, values = _between(wanted, now, after)
    cases = f"SELECT {ORDER} FROM appraisal_case WHERE {' AND '.join(conditions)} ORDER BY {ORDER} OFFSET :walked LIMIT 1"
    row = (await unit.session.execute(text(cases), {**values, "walked": WALKED - 1})).one_or_none()
    return (row.urgency, row.phase_due_at, row.case_id) if row is not None else None


def _between(wanted: Wanted, now: datetime, after: Position | None) -> tuple[list[str], dict[str, Any]]:
    conditions, values = [_conditions(wanted, OF_CASES)], _values(wanted, now)
    if wanted.standing is Standing.OVERDUE:
        conditions.append("phase_due_at < :now")
    if wanted.standing is Standing.ON_TIME:
        conditions.append("phase_due_at >= :now")
    if after is not None:
        conditions.append("(urgency, phase_due_at, case_id) > (:after_urgency, :after_due, :after_case)")
        values |= {"after_urgency": after[0], "after_due": after[1], "after_case": after[2]}
    return conditions, values
