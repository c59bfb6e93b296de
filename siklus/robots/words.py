"""What robots write and decide: the same for the same case, so that a demo can be repeated."""

from __future__ import annotations

import hashlib
from typing import Any

OBJECTIVES = (
    ("Terlaksananya pelayanan masyarakat sesuai standar", ("Jumlah layanan yang diselesaikan", 240, "layanan")),
    ("Tersusunnya laporan kinerja unit secara berkala", ("Jumlah laporan yang disusun", 12, "laporan")),
    ("Meningkatnya kompetensi melalui pembelajaran", ("Jam pelatihan yang diikuti", 20, "jam")),
)
VALUES = ("berorientasi_pelayanan", "akuntabel")
CORE_VALUES = (*VALUES, "kompeten", "harmonis", "loyal", "adaptif", "kolaboratif")
RETURN_REASON = "Target jumlah layanan belum menunjukkan peningkatan dari tahun lalu; mohon ditinjau kembali."


def share(case_id: str, purpose: str) -> float:
    """A number in [0, 1) that is fixed for a case and a purpose."""
    digest = hashlib.sha256(f"{purpose}/{case_id}".encode()).digest()
    return int.from_bytes(digest[:8], "big") / 2**64


def plan(case_id: str) -> dict[str, Any]:
    """A plan (SKP) of three objectives whose weights add up to 100."""
    weights = (50, 30, 20)
    objectives = []
    for number, ((title, (description, target, unit)), weight) in enumerate(zip(OBJECTIVES, weights, strict=True), start=1):
        indicators = [
            {
                "indicator_id": f"i{number}",
                "aspect": "quantity",
                "description": description,
                "target": target + int(share(case_id, title) * target * 0.2),
                "unit": unit,
                "direction": "more",
            }
        ]
        objectives.append(
            {"objective_id": f"o{number}", "kind": "main", "title": title, "supports": None, "weight": weight, "indicators": indicators}
        )
    return {"objectives": objectives, "behaviour_expectations": {VALUES[0]: "Ramah dan tanggap kepada warga", VALUES[1]: "Tepat janji"}}


def returns_plan(case_id: str) -> bool:
    """Whether this supervisor sends the first plan back: about one in ten."""
    return share(case_id, "return") < 0.1


def check_in(case_id: str, number: int) -> dict[str, Any]:
    return {
        "number": number,
        "progress": f"Evaluasi periodik ke-{number}: capaian {int(40 * number + share(case_id, 'progress') * 20)} persen.",
        "obstacles": "Tidak ada yang berarti.",
        "help_needed": "",
        "follow_up": "Lanjutkan sesuai rencana.",
        "results": _rating(share(case_id, f"results of period {number}")),
        "behaviour": _rating(share(case_id, f"behaviour in period {number}")),
    }


def self_assessment(case_id: str, written_plan: dict[str, Any]) -> dict[str, Any]:
    """A realisation of 80 to 120 percent for each indicator of the plan."""
    realisations = [
        {
            "indicator_id": indicator["indicator_id"],
            "value": round(indicator["target"] * (0.8 + 0.4 * share(case_id, indicator["indicator_id"])), 1),
            "note": "Sesuai catatan kerja.",
        }
        for objective in written_plan["objectives"]
        for indicator in objective["indicators"]
    ]
    return {"realisations": realisations, "summary": "Target utama tercapai.", "behaviour_notes": {VALUES[0]: "Keluhan warga dijawab."}}


def progress(case_id: str, written_plan: dict[str, Any]) -> dict[str, Any]:
    """What was reached of each indicator so far: two thirds to nine tenths of its target."""
    reports = [
        {
            "indicator_id": indicator["indicator_id"],
            "value": round(indicator["target"] * (0.66 + 0.24 * share(case_id, f"progress of {indicator['indicator_id']}")), 1),
            "note": "Menurut catatan kerja bulanan.",
        }
        for objective in written_plan["objectives"]
        for indicator in objective["indicators"]
    ]
    return {"reports": reports}


