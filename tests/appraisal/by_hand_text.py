"""A reader with a pocket calculator who has only the sentences of an explanation, in one of its languages.

Like ``by_hand`` it shares no code with the rules. Of every sentence it takes the numbers that go in and computes what comes out.
"""

from __future__ import annotations

import re
from fractions import Fraction

from tests.appraisal.by_hand import REGULATION_MATRIX, mean, rounded

NUMBER = r"-?[\d.,]+"
RATINGS = {
    "id": {"di bawah ekspektasi": "below", "sesuai ekspektasi": "as_expected", "di atas ekspektasi": "above"},
    "en": {"below expectation": "below", "as expected": "as_expected", "above expectation": "above"},
}
RATING = {language: "|".join(words) for language, words in RATINGS.items()}
MONTHS = {"id": "bulan", "en": "months"}
NEW_IDEA = {"id": "ide baru yang bermanfaat bagi organisasi", "en": "a new idea that benefits the organisation"}
FROM = {"id": "dari", "en": "from"}
MET = {"id": "terpenuhi", "en": "met"}
NAMES = {
    "id": {"hasil kerja": "results", "perilaku kerja": "behaviour", "kompetensi": "competency"},
    "en": {"results": "results", "behaviour": "behaviour", "competency": "competency"},
}
LINES = {
    "id": {
        "indicator": rf"Indikator (?P<number>\S+) .*; (?P<formula>.+) = {NUMBER} persen, paling rendah (?P<low>{NUMBER}),"
        rf" paling tinggi (?P<high>{NUMBER}); bobot 1/\d+ ",
        "objective": rf"Sasaran (?P<number>\d+) .*, bobot (?P<weight>{NUMBER}): \((?P<sum>[^)]+)\) / (?P<count>\d+) = ",
        "attainment": rf"Capaian rencana menurut bobot (?P<percent>{NUMBER}) persen.*, paling tinggi (?P<high>{NUMBER}) \(",
        "values": r"Nilai dasar dalam penilaian: .*; \((?P<sum>[^)]+)\) / (?P<count>\d+) = ",
        "behaviour": rf"Nilai dasar dalam penilaian bernilai rata-rata (?P<own>{NUMBER}); menurut bulan \((?P<rows>[^)]+)\)",
        "stand_in": rf"(?:Tidak ada .* dari penilaian|Putusan .* menggantikan .*:) (?P<what>hasil kerja|perilaku kerja)"
        rf" (?P<rating>{RATING['id']})(?::| bernilai) (?P<score>{NUMBER}) \(",
        "year": rf"Setahun penuh, (?P<what>[^:]+): (?P<rows>.+); rata-rata .*, jadi (?P<rating>{RATING['id']}) \(",
        "competency": rf"Kompetensi terhadap standar jabatan: (?P<rows>.+); rata-rata .*, paling tinggi (?P<high>{NUMBER}) \(",
        "weighted": r"Nilai menurut bobot: (?P<rows>.+); hasilnya ",
        "scale": rf"Nilai {NUMBER}(?P<having>.*) pada skala \((?P<bands>[^)]+)\) adalah ",
        "matrix": rf"Hasil kerja (?P<results>{RATING['id']}) dan perilaku kerja (?P<behaviour>{RATING['id']}) menghasilkan",
    },
    "en": {
        "indicator": rf"Indicator (?P<number>\S+) .*; (?P<formula>.+) = {NUMBER} percent, at least (?P<low>{NUMBER}),"
        rf" at most (?P<high>{NUMBER}); its weight is 1/\d+ ",
        "objective": rf"Objective (?P<number>\d+) .*, weight (?P<weight>{NUMBER}): \((?P<sum>[^)]+)\) / (?P<count>\d+) = ",
        "attainment": rf"The plan was attained to (?P<percent>{NUMBER}) percent.*, at most (?P<high>{NUMBER}) \(",
        "values": r"The core values in the review: .*; \((?P<sum>[^)]+)\) / (?P<count>\d+) = ",
        "behaviour": rf"The core values in the review score (?P<own>{NUMBER}) on average; by months \((?P<rows>[^)]+)\)",
        "stand_in": rf"(?:There is no .* the rating of (?P<what>results|behaviour) stands for counts in its place,"
        rf"|.*decision .* stands in place of the .*: (?P<decided>results|behaviour)) (?P<rating>{RATING['en']})(?::| score)"
        rf" (?P<score>{NUMBER}) \(",
        "year": rf"The whole year, (?P<what>[^:]+): (?P<rows>.+); the mean .*, so (?P<rating>{RATING['en']}) \(",
        "competency": rf"Competency against the position's standard: (?P<rows>.+); the mean .*, at most (?P<high>{NUMBER}) \(",
        "weighted": r"The score by weight: (?P<rows>.+); the result is ",
        "scale": rf"{NUMBER}(?P<having>.*) on the scale \((?P<bands>[^)]+)\) is ",
        "matrix": rf"Results (?P<results>{RATING['en']}) and behaviour (?P<behaviour>{RATING['en']}) give",
    },
}
Found = dict[str, list[re.Match[str]]]


