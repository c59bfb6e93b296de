"""Signing in with the city's OpenID Connect provider."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable

import httpx
import pytest

from kit.settings import Settings
from tests.portal.city import City
from tests.portal.identity_provider import IdentityProvider, identity_provider
from tests.portal.visitor import Visitor


@pytest.fixture
async def provider() -> AsyncIterator[IdentityProvider]:
    async with identity_provider() as made:
        yield made


@pytest.fixture
async def city(settings: Settings, provider: IdentityProvider, make_database: Callable[[str], str]) -> AsyncIterator[City]:
    """The sample city whose people sign in with the provider; nobody is offered as a demo person."""
    asked = {"oidc_issuer": provider.issuer, "oidc_client_id": "siklus", "oidc_client_secret": "s", "portal_url": "http://portal.test"}
    made = City(settings.model_copy(update=asked), make_database)
    await made.import_sample()
    yield made
    await made.close()


async def walk(visitor: Visitor, path: str) -> httpx.Response:
    """Follow the redirects between the portal (in this process) and the provider (over HTTP), as a browser does."""
    answer = await visitor.client.get(path, follow_redirects=False)
    async with httpx.AsyncClient() as outside:
        while answer.is_redirect:
            address = httpx.URL(answer.headers["location"])
            if address.host in {"portal.test", ""}:
                answer = await visitor.client.get(address.raw_path.decode(), follow_redirects=False)
            else:
                answer = await outside.get(address)
    return answer


async def test_a_person_known_by_verified_mail_is_signed_in_and_led_on(city: City, provider: IdentityProvider) -> None:
    people = await city.call("appraisal", "GET", "/people?limit=5")
    person = people["items"][1]
    provider.email = person["email"].upper()
    visitor = Visitor(city.portal, city.settings)
    page = await walk(visitor, "/sign-in/oidc?next=/preferences")
    assert page.status_code == 200
    assert person["name"] in page.text
    assert provider.challenges, "the sign-in uses PKCE"
    await visitor.close()


@pytest.mark.parametrize(("email", "verified"), [("nobody@elsewhere.example", True), ("", True), ("known", False)])
async def test_an_unknown_or_unverified_mail_signs_nobody_in(city: City, provider: IdentityProvider, email: str, verified: bool) -> None:
    known = (await city.call("appraisal", "GET", "/people?limit=5"))["items"][1]["email"]
    provider.email, provider.verified = (known if email == "known" else email), verified
    visitor = Visitor(city.portal, city.settings)
    page = await walk(visitor, "/sign-in/oidc")
    assert page.status_code == 403
    assert (await visitor.client.get("/", follow_redirects=False)).status_code == 303
    await visitor.close()


async def test_an_answer_nobody_asked_for_signs_nobody_in(city: City) -> None:
    visitor = Visitor(city.portal, city.settings)
    page = await visitor.client.get("/sign-in/callback?code=code-1&state=forged", follow_redirects=False)
    assert page.status_code == 403
    await visitor.close()
