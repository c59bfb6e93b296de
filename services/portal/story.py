"""A case as one person may see it: gathered from the services at once; a part that is away leaves the rest readable."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field

from kit.problems import NotFound, Unavailable
from services.portal.clients import Services
from services.portal.clients.appraisal import CarryOver, CaseRow, PeriodicResult, Person, Result, SelfAssessment
from services.portal.clients.base import AuditEntry, part_of_page
from services.portal.clients.citizens import CitizenSummary
from services.portal.clients.control import CaseProgress
from services.portal.clients.drafts import Draft
from services.portal.clients.feedback import Feedback, FeedbackRound, Guide
from services.portal.clients.gathering import EvidenceList, Profile, Progress
from services.portal.clients.plans import Plan, Revision, SuperiorObjectives, TemplateName
from services.portal.clients.supervision import Case, Review, Task
from services.portal.clients.talks import FollowUp
from services.portal.helpers import PHASES
from services.portal.sessions import Visitor

LEADER = "jpt_pratama"
SHOWN_REVISIONS = frozenset({"draft", "submitted", "returned"})
"""An approved revision is the plan itself; what was given up or lapsed stands in the history."""


@dataclass
class PlanHelps:
    """What helps to write a plan: superiors' objectives to support, templates, and whether it is a leader's."""

    superiors: SuperiorObjectives = field(default_factory=SuperiorObjectives)
    templates: list[TemplateName] = field(default_factory=list)
    leader: bool = False


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
    periods: dict[int, PeriodicResult] = field(default_factory=dict)
    """What each rated period came to, by the number of its check-in."""
    revision: Revision | None = None
    helps: PlanHelps = field(default_factory=PlanHelps)
    audit: list[AuditEntry] = field(default_factory=list)
    progress: CaseProgress | None = None
    unit_cases: list[CaseRow] = field(default_factory=list)
    my_tasks: list[Task] = field(default_factory=list)
    found: list[Person] = field(default_factory=list)
    """People who match what HR searched for, to choose the right supervisor from."""
    searched: str = ""
    proposed_supervisor: tuple[str, str] | None = None
    """Whom the employee proposed as the right supervisor: id and name."""
    feedback_round: FeedbackRound | None = None
    """Whom the case asks for feedback, where the visitor may know."""
    feedback: Feedback | None = None
    guides: dict[str, Guide] = field(default_factory=dict)
    """Guides of conduct by core value, for whoever rates behaviour."""
    follow_ups: list[FollowUp] = field(default_factory=list)
    """What earlier check-ins left to do, where the next one is to be recorded."""
    carry_over: CarryOver | None = None
    """Last year's improvement items, where the plan is to be written."""
    citizens: CitizenSummary | None = None
    """What citizens say of the unit, where a review is to be written."""
    task_wanted: str = ""
    away: list[str] = field(default_factory=list)
    year: Progress | None = None
    evidence: EvidenceList | None = None
    profile: Profile | None = None
    assessors: dict[str, str] = field(default_factory=dict)
    """Names of the assessors of earlier parts of the year."""
    drafts: dict[str, Draft] = field(default_factory=dict)
    """What the visitor typed into forms of this case and has not sent."""

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


async def load_helps(services: Services, visitor: Visitor, case_id: str, away: list[str]) -> PlanHelps:
    """What the plan's editor offers; without it a plan can be written all the same."""
    token = visitor.token
    superiors, templates, person = await asyncio.gather(
        part_of_page(services.appraisal.superior_objectives(token, case_id), away, SuperiorObjectives()),
        part_of_page(services.appraisal.fitting_templates(token, case_id), away, []),
        part_of_page(services.appraisal.person(token, visitor.person_id), away, None),
    )
    return PlanHelps(superiors, templates, person is not None and person.position_kind == LEADER)


