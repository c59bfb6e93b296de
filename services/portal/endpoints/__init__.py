"""The pages, by what they are about."""

from services.portal.endpoints import (
    assessments,
    cases,
    corrections,
    cycles,
    feedback,
    history,
    home,
    ops,
    people,
    plans,
    results,
    reviews,
    sign_in,
    team,
)

PAGES = (
    sign_in.router,
    home.router,
    cases.router,
    plans.router,
    assessments.router,
    reviews.router,
    results.router,
    corrections.router,
    team.router,
    feedback.router,
    history.router,
    people.router,
    cycles.router,
    ops.router,
)
"""Every page's router."""
