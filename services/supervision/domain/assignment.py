"""Who acts in a step: the official in charge, else the next superior up, else the head of the unit. Never nobody."""

from __future__ import annotations

from collections.abc import Iterable, Sequence, Set
from dataclasses import dataclass

from services.supervision.domain.words import AttentionCause


@dataclass(frozen=True)
class Official:
    """Somebody who could act. Inactive people (moved away, on long leave, retired) are passed over."""

    person_id: str
    active: bool = True
    stand_in: str | None = None
    """Who acts for them today: their delegate, or the acting official (Plt., Plh.) of the vacant post."""

    def acting(self, barred: Iterable[str]) -> str | None:
        """Who acts in this office, or None. A barred official's office is barred with whoever stands in; a barred
        stand-in leaves the task to the official."""
        refused = set(barred)
        if self.person_id in refused:
            return None
        if self.stand_in is not None and self.stand_in not in refused:
            return self.stand_in
        return self.person_id if self.active else None


@dataclass(frozen=True)
class Assignment:
    """Who acts; ``attention`` says why ops must know, when it is not whom the regulation names. ``on_behalf_of`` is the
    official somebody stands in for."""

    person_id: str
    attention: AttentionCause | None = None
    on_behalf_of: str | None = None


class NobodyCanActError(LookupError):
    """Not even HR has anybody: the step has to wait, it is not skipped."""


def supervisor_step(
    employee_id: str, line: Sequence[Official], heads: Sequence[Official] = (), last_resort: Sequence[Official] = ()
) -> Assignment:
    """Who acts for the direct supervisor (PermenPANRB 6/2022: pejabat penilai kinerja).

    ``line`` goes from the direct supervisor upwards, ``heads`` from the head of the own unit upwards,
    ``last_resort`` are HR's people.

    Raises:
        NobodyCanActError: there is nobody at all.
    """
    return _first(line[:1], [*line[1:], *heads, *last_resort], {employee_id}, AttentionCause.NO_SUPERVISOR)


def superior_step(
    employee_id: str,
    assessor_id: str | None,
    above_assessor: Sequence[Official],
    heads: Sequence[Official] = (),
    last_resort: Sequence[Official] = (),
    *,
    also_barred: Set[str] = frozenset(),
) -> Assignment:
    """Who decides an objection: the assessor's superior (PP 30/2019 article 59), never the assessor, never the employee, nor
    whoever else is part of the matter.

    Raises:
        NobodyCanActError: there is nobody at all.
    """
    barred = {employee_id, *also_barred} | ({assessor_id} if assessor_id else set())
    return _first(above_assessor[:1], [*above_assessor[1:], *heads, *last_resort], barred, AttentionCause.NO_SUPERIOR)


def release_step(
    head: Official | None, above_head: Sequence[Official], owners: Iterable[str], last_resort: Sequence[Official] = ()
) -> Assignment:
    """Who releases a unit's results: its head; the head's superior where the only results are the head's own.

    Raises:
        NobodyCanActError: there is nobody at all.
    """
    employees = set(owners)
    if head is not None and employees == {head.person_id}:
        return _first(above_head[:1], [*above_head[1:], *last_resort], employees, AttentionCause.NO_SUPERIOR)
    barred = employees if len(employees) == 1 else set()
    return _first([head] if head else [], [*above_head, *last_resort], barred, AttentionCause.NO_SUPERIOR)


def next_superior(person_id: str, line: Sequence[Official], barred: Iterable[str] = ()) -> str | None:
    """The first active superior above a person in a line; the whole line is above somebody who is not in it."""
    ids = [official.person_id for official in line]
    above = line[ids.index(person_id) + 1 :] if person_id in ids else line
    refused = {person_id, *barred}
    return next((acting for official in above if (acting := official.acting(refused)) is not None), None)


def answers_for(heads: Sequence[Official]) -> Assignment | None:
    """Who answers for a unit: its head, whoever stands in for them, or the nearest head above who can; None where there is nobody."""
    try:
        return _first(heads[:1], heads[1:], set(), AttentionCause.NO_SUPERIOR)
    except NobodyCanActError:
        return None


def _first(proper: Sequence[Official], others: Iterable[Official], barred: set[str], cause: AttentionCause) -> Assignment:
    for official in proper:
        if (acting := official.acting(barred)) is not None:
            return Assignment(acting, None, official.person_id if acting != official.person_id else None)
    for official in others:
        if (acting := official.acting(barred)) is not None:
            return Assignment(acting, cause, official.person_id if acting != official.person_id else None)
    raise NobodyCanActError("no superior, head of unit or HR official can take the step; import one of them")
