"""The edge of every service: transactions, repeats, versions, limits and problems."""

from __future__ import annotations

from collections.abc import AsyncIterator
from uuid import uuid4

import httpx
import pytest
from fastapi import APIRouter, FastAPI
from pydantic import BaseModel, Field
from sqlalchemy import func, select

from kit.auth import TokenSigner
from kit.db import Database, outbox
from kit.http import Caller, ServiceRoute, Unit, Version, check_version, create_app, make_cursor, read_cursor
from kit.problems import Conflict, InvalidInput
from kit.settings import Settings
from tests.conftest import TokenFor
from tests.kit.conftest import closed


class Wish(BaseModel):
    text: str = Field(min_length=2)
    fail: bool = False


router = APIRouter(route_class=ServiceRoute)


@router.post("/wishes", status_code=201)
async def wish(body: Wish, unit: Unit, caller: Caller) -> dict[str, str]:
    event_id = unit.publish(closed(reason=body.text))
    if body.fail:
        await unit.flush()
        raise Conflict("refused after writing")
    return {"event_id": str(event_id), "by": caller.person_id}


@router.put("/wishes/{number}")
async def change(number: int, version: Version) -> None:
    check_version(version, 3)


@pytest.fixture
async def app(database: Database, settings: Settings) -> FastAPI:
    return create_app("kit", settings.model_copy(update={"body_limit_bytes": 2000}), title="kit", routers=[router], database=database)


@pytest.fixture
async def http(app: FastAPI, token_for: TokenFor) -> AsyncIterator[httpx.AsyncClient]:
    headers = {"Authorization": f"Bearer {token_for('p-1', 'employee')}"}
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://test", headers=headers) as client:
        yield client


async def published(database: Database) -> int:
    async with database.transaction() as session:
        return int((await session.execute(select(func.count()).select_from(outbox))).scalar_one())


async def test_a_repeated_idempotency_key_gives_the_first_answer_and_changes_nothing(http: httpx.AsyncClient, database: Database) -> None:
    headers = {"Idempotency-Key": str(uuid4())}
    first = await http.post("/wishes", json={"text": "peace"}, headers=headers)
    again = await http.post("/wishes", json={"text": "peace"}, headers=headers)
    assert (again.status_code, again.json()) == (201, first.json())
    assert again.headers["idempotent-replay"] == "true"
    assert await published(database) == 1


async def test_a_key_used_for_another_request_is_refused(http: httpx.AsyncClient) -> None:
    headers = {"Idempotency-Key": "one"}
    await http.post("/wishes", json={"text": "peace"}, headers=headers)
    other = await http.post("/wishes", json={"text": "rain"}, headers=headers)
    assert other.status_code == 422
    assert other.json()["type"].endswith("idempotency-key-reused")


async def test_a_refused_request_leaves_nothing_behind_and_its_key_can_be_used_again(http: httpx.AsyncClient, database: Database) -> None:
    headers = {"Idempotency-Key": "one"}
    refused = await http.post("/wishes", json={"text": "war", "fail": True}, headers=headers)
    assert refused.status_code == 409
    assert await published(database) == 0
    assert (await http.post("/wishes", json={"text": "peace"}, headers=headers)).status_code == 201


async def test_bad_input_names_the_field_and_the_mend(http: httpx.AsyncClient) -> None:
    answer = await http.post("/wishes", json={"text": "x"})
    assert answer.status_code == 422
    assert answer.headers["content-type"] == "application/problem+json"
    [error] = answer.json()["errors"]
    assert (error["path"], error["mend"]) == ("text", "write more")


async def test_an_oversize_body_is_refused_and_the_next_request_works(http: httpx.AsyncClient) -> None:
    assert (await http.post("/wishes", json={"text": "x" * 3000})).status_code == 413

    async def in_pieces() -> AsyncIterator[bytes]:
        for _ in range(30):
            yield b"x" * 100

    assert (await http.post("/wishes", content=in_pieces(), headers={"content-type": "application/json"})).status_code == 413
    assert (await http.post("/wishes", json={"text": "peace"})).status_code == 201


@pytest.mark.parametrize(
    ("headers", "status"), [({}, 428), ({"If-Match": '"2"'}, 412), ({"If-Match": "x"}, 422), ({"If-Match": '"3"'}, 200)]
)
async def test_a_change_names_the_version_it_read(http: httpx.AsyncClient, headers: dict[str, str], status: int) -> None:
    assert (await http.put("/wishes/1", headers=headers)).status_code == status


@pytest.mark.parametrize("authorization", ["", "Basic eDp5", "Bearer nonsense", "Bearer a.b.c"])
async def test_without_a_valid_token_nobody_gets_in(http: httpx.AsyncClient, authorization: str) -> None:
    answer = await http.post("/wishes", json={"text": "peace"}, headers={"Authorization": authorization})
    assert answer.status_code == 401
    assert answer.headers["www-authenticate"] == "Bearer"


async def test_an_expired_or_foreign_token_is_refused(http: httpx.AsyncClient, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    import time

    signer = TokenSigner(settings)
    now = time.time()
    monkeypatch.setattr("kit.auth.time.time", lambda: now - 24 * 3600)
    old = signer.sign("p-1", ["employee"])
    monkeypatch.undo()
    answer = await http.post("/wishes", json={"text": "peace"}, headers={"Authorization": f"Bearer {old}"})
    assert answer.status_code == 401


async def test_readiness_names_what_fails(settings: Settings) -> None:
    nowhere = Database("postgresql+asyncpg://postgres@127.0.0.1:1/none", pool_size=1)
    app = create_app("kit", settings, title="kit", routers=[router], database=nowhere)
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://test") as client:
        answer = await client.get("/health/ready")
        assert answer.status_code == 503
        assert "database" in answer.json()["failing"]
        assert (await client.get("/health/live")).status_code == 200
    await nowhere.close()


async def test_a_database_that_is_away_is_a_503_that_says_to_try_again(settings: Settings, token_for: TokenFor) -> None:
    nowhere = Database("postgresql+asyncpg://postgres@127.0.0.1:1/none", pool_size=1)
    app = create_app("kit", settings, title="kit", routers=[router], database=nowhere)
    headers = {"Authorization": f"Bearer {token_for('p-1', 'employee')}", "Idempotency-Key": "k"}
    transport = httpx.ASGITransport(app, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://test", headers=headers) as client:
        answer = await client.post("/wishes", json={"text": "peace"})
    assert answer.status_code == 503
    assert answer.headers["retry-after"]
    await nowhere.close()


def test_a_cursor_is_read_back_and_a_foreign_one_refused() -> None:
    assert read_cursor(make_cursor("a", 2), 2) == ["a", "2"]
    with pytest.raises(InvalidInput):
        read_cursor("nonsense", 2)
