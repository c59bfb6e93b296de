"""An S3-compatible server of its own process for one test, with an empty bucket."""

from __future__ import annotations

import asyncio
import contextlib
import sys
from collections.abc import AsyncIterator
from pathlib import Path
from typing import TYPE_CHECKING

import httpx
import obstore
from obstore.store import S3Store

from tests.infrastructure import free_ports

if TYPE_CHECKING:
    from obstore.store import S3Config

BUCKET = "bukti"
SECONDS_TO_START = 60


@contextlib.asynccontextmanager
async def s3_server(folder: Path) -> AsyncIterator[str]:
    """Its address."""
    [port] = free_ports(1)
    program = Path(sys.executable).with_name("moto_server")
    with (folder / "s3.log").open("wb") as log:
        server = await asyncio.create_subprocess_exec(str(program), "-H", "127.0.0.1", "-p", str(port), stdout=log, stderr=log)
    address = f"http://127.0.0.1:{port}"
    try:
        await _make_bucket(address)
        yield address
    finally:
        server.terminate()
        await server.wait()


async def _make_bucket(address: str) -> None:
    async with asyncio.timeout(SECONDS_TO_START), httpx.AsyncClient(base_url=address, trust_env=False) as http:
        while True:
            with contextlib.suppress(httpx.TransportError):
                (await http.put(f"/{BUCKET}")).raise_for_status()
                return
            await asyncio.sleep(0.1)


async def objects(address: str) -> dict[str, bytes]:
    """Every object of the bucket with its content, read past the service."""
    config: S3Config = {"endpoint": address, "region": "us-east-1", "access_key_id": "lain", "secret_access_key": "lain"}
    bucket = S3Store(BUCKET, config=config, client_options={"allow_http": True})
    found: dict[str, bytes] = {}
    async for page in obstore.list(bucket):
        for row in page:
            found[row["path"]] = bytes(await (await obstore.get_async(bucket, row["path"])).bytes_async())
    return found
