"""Response headers of every page, and the token that proves a form came from one of our pages."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from urllib.parse import urlsplit

from fastapi import Request
from starlette.datastructures import FormData, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from kit.problems import Problem
from kit.settings import Settings

CONTENT_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; connect-src 'self'; worker-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
CSRF_FIELD = "csrf"
MOST_FIELDS = 10_000
"""Fields of the largest form: a plan of a hundred objectives."""


class StaleForm(Problem):
    """The form was not made for this sign-in: the session ended, or another site sent it."""

    def __init__(self) -> None:
        super().__init__(
            "This form belongs to an earlier sign-in. Your text is kept in this browser: open the page again and send it once more.",
            status=403,
            code="stale-form",
            title="The form is out of date",
        )


class OutlivedForm(StaleForm):
    """One of our own pages sent it, after its sign-in had ended: what was typed is shown again, to be sent once more."""

    def __init__(self, typed: FormData) -> None:
        super().__init__()
        self.typed = typed


class SecurityHeaders:
    """Content policy without inline scripts, no framing, no caching of pages with personal data."""

    def __init__(self, app: ASGIApp, https: bool) -> None:
        self.app = app
        self.https = https

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return

        async def noted_send(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                headers.setdefault("Content-Security-Policy", CONTENT_POLICY)
                headers["X-Frame-Options"] = "DENY"
                headers["Cross-Origin-Opener-Policy"] = "same-origin"
                headers["Permissions-Policy"] = "camera=(), geolocation=(), microphone=()"
                headers.setdefault("Cache-Control", "no-store")
                if self.https:
                    headers["Strict-Transport-Security"] = "max-age=31536000; includeSubDomains"
            await send(message)

        await self.app(scope, receive, noted_send)


def session_secret(settings: Settings) -> str:
    """The key that signs session cookies, derived from the token key so that there is one secret to keep."""
    if not settings.token_private_key:
        raise RuntimeError("The portal signs tokens: set SIKLUS_TOKEN_PRIVATE_KEY (an Ed25519 JWK).")
    return hmac.new(settings.token_private_key.encode(), b"portal session cookie", hashlib.sha256).hexdigest()


def csrf_token(request: Request) -> str:
    """A token for one form; different in every rendering, so that compression reveals nothing of the session's secret."""
    secret = request.session.get("csrf")
    if not secret:
        secret = request.session["csrf"] = secrets.token_urlsafe(32)
    salt = secrets.token_hex(8)
    return f"{salt}.{_signature(secret, salt)}"


def _signature(secret: str, salt: str) -> str:
    return hmac.new(secret.encode(), salt.encode(), hashlib.sha256).hexdigest()


async def check_form_token(request: Request) -> None:
    """Refuse a change that does not come from one of our own forms (every POST passes here).

    Raises:
        StaleForm: the token is missing, forged, or of another session.
        OutlivedForm: so it is, but the browser says that our own page sent it.
    """
    if request.method in SAFE_METHODS:
        return
    origin = request.headers.get("origin", "")
    ours = urlsplit(origin).netloc == request.headers.get("host")
    if origin and origin != "null" and not ours:
        raise StaleForm
    form = await request.form(max_fields=MOST_FIELDS)
    salt, _, signature = str(form.get(CSRF_FIELD, "")).partition(".")
    secret = request.session.get("csrf")
    if not secret or not hmac.compare_digest(signature.encode(), _signature(secret, salt).encode()):
        raise OutlivedForm(form) if ours else StaleForm
