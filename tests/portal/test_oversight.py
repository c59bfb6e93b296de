"""The independent evaluation and the calibration at the portal: by forms alone, on the real services."""

from __future__ import annotations

from contracts.cycle import Phase, PhaseOpened
from tests.portal.cast import Cast
from tests.portal.city import CYCLE, City
from tests.portal.test_steps import city, to_review
from tests.portal.test_year import open_task, press

__all__ = ["city"]
SECRET = "Lebih"
"""The reason the supervisor gives in ``to_review``; an evaluator must not read it."""


async def enter(city: City, case_id: str, phase: Phase, *, reopened: bool = False) -> None:
    due = city.definition.calendar.window(phase).due_at
    await city.emit(PhaseOpened(cycle_id=CYCLE, case_id=case_id, phase=phase, due_at=due, reopened=reopened))


async def holder(city: City, case_id: str, kind: str) -> dict[str, object]:
    """Who has the open task of a kind in a case."""
    task = (await city.call("supervision", "GET", f"/tasks?assignee=all&case_id={case_id}&kind={kind}"))["items"][0]
    return next(person for person in await city.people() if person["person_id"] == task["assignee_id"])


async def test_hr_draws_an_evaluator_rates_blind_and_the_superior_decides_with_both_opinions(city: City) -> None:
    case_id, employee = await to_review(city, calibration=True)
    hr = city.visitor((await Cast.of(city)).with_role("hr"))
    overview = f"/cycles/{CYCLE}/evaluation"
    assert "Undi sampel" in (await hr.open(overview)).text
    page = await press(city, hr, f"{overview}/draw", {"seed": "x"}, status=422)
    assert 'href="#seed"' in page
    page = await press(city, hr, f"{overview}/draw", {"seed": "2026", "percent": "100"})
    assert "1 dari 1 penilaian terundi (100 %)" in page
    assert "menghasilkan sampel yang sama" in page
    await enter(city, case_id, Phase.INDEPENDENT_EVALUATION)

    evaluator = city.visitor(await holder(city, case_id, "evaluate_case"))
    assert employee["name"] in (await evaluator.open("/evaluations")).text
    page = await open_task(evaluator, "Evaluasi independen")
    assert "Rencana kinerja (SKP)" in page
    assert SECRET not in page
    assert "Sangat Baik" not in page
    page = await press(city, evaluator, f"/cases/{case_id}/evaluation", {"results": "below"}, status=422)
    assert "Tulis temuan Anda" in page
    opinion = {"results": "below", "behaviour": "as_expected", "findings": "Laporan ketiga tidak ada"}
    page = await press(city, evaluator, f"/cases/{case_id}/evaluation", opinion)
    assert "Evaluasi terkirim" in page
    assert SECRET in page, "after the own rating the supervisor's is shown"

    superior = city.visitor(await holder(city, case_id, "decide_evaluation"))
    page = await open_task(superior, "Putuskan atas penilaian kedua")
    assert SECRET in page
    assert "Laporan ketiga tidak ada" in page
    page = await press(city, superior, f"/cases/{case_id}/evaluation-decision", {"decision": "adopt"}, status=422)
    assert "Tulis alasan putusan Anda" in page
    values = {"decision": "adopt", "reason": "Bukti laporan ketiga tidak ada"}
    await press(city, superior, f"/cases/{case_id}/evaluation-decision", values)
    page = (await superior.open(f"/cases/{case_id}")).text
    assert "setelah penilaian kedua oleh tim evaluasi independen" in page
    assert "Butuh Perbaikan" in page
    page = (await hr.open(overview)).text
    assert "Temuan per unit" in page
    assert "Laporan ketiga tidak ada" in page


async def test_an_evaluator_who_is_too_near_hands_the_case_on(city: City) -> None:
    case_id, employee = await to_review(city)
    await enter(city, case_id, Phase.INDEPENDENT_EVALUATION, reopened=True)
    first = await holder(city, case_id, "evaluate_case")
    evaluator = city.visitor(first)
    await evaluator.open("/evaluations")
    page = await press(city, evaluator, f"/evaluations/{case_id}/conflict", {"reason": ""}, status=422)
    assert "Sebutkan apa yang membuat anggota terlalu dekat" in page
    page = await press(city, evaluator, f"/evaluations/{case_id}/conflict", {"reason": "Sepupu saya"})
    assert "Benturan kepentingan tercatat" in page
    assert (await holder(city, case_id, "evaluate_case"))["person_id"] != first["person_id"]
    assert (await evaluator.open(f"/cases/{case_id}")).status_code == 404
    assert employee["name"] not in page.split("Selesai")[0]


