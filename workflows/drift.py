"""Drift between the services and the workflows: what each knows of a case, what does not fit, and what mends it. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from contracts.cycle import Phase

ORDER = list(Phase)
OUTBOX_PATIENCE_SECONDS = 60.0
"""Events that wait longer than this do not merely pass through."""


class Kind(StrEnum):
    """What does not fit."""

    NO_WORKFLOW = "no_workflow"
    WORKFLOW_BROKEN = "workflow_broken"
    END_UNHEARD = "end_unheard"
    ENDED_IN_SERVICES = "ended_in_services"
    SERVICES_BEHIND = "services_behind"
    WORKFLOW_BEHIND = "workflow_behind"
    SIGNAL_LOST = "signal_lost"
    UNKNOWN_IN_SERVICES = "unknown_in_services"
    TASKS_ASTRAY = "tasks_astray"
    OUTBOX_WAITS = "outbox_waits"
    DEAD_LETTERS = "dead_letters"


class Mend(StrEnum):
    """What puts it right. ``BY_HAND``: somebody has to look."""

    START = "start"
    BRING_BACK = "bring_back"
    SAY_END_AGAIN = "say_end_again"
    END = "end"
    ANNOUNCE = "announce"
    RE_EMIT = "re_emit"
    SAY_BEGIN_AGAIN = "say_begin_again"
    SETTLE = "settle"
    REPLAY = "replay"
    BY_HAND = "by_hand"


@dataclass(frozen=True)
class Walk:
    """A case as Temporal shows it: its newest run."""

    status: str
    """``running``, ``completed``, or how it broke off."""
    phase: Phase
    waits_to_open: bool = False
    """The phase is over, and the next one's date has not come; only asked where it matters."""


@dataclass(frozen=True)
class Known:
    """A case as a service knows it."""

    phase: Phase
    closed: bool = False
    paused: bool = False
    idle: bool = False
    """The facts of its phase are all there: it waits for nobody (supervision alone can tell)."""


@dataclass(frozen=True)
class CaseFacts:
    """One case in every part."""

    walk: Walk | None = None
    supervision: Known | None = None
    appraisal: Known | None = None
    astray: tuple[str, ...] = ()
    """What supervision says of tasks that should not be open, or should be."""


@dataclass(frozen=True)
class Plumbing:
    """What waits in a service."""

    outbox_pending: int = 0
    outbox_oldest_seconds: float = 0.0
    dead_letters: int = 0


@dataclass(frozen=True)
class Look:
    """Everything one look at a cycle showed."""

    cases: Mapping[str, CaseFacts] = field(default_factory=dict)
    plumbing: Mapping[str, Plumbing] = field(default_factory=dict)


@dataclass(frozen=True)
class Drift:
    """One finding: what, of which case or service, in words, and its mend."""

    kind: Kind
    subject: str
    text: str
    mend: Mend


def idle_walks(look: Look) -> list[str]:
    """Cases of which it matters whether the workflow waits for a date: supervision waits for nobody, and the workflow has not moved."""
    return [
        case_id
        for case_id, facts in look.cases.items()
        if facts.walk and facts.walk.status == "running" and facts.supervision and facts.supervision.idle and not facts.supervision.closed
    ]


def compare(look: Look) -> list[Drift]:
    """What does not fit, cases first."""
    found = [drift for case_id, facts in sorted(look.cases.items()) for drift in _of_case(case_id, facts)]
    for service, waiting in sorted(look.plumbing.items()):
        if waiting.outbox_pending and waiting.outbox_oldest_seconds > OUTBOX_PATIENCE_SECONDS:
            text = f"{waiting.outbox_pending} events wait in the outbox, the oldest for {waiting.outbox_oldest_seconds:.0f} s; see that relay runs"
            found.append(Drift(Kind.OUTBOX_WAITS, service, text, Mend.BY_HAND))
        if waiting.dead_letters:
            found.append(Drift(Kind.DEAD_LETTERS, service, f"{waiting.dead_letters} events could not be handled", Mend.REPLAY))
    return found


def lasting(first: Iterable[Drift], second: Iterable[Drift]) -> list[Drift]:
    """What was there in both looks; the rest was news on its way."""
    seen = {(drift.kind, drift.subject) for drift in first}
    return [drift for drift in second if (drift.kind, drift.subject) in seen]


def _of_case(case_id: str, facts: CaseFacts) -> list[Drift]:
    found = [*_of_walk(case_id, facts)]
    if facts.astray and not found:
        # Where workflow and services differ, mending that settles the tasks too.
        found.append(Drift(Kind.TASKS_ASTRAY, case_id, "; ".join(facts.astray), Mend.SETTLE))
    return found


def _of_walk(case_id: str, facts: CaseFacts) -> list[Drift]:
    known = facts.supervision
    if known is None:
        return _unknown(case_id, facts.walk)
    if facts.walk is None:
        if known.closed:
            # Temporal forgets an ended workflow after the time it keeps them.
            return []
        mend = Mend.BY_HAND if known.phase is Phase.OBJECTION else Mend.START
        return [Drift(Kind.NO_WORKFLOW, case_id, f"is in {known.phase.value}, and no workflow walks it", mend)]
    return _of_both(case_id, facts.walk, known, facts.appraisal)


def _unknown(case_id: str, walk: Walk | None) -> list[Drift]:
    if walk is None or walk.status != "running":
        return []
    text = "is walked by a workflow, and supervision does not know it"
    return [Drift(Kind.UNKNOWN_IN_SERVICES, case_id, text, Mend.SAY_BEGIN_AGAIN)]


def _of_both(case_id: str, walk: Walk, known: Known, appraisal: Known | None) -> list[Drift]:
    if walk.status == "completed":
        if known.closed and (appraisal is None or appraisal.closed):
            return []
        return [Drift(Kind.END_UNHEARD, case_id, "has ended, and a service has not heard of it", Mend.SAY_END_AGAIN)]
    if walk.status != "running":
        if known.closed:
            return []
        return [Drift(Kind.WORKFLOW_BROKEN, case_id, f"its workflow broke off ({walk.status}) in {walk.phase.value}", Mend.BRING_BACK)]
    if known.closed:
        return [Drift(Kind.ENDED_IN_SERVICES, case_id, "is closed in the services, and its workflow still runs", Mend.END)]
    behind = [one.phase for one in (known, appraisal) if one is not None and _place(one.phase) < _place(walk.phase)]
    if behind:
        text = f"its workflow is in {walk.phase.value}, a service still in {behind[0].value}"
        return [Drift(Kind.SERVICES_BEHIND, case_id, text, Mend.ANNOUNCE)]
    if _place(walk.phase) < _place(known.phase):
        text = f"its workflow is in {walk.phase.value}, the services already in {known.phase.value}"
        return [Drift(Kind.WORKFLOW_BEHIND, case_id, text, Mend.RE_EMIT)]
    if known.idle and not known.paused and not walk.waits_to_open:
        text = f"waits for nobody in {walk.phase.value}, and its workflow has not heard that the phase is over"
        return [Drift(Kind.SIGNAL_LOST, case_id, text, Mend.RE_EMIT)]
    return []


def _place(phase: Phase) -> int:
    return ORDER.index(phase)
