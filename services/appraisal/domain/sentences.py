"""An explanation in sentences, Indonesian and English; every number a rule used is in them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from services.appraisal.domain.behaviour_guides import GUIDES
from services.appraisal.domain.plan_sentences import plan_sentence
from services.appraisal.domain.words import Category, Language, Rating
from services.appraisal.domain.written import number

RATING_WORDS = {
    Language.INDONESIAN: {
        Rating.BELOW.value: "di bawah ekspektasi",
        Rating.AS_EXPECTED.value: "sesuai ekspektasi",
        Rating.ABOVE.value: "di atas ekspektasi",
    },
    Language.ENGLISH: {
        Rating.BELOW.value: "below expectation",
        Rating.AS_EXPECTED.value: "as expected",
        Rating.ABOVE.value: "above expectation",
    },
}
CATEGORY_WORDS = {
    Category.SANGAT_KURANG.value: "Sangat Kurang",
    Category.KURANG.value: "Kurang",
    Category.BUTUH_PERBAIKAN.value: "Butuh Perbaikan",
    Category.BAIK.value: "Baik",
    Category.SANGAT_BAIK.value: "Sangat Baik",
}
PART_WORDS = {
    Language.INDONESIAN: {
        "results": "hasil kerja",
        "behaviour": "perilaku kerja",
        "competency": "kompetensi",
        "plan": "rencana kinerja (SKP) yang disetujui",
        "self_assessment": "penilaian diri",
        "plan_percent": "capaian rencana",
        "behaviour_score": "nilai perilaku per nilai dasar",
        "knowledge": "pengetahuan",
        "skills": "keterampilan",
        "attitude": "sikap",
        "profile": "profil kompetensi",
        "new_idea": "ide baru yang bermanfaat bagi organisasi",
        "optimal": "optimal",
        "fairly_optimal": "cukup optimal",
        "less_optimal": "kurang optimal",
    },
    Language.ENGLISH: {
        "results": "results",
        "behaviour": "behaviour",
        "competency": "competency",
        "plan": "an approved performance plan (SKP)",
        "self_assessment": "a self-assessment",
        "plan_percent": "attainment of the plan",
        "behaviour_score": "rating of the core values",
        "knowledge": "knowledge",
        "skills": "skills",
        "attitude": "attitude",
        "profile": "the competency profile",
        "new_idea": "a new idea that benefits the organisation",
        "optimal": "optimal",
        "fairly_optimal": "fairly optimal",
        "less_optimal": "less optimal",
    },
}
SENTENCES = {
    Language.INDONESIAN: {
        "supervisor_rating": "Pejabat penilai kinerja menilai {what}: {outcome} ({article}).",
        "objection_decision": "Atasan pejabat penilai memutuskan atas keberatan, {what}: {outcome} ({article}).",
        "evaluation_decision": "Atasan pejabat penilai memutuskan setelah penilaian kedua oleh tim evaluasi independen,"
        " {what}: {outcome} ({article}).",
        "calibration_decision": "Atasan menyetujui usulan kalibrasi unit, {what}: {outcome} ({article}).",
        "part_rating": "Bulan {first_month} sampai {last_month} ({months} bulan), penilai sebelumnya, {what}: {outcome} ({article}).",
        "year_of_parts": "Setahun penuh, {what}: {listed}; rata-rata menurut bulan {mean} pada skala 1 sampai 3"
        " (dari 2,5 di atas, dari 1,5 sesuai ekspektasi), jadi {outcome} ({article}).",
        "missing": "Tidak ada {what}; hal ini tidak dihitung sebagai nol dan tidak mengubah hasil.",
        "matrix": "Hasil kerja {results} dan perilaku kerja {behaviour} menghasilkan predikat {outcome} ({article}).",
        "attainment": "Capaian rencana menurut bobot {plan_percent} persen{listed}{omitted}; nilai hasil kerja {outcome}, paling tinggi {highest}"
        " ({article}).",
        "value_ratings": "Nilai dasar dalam penilaian: {listed}; ({sum}) / {count} = {outcome} ({article}).",
        "value_scores": "Nilai dasar dalam penilaian bernilai rata-rata {behaviour_score}; menurut bulan ({listed})"
        " nilai perilaku kerja {outcome} ({article}).",
        "stand_in": "Tidak ada {instead_of}; yang berlaku nilai dari penilaian {what} {rating}: {outcome} ({article}).",
        "overruled_by_evaluation": "Putusan setelah penilaian kedua menggantikan {instead_of}:"
        " {what} {rating} bernilai {outcome} ({article}).",
        "overruled_by_calibration": "Putusan kalibrasi unit menggantikan {instead_of}: {what} {rating} bernilai {outcome} ({article}).",
        "overruled": "Putusan atas keberatan menggantikan {instead_of}: {what} {rating} bernilai {outcome} ({article}).",
        "competency": "Kompetensi terhadap standar jabatan: {listed}; rata-rata {percent} persen, dihitung {outcome}, paling tinggi {highest}"
        " ({article}).",
        "match": "Kesesuaian dengan jabatan {percent} persen: {outcome} ({listed}; {article}).",
        "weighted": "Nilai menurut bobot: {listed}; hasilnya {outcome}{omitted} ({article}).",
        "scale": "Nilai {total}{having} pada skala ({listed}) adalah {outcome} ({article}).",
        "category_word": "PP 30/2019 menyebut predikat ini {word}; di sini {outcome} ({article}).",
        "coefficient": "Jenjang {level} memiliki koefisien {outcome} angka kredit setahun ({article}).",
        "category_percent": "Predikat {category} bernilai {outcome} persen dari koefisien ({article}).",
        "credit_points": "{coefficient} x {percent} persen x {months}/12 bulan = {outcome} angka kredit ({article}).",
        "credit_sum": "Kenaikan jenjang dalam tahun itu: {listed} = {outcome} angka kredit, dibulatkan setelah dijumlahkan ({article}).",
        "reason": "Alasan: {reason}",
        "rules": "Aturan: {rule_set} versi {version}.",
    },
    Language.ENGLISH: {
        "supervisor_rating": "The supervisor rated the {what}: {outcome} ({article}).",
        "objection_decision": "The assessor's superior decided on the objection, {what}: {outcome} ({article}).",
        "evaluation_decision": "The assessor's superior decided after the second review by the independent evaluation team,"
        " {what}: {outcome} ({article}).",
        "calibration_decision": "The superior approved the proposal of the unit's calibration, {what}: {outcome} ({article}).",
        "part_rating": "Months {first_month} to {last_month} ({months} months), an earlier assessor, {what}: {outcome} ({article}).",
        "year_of_parts": "The whole year, {what}: {listed}; the mean by months is {mean} on a scale of 1 to 3"
        " (from 2.5 above, from 1.5 as expected), so {outcome} ({article}).",
        "missing": "There is not {what}; this does not count as zero and changes nothing.",
        "matrix": "Results {results} and behaviour {behaviour} give the category {outcome} ({article}).",
        "attainment": "The plan was attained to {plan_percent} percent by weight{listed}{omitted}; the score of results is {outcome},"
        " at most {highest} ({article}).",
        "value_ratings": "The core values in the review: {listed}; ({sum}) / {count} = {outcome} ({article}).",
        "value_scores": "The core values in the review score {behaviour_score} on average; by months ({listed})"
        " the score of behaviour is {outcome} ({article}).",
        "stand_in": "There is no {instead_of}; what the rating of {what} stands for counts in its place, {rating}: {outcome} ({article}).",
        "overruled_by_evaluation": "The decision after the second review stands in place of the {instead_of}:"
        " {what} {rating} score {outcome} ({article}).",
        "overruled_by_calibration": "The decision of the unit's calibration stands in place of the {instead_of}:"
        " {what} {rating} score {outcome} ({article}).",
        "overruled": "The decision on the objection stands in place of the {instead_of}: {what} {rating} score {outcome} ({article}).",
        "competency": "Competency against the position's standard: {listed}; the mean is {percent} percent, counted as {outcome},"
        " at most {highest} ({article}).",
        "match": "The match with the position is {percent} percent: {outcome} ({listed}; {article}).",
        "weighted": "The score by weight: {listed}; the result is {outcome}{omitted} ({article}).",
        "scale": "{total}{having} on the scale ({listed}) is {outcome} ({article}).",
        "category_word": "PP 30/2019 calls this category {word}; here it is {outcome} ({article}).",
        "coefficient": "The level {level} has a coefficient of {outcome} credit points a year ({article}).",
        "category_percent": "The category {category} counts {outcome} percent of the coefficient ({article}).",
        "credit_points": "{coefficient} x {percent} percent x {months}/12 months = {outcome} credit points ({article}).",
        "credit_sum": "A change of level within the year: {listed} = {outcome} credit points, rounded after adding up ({article}).",
        "reason": "Reason: {reason}",
        "rules": "Rules: {rule_set} version {version}.",
    },
}
SMALL_WORDS = {
    Language.INDONESIAN: {
        "months": "bulan",
        "above": "di atas",
        "from": "dari",
        "with": "dengan",
        "left_out": "tanpa {names}, yang tidak dihitung sebagai nol; bobot lainnya menjadi keseluruhan",
        "objective": "sasaran",
    },
    Language.ENGLISH: {
        "months": "months",
        "above": "above",
        "from": "from",
        "with": "with",
        "left_out": "without {names}, which does not count as zero; the other weights make up the whole",
        "objective": "objective",
    },
}


def readable(tree: dict[str, Any], language: Language) -> str:
    """The explanation as sentences: what a step rests on comes before it."""
    lines = [_sentence(step, language) for step in in_order(tree["steps"])]
    sentences = SENTENCES[language]
    if tree["inputs"].get("reason"):
        lines.append(sentences["reason"].format(reason=tree["inputs"]["reason"]))
    lines.append(sentences["rules"].format(rule_set=tree["rule_set"], version=tree["version"]))
    return "\n".join(lines)


def in_order(steps: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """The steps of a tree as a person computes: first those another rests on."""
    for step in steps:
        yield from in_order(step.get("steps", []))
        yield step


def _sentence(step: dict[str, Any], language: Language) -> str:
    if (of_the_plan := plan_sentence(step, language)) is not None:
        return of_the_plan
    rule, said = step["rule"], step["inputs"]
    words = {name: _word(value, language) for name, value in said.items() if not isinstance(value, list | dict)}
    words |= {"outcome": _word(step["outcome"], language), "article": step["article"], "listed": "", "having": "", "omitted": ""}
    words |= _details(rule, said, language)
    if said.get("overruled"):
        rule = f"overruled_by_{said['by']}" if "by" in said else "overruled"
    return SENTENCES[language][rule].format(**words)


def _word(value: Any, language: Language) -> str:
    if isinstance(value, int | float) and not isinstance(value, bool):
        return number(value, language)
    text = str(value)
    return PART_WORDS[language].get(text) or RATING_WORDS[language].get(text) or CATEGORY_WORDS.get(text) or text


def _details(rule: str, said: dict[str, Any], language: Language) -> dict[str, str]:
    """The lists in a step, written out."""
    small = SMALL_WORDS[language]
    match rule:
        case "year_of_parts":
            rows = [f"{row['months']} {small['months']} {_word(row['rating'], language)}" for row in said["rows"]]
            return {"listed": ", ".join(rows)}
        case "value_ratings":
            rows = [f"{_value_name(row['value'], language)} {_word(row['rating'], language)}" for row in said["values"]]
            scores = [number(row["score"], language) for row in said["values"]]
            return {"listed": ", ".join(rows), "sum": " + ".join(scores), "count": str(len(scores))}
        case "value_scores":
            return {"listed": ", ".join(f"{row['months']} {small['months']} {number(row['score'], language)}" for row in said["rows"])}
        case "attainment":
            rows = [
                f"{small['objective']} {row.get('number', row['objective_id'])}: {number(row['percent'], language)} % x {number(row['weight'], language)}"
                for row in said["objectives"]
            ]
            return {"listed": f" ({', '.join(rows)})" if rows else "", "omitted": _omitted(said["left_out"], language)}
        case "weighted":
            rows = [
                f"{_word(term['what'], language)} {number(term['score'], language)} x {number(term['weight'], language)} %"
                for term in said["terms"]
            ]
            return {"listed": " + ".join(rows), "omitted": _omitted(said["left_out"], language)}
        case "credit_sum":
            rows = [
                f"{number(term['coefficient'], language)} x {number(term['percent'], language)} % x {term['months']}/12"
                for term in said["terms"]
            ]
            return {"listed": " + ".join(rows)}
        case "competency":
            rows = [f"{_word(name, language)} {number(value, language)} %" for name, value in said["aspects"].items()]
            return {"listed": ", ".join(rows) + _omitted(said["left_out"], language)}
        case "match" | "scale":
            having = "".join(f" {small['with']} {_word(name, language)}" for name in said.get("have", []))
            return {"listed": ", ".join(_band(band, language) for band in said["bands"]), "having": having}
        case _:
            return {}


def _value_name(value: str, language: Language) -> str:
    return next((guide.name[language] for guide in GUIDES if guide.value == value), value)


def _band(band: dict[str, Any], language: Language) -> str:
    small = SMALL_WORDS[language]
    edge = small["from" if band["low_included"] else "above"]
    condition = f" {small['with']} {_word(band['needs'], language)}" if band["needs"] else ""
    return f"{_word(band['name'], language)} {edge} {number(band['low'], language)}{condition}"


def _omitted(names: list[str], language: Language) -> str:
    if not names:
        return ""
    return ", " + SMALL_WORDS[language]["left_out"].format(names=", ".join(_word(name, language) for name in names))
