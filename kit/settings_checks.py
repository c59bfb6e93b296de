"""What is wrong with an environment beyond the shape of single values: names nobody knows, keys that do not fit, halves that are missing.

Works on the variables as they are written, so that all mistakes are named together with those of shape. Secrets are
never repeated.
"""

from __future__ import annotations

import base64
import binascii
import difflib
import json
from collections.abc import Callable, Iterable, Mapping
from urllib.parse import urlsplit

PREFIX = "SIKLUS_"
OTHERS = ("SIKLUS_PORT_", "SIKLUS_TEST_", "SIKLUS_FAULT_")
"""Variables of the command line and the tests, which are no settings."""
SECRET = ("_database_url", "_private_key", "_keys", "_secret", "_secrets", "_password", "_secret_key", "_access_key")
ADDRESSES = ("appraisal_url", "supervision_url", "notification_url", "control_url", "portal_url", "temporal_ui_url")
KEY_BYTES = 32
SHORTEST_SECRET = 16


def is_secret(field: str) -> bool:
    """Whether a setting's value has no place in a message or log."""
    return field.endswith(SECRET)


def mistakes(environment: Mapping[str, str], fields: Iterable[str]) -> dict[str, str]:
    """What is wrong, by setting."""
    known = set(fields)
    given = {
        name.upper().removeprefix(PREFIX).lower(): value
        for name, value in environment.items()
        if name.upper().startswith(PREFIX) and not name.upper().startswith(OTHERS)
    }
    found = {name: _unknown(name, known) for name in given if name not in known}
    for name, check in CHECKS.items():
        wrong = check(given[name]) if given.get(name) else None
        if wrong:
            found[name] = wrong
    found.update(_together(given))
    return found


def _unknown(name: str, known: set[str]) -> str:
    near = difflib.get_close_matches(name, known, n=1)
    return "there is no such setting" + (f"; did you mean {PREFIX}{near[0].upper()}?" if near else "")


def _together(given: Mapping[str, str]) -> dict[str, str]:
    found: dict[str, str] = {}
    if given.get("oidc_issuer"):
        for name in ("oidc_client_id", "oidc_client_secret"):
            if not given.get(name) and name in given:
                found[name] = f"is empty, and {PREFIX}OIDC_ISSUER is set"
        if given.get("demo_sign_in", "").lower() in {"true", "1", "yes", "on"}:
            found["demo_sign_in"] = f"must be false where {PREFIX}OIDC_ISSUER is set: anybody could sign in as anybody"
    private, public = _key(given.get("token_private_key", "")), _key(given.get("token_public_key", ""))
    if private and public and private.get("x") != public.get("x"):
        found["token_public_key"] = f"does not belong to {PREFIX}TOKEN_PRIVATE_KEY"
    if bool(given.get("smtp_username")) != bool(given.get("smtp_password")):
        missing = "smtp_password" if given.get("smtp_username") else "smtp_username"
        found[missing] = "is missing: a user and a password belong together"
    return found


def _key(text: str) -> dict[str, str] | None:
    try:
        key = json.loads(text)
    except ValueError:
        return None
    return key if isinstance(key, dict) else None


def _token_key(part: str) -> Callable[[str], str | None]:
    def check(text: str) -> str | None:
        key = _key(text)
        if key is None:
            return "is no JSON object (a JWK)"
        return None if key.get("crv") == "Ed25519" and part in key else f"is no Ed25519 key with its {part!r}"

    return check


def _database(text: str) -> str | None:
    parts = urlsplit(text)
    if parts.scheme != "postgresql+asyncpg":
        return "must begin with postgresql+asyncpg://"
    return None if parts.path.strip("/") else "names no database"


def _address(text: str) -> str | None:
    parts = urlsplit(text)
    return None if parts.scheme in {"http", "https"} and parts.netloc else "must be an address such as https://host"


def _servers(text: str) -> str | None:
    wrong = [server for server in text.split(",") if not server.strip().rpartition(":")[2].isdigit() or ":" not in server]
    return f"needs host:port, comma separated; {wrong[0]!r} is not" if wrong else None


def _payload_keys(text: str) -> str | None:
    names: list[str] = []
    for place, item in enumerate(text.split(","), start=1):
        name, colon, encoded = item.strip().partition(":")
        try:
            length = len(base64.b64decode(encoded, validate=True))
        except (binascii.Error, ValueError):
            length = -1
        if not name or not colon or length != KEY_BYTES:
            return f"key {place} is not id:base64 of {KEY_BYTES} bytes"
        names.append(name)
    return None if len(names) == len(set(names)) else "two keys have the same id"


def _link_secrets(text: str) -> str | None:
    short = [place for place, secret in enumerate(text.split(","), start=1) if len(secret.strip()) < SHORTEST_SECRET]
    return f"secret {short[0]} is shorter than {SHORTEST_SECRET} characters" if short else None


CHECKS: Mapping[str, Callable[[str], str | None]] = {
    **dict.fromkeys(("appraisal_database_url", "supervision_database_url", "notification_database_url"), _database),
    **dict.fromkeys(ADDRESSES, _address),
    **dict.fromkeys(("mail_inbox_url", "oidc_issuer", "otlp_endpoint", "evidence_s3_endpoint"), _address),
    "kafka_bootstrap": _servers,
    "temporal_address": _servers,
    "token_public_key": _token_key("x"),
    "token_private_key": _token_key("d"),
    "payload_keys": _payload_keys,
    "link_secrets": _link_secrets,
}
