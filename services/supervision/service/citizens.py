"""The citizens' form, from its handing out to the answer that is received once."""

from __future__ import annotations

import secrets
from datetime import UTC, timedelta
from uuid import uuid4

from contracts.envelope import Actor
from kit.auth import Principal
from kit.clock import CITY_ZONE
from kit.problems import Conflict, FieldError, InvalidInput, NotFound, Problem
from kit.settings import Settings
from kit.unit import UnitOfWork
from services.supervision.domain import citizen_forms as rules
from services.supervision.domain.citizens import AnswerStatus, Element, first_status
from services.supervision.domain.personal_words import personal_words
from services.supervision.models import CitizenAnswer, UnitOfCity
from services.supervision.repository import citizen_forms as forms
from services.supervision.repository import citizens as rows
from services.supervision.repository import people
from services.supervision.schemas_citizens import CitizenAnswerBody, PublicFormView, ReceiptView, ServiceUnit, ServiceUnits
from services.supervision.service import citizen_voice

CITIZEN = Actor(kind="citizen", id="anonymous")
PUBLIC_WORDS = 10


async def units(unit: UnitOfWork, caller: Principal) -> ServiceUnits:
    """Every unit that has a form."""
    caller.need("service")
    return ServiceUnits(items=[ServiceUnit(unit_id=one.unit_id, name=one.name) for one in await rows.active_units(unit)])


async def form(unit: UnitOfWork, caller: Principal, settings: Settings, unit_id: str) -> PublicFormView:
    """Hand out a form for one answer, with what the public may know.

    Raises:
        NotFound: there is no such unit.
    """
    caller.need("service")
    place = await _place(unit, unit_id)
    real_now = unit.clock.real(unit.now)
    token = rules.FormToken(unit_id, secrets.token_urlsafe(12), real_now)
    written = token.written(await forms.secret_of_today(unit, token.day))
    summary = await citizen_voice.summary_of(unit, place)
    return PublicFormView(
        unit_id=unit_id,
        unit_name=place.name,
        token=written,
        elements=list(Element),
        answers=summary.answers,
        index=summary.index,
        grade=summary.grade,
        complaint_days=settings.citizen_complaint_days,
        words=[
            citizen_voice.words_view(one)
            for complaints in (True, False)
            for one in await rows.words_of(unit, unit_id, complaints=complaints, limit=PUBLIC_WORDS)
        ],
    )


async def receive(unit: UnitOfWork, caller: Principal, settings: Settings, unit_id: str, body: CitizenAnswerBody) -> ReceiptView:
    """Take an answer: once for each form, at the rate a waiting room has, and not the same words again.

    Raises:
        NotFound: there is no such unit.
        InvalidInput: the form is forged, too old or filled in by a machine, or nothing was said.
        Conflict: the form, or the same words, were received already.
        Problem: too many answers came from the address or to the unit (429).
    """
    caller.need("service")
    place = await _place(unit, unit_id)
    unit.actor = CITIZEN
    token = await _good_token(unit, settings, unit_id, body.token)
    if body.website:
        raise InvalidInput(
            "A field that is not for people was filled in.", [FieldError("website", "this field stays empty", "empty it and send again")]
        )
    if not body.ratings and not body.text:
        raise InvalidInput("Nothing was said.", [FieldError("ratings", "neither a rating nor a word", "rate something or write something")])
    if not await forms.use(unit, token.nonce, unit.clock.real(unit.now).astimezone(UTC).date()):
        raise Conflict("This form was received already. Thank you.", code="already-received")
    await _within_rates(unit, unit_id, body.address)
    mark = rules.words_mark(body.text)
    if mark is not None and await rows.same_words(unit, unit_id, mark, unit.now - rules.SAME_WORDS_FOR):
        raise Conflict("The same words were received already a short while ago. Thank you.", code="same-words")
    answer = CitizenAnswer(
        answer_id=uuid4().hex,
        unit_id=unit_id,
        year=unit.now.astimezone(CITY_ZONE).year,
        received_at=unit.now,
        language=body.language,
        ratings={element.value: score for element, score in body.ratings.items()},
        theme=body.theme.value if body.theme and body.text else None,
        text=body.text,
        words_mark=mark,
        flagged=list(personal_words(body.text, await rows.names_of(unit, unit_id))) if body.text else [],
        status=first_status(body.text).value,
    )
    unit.session.add(answer)
    unit.record(citizen_voice.subject_of(answer), "citizen_answer_received", unit_id=unit_id)
    if answer.status == AnswerStatus.PUBLISHED:
        await citizen_voice.tell(unit, place, answer.year)
    return ReceiptView(status=AnswerStatus(answer.status))


async def _place(unit: UnitOfWork, unit_id: str) -> UnitOfCity:
    place = await people.unit_of_city(unit, unit_id)
    if place is None or not place.active:
        raise NotFound(f"There is no unit {unit_id}.")
    return place


async def _good_token(unit: UnitOfWork, settings: Settings, unit_id: str, written: str) -> rules.FormToken:
    day = rules.day_of(written)
    secret = await forms.secret_of(unit, day) if day is not None else None
    at_least = timedelta(seconds=settings.citizen_form_seconds)
    found = rules.read_token(written, unit_id, secret, unit.clock.real(unit.now), at_least)
    match found:
        case rules.Refused.TOO_FAST:
            raise InvalidInput(
                "The form came back faster than people write.",
                [FieldError("token", "sent too fast", f"wait {settings.citizen_form_seconds} seconds and send it again")],
                code="too-fast",
            )
        case rules.Refused():
            raise InvalidInput(
                "The form is not one of ours, or older than a day.",
                [FieldError("token", "not a form of this unit, or too old", "get the form again; what was typed can be sent with it")],
                code="stale-form",
            )
        case _:
            return found


async def _within_rates(unit: UnitOfWork, unit_id: str, address: str) -> None:
    real_now = unit.clock.real(unit.now)
    hour = rules.window_of(real_now)
    secret = await forms.secret_of_today(unit, real_now.astimezone(UTC).date())
    buckets = ((f"address:{rules.address_mark(secret, address)}", rules.PER_ADDRESS), (f"unit:{unit_id}", rules.PER_UNIT))
    for bucket, limit in buckets:
        if not await forms.count(unit, bucket, hour, limit):
            wait = int((hour + rules.WINDOW - real_now).total_seconds()) + 1
            raise Problem(
                "Too many answers came in this hour. Nothing is lost: send this again later.",
                status=429,
                code="too-many",
                title="Too many answers just now",
                headers={"Retry-After": str(wait)},
            )
