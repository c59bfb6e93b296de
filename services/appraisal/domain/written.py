"""Numbers and names as an explanation writes them."""

from __future__ import annotations

from decimal import Decimal
from textwrap import shorten

from services.appraisal.domain.words import Language

LONGEST_NAME = 80


def number(value: float, language: Language) -> str:
    """A number with at most four decimals, as people of the language write it."""
    return _pointed(f"{value:.4f}".rstrip("0").rstrip("."), language)


def all_digits(value: float, language: Language) -> str:
    """A number with every digit somebody gave, as people of the language write it."""
    plain = f"{Decimal(str(value)):f}"
    return _pointed(plain.rstrip("0").rstrip(".") if "." in plain else plain, language)


def short(name: str) -> str:
    """A name on one line, cut at a word where it is long."""
    return shorten(name, LONGEST_NAME, placeholder=" …")


def _pointed(digits: str, language: Language) -> str:
    return digits.replace(".", ",") if language is Language.INDONESIAN else digits
