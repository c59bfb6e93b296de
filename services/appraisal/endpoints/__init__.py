"""HTTP doors of the appraisal service: each names who may come in and hands over to the service."""

from services.appraisal.endpoints import (
    behaviour,
    cases,
    competency,
    cycles,
    distribution,
    documents,
    evidence,
    history,
    parts,
    people,
    plans,
    progress,
    roster,
    rule_sets,
    self_assessments,
)

ROUTERS = [
    roster.router,
    people.router,
    cycles.router,
    cases.router,
    plans.router,
    self_assessments.router,
    progress.router,
    evidence.router,
    evidence.files,
    competency.router,
    parts.router,
    rule_sets.router,
    distribution.router,
    behaviour.router,
    documents.router,
    history.router,
]
