"""Bodies and answers about the positions somebody held before the present one."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from pydantic import BaseModel, Field

from services.appraisal.domain.words import PositionKind
from services.appraisal.schemas import Body, Line, Reason


class EarlierPosition(Body):
    """A position that was held until a day, that day included."""

    held_until: date
    position_kind: PositionKind
    position_level: Line = ""


class PositionsBody(Body):
    """All earlier positions that matter, whole: what is left out is forgotten."""

    items: Annotated[list[EarlierPosition], Field(max_length=24)]
    reason: Reason


class PositionsView(BaseModel):
    """What a person holds and held before; ``recomputed`` names results that got a new version by it."""

    person_id: str
    version: int
    position_kind: PositionKind
    position_level: str
    items: list[EarlierPosition]
    recomputed: list[str] = []
