"""The plan (SKP) and the evaluation document as HTML in the official layout (PermenPANRB 6/2022, attachment). All values are escaped."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any, Literal

from babel.numbers import format_decimal
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from kit.i18n import Catalogue, Language, long_date, long_time
from services.appraisal.documents.content import Document
from services.appraisal.domain.behaviour_guides import GUIDES
from services.appraisal.domain.sentences import CATEGORY_WORDS, RATING_WORDS
from services.appraisal.domain.words import Language as Reader

FOLDER = Path(__file__).parent
Kind = Literal["plan", "evaluation"]
HIDDEN_NIP = "••••••••••••••••••"
KINDS = ("main", "additional")

words = Catalogue(FOLDER / "texts")
_pages = Environment(
    loader=FileSystemLoader(FOLDER / "templates"), undefined=StrictUndefined, autoescape=True, trim_blocks=True, lstrip_blocks=True
)
_style = (FOLDER / "templates" / "style.css").read_text("utf-8")


def page(kind: Kind, document: Document, language: Language, printed_at: datetime) -> str:
    """A whole document as HTML."""
    reader = Reader(language)

    def t(key: str, **values: Any) -> str:
        return words.text(language, key, **values)

    return _pages.get_template(f"{kind}.html").render(
        doc=document,
        kind=kind,
        t=t,
        language=language,
        # The layout is ours; only what people wrote is escaped.
        style=_style,
        guides=[{"value": guide.value.value, "name": guide.name[reader], "conduct": guide.conduct[reader]} for guide in GUIDES],
        kinds=KINDS,
        target=lambda indicator: target_text(indicator, language),
        number=lambda value: number_text(value, language),
        rating=lambda value: RATING_WORDS[reader][value],
        category=CATEGORY_WORDS.__getitem__,
        nip=lambda official: HIDDEN_NIP if official.nip is None else spaced_nip(official.nip),
        date=lambda moment: long_date(moment, language),
        explanation=document.result["explanation"]["text"][language].splitlines() if document.result else [],
        printed=long_time(printed_at, language),
    )


def number_text(value: Any, language: Language) -> str:
    """A number as people of the language write it; text as it is; nothing for what is missing."""
    if value is None:
        return ""
    return str(format_decimal(value, locale=language)) if isinstance(value, int | float) else str(value)


def target_text(indicator: dict[str, Any], language: Language) -> str:
    """An indicator's target in its unit, with the direction where it is not simply more."""
    if indicator["target"] is None:
        return "–"
    text = number_text(indicator["target"], language)
    if indicator["direction"] == "range":
        text = f"{text} – {number_text(indicator['target_to'], language)}"
    elif indicator["direction"] == "less":
        text = f"≤ {text}"
    return f"{text} {indicator['unit']}".strip()


def spaced_nip(nip: str) -> str:
    """A NIP as it is written on paper: 19650307 199501 1 001."""
    return f"{nip[:8]} {nip[8:14]} {nip[14:15]} {nip[15:]}"
