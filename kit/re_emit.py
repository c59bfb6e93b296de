"""Publishing stored events again: consumers drop what they have, and take in what they lost."""

from __future__ import annotations

from datetime import datetime

from pydantic import AwareDatetime, BaseModel, Field, model_validator
from sqlalchemy import func, select, update
from sqlalchemy.sql.elements import ColumnElement
from sqlmodel.ext.asyncio.session import AsyncSession

from kit.db import changed_rows, outbox


class ReEmission(BaseModel):
    """Which events to publish again: those of a subject (a case), of a time, or both. ``dry_run`` only counts them."""

    reason: str = Field(min_length=3, max_length=1000)
    subject: str | None = Field(default=None, min_length=1, max_length=120, pattern=r"^[^\x00]*$")
    since: AwareDatetime | None = None
    until: AwareDatetime | None = None
    dry_run: bool = False

    @model_validator(mode="after")
    def _is_about_something(self) -> ReEmission:
        if self.subject is None and self.since is None:
            raise ValueError("name a subject or since when; everything at once is not published again")
        if self.since is not None and self.until is not None and self.until <= self.since:
            raise ValueError("until must be later than since")
        return self


class ReEmitted(BaseModel):
    """How many events go out again, and since when they are kept."""

    events: int
    kept_since: datetime | None
    dry_run: bool


async def re_emit(session: AsyncSession, wanted: ReEmission) -> ReEmitted:
    """Mark published events as not published; the relay takes them up in their order. Dead letters are replayed, not sent again."""
    chosen: list[ColumnElement[bool]] = [outbox.c.published_at.is_not(None), outbox.c.topic.not_like("%.dlq")]
    if wanted.subject is not None:
        chosen.append(outbox.c.key == wanted.subject)
    if wanted.since is not None:
        chosen.append(outbox.c.created_at >= wanted.since)
    if wanted.until is not None:
        chosen.append(outbox.c.created_at < wanted.until)
    if wanted.dry_run:
        events = (await session.execute(select(func.count()).select_from(outbox).where(*chosen))).scalar_one()
    else:
        events = await changed_rows(session, update(outbox).where(*chosen).values(published_at=None))
        await session.execute(select(func.pg_notify("outbox", "")))
    kept_since = (await session.execute(select(func.min(outbox.c.created_at)))).scalar_one()
    return ReEmitted(events=events, kept_since=kept_since, dry_run=wanted.dry_run)
