"""Small functions of the pages about citizens: choices, QR codes, and the blurring of addresses."""

from __future__ import annotations

import hashlib
import hmac
import io
import ipaddress
from collections.abc import Callable, Sequence
from typing import Any

import segno
from fastapi import Request
from markupsafe import Markup, escape

from kit.settings import Settings
from services.portal.security import session_secret

ELEMENTS = ("requirements", "procedure", "time", "cost", "product", "competence", "conduct", "complaints", "facilities")
SCORES = ("1", "2", "3", "4")
DECISIONS = ("publish", "complaint", "hide")
HIDE_REASONS = ("abusive", "personal", "unrelated", "spam")
NEIGHBOURS_OF_ONE_HOME = 64
"""Bits of an IPv6 address that tell one connection from another; the rest changes within a home."""
CODE_BORDER = 4
SVG_SCALE, PNG_SCALE = 4, 12

Text = Callable[..., str]
Options = list[tuple[str, str]]


def blurred_address(request: Request) -> str:
    """A mark of where a request comes from; the address itself never leaves the portal."""
    host = request.client.host if request.client else ""
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        known = host
    else:
        bits = NEIGHBOURS_OF_ONE_HOME if address.version == 6 else 32
        known = str(ipaddress.ip_network(f"{address}/{bits}", strict=False))
    settings: Settings = request.app.state.kit.settings
    return hmac.new(session_secret(settings).encode(), f"citizen/{known}".encode(), hashlib.sha256).hexdigest()


def form_address(settings: Settings, unit_id: str) -> str:
    """Where the form of a unit is, as people type it."""
    return f"{settings.portal_url.rstrip('/')}/service/{unit_id}"


def qr_code(address: str, kind: str) -> bytes:
    """The QR code of an address as a picture: ``svg`` or ``png``."""
    out = io.BytesIO()
    segno.make(address, error="m", micro=False).save(out, kind=kind, scale=SVG_SCALE if kind == "svg" else PNG_SCALE, border=CODE_BORDER)
    return out.getvalue()


def satisfaction_options(t: Text) -> Options:
    """The four answers, best last as the survey has them, and none."""
    return [*((score, t(f"citizen_score.{score}")) for score in SCORES), ("", t("citizens.not_rated"))]


def flagged_text(text: str, flagged: Sequence[str]) -> Markup:
    """A text with the words that may be personal data marked."""
    shown = escape(text)
    for words in sorted(set(flagged), key=len, reverse=True):
        shown = shown.replace(escape(words), Markup("<mark>{}</mark>").format(words))
    return Markup(shown)


HELPERS: dict[str, Any] = {
    "ELEMENTS": ELEMENTS,
    "DECISIONS": DECISIONS,
    "HIDE_REASONS": HIDE_REASONS,
    "satisfaction_options": satisfaction_options,
    "flagged_text": flagged_text,
}
