"""HTTP doors of the appraisal service: each names who may come in and hands over to the service."""

from services.appraisal.endpoints import cases, cycles, life, people, plans, roster, self_assessments

ROUTERS = [roster.router, people.router, life.router, cycles.router, cases.router, plans.router, self_assessments.router]
