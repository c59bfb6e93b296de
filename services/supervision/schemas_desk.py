"""Bodies and answers of the desk: drafts of forms, and plans agreed to together."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from services.supervision.schemas import NO_ZERO, Body
from services.supervision.views import View

FormName = Annotated[str, StringConstraints(min_length=1, max_length=200, pattern=r"^[a-z-]+(:[A-Za-z0-9._-]+)?$")]
"""What a form is called, and the case or meeting it is about: ``check-in:skp-2026.p-1``."""
FieldName = Annotated[str, StringConstraints(min_length=1, max_length=120, pattern=NO_ZERO)]
Typed = Annotated[str, StringConstraints(max_length=20_000, pattern=NO_ZERO)]
CaseId = Annotated[str, StringConstraints(min_length=1, max_length=120, pattern=NO_ZERO)]
MOST_FIELDS = 200
MOST_PLANS = 200


class DraftBody(Body):
    """The fields of a form as they were typed, right or wrong."""

    fields: dict[FieldName, Typed] = Field(max_length=MOST_FIELDS)


class DraftView(View):
    """What was typed into a form and not sent yet."""

    form: str
    about: str
    fields: dict[str, str]
    saved_at: datetime


class DraftList(View):
    items: list[DraftView]


class AgreementBody(Body):
    """A plan in the version that was read."""

    case_id: CaseId
    plan_version: int = Field(ge=1)


class AgreementsBody(Body):
    """Plans to agree to together; with ``dry_run`` nothing changes, and each says what would happen."""

    plans: list[AgreementBody] = Field(min_length=1, max_length=MOST_PLANS)
    dry_run: bool = False


class AgreementView(View):
    """What became of one plan, or would. A refused one says why, as the single decision would have."""

    case_id: str
    plan_version: int
    outcome: Literal["agreed", "would_agree", "refused"]
    employee_name: str = ""
    revision: bool = False
    status: int = 200
    detail: str = ""


class AgreementsView(View):
    items: list[AgreementView]
    agreed: int
    refused: int
