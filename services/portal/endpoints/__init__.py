"""The pages, by what they are about."""

from services.portal.endpoints import (
    actions,
    assessments,
    cases,
    corrections,
    cycles,
    home,
    messages,
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
    people.router,
    cycles.router,
    ops.router,
    messages.router,
    actions.router,
)
"""Every page's router."""