def outcome(text: str, language: str) -> str:
    """The category somebody finds who follows the sentences and trusts none of their outcomes."""
    found: Found = {name: [] for name in LINES[language]}
    for line in text.splitlines():
        for name, pattern in LINES[language].items():
            if match := re.match(pattern, line):
                found[name].append(match)
    for year in found["year"]:
        assert RATINGS[language][year["rating"]] == _year(year["rows"], language)
    if found["matrix"]:
        results, behaviour = (RATINGS[language][found["matrix"][0][what]] for what in ("results", "behaviour"))
        return REGULATION_MATRIX[results][behaviour]
    terms = re.findall(rf"([a-z ]+) {NUMBER} x ({NUMBER}) %", found["weighted"][0]["rows"])
    scores = _scores(found, language)
    total = rounded(mean([(_number(weight, language), scores[NAMES[language][name.strip()]]) for name, weight in terms]))
    return _category(total, found["scale"][0], language)


def _scores(found: Found, language: str) -> dict[str, Fraction]:
    scores = {}
    for line in found["stand_in"]:
        what = line["what"] or line["decided"]
        scores[NAMES[language][what]] = _number(line["score"], language)
    for line in found["attainment"]:
        scores["results"] = min(_plan(found, line, language), _number(line["high"], language))
    for line in found["behaviour"]:
        rows = [
            (Fraction(months), _number(score, language)) for months, score in re.findall(rf"(\d+) [a-z]+ ({NUMBER})(?:,|$)", line["rows"])
        ]
        own = rounded(_mean_of(found["values"][0], language)) if found["values"] else _number(line["own"], language)
        scores["behaviour"] = rounded(mean([*rows[:-1], (rows[-1][0], min(own, Fraction(120)))]))
    for line in found["competency"]:
        percents = [(1, _number(percent, language)) for percent in re.findall(rf"({NUMBER}) %", line["rows"])]
        scores["competency"] = min(rounded(mean(percents)), _number(line["high"], language))
    return scores


def _plan(found: Found, line: re.Match[str], language: str) -> Fraction:
    """The plan's percentage from its indicators; where the text has none, the one it gives."""
    if not found["objective"]:
        listed = re.findall(rf": ({NUMBER}) % x ({NUMBER})(?:[,)])", line[0])
        rows = [(_number(weight.rstrip(","), language), _number(percent, language)) for percent, weight in listed]
        return rounded(mean(rows)) if rows else _number(line["percent"], language)
    indicators = {one["number"]: _indicator(one, language) for one in found["indicator"]}
    rows = []
    for objective in found["objective"]:
        own = [(1, percent) for number, percent in indicators.items() if number.split(".")[0] == objective["number"]]
        assert len(own) == int(objective["count"])
        assert mean(own) == _mean_of(objective, language)
        rows.append((_number(objective["weight"], language), rounded(mean(own), 4)))
    return rounded(mean(rows))


def _indicator(line: re.Match[str], language: str) -> Fraction:
    share = Fraction(line["formula"] == MET[language])
    side = rf"\(?({NUMBER})(?: - ({NUMBER}))?\)?"
    if numbers := re.fullmatch(rf"(2 - )?{side} / {side}", line["formula"]):
        reached, start, goal, begin = (_number(number or "0", language) for number in numbers.groups()[1:])
        share = (reached - start) / (goal - begin)
        share = 2 - share if numbers[1] else share
    return rounded(min(max(share * 100, _number(line["low"], language)), _number(line["high"], language)), 4)


def _mean_of(line: re.Match[str], language: str) -> Fraction:
    numbers = [_number(number, language) for number in line["sum"].split(" + ")]
    assert len(numbers) == int(line["count"])
    return sum(numbers, Fraction(0)) / len(numbers)


def _year(rows: str, language: str) -> str:
    values = {"below": 1, "as_expected": 2, "above": 3}
    parts = re.findall(rf"(\d+) {MONTHS[language]} ({RATING[language]})", rows)
    found = mean([(months, values[RATINGS[language][rating]]) for months, rating in parts])
    return "above" if found >= Fraction(5, 2) else "as_expected" if found >= Fraction(3, 2) else "below"


def _category(total: Fraction, line: re.Match[str], language: str) -> str:
    for band in line["bands"].split(", "):
        match = re.match(rf"(?P<name>[A-Z][a-z]+(?: [A-Z][a-z]+)?) (?P<edge>[a-z ]+) (?P<low>{NUMBER})", band)
        assert match is not None, band
        low = _number(match["low"], language)
        reached = total >= low if match["edge"] == FROM[language] else total > low
        if reached and (NEW_IDEA[language] not in band or NEW_IDEA[language] in line["having"]):
            return match["name"].lower().replace(" ", "_")
    raise AssertionError("the scale has no band for it")


def _number(text: str, language: str) -> Fraction:
    return Fraction(text.replace(",", ".") if language == "id" else text)
