"""The cascade for those who read it: what superiors offer to support, and who supports what below."""

from __future__ import annotations

from typing import Any

from kit.auth import Principal
from kit.unit import UnitOfWork
from services.appraisal.domain import cascade as rules
from services.appraisal.domain.cascade import Node, PlannedObjective
from services.appraisal.plan_schemas import AlignedObjective, AlignmentView, SuperiorObjective, SuperiorObjectives
from services.appraisal.repository import cascade
from services.appraisal.service.access import case_to_read

MOST_BELOW = 500


async def superior_objectives(unit: UnitOfWork, caller: Principal, case_id: str) -> SuperiorObjectives:
    """What can be supported. A superior whose plan is not handed in is named, and holds nobody up: the next one's are offered too.

    Raises:
        NotFound: no such case, or not the caller's to see.
    """
    case, _, _ = await case_to_read(unit, caller, case_id)
    found = await cascade.superior_objectives(unit, case)
    items = [
        SuperiorObjective(
            supports_id=objective.key, title=objective.title, person_id=objective.person_id, person_name=objective.person_name, level=level
        )
        for objective, level in found
    ]
    without = [person_id for person_id in case.line if person_id not in {item.person_id for item in items}]
    names = await cascade.names(unit, without)
    return SuperiorObjectives(items=items, missing=[names.get(person_id, person_id) for person_id in without])


async def alignment(unit: UnitOfWork, caller: Principal, case_id: str) -> AlignmentView:
    """Who supports which objective of a case's plan, as far as the caller may read the cases below it.

    Raises:
        NotFound: no such case, or not the caller's to see.
    """
    case, plan, _ = await case_to_read(unit, caller, case_id)
    name = (await cascade.names(unit, [case.person_id])).get(case.person_id, case.person_id)
    own = cascade.planned(case.case_id, case.person_id, name, plan.objectives) if plan else []
    rows: list[Any] = await cascade.readable_below(unit, caller, case, MOST_BELOW + 1)
    below = [objective for row in rows[:MOST_BELOW] for objective in cascade.planned(row[0], row[1], row[2], row[3] or [])]
    tree = rules.alignment(own, below)
    return AlignmentView(
        case_id=case_id,
        person_name=name,
        objectives=[_node(node) for node in tree.objectives],
        unsupported=[_objective(objective) for objective in tree.unsupported],
        unaligned=[_objective(objective) for objective in tree.unaligned],
        without_plan=[row[2] for row in rows[:MOST_BELOW] if not row[3]],
        cut=len(rows) > MOST_BELOW,
    )


def _node(node: Node) -> AlignedObjective:
    shown = _objective(node.objective)
    shown.supported_by = [_node(child) for child in node.supported_by]
    return shown


def _objective(objective: PlannedObjective) -> AlignedObjective:
    return AlignedObjective(
        supports_id=objective.key,
        case_id=objective.case_id,
        person_id=objective.person_id,
        person_name=objective.person_name,
        title=objective.title,
        weight=objective.weight,
        supports=objective.supports,
    )
