"""Texts in Indonesian and English from TOML catalogues (``id.toml``, ``en.toml``), and dates as people write them."""

from __future__ import annotations

import tomllib
from datetime import date, datetime
from pathlib import Path
from typing import Any, Literal

from babel.dates import format_date, format_datetime

from kit.clock import CITY_ZONE

Language = Literal["id", "en"]
LANGUAGES: tuple[Language, ...] = ("id", "en")


class Catalogue:
    """Texts by dotted key, one TOML file a language in a folder."""

    def __init__(self, folder: Path) -> None:
        self._texts = {language: _flatten(tomllib.loads((folder / f"{language}.toml").read_text("utf-8"))) for language in LANGUAGES}

    def keys(self, language: Language) -> set[str]:
        return set(self._texts[language])

    def text(self, language: Language, key: str, **values: Any) -> str:
        """The text of a key with its ``{named}`` places filled.

        Raises:
            KeyError: the key or a value is missing; a test proves this happens for no key in use.
        """
        return self._texts[language][key].format_map(values) if values else self._texts[language][key]


def _flatten(tree: dict[str, Any], prefix: str = "") -> dict[str, str]:
    flat: dict[str, str] = {}
    for key, value in tree.items():
        name = f"{prefix}{key}"
        if isinstance(value, dict):
            flat.update(_flatten(value, f"{name}."))
        else:
            flat[name] = str(value)
    return flat


def long_date(value: date | datetime, language: Language) -> str:
    """``31 Januari 2027`` or ``31 January 2027``, in the city's zone."""
    if isinstance(value, datetime):
        value = value.astimezone(CITY_ZONE)
    return format_date(value, "d MMMM y", locale=language)


def long_time(value: datetime, language: Language) -> str:
    """Date and time of day in the city's zone."""
    return format_datetime(value.astimezone(CITY_ZONE), "d MMMM y HH.mm" if language == "id" else "d MMMM y, HH:mm", locale=language)
