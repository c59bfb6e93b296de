"""The pages, by what they are about."""

from services.portal.endpoints import (
    assessments,
    cases,
    competency,
    corrections,
    cycles,
    distribution,
    feedback,
    gathering,
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
    gathering.router,
    competency.router,
    reviews.router,
    results.router,
    corrections.router,
    team.router,
    feedback.router,
    history.router,
    people.router,
    cycles.router,
    distribution.router,
    ops.router,
)
"""Every page's router."""
