"""Payloads of workflows are encrypted (AES-256-GCM) before they leave the process; the key's id travels with each, so keys can rotate."""

from __future__ import annotations

import base64
import binascii
import os
from collections.abc import Sequence

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from temporalio.api.common.v1 import Payload
from temporalio.converter import PayloadCodec

from kit.settings import SettingsError

ENCODING = b"binary/encrypted"
NONCE_BYTES = 12


class EncryptionCodec(PayloadCodec):
    """Encrypts with the first key, decrypts with the key a payload names."""

    def __init__(self, keys: dict[str, bytes]) -> None:
        self._ciphers = {name: AESGCM(key) for name, key in keys.items()}
        self._newest = next(iter(keys))

    async def encode(self, payloads: Sequence[Payload]) -> list[Payload]:
        return [self._encrypted(payload) for payload in payloads]

    async def decode(self, payloads: Sequence[Payload]) -> list[Payload]:
        return [self._decrypted(payload) for payload in payloads]

    def _encrypted(self, payload: Payload) -> Payload:
        nonce = os.urandom(NONCE_BYTES)
        data = nonce + self._ciphers[self._newest].encrypt(nonce, payload.SerializeToString(), None)
        return Payload(metadata={"encoding": ENCODING, "key": self._newest.encode()}, data=data)

    def _decrypted(self, payload: Payload) -> Payload:
        if payload.metadata.get("encoding") != ENCODING:
            return payload
        name = payload.metadata["key"].decode()
        if name not in self._ciphers:
            raise ValueError(f"SIKLUS_PAYLOAD_KEYS holds no key {name!r}; put it back behind the newest key")
        plain = self._ciphers[name].decrypt(payload.data[:NONCE_BYTES], payload.data[NONCE_BYTES:], None)
        return Payload.FromString(plain)


def keys_from(text: str) -> dict[str, bytes]:
    """The keys in ``id:base64,id:base64``, newest first.

    Raises:
        SettingsError: a part is not ``id:base64`` of 32 bytes.
    """
    return dict(_key(part.strip()) for part in text.split(",") if part.strip())


def _key(part: str) -> tuple[str, bytes]:
    name, separator, encoded = part.partition(":")
    try:
        key = base64.b64decode(encoded, validate=True)
    except binascii.Error:
        key = b""
    if not separator or not name or len(key) != 32:
        raise SettingsError(f"SIKLUS_PAYLOAD_KEYS: the part for key {name!r} must be id:base64 of 32 random bytes")
    return name, key


def codec_from(text: str) -> PayloadCodec | None:
    """The codec of the keys, or none where no key is set."""
    keys = keys_from(text)
    return EncryptionCodec(keys) if keys else None


def new_key(name: str) -> str:
    """A fresh key in the form of the setting."""
    return f"{name}:{base64.b64encode(os.urandom(32)).decode()}"
