"""What a handler is given: the unit of work, who calls, the version they read, and page cursors."""

from __future__ import annotations

import base64
from typing import Annotated, Any

import orjson
from fastapi import Depends, Header, Query, Request

from kit.auth import Principal
from kit.http.routes import Kit
from kit.problems import FieldError, InvalidInput, StaleVersion, VersionRequired
from kit.unit import UnitOfWork


async def current_unit(request: Request) -> UnitOfWork:
    unit: UnitOfWork = request.state.unit
    return unit


async def current_principal(request: Request) -> Principal:
    """The signed-in person; refuses anonymous requests."""
    principal: Principal | None = getattr(request.state, "principal", None)
    if principal is None:
        kit: Kit = request.app.state.kit
        principal = kit.tokens.read(request.headers.get("authorization"))
        principal.within(request.method, request.url.path)
        request.state.principal = principal
    return principal


async def expected_version(if_match: Annotated[str | None, Header(description='version you read, as ETag: "3"')] = None) -> int:
    """The version named by ``If-Match``.

    Raises:
        VersionRequired: the header is missing.
        InvalidInput: it holds no version.
    """
    if if_match is None:
        raise VersionRequired('Send the ETag you read, for example If-Match: "3".')
    try:
        return int(if_match.removeprefix("W/").strip('"'))
    except ValueError:
        raise InvalidInput(
            "If-Match holds no version.",
            [FieldError("header.If-Match", f"{if_match!r} is not an ETag of ours", 'send the ETag you read, for example "3"')],
        ) from None


Unit = Annotated[UnitOfWork, Depends(current_unit)]
Caller = Annotated[Principal, Depends(current_principal)]
Version = Annotated[int, Depends(expected_version)]
PageLimit = Annotated[int, Query(ge=1, le=500, description="rows a page")]


def etag(version: int) -> str:
    return f'"{version}"'


def check_version(expected: int, actual: int) -> None:
    """
    Raises:
        StaleVersion: somebody changed it since it was read.
    """
    if expected != actual:
        raise StaleVersion(
            f"You changed version {expected}, but version {actual} is the newest. Read it again and repeat your change.",
            extra={"current_version": actual},
        )


def make_cursor(*values: Any) -> str:
    """An opaque page cursor from the last row's sort values."""
    return base64.urlsafe_b64encode(orjson.dumps([str(value) for value in values])).decode().rstrip("=")


def read_cursor(cursor: str | None, fields: int) -> list[str] | None:
    """The sort values in a cursor.

    Raises:
        InvalidInput: the cursor was not made by ``make_cursor``.
    """
    if not cursor:
        return None
    try:
        values = orjson.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
        if not isinstance(values, list) or len(values) != fields:
            raise ValueError("wrong shape")
        return [str(value) for value in values]
    except ValueError:
        raise InvalidInput(
            "The cursor cannot be read.",
            [FieldError("query.cursor", "not a cursor of this list", "leave it out to start from the first page")],
        ) from None
