"""A first message to an address, sent at once, so that its owner sees whether it works."""

from __future__ import annotations

from uuid import UUID, uuid4

from kit.auth import Principal
from kit.problems import NotFound
from kit.settings import Settings
from kit.unit import UnitOfWork
from services.notification import rendering
from services.notification.channels.base import ChannelAway, Parcel
from services.notification.channels.ways import WAYS
from services.notification.domain.delivery import Outcome
from services.notification.domain.rules import Channel, Urgency
from services.notification.repository import destinations, people
from services.notification.schemas_trust import Trial
from services.notification.service.preferences import NOBODY


async def try_out(unit: UnitOfWork, caller: Principal, destination_id: UUID, settings: Settings) -> Trial:
    """Tell the caller something at one of their addresses now; what comes of it is answered, not repeated.

    Raises:
        NotFound: the caller has no such address.
    """
    row = await destinations.own(unit, caller.person_id, destination_id)
    if row is None:
        raise NotFound("You have no such address.")
    reader = (await people.readers(unit, {caller.person_id})).get(caller.person_id)
    if reader is None:
        raise NotFound(NOBODY)
    parcel = Parcel(
        message_id=uuid4(),
        resend=0,
        person_id=caller.person_id,
        name=reader.name,
        address="",
        language=reader.language,
        kind="trial",
        urgency=Urgency.NORMAL,
        title=rendering.words.text(reader.language, "trial.title"),
        body=rendering.words.text(reader.language, "trial.body"),
        link=f"{settings.portal_url}/preferences/places",
        thread="trial",
        created_at=unit.now,
        destinations=(row,),
    )
    way = WAYS[Channel(row.channel)](settings)
    try:
        attempt = await way.deliver(parcel)
    except ChannelAway as error:
        return Trial(taken=False, detail=str(error))
    finally:
        await way.close()
    unit.record(f"person:{caller.person_id}", "destination_tried", destination_id=str(destination_id), outcome=attempt.outcome.value)
    if attempt.gone:
        await destinations.forget(unit, attempt.gone, unit.now, attempt.detail)
    return Trial(taken=attempt.outcome is Outcome.ACCEPTED, detail=attempt.detail)
