"""Parts of a year with their assessors: an officer whose assessor changes keeps, for each part, the one of that part
(PermenPANRB 6/2022; pro rata by months as in PerBKN 3/2023)."""

from __future__ import annotations

from datetime import date, timedelta

MIDDLE = 15
"""A month counts for the part that holds its middle, so the months of a year's parts add up to the year's."""


def months(starts_on: date, ends_on: date) -> int:
    """The months that count for a part, both days included; none for a part that holds no month's middle."""
    if ends_on < starts_on:
        return 0
    whole = (ends_on.year - starts_on.year) * 12 + ends_on.month - starts_on.month + 1
    return max(whole - (starts_on.day > MIDDLE) - (ends_on.day < MIDDLE), 0)


def split(starts_on: date, day: date) -> date | None:
    """The last day of the part before, where another assessor is in force from ``day`` on; None where nothing is left of it."""
    return day - timedelta(days=1) if day > starts_on else None
