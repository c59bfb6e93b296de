"""The pages, by what they are about."""

from services.portal.endpoints import (
    assessments,
    cases,
    corrections,
    cycles,
    feedback,
    hearings,
    home,
    meetings,
    monitoring,
    ops,
    people,
    plans,
    results,
    reviews,
    session_talk,
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
    session_talk.router,
    monitoring.router,
    feedback.router,
    hearings.router,
    meetings.router,
    team.router,
    people.router,
    cycles.router,
    ops.router,
)
"""Every page's router."""
