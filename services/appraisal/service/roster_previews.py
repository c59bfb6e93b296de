"""An import looked at first: what would change is kept as it was shown, and confirming does exactly that or nothing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, replace
from secrets import token_hex
from typing import Any

from kit.auth import Principal
from kit.http import make_cursor, read_cursor
from kit.problems import FieldError, InvalidInput, NotFound, StaleVersion
from kit.unit import UnitOfWork
from services.appraisal.domain.roster_changes import PLACE_FIELDS, Change, FieldChange, RowChange, RowKind, changes_of, fingerprint
from services.appraisal.models import RosterPreview
from services.appraisal.repository import life
from services.appraisal.repository import roster_previews as rows
from services.appraisal.schemas import ImportOutcome, Page
from services.appraisal.schemas_roster import PreviewCounts, PreviewRowView, PreviewView
from services.appraisal.service import roster
from services.appraisal.service.roster import PreparedRoster, RosterFiles

UNIT_FIELDS = {"unit_id": "code", "name": "name", "parent_id": "parent_code", "kind": "kind", "head_id": "head_nip", "active": "active"}
KEPT_BY_THEMSELVES = frozenset({"person_id", "away_from", "away_until"})
"""Columns of a person an import never changes, and the id it gives to somebody new."""
FILTERS: dict[str, dict[str, Any]] = {
    **{change.value: {"change": change.value} for change in Change},
    "moved": {"moves": True},
    "superior": {"changes_superior": True},
}


async def make(unit: UnitOfWork, caller: Principal, files: RosterFiles) -> PreviewView:
    """Keep what the files would change, to look at and confirm.

    Raises:
        InvalidInput: names every bad row.
    """
    prepared = await roster.prepare(unit, files)
    changes = _changes(prepared)
    preview = RosterPreview(
        preview_id=f"rp-{token_hex(8)}",
        made_by=caller.person_id,
        units=files.units,
        people=files.people,
        workbook=files.workbook,
        fingerprint=fingerprint(changes),
        summary=(await _counts(unit, prepared, changes)).model_dump(),
    )
    labels = _labels(prepared)
    kept = [
        {**asdict(_named(change, labels)), "place": place, "moves": change.moves, "changes_superior": change.changes_superior}
        for place, change in enumerate(changes, start=1)
    ]
    await rows.add(unit, preview, kept)
    return await one(unit, preview.preview_id)


async def one(unit: UnitOfWork, preview_id: str) -> PreviewView:
    """
    Raises:
        NotFound: there is no such preview, or not any more.
    """
    return _view(await _known(unit, preview_id))


async def page(
    unit: UnitOfWork, preview_id: str, *, kind: RowKind | None, only: str | None, cursor: str | None, limit: int
) -> Page[PreviewRowView]:
    """The rows of a preview, all or those of one sort.

    Raises:
        NotFound: there is no such preview, or not any more.
        InvalidInput: the cursor is none.
    """
    await _known(unit, preview_id)
    after = _place(cursor)
    wanted = {**({"kind": kind.value} if kind else {}), **(FILTERS[only] if only else {})}
    found = await rows.rows_page(unit, preview_id, wanted, after, limit + 1)
    items = [PreviewRowView.model_validate(row.model_dump()) for row in found[:limit]]
    return Page(items=items, next_cursor=make_cursor(found[limit - 1].place) if len(found) > limit else None)


async def confirm(unit: UnitOfWork, preview_id: str) -> ImportOutcome:
    """Import exactly what was shown.

    Raises:
        NotFound: there is no such preview, or not any more.
        StaleVersion: the files would now change something else than was shown; look at a new preview.
        InvalidInput: the files fit the city of now no more.
    """
    preview = await _known(unit, preview_id, lock=True)
    prepared = await roster.prepare(unit, _files(preview))
    if fingerprint(_changes(prepared)) != preview.fingerprint:
        raise StaleVersion(
            "People or units were changed since this preview was made, so the files would now change something else. Look at a new preview.",
            extra={"preview_id": preview_id},
        )
    await roster.write(unit, prepared)
    await rows.forget(unit, preview_id)
    return prepared.outcome(dry_run=False)


async def renew(unit: UnitOfWork, caller: Principal, preview_id: str) -> PreviewView:
    """A new preview of the same files; the old one goes.

    Raises:
        NotFound: there is no such preview, or not any more.
        InvalidInput: the files fit the city of now no more.
    """
    files = _files(await _known(unit, preview_id, lock=True))
    await rows.forget(unit, preview_id)
    return await make(unit, caller, files)


async def discard(unit: UnitOfWork, preview_id: str) -> None:
    """Forget a preview with its files."""
    await rows.forget(unit, preview_id)


def _place(cursor: str | None) -> int:
    after = read_cursor(cursor, 1)
    if after is not None and not (after[0].isascii() and after[0].isdigit() and len(after[0]) < 10):
        raise InvalidInput(
            "This is no cursor of this list.", [FieldError("cursor", "this is no cursor", "use next_cursor as it was given")]
        )
    return int(after[0]) if after else 0


async def _known(unit: UnitOfWork, preview_id: str, *, lock: bool = False) -> RosterPreview:
    found = await rows.preview(unit, preview_id, lock=lock)
    if found is None:
        raise NotFound("There is no such preview; it was imported, or is older than a day.")
    return found


def _view(preview: RosterPreview) -> PreviewView:
    return PreviewView(
        preview_id=preview.preview_id, made_by=preview.made_by, made_at=preview.made_at, fingerprint=preview.fingerprint, **preview.summary
    )


def _files(preview: RosterPreview) -> RosterFiles:
    return RosterFiles(units=preview.units, people=preview.people, workbook=preview.workbook)


def _changes(prepared: PreparedRoster) -> list[RowChange]:
    """Units first, each with the columns of its file; whole files tell who is missing, a file that was not sent tells nothing."""
    nips = {person_id: nip for nip, person_id in prepared.ids.items()}
    found = []
    if prepared.has_units:
        known = {code: _unit(row, nips) for code, row in prepared.known_units.items()}
        found += changes_of(RowKind.UNIT, known, {code: _unit(row, nips) for code, row in prepared.units.items()})
    if prepared.has_people:
        known = {nip: _person(row, nips) for nip, row in prepared.known_people.items()}
        found += changes_of(RowKind.PERSON, known, {nip: _person(row, nips) for nip, row in prepared.people.items()})
    return found


def _unit(row: Mapping[str, Any], nips: Mapping[str, str]) -> dict[str, object]:
    shown = {UNIT_FIELDS[name]: value for name, value in row.items()}
    return {**shown, "head_nip": nips.get(row["head_id"])}


def _person(row: Mapping[str, Any], nips: Mapping[str, str]) -> dict[str, object]:
    shown = {name: value for name, value in row.items() if name not in KEPT_BY_THEMSELVES and name not in {"unit_id", "supervisor_id"}}
    return {**shown, "unit_code": row["unit_id"], "supervisor_nip": nips.get(row["supervisor_id"])}


def _labels(prepared: PreparedRoster) -> dict[str, str]:
    """Names of units by code and of people by NIP, as they are or will be."""
    everybody = {**prepared.known_units, **prepared.units, **prepared.known_people, **prepared.people}
    return {key: str(row["name"]) for key, row in everybody.items()}


def _named(change: RowChange, labels: Mapping[str, str]) -> RowChange:
    """The change with the names of the units and people it refers to beside their codes and NIPs."""

    def told(one: FieldChange, value: str) -> str:
        refers = one.field in PLACE_FIELDS or one.field.endswith("_nip")
        return f"{labels[value]} ({value})" if refers and value in labels else value

    return replace(change, fields=tuple(FieldChange(one.field, told(one, one.old), told(one, one.new)) for one in change.fields))


async def _counts(unit: UnitOfWork, prepared: PreparedRoster, changes: list[RowChange]) -> PreviewCounts:
    outcome = prepared.outcome(dry_run=True)
    moved = {prepared.ids[one.key]: prepared.people[one.key]["unit_id"] for one in changes if one.kind is RowKind.PERSON and one.moves}
    cases = await life.running_cases(unit, moved.keys()) if moved else []
    return PreviewCounts(
        units=outcome.units,
        people=outcome.people,
        missing_units=sum(one.kind is RowKind.UNIT and one.change is Change.MISSING for one in changes),
        missing_people=sum(one.kind is RowKind.PERSON and one.change is Change.MISSING for one in changes),
        moved=sum(one.moves for one in changes),
        superiors=sum(one.changes_superior for one in changes),
        cases=sum(case.unit_id != moved[case.person_id] for case in cases),
    )