def hands_in_a_file(case_id: str) -> bool:
    """Whether the evidence is a file; the others give a link."""
    return share(case_id, "file") < 0.5


def evidence_file(case_id: str) -> tuple[str, bytes]:
    """A list of work as a text file: its name and content."""
    rows = [f"{month:02d};{int(10 + share(case_id, f'month {month}') * 20)}" for month in range(1, 13)]
    return "rekap-layanan.csv", "\n".join(["bulan;layanan", *rows, ""]).encode()


def evidence_link(case_id: str, indicator_id: str) -> dict[str, Any]:
    return {
        "indicator_id": indicator_id,
        "url": f"https://arsip.bandung.example/laporan/{case_id}",
        "name": "Laporan kinerja di arsip kota",
        "note": "",
    }


def feedback(request_id: str) -> dict[str, Any]:
    """How often each core value was seen, from 1 to 5."""
    ratings = {value: 3 + int(share(request_id, value) * 3) for value in CORE_VALUES}
    return {"ratings": ratings, "comment": "Mudah diajak bekerja sama." if share(request_id, "comment") < 0.3 else ""}


def competencies(case_id: str, profile: dict[str, Any]) -> dict[str, Any]:
    """Levels around the position's standard; a gap says how it will be closed."""
    ratings = []
    for row in profile["rows"]:
        found = share(case_id, row["code"])
        level = min(max(row["standard"] + (-1 if found < 0.2 else 1 if found > 0.85 else 0), 1), 5)
        follow_up = "Mengikuti pelatihan tahun depan." if level < row["standard"] else ""
        ratings.append({"code": row["code"], "level": level, "reason": "Terlihat dari pekerjaan sehari-hari.", "follow_up": follow_up})
    return {"ratings": ratings}


def review(case_id: str) -> dict[str, Any]:
    return {
        "results": _rating(share(case_id, "results")),
        "behaviour": _rating(share(case_id, "behaviour")),
        "results_reason": "Dinilai dari realisasi setiap indikator terhadap targetnya.",
        "behaviour_reason": "Dinilai dari perilaku kerja sehari-hari.",
    }


def _rating(value: float) -> str:
    return "below" if value < 0.12 else "above" if value > 0.7 else "as_expected"


def evaluation(case_id: str) -> dict[str, Any]:
    """A second review: the same ratings as the supervisor's, except about one in three, which rates the results otherwise."""
    first = review(case_id)
    differs = share(case_id, "second review") < 0.34
    other = "as_expected" if first["results"] != "as_expected" else "below"
    return {
        "results": other if differs else first["results"],
        "behaviour": first["behaviour"],
        "findings": "Dua laporan tidak ada buktinya." if differs else "Bukti mendukung penilaian.",
    }


def evaluation_decision(case_id: str) -> dict[str, Any]:
    """Half of the differing second reviews are adopted; where both agree the ratings hold."""
    differs = evaluation(case_id)["results"] != review(case_id)["results"]
    adopts = differs and share(case_id, "adopt") < 0.5
    return {"decision": "adopt" if adopts else "uphold", "reason": "Kedua pendapat dan buktinya telah diperiksa."}


def objects(case_id: str) -> bool:
    """Whether this employee objects to the result: about one in eight."""
    return share(case_id, "object") < 0.125


def objection_decision(case_id: str, ratings: dict[str, str]) -> dict[str, Any]:
    """Half of the objections change the rating of results by one step up."""
    steps = ("below", "as_expected", "above")
    raised = steps[min(steps.index(ratings["results"]) + 1, 2)]
    changed = share(case_id, "decide") < 0.5 and raised != ratings["results"]
    return {
        "changed": changed,
        "results": raised if changed else ratings["results"],
        "behaviour": ratings["behaviour"],
        "reason": "Setelah mendengar kedua pihak dan memeriksa bukti.",
    }
