"""Delivery that can be trusted: what bounced, who is on the suppression list, and what is sent again."""

from __future__ import annotations

from uuid import UUID

from kit.auth import Principal
from kit.problems import Conflict, NotFound
from kit.unit import UnitOfWork
from services.notification.domain.bounce import read_report
from services.notification.domain.delivery import State
from services.notification.domain.rules import Channel
from services.notification.repository import messages, trust
from services.notification.schemas_trust import BounceReport, SentAgain, Suppressions, SuppressionView

AGAIN_AT_ONCE = 1000
LISTED = 500
MAY_BE_SENT_AGAIN = frozenset({State.DELIVERED, State.FAILED, State.SUPPRESSED})


async def take_report(unit: UnitOfWork, caller: Principal, content: bytes) -> BounceReport:
    """What a mail server reports: the e-mail did not arrive, and an address that is none goes onto the suppression list.

    Only reports about an e-mail of ours to that very address count: anybody can write to the sender's mailbox.
    """
    caller.need("service", "ops")
    bounces = read_report(content)
    counted = suppressed = 0
    for bounce in bounces:
        sent = await trust.mailed_to(unit, bounce.message_id) if bounce.message_id is not None else None
        if bounce.message_id is None or sent is None or sent[1].lower() != bounce.address:
            continue
        counted += 1
        await trust.bounced(unit, bounce.message_id, f"bounced: {bounce.detail}")
        if bounce.permanent and await trust.suppress(unit, bounce.address, bounce.detail):
            suppressed += 1
            unit.record(f"person:{sent[0]}", "address_suppressed", reason=bounce.detail)
    return BounceReport(bounces=counted, suppressed=suppressed)


async def suppressions(unit: UnitOfWork, caller: Principal) -> Suppressions:
    """The suppression list."""
    caller.need("hr", "ops")
    return Suppressions(
        items=[
            SuppressionView(
                address=row.address,
                reason=row.reason,
                since=row.since,
                person_id=person.person_id if person else None,
                name=person.name if person else None,
            )
            for row, person in await trust.suppressions(unit, LISTED)
        ]
    )


async def lift(unit: UnitOfWork, caller: Principal, address: str, reason: str) -> None:
    """Send e-mails to an address again.

    Raises:
        NotFound: it is not on the list.
    """
    caller.need("hr", "ops")
    if not await trust.lift(unit, address):
        raise NotFound("This address is not on the suppression list.")
    unit.record("suppression", "suppression_lifted", reason=reason)


async def resend(unit: UnitOfWork, caller: Principal, message_id: UUID, reason: str, *, dry_run: bool = False) -> None:
    """Send one message again, as a new one where the first may have arrived.

    Raises:
        NotFound: there is no such message.
        Conflict: it has not gone out yet, or needs no sending.
    """
    caller.need("hr", "ops")
    row = await messages.readable(unit, caller, message_id)
    if row is None:
        raise NotFound(f"There is no message {message_id}.")
    if row.channel == Channel.INBOX:
        raise Conflict("It lies in the person's inbox; there is nothing to send.")
    if row.state not in MAY_BE_SENT_AGAIN:
        raise Conflict(f"The message is {row.state}: it has not gone out by itself. {row.reason}".strip())
    if dry_run:
        return
    await trust.send_again(unit, message_id, f"sent again: {reason}", anew=row.state == State.DELIVERED)
    await messages.wake(unit, [], {row.channel})
    unit.record(f"person:{row.person_id}", "message_resent", message_id=str(message_id), channel=row.channel, reason=reason)


async def send_failed_again(unit: UnitOfWork, caller: Principal, channel: Channel, reason: str) -> SentAgain:
    """Send again what a channel gave up on, the oldest first, at most a thousand at once."""
    caller.need("hr", "ops")
    sent = await trust.send_failed_again(unit, channel, f"sent again: {reason}", AGAIN_AT_ONCE)
    if sent:
        await messages.wake(unit, [], {channel.value})
    unit.record("operations", "failed_messages_resent", channel=channel.value, messages=len(sent), reason=reason)
    return SentAgain(messages=len(sent))
