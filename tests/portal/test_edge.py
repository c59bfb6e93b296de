"""The portal's edge: form tokens, headers, sessions, redirects, and services that are down."""

from __future__ import annotations

import re

import pytest
from fastapi import FastAPI
from fastapi.routing import APIRoute

from services.portal.sessions import local_path
from tests.portal.visitor import Visitor, forms_of

CASE = "skp-2026.p-00000000000a"


def changing_routes(app: FastAPI) -> list[str]:
    """Addresses of every page that changes something."""
    found: list[str] = []

    def collect(routes: list[object]) -> None:
        for route in routes:
            if isinstance(route, APIRoute) and "POST" in (route.methods or set()):
                found.append(route.path)
            inner = getattr(route, "routes", None) or getattr(getattr(route, "original_router", None), "routes", None)
            if inner:
                collect(list(inner))

    collect(list(app.router.routes))
    return sorted(set(found))


async def test_every_change_without_a_form_token_is_refused(lonely_portal: FastAPI, visitor: Visitor) -> None:
    visitor.signed_in_as("p-00000000000a", "employee", "hr", "ops")
    # Mail programs send no cookie: the signed link is the proof there, and all it can do is to turn that person's e-mails off.
    # A citizen has no session to protect and may refuse cookies: the form's own signed token, good for one answer, is the proof.
    without = {"/unsubscribe/{token}", "/service/{unit_id}"}
    addresses = [address for address in changing_routes(lonely_portal) if address not in without]
    assert len(addresses) > 20
    for address in addresses:
        path = re.sub(r"\{letter_id\}", "1", address)
        path = re.sub(r"\{\w+\}", "x", path)
        answer = await visitor.client.post(path, data={"csrf": "forged.token", "reason": "x"})
        assert answer.status_code == 403, address
        assert "kedaluwarsa" in answer.text, address


async def test_a_token_of_another_session_is_refused(lonely_portal: FastAPI, visitor: Visitor, lonely_settings: object) -> None:
    await visitor.open("/about")
    token = visitor.form("/language").values["csrf"]
    other = Visitor(lonely_portal, visitor._settings)
    await other.open("/about")
    answer = await other.client.post("/language", data={"csrf": token, "language": "en"})
    assert answer.status_code == 403
    await other.close()


async def test_a_form_of_ours_that_outlived_its_sign_in_comes_back_with_every_field_and_its_groups_of_boxes(visitor: Visitor) -> None:
    typed = {"csrf": "of.before", "action": "save", "attendee_ids": ["p-1", "p-2"], "minutes": 'Kata <b>"demi"</b> kata'}
    own = {"origin": str(visitor.client.base_url).rstrip("/")}
    answer = await visitor.client.post("/meetings", data=typed, headers=own)
    assert answer.status_code == 403
    assert "Anda tidak lagi masuk" in answer.text
    again = forms_of(answer.text)
    [form] = [form for form in again if form.action == "/meetings"]
    assert form.values["minutes"] == typed["minutes"]
    assert [value for value in ("p-1", "p-2") if f'name="attendee_ids" value="{value}"' in answer.text] == ["p-1", "p-2"]
    assert form.values["csrf"] not in ("", "of.before")


async def test_a_form_sent_from_another_site_is_refused_even_with_a_token(visitor: Visitor) -> None:
    await visitor.open("/about")
    token = visitor.form("/language").values["csrf"]
    answer = await visitor.client.post("/language", data={"csrf": token, "language": "en"}, headers={"Origin": "https://evil.example"})
    assert answer.status_code == 403


async def test_the_language_can_be_switched_and_stays(visitor: Visitor) -> None:
    assert "Panduan Siklus" in (await visitor.open("/about")).text
    page = await visitor.send("/language", {"language": "en"})
    assert "Guide to Siklus" in page.text
    assert '<html lang="en"' in (await visitor.open("/about")).text


@pytest.mark.parametrize("path", ["/about", "/sign-in", "/nothing-here"])
async def test_every_page_forbids_inline_scripts_framing_and_caching(visitor: Visitor, path: str) -> None:
    headers = (await visitor.open(path)).headers
    assert "script-src 'self'" in headers["content-security-policy"]
    assert "unsafe" not in headers["content-security-policy"]
    assert headers["x-frame-options"] == "DENY"
    assert headers["cache-control"] == "no-store"
    assert headers["x-content-type-options"] == "nosniff"


async def test_the_session_cookie_is_out_of_scripts_reach_and_of_other_sites(visitor: Visitor) -> None:
    cookie = (await visitor.open("/about")).headers["set-cookie"].lower()
    assert "httponly" in cookie
    assert "samesite=lax" in cookie


async def test_a_forged_session_is_nobody(visitor: Visitor) -> None:
    visitor.client.cookies.set("siklus_session", "eyJwZXJzb25faWQiOiJwLTEifQ==.forged.signature", domain="portal.test")
    page = await visitor.client.get("/inbox", follow_redirects=False)
    assert page.status_code == 303
    assert page.headers["location"] == "/sign-in?next=%2Finbox"


async def test_the_link_of_a_notification_leads_to_its_page_after_sign_in(visitor: Visitor) -> None:
    page = await visitor.client.get(f"/cases/{CASE}?task=t-1", follow_redirects=False)
    assert page.headers["location"] == f"/sign-in?next=%2Fcases%2F{CASE}%3Ftask%3Dt-1"


@pytest.mark.parametrize(
    ("address", "path"),
    [
        ("/cases/a?task=1", "/cases/a?task=1"),
        ("http://127.0.0.1:8080/cases/a", "/cases/a"),
        ("//evil.example/x", "/x"),
        ("https://evil.example", "/"),
        ("/\\evil.example", "/"),
        ("javascript:alert(1)", "/"),
        ("", "/"),
        (None, "/"),
    ],
)
def test_nobody_is_sent_to_another_site(address: str | None, path: str) -> None:
    assert local_path(address) == path


async def test_a_page_whose_service_is_down_says_so_and_shows_the_rest(visitor: Visitor) -> None:
    visitor.signed_in_as("p-00000000000a")
    home = await visitor.open("/")
    assert home.status_code == 200
    assert "sedang tidak dapat ditampilkan" in home.text
    case = await visitor.open(f"/cases/{CASE}")
    assert case.status_code == 503
    assert "Layanan sedang tidak tersedia" in case.text


async def test_hr_and_ops_pages_are_closed_to_others(visitor: Visitor) -> None:
    visitor.signed_in_as("p-00000000000a", "employee")
    for path in ("/people", "/people/import", "/cycles", "/cycles/new", "/ops"):
        assert (await visitor.open(path)).status_code == 403, path


async def test_signing_out_ends_the_session_and_forgets_kept_text(visitor: Visitor) -> None:
    visitor.signed_in_as("p-00000000000a")
    await visitor.open("/about")
    page = await visitor.send("/sign-out")
    assert "data-draft-forget-all" in page.text
    assert (await visitor.client.get("/", follow_redirects=False)).status_code == 303


async def test_health_names_missing_assets_only(visitor: Visitor) -> None:
    ready = await visitor.client.get("/health/ready")
    assert set(ready.json()["failing"]) <= {"assets"}
