"""Signing in (OpenID Connect, or the local page of demo people), signing out, and the language."""

from __future__ import annotations

from typing import Any

import structlog
from authlib.integrations.base_client.errors import OAuthError
from authlib.integrations.starlette_client import OAuth
from fastapi import APIRouter, Request
from starlette.responses import RedirectResponse, Response

from kit.problems import Forbidden, NotFound, Unavailable
from kit.settings import Settings
from services.portal.clients.appraisal import DemoPerson, Person
from services.portal.endpoints.dependencies import Portal, Typed
from services.portal.forms import text_of
from services.portal.rendering import page
from services.portal.sessions import TokenDesk, current_visitor, language_of, local_path, sign_in

log = structlog.get_logger()
router = APIRouter()
PEOPLE_SHOWN = 40


def identity_provider(settings: Settings) -> OAuth | None:
    """The OpenID Connect provider, where one is configured."""
    if not settings.oidc_issuer:
        return None
    oauth = OAuth()
    oauth.register(
        "city",
        server_metadata_url=settings.oidc_issuer.rstrip("/") + "/.well-known/openid-configuration",
        client_id=settings.oidc_client_id,
        client_secret=settings.oidc_client_secret,
        client_kwargs={"scope": "openid email profile", "code_challenge_method": "S256"},
    )
    return oauth


def matching(people: list[DemoPerson], words: str) -> list[DemoPerson]:
    """People whose name, position, unit or role holds every word."""
    wanted = words.casefold().split()
    return [
        person
        for person in people
        if all(word in f"{person.name} {person.position} {person.unit_name} {' '.join(person.roles)}".casefold() for word in wanted)
    ]


@router.get("/sign-in")
async def sign_in_page(request: Request, services: Portal, q: str = "", next: str = "/") -> Response:
    back_to = local_path(next)
    if current_visitor(request) is not None:
        return RedirectResponse(back_to, 303)
    settings: Settings = request.app.state.kit.settings
    tokens: TokenDesk = request.app.state.tokens
    people: list[DemoPerson] = []
    if settings.demo_sign_in:
        people = matching(await services.appraisal.demo_people(tokens.service_token()), q)
    return page(
        request,
        "sign_in.html",
        people=people[:PEOPLE_SHOWN],
        found=len(people),
        q=q,
        back_to=back_to,
        oidc=request.app.state.identity_provider is not None,
        demo=settings.demo_sign_in,
    )


@router.post("/sign-in")
async def sign_in_as(request: Request, services: Portal, form: Typed) -> Response:
    """Sign in as one of the demo people; only where the setting allows it."""
    settings: Settings = request.app.state.kit.settings
    if not settings.demo_sign_in:
        raise NotFound("There is no sign-in page of demo people here.")
    tokens: TokenDesk = request.app.state.tokens
    person_id = text_of(form, "person_id")
    known = {person.person_id: person for person in await services.appraisal.demo_people(tokens.service_token())}
    if person_id not in known:
        raise NotFound("This person is not in the list.")
    person = known[person_id]
    language = language_of(request)
    sign_in(request, person_id=person.person_id, name=person.name, roles=person.roles, language=language)
    request.session["leads"] = person.supervises > 0
    return RedirectResponse(local_path(text_of(form, "next")), 303)


@router.get("/sign-in/oidc")
async def to_provider(request: Request, next: str = "/") -> Response:
    oauth: OAuth | None = request.app.state.identity_provider
    if oauth is None:
        raise NotFound("No identity provider is configured.")
    request.session["back_to"] = local_path(next)
    settings: Settings = request.app.state.kit.settings
    try:
        answer: Response = await oauth.city.authorize_redirect(request, settings.portal_url.rstrip("/") + "/sign-in/callback")
    except Exception as error:
        log.warning("sign_in.provider_away", error=str(error)[:200])
        raise Unavailable("The identity provider does not answer just now.", extra={"service": "identity"}) from error
    return answer


@router.get("/sign-in/callback")
async def from_provider(request: Request, services: Portal) -> Response:
    """Back from the provider: the verified e-mail address names the person."""
    oauth: OAuth | None = request.app.state.identity_provider
    if oauth is None:
        raise NotFound("No identity provider is configured.")
    try:
        claims: dict[str, Any] = (await oauth.city.authorize_access_token(request))["userinfo"]
    except OAuthError as error:
        raise Forbidden("The identity provider did not confirm the sign-in. Try again.") from error
    back_to = local_path(request.session.get("back_to"))
    person = await _person_of(services, request.app.state.tokens, claims)
    sign_in(request, person_id=person.person_id, name=person.name, roles=person.roles, language=person.language)
    return RedirectResponse(back_to, 303)


async def _person_of(services: Portal, tokens: TokenDesk, claims: dict[str, Any]) -> Person:
    address = str(claims.get("email", "")).casefold()
    if address and claims.get("email_verified") is not False:
        people, _ = await services.appraisal.people(tokens.service_token(), query=address, limit=10)
        for person in people:
            if (person.email or "").casefold() == address and person.active:
                return person
    raise Forbidden("Your account is not known here. Ask HR (BKPSDM) to add your e-mail address to the personnel data.")


@router.post("/sign-out")
async def sign_out(request: Request) -> Response:
    """End the session; the next page also clears text kept in this browser."""
    language = language_of(request)
    request.session.clear()
    request.session.update(language=language, signed_out=True)
    return RedirectResponse("/signed-out", 303)


@router.get("/signed-out")
async def signed_out(request: Request) -> Response:
    return page(request, "signed_out.html")


@router.post("/language")
async def choose_language(request: Request, form: Typed) -> Response:
    request.session["language"] = "en" if text_of(form, "language") == "en" else "id"
    return RedirectResponse(local_path(text_of(form, "next")), 303)
