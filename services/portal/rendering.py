"""Pages from templates: texts in the visitor's language, dates as people write them, one notice after each deed."""

from __future__ import annotations

from collections.abc import Mapping
from copy import copy
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any

from fastapi import Request
from fastapi.templating import Jinja2Templates
from jinja2 import Environment, FileSystemLoader, StrictUndefined, pass_context
from jinja2.runtime import Context
from starlette.responses import Response

from kit.clock import Clock
from kit.i18n import Catalogue, Language, long_date, long_time
from kit.problems import FieldError, Problem
from services.portal import assets
from services.portal.citizen_helpers import HELPERS as CITIZEN_HELPERS
from services.portal.clients.drafts import Draft
from services.portal.forms import FormState, written
from services.portal.helpers import HELPERS
from services.portal.leadership import HELPERS as LEADERSHIP_HELPERS
from services.portal.page_help import help_of
from services.portal.plan_rows import form_rows
from services.portal.refusals import told
from services.portal.roster_helpers import HELPERS as ROSTER_HELPERS
from services.portal.security import csrf_token
from services.portal.sessions import current_visitor, language_of, local_path
from services.portal.talk_helpers import HELPERS as TALK_HELPERS
from services.portal.year import next_phase, windows

HERE = Path(__file__).parent


def environment() -> Environment:
    """The templates; a missing value fails its test instead of showing a blank."""
    made = Environment(
        loader=FileSystemLoader(HERE / "templates"), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    made.globals.update(
        HELPERS,
        **TALK_HELPERS,
        **CITIZEN_HELPERS,
        **ROSTER_HELPERS,
        **LEADERSHIP_HELPERS,
        form_rows=form_rows,
        next_phase=next_phase,
        windows_of=windows,
        asset_version=assets.version(),
    )
    made.filters["plain"] = _plain
    made.filters["told"] = _told
    return made


@pass_context
def _plain(context: Context, value: object) -> str:
    """The filter ``plain``: a stored value as the page's reader writes it."""
    return written(value, context.get("language"))


@pass_context
def _told(context: Context, sentence: str) -> str:
    """The filter ``told``: a service's own sentence in the language of the page's reader."""
    return told(sentence, context["language"])


texts = Catalogue(HERE / "texts")
templates = Jinja2Templates(env=environment())


def say(request: Request, key: str, **values: Any) -> str:
    """A text in the visitor's language."""
    return texts.text(language_of(request), key, **values)


def notice(request: Request, key: str, *, draft: str = "", **values: Any) -> None:
    """Show a notice on the next page; ``draft`` names the kept text that is now saved and can go."""
    request.session["notice"] = {"text": say(request, key, **values), "draft": draft}


def _return_to(request: Request, form: FormState | None) -> str:
    """The page a form is on, also when it is shown again after a refusal at the address it was sent to."""
    if form is not None and form.values.get("page"):
        return local_path(form.values["page"])
    return local_path(str(request.url)) if request.method == "GET" else "/"


def kept_form(drafts: Mapping[str, Draft], name: str, otherwise: FormState | None = None) -> FormState:
    """A form with what its writer kept of it; where nothing was kept, ``otherwise`` or an empty one."""
    draft = drafts.get(name)
    return FormState(values=dict(draft.fields), kept_at=draft.saved_at) if draft is not None else otherwise or FormState()


def page(request: Request, template: str, *, status: int = 200, **context: Any) -> Response:
    """Render a page."""
    language = language_of(request)
    visitor = current_visitor(request)
    clock: Clock = request.app.state.kit.clock
    settings = request.app.state.kit.settings
    kept_notice = request.session.pop("notice", None) if request.session.get("notice") else None
    common: dict[str, Any] = {
        "language": language,
        "t": partial(texts.text, language),
        "date": partial(_date, language=language),
        "time": partial(_time, language=language),
        "days_left": partial(_days_left, now=clock.now()),
        "visitor": visitor,
        "notice": kept_notice,
        "csrf": csrf_token(request),
        "settings": settings,
        "here": request.url.path,
        "return_to": _return_to(request, context.get("form")),
        "kept": partial(kept_form, context.get("drafts", {})),
        "now": clock.now(),
        "now_local": clock.now().strftime("%Y-%m-%dT%H:%M"),
        "form": FormState(),
        "problem": None,
        "page_help": help_of(template),
    }
    return templates.TemplateResponse(
        request, template, {**common, **context, **in_the_readers_language(context, language)}, status_code=status
    )


def in_the_readers_language(context: Mapping[str, Any], language: Language) -> dict[str, Any]:
    """The problem and the form of a page with the services' sentences in the reader's language."""
    problem, form = context.get("problem"), context.get("form")
    read: dict[str, Any] = {}
    if isinstance(problem, Problem):
        read["problem"] = shown = copy(problem)
        shown.title, shown.detail = told(problem.title, language), told(problem.detail, language)
        shown.errors = [
            FieldError(told(one.path, language), told(one.message, language), told(one.mend, language)) for one in problem.errors
        ]
    if isinstance(form, FormState):
        read["form"] = form.told(partial(told, language=language))
    return read


def _date(value: datetime | None, language: Language) -> str:
    return long_date(value, language) if value else "–"


def _time(value: datetime | None, language: Language) -> str:
    return long_time(value, language) if value else "–"


def _days_left(due_at: datetime | None, now: datetime) -> int | None:
    """Whole calendar days until a due date; negative when it has passed."""
    return (due_at.astimezone(now.tzinfo).date() - now.date()).days if due_at else None
