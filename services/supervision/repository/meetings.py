"""Queries about meetings and proposed times."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import and_, or_, text
from sqlmodel import col, select

from kit.auth import Principal
from kit.unit import UnitOfWork
from services.supervision.models import Case, Meeting, MeetingAttendee, Person, SessionNoShow, SessionProposal

BELOW = text(
    """
    WITH RECURSIVE down AS (
        SELECT person_id, 1 AS place FROM person WHERE supervisor_id = ANY(CAST(:leader_ids AS text[]))
        UNION ALL
        SELECT person.person_id, down.place + 1 FROM down JOIN person ON person.supervisor_id = down.person_id WHERE down.place < 30
    ) CYCLE person_id SET repeated USING path
    SELECT DISTINCT person_id FROM down WHERE person_id = ANY(CAST(:person_ids AS text[])) AND NOT repeated
    """
)


async def below(unit: UnitOfWork, leader_ids: Collection[str], person_ids: Sequence[str]) -> set[str]:
    """Which of these people report to one of the leaders, directly or through others."""
    return set((await unit.session.execute(BELOW, {"leader_ids": list(leader_ids), "person_ids": list(person_ids)})).scalars())


async def readable(unit: UnitOfWork, caller: Principal, meeting_id: str, *, lock: bool = False) -> Meeting | None:
    """A meeting the caller organises or is invited to; ``lock`` holds it for a write."""
    statement = select(Meeting).where(Meeting.meeting_id == meeting_id, _mine(caller))
    return (await unit.session.exec(statement.with_for_update(of=Meeting) if lock else statement)).one_or_none()


def _mine(caller: Principal) -> Any:
    invited = select(MeetingAttendee.meeting_id).where(MeetingAttendee.person_id == caller.person_id)
    return or_(col(Meeting.organiser_id) == caller.person_id, col(Meeting.meeting_id).in_(invited))


async def mine(unit: UnitOfWork, caller: Principal, limit: int) -> list[Meeting]:
    """The caller's meetings, the latest first."""
    statement = select(Meeting).where(_mine(caller)).order_by(col(Meeting.starts_at).desc(), col(Meeting.meeting_id)).limit(limit)
    return list((await unit.session.exec(statement)).all())


async def of_case(unit: UnitOfWork, case_id: str, *, lock: bool = False) -> Meeting | None:
    """The feedback session's meeting: the one that stands (agreed or missed), else the newest; ``lock`` holds it for a write."""
    statement = select(Meeting).where(Meeting.case_id == case_id)
    stands = col(Meeting.status).in_(("agreed", "missed"))
    statement = statement.order_by(stands.desc(), col(Meeting.created_at).desc()).limit(1)
    return (await unit.session.exec(statement.with_for_update(of=Meeting) if lock else statement)).first()


async def attendees(unit: UnitOfWork, meeting_ids: Sequence[str]) -> dict[str, list[tuple[MeetingAttendee, str]]]:
    """Who is invited to each meeting, with their names, by name."""
    found: dict[str, list[tuple[MeetingAttendee, str]]] = {meeting_id: [] for meeting_id in meeting_ids}
    statement = (
        select(MeetingAttendee, Person.name)
        .join(Person, col(Person.person_id) == MeetingAttendee.person_id)
        .where(col(MeetingAttendee.meeting_id).in_(meeting_ids))
        .order_by(col(Person.name), col(Person.person_id))
    )
    for attendee, name in (await unit.session.exec(statement)).all():
        found[attendee.meeting_id].append((attendee, name))
    return found


async def names(unit: UnitOfWork, person_ids: Sequence[str]) -> dict[str, str]:
    """Names by id; somebody unknown is shown by the id."""
    statement = select(Person.person_id, Person.name).where(col(Person.person_id).in_(person_ids))
    return {**{person_id: person_id for person_id in person_ids}, **dict((await unit.session.exec(statement)).all())}


async def open_proposal(unit: UnitOfWork, case_id: str) -> SessionProposal | None:
    statement = select(SessionProposal).where(SessionProposal.case_id == case_id, SessionProposal.status == "open")
    return (await unit.session.exec(statement)).one_or_none()


async def newest_proposal(unit: UnitOfWork, case_id: str) -> SessionProposal | None:
    statement = select(SessionProposal).where(SessionProposal.case_id == case_id).order_by(col(SessionProposal.proposed_at).desc())
    return (await unit.session.exec(statement.limit(1))).first()


async def no_shows(unit: UnitOfWork, case_id: str) -> list[SessionNoShow]:
    statement = select(SessionNoShow).where(SessionNoShow.case_id == case_id).order_by(col(SessionNoShow.recorded_at))
    return list((await unit.session.exec(statement)).all())


async def to_remind(unit: UnitOfWork, now: datetime, until: datetime, limit: int) -> list[Meeting]:
    """Agreed meetings that begin between the two instants and whose time nobody was reminded of, but those of a case that is
    closed or paused; held, those others hold left out."""
    goes_on = or_(col(Meeting.case_id).is_(None), and_(col(Case.status) == "open", col(Case.paused).is_(False)))
    statement = (
        select(Meeting)
        .outerjoin(Case, col(Case.case_id) == Meeting.case_id)
        .where(goes_on)
        .where(Meeting.status == "agreed", Meeting.starts_at > now, Meeting.starts_at <= until)
        .where(col(Meeting.reminded_of).is_distinct_from(col(Meeting.starts_at)))
        .order_by(col(Meeting.starts_at), col(Meeting.meeting_id))
        .limit(limit)
        .with_for_update(of=Meeting, skip_locked=True)
    )
    return list((await unit.session.exec(statement)).all())
