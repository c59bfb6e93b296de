"""Answers of the leaders' overview: figures of units, never of a person."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel

from services.appraisal.domain.distribution import OrganisationResult
from services.appraisal.domain.words import Category
from services.appraisal.result_schemas import ConditionView


class UnitName(BaseModel):
    unit_id: str
    unit_name: str


class Figures(BaseModel):
    """Results by category. ``counts`` is empty of people where fewer than the minimum are in; ``left_out`` count in the unit above."""

    shown: int
    left_out: int
    counts: dict[Category, int]


class UnitFigures(UnitName, Figures):
    """A unit with all units below it, beside the pattern of its result as an organisation."""

    units_below: int
    cases: int
    organisation_result: OrganisationResult | None
    conforms: bool | None
    """Whether the categories that are shown follow the pattern; None where there is no result of the organisation, or nothing to show."""
    conditions: list[ConditionView]


class YearFigures(Figures):
    """A year of the unit. Results of a system before this one are of the people who work in the unit now."""

    year: int
    cycle_id: str | None
    source: Literal["cycle", "imported"]


class OverviewView(BaseModel):
    """A unit for its leaders: itself, the units below it, and the years. ``minimum_group`` is the smallest group with figures of its own."""

    cycle_id: str
    year: int
    minimum_group: int
    starts: list[UnitName]
    """Where the caller may begin: the tops of what they lead, or of the city."""
    above: list[UnitName]
    """From a start down to the unit above this one."""
    unit: UnitFigures
    itself: Figures
    """The group of the unit's own people, with groups from below that are too small to show."""
    units: list[UnitFigures]
    years: list[YearFigures]
