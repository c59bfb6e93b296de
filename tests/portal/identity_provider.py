"""A small OpenID Connect provider that signs in whoever it is told to, over real HTTP."""

from __future__ import annotations

import asyncio
import socket
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

import uvicorn
from fastapi import FastAPI, Request
from joserfc import jwt
from joserfc.jwk import RSAKey
from starlette.responses import RedirectResponse


@dataclass
class IdentityProvider:
    """Answers discovery, authorization, token and key requests of the authorization-code flow with PKCE."""

    issuer: str
    email: str = ""
    verified: bool = True
    key: RSAKey = field(default_factory=lambda: RSAKey.generate_key(2048, {"kid": "k1"}))
    nonces: dict[str, str] = field(default_factory=dict)
    challenges: list[str] = field(default_factory=list)

    def app(self) -> FastAPI:
        app = FastAPI()

        @app.get("/.well-known/openid-configuration")
        async def discovery() -> dict[str, Any]:
            return {
                "issuer": self.issuer,
                "authorization_endpoint": f"{self.issuer}/authorize",
                "token_endpoint": f"{self.issuer}/token",
                "jwks_uri": f"{self.issuer}/keys",
                "id_token_signing_alg_values_supported": ["RS256"],
            }

        @app.get("/authorize")
        async def authorize(redirect_uri: str, state: str, nonce: str, code_challenge: str) -> RedirectResponse:
            self.nonces["code-1"] = nonce
            self.challenges.append(code_challenge)
            return RedirectResponse(f"{redirect_uri}?{urlencode({'code': 'code-1', 'state': state})}")

        @app.post("/token")
        async def token(request: Request) -> dict[str, Any]:
            form = await request.form()
            assert form["code_verifier"]
            now = int(time.time())
            claims = {
                "iss": self.issuer,
                "sub": "someone",
                "aud": "siklus",
                "iat": now,
                "exp": now + 60,
                "nonce": self.nonces[str(form["code"])],
                "email": self.email,
                "email_verified": self.verified,
            }
            signed = jwt.encode({"alg": "RS256", "kid": "k1"}, claims, self.key)
            return {"access_token": "a", "token_type": "Bearer", "expires_in": 60, "id_token": signed}

        @app.get("/keys")
        async def keys() -> dict[str, Any]:
            return {"keys": [self.key.as_dict(private=False)]}

        return app


@asynccontextmanager
async def identity_provider() -> AsyncIterator[IdentityProvider]:
    """A provider that runs for the time of a test."""
    listening = socket.create_server(("127.0.0.1", 0))
    provider = IdentityProvider(f"http://127.0.0.1:{listening.getsockname()[1]}")
    server = uvicorn.Server(uvicorn.Config(provider.app(), log_level="warning"))
    serving = asyncio.create_task(server.serve(sockets=[listening]))
    while not server.started:
        await asyncio.sleep(0.02)
    try:
        yield provider
    finally:
        server.should_exit = True
        await serving
