"""The rule of ``domain/lapse.py`` as a condition in SQL, for queries that look at many messages."""

from __future__ import annotations


def still_stands(message: str) -> str:
    """A condition that holds while a message (by its alias) still has a point."""
    return f"""NOT ({message}.lapses <> '' AND EXISTS (
        SELECT 1 FROM task WHERE task.task_id = {message}.task_id AND (
            task.closed
            OR ({message}.lapses IN ('moved', 'redated') AND task.assignee_id <> {message}.person_id)
            OR ({message}.lapses IN ('redated', 'dated') AND task.due_at <> {message}.due_at)
        )
    ))"""
