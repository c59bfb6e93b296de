"""Words of messages: templates that refuse to be rendered without a value they use."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template, TemplateError

from contracts.supervision import TaskKind
from kit.i18n import Catalogue, Language, long_date, long_time
from services.notification.channels.base import Parcel, Part

FOLDER = Path(__file__).parent
MAIL_WORDS = ("button", "why", "preferences", "unsubscribe", "or_open")

words = Catalogue(FOLDER / "texts")


class CannotWrite(ValueError):
    """A template misses a value, or comes out empty: the message must not be sent."""


@dataclass(frozen=True)
class Text:
    """A message's title (one line) and body (paragraphs parted by empty lines)."""

    title: str
    body: str


@dataclass(frozen=True)
class Mail:
    """An e-mail's subject and its two forms."""

    subject: str
    plain: str
    html: str


def _sentence(value: str) -> str:
    """With a capital first letter; the rest stays, names keep theirs."""
    return value[:1].upper() + value[1:]


def _environment(*, autoescape: bool) -> Environment:
    made = Environment(
        loader=FileSystemLoader(FOLDER / "templates"), undefined=StrictUndefined, autoescape=autoescape, auto_reload=False, cache_size=400
    )
    made.filters["sentence"] = _sentence
    return made


_plain = _environment(autoescape=False)
_html = _environment(autoescape=True)


def render(template: str, language: Language, values: Mapping[str, Any]) -> Text:
    """The words of a message by its rule's template.

    Raises:
        CannotWrite: names the template and what is missing; nothing blank is ever sent.
    """
    name = f"{language}/{template}.txt"
    try:
        page = _plain.get_template(name)
        title, body = (_block(page, block, values) for block in ("title", "body"))
    except (TemplateError, KeyError, TypeError) as error:
        raise CannotWrite(f"template {name}: {type(error).__name__}: {error}") from error
    if not title or not body:
        raise CannotWrite(f"template {name}: came out empty")
    return Text(" ".join(title.split()), body)


def _block(template: Template, block: str, values: Mapping[str, Any]) -> str:
    return "".join(template.blocks[block](template.new_context(dict(values)))).strip()


def mail_of(parcel: Parcel) -> Mail:
    """A message dressed as an e-mail, as plain text and as HTML (every value escaped).

    Raises:
        CannotWrite: something is missing or empty.
    """
    if not parcel.title or not parcel.body or not parcel.name:
        raise CannotWrite("an e-mail needs a title, a body and a name to greet")
    language: Language = "en" if parcel.language == "en" else "id"
    try:
        chrome = {word: words.text(language, f"mail.{word}") for word in MAIL_WORDS}
        chrome["greeting"] = words.text(language, "mail.greeting", name=parcel.name)
        values = {
            "language": language,
            "title": parcel.title,
            "body": parcel.body,
            "paragraphs": parcel.body.split("\n\n"),
            "link": parcel.link,
            "parts": [_part(part, language) for part in parcel.parts],
            "action": action_words(parcel.action, language),
            "action_link": parcel.action_link,
            "preferences_link": parcel.preferences_link,
            "unsubscribe_link": parcel.unsubscribe_link,
            "words": chrome,
        }
        plain = _plain.get_template("mail/plain.txt").render(values)
        html = _html.get_template("mail/page.html").render(values)
    except (TemplateError, KeyError) as error:
        raise CannotWrite(f"e-mail: {type(error).__name__}: {error}") from error
    return Mail(parcel.title, plain, html)


def _part(part: Part, language: Language) -> dict[str, str]:
    return {"title": part.title, "link": part.link, "action_link": part.action_link, "action": action_words(part.action, language)}


def action_words(action: str, language: Language) -> str:
    """The button of what can be done from the message; empty where nothing can."""
    return words.text(language, f"action.{action}") if action else ""


def _next(fields: Mapping[str, Any], language: Language) -> str:
    """What happens when the time runs out: as the case says with a reminder, for its time may have been extended or escalated before,
    else as the cycle has it. Empty where neither is known here."""
    told, policy, kind = fields.get("on_timeout"), fields.get("policy"), fields.get("kind")
    if fields.get("days_left", 0) < 0:
        return words.text(language, "next.overdue") if told == "hold" else ""
    if kind == TaskKind.ACKNOWLEDGE_RESULT:
        return words.text(language, "next.silence")
    # A check-in within its phase is late without anything happening by itself.
    if not policy or (kind == TaskKind.RECORD_CHECK_IN and told is None):
        return ""
    action = str(told or policy["on_timeout"])
    # What only the employee can do goes to nobody else.
    own = action == "escalate" and fields.get("assignee_id") == fields.get("employee_id")
    return words.text(language, "next.escalate_own" if own else f"next.{action}", days=policy["extension_days"])


def values_of(fields: Mapping[str, Any], language: Language, names: Mapping[str, str]) -> dict[str, Any]:
    """What templates may use of an event, in the reader's language.

    ``fields`` are the event's own, ``names`` those of the people in it, by their part: employee, former, superior, decider.
    Only what the event has is there, so a template that asks for more fails loudly.
    """
    values: dict[str, Any] = dict(names)
    for field in ("note", "reason", "days_left", "changed", "count", "unit_name", "year", "overdue"):
        if field in fields:
            values[field] = fields[field]
    values["next"] = _next(fields, language)
    due_at = fields.get("due_at")
    if isinstance(due_at, datetime):
        values["due"] = long_date(due_at, language)
    if "what" in fields:
        values["request"] = words.text(language, f"request.{fields['what']}", employee=names["employee"])
    if "uid" in fields:
        values["meeting"] = words.text(language, f"meeting.{fields['kind']}", **names)
        values["when"], values["place"] = long_time(fields["starts_at"], language), fields["place"]
    elif "kind" in fields:
        values["task"] = words.text(language, f"task.{fields['kind']}", employee=names["employee"])
    if "superior_id" in fields:
        values["moved"] = fields["assignee_id"] == fields["superior_id"]
    if "since" in fields:
        values["since"] = long_date(fields["since"], language)
    for field in ("outcome", "cause"):
        if field in fields:
            values[field] = words.text(language, f"{field}.{fields[field]}")
    return values
