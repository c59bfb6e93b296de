"""What the services say when they refuse, in the reader's language.

The services write one language, English; ``refusals.toml`` holds each of their sentences with its Indonesian. Pure: the table is read
once, and what is not in it is shown as it came.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from kit.i18n import Language

TABLE = Path(__file__).parent / "refusals.toml"
_HOLE = re.compile(r"\{(\w+)\}")
_JOINT = re.compile(r"( – |(?<=[.!?])\s+)")
"""Where sentences are joined: what is wrong and how to mend it, or one after the other."""
_LIST = re.compile(r"(, | or | and )")
_WORDS_OF_LISTS = {", ": ", ", " or ": " atau ", " and ": " dan "}
_QUOTED = re.compile(r"'[^']*'")
_WITHIN = r"(?:(?!\. [A-Z]).)*?"
"""A value that holds no end of a sentence: a sentence that follows is no part of it."""
_ANYTHING = r".*?"
_LONGEST = 4_000
"""No sentence of a service is longer; what is longer is somebody's text, and looking for sentences in it would take its time."""


@dataclass(frozen=True)
class _Template:
    """A sentence with places for values."""

    told: str
    within: re.Pattern[str]
    anything: re.Pattern[str]
    letters: int
    """How much of it is words: of two that fit, the one that says more is meant."""
    marks: tuple[str, ...]
    """Its words between the values; where one is missing, it does not fit."""


@dataclass(frozen=True)
class _Book:
    """The table, ready to be looked up."""

    whole: Mapping[str, str]
    """Sentences without values."""
    by_word: Mapping[str, tuple[_Template, ...]]
    """Templates by their first word, those that say most first; those that begin with a value are under every word, and under none."""
    codes: Mapping[str, Mapping[str, str]]
    reach: int
    """The most pieces one entry has when it is parted as joined sentences are."""

    def fitting(self, sentence: str) -> Iterator[_Template]:
        """The templates that may fit, in that order."""
        first = sentence.partition(" ")[0]
        for template in self.by_word.get(first, self.by_word[""]):
            if all(mark in sentence for mark in template.marks):
                yield template


def entries(tree: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Every sentence of the table with its Indonesian, without the codes."""
    for name, value in tree.items():
        if isinstance(value, str):
            yield name, value
        elif name != "codes":
            yield from entries(value)


@lru_cache(maxsize=1)
def _book() -> _Book:
    tree = tomllib.loads(TABLE.read_text("utf-8"))
    whole: dict[str, str] = {}
    by_word: dict[str, list[_Template]] = {"": []}
    endings = [sentence for sentence, _ in entries(tree) if sentence.startswith(" ")]
    for sentence, telling in entries(tree):
        if _HOLE.search(sentence):
            start = sentence[: sentence.index("{")]
            by_word.setdefault(start.partition(" ")[0] if " " in start else "", []).append(_template(sentence, telling, endings))
        else:
            whole[sentence] = telling
    loose = by_word.pop("")
    ordered = {word: tuple(sorted((*found, *loose), key=lambda one: -one.letters)) for word, found in [*by_word.items(), ("", [])]}
    return _Book(whole, ordered, tree["codes"], max(len(_JOINT.split(sentence)) for sentence, _ in entries(tree)))


def _template(sentence: str, telling: str, endings: Iterable[str]) -> _Template:
    """A sentence as patterns; of two values with nothing between them, the second is one of the ``endings``, or nothing."""
    pieces = _HOLE.split(sentence)

    def pattern(value: str) -> re.Pattern[str]:
        ending = "|".join((*(value.join(map(re.escape, _HOLE.split(one)[::2])) for one in endings), ""))
        adjoining = {place for place in range(3, len(pieces), 2) if not pieces[place - 1]}
        parts = (
            f"(?P<{piece}>{ending if place in adjoining else value})" if place % 2 else re.escape(piece)
            for place, piece in enumerate(pieces)
        )
        return re.compile("".join(parts), re.DOTALL)

    marks = tuple(piece for piece in pieces[::2] if piece)
    return _Template(telling, pattern(_WITHIN), pattern(_ANYTHING), sum(map(len, marks)), marks)


def told(sentence: str, language: Language) -> str:
    """A service's sentence as the reader reads it; an unknown one as it is."""
    return sentence if language == "en" or len(sentence) > _LONGEST else _in_indonesian(sentence)


@lru_cache(maxsize=4096)
def _in_indonesian(sentence: str) -> str:
    whole = _as_one(sentence, careful=True)
    if whole is not None:
        return whole
    joined, complete = _one_by_one(sentence)
    return joined if complete else _as_one(sentence, careful=False) or joined


def _as_one(sentence: str, *, careful: bool) -> str | None:
    """The Indonesian of one sentence; ``careful`` keeps its values within it. Nothing where it is unknown."""
    book = _book()
    if sentence in book.whole:
        return book.whole[sentence]
    for template in book.fitting(sentence):
        match = (template.within if careful else template.anything).fullmatch(sentence)
        if match:
            return template.told.format_map({name: _carried(name, value) for name, value in match.groupdict().items()})
    return None


def _one_by_one(text: str) -> tuple[str, bool]:
    """Sentences that are joined, each by itself, and whether all are known; two that belong together are tried as one first."""
    parts, reach = _JOINT.split(text), _book().reach
    told_parts: list[str] = []
    complete, place = True, 0
    while place < len(parts):
        for end in range(min(len(parts), place + reach), place, -2):
            found = _as_one("".join(parts[place:end]), careful=True)
            if found is not None:
                break
        else:
            end, found, complete = place + 1, parts[place], False
        told_parts += [found, *parts[end : end + 1]]
        place = end + 1
    return "".join(told_parts), complete


def _carried(name: str, value: str) -> str:
    """A value in a sentence: a code in the reader's word, a sentence of its own told as well, anything else as it is."""
    codes = _book().codes.get(name.rpartition("_")[2], {})
    items = _LIST.split(value)
    if all(item in codes or _QUOTED.fullmatch(item) for item in items[::2]):
        return "".join(_WORDS_OF_LISTS[item] if place % 2 else codes.get(item, item) for place, item in enumerate(items))
    return _in_indonesian(value)
