"""What helps to write a plan: days, forms, annexes, the cascade, templates, copies and pasted sheets."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from contracts.cycle import CaseOpened, CycleDefinition, CycleOpened, Phase
from tests.appraisal.city import CYCLE, City, plan_body

TEMPLATE = {**plan_body(3, 4), "name": "Analis", "position_kind": "fungsional"}
SHEET = "hasil kerja\tbobot\tindikator\ttarget\tsatuan\tarah\nLayanan\t60\tLaporan\t1.250,5\tlaporan\tnaik\n\t\tSelesai\t30/6/2026\t\ttanggal\nData\t40\tBerkas\t2\tberkas\t\n"


async def put(city: City, case: str, body: dict[str, Any], who: str = "rina") -> dict[str, Any]:
    answer = await city.put(f"/cases/{case}/plan", who=who, version=0, json=body)
    assert answer.status_code == 200, answer.text
    saved: dict[str, Any] = answer.json()
    return saved


def due_on(day: date, **more: Any) -> dict[str, Any]:
    body = plan_body(1, 1)
    body["objectives"][0]["indicators"] = [
        {"aspect": "time", "description": "Selesai", "direction": "date", "target_date": day.isoformat(), **more}
    ]
    return body


async def test_a_target_is_a_day_and_is_kept_as_its_ordinal(city: City, case: str) -> None:
    day = date(2026, 6, 30)
    saved = await put(city, case, due_on(day, baseline_date="2026-01-02"))
    [indicator] = saved["objectives"][0]["indicators"]
    assert (indicator["target_date"], indicator["target"]) == ("2026-06-30", float(day.toordinal()))
    assert indicator["baseline_date"] == "2026-01-02"
    indicator["target_date"] = "2026-07-01"
    kept = {key: saved[key] for key in ("form", "objectives", "behaviour_expectations", "annexes")}
    again = await city.put(f"/cases/{case}/plan", who="rina", version=1, json=kept)
    assert again.json()["objectives"][0]["indicators"][0]["target"] == float(day.toordinal()) + 1
    assert (await city.post(f"/cases/{case}/plan/submit", who="rina", version=2)).status_code == 200


async def test_a_goal_past_its_end_is_overdue_and_no_longer_in_progress(city: City, case: str) -> None:
    today = city.now.date()
    body = due_on(today - timedelta(days=1))
    body["objectives"][0]["indicators"].append(due_on(today + timedelta(days=30))["objectives"][0]["indicators"][0])
    saved = await put(city, case, body)
    assert [indicator["state"] for indicator in saved["objectives"][0]["indicators"]] == ["overdue", "in_progress"]


async def test_a_goal_reported_in_progress_is_reached_and_not_overdue_before_any_self_assessment(city: City, case: str) -> None:
    due = city.now.date() - timedelta(days=1)
    await city.approve_plan(case, await city.submit_plan(case, body=due_on(due)))
    await city.enter(case, Phase.MONITORING)
    [indicator] = (await city.get(f"/cases/{case}/plan", who="sari")).json()["objectives"][0]["indicators"]
    assert (indicator["state"], indicator["realisation"]) == ("overdue", None)
    period = (await city.get(f"/cases/{case}/progress", who="rina")).json()["periods"][0]["period"]
    for version, (day, state) in enumerate(((due + timedelta(days=1), "late"), (due, "reached"))):
        rows = {"reports": [{"indicator_id": indicator["indicator_id"], "value": day.toordinal()}]}
        assert (await city.put(f"/cases/{case}/progress/{period}", who="rina", version=version, json=rows)).status_code == 200
        [found] = (await city.get(f"/cases/{case}/plan", who="sari")).json()["objectives"][0]["indicators"]
        assert (found["state"], found["realisation"]) == (state, float(day.toordinal()))
    await city.post(f"/cases/{case}/plan/revision", who="rina", version=2, json={"reason": "Menambah indikator"})
    [revised] = (await city.get(f"/cases/{case}/plan/revision", who="rina")).json()["objectives"][0]["indicators"]
    assert revised["state"] == "reached"


@pytest.mark.parametrize("wrong", [{"target_date": "1899-01-01"}, {"target_date": None, "target": 12.5}])
async def test_a_day_no_plan_can_name_is_refused_with_its_path(city: City, case: str, wrong: dict[str, Any]) -> None:
    body = due_on(date(2026, 6, 30))
    del body["objectives"][0]["indicators"][0]["target_date"]
    body["objectives"][0]["indicators"][0] |= {"target": 12.5} if "target" in wrong else wrong
    answer = await city.put(f"/cases/{case}/plan", who="rina", version=0, json=body)
    assert [error["path"] for error in answer.json()["errors"]] == ["objectives[0].indicators[0].target"]


async def test_the_qualitative_form_asks_for_criteria_in_place_of_targets_and_keeps_its_annexes(city: City, case: str) -> None:
    body = plan_body(1, 1) | {"form": "qualitative", "annexes": {"resources": "Dua analis", "consequences": "Sesuai aturan"}}
    body["objectives"][0]["indicators"] = [{"aspect": "quality", "description": "Kebijakan dipakai"}]
    saved = await put(city, case, body)
    assert saved["annexes"] == {"resources": "Dua analis", "consequences": "Sesuai aturan"}
    assert saved["objectives"][0]["indicators"][0]["target"] is None
    answer = await city.post(f"/cases/{case}/plan/submit", who="rina", version=1)
    assert [error["path"] for error in answer.json()["errors"]] == ["objectives[0].indicators[0].criteria"]
    body["objectives"][0]["indicators"][0]["criteria"] = "Dipakai oleh tiga dinas"
    assert (await city.put(f"/cases/{case}/plan", who="rina", version=1, json=body)).status_code == 200
    assert (await city.post(f"/cases/{case}/plan/submit", who="rina", version=2)).status_code == 200


async def test_a_leader_is_reminded_of_perspectives_and_not_held_up(city: City) -> None:
    case = await city.open_case("sekda")
    plan = await put(city, case, plan_body(2), "sekda")
    assert "objectives[0].perspective" in [warning["path"] for warning in plan["warnings"]]
    assert (await city.post(f"/cases/{case}/plan/submit", who="sekda", version=1)).status_code == 200


# --- the cascade -----------------------------------------------------------------------------------------------------


async def test_a_superiors_objective_is_chosen_from_a_list_and_the_alignment_is_seen_by_the_line_and_hr(city: City, case: str) -> None:
    above = await city.open_case("sari")
    await city.submit_plan(above, who="sari")
    offered = (await city.get(f"/cases/{case}/plan/superior-objectives", who="rina")).json()
    assert [(item["title"], item["person_name"], item["level"]) for item in offered["items"]] == [
        ("Layanan 0", "Sari", 1),
        ("Layanan 1", "Sari", 1),
    ]
    assert offered["missing"] == ["Kepala", "Sekda"]
    body = plan_body(2)
    body["objectives"][0] |= {"supports_id": offered["items"][0]["supports_id"], "supports": None}
    body["objectives"][1] |= {"title": "Tugas lain", "supports": None}
    plan = await put(city, case, body)
    assert plan["objectives"][0]["supports_title"] == "Layanan 0"
    assert [warning["path"] for warning in plan["warnings"]] == ["objectives[1].supports"]
    for who in ("sari", "kepala", "hani"):
        tree = (await city.get(f"/cases/{above}/alignment", who=who)).json()
        assert [len(node["supported_by"]) for node in tree["objectives"]] == [1, 0]
        assert tree["objectives"][0]["supported_by"][0]["person_name"] == "Rina"
        assert [node["title"] for node in tree["unsupported"]] == ["Layanan 1"]
        assert [node["title"] for node in tree["unaligned"]] == ["Tugas lain"]
    for who in ("rina", "budi"):
        assert (await city.get(f"/cases/{above}/alignment", who=who)).status_code == 404


async def test_a_leader_who_has_not_filed_the_own_plan_blocks_nobody_below(city: City, case: str) -> None:
    above = await city.open_case("kepala")
    await city.open_case("sari")
    await city.submit_plan(above, who="kepala")
    offered = (await city.get(f"/cases/{case}/plan/superior-objectives", who="rina")).json()
    assert "Sari" in offered["missing"]
    assert {item["level"] for item in offered["items"]} == {2}
    await city.submit_plan(case)
    plan = (await city.get(f"/cases/{case}/plan", who="rina")).json()
    assert (plan["status"], [warning["path"] for warning in plan["warnings"]]) == ("submitted", ["objectives[0].supports"])
    tree = (await city.get(f"/cases/{CYCLE}.{city.ids['sari']}/alignment", who="sari")).json()
    assert (tree["objectives"], len(tree["unaligned"])) == ([], 2)


async def test_a_superiors_objective_that_is_not_there_is_a_warning(city: City, case: str) -> None:
    body = plan_body(1)
    body["objectives"][0]["supports_id"] = f"{CYCLE}.{city.ids['budi']}/o-1"
    plan = await put(city, case, body)
    assert plan["objectives"][0]["supports_title"] is None
    assert [warning["path"] for warning in plan["warnings"]] == ["objectives[0].supports_id"]
    assert (await city.post(f"/cases/{case}/plan/submit", who="rina", version=1)).status_code == 200


# --- not typed one by one --------------------------------------------------------------------------------------------


async def make_template(city: City, **changes: Any) -> dict[str, Any]:
    answer = await city.post("/plan-templates", who="hani", json=TEMPLATE | changes)
    assert answer.status_code == 201, answer.text
    made: dict[str, Any] = answer.json()
    return made


async def test_25_to_30_goals_are_not_typed_one_by_one_but_assigned_to_many(city: City, case: str) -> None:
    """Drafts are begun from a template where none is written; the others are skipped and named."""
    await city.open_case("sari")
    kepala, budi = await city.open_case("kepala"), await city.open_case("budi")
    await put(city, kepala, plan_body(1), "kepala")
    await city.enter(budi, Phase.MONITORING)
    template = await make_template(city, **plan_body(30, 4))
    path = f"/plan-templates/{template['template_id']}/assignments"
    asked = {"cycle_id": CYCLE, "dry_run": True}
    preview = (await city.post(path, who="hani", json=asked)).json()
    assert (await city.get(f"/cases/{case}/plan", who="rina")).json()["version"] == 0
    outcome = (await city.post(path, who="hani", json=asked | {"dry_run": False})).json()
    assert outcome["created"] == preview["created"] == [{"case_id": case, "person_name": "Rina"}]
    assert {(row["person_name"], row["why"]) for row in outcome["skipped"]} == {("Kepala", "has_plan"), ("Budi", "wrong_phase")}
    plan = (await city.get(f"/cases/{case}/plan", who="rina")).json()
    assert (plan["version"], plan["status"], len(plan["objectives"])) == (1, "draft", 30)
    assert (await city.post(f"/cases/{case}/plan/submit", who="rina", version=1)).status_code == 200
    named = {"cycle_id": CYCLE, "person_ids": [city.ids["sari"], city.ids["hani"]]}
    by_name = (await city.post(path, who="hani", json=named)).json()
    assert [row["person_name"] for row in by_name["created"]] == ["Sari"]
    assert [row["why"] for row in by_name["skipped"]] == ["no_case"]


async def test_25_to_30_goals_are_not_typed_one_by_one_but_taken_from_a_template(city: City, case: str) -> None:
    fitting, other = await make_template(city, position="jabatan RINA"), await make_template(city, position_kind="jpt_pratama")
    offered = (await city.get(f"/cases/{case}/plan/templates", who="rina")).json()["items"]
    assert [row["template_id"] for row in offered] == [fitting["template_id"]]
    rows = (
        await city.post(f"/cases/{case}/plan/rows", who="rina", json={"source": "template", "template_id": fitting["template_id"]})
    ).json()
    assert len(rows["objectives"]) == 3
    assert rows["objectives"][0]["objective_id"] is None
    assert (await city.get(f"/cases/{case}/plan", who="rina")).json()["version"] == 0
    plan = await put(city, case, {key: rows[key] for key in ("form", "objectives", "behaviour_expectations", "annexes")})
    assert len(plan["objectives"]) == 3
    assert other["template_id"] != fitting["template_id"]


async def test_25_to_30_goals_are_not_typed_one_by_one_but_copied_from_last_year(city: City, case: str) -> None:
    assert (await city.post(f"/cases/{case}/plan/rows", who="rina", json={"source": "last_year"})).status_code == 404
    definition = CycleDefinition.model_validate(city.definition(cycle_id="skp-2025", year=2025))
    old = f"skp-2025.{city.ids['rina']}"
    await city.hear(
        CycleOpened(cycle_id="skp-2025", definition=definition),
        CaseOpened(cycle_id="skp-2025", case_id=old, person_id=city.ids["rina"], unit_id="dinkes", due_at=city.due()),
    )
    await put(city, old, due_on(date(2025, 6, 30)) | {"annexes": {"resources": "Dua analis"}})
    rows = (await city.post(f"/cases/{case}/plan/rows", who="rina", json={"source": "last_year"})).json()
    assert (rows["source"], rows["annexes"]) == ("2025", {"resources": "Dua analis"})
    assert rows["objectives"][0]["indicators"][0]["target_date"] == "2026-06-30"
    assert rows["objectives"][0]["indicators"][0]["indicator_id"] is None


async def test_25_to_30_goals_are_not_typed_one_by_one_but_pasted_from_a_sheet(city: City, case: str) -> None:
    answer = await city.post(f"/cases/{case}/plan/rows", who="rina", json={"source": "sheet", "text": SHEET})
    assert answer.status_code == 200, answer.text
    plan = await put(city, case, {"objectives": answer.json()["objectives"]})
    assert [(objective["title"], objective["weight"], len(objective["indicators"])) for objective in plan["objectives"]] == [
        ("Layanan", 60, 2),
        ("Data", 40, 1),
    ]
    assert plan["objectives"][0]["indicators"][0]["target"] == 1250.5
    assert plan["objectives"][0]["indicators"][1]["target_date"] == "2026-06-30"
    assert (await city.post(f"/cases/{case}/plan/submit", who="rina", version=1)).status_code == 200


async def test_each_bad_cell_of_a_pasted_sheet_is_named_by_row_and_column_with_its_mend(city: City, case: str) -> None:
    text = SHEET.replace("1.250,5", "banyak").replace("30/6/2026", "31/6/2026").replace("\t40\t", "\tx\t")
    answer = await city.post(f"/cases/{case}/plan/rows", who="rina", json={"source": "sheet", "text": text})
    assert answer.status_code == 422
    assert [error["path"] for error in answer.json()["errors"]] == ["row 2, target", "row 3, target", "row 4, weight"]
    assert all(error["mend"] for error in answer.json()["errors"])
    empty = await city.post(f"/cases/{case}/plan/rows", who="rina", json={"source": "sheet"})
    assert [error["path"] for error in empty.json()["errors"]] == ["text"]


async def test_templates_are_kept_by_hr_alone_with_versions(city: City, case: str) -> None:
    made = await make_template(city)
    path = f"/plan-templates/{made['template_id']}"
    for who in ("rina", "sari", "budi", "sekda"):
        assert (await city.get("/plan-templates", who=who)).status_code == 403
        assert (await city.post("/plan-templates", who=who, json=TEMPLATE)).status_code == 403
        assert (await city.put(path, who=who, version=1, json=TEMPLATE)).status_code == 403
        assert (await city.post(f"{path}/assignments", who=who, json={"cycle_id": CYCLE})).status_code == 403
    assert (await city.put(path, who="hani", version=1, json=TEMPLATE | {"active": False})).headers["etag"] == '"2"'
    assert (await city.put(path, who="hani", version=1, json=TEMPLATE)).status_code == 412
    assert (await city.get(path, who="hani")).json()["active"] is False
    assert (await city.get(f"/cases/{case}/plan/templates", who="rina")).json()["items"] == []
    gone = await city.post(f"/cases/{case}/plan/rows", who="rina", json={"source": "template", "template_id": made["template_id"]})
    assert gone.status_code == 404
    assert (await city.get("/plan-templates/t-none", who="hani")).status_code == 404
    assert [row["name"] for row in (await city.get("/plan-templates", who="hani")).json()["items"]] == ["Analis"]
