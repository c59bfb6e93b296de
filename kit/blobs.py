"""Files kept by the SHA-256 of their content: in a local folder, or in any S3-compatible store."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import obstore
import structlog
from obstore.exceptions import BaseError
from obstore.store import LocalStore, S3Store

from kit.problems import Unavailable
from kit.settings import Settings

if TYPE_CHECKING:
    from obstore.store import S3Config

log = structlog.get_logger()
CHUNK_BYTES = 256 * 1024
PATIENCE = timedelta(seconds=10)


class BlobStore:
    """Content by its hash: the same content is kept once, and a name can never lead outside the store."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings

    @cached_property
    def _store(self) -> LocalStore | S3Store:
        address = self._settings.evidence_store
        if not address.startswith("s3://"):
            return LocalStore(Path(address).resolve(), mkdir=True)
        bucket = urlsplit(address)
        settings = self._settings
        config: S3Config = {"region": settings.evidence_s3_region}
        if settings.evidence_s3_endpoint:
            config["endpoint"] = settings.evidence_s3_endpoint
        if settings.evidence_s3_access_key:
            config["access_key_id"] = settings.evidence_s3_access_key
            config["secret_access_key"] = settings.evidence_s3_secret_key
        return S3Store(
            bucket.netloc,
            prefix=bucket.path.strip("/") or None,
            config=config,
            client_options={
                "connect_timeout": timedelta(seconds=3),
                "timeout": timedelta(seconds=60),
                "allow_http": settings.evidence_s3_endpoint.startswith("http:"),
            },
            retry_config={"max_retries": 2, "retry_timeout": PATIENCE},
        )

    async def put(self, sha256: str, file: Path) -> None:
        """Keep a file; it is there whole or not at all.

        Raises:
            Unavailable: the store is away.
        """
        with _reaching():
            await obstore.put_async(self._store, _place(sha256), file)

    async def read(self, sha256: str) -> AsyncIterator[bytes]:
        """Open a kept file; its pieces follow.

        Raises:
            Unavailable: the store is away, or has lost the file.
        """
        with _reaching():
            found = await obstore.get_async(self._store, _place(sha256))

        async def pieces() -> AsyncIterator[bytes]:
            async for piece in found.stream(min_chunk_size=CHUNK_BYTES):
                yield bytes(piece)

        return pieces()

    async def delete(self, sha256: str) -> None:
        """
        Raises:
            Unavailable: the store is away.
        """
        with _reaching():
            await obstore.delete_async(self._store, _place(sha256))

    async def kept_before(self, instant: datetime) -> list[str]:
        """The hashes of what was put before an instant.

        Raises:
            Unavailable: the store is away.
        """
        found: list[str] = []
        with _reaching():
            async for page in obstore.list(self._store):
                found += [row["path"].rpartition("/")[2] for row in page if row["last_modified"] < instant]
        return found


def _place(sha256: str) -> str:
    return f"{sha256[:2]}/{sha256}"


@contextmanager
def _reaching() -> Iterator[None]:
    try:
        yield
    except (BaseError, OSError) as error:
        log.warning("blobs.unavailable", error=str(error)[:300])
        raise Unavailable("The store of files does not answer just now. Nothing was changed; try again in a moment.") from error
