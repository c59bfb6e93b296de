"""Every page of the portal with an address to ask for, taken from the portal's own routes: a new page cannot be forgotten."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from fastapi.routing import APIRoute

from services.portal.endpoints import PAGES, citizen_form

FILES = re.compile(r"\.(pdf|xlsx|ics)$|progress\.\{form\}$|qr\.\{kind\}$|/file$")
"""Answers that are files, made when somebody asks for one: measured, but no page."""
LEADS_AWAY = {"/sign-in/oidc", "/sign-in/callback"}
MADE_BY_MAIL = {"/act/{token}", "/unsubscribe/{token}"}
"""Pages that need a link from a mail."""
QUERIES = {
    "/cycles/{cycle_id}/calibration": "unit_id={unit_id}",
    "/cycles/{cycle_id}/distribution": "unit_id={unit_id}",
    "/cycles/{cycle_id}/results.xlsx": "unit_id={unit_id}",
    "/people": "q=a",
    "/search": "q=siti",
    "/supervisor-correction": "case={case_id}",
}
WORDS = {
    "/cycles/new/{setup_id}/{step}": {"setup_id": "first", "step": "check"},
    "/cycles/{cycle_id}/progress.{form}": {"form": "csv"},
    "/holidays/{year}": {"year": "2026"},
    "/life-events/{kind}": {"kind": "transfer"},
    "/service/{unit_id}/qr.{kind}": {"kind": "svg"},
}


@dataclass(frozen=True)
class Address:
    """A route and an address of it; no address where nothing in the city is an example of it."""

    route: str
    path: str | None
    missing: str = ""

    @property
    def is_file(self) -> bool:
        return FILES.search(self.route) is not None


def routes() -> list[str]:
    """Every address of the portal that can be asked for."""
    found = [route for router in (*PAGES, citizen_form.answers) for route in router.routes if isinstance(route, APIRoute)]
    return sorted({route.path for route in found if "GET" in (route.methods or ())} - LEADS_AWAY)


def addresses(examples: Mapping[str, str]) -> list[Address]:
    """Each route with the examples put in."""
    found = []
    for route in routes():
        values = {**examples, **WORDS.get(route, {})}
        wanted = f"{route}?{QUERIES[route]}" if route in QUERIES else route
        missing = [name for name in re.findall(r"\{(\w+)\}", wanted) if not values.get(name)]
        found.append(Address(route, None, ", ".join(missing)) if missing else Address(route, wanted.format(**values)))
    return found
