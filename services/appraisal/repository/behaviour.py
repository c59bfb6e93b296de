"""Queries about 360-degree feedback. ``releasable`` is the one that reads answers of others, and it refuses groups that are too small."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Row as SqlRow
from sqlalchemy.dialects.postgresql import insert
from sqlmodel import col, select, text, update

from kit.db import select_many
from kit.unit import UnitOfWork
from services.appraisal.models import (
    Case,
    Cycle,
    FeedbackAnswer,
    FeedbackProposal,
    FeedbackRelease,
    FeedbackRequest,
    FeedbackRound,
    OrganisationUnit,
    Person,
)

AROUND = text(
    """
    SELECT person_id, supervisor_id, unit_id, position_kind, name, position FROM person
    WHERE active AND (unit_id = :unit_id OR supervisor_id = :person_id OR supervisor_id = :supervisor_id OR person_id = :superior_id)
    ORDER BY name, person_id
    """
)
RELEASABLE = text(
    """
    WITH answered AS (
        SELECT request.rater_group, answer.ratings, answer.comment, round.minimum_group
        FROM feedback_round round
        JOIN feedback_request request USING (case_id)
        JOIN feedback_answer answer USING (request_id)
        WHERE round.case_id = :case_id AND round.status = 'closed' AND NOT request.withdrawn
    ), sizes AS (
        SELECT rater_group, count(*) AS size, sum(count(*)) OVER () AS everybody, min(count(*)) OVER () AS smallest
        FROM answered WHERE rater_group <> 'superior' GROUP BY rater_group
    )
    SELECT CASE WHEN answered.rater_group = 'superior' OR sizes.smallest >= minimum_group THEN answered.rater_group ELSE 'others' END
        AS rater_group, ratings, comment
    FROM answered LEFT JOIN sizes USING (rater_group)
    WHERE (SELECT max(everybody) FROM sizes) >= minimum_group
    ORDER BY md5(ratings::text || comment)
    """
)
"""Answers without authors and times, in no order of theirs: only of a closed round, only where all anonymous answers together
reach the minimum, and under the group's own name only where every group reaches it."""


async def policies(unit: UnitOfWork, case_id: str) -> SqlRow[Any] | None:
    """(case, definition of its cycle)."""
    statement = select(Case, Cycle.definition).join(Cycle, col(Cycle.cycle_id) == Case.cycle_id).where(Case.case_id == case_id)
    return (await unit.session.execute(statement)).one_or_none()


async def people_around(unit: UnitOfWork, person: Person, unit_id: str, line: Sequence[str]) -> list[SqlRow[Any]]:
    """Active people who may be asked about somebody: of the unit, below, beside, and the supervisor's own superior."""
    values = {
        "unit_id": unit_id,
        "person_id": person.person_id,
        "supervisor_id": line[0] if line else person.supervisor_id,
        "superior_id": line[1] if len(line) > 1 else None,
    }
    return list((await unit.session.execute(AROUND, values)).all())


async def feedback_round(unit: UnitOfWork, case_id: str, *, lock: bool = False) -> FeedbackRound | None:
    statement = select(FeedbackRound).where(FeedbackRound.case_id == case_id)
    if lock:
        statement = statement.with_for_update().execution_options(populate_existing=True)
    return (await unit.session.execute(statement)).scalar_one_or_none()


async def add_round(unit: UnitOfWork, feedback: FeedbackRound) -> bool:
    """Add a case's round; False where it has one."""
    added = insert(FeedbackRound).values(**feedback.model_dump()).on_conflict_do_nothing().returning(col(FeedbackRound.case_id))
    return (await unit.session.execute(added)).scalar_one_or_none() is not None


async def add_requests(unit: UnitOfWork, requests: Sequence[FeedbackRequest]) -> None:
    if requests:
        await unit.session.execute(insert(FeedbackRequest).values([request.model_dump() for request in requests]))


async def raters(unit: UnitOfWork, case_id: str) -> list[SqlRow[Any]]:
    """(request, rater's name, position) of everybody who was asked, withdrawn ones too."""
    statement = (
        select(FeedbackRequest, Person.name, Person.position)
        .join(Person, col(Person.person_id) == FeedbackRequest.rater_id)
        .where(FeedbackRequest.case_id == case_id)
        .order_by(FeedbackRequest.rater_group, Person.name, Person.person_id)
    )
    return list((await unit.session.execute(statement)).all())