async def test_hr_names_the_team_and_declares_relatives(city: City) -> None:
    _, employee = await to_review(city)
    hr = city.visitor((await Cast.of(city)).with_role("hr"))
    overview = f"/cycles/{CYCLE}/evaluation"
    page = (await hr.open(f"{overview}?q={employee['name']}")).text
    assert "HR belum menunjuk siapa pun" in page
    page = await press(city, hr, f"{overview}/members", {"person_id": employee["person_id"]})
    assert "Tim diubah" in page
    assert "HR belum menunjuk siapa pun" not in page
    page = await press(city, hr, f"{overview}/conflicts", {"near_unit_id": ""}, status=422)
    assert "Pilih orang atau unit" in page
    units = await city.call("appraisal", "GET", "/units")
    unit_id = (units["items"] if isinstance(units, dict) else units)[0]["unit_id"]
    page = await press(city, hr, f"{overview}/conflicts", {"near_unit_id": unit_id, "conflict_reason": "Bekas kepala unit"})
    assert "Bekas kepala unit" in page
    page = await press(city, hr, f"{overview}/members", {"person_id": employee["person_id"]}, button="remove")
    assert "HR belum menunjuk siapa pun" in page
    assert (await city.visitor(employee).open(overview)).status_code == 403


async def test_a_unit_is_calibrated_with_its_distribution_beside_the_pattern(city: City) -> None:
    case_id, employee = await to_review(city, calibration=True)
    head = city.visitor(await holder(city, case_id, "release_results"))
    unit_id = (await city.person(employee["person_id"]))["unit_id"]
    page = await open_task(head, "Lepaskan hasil unit")
    assert "Kalibrasi unit" in page
    calibration = f"/cycles/{CYCLE}/calibration"
    page = (await head.open(f"{calibration}?unit_id={unit_id}")).text
    assert employee["name"] in page
    assert "<progress" in page
    assert "Sangat Baik" in page
    page = (await head.open(f"{calibration}?unit_id={unit_id}&case_id={case_id}")).text
    assert 'aria-current="true"' in page, "the board says whose name was chosen"
    assert f'<option value="{case_id}" selected>' in page
    move = {"results": "as_expected", "behaviour": "above", "reason": ""}
    page = await press(city, head, calibration, move, button="try")
    assert "Akibat perubahan ini" in page
    assert "Dengan usulan" in page, "the chart shows how it would stand beside how it stands"
    page = (await head.open(f"{calibration}?unit_id={unit_id}")).text
    assert "Tidak ada usulan" in page, "trying proposes nothing"
    page = await press(city, head, calibration, move, status=422)
    assert "Tulis mengapa nilai perlu berubah" in page
    page = await press(city, head, calibration, {**move, "reason": "Setara dengan seksi lain"})
    assert "1 usulan menunggu atasan" in page
    assert "Bila semua usulan disetujui" in page
    await open_task(head, "Lepaskan hasil unit")
    page = await press(city, head, f"/cases/{case_id}/release", {"reason": "Selaras", "sure": "yes"}, status=409)
    assert "1 usulan kalibrasi menunggu atasan" in page

    superior = city.visitor(await holder(city, case_id, "decide_calibration"))
    page = await open_task(superior, "Putuskan usulan kalibrasi")
    assert "Setara dengan seksi lain" in page
    await press(city, superior, f"/cases/{case_id}/calibration-decision", {"approved": "yes", "reason": "Angkanya mendukung"})
    await open_task(head, "Lepaskan hasil unit")
    await press(city, head, f"/cases/{case_id}/release", {"reason": "Selaras", "sure": "yes"})
    page = (await head.open(f"{calibration}?unit_id={unit_id}")).text
    assert "terkunci" in page
    page = (await city.visitor(employee).open(f"/cases/{case_id}")).text
    assert "Angkanya mendukung" in page, "the person concerned sees the move with the result"
    assert "usulan kalibrasi unit" in page


async def test_hr_marks_a_complaint_that_stands_on_the_case(city: City) -> None:
    case_id, _ = await to_review(city, evaluate_complaints=True, calibration=True)
    hr = city.visitor((await Cast.of(city)).with_role("hr"))
    await hr.open(f"/cases/{case_id}")
    page = await press(city, hr, f"/cases/{case_id}/citizen-complaint", {"complaint_reason": "Dua warga mengadu"})
    assert "Pengaduan tercatat" in page
    assert (await holder(city, case_id, "evaluate_case"))["person_id"]
