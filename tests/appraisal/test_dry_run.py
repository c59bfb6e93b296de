"""A cycle tried before it is defined: who takes part, who does not and why, which dates collide, and what time running out does."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from contracts.cycle import Calendar, Phase, PhaseWindow
from services.appraisal.domain.cycle_dates import (
    NEEDED,
    Collision,
    PlannedPhase,
    check_ins_untold,
    collisions,
    dates_of_rhythm,
    last_date,
    runs_out,
)
from services.supervision.domain.check_in_schedule import rhythm_dates
from tests.appraisal.city import City, files, people_csv, person

YEAR = 2027
USUAL = {
    "target_setting": ("01-04", "01-29"),
    "monitoring": ("02-01", "11-30"),
    "self_assessment": ("12-01", "12-14"),
    "supervisor_review": ("12-15", "12-23"),
    "independent_evaluation": ("12-24", "12-27"),
    "calibration": ("12-27", "12-28"),
    "feedback_session": ("12-28", "12-30"),
    "objection": ("12-30", "12-31"),
}


def plan(**changes: dict[str, Any]) -> dict[str, Any]:
    calendar = {
        phase: {"opens_at": f"{YEAR}-{opens}T00:00:00+07:00", "due_at": f"{YEAR}-{due}T23:59:00+07:00", **changes.get(phase, {})}
        for phase, (opens, due) in USUAL.items()
    }
    return {"cycle_id": "skp-2027", "year": YEAR, "calendar": calendar}


async def dry_run(city: City, body: dict[str, Any]) -> dict[str, Any]:
    answer = await city.post("/cycle-dry-runs", who="hani", json=body)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def names(city: City, body: dict[str, Any], part: str) -> list[str]:
    answer = await city.post("/cycle-dry-runs/people", who="hani", params={"part": part}, json=body)
    return [one["name"] for one in answer.json()["items"]]


async def test_who_takes_part_who_has_no_supervisor_and_who_is_left_out_are_told_and_nothing_is_stored(city: City) -> None:
    more = [
        person("ayu", nip="199501012018012001"),
        person("dewi", nip="199601012019012001", starts_on=f"{YEAR}-06-01"),
        person("eka", nip="199701012020012001", ends_on=f"{YEAR - 1}-12-31", supervisor_nip="198001012005012001"),
        person("fani", nip="199801012021012001", supervisor_nip="199701012020012001"),
    ]
    assert (await city.post("/roster/imports", files=files(people=people_csv(*more)))).status_code == 200
    before = await city.sql("SELECT (SELECT count(*) FROM cycle), (SELECT count(*) FROM outbox), (SELECT count(*) FROM audit_entry)")
    body = plan()
    found = await dry_run(city, body)
    assert found["enrolled"] == 8
    assert found["left_out"] == 2
    assert found["parts"] == {"enrolled": 5, "head_supervises": 1, "no_supervisor": 1, "supervisor_left": 1, "not_yet": 1, "ended": 1}
    assert {part: await names(city, body, part) for part in found["parts"] if part != "enrolled"} == {
        "head_supervises": ["Ayu"],
        "no_supervisor": ["Sekda"],
        "supervisor_left": ["Fani"],
        "not_yet": ["Dewi"],
        "ended": ["Eka"],
    }
    assert {row["unit_id"]: row["people"] for row in found["by_unit"]} == {"kota": 1, "bkpsdm": 2, "dinkes": 5}
    assert found["may_open"] is True
    after = await city.sql("SELECT (SELECT count(*) FROM cycle), (SELECT count(*) FROM outbox), (SELECT count(*) FROM audit_entry)")
    assert after == before


async def test_the_dry_run_counts_whom_the_enrolment_takes(city: City) -> None:
    definition = city.definition(cycle_id="skp-2026b", unit_ids=["kota"], except_unit_ids=["dinkes"], may_overlap=True)
    body = {key: definition[key] for key in ("cycle_id", "year", "unit_ids", "except_unit_ids", "may_overlap")}
    windows = {phase: window for phase, window in definition["calendar"].items() if phase in USUAL}
    found = await dry_run(city, body | {"calendar": windows})
    assert (await city.post("/cycles", who="hani", json=definition)).status_code == 201
    enrolled = (await city.get("/roster", params={"cycle_id": "skp-2026b"})).json()["items"]
    assert found["enrolled"] == len(enrolled) == 3
    assert found["parts"]["excepted_unit"] == 3


async def test_who_has_a_case_in_another_cycle_of_the_year_is_left_out(city: City) -> None:
    await city.open_case("rina")
    definition = city.definition(cycle_id="skp-2026b")
    windows = {phase: window for phase, window in definition["calendar"].items() if phase in USUAL}
    body: dict[str, Any] = {"cycle_id": "skp-2026b", "year": 2026, "calendar": windows}
    assert await names(city, body, "other_cycle") == ["Rina"]
    assert await names(city, body | {"may_overlap": True}, "other_cycle") == []
    assert (await dry_run(city, body | {"unit_ids": ["bkpsdm"]}))["parts"]["other_unit"] == 4


async def test_dates_on_days_off_gaps_and_wrong_order_are_named(city: City) -> None:
    body = plan(
        self_assessment={"due_at": f"{YEAR}-11-20T23:59:00+07:00"},
        supervisor_review={"on_timeout": "proceed"},
        monitoring={"opens_at": f"{YEAR}-02-08T00:00:00+07:00", "due_at": f"{YEAR}-11-28T23:59:00+07:00"},
    )
    found = await dry_run(city, body)
    told = {(one["phase"], one["collision"]): one for one in found["dates"]}
    assert told["self_assessment", "ends_before_it_opens"]["forbids"] is True
    assert told["supervisor_review", "cannot_be_passed_over"]["forbids"] is True
    gap = told["monitoring", "gap"]
    assert (gap["other"], gap["days"], gap["forbids"]) == ("target_setting", 9, False)
    assert found["may_open"] is False
    moved = {move["phase"]: move for move in found["moves"]}
    assert moved["monitoring"]["becomes"].startswith(f"{YEAR}-11-29")
    usual = await dry_run(city, plan())
    assert [one["collision"] for one in usual["dates"] if one["forbids"]] == []


async def test_what_each_phase_does_when_time_runs_out_is_told_with_its_dates(city: City) -> None:
    found = await dry_run(
        city,
        plan(
            target_setting={"on_timeout": "extend", "extension_days": 3, "maximum_extensions": 2},
            monitoring={"on_timeout": "escalate", "extension_days": 5},
            calibration={"on_timeout": "proceed"},
        ),
    )
    told = {one["phase"]: one for one in found["timeouts"]}
    days = [instant[5:10] for instant in told["target_setting"]["extended_until"]]
    assert (days, told["target_setting"]["escalated_until"][5:10], told["target_setting"]["ends"]) == (["02-01", "02-04"], "02-07", "hold")
    assert (told["monitoring"]["extended_until"], told["monitoring"]["escalated_until"][:10]) == ([], f"{YEAR}-12-05")
    assert told["calibration"]["ends"] == "proceed"
    assert told["objection"] == {"phase": "objection", "policy": "hold", "extended_until": [], "escalated_until": None, "ends": "hold"}


async def test_a_rhythm_with_more_dates_than_required_check_ins_is_named_and_forbids_nothing(city: City) -> None:
    monthly = plan() | {"check_in_rhythm": "monthly", "required_check_ins": 2}
    found = await dry_run(city, monthly)
    [told] = [one for one in found["dates"] if one["collision"] == "more_dates_than_check_ins"]
    assert (told["phase"], told["field"], told["forbids"]) == ("monitoring", "check_in_rhythm", False)
    assert (told["dates"], told["required"], told["untold"]) == (10, 2, 8)
    assert found["may_open"] is True
    for mended in ({"required_check_ins": 10}, {"check_in_rhythm": "none-fixed"}):
        found = await dry_run(city, monthly | mended)
        assert "more_dates_than_check_ins" not in {one["collision"] for one in found["dates"]}
    wrong = await city.post("/cycle-dry-runs", who="hani", json=monthly | {"check_in_rhythm": "weekly"})
    assert wrong.status_code == 422


async def test_a_dry_run_is_hrs_and_names_units_that_are_not_there(city: City) -> None:
    for who in ("rina", "sekda", "budi"):
        assert (await city.post("/cycle-dry-runs", who=who, json=plan())).status_code == 403
        assert (await city.post("/cycle-dry-runs/people", who=who, params={"part": "ended"}, json=plan())).status_code == 403
    answer = await city.post("/cycle-dry-runs", who="hani", json={**plan(), "unit_ids": ["nowhere"]})
    assert (answer.status_code, answer.json()["errors"][0]["path"]) == (422, "unit_ids")


DAYS = st.integers(0, 364).map(lambda day: datetime(YEAR, 1, 1, tzinfo=UTC) + timedelta(days=day))
PLANNED = st.builds(
    PlannedPhase,
    opens_at=DAYS,
    due_at=DAYS,
    on_timeout=st.sampled_from(["extend", "escalate", "proceed", "hold"]),
    extension_days=st.integers(1, 90),
    maximum_extensions=st.integers(0, 12),
)
PHASES = [phase.value for phase in Phase if phase is not Phase.CLOSED]


@given(st.lists(PLANNED, min_size=len(PHASES), max_size=len(PHASES)))
def test_dates_that_forbid_a_cycle_are_exactly_those_no_definition_takes(planned: list[PlannedPhase]) -> None:
    phases = dict(zip(PHASES, planned, strict=True))
    forbidden = any(finding.collision.forbids for finding in collisions(YEAR, phases))
    try:
        Calendar.model_validate({name: PhaseWindow.model_validate(vars(phase)).model_dump() for name, phase in phases.items()})
    except ValueError:
        assert forbidden
    else:
        assert not forbidden


@given(PLANNED, st.sampled_from(PHASES))
def test_time_running_out_only_moves_dates_onwards_and_ends_in_going_on_or_waiting(phase: PlannedPhase, name: str) -> None:
    out = runs_out(name, phase)
    steps = [phase.due_at, *out.extended_until, *([out.escalated_until] if out.escalated_until else [])]
    assert steps == sorted(set(steps))
    assert last_date(phase) == steps[-1]
    assert (out.ends == "proceed") == (phase.on_timeout == "proceed")
    assert len(out.extended_until) == (phase.maximum_extensions if phase.on_timeout == "extend" else 0)
    passed = {one.collision for one in collisions(YEAR, {name: phase})}
    assert (Collision.CANNOT_BE_PASSED_OVER in passed) == (phase.on_timeout == "proceed" and name in NEEDED)


INSTANTS = st.integers(0, 20_000).map(lambda hours: datetime(YEAR, 1, 1, tzinfo=UTC) + timedelta(hours=hours))


@given(st.sampled_from(["monthly", "quarterly", "none-fixed"]), INSTANTS, st.integers(1, 9000), st.integers(0, 12))
def test_the_dates_nobody_is_reminded_of_are_those_of_the_rhythm_beyond_the_required(
    rhythm: str, opens_at: datetime, hours: int, required: int
) -> None:
    monitoring = PlannedPhase(opens_at, opens_at + timedelta(hours=hours), "hold", 7, 1)
    expected = len(rhythm_dates(rhythm, monitoring.opens_at, monitoring.due_at))
    assert dates_of_rhythm(rhythm, monitoring.opens_at, monitoring.due_at) == expected, "as the agenda of a case counts them"
    found = check_ins_untold({"monitoring": monitoring}, rhythm, required)
    assert [(one.dates, one.required, one.untold) for one in found] == [(expected, required, expected - required)] * (expected > required)


def test_a_window_that_ends_before_it_opens_has_no_dates() -> None:
    opens_at = datetime(YEAR, 3, 1, tzinfo=UTC)
    for days in (-40, 0):
        planned = PlannedPhase(opens_at, opens_at + timedelta(days=days), "hold", 7, 1)
        assert check_ins_untold({"monitoring": planned}, "monthly", 0) == []
