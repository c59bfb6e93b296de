"""What citizens say of a unit: counted, shown to the unit and its leaders, and told to those who judge the organisation.

It is about units. No score of a person is made of it, here or anywhere.
"""

from __future__ import annotations

from contracts.citizens import CitizenSummaryChanged, ElementScore
from kit.auth import Principal
from kit.clock import CITY_ZONE
from kit.problems import NotFound
from kit.unit import UnitOfWork
from services.supervision.domain.citizens import ARTICLE, satisfaction
from services.supervision.domain.personal_words import without
from services.supervision.models import CitizenAnswer, UnitOfCity
from services.supervision.repository import citizens as rows
from services.supervision.repository import people
from services.supervision.schemas_citizens import ElementView, SummaryPage, SummaryView, ThemeView, UnitVoiceView, WordsView
from services.supervision.service.access import readable_case

SHOWN_WORDS = 50


def subject_of(answer: CitizenAnswer) -> str:
    """What an answer's audit entries are about."""
    return f"citizen-answer:{answer.answer_id}"


def may_moderate(caller: Principal) -> bool:
    return caller.has("hr", "leadership")


async def summaries(unit: UnitOfWork, caller: Principal, year: int | None) -> SummaryPage:
    """The year's summaries of every unit the caller may read, also of those nobody has answered about."""
    read = await rows.units_read_by(unit, caller)
    places = [one for one in await rows.active_units(unit) if read is None or one.unit_id in read]
    year = year or this_year(unit)
    found = await rows.counts(unit, year, None if read is None else sorted(read))
    moderates = may_moderate(caller)
    return SummaryPage(
        items=[_summary(one, year, found.get(one.unit_id)) for one in places],
        may_moderate=moderates,
        waiting=await rows.count_waiting(unit) if moderates else 0,
    )


async def voice(unit: UnitOfWork, caller: Principal, unit_id: str, year: int | None) -> UnitVoiceView:
    """A unit's summary with the words behind it.

    Raises:
        NotFound: there is no such unit, or the caller neither works in it, nor leads it, nor oversees units.
    """
    read = await rows.units_read_by(unit, caller)
    place = await people.unit_of_city(unit, unit_id)
    if place is None or (read is not None and unit_id not in read):
        raise NotFound(f"There is no unit {unit_id}, or what citizens say of it is not yours to see.")
    return UnitVoiceView(
        summary=await summary_of(unit, place, year),
        complaints=[words_view(one) for one in await rows.words_of(unit, unit_id, complaints=True, limit=SHOWN_WORDS)],
        words=[words_view(one) for one in await rows.words_of(unit, unit_id, complaints=False, limit=SHOWN_WORDS)],
        may_resolve=may_moderate(caller) or await rows.leads(unit, caller, unit_id),
    )


async def beside_case(unit: UnitOfWork, caller: Principal, case_id: str) -> SummaryView:
    """What citizens say of the unit of a case the caller may read, in the year of its cycle: beside the review, never in it.

    Raises:
        NotFound: there is no such case, or it is not the caller's to see.
    """
    case = await readable_case(unit, caller, case_id)
    place, cycle = await people.unit_of_city(unit, case.unit_id), await people.cycle(unit, case.cycle_id)
    if place is None or cycle is None:
        raise NotFound(f"The unit {case.unit_id} is not known here.")
    return await summary_of(unit, place, int(cycle.definition["year"]))


def this_year(unit: UnitOfWork) -> int:
    return unit.now.astimezone(CITY_ZONE).year


async def summary_of(unit: UnitOfWork, place: UnitOfCity, year: int | None = None) -> SummaryView:
    year = year or this_year(unit)
    return _summary(place, year, (await rows.counts(unit, year, [place.unit_id])).get(place.unit_id))


def words_view(answer: CitizenAnswer) -> WordsView:
    """An answer's words as everybody may read them: without personal data."""
    values = answer.model_dump()
    return WordsView.model_validate({**values, "text": without(answer.text, answer.flagged)})


def _summary(place: UnitOfCity, year: int, found: rows.Counts | None) -> SummaryView:
    counts = found or rows.Counts(place.unit_id)
    satisfied = satisfaction(dict(counts.rated))
    return SummaryView(
        unit_id=place.unit_id,
        unit_name=place.name,
        year=year,
        article=ARTICLE,
        answers=counts.answers,
        index=satisfied.index,
        grade=satisfied.grade,
        elements=[
            ElementView(element=element, answers=one.answers, mean=round(one.mean, 2)) for element, one in satisfied.elements.items()
        ],
        missing=list(satisfied.missing),
        themes=[ThemeView(theme=theme, words=words, complaints=complaints) for theme, words, complaints in counts.themes],
        waiting=counts.waiting,
        hidden=counts.hidden,
        complaints=counts.complaints,
        open_complaints=counts.open_complaints,
        standing=counts.standing,
    )


async def tell(unit: UnitOfWork, place: UnitOfCity, year: int) -> None:
    """Publish the unit's summary as it is now; whoever tells of a unit waits for who does so already, and counts what they did."""
    await rows.hold_unit(unit, place.unit_id)
    found = await summary_of(unit, place, year)
    unit.publish(
        CitizenSummaryChanged(
            unit_id=found.unit_id,
            year=found.year,
            answers=found.answers,
            index=found.index,
            grade=found.grade.value if found.grade else None,
            complaints=found.complaints,
            standing=found.standing,
            elements=tuple(ElementScore(element=one.element.value, answers=one.answers, mean=one.mean) for one in found.elements),
        )
    )


async def tell_of(unit: UnitOfWork, answer: CitizenAnswer) -> None:
    """Publish the summary an answer counts in."""
    place = await people.unit_of_city(unit, answer.unit_id)
    assert place is not None, "an answer refers to its unit"
    await tell(unit, place, answer.year)
