"""Answers about the independent evaluation and the calibration."""

from __future__ import annotations

from datetime import datetime

from services.supervision.views import MoveView, View


class ConflictView(View):
    conflict_id: str
    member_id: str
    person_id: str | None
    person_name: str
    unit_id: str | None
    reason: str
    declared_by: str
    declared_at: datetime


class MemberView(View):
    """A member with the cases given to them; ``in_service`` is false for one who has left."""

    person_id: str
    name: str
    unit_id: str
    in_service: bool
    load: int
    conflicts: list[ConflictView]


class TeamView(View):
    """The team of a cycle; ``named`` is false while it is whoever has the role of an evaluator."""

    cycle_id: str
    named: bool
    members: list[MemberView]


class DrawnUnitView(View):
    unit_id: str
    population: int
    drawn: int


class DrawView(View):
    """The draw of a cycle. ``repeatable`` says that seed, share and population give the same sample again."""

    cycle_id: str
    seed: int
    rate: float
    drawn_by: str | None
    drawn_at: datetime
    population: int
    drawn: int
    repeatable: bool
    units: list[DrawnUnitView]


class UnitFindingsView(View):
    """What the evaluation found in a unit; texts come without names, in no order that tells whose they are."""

    unit_id: str
    unit_name: str
    cases: int
    drawn: int
    reasons: dict[str, int]
    evaluated: int
    concurring: int
    discrepant: int
    decided: int
    changed: int
    findings: list[str]


class FindingsView(View):
    cycle_id: str
    units: list[UnitFindingsView]


class CalibratedCaseView(View):
    """A case of a unit as its result stands; a locked one moves no more."""

    case_id: str
    employee_id: str
    employee_name: str
    results: str | None
    behaviour: str | None
    category: str | None
    waits: bool
    locked: bool
    drawn: bool
    evaluated: bool


class LockView(View):
    cases: int
    counts: dict[str, int]
    reason: str
    locked_by: str
    locked_at: datetime


class CalibrationView(View):
    """A unit's calibration. ``may_propose`` and ``may_decide`` say what the caller can do now."""

    cycle_id: str
    unit_id: str
    unit_name: str
    may_propose: bool
    waiting: int
    open_moves: int
    cases: list[CalibratedCaseView]
    moves: list[MoveView]
    locks: list[LockView]
