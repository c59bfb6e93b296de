"""Queries about what citizens say: who may read it, the moderators' queue, counts by unit, and their words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Integer, Text, case, cast, column, exists, func, true, tuple_
from sqlalchemy import select as select_columns
from sqlalchemy.dialects.postgresql import ARRAY
from sqlmodel import bindparam, col, select, text

from kit.auth import Principal
from kit.unit import UnitOfWork
from services.supervision.domain.citizens import STILL_COUNTED, AnswerStatus, Element, Rated
from services.supervision.models import CitizenAnswer, UnitOfCity
from services.supervision.repository.readable import reads_all

UNITS_READ = text(
    """
    WITH RECURSIVE below AS (
        SELECT unit_id FROM unit WHERE head_id = :reader OR head_id IN (
            SELECT for_person_id FROM stand_in WHERE person_id = :reader AND begun_at IS NOT NULL AND finished_at IS NULL)
        UNION
        SELECT unit.unit_id FROM unit JOIN below ON unit.parent_id = below.unit_id
    ), above AS (
        SELECT unit_id, parent_id FROM unit WHERE unit_id = (SELECT unit_id FROM person WHERE person_id = :reader)
        UNION
        SELECT unit.unit_id, unit.parent_id FROM unit JOIN above ON unit.unit_id = above.parent_id
    )
    SELECT unit_id FROM below UNION SELECT unit_id FROM above
    """
)
UNITS_LED = text(
    """
    WITH RECURSIVE below AS (
        SELECT unit_id FROM unit WHERE head_id = :reader OR head_id IN (
            SELECT for_person_id FROM stand_in WHERE person_id = :reader AND begun_at IS NOT NULL AND finished_at IS NULL)
        UNION
        SELECT unit.unit_id FROM unit JOIN below ON unit.parent_id = below.unit_id
    )
    SELECT unit_id FROM below
    """
)
NAMES_OF = text(
    """
    WITH RECURSIVE below AS (
        SELECT unit_id FROM unit WHERE unit_id = :unit_id
        UNION
        SELECT unit.unit_id FROM unit JOIN below ON unit.parent_id = below.unit_id
    )
    SELECT name FROM person WHERE unit_id IN (SELECT unit_id FROM below)
    UNION SELECT person.name FROM unit JOIN person ON person.person_id = unit.head_id WHERE unit.unit_id = :unit_id
    """
)
_COUNTED: Any = (col(CitizenAnswer.status) == AnswerStatus.PUBLISHED.value) | (
    (col(CitizenAnswer.status) == AnswerStatus.HIDDEN.value) & col(CitizenAnswer.hidden_reason).in_([one.value for one in STILL_COUNTED])
)
_COMPLAINT: Any = col(CitizenAnswer.complaint_due_at).is_not(None)
_OPEN: Any = _COMPLAINT & col(CitizenAnswer.resolved_at).is_(None)


@dataclass(frozen=True)
class Counts:
    """How many answers of a unit stand where in a year, and how its elements were rated."""

    unit_id: str
    answers: int = 0
    waiting: int = 0
    hidden: int = 0
    complaints: int = 0
    open_complaints: int = 0
    standing: int = 0
    rated: tuple[tuple[Element, Rated], ...] = ()
    themes: tuple[tuple[Element, int, int], ...] = ()
    """Elements that published words are about: how many words, how many of them complaints; the most spoken of first."""


async def units_read_by(unit: UnitOfWork, caller: Principal) -> set[str] | None:
    """The units whose citizens' answers a person may read: their own and those above it, and all below units they head or stand in for.
    None: every unit (HR, leadership, ops)."""
    if reads_all(caller):
        return None
    return set((await unit.session.execute(UNITS_READ, {"reader": caller.person_id})).scalars())


async def leads(unit: UnitOfWork, caller: Principal, unit_id: str) -> bool:
    """Whether a person heads a unit or one above it, or stands in for who does."""
    return unit_id in set((await unit.session.execute(UNITS_LED, {"reader": caller.person_id})).scalars())


async def active_units(unit: UnitOfWork) -> list[UnitOfCity]:
    """Every unit with a form, by name."""
    return list((await unit.session.exec(select(UnitOfCity).where(UnitOfCity.active).order_by(UnitOfCity.name))).all())


async def names_of(unit: UnitOfWork, unit_id: str) -> list[str]:
    """Names of the people of a unit, of those below it, and of its head."""
    return list((await unit.session.execute(NAMES_OF, {"unit_id": unit_id})).scalars())


async def answer_for_update(unit: UnitOfWork, answer_id: str) -> CitizenAnswer | None:
    statement = select(CitizenAnswer).where(CitizenAnswer.answer_id == answer_id).with_for_update()
    return (await unit.session.exec(statement)).one_or_none()


async def waiting(unit: UnitOfWork, after: tuple[datetime, str] | None, limit: int) -> list[tuple[CitizenAnswer, str]]:
    """The moderators' queue with the units' names, oldest first."""
    statement: Any = select(CitizenAnswer, UnitOfCity.name).join(UnitOfCity, col(UnitOfCity.unit_id) == CitizenAnswer.unit_id)
    statement = statement.where(CitizenAnswer.status == AnswerStatus.WAITING.value)
    if after is not None:
        statement = statement.where(tuple_(col(CitizenAnswer.received_at), col(CitizenAnswer.answer_id)) > after)
    statement = statement.order_by(col(CitizenAnswer.received_at), col(CitizenAnswer.answer_id)).limit(limit)
    return [(row[0], row[1]) for row in (await unit.session.execute(statement)).all()]


async def count_waiting(unit: UnitOfWork) -> int:
    statement = select(func.count()).select_from(CitizenAnswer).where(CitizenAnswer.status == AnswerStatus.WAITING.value)
    return (await unit.session.exec(statement)).one()


async def hold_unit(unit: UnitOfWork, unit_id: str) -> None:
    """Wait for whoever counts this unit's answers now; held until the transaction ends."""
    await unit.session.execute(text("SELECT pg_advisory_xact_lock(hashtextextended(:unit_id, 11))"), {"unit_id": unit_id})


