"""What all tests share: real servers, started when a test first asks, and gone when the run ends."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Protocol, cast
from uuid import uuid4

import pytest
from joserfc.jwk import OKPKey

from kit.auth import TokenSigner
from kit.settings import Settings
from siklus.infrastructure.kafka import KafkaKind
from tests.infrastructure import RUN_FOLDER, TestInfrastructure, end_run, run_blocking, start_run

RUN = pytest.StashKey[Path]()


class TokenFor(Protocol):
    """Signs an access token for a person with roles."""

    def __call__(self, person_id: str, *roles: str) -> str: ...


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--kafka", choices=("dev", "apache"), default="dev", help="the Kafka broker of tests that need one")


def pytest_configure(config: pytest.Config) -> None:
    # A worker of pytest-xdist finds the main process's folder in its environment.
    if not hasattr(config, "workerinput"):
        config.stash[RUN] = start_run()


def pytest_unconfigure(config: pytest.Config) -> None:
    if RUN in config.stash:
        end_run(config.stash[RUN])


def pytest_make_parametrize_id(val: object, argname: str) -> str | None:
    """The bytes of a file do not name a test: files with their time in them would give each worker of a run other tests."""
    return argname if isinstance(val, bytes) else None


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """``-m kafka`` selects the tests that talk to a broker."""
    for item in items:
        if "kafka_bootstrap" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.kafka)


def pytest_report_header(config: pytest.Config) -> str:
    kind = config.getoption("--kafka")
    return f"kafka: {'Apache Kafka (KRaft)' if kind == 'apache' else 'development broker'} (--kafka {kind}), started when a test needs it"


@pytest.fixture(scope="session")
def infrastructure(pytestconfig: pytest.Config) -> TestInfrastructure:
    """The servers of this run; nothing is started before it is asked for."""
    return TestInfrastructure(Path(os.environ[RUN_FOLDER]), cast(KafkaKind, pytestconfig.getoption("--kafka")))


@pytest.fixture
def make_database(infrastructure: TestInfrastructure) -> Iterator[Callable[[str], str]]:
    """``make_database("appraisal")`` gives the URL of a fresh migrated database, dropped after the test.

    ``make_database("kit")`` gives one with the plumbing's tables alone.
    """
    made: list[str] = []

    def make(service: str) -> str:
        name, url = infrastructure.fresh_database(service)
        made.append(name)
        return url

    yield make
    for name in made:
        run_blocking(infrastructure.postgres().drop_database(name))


@pytest.fixture
def empty_database(infrastructure: TestInfrastructure) -> Iterator[str]:
    """URL of a database without any table, dropped after the test."""
    name, url = infrastructure.empty_database()
    yield url
    run_blocking(infrastructure.postgres().drop_database(name))


@pytest.fixture(scope="session")
def kafka_bootstrap(infrastructure: TestInfrastructure) -> str:
    """Address of the run's broker (development or Apache Kafka, by ``--kafka``)."""
    return infrastructure.kafka_bootstrap()


@pytest.fixture(scope="session")
def kafka_kind(infrastructure: TestInfrastructure) -> KafkaKind:
    """Which broker runs: ``dev`` or ``apache``."""
    return infrastructure.kafka_kind


@pytest.fixture(scope="session")
def temporal_address(infrastructure: TestInfrastructure) -> str:
    """Address of the run's Temporal development server, with the search attributes of the workflows."""
    return infrastructure.temporal_address()


@pytest.fixture(scope="session")
def temporal_test_server() -> str:
    """Path of the time-skipping Temporal server, for ``WorkflowEnvironment.start_time_skipping(test_server_existing_path=…)``."""
    return str(Path(sys.executable).parent / "temporal-test-server")


@pytest.fixture
def topic_prefix() -> str:
    """First word of this test's topics and groups; nobody else uses it."""
    return f"t{uuid4().hex[:10]}"


@pytest.fixture(scope="session")
def signing_keys() -> tuple[str, str]:
    """A private and its public Ed25519 key (JWK, JSON)."""
    key = OKPKey.generate_key("Ed25519")
    return json.dumps(key.as_dict(private=True)), json.dumps(key.as_dict(private=False))


@pytest.fixture
def settings(signing_keys: tuple[str, str], topic_prefix: str) -> Settings:
    """Settings with keys, local sign-in and a topic prefix of their own; add addresses with ``settings.model_copy(update=…)``."""
    private, public = signing_keys
    return Settings(token_private_key=private, token_public_key=public, demo_sign_in=True, topic_prefix=topic_prefix)


@pytest.fixture
def token_for(settings: Settings) -> TokenFor:
    """``token_for("p-…", "employee")`` gives an access token."""
    signer = TokenSigner(settings)

    def sign(person_id: str, *roles: str) -> str:
        return signer.sign(person_id, roles)

    return sign
