"""Answers about results through the years."""

from __future__ import annotations

from pydantic import BaseModel

from contracts.appraisal import Category, Rating
from services.appraisal.schemas import Changes


class HistoryOutcome(BaseModel):
    """What an import of earlier years' results changed, or would change."""

    dry_run: bool
    results: Changes


class EarlierYear(BaseModel):
    """A result of a year before this system, as it was imported."""

    year: int
    category: Category
    results: Rating | None
    behaviour: Rating | None


class OwnYear(BaseModel):
    """A closed result of this system."""

    case_id: str
    year: int
    category: Category
    results: Rating
    behaviour: Rating
    hash: str


class HistoryView(BaseModel):
    """A person's results through the years; imported ones stand apart and are never counted as this system's."""

    person_id: str
    results: list[OwnYear]
    imported: list[EarlierYear]
