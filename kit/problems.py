"""Errors as RFC 9457 problem details: a code, the field, and the mend."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

PROBLEM_TYPE_PREFIX = "urn:siklus:problem:"


@dataclass(frozen=True)
class FieldError:
    """One thing wrong with the input: where (a JSON path such as ``objectives[2].weight``), what, and how to mend it."""

    path: str
    message: str
    mend: str = ""

    def as_json(self) -> dict[str, str]:
        return {"path": self.path, "message": self.message, "mend": self.mend}


@dataclass
class Problem(Exception):
    """Base of every error a caller is told about."""

    detail: str
    errors: list[FieldError] = field(default_factory=list)
    extra: dict[str, Any] = field(default_factory=dict)
    headers: dict[str, str] = field(default_factory=dict)

    status: int = 400
    code: str = "bad-request"
    title: str = "The request cannot be carried out"

    def __str__(self) -> str:
        return self.detail

    def as_json(self) -> dict[str, Any]:
        body: dict[str, Any] = {"type": PROBLEM_TYPE_PREFIX + self.code, "title": self.title, "status": self.status, "detail": self.detail}
        if self.errors:
            body["errors"] = [error.as_json() for error in self.errors]
        return {**self.extra, **body}


@dataclass
class InvalidInput(Problem):
    """The input's content breaks a rule; ``errors`` names each place."""

    status: int = 422
    code: str = "invalid-input"
    title: str = "Some of the input is not valid"


@dataclass
class NotSignedIn(Problem):
    status: int = 401
    code: str = "not-signed-in"
    title: str = "Sign in first"
    headers: dict[str, str] = field(default_factory=lambda: {"WWW-Authenticate": "Bearer"})


@dataclass
class Forbidden(Problem):
    """The person has no right to this, by role or by relation."""

    status: int = 403
    code: str = "forbidden"
    title: str = "This is not yours to do"


@dataclass
class NotFound(Problem):
    status: int = 404
    code: str = "not-found"
    title: str = "There is no such thing"


@dataclass
class WrongPhase(Problem):
    """The case is in another phase than the action needs."""

    status: int = 409
    code: str = "wrong-phase"
    title: str = "Not in this phase"


@dataclass
class Conflict(Problem):
    """The state of things does not allow the action (already done, locked)."""

    status: int = 409
    code: str = "conflict"
    title: str = "The present state does not allow this"


@dataclass
class StaleVersion(Problem):
    """Somebody else changed it meanwhile: read again, then repeat."""

    status: int = 412
    code: str = "stale-version"
    title: str = "Changed by someone else meanwhile"


@dataclass
class VersionRequired(Problem):
    status: int = 428
    code: str = "version-required"
    title: str = "Say which version you are changing (If-Match)"


@dataclass
class KeyReused(Problem):
    status: int = 422
    code: str = "idempotency-key-reused"
    title: str = "This Idempotency-Key was used for another request"


@dataclass
class TooLarge(Problem):
    status: int = 413
    code: str = "too-large"
    title: str = "The request is too large"


@dataclass
class Unavailable(Problem):
    """A part this needs is down; nothing was changed, try again."""

    status: int = 503
    code: str = "unavailable"
    title: str = "Not available just now"
    headers: dict[str, str] = field(default_factory=lambda: {"Retry-After": "5"})
