"""The list of national holidays and joint leave that is shipped: Indonesia's, from the ``holidays`` package.

What the government has decreed is exact; later Islamic dates are the package's estimates and marked as such. HR's own list of a
year holds instead of it.
"""

from __future__ import annotations

from functools import lru_cache

from holidays import country_holidays

from services.appraisal.domain.working_calendar import Holiday, HolidayKind

ESTIMATED = " (perkiraan)"
SEPARATOR = "; "
"""Between the names of two holidays on one day."""


@lru_cache(maxsize=64)
def shipped(year: int) -> tuple[Holiday, ...]:
    """The year's days off in their order; of a year far away none are known."""
    national = country_holidays("ID", years=year, categories=("public",), language="id")
    known = country_holidays("ID", years=year, categories=("public", "government"), language="id")
    return tuple(
        Holiday(
            day=day,
            name=SEPARATOR.join(part.removesuffix(ESTIMATED) for part in name.split(SEPARATOR)),
            kind=HolidayKind.NATIONAL if day in national else HolidayKind.JOINT_LEAVE,
            estimated=ESTIMATED in name,
        )
        for day, name in sorted(known.items())
        if day.year == year
    )
