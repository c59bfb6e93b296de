"""Evidence in an S3-compatible store, as in production: the same promises as on the local disk, on a real server."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import AsyncIterator, Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

from contracts.cycle import Phase
from kit.settings import Settings
from services.appraisal.app import create_app
from services.appraisal.service.evidence_sweep import Sweeper
from tests.appraisal import samples
from tests.appraisal.city import City
from tests.appraisal.s3_server import BUCKET, objects, s3_server
from tests.conftest import TokenFor

LARGE = b"%PDF-1.7\n" + b"Laporan triwulan. " * 360_000 + samples.PDF
"""More than a store takes in one piece."""


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[str]:
    async with s3_server(tmp_path) as address:
        yield address


@pytest.fixture
async def empty_city(store: str, settings: Settings, make_database: Callable[[str], str], token_for: TokenFor) -> AsyncIterator[City]:
    """The service with its evidence in a bucket, under a prefix."""
    own = settings.model_copy(
        update={
            "appraisal_database_url": make_database("appraisal"),
            "database_pool_size": 4,
            "evidence_limit_bytes": 8_000_000,
            "evidence_store": f"s3://{BUCKET}/siklus",
            "evidence_s3_endpoint": store,
            "evidence_s3_access_key": "kunci",
            "evidence_s3_secret_key": "rahasia",
        }
    )
    city = City(create_app(own), own, token_for)
    yield city
    await city.close()


async def upload(city: City, case: str, indicator: str, content: bytes, name: str = "laporan.pdf") -> httpx.Response:
    return await city.post(
        f"/cases/{case}/evidence/files", who="rina", params={"indicator_id": indicator, "name": name, "note": ""}, content=content
    )


def place(content: bytes) -> str:
    sha256 = hashlib.sha256(content).hexdigest()
    return f"siklus/{sha256[:2]}/{sha256}"


async def items(city: City, case: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = (await city.get(f"/cases/{case}/evidence", who="rina")).json()["items"]
    return found


@pytest.mark.parametrize("content", [samples.PDF, LARGE], ids=["small", "in several pieces"])
async def test_a_file_is_put_by_its_hash_and_comes_back_unchanged(
    store: str, city: City, monitored: str, indicators: list[str], content: bytes
) -> None:
    answer = await upload(city, monitored, indicators[0], content)
    assert answer.status_code == 201, answer.text
    assert await objects(store) == {place(content): content}
    got = await city.get(f"/cases/{monitored}/evidence/{answer.json()['evidence_id']}/file", who="sari")
    assert (got.status_code, got.content) == (200, content)
    again = await upload(city, monitored, indicators[1], content, "salinan.pdf")
    assert again.status_code == 201
    assert await objects(store) == {place(content): content}, "the same content is kept once"


async def test_a_disguised_type_and_a_file_that_is_too_big_put_nothing(
    store: str, city: City, monitored: str, indicators: list[str]
) -> None:
    disguised = await upload(city, monitored, indicators[0], samples.PROGRAM)
    assert (disguised.status_code, disguised.json()["errors"][0]["path"]) == (422, "file")
    too_big = await upload(city, monitored, indicators[0], samples.PDF + b"x" * 8_000_000)
    assert (too_big.status_code, too_big.json()["type"].rpartition(":")[2]) == (413, "too-large")
    assert (await objects(store), await items(city, monitored)) == ({}, [])


async def test_evidence_in_the_bucket_is_fixed_once_the_phase_closes_and_no_sweep_takes_it(
    store: str, city: City, monitored: str, indicators: list[str]
) -> None:
    kept = (await upload(city, monitored, indicators[0], samples.PDF)).json()
    gone = (await upload(city, monitored, indicators[0], samples.JPEG, "foto.jpg")).json()
    removal = f"/cases/{monitored}/evidence/{gone['evidence_id']}/removal"
    assert (await city.post(removal, who="rina", json={"reason": "Salah berkas"})).status_code == 200
    await city.enter(monitored, Phase.SUPERVISOR_REVIEW)
    assert (await upload(city, monitored, indicators[0], samples.png(), "foto.png")).status_code == 409
    removal = f"/cases/{monitored}/evidence/{kept['evidence_id']}/removal"
    assert (await city.post(removal, who="rina", json={"reason": "Terlambat"})).status_code == 409
    # S3 tells times in whole seconds.
    await asyncio.sleep(1.1)
    assert await Sweeper(city.consumer.database, city.app.state.blobs, city.settings).sweep(older_than=timedelta(0)) == 1
    assert await objects(store) == {place(samples.PDF): samples.PDF}
    assert (await city.get(f"/cases/{monitored}/evidence/{kept['evidence_id']}/file", who="sari")).content == samples.PDF


async def test_a_bucket_that_is_not_there_answers_503_and_nothing_is_half_kept(
    store: str, city: City, monitored: str, indicators: list[str]
) -> None:
    async with httpx.AsyncClient(base_url=store, trust_env=False) as http:
        (await http.delete(f"/{BUCKET}")).raise_for_status()
    assert (await upload(city, monitored, indicators[0], samples.PDF)).status_code == 503
    assert await items(city, monitored) == []
