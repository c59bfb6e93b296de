"""The pages, by what they are about."""

from services.portal.endpoints import (
    assessments,
    cases,
    corrections,
    cycles,
    home,
    ops,
    people,
    plan_revisions,
    plan_templates,
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
    plan_revisions.router,
    plan_templates.router,
    assessments.router,
    reviews.router,
    results.router,
    corrections.router,
    team.router,
    people.router,
    cycles.router,
    ops.router,
)
"""Every page's router."""
