"""The inbox in the portal: a message is delivered once it is stored."""

from __future__ import annotations

from services.notification.domain.delivery import State
from services.notification.repository.people import Reader


def first_state(reader: Reader) -> tuple[State, str]:
    """How a message starts here: it is there as soon as it is stored; nobody can turn the inbox off."""
    return State.DELIVERED, ""
