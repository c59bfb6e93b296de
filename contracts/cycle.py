"""Events of the yearly cycle and its cases; owner: the workflows. Also the words they share: phases, calendar, policies."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from itertools import pairwise
from typing import ClassVar, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from contracts.envelope import EventData
from contracts.working_days import WorkingDays

END_OF_TIME = datetime(9990, 1, 1, tzinfo=UTC)


class Phase(StrEnum):
    """The phases of a case, in the order of the regulation (PermenPANRB 6/2022: planning, implementation, appraisal, follow-up)."""

    TARGET_SETTING = "target_setting"
    MONITORING = "monitoring"
    SELF_ASSESSMENT = "self_assessment"
    SUPERVISOR_REVIEW = "supervisor_review"
    INDEPENDENT_EVALUATION = "independent_evaluation"
    CALIBRATION = "calibration"
    FEEDBACK_SESSION = "feedback_session"
    OBJECTION = "objection"
    CLOSED = "closed"


class TimeoutPolicy(StrEnum):
    """What a case does by itself when a phase's time runs out."""

    EXTEND = "extend"
    """Give ``extension_days`` more, at most ``maximum_extensions`` times, then escalate."""
    ESCALATE = "escalate"
    """Hand the open task to the next superior and give ``extension_days`` more; then hold."""
    PROCEED = "proceed"
    """Go on without what is missing; the record says so."""
    HOLD = "hold"
    """Wait, marked overdue, until somebody acts."""


class PhaseWindow(BaseModel):
    """When a phase may open, when it is due (calendar time), and what happens when it is late."""

    model_config = ConfigDict(frozen=True)

    opens_at: datetime
    due_at: datetime
    on_timeout: TimeoutPolicy = TimeoutPolicy.HOLD
    extension_days: int = Field(default=7, ge=1, le=90)
    maximum_extensions: int = Field(default=1, ge=0, le=12)

    @model_validator(mode="after")
    def _in_order(self) -> PhaseWindow:
        if self.due_at <= self.opens_at:
            raise ValueError("due_at must be later than opens_at; move one of them")
        if self.opens_at.tzinfo is None or self.due_at.tzinfo is None:
            raise ValueError("opens_at and due_at need a time zone, for example +07:00")
        return self


class Calendar(BaseModel):
    """The dates of one cycle. All instants are calendar time (the real calendar, or a compressed one in a demo)."""

    model_config = ConfigDict(frozen=True)

    target_setting: PhaseWindow
    monitoring: PhaseWindow
    self_assessment: PhaseWindow
    supervisor_review: PhaseWindow
    independent_evaluation: PhaseWindow
    calibration: PhaseWindow
    feedback_session: PhaseWindow
    objection: PhaseWindow
    objection_days: int = Field(default=14, ge=1, le=60)
    """Days of receipt within which an objection may be filed (PP 30/2019 article 59)."""
    reminder_days: tuple[int, ...] = (7, 3, 1)
    """Days before a due date on which who must act is reminded."""
    return_days: int = Field(default=5, ge=1, le=60)
    """A returned step is due at least this many days after its return."""
    days_off: tuple[date, ...] | None = None
    """Public holidays and joint leave in the cycle's time; with weekends they are the days the city does not work.
    None: a calendar from before they were known, by which every day is a working day."""

    def working_days(self) -> WorkingDays | None:
        """The days on which the city works, where the calendar knows them."""
        return None if self.days_off is None else WorkingDays(frozenset(self.days_off))

    def due_after(self, start: datetime, days: int) -> datetime:
        """What has to be done within ``days`` of ``start`` is due then, or on the next working day."""
        due_at, working = start + timedelta(days=days), self.working_days()
        return due_at if working is None else working.moved(due_at)

    def window(self, phase: Phase) -> PhaseWindow:
        """The window of a phase.

        Raises:
            ValueError: the phase has no window (``closed``).
        """
        if phase is Phase.CLOSED:
            raise ValueError("the phase 'closed' has no window")
        window: PhaseWindow = getattr(self, phase.value)
        return window

    @model_validator(mode="after")
    def _only_what_can_be_missed_is_passed_over(self) -> Calendar:
        for phase in (Phase.SUPERVISOR_REVIEW, Phase.FEEDBACK_SESSION, Phase.OBJECTION):
            if self.window(phase).on_timeout is TimeoutPolicy.PROCEED:
                raise ValueError(f"{phase.value}.on_timeout: nothing can follow without this phase; choose extend, escalate or hold")
        return self

    @model_validator(mode="after")
    def _phases_in_order(self) -> Calendar:
        order = (Phase.TARGET_SETTING, Phase.MONITORING, Phase.SELF_ASSESSMENT, Phase.SUPERVISOR_REVIEW, Phase.FEEDBACK_SESSION)
        for earlier, later in pairwise(order):
            if self.window(later).opens_at < self.window(earlier).opens_at:
                raise ValueError(f"{later.value} opens before {earlier.value}; move {later.value}.opens_at")
        return self


