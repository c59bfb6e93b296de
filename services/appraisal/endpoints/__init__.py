"""HTTP doors of the appraisal service: each names who may come in and hands over to the service."""

from services.appraisal.endpoints import carry_over, cases, cycles, people, plans, roster, self_assessments

ROUTERS = [roster.router, people.router, cycles.router, cases.router, plans.router, self_assessments.router, carry_over.router]
