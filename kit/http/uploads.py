"""Bodies that are too large for memory: received onto disk, and hashed on the way, before a transaction begins."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Annotated, Any

from fastapi import Depends, Request, Response
from starlette.requests import ClientDisconnect

from kit.http.routes import Kit, ServiceRoute
from kit.problems import Problem


@dataclass(frozen=True)
class Upload:
    """A request's whole body as a file; it is gone once the request is answered."""

    path: Path
    size: int
    sha256: str


class UploadRoute(ServiceRoute):
    """A ServiceRoute whose body is a file: a slow line holds neither memory nor a database connection.

    A repeat with the same ``Idempotency-Key`` is recognised by the content's hash.
    """

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        handle = super().get_route_handler()

        async def receive_and_handle(request: Request) -> Response:
            kit: Kit = request.app.state.kit
            kit.tokens.read(request.headers.get("authorization"))  # nobody unknown fills the disk
            async with _received(request) as upload:
                request.state.upload = upload
                return await handle(request)

        return receive_and_handle


@asynccontextmanager
async def _received(request: Request) -> AsyncIterator[Upload]:
    digest, size = hashlib.sha256(), 0
    with NamedTemporaryFile(prefix="siklus-upload-") as file:
        try:
            async for chunk in request.stream():
                digest.update(chunk)
                size += len(chunk)
                await asyncio.to_thread(file.write, chunk)
        except ClientDisconnect:
            raise Problem("The line broke before the whole file had come. Nothing was kept; send it again.") from None
        await asyncio.to_thread(file.flush)
        yield Upload(Path(file.name), size, digest.hexdigest())


async def _current_upload(request: Request) -> Upload:
    upload: Upload = request.state.upload
    return upload


CurrentUpload = Annotated[Upload, Depends(_current_upload)]
