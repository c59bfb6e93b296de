"""The next year's cycle is proposed from this year's: shown with its changes, edited, approved by HR."""

from __future__ import annotations

from typing import Any

from tests.appraisal.city import City

THIS = "kota-2026"
NEXT = "kota-2027"


async def proposed(city: City, **changes: Any) -> Any:
    """The proposal of a cycle that ends phases on a Sunday and on a holiday of 2027."""
    phases = [name for name, window in city.definition()["calendar"].items() if isinstance(window, dict)]
    windows = {phase: {"opens_at": "2026-01-02T00:00:00+07:00", "due_at": "2026-12-11T23:59:00+07:00"} for phase in phases}
    windows["target_setting"]["due_at"] = "2026-01-31T23:59:00+07:00"
    windows["monitoring"]["due_at"] = "2026-08-17T23:59:00+07:00"
    body = {"cycle_id": THIS, "name": "SKP 2026", "year": 2026, "calendar": windows, "rule_set": "pp-30-2019", "may_overlap": True}
    defined = await city.put(f"/cycles/{THIS}", who="hani", json=body | {"policies": {"required_check_ins": 3}} | changes)
    assert defined.status_code == 200, defined.text
    found = await city.post(f"/cycles/{THIS}/proposals", who="hani")
    assert found.status_code == 201, found.text
    return found


async def test_the_proposal_keeps_rule_set_and_parameters_and_moves_dates_by_a_year_to_working_days(city: City) -> None:
    found = (await proposed(city)).json()
    assert (found["cycle_id"], found["from_cycle_id"], found["name"], found["year"], found["status"]) == (
        NEXT,
        THIS,
        "SKP 2027",
        2027,
        "waiting",
    )
    assert (found["definition"]["rule_set"], found["definition"]["policies"]["required_check_ins"]) == ("pp-30-2019", 3)
    dates = {(change["phase"], change["field"]): change for change in found["dates"]}
    sunday = dates["target_setting", "due_at"]
    assert (sunday["this_year"][:10], sunday["same_day"][:10], sunday["proposed"][:10]) == ("2026-01-31", "2027-01-31", "2027-02-01")
    assert sunday["because"] == [{"day": "2027-01-31", "name": None}]
    holiday = dates["monitoring", "due_at"]
    assert (holiday["proposed"][:10], holiday["because"][0]["name"]) == ("2027-08-18", "Hari Kemerdekaan Republik Indonesia")
    saturday = dates["self_assessment", "opens_at"]
    assert (saturday["same_day"][:10], saturday["proposed"][:10], len(saturday["because"])) == ("2027-01-02", "2027-01-04", 2)
    assert not any(change["edited"] for change in found["dates"])
    assert (found["others"], found["moves"]) == ([], [])


async def test_asking_again_gives_the_same_proposal_and_a_withdrawn_one_is_made_anew_by_hr(city: City) -> None:
    first = await proposed(city)
    again = await city.post(f"/cycles/{THIS}/proposals", who="hani")
    assert (again.json()["version"], again.json()["definition"]) == (1, first.json()["definition"])
    withdrawn = await city.post(f"/cycle-proposals/{NEXT}/withdrawal", who="hani", version=1, json={"reason": "Aturan baru"})
    assert (withdrawn.json()["status"], withdrawn.json()["reason"]) == ("withdrawn", "Aturan baru")
    template = first.json()["definition"] | {"cycle_id": THIS, "year": 2026}
    scheduled = await city.post("/cycle-proposals", json={"template": template, "year": 2027})
    assert scheduled.json()["status"] == "withdrawn"
    anew = (await city.post(f"/cycles/{THIS}/proposals", who="hani")).json()
    assert (anew["status"], anew["version"], anew["reason"]) == ("waiting", 3, "")


async def test_hr_edits_it_and_what_was_edited_is_shown_before_it_is_approved(city: City) -> None:
    found = (await proposed(city)).json()
    definition = found["definition"]
    definition["calendar"]["monitoring"]["due_at"] = "2027-08-14T23:59:00+07:00"
    definition["policies"]["required_check_ins"] = 4
    stale = await city.put(f"/cycle-proposals/{NEXT}", who="hani", version=9, json=definition)
    assert stale.status_code == 412
    other = await city.put(f"/cycle-proposals/{NEXT}", who="hani", version=1, json=definition | {"cycle_id": "lain"})
    assert other.status_code == 422
    changed = (await city.put(f"/cycle-proposals/{NEXT}", who="hani", version=1, json=definition)).json()
    (edited,) = [change for change in changed["dates"] if change["edited"]]
    assert (edited["phase"], edited["proposed"][:10], edited["because"]) == ("monitoring", "2027-08-14", [])
    assert changed["others"] == [{"field": "policies.required_check_ins", "this_year": "3", "proposed": "4"}]
    (saturday,) = changed["moves"]
    assert (saturday["phase"], saturday["becomes"][:10]) == ("monitoring", "2027-08-16")
    approved = await city.post(f"/cycle-proposals/{NEXT}/approval", who="hani", version=2)
    assert approved.json()["status"] == "approved"
    cycle = (await city.get(f"/cycles/{NEXT}")).json()
    assert (cycle["status"], cycle["policies"]["required_check_ins"]) == ("draft", 4)
    late = await city.put(f"/cycle-proposals/{NEXT}", who="hani", version=3, json=definition)
    assert (late.status_code, late.json()["current_status"]) == (409, "approved")
    scheduled = await city.post("/cycle-proposals", json={"template": found["definition"], "year": 2027})
    assert (scheduled.json()["status"], scheduled.json()["definition"]["policies"]["required_check_ins"]) == ("approved", 4)


async def test_hr_is_told_while_a_proposal_waits_and_no_more_once_it_is_decided(city: City) -> None:
    await proposed(city)
    assert (await city.post(f"/cycle-proposals/{NEXT}/reminders", who="hani")).status_code == 403
    await city.post(f"/cycle-proposals/{NEXT}/reminders", key="one")
    await city.post(f"/cycle-proposals/{NEXT}/reminders", key="one")
    (told,) = await city.published("appraisal.cycle_proposal_waits")
    assert (told["cycle_id"], told["year"], told["due_at"][:10], told["overdue"]) == (NEXT, 2027, "2027-01-04", False)
    await city.post(f"/cycle-proposals/{NEXT}/approval", who="hani", version=1)
    assert (await city.post(f"/cycle-proposals/{NEXT}/reminders", key="two")).json()["status"] == "approved"
    assert len(await city.published("appraisal.cycle_proposal_waits")) == 1


async def test_only_hr_decides_and_a_cycle_defined_by_hand_is_not_proposed_over(city: City) -> None:
    found = (await proposed(city)).json()
    for path in ("approval", "withdrawal"):
        answer = await city.post(f"/cycle-proposals/{NEXT}/{path}", who="rina", version=1, json={"reason": "x"})
        assert answer.status_code == 403
    assert (await city.get("/cycle-proposals", who="rina")).status_code == 403
    assert [row["cycle_id"] for row in (await city.get("/cycle-proposals", who="sekda")).json()["items"]] == [NEXT]
    await city.post("/cycles", who="hani", json=found["definition"])
    assert (await city.post(f"/cycle-proposals/{NEXT}/approval", who="hani", version=1)).status_code == 409
    second = await city.post(f"/cycles/{NEXT}/proposals", who="hani")
    assert second.json()["cycle_id"] == "kota-2028"
    assert (await city.post("/cycles/none/proposals", who="hani")).status_code == 404
