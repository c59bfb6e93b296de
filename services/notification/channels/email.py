"""E-mail over SMTP: the message as bytes, and one connection that is kept for many messages."""

from __future__ import annotations

import asyncio
import contextlib
from dataclasses import dataclass
from datetime import datetime
from email.header import Header
from email.mime.multipart import MIMEMultipart
from email.mime.text import MIMEText
from email.utils import format_datetime, formataddr, parseaddr
from uuid import UUID

import aiosmtplib

from kit.settings import Settings
from services.notification.calendar import Invitation
from services.notification.domain.delivery import Outcome, State, outcome_of_code, why_suppressed
from services.notification.rendering import Mail
from services.notification.repository.people import Reader

PATIENCE_SECONDS = 15.0
CLOSING_DOWN = 421


class ServerAway(ConnectionError):
    """The mail server cannot be reached or does not let us in; no message was tried."""


@dataclass(frozen=True)
class Attempt:
    """What one attempt came to, in the server's words where it said something."""

    outcome: Outcome
    detail: str


def first_state(reader: Reader) -> tuple[State, str]:
    """How a message starts here: waiting for a sender, or suppressed with the reason."""
    reason = why_suppressed(wants_email=reader.wants_email, address=reader.email, active=reader.active)
    return (State.PENDING, "") if reason is None else (State.SUPPRESSED, reason)


def message_id_header(message_id: UUID, sender: str) -> str:
    """The Message-ID: the same for every attempt, so that a mail program shows a repeat once."""
    return f"<{message_id}@{parseaddr(sender)[1].rpartition('@')[2]}>"


def as_bytes(
    mail: Mail,
    *,
    message_id: UUID,
    sender: str,
    name: str,
    address: str,
    language: str,
    at: datetime,
    invitation: Invitation | None = None,
) -> bytes:
    """The message as it goes over the wire: plain text, HTML and, for a meeting, its entry for the reader's calendar."""
    sender_name, sender_address = parseaddr(sender)
    # A boundary of its own, not a random one: a repeat is the same bytes.
    whole = MIMEMultipart("alternative", boundary=f"=_{message_id.hex}")
    whole["From"] = formataddr((sender_name, sender_address))
    whole["To"] = formataddr((" ".join(name.split()), address))
    whole["Subject"] = Header(mail.subject, None if mail.subject.isascii() else "utf-8").encode()
    whole["Date"] = format_datetime(at)
    whole["Message-ID"] = message_id_header(message_id, sender)
    whole["Content-Language"] = language
    whole["Auto-Submitted"] = "auto-generated"
    whole.attach(MIMEText(mail.plain, "plain", "utf-8"))
    whole.attach(MIMEText(mail.html, "html", "utf-8"))
    if invitation is not None:
        part = MIMEText(invitation.content.decode(), "calendar", "utf-8")
        part.set_param("method", invitation.method)
        whole.attach(part)
    return whole.as_bytes().replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")


class Connection:
    """One SMTP connection, opened when first needed and kept for the messages that follow."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._sender = parseaddr(settings.mail_from)[1]
        self._client: aiosmtplib.SMTP | None = None

    async def open(self) -> None:
        """
        Raises:
            ServerAway: the server cannot be reached, or refuses us (its greeting, TLS, sign-in).
        """
        if self._client is not None and self._client.is_connected:
            return
        client = aiosmtplib.SMTP(
            hostname=self._settings.smtp_host,
            port=self._settings.smtp_port,
            timeout=PATIENCE_SECONDS,
            start_tls=self._settings.smtp_starttls,
            username=self._settings.smtp_username or None,
            password=self._settings.smtp_password or None,
        )
        try:
            await client.connect()
        except (aiosmtplib.SMTPException, OSError) as error:
            client.close()
            raise ServerAway(f"{type(error).__name__}: {error}"[:300]) from error
        self._client = client

    async def send(self, address: str, content: bytes) -> Attempt:
        """Hand over one message.

        Raises:
            ServerAway: no connection could be opened; the message was not tried.
        """
        await self.open()
        assert self._client is not None, "open leaves a connection"
        try:
            _, answer = await self._client.sendmail(self._sender, [address], content)
            return Attempt(Outcome.ACCEPTED, answer[:300])
        except aiosmtplib.SMTPRecipientsRefused as error:
            refusal = error.recipients[0]
            return self._refused(refusal.code, refusal.message)
        except aiosmtplib.SMTPSenderRefused as error:
            # Our own address is refused: a setting to be mended, no fault of this message.
            self._drop()
            return Attempt(Outcome.TEMPORARY, f"sender refused: {error.code} {error.message}"[:300])
        except aiosmtplib.SMTPResponseException as error:
            return self._refused(error.code, error.message)
        except (aiosmtplib.SMTPException, OSError, asyncio.IncompleteReadError) as error:
            self._drop()
            return Attempt(Outcome.INTERRUPTED, f"{type(error).__name__}: {error}"[:300])
        except ValueError as error:
            self._drop()
            return Attempt(Outcome.PERMANENT, f"the address or message cannot be sent: {error}"[:300])

    def _refused(self, code: int, message: str) -> Attempt:
        if code == CLOSING_DOWN or not 200 <= code < 600:
            self._drop()
            return Attempt(Outcome.INTERRUPTED, f"{code} {message}"[:300])
        return Attempt(outcome_of_code(code), f"{code} {message}"[:300])

    def _drop(self) -> None:
        if self._client is not None:
            self._client.close()
        self._client = None

    async def close(self) -> None:
        """Take leave of the server, if a connection is open."""
        client, self._client = self._client, None
        if client is not None and client.is_connected:
            with contextlib.suppress(aiosmtplib.SMTPException, OSError):
                await client.quit()
            client.close()
