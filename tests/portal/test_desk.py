"""The supervisor's desk at the portal: plans agreed to together, the review beside what it is written from, and how sessions went."""

from __future__ import annotations

from contracts.cycle import Phase, PhaseOpened
from tests.portal.city import CYCLE
from tests.portal.test_talks import Play, play, to_monitoring
from tests.portal.test_year import PLAN, open_task, press, submit_plan

__all__ = ["play"]


async def add_evidence(play: Play, **names: str) -> None:
    """Links as evidence of the plan's indicator, each with its name, by the words its address ends in."""
    for word, name in names.items():
        await play.employee.open(f"/cases/{play.case_id}/progress")
        link = {"url": f"https://drive.bandung.go.id/{word}", "name": name}
        await press(play.city, play.employee, f"/cases/{play.case_id}/evidence", link)


def card_of(page: str, name: str) -> str:
    """One card of a page."""
    return page.partition(f'aria-labelledby="{name}"')[2].partition("</section>")[0]


async def test_plans_are_agreed_to_together_after_a_preview_of_what_will_happen(play: Play) -> None:
    await submit_plan(play.city, play.employee, play.case_id)
    assert "Setujui rencana bersama-sama (1)" in (await play.supervisor.open("/team")).text
    shown = await play.supervisor.open("/team/plans")
    assert str(play.person["name"]) in shown.text
    none = await press(play.city, play.supervisor, "/team/plans", button="preview", status=422)
    assert "Centang sedikitnya satu rencana" in none
    preview = await press(play.city, play.supervisor, "/team/plans", {"plan": play.case_id}, button="preview")
    assert "Akan disetujui: 1" in preview
    assert "menjadi rencana yang berlaku" in preview
    assert "Rencana menunggu: 1" in preview, "a preview changes nothing"
    agreed = await press(play.city, play.supervisor, "/team/plans", button="agree")
    assert "Rencana disetujui: 1" in agreed
    assert "Tidak ada rencana yang menunggu Anda" in (await play.supervisor.open("/team/plans")).text


async def test_a_plan_handed_in_anew_between_preview_and_word_is_left_out_and_named(play: Play) -> None:
    await submit_plan(play.city, play.employee, play.case_id)
    await play.supervisor.open("/team/plans")
    stale = {"plan": play.case_id, f"version-{play.case_id}": "99"}
    told = await press(play.city, play.supervisor, "/team/plans", stale, button="agree")
    assert "versi yang lebih baru telah diserahkan" in told
    assert "Rencana menunggu: 1" in told


async def test_self_assessment_and_review_stand_side_by_side_with_the_years_check_ins_evidence_and_feedback(play: Play) -> None:
    await to_monitoring(play)
    await play.supervisor.open(f"/cases/{play.case_id}/monitoring")
    praise = {"kind": "praise", "about": "value:kompeten", "text": "Presentasi yang jelas"}
    await press(play.city, play.supervisor, f"/cases/{play.case_id}/monitoring/feedback", praise)
    await open_task(play.supervisor, "Catat evaluasi periodik")
    await press(play.city, play.supervisor, f"/cases/{play.case_id}/check-ins", {"progress": "Dua laporan selesai"})
    await add_evidence(play, laporan="Laporan triwulan", salah="Berkas yang salah")
    removed = (await play.city.call("appraisal", "GET", f"/cases/{play.case_id}/evidence"))["items"][-1]["evidence_id"]
    await press(
        play.city,
        play.employee,
        f"/cases/{play.case_id}/evidence/removal",
        {"evidence_id": removed, f"reason-{removed}": "Salah berkas"},
    )
    await open_task(play.employee, "Isi penilaian diri")
    answers = {"realisations-0-value": "4", "summary": "Tahun yang baik"}
    await press(play.city, play.employee, f"/cases/{play.case_id}/self-assessment", answers, button="submit")
    address = f"/cases/{play.case_id}/side-by-side"
    page = (await play.supervisor.open(address)).text
    for part in ("Tahun yang baik", "Dilaporkan: 4", "Dua laporan selesai", "Presentasi yang jelas", "Nilai hasil dan perilaku kerja"):
        assert part in page, part
    link = '<a class="govuk-link" href="https://drive.bandung.go.id/laporan" rel="noopener noreferrer external">Laporan triwulan</a>'
    assert link in card_of(page, "beside-self"), "evidence stands at its indicator"
    assert link in card_of(page, "beside-evidence"), "and in the list of all there is"
    assert PLAN["objectives-0-indicators-0-description"] in card_of(page, "beside-evidence"), "which says what it is evidence of"
    assert "Berkas yang salah" not in page, "what was removed is no evidence"
    half = {"results": "above", "results_reason": "Lebih dari target"}
    refused = await press(play.city, play.supervisor, f"/cases/{play.case_id}/review", half, button="submit", status=422)
    assert "Tahun yang baik" in refused, "the refused form is still beside what it is written from"
    assert "Lebih dari target" in refused
    saved = await press(play.city, play.supervisor, f"/cases/{play.case_id}/review", half, button="save")
    assert "Tahun yang baik" in saved
    assert "Lebih dari target" in saved
    seen = (await play.employee.open(address)).text
    assert "Lebih dari target" not in seen, "the employee does not read the draft of the review"
    assert f'action="/cases/{play.case_id}/review"' not in seen


