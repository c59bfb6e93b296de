"""The outermost layer: body limit, trace, security headers and timing around every request."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Mapping, Sequence

from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from kit import telemetry
from kit.http.answers import problem_response
from kit.problems import Problem, TooLarge

Refusal = Callable[[Request, Problem], Response]
"""How a service answers what its edge refuses."""


def as_problem(_: Request, problem: Problem) -> Response:
    return problem_response(problem)


class EdgeMiddleware:
    """Body limit, trace, security headers and timing around every request; plain ASGI, so streams pass through."""

    def __init__(
        self,
        app: ASGIApp,
        body_limit: int,
        upload_paths: Sequence[str],
        upload_limit: int,
        limits: Mapping[str, int],
        refusal: Refusal,
    ) -> None:
        self.app = app
        self.body_limit = body_limit
        self.upload_paths = tuple(upload_paths)
        self.upload_limit = upload_limit
        self.limits = [(re.compile(pattern), limit) for pattern, limit in limits.items()]
        self.refusal = refusal

    def _limit_of(self, path: str) -> int:
        for pattern, limit in self.limits:
            if pattern.fullmatch(path):
                return limit
        return self.upload_limit if self.upload_paths and path.startswith(self.upload_paths) else self.body_limit

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        limit = self._limit_of(scope["path"])
        headers = {name.decode().lower(): value.decode("latin-1") for name, value in scope["headers"]}
        too_large = TooLarge(f"The body may hold {limit:,} bytes at most. Send less, or send it in parts.")
        started, received, status = time.perf_counter(), 0, 500

        async def counted_receive() -> Message:
            nonlocal received
            message = await receive()
            received += len(message.get("body", b""))
            if received > limit:
                raise too_large
            return message

        async def noted_send(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                message["headers"] = [
                    *message["headers"],
                    (b"x-content-type-options", b"nosniff"),
                    (b"referrer-policy", b"same-origin"),
                    (b"traceparent", (telemetry.traceparent() or "").encode()),
                ]
            await send(message)

        async def send_unless_too_large(message: Message) -> None:
            # The framework answers a body it could not read in its own words; ours, sent below, name the limit.
            if received <= limit:
                await noted_send(message)

        declared = headers.get("content-length", "0")
        with telemetry.following(headers.get("traceparent"), f"{scope['method']} {scope['path']}"):
            try:
                if declared.isdigit() and int(declared) > limit:
                    received = int(declared)
                else:
                    await self.app(scope, counted_receive, send_unless_too_large)
                if received > limit:
                    await self.refusal(Request(scope), too_large)(scope, receive, noted_send)
            finally:
                route = getattr(scope.get("route"), "path", "unmatched")
                telemetry.REQUEST_SECONDS.labels(scope["method"], route, str(status)).observe(time.perf_counter() - started)
