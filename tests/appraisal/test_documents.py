"""The plan and the evaluation document as PDF: every field is on them, for whoever may read it, and nothing typed becomes layout."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pypdfium2
import pytest

from contracts.cycle import Phase
from services.appraisal.documents import engine
from services.appraisal.documents.pages import words
from tests.appraisal.city import PEOPLE, City, plan_body

HOSTILE = "<script>alert(1)</script><img src='file:///etc/passwd'>\"'&amp; {{ 7 * 7 }}"
NIP = PEOPLE["rina"]["nip"]


def text_of(pdf: bytes) -> str:
    """All the text of a PDF, lines joined."""
    document = pypdfium2.PdfDocument(pdf)
    text = " ".join(document[place].get_textpage().get_text_range() for place in range(len(document)))
    return re.sub(r"\s+", " ", text.replace("￾", ""))


def spaced(nip: str) -> str:
    return f"{nip[:8]} {nip[8:14]} {nip[14:15]} {nip[15:]}"


async def document(city: City, case_id: str, kind: str, who: str, language: str = "id") -> Any:
    return await city.get(f"/cases/{case_id}/{kind}.pdf", who=who, params={"language": language})


def keep(name: str, pdf: bytes) -> bytes:
    """The PDF; where a folder for pictures is named, each of its pages is drawn there to be looked at."""
    folder = os.environ.get("SIKLUS_TEST_PICTURES")
    if folder:
        pages = pypdfium2.PdfDocument(pdf)
        for place in range(len(pages)):
            pages[place].render(scale=1.5).to_pil().save(Path(folder) / f"document-{name}-{place + 1}.png")
    return pdf


@pytest.fixture
async def scored(city: City, case: str) -> str:
    """Rina's case with a reviewed year, in the feedback session."""
    version = await city.submit_plan(case)
    await city.approve_plan(case, version)
    await city.enter(case, Phase.SELF_ASSESSMENT)
    plan = (await city.get(f"/cases/{case}/plan", who="rina")).json()
    indicators = [indicator["indicator_id"] for objective in plan["objectives"] for indicator in objective["indicators"]]
    body = {
        "realisations": [{"indicator_id": one, "value": 1234.5, "note": "Tercapai penuh"} for one in indicators],
        "summary": "Semua laporan selesai.",
        "behaviour_notes": {"akuntabel": "Tidak pernah terlambat"},
    }
    assert (await city.put(f"/cases/{case}/self-assessment", who="rina", version=0, json=body)).status_code == 200
    assert (await city.post(f"/cases/{case}/self-assessment/submit", who="rina", version=1)).status_code == 200
    await city.enter(case, Phase.SUPERVISOR_REVIEW)
    await city.hear(city.review(case, "above", "as_expected", reason="Melampaui target."))
    await city.enter(case, Phase.FEEDBACK_SESSION)
    return case


async def test_the_plan_shows_every_field_in_both_languages(city: City, case: str) -> None:
    await city.approve_plan(case, await city.submit_plan(case))
    answer = await document(city, case, "plan", "rina")
    assert (answer.status_code, answer.headers["content-type"]) == (200, "application/pdf")
    assert answer.headers["content-disposition"] == f'attachment; filename="skp-{case}.pdf"'
    text = text_of(answer.content)
    for part in (
        "SASARAN KINERJA PEGAWAI (SKP)",
        "1 Januari s.d. 31 Desember 2026",
        "Dinas Kesehatan",
        "Rina",
        spaced(NIP),
        "Penata (III/c)",
        "Jabatan rina",
        "Sari",
        spaced(PEOPLE["sari"]["nip"]),
        "A. Utama",
        "B. Tambahan",
        "Layanan kota",
        "Layanan 1",
        "Bobot 50 %",
        "Kuantitas",
        "Laporan 0",
        "4 laporan",
        "Berorientasi Pelayanan",
        "Tidak menyalahgunakan kewenangan jabatan.",
        "Laporan tepat waktu",
        "disetujui oleh Sari",
        "(tanda tangan)",
        f"Kasus {case}",
    ):
        assert part in text, part
    english = text_of((await document(city, case, "plan", "rina", "en")).content)
    for part in ("PERFORMANCE PLAN (SKP)", "Assessor", "Does not abuse the authority of the office.", "approved by Sari"):
        assert part in english, part


