"""Help: every page has a short text in both languages, and the list leads only where its reader may go."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Callable
from html import unescape
from pathlib import Path

import pytest

from kit.settings import Settings
from services.portal import page_help
from services.portal.page_help import all_help, help_for
from services.portal.rendering import texts
from tests.portal.cast import Cast
from tests.portal.city import City

TEMPLATES = Path(page_help.__file__).parent / "templates"
PAGES = {str(path.relative_to(TEMPLATES)) for path in TEMPLATES.rglob("*.html") if '{% extends "layout.html" %}' in path.read_text("utf-8")}


@pytest.fixture
async def city(settings: Settings, make_database: Callable[[str], str]) -> AsyncIterator[City]:
    made = City(settings, make_database)
    await made.import_sample()
    yield made
    await made.close()


def test_every_page_has_a_help_text_in_both_languages() -> None:
    assert PAGES - all_help().keys() == set(), "write what these pages are for, in services/portal/help.toml"
    assert all_help().keys() - PAGES == set(), "there are no such pages any more"
    assert len({told.en for told in all_help().values()}) == len(all_help()), "a text is there twice"
    for template, told in all_help().items():
        for language in ("id", "en"):
            assert 40 <= len(told.text(language)) <= 400, (template, language)
        assert told.id != told.en, template
        assert bool(told.address) == bool(told.title), template
        assert not told.title or told.title in texts.keys("id"), template


async def test_the_list_of_help_leads_everybody_only_to_pages_they_may_open_and_each_shows_its_help(city: City) -> None:
    cast = await Cast.of(city)
    employee, _, _ = await cast.employee()
    for person in (employee, *(cast.with_role(role) for role in ("hr", "ops", "leadership", "evaluator"))):
        visitor = city.visitor(person, language="en")
        answer = await visitor.open("/help")
        linked = set(re.findall(r'<dt class="govuk-summary-list__key"><a class="govuk-link" href="([^"]+)"', answer.text))
        assert linked == {one.address for one in help_for(frozenset(person["roles"]))}
        for one in help_for(frozenset(person["roles"])):
            opened = await visitor.open(one.address)
            assert opened.status_code == 200, (person["roles"], one.address)
            assert one.en in unescape(opened.text), one.address