async def load_story(services: Services, visitor: Visitor, case_id: str, task_wanted: str = "", searched: str = "") -> Story:
    """Gather a case.

    Raises:
        NotFound: no such case, or not this visitor's to see.
        Unavailable: none of the services that know the case answers.
    """
    away: list[str] = []
    token = visitor.token
    case, row, plan, assessment, result, periods = await asyncio.gather(
        part_of_page(services.supervision.case(token, case_id), away, None),
        part_of_page(services.appraisal.case(token, case_id), away, None),
        part_of_page(services.appraisal.plan(token, case_id), away, None),
        part_of_page(services.appraisal.self_assessment(token, case_id), away, None),
        part_of_page(services.appraisal.result(token, case_id), away, None),
        part_of_page(services.appraisal.periods(token, case_id), away, {}),
    )
    if case is None and row is None:
        if away:
            raise Unavailable("The services that keep this case do not answer just now.", extra={"service": away[0]})
        raise NotFound("There is no case of this number that you may see.")
    story = Story(
        case_id,
        case,
        row,
        plan,
        assessment,
        result,
        case.review if case else None,
        periods=periods,
        task_wanted=task_wanted,
        searched=searched,
        away=away,
    )
    story.year, story.evidence, story.profile, story.drafts = await asyncio.gather(
        part_of_page(services.appraisal.progress(token, case_id), away, None),
        part_of_page(services.appraisal.evidence(token, case_id), away, None),
        part_of_page(services.appraisal.profile(token, case_id), away, None),
        part_of_page(services.supervision.drafts(token, case_id), away, {}),
    )
    mine = [task for task in case.tasks if task.assignee_id == visitor.person_id and task.status == "open"] if case else []
    story.my_tasks = sorted(mine, key=lambda task: (task.task_id != task_wanted, task.due_at is None, task.due_at))
    if story.task("write_plan"):
        story.helps = await load_helps(services, visitor, case_id, away)
    if plan is not None and plan.revision_status in SHOWN_REVISIONS:
        story.revision = await part_of_page(services.appraisal.revision(token, case_id), away, None)
    if story.task("write_review"):
        story.review = await part_of_page(services.supervision.review(token, case_id), away, story.review)
        story.citizens = await part_of_page(services.supervision.citizens_beside(token, case_id), away, None)
    if story.task("record_check_in"):
        agenda = await part_of_page(services.supervision.agenda(token, case_id), away, None)
        story.follow_ups = [one for one in agenda.follow_ups if one.state != "done"] if agenda else []
    if story.task("write_plan"):
        story.carry_over = await part_of_page(services.appraisal.carry_over(token, case_id), away, None)
    await _add_feedback(services, token, story)
    if result is not None and result.assessors:
        people = await asyncio.gather(*(part_of_page(services.appraisal.person(token, one), away, None) for one in result.assessors))
        story.assessors = {one: person.name for one, person in zip(result.assessors, people, strict=True) if person}
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
    if story.task("correct_supervisor") and not searched:
        draft = story.drafts.get(f"supervisor-correction-decision:{case_id}")
        story.searched = draft.fields.get("q", "") if draft else ""
    if story.searched and story.task("correct_supervisor"):
        story.found, _ = await part_of_page(services.appraisal.people(token, query=story.searched, limit=20), away, ([], None))
    if visitor.has("hr", "ops"):
        parts = await asyncio.gather(
            part_of_page(services.appraisal.audit(token, case_id), away, []),
            part_of_page(services.supervision.audit(token, case_id), away, []),
        )
        story.audit = sorted((entry for part in parts for entry in part), key=lambda entry: entry.at)
        story.progress = await part_of_page(services.control.case(token, case_id), away, None)
    story.away = sorted(set(away))
    return story


async def _add_feedback(services: Services, token: str, story: Story) -> None:
    """360-degree feedback, once the case has come that far."""
    if PHASES.index(story.phase) < PHASES.index("self_assessment"):
        return
    story.feedback_round, story.feedback = await asyncio.gather(
        part_of_page(services.appraisal.feedback_round(token, story.case_id), story.away, None),
        part_of_page(services.appraisal.feedback(token, story.case_id), story.away, None),
    )
    if story.task("write_review"):
        guides: list[Guide] = await part_of_page(services.appraisal.guides(token), story.away, [])
        story.guides = {guide.value: guide for guide in guides}
