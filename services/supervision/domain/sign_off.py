"""Signing the minutes of a feedback session: a signature is bound to the content that was read, not to a name."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from enum import StrEnum


@dataclass(frozen=True)
class SignedContent:
    """What both sides sign: the minutes, what is to improve, and the ratings as they were shown (PermenPANRB 6/2022)."""

    case_id: str
    held_at: datetime
    minutes: str
    improvement_items: Sequence[str]
    results: str | None
    behaviour: str | None


def canonical(content: SignedContent) -> str:
    """One text for one content: keys in order, instants in UTC, letters as they are."""
    fields = {
        **asdict(content),
        "held_at": content.held_at.astimezone(UTC).isoformat(),
        "improvement_items": list(content.improvement_items),
    }
    return json.dumps(fields, sort_keys=True, ensure_ascii=False, separators=(",", ":"))


def hash_of(content: SignedContent) -> str:
    """SHA-256 of the canonical text."""
    return hashlib.sha256(canonical(content).encode()).hexdigest()


class SignatureState(StrEnum):
    """What a signature is worth now."""

    VALID = "valid"
    VOID = "void"
    """The content has changed since."""
    WITHDRAWN = "withdrawn"
    REFUSED = "refused"


def state_of(*, content_hash: str, current_hash: str, withdrawn: bool, refused: bool) -> SignatureState:
    """The state follows from what was signed and what is there now. A refusal stays one, whatever changes."""
    if refused:
        return SignatureState.REFUSED
    if withdrawn:
        return SignatureState.WITHDRAWN
    return SignatureState.VALID if content_hash == current_hash else SignatureState.VOID
