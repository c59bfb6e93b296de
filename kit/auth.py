"""Who is asking: signed access tokens (Ed25519) with a person's id and roles."""

from __future__ import annotations

import json
import time
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Literal

from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import OKPKey

from kit.problems import Forbidden, NotSignedIn
from kit.settings import Settings

Role = Literal["employee", "evaluator", "hr", "leadership", "ops", "service"]
ISSUER = "siklus"
ALGORITHM = "Ed25519"
REMEMBERED_TOKENS = 5000


@dataclass(frozen=True)
class Principal:
    """The person (or the system's own process) behind a request. Supervisor and superior are relations, not roles."""

    person_id: str
    roles: frozenset[str] = field(default_factory=frozenset)
    scope: frozenset[str] | None = None
    """The only requests the token is good for ("POST /cases/x/acknowledgement"); None: whatever the person may do."""

    def within(self, method: str, path: str) -> None:
        """
        Raises:
            Forbidden: the token was made for something else.
        """
        if self.scope is not None and f"{method} {path}" not in self.scope:
            raise Forbidden("This access token was made for one purpose, and this is another. Sign in to do this.")

    def has(self, *roles: Role) -> bool:
        return any(role in self.roles for role in roles)

    def need(self, *roles: Role) -> None:
        """
        Raises:
            Forbidden: the person has none of the roles.
        """
        if not self.has(*roles):
            raise Forbidden(f"This needs the role {' or '.join(roles)}. Ask HR (BKPSDM) if it should be yours.")


class TokenSigner:
    """Signs access tokens; only the portal, the workflows and the command line hold the private key."""

    def __init__(self, settings: Settings) -> None:
        self._key = OKPKey.import_key(json.loads(settings.token_private_key))
        self._life_seconds = settings.token_minutes * 60

    def sign(self, person_id: str, roles: Iterable[str]) -> str:
        now = int(time.time())
        claims = {"iss": ISSUER, "sub": person_id, "roles": sorted(roles), "iat": now, "exp": now + self._life_seconds}
        return jwt.encode({"alg": ALGORITHM}, claims, self._key, algorithms=[ALGORITHM])

    def narrow_token(self, person_id: str, scope: Iterable[str], life_seconds: int) -> str:
        """A short-lived token on behalf of a person that is good for these requests only."""
        now = int(time.time())
        claims = {"iss": ISSUER, "sub": person_id, "roles": ["employee"], "scope": sorted(scope), "iat": now, "exp": now + life_seconds}
        return jwt.encode({"alg": ALGORITHM}, claims, self._key, algorithms=[ALGORITHM])

    def service_token(self, name: str) -> str:
        """A token for one of the system's own processes."""
        return self.sign(f"service:{name}", ["service"])


class TokenReader:
    """Checks access tokens with the public key; remembers checked ones until they expire."""

    def __init__(self, settings: Settings) -> None:
        self._key = OKPKey.import_key(json.loads(settings.token_public_key)) if settings.token_public_key else None
        self._known: dict[str, tuple[float, Principal]] = {}

    def read(self, authorization: str | None) -> Principal:
        """The principal of an ``Authorization: Bearer …`` header.

        Raises:
            NotSignedIn: the header is missing, or the token is forged, altered or expired.
        """
        if not authorization or not authorization.startswith("Bearer "):
            raise NotSignedIn("Send an access token: Authorization: Bearer <token>.")
        token = authorization[7:]
        known = self._known.get(token)
        if known is not None:
            if known[0] > time.time():
                return known[1]
            del self._known[token]
            raise NotSignedIn("The access token has expired. Sign in again; nothing you saved is lost.")
        if self._key is None:
            raise NotSignedIn("This process has no key to check tokens with (SIKLUS_TOKEN_PUBLIC_KEY).")
        try:
            claims = jwt.decode(token, self._key, algorithms=[ALGORITHM]).claims
            jwt.JWTClaimsRegistry(iss={"essential": True, "value": ISSUER}, sub={"essential": True}, exp={"essential": True}).validate(
                claims
            )
        except (JoseError, ValueError) as error:
            raise NotSignedIn("The access token is not valid or has expired. Sign in again.") from error
        scope = claims.get("scope")
        principal = Principal(
            str(claims["sub"]),
            frozenset(map(str, claims.get("roles", []))),
            frozenset(map(str, scope)) if isinstance(scope, list) else None,
        )
        if len(self._known) >= REMEMBERED_TOKENS:
            self._known.clear()
        self._known[token] = (float(claims["exp"]), principal)
        return principal
