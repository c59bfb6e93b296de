"""Bodies of the HTTP surface around trust: further addresses, bounces, sending again, links, and previews."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import BaseModel, Field, StringConstraints

from kit.i18n import Language
from services.notification.domain.actions import LinkState, Purpose
from services.notification.domain.rules import Channel
from services.notification.schemas import Body

Address = Annotated[str, StringConstraints(min_length=8, max_length=1000, pattern=r"^[a-z][a-z0-9+.-]*://[^\s\x00]+$")]
Base64 = Annotated[str, StringConstraints(min_length=16, max_length=200, pattern=r"^[A-Za-z0-9_\-=]+$")]
Reason = Annotated[str, StringConstraints(strip_whitespace=True, min_length=3, max_length=500, pattern=r"^[^\x00]*$")]
Token = Annotated[str, StringConstraints(min_length=1, max_length=2000, pattern=r"^[^\x00]*$")]


class BrowserKeys(Body):
    """The keys of a browser's push subscription."""

    p256dh: Base64
    auth: Base64


class NewDestination(Body):
    """A browser (with its keys), a chat (an Apprise address) or another system (an https address) to be told at."""

    channel: Literal[Channel.PUSH, Channel.CHAT, Channel.WEBHOOK]
    address: Address
    keys: BrowserKeys | None = None


class DestinationView(BaseModel):
    """An address of the caller's. The address itself is not shown again: it may hold a secret."""

    destination_id: UUID
    channel: Channel
    where: str
    created_at: datetime


class DestinationMade(DestinationView):
    """``secret`` signs the webhooks; it is told this once."""

    secret: str


class Destinations(BaseModel):
    """The caller's addresses, and the key a browser subscribes with (empty: no web push here)."""

    items: list[DestinationView]
    push_key: str
    chat: bool
    webhooks: bool


class Trial(BaseModel):
    """Whether an address took a first message, and what it said."""

    taken: bool
    detail: str


class Because(Body):
    """Why an order is given; it is written into the audit trail."""

    reason: Reason


class Resending(Because):
    """Send one message again; ``dry_run`` only says whether it can be."""

    dry_run: bool = False


class RelayChoice(Because):
    """The first mail relay, or the second."""

    second: bool


class SendFailedAgain(Because):
    """Send again what a channel gave up on."""

    channel: Channel


class SentAgain(BaseModel):
    """How many messages are due again."""

    messages: int


class BounceReport(BaseModel):
    """What a delivery report came to: bounces read from it, and addresses put on the suppression list."""

    bounces: int
    suppressed: int


class SuppressionView(BaseModel):
    """An address no e-mail is sent to, why, and whose it is."""

    address: str
    reason: str
    since: datetime
    person_id: str | None
    name: str | None


class Suppressions(BaseModel):
    """The suppression list, newest first."""

    items: list[SuppressionView]


class LinkBody(Body):
    """A link as it came."""

    token: Token


class LinkView(BaseModel):
    """What a genuine link is for and where it stands."""

    state: LinkState
    purpose: Purpose
    identity: str
    case_id: str
    task_id: str
    person_id: str
    name: str
    language: Language
    employee_name: str
    due_at: datetime | None
    expires_at: datetime


class Unsubscriber(BaseModel):
    """Whose e-mails a link turns off, and whether they are on now."""

    person_id: str
    name: str
    language: Language
    email: bool


class Preview(BaseModel):
    """A template with sample data: as an inbox message, and as an e-mail in plain text and HTML."""

    template: str
    sample: str
    language: Language
    title: str
    text: str
    plain: str
    html: str


class RuleView(BaseModel):
    """A row of the table that says who is told of what."""

    event: str
    audience: str
    template: str
    channels: list[Channel]
    urgency: str
    batch: str
    window_minutes: int
    lapses: str
    acts: bool
    when: dict[str, str]


class Previews(BaseModel):
    """The table of rules, and every template in both languages with sample data."""

    rules: list[RuleView]
    items: list[Preview] = Field(default_factory=list)
