"""Reporting what was reached in a period, and what the reports of a year come to."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from datetime import date

from contracts.cycle import CycleDefinition
from kit.auth import Principal
from kit.clock import CITY_ZONE
from kit.http import check_version
from kit.problems import NotFound
from kit.unit import UnitOfWork
from services.appraisal.domain import progress as rules
from services.appraisal.domain.attainment import attainment
from services.appraisal.models import Case, Plan, Progress, SelfAssessment
from services.appraisal.progress_schemas import IndicatorProgress, PeriodView, ProgressBody, ProgressView, ReportView
from services.appraisal.repository import cycles
from services.appraisal.repository import evidence as rows
from services.appraisal.service.access import case_to_read, refuse
from services.appraisal.service.own_case import is_open, own_open_case, rules_of

Values = Mapping[str, Mapping[str, float | None]]
"""Reported values by indicator, then by period."""


async def read(unit: UnitOfWork, caller: Principal, case_id: str) -> ProgressView:
    """Progress of a case against its plan.

    Raises:
        NotFound: no such case, or not the caller's to see.
    """
    case, plan, assessment = await case_to_read(unit, caller, case_id)
    own = case.person_id == caller.person_id
    return await _view(unit, case, plan, may_write=own and is_open(case, assessment))


async def save(unit: UnitOfWork, caller: Principal, case_id: str, code: str, body: ProgressBody, version: int) -> ProgressView:
    """Report a period; each row that changes gets a new version, the audit trail keeps what it said before.

    Raises:
        NotFound, Forbidden, WrongPhase, Conflict: as for every write; NotFound too where the year has no such period.
        StaleVersion: the period was changed meanwhile.
        InvalidInput: every error with its path.
    """
    case, plan = await own_open_case(unit, caller, case_id, "report progress")
    division, periods = await _year(unit, case)
    period = next((period for period in periods if period.code == code), None)
    if period is None:
        raise NotFound(f"The year has no period {code}; it is reported by {division.value}, from {periods[0].code} to {periods[-1].code}.")
    known = {row.indicator_id: row for row in await rows.progress(unit, case_id) if row.period == code}
    check_version(version, sum(row.version for row in known.values()))
    reports = [rules.Report(report.indicator_id, report.value, report.note) for report in body.reports]
    refuse(rules.check_reports(reports, period, rules_of(plan), _today(unit)), "the report")
    changed = []
    for report in reports:
        before = known.get(report.indicator_id)
        if (before.value, before.note) == (report.value, report.note) if before else report.value is None and not report.note:
            continue
        row = Progress(
            case_id=case_id,
            indicator_id=report.indicator_id,
            period=code,
            version=before.version + 1 if before else 1,
            value=report.value,
            note=report.note,
            saved_at=unit.now,
        )
        changed.append(row)
        detail = {"indicator_id": row.indicator_id, "period": code, "version": row.version, "value": row.value}
        unit.record(case_id, "progress_reported", **detail, before=before.value if before else None)
    await rows.put_progress(unit, changed)
    return await _view(unit, case, plan, may_write=True)


async def suggestions(unit: UnitOfWork, case_id: str, plan: Plan | None) -> dict[str, rules.Whole]:
    """What the reports of the year come to, by indicator, where there are any: proposed for the self-assessment, never entered by itself."""
    values = _by_indicator(await rows.progress(unit, case_id))
    in_force = rules_of(plan)
    found = {
        indicator.indicator_id: rules.whole(indicator, values.get(indicator.indicator_id, {}))
        for _, indicator in (in_force.indicators() if in_force else ())
    }
    return {name: so_far for name, so_far in found.items() if so_far.value is not None}


async def reached(unit: UnitOfWork, case_id: str, plan: Plan | None, assessment: SelfAssessment | None) -> dict[str, float | None]:
    """What is known of each indicator: the self-assessment's realisation, where there is none what the reports of the year come to."""
    known: dict[str, float | None] = {name: so_far.value for name, so_far in (await suggestions(unit, case_id, plan)).items()}
    told = {row["indicator_id"]: row["value"] for row in assessment.realisations if row["value"] is not None} if assessment else {}
    return known | told


async def _view(unit: UnitOfWork, case: Case, plan: Plan | None, *, may_write: bool) -> ProgressView:
    division, periods = await _year(unit, case)
    reported = await rows.progress(unit, case.case_id)
    values, today = _by_indicator(reported), _today(unit)
    versions: dict[str, int] = defaultdict(int)
    reports: dict[str, list[ReportView]] = defaultdict(list)
    for row in reported:
        versions[row.period] += row.version
        reports[row.indicator_id].append(ReportView.model_validate(row.model_dump()))
    indicators = []
    in_force = rules_of(plan)
    for objective in in_force.objectives if in_force else ():
        for indicator in objective.indicators:
            mine = values.get(indicator.indicator_id, {})
            so_far = rules.whole(indicator, mine)
            indicators.append(
                IndicatorProgress(
                    indicator_id=indicator.indicator_id,
                    objective=objective.title,
                    aspect=indicator.aspect,
                    description=indicator.description,
                    target=indicator.target,
                    target_to=indicator.target_to,
                    unit=indicator.unit,
                    direction=indicator.direction,
                    reports=reports[indicator.indicator_id],
                    rule=so_far.rule,
                    whole=so_far.value,
                    attainment=attainment(indicator, so_far.value),
                    standing=rules.standing(indicator, mine, periods, today),
                    missing=list(rules.missing_periods(indicator, mine, periods, today)),
                )
            )
    shown = [
        PeriodView(
            period=period.code,
            starts_on=period.starts_on,
            ends_on=period.ends_on,
            begun=period.begun(today),
            ended=period.ended(today),
            version=versions[period.code],
        )
        for period in periods
    ]
    return ProgressView(division=division, open=may_write, periods=shown, indicators=indicators)


async def _year(unit: UnitOfWork, case: Case) -> tuple[rules.Periods, tuple[rules.Period, ...]]:
    """How the case's cycle divides its year."""
    cycle = await cycles.cycle(unit, case.cycle_id)
    assert cycle is not None, "a case is in a cycle that is there"
    definition = CycleDefinition.model_validate(cycle.definition)
    division = rules.Periods(definition.policies.progress_periods)
    return division, rules.periods_of(definition.year, division)


def _by_indicator(reported: list[Progress]) -> Values:
    values: dict[str, dict[str, float | None]] = defaultdict(dict)
    for row in reported:
        values[row.indicator_id][row.period] = row.value
    return values


def _today(unit: UnitOfWork) -> date:
    return unit.now.astimezone(CITY_ZONE).date()
