"""The words of the rules. Their values are those of the contracts; a test holds them equal."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Phase(StrEnum):
    """The phases of a case in their order (PermenPANRB 6/2022: planning, implementation, appraisal, follow-up)."""

    TARGET_SETTING = "target_setting"
    MONITORING = "monitoring"
    SELF_ASSESSMENT = "self_assessment"
    SUPERVISOR_REVIEW = "supervisor_review"
    INDEPENDENT_EVALUATION = "independent_evaluation"
    CALIBRATION = "calibration"
    FEEDBACK_SESSION = "feedback_session"
    OBJECTION = "objection"
    CLOSED = "closed"

    @property
    def place(self) -> int:
        """The phase's place in the year, from 0."""
        return list(Phase).index(self)


class Rating(StrEnum):
    """Rating of results (hasil kerja) or behaviour (perilaku kerja) against the leader's expectation."""

    BELOW = "below"
    AS_EXPECTED = "as_expected"
    ABOVE = "above"


class Category(StrEnum):
    """Performance category (predikat kinerja), worst first."""

    SANGAT_KURANG = "sangat_kurang"
    KURANG = "kurang"
    BUTUH_PERBAIKAN = "butuh_perbaikan"
    BAIK = "baik"
    SANGAT_BAIK = "sangat_baik"


class Cause(StrEnum):
    """What led to a version of a result."""

    REVIEW = "review"
    OBJECTION = "objection"
    EVALUATION = "evaluation"
    """The superior decided with a second review in view."""
    CALIBRATION = "calibration"


class ObjectiveKind(StrEnum):
    """Rencana hasil kerja utama or tambahan."""

    MAIN = "main"
    ADDITIONAL = "additional"


class Aspect(StrEnum):
    """What an individual indicator measures."""

    QUANTITY = "quantity"
    QUALITY = "quality"
    TIME = "time"
    COST = "cost"


class Direction(StrEnum):
    """Which realisation is good: more than the target, less than it, one between target and ``target_to``, or a day not after it."""

    MORE = "more"
    LESS = "less"
    RANGE = "range"
    DATE = "date"
    """Target and realisation are days, counted as ``date.toordinal`` does."""


class PlanForm(StrEnum):
    """The two forms of a plan (PermenPANRB 6/2022): with numeric targets, or with criteria of success in words."""

    QUANTITATIVE = "quantitative"
    QUALITATIVE = "qualitative"


class Perspective(StrEnum):
    """What a leader's (JPT's) objective is about (PermenPANRB 6/2022, attachment)."""

    RECIPIENTS = "recipients"
    PROCESSES = "processes"
    INTERNAL = "internal"
    BUDGET = "budget"


class Annex(StrEnum):
    """What is agreed beside the objectives: supporting resources, accountability scheme, consequences."""

    RESOURCES = "resources"
    ACCOUNTABILITY = "accountability"
    CONSEQUENCES = "consequences"


class BehaviourValue(StrEnum):
    """The seven core values BerAKHLAK."""

    BERORIENTASI_PELAYANAN = "berorientasi_pelayanan"
    AKUNTABEL = "akuntabel"
    KOMPETEN = "kompeten"
    HARMONIS = "harmonis"
    LOYAL = "loyal"
    ADAPTIF = "adaptif"
    KOLABORATIF = "kolaboratif"


class PositionKind(StrEnum):
    """Kind of position, highest first."""

    JPT_PRATAMA = "jpt_pratama"
    ADMINISTRATOR = "administrator"
    PENGAWAS = "pengawas"
    FUNGSIONAL = "fungsional"
    PELAKSANA = "pelaksana"


class Employment(StrEnum):
    """Civil servant (PNS) or government employee under a contract (PPPK)."""

    PNS = "PNS"
    PPPK = "PPPK"


class PersonRole(StrEnum):
    """Roles a person of the roster may have."""

    EMPLOYEE = "employee"
    EVALUATOR = "evaluator"
    HR = "hr"
    LEADERSHIP = "leadership"
    OPS = "ops"


class Language(StrEnum):
    """Languages messages are written in."""

    INDONESIAN = "id"
    ENGLISH = "en"


@dataclass(frozen=True)
class InputError:
    """One thing wrong with the input: where, what, and how to mend it."""

    path: str
    message: str
    mend: str
