"""The web inbox of the mail sink: a list, one message, and the same as JSON for robots and tests."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any

from fastapi import FastAPI, HTTPException, Query, Request, Response
from fastapi.responses import HTMLResponse
from fastapi.templating import Jinja2Templates

from siklus.mail.store import MailStore, OpenedMessage

PAGE_POLICY = "default-src 'none'; style-src 'unsafe-inline'; frame-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
# The message's own page runs nothing and loads nothing; its links open in a window of their own.
MESSAGE_POLICY = "sandbox allow-popups allow-popups-to-escape-sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data:; frame-ancestors 'self'"
templates = Jinja2Templates(Path(__file__).parent / "templates")


def create_app(store: MailStore) -> FastAPI:
    """The inbox over a store."""
    app = FastAPI(title="Siklus mail sink", docs_url=None, redoc_url=None)

    def opened(number: int) -> OpenedMessage:
        message = store.open(number)
        if message is None:
            raise HTTPException(404, f"There is no message {number}.")
        return message

    @app.get("/", response_class=HTMLResponse, include_in_schema=False)
    def page(request: Request, to: str = "", before: int | None = None) -> Response:
        """The list, newest first."""
        messages = store.newest(to=to.strip() or None, before=before, limit=50)
        total, _ = store.counts(to.strip() or None)
        older = messages[-1].id if len(messages) == 50 else None
        return _page(request, "inbox.html", {"messages": messages, "to": to, "total": total, "older": older})

    @app.get("/read/{number}", response_class=HTMLResponse, include_in_schema=False)
    def read(request: Request, number: int) -> Response:
        """One message: its HTML in a sandboxed frame, or its text."""
        return _page(request, "message.html", {"message": opened(number)})

    @app.get("/messages/{number}/html", response_class=HTMLResponse)
    def html(number: int) -> Response:
        """The message's own HTML, fenced in."""
        body = '<base target="_blank">' + opened(number).html
        headers = {"Content-Security-Policy": MESSAGE_POLICY, "X-Content-Type-Options": "nosniff", "Referrer-Policy": "no-referrer"}
        return HTMLResponse(body, headers=headers)

    @app.get("/messages")
    def messages(
        to: str | None = None, before: int | None = None, limit: Annotated[int, Query(ge=1, le=500)] = 50
    ) -> dict[str, list[dict[str, Any]]]:
        """Messages, newest first, with their text and HTML; ``to`` is a whole address."""
        found = [store.open(message.id) for message in store.newest(to=to, before=before, limit=limit)]
        return {"items": [asdict(message) for message in found if message is not None]}

    @app.get("/messages/count")
    def count(to: str | None = None) -> dict[str, int]:
        """How many arrived, and how many different Message-IDs they have: fewer means repeated deliveries."""
        total, different = store.counts(to)
        return {"messages": total, "different_message_ids": different}

    @app.get("/messages/{number}")
    def message(number: int) -> dict[str, Any]:
        """One message."""
        return asdict(opened(number))

    @app.get("/messages/{number}/raw")
    def raw(number: int) -> Response:
        """The message as it arrived."""
        content = store.raw(number)
        if content is None:
            raise HTTPException(404, f"There is no message {number}.")
        headers = {"Content-Disposition": f'attachment; filename="message-{number}.eml"', "X-Content-Type-Options": "nosniff"}
        return Response(content, media_type="message/rfc822", headers=headers)

    @app.delete("/messages", status_code=204)
    def clear() -> None:
        """Forget every message."""
        store.clear()

    @app.get("/health/ready")
    def ready() -> dict[str, str]:
        """The inbox and its file are there."""
        store.counts()
        return {"status": "ready"}

    return app


def _page(request: Request, name: str, values: dict[str, Any]) -> Response:
    headers = {"Content-Security-Policy": PAGE_POLICY, "X-Content-Type-Options": "nosniff", "Referrer-Policy": "no-referrer"}
    return templates.TemplateResponse(request, name, values, headers=headers)
