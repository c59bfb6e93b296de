"""HTTP doors of the appraisal service: each names who may come in and hands over to the service."""

from services.appraisal.endpoints import cases, cycles, people, plan_helps, plan_revisions, plan_templates, plans, roster, self_assessments

ROUTERS = [
    roster.router,
    people.router,
    cycles.router,
    cases.router,
    plans.router,
    plan_revisions.router,
    plan_helps.router,
    plan_templates.router,
    self_assessments.router,
]