async def test_evidence_stands_beside_a_review_that_goes_on_without_a_self_assessment(play: Play) -> None:
    await to_monitoring(play)
    address, due = f"/cases/{play.case_id}/side-by-side", play.city.definition.calendar.supervisor_review.due_at
    assert "Belum ada bukti" in card_of((await play.supervisor.open(address)).text, "beside-evidence")
    await add_evidence(play, laporan="Laporan triwulan")
    await play.city.emit(PhaseOpened(cycle_id=CYCLE, case_id=play.case_id, phase=Phase.SUPERVISOR_REVIEW, due_at=due))
    page = (await play.supervisor.open(address)).text
    assert f'action="/cases/{play.case_id}/review"' in page
    assert "Belum ada penilaian diri" in card_of(page, "beside-self")
    evidence = card_of(page, "beside-evidence")
    assert 'href="https://drive.bandung.go.id/laporan"' in evidence
    assert PLAN["objectives-0-indicators-0-description"] in evidence


async def test_evidence_of_an_indicator_that_left_the_plan_stays_beside_the_review(play: Play) -> None:
    await to_monitoring(play)
    await add_evidence(play, laporan="Laporan triwulan")
    await play.employee.open(f"/cases/{play.case_id}")
    await press(play.city, play.employee, f"/cases/{play.case_id}/plan/revision/open", {"revision_reason": "Mutasi tugas"})
    editor = f"/cases/{play.case_id}/plan/revision"
    await press(play.city, play.employee, editor, button="remove-objective-0")
    await press(play.city, play.employee, editor, button="add-objective")
    await press(play.city, play.employee, editor, PLAN | {"objectives-0-indicators-0-description": "Jumlah arsip"}, button="submit")
    await open_task(play.supervisor, "Setujui rencana kinerja")
    await press(play.city, play.supervisor, f"/cases/{play.case_id}/plan-decision", {"decision": "approve"})
    evidence = card_of((await play.supervisor.open(f"/cases/{play.case_id}/side-by-side")).text, "beside-evidence")
    assert "Laporan triwulan" in evidence
    assert "Indikator yang tidak ada lagi dalam rencana" in evidence


async def test_a_self_assessment_is_returned_with_a_reason_beside_the_review_and_comes_back_mended(play: Play) -> None:
    await to_monitoring(play)
    await open_task(play.supervisor, "Catat evaluasi periodik")
    await press(play.city, play.supervisor, f"/cases/{play.case_id}/check-ins", {"progress": "Dua laporan selesai"})
    await open_task(play.employee, "Isi penilaian diri")
    own = f"/cases/{play.case_id}/self-assessment"
    await press(play.city, play.employee, own, {"realisations-0-value": "4", "summary": "Tahun yang baik"}, button="submit")
    address, back = f"/cases/{play.case_id}/side-by-side", f"{own}-return"
    await play.supervisor.open(address)
    assert "Tuliskan apa yang perlu diperbaiki" in await press(play.city, play.supervisor, back, status=422)
    told = await press(play.city, play.supervisor, back, {"reason": "Lampirkan laporan triwulan"})
    assert "Penilaian diri dikembalikan kepada pegawai" in told
    await open_task(play.employee, "Isi penilaian diri")
    page = (await play.employee.open(f"/cases/{play.case_id}")).text
    for part in ("Lampirkan laporan triwulan", "Tahun yang baik"):
        assert part in page, part
    seen = (await play.supervisor.open(address)).text
    for part in ("Penilaian diri ini Anda kembalikan", "Batas penyerahan kembali", "Tahun yang baik"):
        assert part in seen, part
    await play.employee.open(f"/cases/{play.case_id}")
    await press(play.city, play.employee, own, {"summary": "Laporan terlampir"}, button="submit")
    mended = (await play.supervisor.open(address)).text
    assert "Laporan terlampir" in mended
    assert "Penilaian diri ini Anda kembalikan" not in mended


async def test_the_means_of_the_nine_statements_are_linked_from_the_cycles_page(play: Play) -> None:
    hr = play.city.visitor(play.cast.with_role("hr"))
    link = f"/cycles/{CYCLE}/session-opinions"
    assert f'href="{link}"' in (await hr.open(f"/cycles/{CYCLE}")).text
    assert (await hr.open(link)).status_code == 200
    assert (await play.employee.open(link)).status_code == 403
