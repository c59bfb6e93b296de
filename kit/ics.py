"""Calendar files (iCalendar, RFC 5545) for meetings, and the method by which a calendar takes them (iTIP, RFC 5546)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from icalendar import Alarm, Calendar, Event, vCalAddress, vText

from kit.clock import CITY_ZONE

PRODUCT = "-//Siklus//Siklus//ID"
REMINDERS = (timedelta(days=1), timedelta(hours=1))
"""How long before a meeting the calendars of those invited remind them."""
Method = Literal["REQUEST", "CANCEL", "PUBLISH"]


@dataclass(frozen=True)
class Party:
    """Somebody in a meeting: an address as a URI (``mailto:…``) and a name to show."""

    address: str
    name: str


@dataclass(frozen=True)
class Entry:
    """A meeting as a calendar sees it. ``uid`` stays for the meeting's life, ``sequence`` rises with every change."""

    uid: str
    sequence: int
    method: Method
    starts_at: datetime
    ends_at: datetime
    summary: str
    place: str
    organiser: Party
    attendees: tuple[Party, ...]
    stamped_at: datetime
    description: str = ""
    url: str = ""
    cancelled: bool = False


def as_bytes(entry: Entry) -> bytes:
    """The entry as a file: times in the city's zone with its VTIMEZONE, the same bytes for the same entry."""
    calendar = Calendar()
    calendar.add("prodid", PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("method", entry.method)
    event = Event()
    event.add("uid", entry.uid)
    event.add("sequence", entry.sequence)
    event.add("dtstamp", entry.stamped_at)
    event.add("dtstart", entry.starts_at.astimezone(CITY_ZONE))
    event.add("dtend", entry.ends_at.astimezone(CITY_ZONE))
    event.add("summary", entry.summary)
    event.add("location", entry.place)
    if entry.description:
        event.add("description", entry.description)
    if entry.url:
        event.add("url", entry.url)
    event.add("status", "CANCELLED" if entry.cancelled or entry.method == "CANCEL" else "CONFIRMED")
    event.add("organizer", _address(entry.organiser))
    for party in entry.attendees:
        attendee = _address(party)
        attendee.params["ROLE"] = vText("REQ-PARTICIPANT")
        attendee.params["PARTSTAT"] = vText("NEEDS-ACTION")
        attendee.params["RSVP"] = vText("FALSE")
        event.add("attendee", attendee, encode=False)
    for before in () if entry.cancelled or entry.method == "CANCEL" else REMINDERS:
        event.add_component(_alarm(entry, before))
    calendar.add_component(event)
    calendar.add_missing_timezones()
    content: bytes = calendar.to_ical()
    return content


def _alarm(entry: Entry, before: timedelta) -> Alarm:
    alarm = Alarm()
    alarm.add("action", "DISPLAY")
    alarm.add("description", entry.summary)
    alarm.add("trigger", -before)
    return alarm


def _address(party: Party) -> vCalAddress:
    address = vCalAddress(party.address)
    address.params["CN"] = vText(party.name)
    return address
