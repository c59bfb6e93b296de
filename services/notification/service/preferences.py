"""How a person wants to hear of things."""

from __future__ import annotations

from kit.auth import Principal
from kit.problems import FieldError, InvalidInput, NotFound
from kit.unit import UnitOfWork
from services.notification.links import BadLink, Links
from services.notification.models import Preference
from services.notification.repository import people
from services.notification.schemas import Mute, Mutes, Preferences
from services.notification.schemas_trust import Unsubscriber

NOBODY = "You are not in the personnel data (yet), so there is nothing to set. Ask HR (BKPSDM) to add you."


async def read(unit: UnitOfWork, caller: Principal) -> Preferences:
    """What holds for the caller now; for somebody not in the personnel data, what holds without a choice."""
    return await _of(unit, caller.person_id)


async def _of(unit: UnitOfWork, person_id: str) -> Preferences:
    chosen = await unit.session.get(Preference, person_id)
    if chosen is not None:
        return Preferences.model_validate(chosen.model_dump(exclude={"person_id", "changed_at"}))
    reader = (await people.readers(unit, [person_id])).get(person_id)
    return Preferences(language="id" if reader is None else reader.language, email=True)


async def change(unit: UnitOfWork, caller: Principal, wanted: Preferences) -> Preferences:
    """The caller's choice, for every message made from now on; e-mails that still wait are not sent once they are turned off.

    Raises:
        NotFound: the caller is not in the personnel data, so nobody is told anything.
        InvalidInput: quiet hours have only one end.
    """
    if bool(wanted.quiet_from) != bool(wanted.quiet_to):
        raise InvalidInput(
            "Quiet hours need a beginning and an end.",
            [FieldError("quiet_to" if wanted.quiet_from else "quiet_from", "is missing", "give both, or leave both empty")],
        )
    await _store(unit, caller.person_id, wanted)
    return wanted


async def _store(unit: UnitOfWork, person_id: str, wanted: Preferences) -> None:
    if await people.known(unit, person_id) is None:
        raise NotFound(NOBODY)
    values = wanted.model_dump(mode="json")
    await people.put_preference(unit, person_id, unit.now, values)
    unit.record(f"person:{person_id}", "preferences_changed", **values)


async def subscriber(unit: UnitOfWork, links: Links, token: str) -> Unsubscriber:
    """Whose e-mails a link turns off; looking changes nothing.

    Raises:
        NotFound: the link is forged or altered, or its person is unknown.
    """
    try:
        person_id = links.read_unsubscribe(token)
    except BadLink:
        raise NotFound("This link is not one of ours, or it was altered on its way.") from None
    reader = (await people.readers(unit, [person_id])).get(person_id)
    if reader is None:
        raise NotFound(NOBODY)
    return Unsubscriber(person_id=person_id, name=reader.name, language=reader.language, email=reader.wants_email)


async def unsubscribe(unit: UnitOfWork, links: Links, token: str) -> Unsubscriber:
    """Turn the person's e-mails off; a repeat changes nothing. Everything still comes to the inbox.

    Raises:
        NotFound: as ``subscriber``.
    """
    found = await subscriber(unit, links, token)
    if found.email:
        now = await _of(unit, found.person_id)
        await _store(unit, found.person_id, now.model_copy(update={"email": False, "language": found.language}))
    return found.model_copy(update={"email": False})


async def mutes(unit: UnitOfWork, caller: Principal) -> Mutes:
    """What the caller muted."""
    return Mutes(
        items=[Mute.model_validate(row.model_dump(include={"what", "value"})) for row in await people.mutes_of(unit, caller.person_id)]
    )


async def mute(unit: UnitOfWork, caller: Principal, wanted: Mute) -> Mutes:
    """Not tell the caller of this beside the inbox from now on.

    Raises:
        NotFound: the caller is not in the personnel data.
    """
    if await people.known(unit, caller.person_id) is None:
        raise NotFound(NOBODY)
    await people.mute(unit, caller.person_id, wanted.what, wanted.value, unit.now)
    unit.record(f"person:{caller.person_id}", "muted", what=wanted.what, value=wanted.value)
    return await mutes(unit, caller)


async def unmute(unit: UnitOfWork, caller: Principal, wanted: Mute) -> Mutes:
    """Tell the caller of this again."""
    await people.unmute(unit, caller.person_id, wanted.what, wanted.value)
    unit.record(f"person:{caller.person_id}", "unmuted", what=wanted.what, value=wanted.value)
    return await mutes(unit, caller)
