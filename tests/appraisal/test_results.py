"""Results by each rule set over HTTP and events: pinned, explained, computed again, never changed silently."""

from __future__ import annotations

from typing import Any

import orjson
import pytest

from contracts.appraisal import Rating
from contracts.cycle import CaseOpened, CycleDefinition, CycleOpened, Phase
from contracts.supervision import PlanApproved
from services.appraisal.domain.explanation import tree_hash, verifies
from tests.appraisal import by_hand_text
from tests.appraisal.by_hand import find, outcome
from tests.appraisal.city import CYCLE, City, plan_body

NUMERIC = "skp-angka"


async def numeric_case(city: City, rule_set: str = "pp-30-2019") -> str:
    """Rina's case in a cycle of a numeric rule set."""
    body = city.definition(cycle_id=NUMERIC, rule_set=rule_set, may_overlap=True)
    assert (await city.put(f"/cycles/{NUMERIC}", json=body)).status_code == 200
    case_id = f"{NUMERIC}.{city.ids['rina']}"
    await city.hear(
        CycleOpened(cycle_id=NUMERIC, definition=CycleDefinition.model_validate(body)),
        CaseOpened(cycle_id=NUMERIC, case_id=case_id, person_id=city.ids["rina"], unit_id="dinkes", due_at=city.due()),
    )
    return case_id


async def reported(city: City, case_id: str, values: list[float]) -> None:
    """A plan of two objectives is approved and its realisations are reported."""
    version = await city.submit_plan(case_id, body=plan_body(objectives=2, indicators=1))
    await city.hear(PlanApproved(cycle_id=NUMERIC, case_id=case_id, plan_version=version, approved_by=city.ids["sari"]))
    await city.enter(case_id, Phase.SELF_ASSESSMENT)
    plan = (await city.get(f"/cases/{case_id}/plan", who="rina")).json()
    ids = [indicator["indicator_id"] for objective in plan["objectives"] for indicator in objective["indicators"]]
    rows = [{"indicator_id": name, "value": value} for name, value in zip(ids, values, strict=True)]
    body = {"realisations": rows, "summary": "Tercapai."}
    assert (await city.put(f"/cases/{case_id}/self-assessment", who="rina", version=0, json=body)).status_code == 200
    assert (await city.post(f"/cases/{case_id}/self-assessment/submit", who="rina", version=1)).status_code == 200
    await city.enter(case_id, Phase.SUPERVISOR_REVIEW)


async def result(city: City, case_id: str) -> dict[str, Any]:
    found: dict[str, Any] = (await city.get(f"/cases/{case_id}/result")).json()
    return found


async def rescored(city: City, cycle_id: str = CYCLE, *, dry_run: bool = True) -> dict[str, Any]:
    answer = await city.post(f"/cycles/{cycle_id}/rescore", params={"dry_run": dry_run})
    assert answer.status_code == 200, answer.text
    body: dict[str, Any] = answer.json()
    return body


async def test_a_rating_is_computed_from_indicators_by_the_rule_set_and_not_typed_by_hand(city: City) -> None:
    """A rating typed by hand 0-100, no computation: here plan, weights and core values give the number."""
    case_id = await numeric_case(city)
    await reported(city, case_id, [4, 3.6])
    values = {"akuntabel": Rating.ABOVE, "loyal": Rating.AS_EXPECTED}
    await city.hear(city.review(case_id, "above", "as_expected", value_ratings=values).model_copy(update={"cycle_id": NUMERIC}))
    found = await result(city, case_id)
    tree = found["explanation"]
    assert (tree["inputs"]["plan_percent"], tree["inputs"]["behaviour_score"]) == (95, 110)
    assert found["category"] == outcome(tree) == "baik"
    assert found["verified"] is True
    assert "95 x 70 % + behaviour 110 x 30 %; the result is 99.5" in tree["text"]["en"]


async def test_a_stored_explanation_is_enough_to_compute_the_result_by_hand_from_targets_and_realisations(city: City) -> None:
    """HR sees a score change but not why: tree and sentences go down to each indicator and core value, and come out the same again."""
    case_id = await numeric_case(city)
    await reported(city, case_id, [4, 3.6])
    values = {"akuntabel": Rating.ABOVE, "loyal": Rating.AS_EXPECTED}
    await city.hear(city.review(case_id, "above", "as_expected", value_ratings=values).model_copy(update={"cycle_id": NUMERIC}))
    tree = (await result(city, case_id))["explanation"]
    reached = [
        (row["target"], row["realised"], row["direction"]) for each in tree["inputs"]["plan_objectives"] for row in each["indicators"]
    ]
    assert reached == [(4, 4, "more"), (4, 3.6, "more")]
    plan = find(tree["steps"], "attainment")
    assert [step["outcome"] for each in plan["steps"] for step in each["steps"]] == [100, 90]
    for percentage in ("plan_percent", "plan_rows", "behaviour_score"):
        assert tree["inputs"].pop(percentage) is not None
    tree["inputs"] |= {"plan_percent": 0, "behaviour_score": 0}
    assert outcome(tree) == "baik"
    assert {language: by_hand_text.outcome(text, language) for language, text in tree["text"].items()} == {"id": "baik", "en": "baik"}
    assert (await rescored(city, NUMERIC))["differences"] == []


