"""The shelves of an inbox: what is open, put away until later, or done."""

from __future__ import annotations

from enum import StrEnum


class Shelf(StrEnum):
    """Which part of an inbox is looked at. ``ALL`` is what lies there, read or not; what is snoozed lies there again in its time."""

    OPEN = "open"
    SNOOZED = "snoozed"
    DONE = "done"
    ALL = "all"
