"""Shapes of settling a case's tasks."""

from __future__ import annotations

from pydantic import BaseModel, Field


class UnsettledCase(BaseModel):
    """A case whose open tasks are not those its facts ask for, with what is wrong, one sentence each."""

    case_id: str
    findings: list[str]


class SettleBody(BaseModel):
    reason: str = Field(min_length=3, max_length=1000)
    by: str | None = Field(default=None, max_length=80)
    """Who ordered it, where one of the system's processes carries it out."""


class SettledView(BaseModel):
    """The kinds of task that are open now."""

    case_id: str
    open_tasks: list[str]