async def test_the_best_category_of_pp_30_needs_the_new_idea_of_the_review(city: City) -> None:
    case_id = await numeric_case(city)
    await reported(city, case_id, [8, 8])
    review = city.review(case_id, "above", "above").model_copy(update={"cycle_id": NUMERIC})
    await city.hear(review)
    assert (await result(city, case_id))["category"] == "baik"
    await city.hear(review.model_copy(update={"new_idea": True}))
    assert (await result(city, case_id))["category"] == "sangat_baik"


async def test_a_missing_self_assessment_leaves_no_zero_behind(city: City) -> None:
    """A missing component counts as zero: the rule says what happens without it."""
    case_id = await numeric_case(city)
    await city.hear(city.review(case_id, "as_expected", "as_expected").model_copy(update={"cycle_id": NUMERIC}))
    found = await result(city, case_id)
    assert found["category"] == "baik"
    assert "what the rating of results stands for counts in its place" in found["explanation"]["text"]["en"]


async def test_a_decided_objection_changes_a_measured_result(city: City) -> None:
    case_id = await numeric_case(city)
    await reported(city, case_id, [2, 2])
    await city.hear(city.review(case_id, "below", "as_expected").model_copy(update={"cycle_id": NUMERIC}))
    assert (await result(city, case_id))["category"] == "kurang"
    await city.hear(city.decision(case_id, "as_expected", "as_expected").model_copy(update={"cycle_id": NUMERIC}))
    found = await result(city, case_id)
    assert (found["category"], found["version"], found["cause"]) == ("baik", 2, "objection")
    assert outcome(found["explanation"]) == "baik"


async def test_a_submitted_score_does_not_change_when_the_plan_changes_later(city: City) -> None:
    """A submitted score changes silently when a goal is edited later: the result keeps what it was computed from."""
    case_id = await numeric_case(city)
    await reported(city, case_id, [4, 4])
    await city.hear(city.review(case_id, "above", "above").model_copy(update={"cycle_id": NUMERIC}))
    before = await result(city, case_id)
    await city.sql("UPDATE plan SET objectives = jsonb_set(objectives, '{0,indicators,0,target}', '400') WHERE case_id = :id", id=case_id)
    await city.sql("UPDATE self_assessment SET realisations = '[]' WHERE case_id = :id", id=case_id)
    assert await result(city, case_id) == before
    assert (await rescored(city, NUMERIC, dry_run=False))["differences"] == []
    assert await result(city, case_id) == before


async def test_scales_belong_to_the_rule_sets_and_are_told(city: City) -> None:
    """Rating scale fixed at 5 stars: every rule set tells its own scales, needs, and what it does without an input."""
    found = {row["id"]: row for row in (await city.get("/rule-sets", who="rina")).json()["items"]}
    assert set(found) == {"permenpanrb-6-2022", "pp-30-2019", "competency-based"}
    numeric = next(scale for scale in found["pp-30-2019"]["scales"] if scale["name"] == "category")
    assert numeric["bands"][0] == {"name": "sangat_baik", "low": 110, "low_included": True, "needs": "new_idea"}
    assert found["pp-30-2019"]["needs"] == [["plan_percent", "results"], ["behaviour_score", "behaviour"]]
    assert found["pp-30-2019"]["title"]["id"] == "PP 30/2019, nilai berbobot SKP dan perilaku kerja"
    assert set(found["competency-based"]["without"]) <= set(found["competency-based"]["uses"])


async def test_a_cycle_with_an_unknown_rule_set_is_refused_and_the_known_ones_are_named(city: City) -> None:
    answer = await city.post("/cycles", who="hani", json=city.definition(cycle_id="lain", rule_set="pp-30-2019") | {"rule_set_version": 9})
    assert answer.status_code == 422
    error = answer.json()["errors"][0]
    assert error["path"] == "rule_set"
    assert "pp-30-2019 version 1" in error["mend"]


async def test_computing_again_on_unchanged_input_makes_no_difference_bit_for_bit(city: City, case: str) -> None:
    await city.hear(city.review(case, "above", "as_expected"))
    second = await city.open_case("sari")
    await city.hear(city.review(second, "below", "below"), city.review(second, "above", "above"))
    for dry_run in (True, False):
        found = await rescored(city, dry_run=dry_run)
        assert (found["checked"], found["differences"]) == (3, [])
    first = (await city.post(f"/cycles/{CYCLE}/rescore", params={"dry_run": True, "limit": 2})).json()
    rest = (await city.post(f"/cycles/{CYCLE}/rescore", params={"dry_run": True, "limit": 2, "cursor": first["next_cursor"]})).json()
    assert (first["checked"], rest["checked"], rest["next_cursor"]) == (2, 1, None)


