"""Where a link stands, and that it was used. Only the portal asks: it carries the deed out for the person."""

from __future__ import annotations

from kit.auth import Principal
from kit.problems import Conflict, NotFound
from kit.unit import UnitOfWork
from services.notification.domain.actions import Claim, LinkState, link_state
from services.notification.links import BadLink, Links
from services.notification.repository import people, trust, work
from services.notification.schemas_trust import LinkView


async def read(unit: UnitOfWork, caller: Principal, links: Links, token: str) -> LinkView:
    """What a link is for and where it stands; looking changes nothing, however often.

    Raises:
        NotFound: forged or altered, or its person left the personnel data.
    """
    caller.need("service")
    return await _view(unit, _claim(links, token))


async def use(unit: UnitOfWork, caller: Principal, links: Links, token: str) -> LinkView:
    """The link did what it was for. A repeat says so again and changes nothing.

    Raises:
        NotFound: as ``read``.
        Conflict: it has expired.
    """
    caller.need("service")
    claim = _claim(links, token)
    view = await _view(unit, claim)
    if view.state is LinkState.EXPIRED:
        raise Conflict("This link has expired.")
    await trust.use_link(unit, claim.identity, claim.person_id, unit.now)
    if view.state is not LinkState.USED:
        unit.record(claim.case_id, "acted_from_message", purpose=claim.purpose, person_id=claim.person_id)
    return view.model_copy(update={"state": LinkState.USED})


def _claim(links: Links, token: str) -> Claim:
    try:
        return links.read_act(token)
    except BadLink:
        raise NotFound("This link is not one of ours, or it was altered on its way.") from None


async def _view(unit: UnitOfWork, claim: Claim) -> LinkView:
    reader = (await people.readers(unit, [claim.person_id])).get(claim.person_id)
    if reader is None or not reader.active:
        raise NotFound("The person this link was for is not in the personnel data any more.")
    task = (await work.tasks(unit, [claim.task_id])).get(claim.task_id)
    state = link_state(claim, task, used=await trust.was_used(unit, claim.identity), now=unit.now)
    employee_id = (await work.employees_of_cases(unit, [claim.case_id])).get(claim.case_id, "")
    employee = (await people.readers(unit, [employee_id])).get(employee_id) if employee_id else None
    return LinkView(
        state=state,
        purpose=claim.purpose,
        identity=claim.identity,
        case_id=claim.case_id,
        task_id=claim.task_id,
        person_id=claim.person_id,
        name=reader.name,
        language=reader.language,
        employee_name=employee.name if employee else "",
        due_at=task.due_at if task else None,
        expires_at=claim.expires_at,
    )
