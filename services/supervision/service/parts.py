"""The parts of a case's year: each keeps its assessor, who is asked to rate it and is never waited for."""

from __future__ import annotations

from datetime import date, timedelta
from uuid import uuid4

from contracts.appraisal import Rating
from contracts.supervision import AssessmentPartEnded, AssessmentPartRated, TaskOpened
from kit.auth import Principal
from kit.problems import Conflict, Forbidden, NotFound
from kit.unit import UnitOfWork
from services.supervision.domain import assessment_parts
from services.supervision.domain.words import TaskKind
from services.supervision.models import AssessmentPart, Case, Task
from services.supervision.repository import duties, people
from services.supervision.repository import tasks as rows
from services.supervision.schemas_duties import PartRatingBody
from services.supervision.service.access import readable_case
from services.supervision.service.facts import definition_of, touch
from services.supervision.service.tasks import close, task_fields


async def begin(unit: UnitOfWork, case: Case, assessor_id: str | None, starts_on: date) -> None:
    """The first part of a year, or the first with an assessor."""
    if assessor_id is not None:
        number = len(await duties.parts(unit, case.case_id)) + 1
        part = AssessmentPart(
            part_id=str(uuid4()), case_id=case.case_id, number=number, assessor_id=assessor_id, unit_id=case.unit_id, starts_on=starts_on
        )
        unit.session.add(part)
        await unit.session.flush()


async def change_assessor(unit: UnitOfWork, case: Case, assessor_id: str | None, since: date | None) -> None:
    """From ``since`` on another assessor is in force; without it the recorded one was wrong from the part's first day on.

    The assessor who leaves a part of a month or more is asked to rate it while the year goes on.
    """
    known = await duties.parts(unit, case.case_id)
    current = known[-1] if known and known[-1].ends_on is None else None
    if current is None:
        await begin(unit, case, assessor_id, since or unit.now.date())
        return
    last = assessment_parts.split(current.starts_on, since) if since else None
    if last is None:
        if assessor_id is not None:
            current.assessor_id = assessor_id
        return
    current.ends_on, current.months = last, assessment_parts.months(current.starts_on, last)
    unit.publish(
        AssessmentPartEnded(
            cycle_id=case.cycle_id,
            case_id=case.case_id,
            person_id=case.employee_id,
            number=current.number,
            assessor_id=current.assessor_id,
            unit_id=current.unit_id,
            starts_on=current.starts_on,
            ends_on=last,
            months=current.months,
        )
    )
    unit.record(case.case_id, "assessment_part_ended", number=current.number, assessor_id=current.assessor_id, months=current.months)
    if current.months > 0 and not case.reviewed:
        await _ask(unit, case, current)
    await begin(unit, case, assessor_id, last + timedelta(days=1))


async def rate(unit: UnitOfWork, caller: Principal, case_id: str, number: int, body: PartRatingBody) -> AssessmentPart:
    """The leaving assessor rates their part. It counts for its months; the yearly review is about the months that are left.

    Raises:
        NotFound: the case is not visible to the caller.
        Forbidden: the part is another assessor's, or of the caller's own case.
        Conflict: nothing is to be rated any more.
    """
    try:
        case = await readable_case(unit, caller, case_id, lock=True)
    except NotFound:
        # Who has rated their part may not read the case any more, and is told that they have.
        if await duties.has_rated(unit, case_id, number, caller.person_id):
            raise Conflict("You have rated this part of the year already. What you typed now is not lost, and changes nothing.") from None
        raise
    part = next((one for one in await duties.parts(unit, case_id) if one.number == number), None)
    if part is None or part.assessor_id != caller.person_id or case.employee_id == caller.person_id:
        raise Forbidden("This part of the year is another assessor's to rate.")
    task = next((one for one in await rows.open_tasks(unit, case_id) if one.kind == TaskKind.RATE_PART and one.number == number), None)
    if task is None:
        raise Conflict("This part of the year waits for no rating any more. It may have been rated, or the review is written.")
    assert part.months is not None, "a part that is asked for has ended"
    assert part.ends_on is not None, "a part that is asked for has ended"
    part.results, part.behaviour, part.reason, part.rated_at = body.results.value, body.behaviour.value, body.reason, unit.now
    close(unit, task, "done", caller.person_id)
    touch(case)
    unit.publish(
        AssessmentPartRated(
            cycle_id=case.cycle_id,
            case_id=case_id,
            person_id=case.employee_id,
            number=number,
            assessor_id=caller.person_id,
            starts_on=part.starts_on,
            ends_on=part.ends_on,
            months=part.months,
            results=Rating(body.results),
            behaviour=Rating(body.behaviour),
        )
    )
    unit.record(case_id, "assessment_part_rated", number=number, results=part.results, behaviour=part.behaviour)
    return part


async def _ask(unit: UnitOfWork, case: Case, part: AssessmentPart) -> None:
    """A task for who leaves; nobody is asked who has left the service."""
    [assessor] = await people.officials(unit, [part.assessor_id], unit.now.date())
    if not assessor.active or part.assessor_id == case.employee_id:
        return
    due_at = unit.now + timedelta(days=(await definition_of(unit, case)).calendar.return_days)
    task = Task(
        task_id=str(uuid4()),
        kind=TaskKind.RATE_PART.value,
        case_id=case.case_id,
        cycle_id=case.cycle_id,
        unit_id=case.unit_id,
        employee_id=case.employee_id,
        phase=case.phase,
        assignee_id=part.assessor_id,
        number=part.number,
        due_at=due_at,
        opened_at=unit.now,
    )
    unit.session.add(task)
    unit.publish(TaskOpened.model_validate({**task_fields(task), "due_at": due_at}))
