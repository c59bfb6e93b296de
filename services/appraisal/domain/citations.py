"""What a rule rests on, named in the reader's language.

An explanation keeps its sources as they are cited in the rules, and its hash covers that; names for readers are put in when it is shown,
so that a better name changes no result.
"""

from __future__ import annotations

from typing import Any

from services.appraisal.domain.words import Language

INDONESIAN = {
    "PermenPANRB 6/2022, matrix of results and behaviour": "PermenPANRB 6/2022, matriks hasil kerja dan perilaku kerja",
    "PermenPANRB 6/2022, yearly evaluation against the leader's expectation": "PermenPANRB 6/2022, evaluasi tahunan terhadap ekspektasi pimpinan",
    "PermenPANRB 6/2022, evaluation over the whole year": "PermenPANRB 6/2022, evaluasi sepanjang tahun",
    "PermenPANRB 6/2022, evaluation of the year; rule of the city on second reviews and calibration": (
        "PermenPANRB 6/2022, evaluasi tahunan; aturan kota tentang penilaian kedua dan kalibrasi"
    ),
    "PermenPANRB 6/2022, distribution of categories by the organisation's result": (
        "PermenPANRB 6/2022, sebaran predikat menurut capaian kinerja organisasi"
    ),
    "PermenPANRB 38/2017, competency against the position's standard": "PermenPANRB 38/2017, kompetensi terhadap standar jabatan",
    "PP 30/2019, article 59": "PP 30/2019, Pasal 59",
    "PP 30/2019, weighted score of plan and behaviour": "PP 30/2019, nilai berbobot SKP dan perilaku kerja",
    "PP 30/2019, numeric method": "PP 30/2019, cara penilaian dengan angka",
    "PP 30/2019, categories by score": "PP 30/2019, predikat menurut nilai",
    "PerBKN 3/2023, credit points from the performance category": "PerBKN 3/2023, angka kredit dari predikat kinerja",
    "rule of the city: results, behaviour and competency by weight": "aturan kota: hasil kerja, perilaku kerja, dan kompetensi menurut bobot",
}
"""The sources as explanations keep them, and as an Indonesian reads them."""


def cited(article: str, language: Language) -> str:
    """A source in the reader's language; one that no rule of today cites stays as it was written."""
    return INDONESIAN.get(article, article) if language is Language.INDONESIAN else article


def told(tree: dict[str, Any]) -> dict[Language, str]:
    """The sentences of a stored explanation in every language, its sources named in that language."""
    texts: dict[Language, str] = {}
    for language in Language:
        text = str(tree["text"][language.value])
        for article in INDONESIAN:
            text = text.replace(article, cited(article, language))
        texts[language] = text
    return texts
