"""E-mail over SMTP: the message as bytes, and one connection that is kept for many messages."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from email.encoders import encode_base64
from email.header import Header
from email.mime.base import MIMEBase
from email.mime.multipart import MIMEMultipart
from email.mime.text import MIMEText
from email.policy import compat32
from email.utils import format_datetime, formataddr, parseaddr
from uuid import UUID, uuid5

import aiosmtplib

from kit.settings import Settings
from services.notification import rendering
from services.notification.channels.base import Attempt, ChannelAway, Parcel
from services.notification.domain.delivery import Outcome, outcome_of_code
from services.notification.domain.rules import MESSAGE_NAMESPACE
from services.notification.rendering import Mail

PATIENCE_SECONDS = 15.0
LONGEST_ENCODED_WORD = 75
"""RFC 2047, section 2."""
UNFOLDED = compat32.clone(max_line_length=998)
"""Headers stay on the lines they were given, as long as a server takes them (RFC 5322, section 2.1.1)."""
CLOSING_DOWN = 421


@dataclass(frozen=True)
class Attachment:
    """A file beside the words; ``content_type`` with its parameters, such as ``text/calendar; method=REQUEST``."""

    filename: str
    content_type: str
    content: bytes


ATTACHMENTS: list[Callable[[Parcel], Sequence[Attachment]]] = []
"""Whoever has files for messages adds a function here; it gets every e-mail and gives the same files for the same message."""


def message_id_header(message_id: UUID, sender: str, resend: int = 0) -> str:
    """The Message-ID: the same for every attempt, so that a mail program shows a repeat once; another for a deliberate resend."""
    return f"<{message_id}{f'.{resend}' if resend else ''}@{parseaddr(sender)[1].rpartition('@')[2]}>"


def as_bytes(mail: Mail, parcel: Parcel, sender: str) -> bytes:
    """The message as it goes over the wire: plain text, HTML, and files where there are some."""
    sender_name, sender_address = parseaddr(sender)
    # A boundary of its own, not a random one: a repeat is the same bytes.
    words = MIMEMultipart("alternative", boundary=f"=_{parcel.message_id.hex}")
    words.attach(MIMEText(mail.plain, "plain", "utf-8"))
    words.attach(MIMEText(mail.html, "html", "utf-8"))
    files = [attachment for hook in ATTACHMENTS for attachment in hook(parcel)]
    whole = _with_files(words, files, parcel.message_id) if files else words
    whole["From"] = formataddr((sender_name, sender_address))
    whole["To"] = _reader(" ".join(parcel.name.split()), parcel.address)
    whole["Subject"] = _folded("Subject", mail.subject)
    whole["Date"] = format_datetime(parcel.created_at)
    whole["Message-ID"] = message_id_header(parcel.message_id, sender, parcel.resend)
    # All mails about one matter hang under one root that was never sent itself: programs show them as one thread.
    root = message_id_header(uuid5(MESSAGE_NAMESPACE, f"thread/{parcel.person_id}/{parcel.thread}"), sender)
    whole["In-Reply-To"] = root
    whole["References"] = root
    whole["List-Id"] = f"Siklus <siklus.{sender_address.rpartition('@')[2]}>"
    if parcel.unsubscribe_link:
        whole["List-Unsubscribe"] = f"<{parcel.unsubscribe_link}>"
        whole["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    whole["Content-Language"] = parcel.language
    whole["Auto-Submitted"] = "auto-generated"
    return whole.as_bytes(policy=UNFOLDED).replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")


def _reader(name: str, address: str) -> str:
    """Who the message goes to; a long name in several encoded words of the length RFC 2047 allows."""
    if name.isascii():
        return formataddr((name, address))
    address.encode("ascii")  # as formataddr does: an address that is none fails
    return f"{_folded('To', name)} <{address}>"


def _folded(header: str, words: str) -> str:
    """Words of any letters in lines of a header. Told its name, they leave room for it and do not begin with an empty line."""
    return Header(words, None if words.isascii() else "utf-8", header_name=header).encode(maxlinelen=LONGEST_ENCODED_WORD)


def _with_files(words: MIMEMultipart, files: Sequence[Attachment], message_id: UUID) -> MIMEMultipart:
    whole = MIMEMultipart("mixed", boundary=f"=_{message_id.hex}-files")
    whole.attach(words)
    for file in files:
        kind, _, parameters = file.content_type.partition(";")
        main, _, sub = kind.strip().partition("/")
        part = MIMEBase(main, sub)
        for parameter in filter(None, parameters.split(";")):
            name, _, value = parameter.strip().partition("=")
            part.set_param(name, value)
        part.set_payload(file.content)
        encode_base64(part)
        part.add_header("Content-Disposition", "attachment", filename=file.filename)
        whole.attach(part)
    return whole


class EmailWay:
    """E-mail as a channel: one connection, opened when first needed."""

    def __init__(self, settings: Settings) -> None:
        self._sender = settings.mail_from
        self._connection = Connection(settings)

    async def deliver(self, parcel: Parcel) -> Attempt:
        """
        Raises:
            ChannelAway: the mail server is away; the message was not tried.
        """
        try:
            content = as_bytes(rendering.mail_of(parcel), parcel, self._sender)
        except ValueError as error:
            # What a template cannot write, or an address that is none: nothing blank is sent, and the log says why.
            return Attempt(Outcome.PERMANENT, f"{type(error).__name__}: {error}"[:300])
        return await self._connection.send(parcel.address, content)

    async def go_through(self, *, second: bool) -> None:
        """Use the first or the second mail relay from the next message on."""
        await self._connection.go_through(second=second)

    async def close(self) -> None:
        await self._connection.close()


class Connection:
    """One SMTP connection, opened when first needed and kept for the messages that follow."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._sender = parseaddr(settings.mail_from)[1]
        self._client: aiosmtplib.SMTP | None = None
        self._second = False

    async def go_through(self, *, second: bool) -> None:
        """Use the first or the second relay; a connection to the other one is given up."""
        if second != self._second:
            self._second = second
            self._drop()

    async def open(self) -> None:
        """
        Raises:
            ChannelAway: the server cannot be reached, or refuses us (its greeting, TLS, sign-in).
        """
        if self._client is not None and self._client.is_connected:
            return
        client = aiosmtplib.SMTP(
            hostname=self._settings.smtp_second_host if self._second else self._settings.smtp_host,
            port=self._settings.smtp_second_port if self._second else self._settings.smtp_port,
            timeout=PATIENCE_SECONDS,
            start_tls=self._settings.smtp_starttls,
            username=self._settings.smtp_username or None,
            password=self._settings.smtp_password or None,
        )
        try:
            await client.connect()
        except (aiosmtplib.SMTPException, OSError) as error:
            client.close()
            raise ChannelAway(f"{type(error).__name__}: {error}"[:300]) from error
        self._client = client

    async def send(self, address: str, content: bytes) -> Attempt:
        """Hand over one message.

        Raises:
            ChannelAway: no connection could be opened; the message was not tried.
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
