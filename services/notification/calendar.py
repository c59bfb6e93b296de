"""Invitations in e-mails: a meeting as an entry that the reader's calendar takes, moves and removes by its UID and sequence."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime
from email.utils import parseaddr
from typing import Any
from uuid import UUID

from contracts.envelope import Envelope, EventData
from contracts.meetings import MeetingCancelled, MeetingChanged, MeetingScheduled
from kit import ics
from kit.settings import Settings
from kit.unit import UnitOfWork
from services.notification.channels.base import Invitation, Parcel
from services.notification.channels.email import ATTACHMENTS, Attachment
from services.notification.rendering import words
from services.notification.repository import meetings, people, work
from services.notification.repository.people import Reader


async def keep(unit: UnitOfWork, heard: Sequence[tuple[EventData, Envelope]]) -> None:
    """Remember what a batch said of meetings, for the e-mails about it."""
    entries = [
        {"event_id": envelope.id, "entry": {**data.model_dump(mode="json"), "cancelled": isinstance(data, MeetingCancelled)}}
        for data, envelope in heard
        if isinstance(data, (MeetingScheduled, MeetingChanged, MeetingCancelled))
    ]
    if entries:
        await meetings.put_entries(unit, entries)


async def invitations(unit: UnitOfWork, rows: Sequence[Any], settings: Settings) -> dict[UUID, list[Invitation]]:
    """The meetings claimed e-mails are about, by message; of a meeting that one message tells of twice, the newest word."""
    told = await meetings.entries_of(unit, [row.message_id for row in rows]) if rows else []
    if not told:
        return {}
    case_ids = sorted({item.entry["case_id"] for item in told if item.entry["case_id"]})
    employees = await work.employees_of_cases(unit, case_ids) if case_ids else {}
    known = await people.readers(unit, {*employees.values(), *(item.entry["organiser_id"] for item in told)})
    claimed = {row.message_id: row for row in rows}
    found: dict[UUID, dict[str, Invitation]] = defaultdict(dict)
    for item in told:
        employee_id = employees.get(item.entry["case_id"])
        employee = known[employee_id].name if employee_id else ""
        organiser = known[item.entry["organiser_id"]]
        invitation = _invitation(claimed[item.message_id], item.entry, settings.portal_url + item.link, organiser, employee, settings)
        found[item.message_id][item.entry["uid"]] = invitation
    return {message_id: list(by_uid.values()) for message_id, by_uid in found.items()}


def _invitation(row: Any, told: Mapping[str, Any], url: str, organiser: Reader, employee: str, settings: Settings) -> Invitation:
    """The meeting for its reader alone: others' addresses are not passed around."""
    method: ics.Method = "CANCEL" if told["cancelled"] else "REQUEST"
    entry = ics.Entry(
        uid=told["uid"],
        sequence=told["sequence"],
        method=method,
        starts_at=datetime.fromisoformat(told["starts_at"]),
        ends_at=datetime.fromisoformat(told["ends_at"]),
        summary=words.text(row.language, f"calendar.{told['kind']}", employee=employee),
        place=told["place"],
        organiser=ics.Party(f"mailto:{organiser.email or parseaddr(settings.mail_from)[1]}", organiser.name),
        attendees=(ics.Party(f"mailto:{row.email}", row.name),),
        stamped_at=row.created_at,
        url=url,
    )
    return Invitation(method, ics.as_bytes(entry))


def files_of(parcel: Parcel) -> list[Attachment]:
    """The meetings of an e-mail as files beside its words."""
    return [
        Attachment(f"siklus-{number}.ics", f"text/calendar; method={invitation.method}; charset=utf-8", invitation.content)
        for number, invitation in enumerate(parcel.invitations, start=1)
    ]


ATTACHMENTS.append(files_of)
