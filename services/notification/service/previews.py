"""What people will read: the table of rules, and every template in both languages with sample data."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

from kit.auth import Principal
from kit.i18n import LANGUAGES, Language
from kit.settings import Settings
from kit.unit import UnitOfWork
from services.notification import rendering, samples
from services.notification.channels.base import Parcel, Part
from services.notification.domain.rules import RULES, Rule, path_of
from services.notification.rendering import Text
from services.notification.schemas_trust import Preview, Previews, RuleView

NOBODY = UUID(int=0)


def all_previews(unit: UnitOfWork, caller: Principal, settings: Settings) -> Previews:
    """The whole table and all its templates."""
    caller.need("hr", "ops")
    return Previews(rules=[_rule(rule) for rule in RULES], items=previews(unit, settings))


def previews(unit: UnitOfWork, settings: Settings) -> list[Preview]:
    """Every template in both languages; links lead nowhere."""
    found: list[Preview] = []
    for sample in samples.samples():
        link = path_of(sample.rule.link, sample.fields.get("case_id"), sample.fields.get("task_id"), sample.fields.get("unit_id"))
        action = str(sample.rule.purpose(sample.fields) or "")
        for language in LANGUAGES:
            parcel = _parcel(unit, settings, sample.rule.template, language, sample.text(language), link, action)
            found.append(_preview(parcel, sample.name))
    for group in samples.gathered():
        for language in LANGUAGES:
            text = rendering.render(f"batch_{group}", language, {"count": 3})
            found.append(_preview(_parcel(unit, settings, f"batch_{group}", language, text, "/", "", _parts(settings, language)), "usual"))
    return found


def _parts(settings: Settings, language: Language) -> list[Part]:
    opened = [sample for sample in samples.samples() if sample.rule.template == "task_opened"]
    return [Part(sample.text(language).title, f"{settings.portal_url}/cases/{samples.CASE}") for sample in opened]


def _parcel(
    unit: UnitOfWork,
    settings: Settings,
    kind: str,
    language: Language,
    text: Text,
    link: str,
    action: str,
    parts: Sequence[Part] = (),
) -> Parcel:
    portal = settings.portal_url
    return Parcel(
        message_id=NOBODY,
        resend=0,
        person_id="contoh",
        name=samples.NAME,
        address="contoh@bandung.example",
        language=language,
        kind=kind,
        urgency="normal",
        title=text.title,
        body=text.body,
        link=portal + link,
        thread="contoh",
        created_at=unit.now,
        parts=parts,
        action=action,
        action_link=f"{portal}/act/contoh" if action else "",
        preferences_link=f"{portal}/preferences",
        unsubscribe_link=f"{portal}/unsubscribe/contoh",
    )


def _preview(parcel: Parcel, name: str) -> Preview:
    mail = rendering.mail_of(parcel)
    return Preview(
        template=parcel.kind,
        sample=name,
        language="en" if parcel.language == "en" else "id",
        title=parcel.title,
        text=parcel.body,
        plain=mail.plain,
        html=mail.html,
    )


def _rule(rule: Rule) -> RuleView:
    return RuleView(
        event=rule.event,
        audience=rule.audience,
        template=rule.template,
        channels=list(rule.channels),
        urgency=rule.urgency,
        batch=rule.batch.group if rule.batch else "",
        window_minutes=int((rule.batch.window if rule.batch else timedelta()).total_seconds() // 60),
        lapses=rule.lapses,
        acts=rule.acts,
        when={name: str(value) for name, value in rule.when},
    )