class Policies(BaseModel):
    """The choices of a cycle beside its dates."""

    model_config = ConfigDict(frozen=True)

    required_check_ins: int = Field(default=2, ge=0, le=12)
    """Periodic evaluations (check-ins) a supervisor records before self-assessment."""
    check_in_rhythm: Literal["monthly", "quarterly", "none-fixed"] = "none-fixed"
    """By which dates check-ins are expected; without a rhythm the required ones are spread over the monitoring window."""
    progress_periods: Literal["month", "quarter"] = "quarter"
    """The periods of the year for which an employee reports what was reached."""
    calibration: bool = False
    """Whether results wait for the unit's release before the feedback session."""
    evaluation_sample_rate: float = Field(default=0.0, ge=0.0, le=1.0)
    """Share of cases the independent evaluation team looks at, drawn reproducibly from ``evaluation_seed``."""
    evaluate_extremes: bool = False
    """Whether the best and worst categories always go to the independent evaluation team."""
    evaluation_seed: int = Field(default=0, ge=-(2**63), le=2**63 - 1)
    evaluate_gap_of: int = Field(default=0, ge=0, le=2)
    """Steps between self-assessment and review, in either rating, from which a case goes to the team; 0 never."""
    evaluate_complaints: bool = False
    """Whether a case about which a citizen's complaint stands goes to the team."""
    evaluate_objections: bool = False
    """Whether an evaluator rates a case anew while its objection is heard, beside the superior who decides."""
    discrepancy_steps: int = Field(default=1, ge=1, le=2)
    """Steps between review and evaluation, in either rating, from which the superior decides between them."""
    behaviour_360: bool = False
    """Whether superior, peers and subordinates are asked about behaviour while the self-assessment is open."""
    feedback_minimum_group: int = Field(default=3, ge=3, le=20)
    """Fewer anonymous answers than this are never shown by themselves."""
    feedback_raters_per_group: int = Field(default=5, ge=3, le=30)
    """How many peers, and how many subordinates, are drawn at most."""


class ClockSetting(BaseModel):
    """How calendar time runs against real time: calendar = calendar_origin + (real - real_origin) * speed."""

    model_config = ConfigDict(frozen=True)

    real_origin: datetime
    calendar_origin: datetime
    speed: float = Field(default=1.0, gt=0)

    def calendar(self, real: datetime) -> datetime:
        """Calendar time at a real instant; a compressed calendar left running for weeks stands still at the end of time."""
        try:
            return self.calendar_origin + (real - self.real_origin) * self.speed
        except OverflowError:
            return END_OF_TIME

    def real(self, calendar: datetime) -> datetime:
        """The real instant of a calendar time."""
        return self.real_origin + (calendar - self.calendar_origin) / self.speed

    def real_duration(self, calendar: timedelta) -> timedelta:
        return calendar / self.speed


class CycleDefinition(BaseModel):
    """Everything that fixes a cycle before it starts."""

    model_config = ConfigDict(frozen=True)

    cycle_id: str = Field(pattern=r"^[a-z0-9][a-z0-9-]{1,39}$")
    name: str = Field(min_length=1, max_length=120)
    year: int = Field(ge=2020, le=2100)
    rule_set: str = "permenpanrb-6-2022"
    rule_set_version: int = 1
    calendar: Calendar
    policies: Policies = Policies()
    unit_ids: tuple[str, ...] = ()
    """Units whose people take part, with all units below them; empty means the whole city."""
    except_unit_ids: tuple[str, ...] = ()
    """Units among them whose people do not take part, with all units below: they have a cycle of their own."""
    may_overlap: bool = False
    """Whether HR lets people take part in this cycle and in another of the same year."""


