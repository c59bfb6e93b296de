"""Comparing a stored explanation with the one computed anew from its own inputs, bit for bit."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from services.appraisal.domain.explanation import canonical

Tree = dict[str, Any]


def differences(stored: Tree, again: Callable[[Tree], Tree]) -> list[str]:
    """The top-level fields in which a stored tree differs from what its inputs give now; empty means none, bit for bit.

    A tree whose inputs no longer lead to any outcome differs in its ``inputs``.
    """
    try:
        computed = again(stored)
    except (ValueError, KeyError, TypeError, AttributeError):
        return ["inputs"]
    if canonical(stored) == canonical(computed) and stored.get("hash") == computed["hash"]:
        return []
    names = sorted({*stored, *computed})
    return [name for name in names if canonical({"of": stored.get(name)}) != canonical({"of": computed.get(name)})]
