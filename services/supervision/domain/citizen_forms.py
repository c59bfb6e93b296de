"""What keeps a form that needs no account from being flooded: signed tokens good for one answer, rates, and repeated words.

All of it lives in real time, also where the calendar runs fast: it is about machines, not about the year.
"""

from __future__ import annotations

import hashlib
import hmac
import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum

LIFE = timedelta(hours=24)
WINDOW = timedelta(hours=1)
PER_ADDRESS = 20
"""Answers an hour from one address: a whole waiting room may share one."""
PER_UNIT = 300
SAME_WORDS_FOR = timedelta(days=7)
WORDS_THAT_SAY_SOMETHING = 20
"""Characters from which on the same words twice are a repeat: "terima kasih" may come from many."""


class Refused(StrEnum):
    """Why a form's token is not good."""

    FORGED = "forged"
    EXPIRED = "expired"
    TOO_FAST = "too_fast"


@dataclass(frozen=True)
class FormToken:
    """A form as it was handed out: for which unit, when, and a number of its own."""

    unit_id: str
    nonce: str
    issued_at: datetime

    @property
    def day(self) -> date:
        """The day whose secret signs it."""
        return self.issued_at.astimezone(UTC).date()

    def written(self, secret: bytes) -> str:
        stamp = f"{int(self.issued_at.timestamp() * 1000)}"
        return f"{stamp}.{self.nonce}.{_signature(secret, self.unit_id, stamp, self.nonce)}"


def day_of(token: str) -> date | None:
    """The day whose secret a token claims to be signed with; None where it is no token."""
    stamp, _, _ = token.partition(".")
    if not re.fullmatch(r"[0-9]{1,14}", stamp):
        return None
    return datetime.fromtimestamp(int(stamp) / 1000, UTC).date()


def read_token(token: str, unit_id: str, secret: bytes | None, now: datetime, at_least: timedelta) -> FormToken | Refused:
    """The form a token stands for, or why it is not good. ``secret`` is that of its day, None where that is gone."""
    parts = token.split(".")
    if len(parts) != 3 or day_of(token) is None:
        return Refused.FORGED
    stamp, nonce, signature = parts
    if secret is None:
        return Refused.EXPIRED
    if not hmac.compare_digest(signature.encode(), _signature(secret, unit_id, stamp, nonce).encode()):
        return Refused.FORGED
    issued_at = datetime.fromtimestamp(int(stamp) / 1000, UTC)
    if now - issued_at > LIFE:
        return Refused.EXPIRED
    if now - issued_at < at_least:
        return Refused.TOO_FAST
    return FormToken(unit_id, nonce, issued_at)


def address_mark(secret: bytes, address: str) -> str:
    """What is kept of an address: a mark that nobody can read back once the day's secret is gone."""
    return hmac.new(secret, f"address/{address}".encode(), hashlib.sha256).hexdigest()


def window_of(now: datetime) -> datetime:
    """The beginning of the hour that answers are counted in."""
    return now.astimezone(UTC).replace(minute=0, second=0, microsecond=0)


def words_mark(text: str) -> str | None:
    """The same for the same words, however they are spaced and written; None for words too short to tell."""
    plain = " ".join(re.findall(r"\w+", text.casefold()))
    return hashlib.sha256(plain.encode()).hexdigest() if len(plain) >= WORDS_THAT_SAY_SOMETHING else None


def _signature(secret: bytes, *parts: str) -> str:
    return hmac.new(secret, "/".join(("form", *parts)).encode(), hashlib.sha256).hexdigest()
