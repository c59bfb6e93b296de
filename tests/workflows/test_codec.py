"""Payloads of workflows are unreadable on the server."""

from __future__ import annotations

import pytest
from temporalio.api.common.v1 import Payload

from kit.settings import SettingsError
from workflows.codec import EncryptionCodec, codec_from, keys_from, new_key

PAYLOAD = Payload(metadata={"encoding": b"json/plain"}, data=b'"Siti Rahayu"')


async def test_a_payload_is_encrypted_and_comes_back() -> None:
    codec = EncryptionCodec(keys_from(new_key("2026")))
    [encrypted] = await codec.encode([PAYLOAD])
    assert b"Siti" not in encrypted.SerializeToString()
    assert await codec.decode([encrypted]) == [PAYLOAD]


async def test_a_rotated_key_still_reads_what_the_old_one_wrote() -> None:
    old = new_key("2026")
    [encrypted] = await EncryptionCodec(keys_from(old)).encode([PAYLOAD])
    rotated = EncryptionCodec(keys_from(f"{new_key('2027')},{old}"))
    assert await rotated.decode([encrypted]) == [PAYLOAD]


async def test_a_missing_key_is_named() -> None:
    [encrypted] = await EncryptionCodec(keys_from(new_key("2026"))).encode([PAYLOAD])
    with pytest.raises(ValueError, match="2026"):
        await EncryptionCodec(keys_from(new_key("2027"))).decode([encrypted])


@pytest.mark.parametrize("text", ["nokey", "a:short", ":" + "A" * 44, "a:!!!"])
def test_a_wrong_key_setting_is_refused(text: str) -> None:
    with pytest.raises(SettingsError, match="SIKLUS_PAYLOAD_KEYS"):
        keys_from(text)


def test_without_keys_nothing_is_encrypted() -> None:
    assert codec_from("") is None