async def words_of(unit: UnitOfWork, unit_id: str, *, complaints: bool, limit: int) -> list[CitizenAnswer]:
    """Published words about a unit: its complaints (open ones first), or the rest, newest first."""
    statement = select(CitizenAnswer).where(
        CitizenAnswer.unit_id == unit_id, CitizenAnswer.status == AnswerStatus.PUBLISHED.value, CitizenAnswer.text != ""
    )
    statement = statement.where(_COMPLAINT if complaints else ~_COMPLAINT)
    order = (col(CitizenAnswer.resolved_at).is_not(None), col(CitizenAnswer.received_at).desc(), col(CitizenAnswer.answer_id))
    return list((await unit.session.exec(statement.order_by(*order).limit(limit))).all())


async def same_words(unit: UnitOfWork, unit_id: str, mark: str, since: datetime) -> bool:
    """Whether the same words came to the unit since then."""
    statement = select(
        exists().where(
            col(CitizenAnswer.unit_id) == unit_id, col(CitizenAnswer.words_mark) == mark, col(CitizenAnswer.received_at) >= since
        )
    )
    return bool((await unit.session.execute(statement)).scalar_one())


async def counts(unit: UnitOfWork, year: int, unit_ids: Sequence[str] | None) -> dict[str, Counts]:
    """The year's counts of units that have answers; of all units where none are named."""
    await unit.session.flush()
    wanted: Any = col(CitizenAnswer.year) == year
    if unit_ids is not None:
        wanted = wanted & (col(CitizenAnswer.unit_id) == func.any(bindparam("unit_ids", type_=ARRAY(Text))))
    values = {"unit_ids": list(unit_ids)} if unit_ids is not None else {}

    def counted(condition: Any) -> Any:
        return func.count(case((condition, 1)))

    by_status: Any = select_columns(
        col(CitizenAnswer.unit_id),
        counted(_COUNTED).label("answers"),
        counted(col(CitizenAnswer.status) == AnswerStatus.WAITING.value).label("waiting"),
        counted(col(CitizenAnswer.status) == AnswerStatus.HIDDEN.value).label("hidden"),
        counted(_COMPLAINT).label("complaints"),
        counted(_OPEN).label("open_complaints"),
        counted(_OPEN & col(CitizenAnswer.stands_since).is_not(None)).label("standing"),
    )
    rating = func.jsonb_each_text(col(CitizenAnswer.ratings)).table_valued(column("key", Text), column("value", Text)).alias("rating")
    by_element: Any = select_columns(
        col(CitizenAnswer.unit_id),
        rating.c.key.label("element"),
        func.count().label("answers"),
        func.sum(cast(rating.c.value, Integer)).label("total"),
    ).join_from(CitizenAnswer, rating, true())
    rows = await unit.session.execute(by_status.where(wanted).group_by(col(CitizenAnswer.unit_id)), values)
    found = [dict(row._mapping) for row in rows]
    elements = await unit.session.execute(by_element.where(wanted, _COUNTED).group_by(col(CitizenAnswer.unit_id), rating.c.key), values)
    rated: dict[str, list[tuple[Element, Rated]]] = {}
    for row in elements:
        rated.setdefault(row.unit_id, []).append((Element(row.element), Rated(row.answers, row.total)))
    themes = await _themes(unit, wanted, values)
    return {
        row["unit_id"]: Counts(**row, rated=tuple(rated.get(row["unit_id"], ())), themes=tuple(themes.get(row["unit_id"], ())))
        for row in found
    }


async def _themes(unit: UnitOfWork, wanted: Any, values: dict[str, Any]) -> dict[str, list[tuple[Element, int, int]]]:
    """What the published words of each unit are about."""
    theme, words = col(CitizenAnswer.theme), func.count()
    statement: Any = select_columns(
        col(CitizenAnswer.unit_id), theme, words.label("words"), func.count(case((_COMPLAINT, 1))).label("complaints")
    ).where(wanted, theme.is_not(None), col(CitizenAnswer.status) == AnswerStatus.PUBLISHED.value)
    found: dict[str, list[tuple[Element, int, int]]] = {}
    for row in await unit.session.execute(statement.group_by(col(CitizenAnswer.unit_id), theme).order_by(words.desc(), theme), values):
        found.setdefault(row.unit_id, []).append((Element(row.theme), row.words, row.complaints))
    return found
