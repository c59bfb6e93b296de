"""What happens to civil servants in the year: words, checks and effects of each event (PermenPANRB 6/2022: an officer who
moves is appraised in parts of the year; PP 30/2019: appraisal ends with the service)."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from services.appraisal.domain.words import InputError

LONGEST_LEAVE = timedelta(days=3 * 366)
FARTHEST = timedelta(days=366)
"""How far back or ahead of today an event may be recorded."""


class ServiceStatus(StrEnum):
    """Whether somebody is in service, or how the service ended (or is known to end)."""

    IN_SERVICE = "in_service"
    RETIRED = "retired"
    DECEASED = "deceased"
    CONTRACT_ENDED = "contract_ended"
    ENDED_SERVICE = "ended_service"


class LifeEventKind(StrEnum):
    """The events, each one command of HR."""

    TRANSFER = "transfer"
    HAND_OVER = "hand_over"
    LEAVE = "leave"
    RETURN = "return"
    END_OF_SERVICE = "end_of_service"
    REORGANISATION = "reorganisation"


class EffectKind(StrEnum):
    """What an event does, or would do."""

    CASE_MOVES = "case_moves"
    CASE_PAUSES = "case_pauses"
    CASE_RESUMES = "case_resumes"
    CASE_ENDS = "case_ends"
    SUPERVISOR_CHANGES = "supervisor_changes"
    PEOPLE_WITHOUT_SUCCESSOR = "people_without_successor"
    PERSON_MOVES = "person_moves"
    HEAD_CHANGES = "head_changes"
    HEAD_VACANT = "head_vacant"
    UNIT_OPENS = "unit_opens"
    UNIT_CHANGES = "unit_changes"
    UNIT_CLOSES = "unit_closes"


@dataclass(frozen=True)
class Effect:
    """One thing that changes. ``subject_id`` is a case, person or unit; ``to_id`` who or what takes its place."""

    kind: EffectKind
    subject_id: str
    to_id: str | None = None
    on: date | None = None


def leave_errors(starts_on: date, ends_on: date, today: date) -> list[InputError]:
    """Why a leave cannot be recorded: it is over, runs backwards, or is too long or too far away."""
    errors: list[InputError] = []
    if ends_on < starts_on:
        errors.append(InputError("ends_on", "is before the first day", "give the last day of the leave"))
    elif ends_on < today:
        errors.append(InputError("ends_on", f"is past ({ends_on.isoformat()})", "a leave that is over pauses nothing any more"))
    elif ends_on - starts_on > LONGEST_LEAVE:
        errors.append(InputError("ends_on", "is more than three years after the first day", "record the end of service instead"))
    if abs(starts_on - today) > FARTHEST:
        errors.append(InputError("starts_on", "is more than a year away", "record the leave in the year it begins in"))
    return errors


def end_errors(kind: ServiceStatus, on: date, starts_on: date | None, today: date, *, successor: bool) -> list[InputError]:
    """Why an end of service cannot be recorded."""
    errors: list[InputError] = []
    if abs(on - today) > FARTHEST:
        errors.append(InputError("on", "is more than a year away", "record it within a year of the day"))
    elif kind is ServiceStatus.DECEASED and on > today:
        errors.append(InputError("on", "is in the future", "give the day of death"))
    elif starts_on is not None and on < starts_on:
        errors.append(InputError("on", "is before the service began", f"give a day from {starts_on.isoformat()} on"))
    if successor and on > today:
        errors.append(InputError("successor_id", "the service goes on until then", "hand the people over when the day has come"))
    return errors


def spread_errors(everybody: set[str], targets: dict[str, tuple[str, ...]], rest_to: str | None) -> list[InputError]:
    """Why the people of merged or split units cannot be spread over the new ones: somebody strange, twice or left out."""
    errors: list[InputError] = []
    placed: set[str] = set()
    for number, (unit_id, people) in enumerate(targets.items()):
        for place, person_id in enumerate(people):
            if person_id not in everybody:
                errors.append(InputError(f"to[{number}].person_ids[{place}]", "works in none of the old units", "leave this person out"))
            elif person_id in placed:
                errors.append(InputError(f"to[{number}].person_ids[{place}]", "was given a unit already", f"name them once ({unit_id})"))
            placed.add(person_id)
    if rest_to is not None and rest_to not in targets:
        errors.append(InputError("rest_to", f"{rest_to} is not one of the new units", "name one of them"))
    left = everybody - placed
    if left and rest_to is None and len(targets) > 1:
        errors.append(InputError("rest_to", f"{len(left)} people have no new unit", "name the unit for everybody else"))
    return errors


def successors(placed: Iterable[tuple[str, str]], closing: Collection[str], opened: Collection[str], heir: str) -> set[tuple[str, str]]:
    """Which units carry on which: (old, new) from the old and new unit of each person.

    A unit that closes is carried on by every unit its people went to, by ``heir`` where it had nobody; one that goes on,
    only by units that were opened from it. So a few people who join an old unit do not make it another's successor.
    """
    found = {(old, new) for old, new in placed if old != new and (old in closing or new in opened)}
    return found | {(old, heir) for old in set(closing) - {old for old, _ in found}}
