"""Path and query values shared by the doors."""

from __future__ import annotations

from typing import Annotated

from fastapi import Path, Query

from kit.http import PageLimit
from services.appraisal.schemas import STORABLE

ID_FORM = r"^[A-Za-z0-9][A-Za-z0-9._:-]*$"
CaseId = Annotated[str, Path(max_length=120, pattern=ID_FORM, description="cycle id, a dot, person id")]
CycleId = Annotated[str, Path(max_length=40, pattern=ID_FORM)]
PersonId = Annotated[str, Path(max_length=60, pattern=ID_FORM)]
Filter = Annotated[str | None, Query(max_length=120, pattern=STORABLE)]
Cursor = Annotated[str | None, Query(max_length=2000, pattern=STORABLE, description="next_cursor of the page before")]

__all__ = ["CaseId", "Cursor", "CycleId", "Filter", "PageLimit", "PersonId"]
