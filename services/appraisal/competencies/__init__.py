"""The data of competency: the dictionary, the usual standards, and what to do about a gap. Each is a table beside this file."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from services.appraisal.domain.competency import Competency, Group, Words, usual_level

HERE = Path(__file__).parent
WIDEST_GAP_WITH_WORDS = 3
"""A gap of this many levels or more has one suggestion."""


def _table(name: str) -> dict[str, Any]:
    return tomllib.loads((HERE / f"{name}.toml").read_text("utf-8"))


@cache
def dictionary() -> Mapping[str, Competency]:
    """The competencies every position needs, in the dictionary's order."""
    return {
        code: Competency(
            code=code,
            group=Group(entry["group"]),
            name=Words(**entry["name"]),
            about=Words(**entry["about"]),
            levels=tuple(Words(**level) for level in entry["levels"]),
        )
        for code, entry in _table("dictionary").items()
    }


@cache
def usual_standard(position_kind: str, position_level: str) -> Mapping[str, int]:
    """What a position of this kind and level needs where HR has set nothing else."""
    table = _table("standards")
    level = usual_level(table["kinds"], table["functional_levels"], position_kind, position_level)
    return dict.fromkeys(dictionary(), level)


@cache
def _suggestions() -> Mapping[str, Mapping[str, dict[str, str]]]:
    return _table("suggestions")


def suggestion(code: str, missing: int) -> Words:
    """What to do about a gap of ``missing`` levels; competencies outside the dictionary are technical ones."""
    of_competency = _suggestions()[code if code in dictionary() else Group.TECHNICAL.value]
    return Words(**of_competency[str(min(missing, WIDEST_GAP_WITH_WORDS))])