async def falsify(city: City, case_id: str, category: str) -> None:
    """Put a further version in place that its own inputs do not give, as a mended rule would find it."""
    row = (await city.sql("SELECT * FROM result_version WHERE case_id = :id ORDER BY version DESC LIMIT 1", id=case_id))[0]._mapping
    tree = row["explanation"] | {"outcome": category}
    tree["hash"] = tree_hash(tree)
    await city.sql("UPDATE result_version SET status = 'superseded' WHERE case_id = :id AND status = 'provisional'", id=case_id)
    await city.sql(
        "INSERT INTO result_version (case_id, version, status, results, behaviour, category, explanation, hash, cause, reason, scored_at)"
        " VALUES (:id, 2, 'provisional', :results, :behaviour, :category, CAST(:tree AS jsonb), :hash, 'review', '', :at)",
        id=case_id,
        results=row["results"],
        behaviour=row["behaviour"],
        category=category,
        tree=orjson.dumps(tree).decode(),
        hash=tree["hash"],
        at=row["scored_at"],
    )
    await city.sql("UPDATE appraisal_case SET result_version = 2 WHERE case_id = :id", id=case_id)


async def test_a_provisional_result_that_comes_out_otherwise_gets_a_new_reasoned_version(city: City, case: str) -> None:
    await city.hear(city.review(case, "above", "above"))
    await falsify(city, case, "kurang")
    assert (await result(city, case))["verified"] is False
    dry = await rescored(city)
    assert [(one["version"], one["stored_category"], one["computed_category"]) for one in dry["differences"]] == [
        (2, "kurang", "sangat_baik")
    ]
    assert (await result(city, case))["version"] == 2
    assert (await rescored(city, dry_run=False))["differences"][0]["outcome"] == "new_version"
    found = await result(city, case)
    assert (found["version"], found["category"], found["verified"]) == (3, "sangat_baik", True)
    assert found["reason"].startswith("The result was computed again")


async def test_a_closed_result_never_changes_and_is_only_reported(city: City, case: str) -> None:
    await city.hear(city.review(case, "above", "above"))
    await falsify(city, case, "kurang")
    await city.end(case)
    assert (await rescored(city, dry_run=False))["differences"][0]["outcome"] == "closed_never_changes"
    assert ((await result(city, case))["version"], (await result(city, case))["status"]) == (2, "closed")
    with pytest.raises(Exception, match="cannot change"):
        await city.sql("UPDATE result_version SET credit_points = '{}' WHERE case_id = :id", id=case)


@pytest.mark.parametrize("who", ["rina", "sari", "hani"])
async def test_only_ops_and_the_system_compute_again(city: City, who: str) -> None:
    assert (await city.post(f"/cycles/{CYCLE}/rescore", who=who, params={"dry_run": True})).status_code == 403


async def test_hr_sees_why_a_score_changed(city: City, case: str) -> None:
    """HR sees a score change but not why: every version keeps its reason and its tree."""
    await city.hear(city.review(case, "as_expected", "as_expected"), city.decision(case, "above", "above"))
    found = (await city.get(f"/cases/{case}/result", who="hani")).json()
    assert "objection o-1 was decided" in found["reason"]
    assert "PP 30/2019, article 59" in found["explanation"]["text"]["en"]
    assert "PP 30/2019, article 59" in found["why"]["en"]
    assert "PP 30/2019, Pasal 59" in found["why"]["id"]
    assert "article" not in found["why"]["id"]
    assert [one["version"] for one in found["earlier_versions"]] == [1]


async def test_the_result_recomputed_after_an_objection_carries_an_explanation_that_names_the_decision_and_computes_again(
    city: City, case: str
) -> None:
    await city.hear(city.review(case, "below", "as_expected"), city.decision(case, "above", "above"))
    recomputed = (await city.get(f"/cases/{case}/result", who="hani")).json()
    assert (recomputed["version"], recomputed["cause"], recomputed["category"]) == (2, "objection", "sangat_baik")
    assert "objection o-1 was decided" in recomputed["reason"]
    assert "The assessor's superior decided on the objection, results: above expectation" in recomputed["explanation"]["text"]["en"]
    assert "Atasan pejabat penilai memutuskan atas keberatan" in recomputed["explanation"]["text"]["id"]
    assert recomputed["explanation"]["inputs"]["cause"] == "objection"
    assert recomputed["verified"] is True
    assert [(one["version"], one["status"]) for one in recomputed["earlier_versions"]] == [(1, "superseded")]


async def test_credit_points_of_a_functional_position_are_explained_with_the_result(city: City, case: str) -> None:
    await city.hear(city.review(case, "above", "above"))
    credit = (await result(city, case))["credit_points"]
    assert credit["outcome"] == 37.5
    assert verifies(credit)
    assert "25 x 150 persen x 12/12 bulan = 37,5 angka kredit" in credit["text"]["id"]
    leader = await city.open_case("sari")
    await city.hear(city.review(leader, "above", "above"))
    assert (await result(city, leader))["credit_points"] is None
    assert await city.findings() == []
