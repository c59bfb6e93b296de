"""Sample data for every template, so that HR sees what people will read. A new rule needs none: fields are known by their names."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from contracts.appraisal import Rating
from contracts.cycle import Phase, TimeoutPolicy
from contracts.registry import EVENT_TYPES
from contracts.supervision import TaskKind
from kit.i18n import Language
from services.notification import rendering
from services.notification.domain.manners import DIGEST
from services.notification.domain.rules import GROUPS, RULES, Rule

CASE = "skp-2026.contoh"
PEOPLE = {
    "assignee": "Budi Santoso",
    "employee": "Rina Marlina",
    "former": "Budi Santoso",
    "superior": "Wati Suryani",
    "decider": "Budi Santoso",
    "organiser": "Budi Santoso",
}
NAME = "Budi Santoso"
FIELDS: Mapping[str, Any] = {
    "cycle_id": "skp-2026",
    "case_id": CASE,
    "task_id": "contoh",
    "kind": TaskKind.APPROVE_PLAN,
    "phase": Phase.TARGET_SETTING,
    "assignee_id": "budi",
    "employee_id": "rina",
    "person_id": "rina",
    "superior_id": "wati",
    "from_id": "budi",
    "due_at": datetime(2026, 1, 30, 9, 0, tzinfo=UTC),
    "note": "",
    "reason": "Sasaran kedua belum memiliki target.",
    "days_left": 3,
    "on_timeout": TimeoutPolicy.ESCALATE,
    "plan_version": 1,
    "assessment_version": 2,
    "move_id": "contoh",
    "approved_by": "budi",
    "returned_by": "budi",
    "decided_by": "wati",
    "objection_id": "contoh",
    "request_id": "contoh",
    "rater_id": "budi",
    "changed": True,
    "results": Rating.ABOVE,
    "behaviour": Rating.AS_EXPECTED,
    "outcome": "acknowledged",
    "cause": "no_supervisor",
    "text": "",
    "without": (),
    "skipped": (),
    "reopened": False,
    "what": "choose_session_time",
    "meeting_id": "contoh",
    "uid": "contoh@siklus",
    "sequence": 0,
    "starts_at": datetime(2026, 12, 10, 2, 0, tzinfo=UTC),
    "ends_at": datetime(2026, 12, 10, 3, 0, tzinfo=UTC),
    "place": "Ruang rapat 2",
    "organiser_id": "budi",
    "attendee_ids": ("rina",),
    "for_all": True,
    "unit_id": "disdik",
    "unit_name": "Dinas Pendidikan",
    "complaint_id": "contoh",
    "count": 3,
    "since": datetime(2026, 1, 26, 3, 0, tzinfo=UTC),
    "from_cycle_id": "skp-2026",
    "year": 2027,
    "overdue": False,
}
MEETINGS = (("session", {"kind": "feedback_session"}), ("team", {"kind": "team_evaluation", "case_id": None}))
VARIANTS: Mapping[str, tuple[tuple[str, Mapping[str, Any]], ...]] = {
    "task_opened": (
        ("approve_plan", {}),
        ("returned", {"kind": TaskKind.WRITE_PLAN, "note": "Sasaran kedua belum memiliki target."}),
        ("acknowledge_result", {"kind": TaskKind.ACKNOWLEDGE_RESULT, "phase": Phase.FEEDBACK_SESSION}),
    ),
    "task_reminder": (("in_three_days", {}), ("today", {"days_left": 0}), ("overdue", {"days_left": -1, "on_timeout": TimeoutPolicy.HOLD})),
    "task_escalated": (("moved", {"assignee_id": "wati"}), ("kept", {})),
    "task_escalated_from": (("moved", {"assignee_id": "wati"}), ("kept", {})),
    "calibration_told": (("changed", {}), ("unchanged", {"changed": False})),
    "objection_decided": (("changed", {}), ("unchanged", {"changed": False})),
    "case_closed": (("acknowledged", {"reason": ""}), ("cancelled", {"outcome": "cancelled"})),
    "meeting_scheduled": MEETINGS,
    "meeting_changed": MEETINGS,
    "meeting_cancelled": MEETINGS,
    "meeting_reminder": MEETINGS,
    "cycle_proposal_waits": (("ahead", {}), ("on_the_day", {"overdue": True})),
}
POLICY = {"on_timeout": "escalate", "extension_days": 7}


@dataclass(frozen=True)
class Sample:
    """One rule's template with sample values."""

    rule: Rule
    name: str
    fields: Mapping[str, Any]

    def text(self, language: Language) -> rendering.Text:
        """
        Raises:
            CannotWrite: the template asks for something the event does not have.
        """
        return rendering.render(self.rule.template, language, rendering.values_of(self.fields, language, PEOPLE))


def samples() -> Iterator[Sample]:
    """Every rule of the table, in its order, with each of its variants."""
    for rule in RULES:
        of_event = {name: FIELDS[name] for name in EVENT_TYPES[rule.event].model_fields}
        for name, changes in VARIANTS.get(rule.template, (("usual", {}),)):
            fields = {**of_event, **dict(rule.when), **changes, "employee_id": FIELDS["employee_id"]}
            if "task_id" in fields:
                fields["policy"] = POLICY
            yield Sample(rule, name, fields)


def gathered() -> tuple[str, ...]:
    """The groups whose messages go out as one, and the daily digest."""
    return (*GROUPS, DIGEST)