class _CycleEvent(EventData):
    cycle_id: str

    def subject(self) -> str:
        return f"cycle:{self.cycle_id}"


class _CaseEvent(EventData):
    cycle_id: str
    case_id: str

    def subject(self) -> str:
        return self.case_id


class CycleOpened(_CycleEvent):
    """The cycle runs: definitions are fixed from here."""

    TYPE: ClassVar[str] = "cycle.opened"

    definition: CycleDefinition


class CycleClosed(_CycleEvent):
    """Every case of the cycle has ended."""

    TYPE: ClassVar[str] = "cycle.closed"

    cases: int


class CaseOpened(_CaseEvent):
    """A civil servant takes part; the case is in its first phase, target setting."""

    TYPE: ClassVar[str] = "cycle.case_opened"

    person_id: str
    unit_id: str
    due_at: datetime


class PhaseOpened(_CaseEvent):
    """The case entered a phase (or the phase was opened again by ops)."""

    TYPE: ClassVar[str] = "cycle.phase_opened"

    phase: Phase
    due_at: datetime
    without: tuple[Phase, ...] = ()
    """Phases that were passed over: time ran out and the policy goes on, or ops skipped them."""
    skipped: tuple[Phase, ...] = ()
    """Those of ``without`` that HR or ops skipped."""
    reopened: bool = False
    """HR or ops opened an earlier phase again. Without it the walk only goes forward: an earlier phase is old news."""
    reason: str = ""
    """Why it was opened again, or is told once more."""


class PhaseSkipped(_CaseEvent):
    """HR or ops passed over the phase the case was in; the case goes on without what is missing."""

    TYPE: ClassVar[str] = "cycle.phase_skipped"

    phase: Phase
    reason: str


class DeadlineApproaching(_CaseEvent):
    """A reminder date of the phase is reached; ``days_left`` counts calendar days, 0 on the day itself."""

    TYPE: ClassVar[str] = "cycle.deadline_approaching"

    phase: Phase
    due_at: datetime
    days_left: int
    on_timeout: TimeoutPolicy | None = None
    """What happens next if nobody acts: the policy as far as this case has come with it, for time is extended and escalated only so often."""


class DeadlinePassed(_CaseEvent):
    """The phase's time ran out; ``policy`` says what the case does about it."""

    TYPE: ClassVar[str] = "cycle.deadline_passed"

    phase: Phase
    due_at: datetime
    policy: TimeoutPolicy


class DeadlineMoved(_CaseEvent):
    """The phase has a new due date."""

    TYPE: ClassVar[str] = "cycle.deadline_moved"

    phase: Phase
    due_at: datetime
    reason: str


class CaseEscalated(_CaseEvent):
    """Time ran out and the open task goes to the next superior. ``level`` counts escalations of this phase from 1."""

    TYPE: ClassVar[str] = "cycle.case_escalated"

    phase: Phase
    due_at: datetime
    level: int


class CasePaused(_CaseEvent):
    """Nothing of the case is due until it is resumed."""

    TYPE: ClassVar[str] = "cycle.case_paused"

    reason: str
    until: datetime | None = None
    """When it goes on by itself (the end of a long leave); None where somebody has to resume it."""


class CaseResumed(_CaseEvent):
    """The case goes on; its due date moved by the time it was paused."""

    TYPE: ClassVar[str] = "cycle.case_resumed"

    phase: Phase
    due_at: datetime
    reason: str


ServiceEnd = Literal["retired", "deceased", "contract_ended", "ended_service"]
"""How a civil servant's service ends; the case ends with it. ``ended_service``: resignation or dismissal."""
CaseOutcome = Literal["acknowledged", "objection_decided", "lapsed", "cancelled", "retired", "deceased", "contract_ended", "ended_service"]


class CaseClosed(_CaseEvent):
    """The case ended. ``lapsed``: the time to acknowledge or object ran out, the result stands; the outcomes of
    ``ServiceEnd`` close it with what is there."""

    TYPE: ClassVar[str] = "cycle.case_closed"

    outcome: CaseOutcome
    reason: str = ""
