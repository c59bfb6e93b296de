"""Personal data in what citizens write: names and numbers are found, shown to the moderator, and never published (UU 27/2022, PDP)."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable, Sequence

MASK = "…"
_HONORIFIC = r"(?:bapak|bpk|pak|ibu|bu|saudara|saudari|sdr|sdri|mas|mbak|kang|teh|kak|mr|mrs|ms)"
_AFTER_HONORIFIC = re.compile(rf"\b(?i:{_HONORIFIC})\b\.?\s+([A-Z][\w'-]+(?:\s+[A-Z][\w'-]+)*)")
_NUMBER = re.compile(r"\+?\d(?:[\s.-]?\d){7,}")
"""NIP, NIK, telephone: eight digits or more."""
_MAIL = re.compile(r"[\w.+-]+@[\w-]+\.[\w.-]*\w")
_WORD = re.compile(r"[^\W\d_]+(?:['-][^\W\d_]+)*")


def personal_words(text: str, names: Iterable[str]) -> tuple[str, ...]:
    """What in a text is or may be personal data, as it is written there, in its order.

    Names of the unit's people are found by two of their words side by side; one word alone ("Indah", "Bagus") says too little,
    unless it follows a form of address.
    """
    found = [(match.start(1), match.group(1)) for match in _AFTER_HONORIFIC.finditer(text)]
    found += [(match.start(), match.group()) for pattern in (_NUMBER, _MAIL) for match in pattern.finditer(text)]
    words = list(_WORD.finditer(text))
    pairs = {pair for name in names for pair in _pairs([word.casefold() for word in _WORD.findall(name)])}
    for first, second in itertools.pairwise(words):
        between = text[first.end() : second.start()]
        if between.isspace() and (first.group().casefold(), second.group().casefold()) in pairs:
            found.append((first.start(), text[first.start() : second.end()]))
    return tuple(dict.fromkeys(words for _, words in sorted(found)))


def without(text: str, hidden: Sequence[str]) -> str:
    """The text with these words masked wherever they stand, however they are written."""
    for words in sorted(filter(None, hidden), key=len, reverse=True):
        text = re.sub(re.escape(words), MASK, text, flags=re.IGNORECASE)
    return text


def _pairs(words: Sequence[str]) -> Iterable[tuple[str, str]]:
    return ((first, second) for first, second in itertools.pairwise(words) if len(first) > 1 and len(second) > 1)