async def test_the_evaluation_shows_targets_realisations_ratings_and_the_hash(city: City, scored: str) -> None:
    result = (await city.get(f"/cases/{scored}/result", who="rina")).json()
    text = text_of((await document(city, scored, "evaluation", "rina")).content)
    for part in (
        "DOKUMEN EVALUASI KINERJA PEGAWAI",
        "Kepala",
        "1.234,5 laporan",
        "Tercapai penuh",
        "Semua laporan selesai.",
        "Tidak pernah terlambat",
        "di atas ekspektasi",
        "sesuai ekspektasi",
        "Predikat kinerja pegawai Baik",
        "Melampaui target.",
        "sementara",
        "permenpanrb-6-2022",
    ):
        assert part in text, part
    assert result["explanation"]["hash"] in text.replace(" ", "")
    await city.end(scored)
    assert "This result is final since" in text_of((await document(city, scored, "evaluation", "rina", "en")).content)


async def test_the_documents_show_what_is_supported_perspective_start_value_criteria_and_credit_points(city: City, case: str) -> None:
    above = await city.open_case("sari")
    await city.submit_plan(above, who="sari")
    offered = (await city.get(f"/cases/{case}/plan/superior-objectives", who="rina")).json()["items"]
    body = plan_body(1, 1)
    body["objectives"][0] |= {"supports": None, "supports_id": offered[1]["supports_id"], "perspective": "processes", "title": "Arsip rapi"}
    body["objectives"][0]["indicators"][0] |= {"baseline": 1.5, "criteria": "Setiap berkas ditemukan dalam lima menit"}
    body |= {"form": "qualitative", "annexes": {"resources": "Dua arsiparis"}}
    await city.approve_plan(case, await city.submit_plan(case, body=body))
    plan = text_of(keep("plan", (await document(city, case, "plan", "rina")).content))
    for part in (
        "PENDEKATAN HASIL KERJA KUALITATIF",
        offered[1]["title"],
        "Perspektif: Proses bisnis",
        "Nilai awal 1,5 laporan",
        "Setiap berkas ditemukan dalam lima menit",
        "Dua arsiparis",
    ):
        assert part.lower() in plan.lower(), part
    await city.enter(case, Phase.SUPERVISOR_REVIEW)
    await city.hear(city.review(case, "above", "above"))
    await city.enter(case, Phase.FEEDBACK_SESSION)
    evaluation = text_of(keep("evaluation", (await document(city, case, "evaluation", "rina")).content))
    credit = (await city.get(f"/cases/{case}/result", who="rina")).json()["credit_points"]
    for part in ("Angka kredit: 37,5", "25 x 150 persen x 12/12 bulan = 37,5 angka kredit", offered[1]["title"]):
        assert part in evaluation, part
    assert credit["hash"] in evaluation.replace(" ", "")


async def test_a_plan_of_thirty_objectives_breaks_across_pages_with_its_heads_repeated(city: City, case: str) -> None:
    await city.submit_plan(case, body=plan_body(30, 4))
    pdf = pypdfium2.PdfDocument((await document(city, case, "plan", "rina")).content)
    assert len(pdf) > 5
    pages = [re.sub(r"\s+", " ", pdf[place].get_textpage().get_text_range()) for place in range(len(pdf))]
    with_indicators = [page for page in pages if "Laporan 3" in page]
    assert len(with_indicators) > 4
    assert all("Indikator kinerja individu" in page for page in with_indicators)
    whole = " ".join(pages)
    assert all(f"Layanan {number} " in whole for number in range(30))
    assert whole.count("Laporan 2") == 30
    assert f"Halaman {len(pdf)} dari {len(pdf)}" in pages[-1]


async def test_what_people_type_is_text_and_never_layout(city: City, case: str) -> None:
    body = plan_body(1, 1)
    body["objectives"][0].update(title=HOSTILE, supports=HOSTILE)
    body["objectives"][0]["indicators"][0].update(description=HOSTILE, unit="<b>kg</b>")
    body["behaviour_expectations"] = {"loyal": HOSTILE}
    await city.submit_plan(case, body=body)
    text = text_of((await document(city, case, "plan", "rina")).content)
    assert text.replace(" ", "").count(HOSTILE.replace(" ", "")) == 4
    assert "<b>kg</b>" in text
    assert "root:" not in text