async def withdraw(unit: UnitOfWork, case_id: str, rater_id: str) -> None:
    """Ask somebody no more; an answer that is there counts no more."""
    asked = (col(FeedbackRequest.case_id) == case_id, col(FeedbackRequest.rater_id) == rater_id)
    await unit.session.execute(update(FeedbackRequest).where(*asked).values(withdrawn=True))


def _asked(rater_id: str) -> Any:
    """The requests to a person: (request, answer, round, case, employee, unit's name)."""
    return (
        select_many(FeedbackRequest, FeedbackAnswer, FeedbackRound, Case, Person, OrganisationUnit.name)
        .join(FeedbackRound, col(FeedbackRound.case_id) == FeedbackRequest.case_id)
        .join(Case, col(Case.case_id) == FeedbackRequest.case_id)
        .join(Person, col(Person.person_id) == Case.person_id)
        .join(OrganisationUnit, col(OrganisationUnit.unit_id) == Case.unit_id)
        .outerjoin(FeedbackAnswer, col(FeedbackAnswer.request_id) == FeedbackRequest.request_id)
        .where(FeedbackRequest.rater_id == rater_id, col(FeedbackRequest.withdrawn).is_(False))
    )


async def asked_of(unit: UnitOfWork, rater_id: str, *, open_only: bool, limit: int) -> list[SqlRow[Any]]:
    """The requests to a person, open ones first."""
    statement = _asked(rater_id)
    if open_only:
        statement = statement.where(FeedbackRound.status == "open")
    statement = statement.order_by(FeedbackRound.status == "closed", Person.name, FeedbackRequest.request_id)
    return list((await unit.session.execute(statement.limit(limit))).all())


async def request_of(unit: UnitOfWork, rater_id: str, request_id: str, *, lock: bool = False) -> SqlRow[Any] | None:
    """A request to this person and nobody else; ``lock`` keeps its round open and holds the request until the transaction ends.

    The round is taken before the request, as by whoever closes the round or changes its raters, so nobody waits in a circle.
    """
    statement = _asked(rater_id).where(FeedbackRequest.request_id == request_id)
    if lock:
        await unit.session.execute(statement.with_for_update(of=FeedbackRound, read=True))
        await unit.session.execute(select(FeedbackRequest).where(FeedbackRequest.request_id == request_id).with_for_update())
        statement = statement.execution_options(populate_existing=True)
    return (await unit.session.execute(statement)).one_or_none()


async def put_answer(unit: UnitOfWork, answer: FeedbackAnswer) -> None:
    """Store a rater's one answer whole."""
    values = answer.model_dump()
    await unit.session.execute(insert(FeedbackAnswer).values(**values).on_conflict_do_update(index_elements=["request_id"], set_=values))


async def releasable(unit: UnitOfWork, case_id: str) -> list[SqlRow[Any]]:
    """(group, ratings, comment) of what may be released; nothing where too few answered."""
    return list((await unit.session.execute(RELEASABLE, {"case_id": case_id})).all())


async def add_release(unit: UnitOfWork, release: FeedbackRelease) -> None:
    await unit.session.execute(insert(FeedbackRelease).values(**release.model_dump()).on_conflict_do_nothing())


async def release(unit: UnitOfWork, case_id: str) -> FeedbackRelease | None:
    return await unit.session.get(FeedbackRelease, case_id)


async def add_proposal(unit: UnitOfWork, proposal: FeedbackProposal) -> None:
    await unit.session.execute(insert(FeedbackProposal).values(**proposal.model_dump()))


async def proposals(unit: UnitOfWork, case_id: str) -> list[FeedbackProposal]:
    """The wishes of a case, newest first."""
    statement = select(FeedbackProposal).where(FeedbackProposal.case_id == case_id)
    ordered = statement.order_by(col(FeedbackProposal.proposed_at).desc(), col(FeedbackProposal.proposal_id))
    return list((await unit.session.execute(ordered)).scalars())


async def decide_proposal(unit: UnitOfWork, proposal_id: str, status: str, by: str) -> None:
    statement = update(FeedbackProposal).where(col(FeedbackProposal.proposal_id) == proposal_id)
    await unit.session.execute(statement.values(status=status, decided_by=by, decided_at=unit.now))


async def names(unit: UnitOfWork, person_ids: Sequence[str]) -> dict[str, str]:
    """People's names by id."""
    rows = await unit.session.execute(select(Person.person_id, Person.name).where(col(Person.person_id).in_(person_ids)))
    return dict(rows.tuples().all())
