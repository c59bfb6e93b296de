"""How a leader's objectives come down the line: who supports which, what nobody supports, whose objectives serve nothing above."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

SEPARATOR = "/"


def supports_id(case_id: str, objective_id: str) -> str:
    """The name of an objective for those who support it: case and objective, for an objective's id is its own plan's alone."""
    return f"{case_id}{SEPARATOR}{objective_id}"


@dataclass(frozen=True)
class PlannedObjective:
    """An objective of somebody's plan, as the cascade sees it."""

    case_id: str
    person_id: str
    person_name: str
    objective_id: str
    title: str
    weight: float | None
    supports_id: str | None = None
    supports: str | None = None

    @property
    def key(self) -> str:
        return supports_id(self.case_id, self.objective_id)


@dataclass(frozen=True)
class Node:
    """An objective with those below that support it."""

    objective: PlannedObjective
    supported_by: tuple[Node, ...] = ()


@dataclass(frozen=True)
class Alignment:
    """The objectives of one plan with what supports them, and what is not aligned.

    ``unsupported`` are the plan's own objectives nobody supports; ``unaligned`` are objectives below that serve none of a
    superior's, or one that is not there.
    """

    objectives: tuple[Node, ...]
    unsupported: tuple[PlannedObjective, ...]
    unaligned: tuple[PlannedObjective, ...]


def alignment(own: Sequence[PlannedObjective], below: Sequence[PlannedObjective]) -> Alignment:
    """The tree from one plan downwards (PermenPANRB 6/2022: objectives are set in dialogue, from the superior's down).

    Every objective below is either in the tree or unaligned, never both, never twice.
    """
    children: dict[str, list[PlannedObjective]] = {}
    own_keys = {objective.key for objective in own}
    for objective in below:
        if objective.supports_id is not None and objective.key not in own_keys:
            children.setdefault(objective.supports_id, []).append(objective)
    placed: set[str] = set(own_keys)
    nodes = tuple(_node(objective, children, placed) for objective in own)
    unsupported = tuple(node.objective for node in nodes if not node.supported_by)
    return Alignment(nodes, unsupported, tuple(objective for objective in below if objective.key not in placed))


def _node(objective: PlannedObjective, children: Mapping[str, Sequence[PlannedObjective]], placed: set[str]) -> Node:
    below = []
    for child in children.get(objective.key, ()):
        if child.key not in placed:
            placed.add(child.key)
            below.append(_node(child, children, placed))
    return Node(objective, tuple(below))