async def test_nips_are_on_the_document_for_the_two_it_concerns_and_hr_alone(city: City, scored: str) -> None:
    for who, shown in (("rina", True), ("sari", True), ("hani", True), ("kepala", False), ("sekda", False)):
        for kind in ("plan", "evaluation"):
            text = text_of((await document(city, scored, kind, who)).content)
            assert (spaced(NIP) in text, NIP in text) == (shown, False), who
            assert "Rina" in text


async def test_a_document_is_for_readers_of_the_case_and_the_evaluation_for_those_who_see_the_result(city: City, case: str) -> None:
    assert (await document(city, case, "plan", "rina")).status_code == 404
    await city.approve_plan(case, await city.submit_plan(case))
    assert (await document(city, case, "plan", "budi")).status_code == 404
    assert (await document(city, case, "evaluation", "sari")).status_code == 404
    await city.enter(case, Phase.SUPERVISOR_REVIEW)
    await city.hear(city.review(case, "above", "above"))
    assert (await document(city, case, "evaluation", "sari")).status_code == 200
    hidden = await document(city, case, "evaluation", "rina")
    assert (hidden.status_code, hidden.json()["phase"]) == (404, "supervisor_review")
    assert (await document(city, case, "evaluation", "budi")).status_code == 404
    assert (await document(city, case, "plan", "rina", "fr")).status_code == 422


async def test_a_draft_of_a_self_assessment_is_on_no_document_of_others(city: City, case: str) -> None:
    await city.approve_plan(case, await city.submit_plan(case))
    await city.enter(case, Phase.SELF_ASSESSMENT)
    body = {"realisations": [], "summary": "Masih rahasia"}
    assert (await city.put(f"/cases/{case}/self-assessment", who="rina", version=0, json=body)).status_code == 200
    await city.enter(case, Phase.SUPERVISOR_REVIEW)
    await city.hear(city.review(case, "above", "above"))
    text = text_of((await document(city, case, "evaluation", "sari")).content)
    assert "Masih rahasia" not in text
    assert "belum dilaporkan" in text


async def test_a_document_fetches_nothing() -> None:
    pdf = await engine.to_pdf("<img src='file:///etc/passwd'><link rel='stylesheet' href='http://127.0.0.1:9/x.css'>ada")
    assert text_of(pdf).strip() == "ada"


def test_a_machine_without_pango_is_told_at_the_start_what_to_install() -> None:
    """The libraries are looked for by name, so a finder that knows none stands for a machine without them."""
    program = (
        "import cffi\n"
        "def missing(self, name, flags=0): raise OSError(f'cannot load library {name!r}')\n"
        "cffi.FFI.dlopen = missing\n"
        "from services.appraisal.documents import engine\n"
        "engine.check()\n"
    )
    run = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert run.returncode == 1
    assert "apt-get install libpango-1.0-0" in run.stderr.splitlines()[-1]


def test_both_languages_of_the_documents_have_the_same_words() -> None:
    assert words.keys("id") == words.keys("en")


async def test_days_criteria_and_annexes_stand_on_the_plan(city: City, case: str) -> None:
    body = plan_body()
    body["objectives"][0]["indicators"][0] |= {"direction": "date", "target": None, "target_date": "2026-06-30"}
    body["objectives"][1]["indicators"][0] |= {"direction": "range", "target": 4, "target_to": 6}
    body["annexes"] = {"resources": "Dua laptop & satu kendaraan", "consequences": "Pembinaan triwulanan"}
    saved = await city.put(f"/cases/{case}/plan", who="rina", version=0, json=body)
    assert saved.status_code == 200, saved.text
    assert (await city.post(f"/cases/{case}/plan/submit", who="rina", version=1)).status_code == 200
    text = text_of((await document(city, case, "plan", "rina")).content)
    for part in (
        "≤ 30 Juni 2026",
        "4 – 6 laporan",
        "Lampiran",
        "Dukungan sumber daya",
        "Dua laptop & satu kendaraan",
        "Pembinaan triwulanan",
    ):
        assert part in text
    assert "Skema pertanggungjawaban" not in text
    english = text_of((await document(city, case, "plan", "rina", "en")).content)
    assert "≤ 30 June 2026" in english
    assert "Supporting resources" in english
