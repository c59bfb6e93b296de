"""Who is signed in: a signed cookie holds the person's id, name, roles and language; services get a signed token."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Annotated
from urllib.parse import urlsplit

from fastapi import Depends, Request

from kit.auth import Principal, Role, TokenSigner
from kit.i18n import Language
from kit.settings import Settings

REMEMBERED_TOKENS = 5000
NARROW_SECONDS = 60


class SignInNeeded(Exception):
    """The page needs a signed-in person; ``back_to`` is where to go on afterwards."""

    def __init__(self, back_to: str) -> None:
        super().__init__(back_to)
        self.back_to = back_to


@dataclass(frozen=True)
class Visitor:
    """The signed-in person."""

    person_id: str
    name: str
    roles: frozenset[str]
    language: Language
    token: str

    def has(self, *roles: str) -> bool:
        return any(role in self.roles for role in roles)

    def need(self, *roles: Role) -> None:
        """
        Raises:
            Forbidden: the person has none of the roles.
        """
        Principal(self.person_id, self.roles).need(*roles)


class TokenDesk:
    """Signs people's access tokens; one token serves a person for half its life, so services need not check a new one each time."""

    def __init__(self, settings: Settings) -> None:
        self._signer = TokenSigner(settings)
        self._half_life_seconds = settings.token_minutes * 30
        self._tokens: dict[tuple[str, frozenset[str]], tuple[float, str]] = {}

    def token(self, person_id: str, roles: frozenset[str]) -> str:
        known = self._tokens.get((person_id, roles))
        if known is not None and known[0] > time.time():
            return known[1]
        if len(self._tokens) >= REMEMBERED_TOKENS:
            self._tokens.clear()
        token = self._signer.sign(person_id, roles)
        self._tokens[person_id, roles] = (time.time() + self._half_life_seconds, token)
        return token

    def narrow_token(self, person_id: str, *requests: str) -> str:
        """A token on behalf of somebody who is not signed in, good for these requests and a moment only."""
        return self._signer.narrow_token(person_id, requests, NARROW_SECONDS)

    def service_token(self) -> str:
        """The portal's own token, for what happens before anybody is signed in."""
        return self.token("service:portal", frozenset({"service"}))


def sign_in(request: Request, *, person_id: str, name: str, roles: list[str], language: str) -> None:
    """Start a session; the form secret of the visitor before sign-in ends with it."""
    request.session.clear()
    request.session.update(person_id=person_id, name=name, roles=sorted(roles), language="en" if language == "en" else "id")


def current_visitor(request: Request) -> Visitor | None:
    """The signed-in person, or nobody."""
    session = request.session
    person_id = session.get("person_id")
    if not person_id:
        return None
    roles = frozenset(map(str, session.get("roles", [])))
    desk: TokenDesk = request.app.state.tokens
    return Visitor(str(person_id), str(session.get("name", "")), roles, language_of(request), desk.token(str(person_id), roles))


def language_of(request: Request) -> Language:
    return "en" if request.session.get("language") == "en" else "id"


def local_path(address: str | None, fallback: str = "/") -> str:
    """The path and query of an address, so that nobody is sent to another site."""
    parts = urlsplit(address or "")
    path = parts.path
    if not path.startswith("/") or path.startswith("//") or "\\" in (address or ""):
        return fallback
    return f"{path}?{parts.query}" if parts.query else path


async def signed_in(request: Request) -> Visitor:
    """
    Raises:
        SignInNeeded: nobody is signed in.
    """
    visitor = current_visitor(request)
    if visitor is None:
        here = request.url.path + (f"?{request.url.query}" if request.url.query else "")
        raise SignInNeeded(here if request.method == "GET" else local_path(request.headers.get("referer")))
    return visitor


SignedIn = Annotated[Visitor, Depends(signed_in)]
