"""The employee's own report of the year: what was reached of each target, and a summary."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from services.appraisal.domain.plan import LARGEST_NUMBER, Plan
from services.appraisal.domain.words import InputError


@dataclass(frozen=True)
class Realisation:
    """What was reached of an indicator's target, in the indicator's unit; None is not yet reported, which is not zero."""

    indicator_id: str
    value: float | None
    note: str = ""


def check_draft(realisations: Sequence[Realisation], plan: Plan | None) -> list[InputError]:
    """What not even a draft may hold: values of indicators that are not in the plan, two values of one."""
    known = {indicator.indicator_id for _, indicator in plan.indicators()} if plan else set()
    seen: set[str] = set()
    errors = []
    for i, realisation in enumerate(realisations):
        path = f"realisations[{i}]"
        name = realisation.indicator_id
        if name not in known:
            errors.append(InputError(f"{path}.indicator_id", f"the plan has no indicator {name}", "use an indicator_id of the plan"))
        elif name in seen:
            errors.append(InputError(f"{path}.indicator_id", f"{name} is reported twice", "keep one of the two rows"))
        seen.add(name)
        value = realisation.value
        if value is not None and not (math.isfinite(value) and abs(value) <= LARGEST_NUMBER):
            errors.append(InputError(f"{path}.value", "this is not a number one can reach", "give the value that was reached"))
    return errors


def check_complete(realisations: Sequence[Realisation], summary: str, plan: Plan | None) -> list[InputError]:
    """All that keeps a self-assessment from being submitted: every indicator of the plan needs its realisation.

    A value that is missing is asked for, never taken as zero.
    """
    errors = check_draft(realisations, plan)
    reported = {realisation.indicator_id: (i, realisation) for i, realisation in enumerate(realisations)}
    for path, indicator in plan.indicators() if plan else ():
        place, found = reported.get(indicator.indicator_id, (None, None))
        if found is None:
            mend = "add a row for it; give 0 only if nothing was reached"
            text = f"the realisation of {indicator.indicator_id} ({path}) is missing"
            errors.append(InputError("realisations", text, mend))
        elif found.value is None:
            text = f"the realisation of {indicator.indicator_id} ({path}) has no value"
            errors.append(InputError(f"realisations[{place}].value", text, "give the value; 0 only if nothing was reached"))
    if not summary.strip():
        errors.append(InputError("summary", "the summary is empty", "say in a few sentences how the year went"))
    return errors
