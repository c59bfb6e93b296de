"""A case as one person may see it: gathered from the services at once; a part that is away leaves the rest readable."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field

from kit.problems import NotFound, Unavailable
from services.portal.clients import Services
from services.portal.clients.appraisal import CarryOver, CaseRow, Person, Plan, Result, SelfAssessment
from services.portal.clients.base import AuditEntry, part_of_page
from services.portal.clients.control import CaseProgress
from services.portal.clients.supervision import Case, Review, Task
from services.portal.clients.talks import FollowUp
from services.portal.helpers import PHASES
from services.portal.sessions import Visitor


@dataclass
class Story:
    """Everything the case page shows."""

    case_id: str
    case: Case | None
    row: CaseRow | None
    plan: Plan | None
    self_assessment: SelfAssessment | None
    result: Result | None
    review: Review | None
    audit: list[AuditEntry] = field(default_factory=list)
    progress: CaseProgress | None = None
    unit_cases: list[CaseRow] = field(default_factory=list)
    my_tasks: list[Task] = field(default_factory=list)
    found: list[Person] = field(default_factory=list)
    """People who match what HR searched for, to choose the right supervisor from."""
    searched: str = ""
    proposed_supervisor: tuple[str, str] | None = None
    """Whom the employee proposed as the right supervisor: id and name."""
    follow_ups: list[FollowUp] = field(default_factory=list)
    """What earlier check-ins left to do, where the next one is to be recorded."""
    carry_over: CarryOver | None = None
    """Last year's improvement items, where the plan is to be written."""
    task_wanted: str = ""
    away: list[str] = field(default_factory=list)

    @property
    def phase(self) -> str:
        return self.case.phase if self.case else self.row.phase if self.row else PHASES[0]

    @property
    def employee_id(self) -> str:
        return self.case.employee_id if self.case else self.row.person_id if self.row else ""

    @property
    def employee_name(self) -> str:
        if self.row and self.row.person_name:
            return self.row.person_name
        return self.case.employee_name if self.case else self.employee_id

    @property
    def unit_id(self) -> str:
        return self.row.unit_id if self.row else self.case.unit_id if self.case else ""

    @property
    def cycle_id(self) -> str:
        return self.case_id.rpartition(".")[0]

    @property
    def wanted_task_closed(self) -> bool:
        """The link named a task that is not open for this person any more."""
        return bool(self.task_wanted) and all(task.task_id != self.task_wanted for task in self.my_tasks)

    def task(self, kind: str) -> Task | None:
        return next((task for task in self.my_tasks if task.kind == kind), None)


async def load_story(services: Services, visitor: Visitor, case_id: str, task_wanted: str = "", searched: str = "") -> Story:
    """Gather a case.

    Raises:
        NotFound: no such case, or not this visitor's to see.
        Unavailable: none of the services that know the case answers.
    """
    away: list[str] = []
    token = visitor.token
    case, row, plan, assessment, result = await asyncio.gather(
        part_of_page(services.supervision.case(token, case_id), away, None),
        part_of_page(services.appraisal.case(token, case_id), away, None),
        part_of_page(services.appraisal.plan(token, case_id), away, None),
        part_of_page(services.appraisal.self_assessment(token, case_id), away, None),
        part_of_page(services.appraisal.result(token, case_id), away, None),
    )
    if case is None and row is None:
        if away:
            raise Unavailable("The services that keep this case do not answer just now.", extra={"service": away[0]})
        raise NotFound("There is no case of this number that you may see.")
    story = Story(
        case_id, case, row, plan, assessment, result, case.review if case else None, task_wanted=task_wanted, searched=searched, away=away
    )
    mine = [task for task in case.tasks if task.assignee_id == visitor.person_id and task.status == "open"] if case else []
    story.my_tasks = sorted(mine, key=lambda task: (task.task_id != task_wanted, task.due_at is None, task.due_at))
    if story.task("write_review"):
        story.review = await part_of_page(services.supervision.review(token, case_id), away, story.review)
    if story.task("record_check_in"):
        agenda = await part_of_page(services.supervision.agenda(token, case_id), away, None)
        story.follow_ups = [one for one in agenda.follow_ups if one.state != "done"] if agenda else []
    if story.task("write_plan"):
        story.carry_over = await part_of_page(services.appraisal.carry_over(token, case_id), away, None)
    if story.task("release_results"):
        story.unit_cases, _ = await part_of_page(
            services.appraisal.cases(token, cycle_id=story.cycle_id, unit_id=story.unit_id, phase="calibration", limit=500),
            away,
            ([], None),
        )
    proposed = case.correction.proposed_supervisor_id if case and case.correction else None
    if proposed and story.task("correct_supervisor"):
        person = await part_of_page(services.appraisal.person(token, proposed), away, None)
        story.proposed_supervisor = (proposed, person.name if person else proposed)
    if searched and story.task("correct_supervisor"):
        story.found, _ = await part_of_page(services.appraisal.people(token, query=searched, limit=20), away, ([], None))
    if visitor.has("hr", "ops"):
        parts = await asyncio.gather(
            part_of_page(services.appraisal.audit(token, case_id), away, []),
            part_of_page(services.supervision.audit(token, case_id), away, []),
        )
        story.audit = sorted((entry for part in parts for entry in part), key=lambda entry: entry.at)
        story.progress = await part_of_page(services.control.case(token, case_id), away, None)
    story.away = sorted(set(away))
    return story
