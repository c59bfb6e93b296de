"""A wrong environment is named whole: every mistake at once, and no secret repeated."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator

import pytest
from joserfc.jwk import OKPKey

from kit.settings import Settings, SettingsError, load_settings
from kit.settings_checks import CHECKS, mistakes
from siklus.city import ALL_PARTS, City


@pytest.fixture(autouse=True)
def fresh() -> Iterator[None]:
    load_settings.cache_clear()
    yield
    load_settings.cache_clear()


def jwk(*, private: bool) -> str:
    return json.dumps(OKPKey.generate_key("Ed25519").as_dict(private=private))


WRONG = {
    "SIKLUS_APPRAISAL_DATABASE_URL": ("postgresql://appraisal:hunter2@db/x", "postgresql+asyncpg://"),
    "SIKLUS_SUPERVISION_URL": ("supervision:8102", "https://host"),
    "SIKLUS_KAFKA_BOOTSTRAP": ("kafka-1:9092,kafka-2", "'kafka-2' is not"),
    "SIKLUS_KAFKA_BOOTSTRAPP": ("kafka:9092", "did you mean SIKLUS_KAFKA_BOOTSTRAP?"),
    "SIKLUS_TOKEN_PUBLIC_KEY": (jwk(private=False), "does not belong"),
    "SIKLUS_TOKEN_PRIVATE_KEY": (jwk(private=True), ""),
    "SIKLUS_PAYLOAD_KEYS": ("k1:c2hvcnQ=", "32 bytes"),
    "SIKLUS_LINK_SECRETS": ("hunter2", "shorter"),
    "SIKLUS_OIDC_ISSUER": ("https://login.bandung.example", ""),
    "SIKLUS_OIDC_CLIENT_ID": ("", "is empty"),
    "SIKLUS_DEMO_SIGN_IN": ("true", "must be false"),
    "SIKLUS_SMTP_USERNAME": ("siklus", ""),
    "SIKLUS_CLOCK_SPEED": ("fast", "number"),
}


def test_every_mistake_is_named_at_once_and_no_secret_repeated(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, (value, _) in WRONG.items():
        monkeypatch.setenv(name, value)
    with pytest.raises(SettingsError) as refused:
        load_settings()
    lines = {line.strip().partition(":")[0]: line for line in str(refused.value).splitlines()[1:]}
    named = {name for name, (_, word) in WRONG.items() if word} | {"SIKLUS_SMTP_PASSWORD"}
    assert lines.keys() == named
    for name, (_, word) in WRONG.items():
        assert not word or word in lines[name]
    assert "hunter2" not in str(refused.value)
    assert "c2hvcnQ" not in str(refused.value)


@pytest.mark.parametrize("text", ["{", "[]", '{"crv": "P-256", "x": "1"}', '{"crv": "Ed25519"}'])
def test_a_key_that_is_none_is_told_without_repeating_it(text: str) -> None:
    told = mistakes({"SIKLUS_TOKEN_PUBLIC_KEY": text}, Settings.model_fields)["token_public_key"]
    assert told.startswith("is no ")
    assert text not in told


def test_every_check_is_of_a_setting_there_is() -> None:
    assert CHECKS.keys() <= Settings.model_fields.keys()


@pytest.mark.parametrize("part", ALL_PARTS)
def test_a_city_gives_its_parts_an_environment_without_mistakes(part: str, tmp_path_factory: pytest.TempPathFactory) -> None:
    city = City(tmp_path_factory.mktemp("city"))
    assert mistakes({**city.environment(part), "SIKLUS_PORT_PORTAL": "8081"}, Settings.model_fields) == {}


def test_a_process_refuses_to_start_and_says_why_in_plain_words() -> None:
    environment = {**os.environ, "SIKLUS_METRICS_PORT": "seventy", "SIKLUS_PORTAL_URL": "portal"}
    command = [sys.executable, "-m", "siklus", "run", "relay"]
    ended = subprocess.run(command, env=environment, capture_output=True, text=True, check=False, timeout=120)
    assert ended.returncode == 1
    assert "SIKLUS_METRICS_PORT" in ended.stderr
    assert "SIKLUS_PORTAL_URL" in ended.stderr
    assert "Traceback" not in ended.stderr
