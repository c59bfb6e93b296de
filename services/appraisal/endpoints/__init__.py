"""HTTP doors of the appraisal service: each names who may come in and hands over to the service."""

from services.appraisal.endpoints import behaviour, cases, cycles, documents, history, people, plans, roster, self_assessments

ROUTERS = [
    roster.router,
    people.router,
    cycles.router,
    cases.router,
    plans.router,
    self_assessments.router,
    behaviour.router,
    documents.router,
    history.router,
]
