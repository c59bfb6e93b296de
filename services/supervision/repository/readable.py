"""Who may read a case: the one condition that every list and look-up of cases and their tasks carries.

Conditions are built once, with the reader as a parameter, because building them anew costs more than running them.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from sqlalchemy import Text, and_, bindparam, cast, exists, or_, text
from sqlalchemy.dialects.postgresql import ARRAY, array
from sqlalchemy.orm import aliased
from sqlmodel import col

from kit.auth import Principal
from services.supervision.models import Case, Task

_READER: Any = bindparam("reader", type_=Text)
_HELD: Any = aliased(Task)
_EVERYTHING: Any = text("true")
_HOLDS_TASK = exists().where(_HELD.case_id == Case.case_id, _HELD.assignee_id == _READER, _HELD.status == "open")
_BELOW_READER: Any = col(Case.line).contains(cast(array([_READER]), ARRAY(Text)))
_OWN = or_(col(Case.employee_id) == _READER, _BELOW_READER, col(Case.evaluator_id) == _READER, _HOLDS_TASK)


def below_any(leaders: Collection[str], caller: Principal) -> Any:
    """Cases of those below one of the leaders. In the own case nobody acts for others, so it is not among them."""
    line: Any = Case.line
    return and_(line.overlap(list(leaders)), col(Case.employee_id) != caller.person_id)


def reads_all(caller: Principal) -> bool:
    """HR, leadership, ops and the system's own processes read every case."""
    return caller.has("hr", "leadership", "ops", "service")


def condition(*, everything: bool) -> Any:
    """Which cases a person may read: their own, those of everybody below them, those given to them to evaluate or to
    act on; or everything. Run it with ``reader(caller)`` among the parameters."""
    return _EVERYTHING if everything else _OWN


def reader(caller: Principal, **more: Any) -> dict[str, Any]:
    """The parameters of a statement with ``condition``."""
    return {"reader": caller.person_id, **more}
