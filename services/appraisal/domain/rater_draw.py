"""Who is asked about a civil servant's behaviour: superior, peers and subordinates, drawn so that anyone can draw them again.

The city's earlier system let superiors, subordinates and peers rate each other; the draw keeps that, limits each group, and
leaves out whoever has a part in the appraisal already.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum


class RaterGroup(StrEnum):
    """How a rater stands to the employee."""

    SUPERIOR = "superior"
    PEER = "peer"
    SUBORDINATE = "subordinate"
    OTHERS = "others"
    """Peers and subordinates together, where they are too few to stand apart; nobody is drawn into it."""


ANONYMOUS = (RaterGroup.PEER, RaterGroup.SUBORDINATE, RaterGroup.OTHERS)
"""Groups whose members stay unknown. The superior is one person and so cannot."""


@dataclass(frozen=True)
class Colleague:
    """Somebody around the employee, as far as the draw looks at them."""

    person_id: str
    supervisor_id: str | None
    unit_id: str
    position_kind: str


@dataclass(frozen=True)
class Rater:
    """Somebody who is asked."""

    person_id: str
    group: RaterGroup


def group_of(colleague: Colleague, employee: Colleague, line: Sequence[str]) -> RaterGroup | None:
    """How somebody may be asked about the employee; None for whoever may not.

    ``line`` are the employee's superiors from the direct supervisor upwards. The supervisor rates behaviour in the review and is
    not asked twice; the superior is the supervisor's own. A peer has the same supervisor, or the same kind of position in the unit.
    """
    if colleague.person_id == employee.person_id:
        return None
    if colleague.person_id in line:
        return RaterGroup.SUPERIOR if line.index(colleague.person_id) == 1 else None
    if colleague.supervisor_id == employee.person_id:
        return RaterGroup.SUBORDINATE
    supervisor = line[0] if line else employee.supervisor_id
    same_supervisor = supervisor is not None and colleague.supervisor_id == supervisor
    same_work = colleague.unit_id == employee.unit_id and colleague.position_kind == employee.position_kind
    return RaterGroup.PEER if same_supervisor or same_work else None


def draw(
    case_id: str,
    seed: int,
    employee: Colleague,
    line: Sequence[str],
    around: Iterable[Colleague],
    per_group: int,
    conflicts: frozenset[str] = frozenset(),
) -> tuple[Rater, ...]:
    """The raters of a case: at most ``per_group`` of each group, the same for the same people, seed and case.

    Peers under the same supervisor come before others of the unit. ``conflicts`` are never drawn.
    """
    groups: dict[RaterGroup, list[tuple[bool, str, str]]] = {group: [] for group in RaterGroup if group is not RaterGroup.OTHERS}
    for colleague in around:
        group = group_of(colleague, employee, line)
        if group is not None and colleague.person_id not in conflicts:
            farther = group is RaterGroup.PEER and (not line or colleague.supervisor_id != line[0])
            groups[group].append((farther, _lot(seed, case_id, colleague.person_id), colleague.person_id))
    return tuple(Rater(person_id, group) for group, found in groups.items() for _, _, person_id in sorted(set(found))[:per_group])


def _lot(seed: int, case_id: str, person_id: str) -> str:
    """A person's place in the draw of a case; nobody can choose it, anyone can check it."""
    return hashlib.sha256(f"{seed}/{case_id}/{person_id}".encode()).hexdigest()
