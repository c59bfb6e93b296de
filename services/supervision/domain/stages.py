"""The stages of a year as leaders follow them: phases taken together, so that nobody is seen to be evaluated anew or to object."""

from __future__ import annotations

from enum import StrEnum

from services.supervision.domain.words import Phase


class Stage(StrEnum):
    """Planning, implementation, appraisal and follow-up (PermenPANRB 6/2022), with the checks between appraisal and follow-up."""

    PLANNING = "planning"
    MONITORING = "monitoring"
    APPRAISAL = "appraisal"
    CHECKS = "checks"
    FOLLOW_UP = "follow_up"
    CLOSED = "closed"


STAGE_OF = {
    Phase.TARGET_SETTING: Stage.PLANNING,
    Phase.MONITORING: Stage.MONITORING,
    Phase.SELF_ASSESSMENT: Stage.APPRAISAL,
    Phase.SUPERVISOR_REVIEW: Stage.APPRAISAL,
    Phase.INDEPENDENT_EVALUATION: Stage.CHECKS,
    Phase.CALIBRATION: Stage.CHECKS,
    Phase.FEEDBACK_SESSION: Stage.FOLLOW_UP,
    Phase.OBJECTION: Stage.FOLLOW_UP,
    Phase.CLOSED: Stage.CLOSED,
}
