"""A person at a browser without JavaScript: keeps cookies, reads forms from pages, fills them in and sends them."""

from __future__ import annotations

import json
import re
from base64 import b64encode
from collections.abc import Mapping
from dataclasses import dataclass, field
from html.parser import HTMLParser

import httpx
import itsdangerous
from fastapi import FastAPI

from kit.settings import Settings
from services.portal.security import session_secret

_DRAFT_GONE = re.compile(r'data-draft-saved="([^"]*)"')
Fields = list[tuple[str, str]]


@dataclass
class Form:
    """One form of a page with the values it was rendered with."""

    action: str
    method: str
    fields: Fields = field(default_factory=list)

    @property
    def values(self) -> dict[str, str]:
        return dict(self.fields)


class _Forms(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.forms: list[Form] = []
        self._open: Form | None = None
        self._area: str | None = None
        self._select: str | None = None
        self._first_option: str | None = None
        self._sends_first = True
        self._text = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "form":
            self._open = Form(given.get("action", ""), given.get("method", "get"))
            self.forms.append(self._open)
        if self._open is None:
            return
        name = given.get("name", "")
        if tag == "input" and name and given.get("type") not in {"submit", "button", "file"}:
            if given.get("type") not in {"radio", "checkbox"} or "checked" in given:
                self._open.fields.append((name, given.get("value", "")))
        elif tag == "textarea":
            self._area, self._text = name, ""
        elif tag == "select":
            # Of a list one of which is chosen a browser sends the first where none is; of one with several it sends none.
            self._select, self._first_option = name, "" if "multiple" in given else None
            self._sends_first = "multiple" not in given
        elif tag == "option" and self._select:
            if "selected" in given:
                self._open.fields.append((self._select, given.get("value", "")))
                if self._sends_first:
                    self._select = None
            elif self._first_option is None:
                self._first_option = given.get("value", "")

    def handle_data(self, data: str) -> None:
        if self._area is not None:
            self._text += data

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._open = None
        elif tag == "textarea" and self._open is not None and self._area is not None:
            self._open.fields.append((self._area, self._text))
            self._area = None
        elif tag == "select":
            if self._select and self._sends_first and self._open is not None and self._first_option is not None:
                self._open.fields.append((self._select, self._first_option))
            self._select = None


def forms_of(page: str) -> list[Form]:
    """Every form of a page."""
    parser = _Forms()
    parser.feed(page)
    return parser.forms


class Visitor:
    """One person's browser at the portal."""

    def __init__(self, portal: FastAPI | str, settings: Settings) -> None:
        """``portal``: the application itself, or the address of one that runs."""
        self._settings = settings
        if isinstance(portal, str):
            self.client = httpx.AsyncClient(base_url=portal, follow_redirects=True, trust_env=False, timeout=60)
        else:
            self.client = httpx.AsyncClient(transport=httpx.ASGITransport(portal), base_url="http://portal.test", follow_redirects=True)
        self.page: httpx.Response | None = None

    def signed_in_as(self, person_id: str, *roles: str, name: str = "Dewi Lestari", language: str = "id") -> Visitor:
        """Hold the session cookie the portal gives after sign-in."""
        session = {"person_id": person_id, "name": name, "roles": list(roles or ("employee",)), "language": language}
        signer = itsdangerous.TimestampSigner(session_secret(self._settings))
        cookie = signer.sign(b64encode(json.dumps(session).encode())).decode()
        self.client.cookies.set("siklus_session", cookie, domain=self.client.base_url.host)
        return self

    async def open(self, path: str) -> httpx.Response:
        self.page = await self.client.get(path)
        return self.page

    def form(self, action: str) -> Form:
        """A form of the page that is open."""
        assert self.page is not None
        for form in forms_of(self.page.text):
            if form.action == action and form.method == "post":
                return form
        raise AssertionError(f"no form to {action} on {self.page.url}; there are {[form.action for form in forms_of(self.page.text)]}")

    async def send(self, action: str, values: Mapping[str, str] | None = None, *, button: str = "") -> httpx.Response:
        """Fill in a form of the page that is open and press its button."""
        fields = {**self.form(action).values, **(values or {})}
        if button:
            fields["action"] = button
        self.page = await self.client.post(action, data=fields)
        self._expect_the_draft_gone(fields)
        return self.page

    def _expect_the_draft_gone(self, sent: Mapping[str, str]) -> None:
        """A form that was carried out (its page answers with a notice) takes the text away that was kept under its name."""
        assert self.page is not None
        shown = _DRAFT_GONE.search(self.page.text)
        if "draft" in sent and self.page.status_code == 200 and "govuk-notification-banner--success" in self.page.text:
            assert shown, f"the text kept of {sent['draft']} stays after it was sent"
            assert shown.group(1) == sent["draft"]

    async def close(self) -> None:
        await self.client.aclose()
