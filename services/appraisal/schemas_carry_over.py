"""Answers about what is carried over into a plan."""

from __future__ import annotations

from pydantic import BaseModel


class CarryOverView(BaseModel):
    """Improvement items of an earlier year; ``year`` and ``from_case_id`` say which, null where there are none."""

    case_id: str
    from_case_id: str | None
    year: int | None
    items: list[str]
