"""The changes of one life event, gathered first and carried out together: people, units, running cases, and who is told."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Any

from contracts.appraisal import EmployeeMoved
from contracts.envelope import EventData
from kit.unit import UnitOfWork
from services.appraisal.domain.life import Effect, EffectKind, LifeEventKind
from services.appraisal.models import Case, LifeEvent, OrganisationUnit, Person
from services.appraisal.repository import life as rows
from services.appraisal.repository import people
from services.appraisal.schemas_life import EffectView, LifeBody, LifeOutcome
from services.appraisal.service import positions
from services.appraisal.service.lines import renew_lines
from services.appraisal.service.roster import person_changed, unit_changed


@dataclass
class Changes:
    """What is to change: fields by person, units as they will be, events about running cases."""

    people: dict[str, dict[str, Any]] = field(default_factory=dict)
    units: dict[str, dict[str, Any]] = field(default_factory=dict)
    successors: set[tuple[str, str]] = field(default_factory=set)
    """Units that carry on others: (old, new)."""
    opened: set[str] = field(default_factory=set)
    """Units that open, for the first time or again."""
    events: list[EventData] = field(default_factory=list)
    effects: list[Effect] = field(default_factory=list)

    def person(self, person: Person, **fields: Any) -> bool:
        """New values of a person's fields; False where they are so already."""
        new = {name: value for name, value in fields.items() if getattr(person, name) != value}
        if new:
            self.people[person.person_id] = {**self.people.get(person.person_id, {}), **new}
        return bool(new)

    def supervisor(self, person: Person, supervisor_id: str | None) -> None:
        if self.person(person, supervisor_id=supervisor_id):
            self.effects.append(Effect(EffectKind.SUPERVISOR_CHANGES, person.person_id, supervisor_id))

    def unit(self, unit: OrganisationUnit, **fields: Any) -> bool:
        """New values of a unit's fields; False where they are so already."""
        row = self.units.get(unit.unit_id, unit.model_dump())
        new = {**row, **fields}
        if new == unit.model_dump():
            return False
        self.units[unit.unit_id] = new
        return True

    def head(self, unit: OrganisationUnit, head_id: str | None) -> None:
        if self.unit(unit, head_id=head_id):
            kind = EffectKind.HEAD_CHANGES if head_id else EffectKind.HEAD_VACANT
            self.effects.append(Effect(kind, unit.unit_id, head_id))

    def case(self, case: Case, event: EventData, kind: EffectKind, to_id: str | None = None, on: date | None = None) -> None:
        self.events.append(event)
        self.effects.append(Effect(kind, case.case_id, to_id, on))


async def carry_out(
    unit: UnitOfWork, kind: LifeEventKind, subject_id: str, body: LifeBody, changes: Changes, changed: bool | None = None
) -> LifeOutcome:
    """Do what was gathered, or with ``dry_run`` only say it. What is so already is neither published nor recorded."""
    happened = bool(changes.people or changes.units or changes.events) if changed is None else changed
    if happened and not body.dry_run:
        await _write(unit, changes, body.reason)
        detail = body.model_dump(mode="json", exclude={"reason", "dry_run"}, exclude_none=True)
        effects = [_dumped(effect) for effect in changes.effects]
        unit.session.add(
            LifeEvent(
                kind=kind.value,
                subject_id=subject_id,
                detail=detail,
                effects=effects,
                reason=body.reason,
                recorded_by=unit.actor.id,
                recorded_at=unit.now,
            )
        )
        prefix = "unit" if kind is LifeEventKind.REORGANISATION else "person"
        unit.record(f"{prefix}:{subject_id}", f"life_{kind.value}", **detail, reason=body.reason)
    names = await rows.names_of(unit, _named(changes.effects))
    views = [
        EffectView(
            kind=effect.kind,
            subject_id=effect.subject_id,
            subject_name=names.get(effect.subject_id.rpartition(".")[2], ""),
            to_id=effect.to_id,
            to_name=names.get(effect.to_id or "", ""),
            on=effect.on,
        )
        for effect in changes.effects
    ]
    return LifeOutcome(kind=kind, dry_run=body.dry_run, changed=happened, effects=views)


async def _write(unit: UnitOfWork, changes: Changes, reason: str) -> None:
    # Units before the people who work in them, in the tables and for who listens.
    await people.put_units(unit, [row for row in changes.units.values() if row["active"]])
    for unit_id, row in changes.units.items():
        if not row["active"]:
            closing = await rows.unit_row(unit, unit_id)
            assert closing is not None, "only a unit that is there is closed"
            closing.active, closing.head_id, closing.parent_id = False, row["head_id"], row["parent_id"]
        unit.publish(unit_changed(row))
    await rows.put_successors(unit, changes.successors, changes.opened)
    new_lines: list[str] = []
    for person_id, fields in changes.people.items():
        person = await people.person(unit, person_id, lock=True)
        assert person is not None, "only people who are there are changed"
        before = person.model_dump()
        await positions.remember(unit, {person_id: before}, {person_id: {**before, **fields}})
        for name, value in fields.items():
            setattr(person, name, value)
        person.version += 1
        unit.publish(person_changed(person.model_dump()))
        if fields.keys() & {"supervisor_id", "unit_id"}:
            new_lines.append(person_id)
    await unit.session.flush()
    for event in changes.events:
        if isinstance(event, EmployeeMoved):
            await rows.move_case(unit, event.case_id, event.unit_id)
        unit.publish(event)
        unit.record(event.subject(), event.TYPE.partition(".")[2], reason=reason, **_safe(event))
    await renew_lines(unit, new_lines)


def _dumped(effect: Effect) -> dict[str, Any]:
    return {"kind": effect.kind.value, "subject_id": effect.subject_id, "to_id": effect.to_id}


def _named(effects: list[Effect]) -> set[str]:
    """The ids whose names an answer shows; a case is named after its employee."""
    return {effect.subject_id.rpartition(".")[2] for effect in effects} | {effect.to_id for effect in effects if effect.to_id}


def _safe(event: EventData) -> dict[str, Any]:
    return event.model_dump(mode="json", exclude={"cycle_id", "case_id"})
