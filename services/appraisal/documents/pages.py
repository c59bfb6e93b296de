"""The plan (SKP) and the evaluation document as HTML in the official layout (PermenPANRB 6/2022, attachment). All values are escaped."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path
from typing import Any, Literal

from babel.numbers import format_decimal
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from kit.i18n import Catalogue, Language, long_date, long_time
from services.appraisal.documents.content import Document
from services.appraisal.domain.behaviour_guides import GUIDES
from services.appraisal.domain.citations import told
from services.appraisal.domain.sentences import CATEGORY_WORDS, RATING_WORDS
from services.appraisal.domain.words import Annex, Direction
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
        annexes=[annex.value for annex in Annex],
        target=lambda indicator: target_text(indicator, language),
        start=lambda indicator: value_text(indicator, indicator["baseline"], language),
        reached=lambda indicator: value_text(indicator, indicator["realisation"], language),
        number=lambda value: number_text(value, language),
        rating=lambda value: RATING_WORDS[reader][value],
        category=CATEGORY_WORDS.__getitem__,
        nip=lambda official: HIDDEN_NIP if official.nip is None else spaced_nip(official.nip),
        date=lambda moment: long_date(moment, language),
        explanation=_sentences(document, "explanation", language),
        credit=_sentences(document, "credit_points", language),
        printed=long_time(printed_at, language),
    )


def _sentences(document: Document, of: Literal["explanation", "credit_points"], language: Language) -> list[str]:
    """The sentences of an explanation on the document; none where there is none."""
    tree = document.result[of] if document.result else None
    return told(tree)[Reader(language)].splitlines() if tree else []


def number_text(value: Any, language: Language) -> str:
    """A number as people of the language write it; text as it is; nothing for what is missing."""
    if value is None:
        return ""
    return str(format_decimal(value, locale=language)) if isinstance(value, int | float) else str(value)


def value_text(indicator: dict[str, Any], value: float, language: Language) -> str:
    """A value in an indicator's unit, or the day it stands for."""
    if indicator["direction"] == Direction.DATE:
        return long_date(date.fromordinal(int(value)), language)
    return f"{number_text(value, language)} {indicator['unit']}".strip()


def target_text(indicator: dict[str, Any], language: Language) -> str:
    """An indicator's target with the direction where it is not simply more, or what success is in words."""
    if indicator["target"] is None:
        return str(indicator.get("criteria") or "–")
    text = value_text(indicator, indicator["target"], language)
    match indicator["direction"]:
        case Direction.RANGE:
            return f"{number_text(indicator['target'], language)} – {value_text(indicator, indicator['target_to'], language)}"
        case Direction.LESS | Direction.DATE:
            return f"≤ {text}"
        case _:
            return text


def spaced_nip(nip: str) -> str:
    """A NIP as it is written on paper: 19650307 199501 1 001."""
    return f"{nip[:8]} {nip[8:14]} {nip[14:15]} {nip[15:]}"
