"""How a person wants to hear of things."""

from __future__ import annotations

from kit.auth import Principal
from kit.problems import NotFound
from kit.unit import UnitOfWork
from services.notification.repository import people
from services.notification.schemas import Preferences


async def read(unit: UnitOfWork, caller: Principal) -> Preferences:
    """What holds for the caller now; for somebody not in the personnel data, what holds without a choice."""
    reader = (await people.readers(unit, [caller.person_id])).get(caller.person_id)
    return Preferences(language="id", email=True) if reader is None else Preferences(language=reader.language, email=reader.wants_email)


async def change(unit: UnitOfWork, caller: Principal, wanted: Preferences) -> Preferences:
    """The caller's choice, for every message made from now on; e-mails that still wait are not sent once they are turned off.

    Raises:
        NotFound: the caller is not in the personnel data, so nobody is told anything.
    """
    if await people.known(unit, caller.person_id) is None:
        raise NotFound("You are not in the personnel data (yet), so there is nothing to set. Ask HR (BKPSDM) to add you.")
    await people.put_preference(unit, caller.person_id, wanted.language, wanted.email, unit.now)
    unit.record(f"person:{caller.person_id}", "preferences_changed", language=wanted.language, email=wanted.email)
    return wanted
