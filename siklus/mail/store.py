"""Where the sink keeps messages: one SQLite file."""

from __future__ import annotations

import sqlite3
import threading
from dataclasses import dataclass
from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

SCHEMA = """
CREATE TABLE IF NOT EXISTS message (
    id INTEGER PRIMARY KEY AUTOINCREMENT, received_at TEXT NOT NULL, message_id TEXT NOT NULL,
    sender TEXT NOT NULL, subject TEXT NOT NULL, raw BLOB NOT NULL);
CREATE TABLE IF NOT EXISTS recipient (message INTEGER NOT NULL REFERENCES message, address TEXT NOT NULL, PRIMARY KEY (address, message));
CREATE INDEX IF NOT EXISTS recipient_message ON recipient (message);
"""


@dataclass(frozen=True)
class StoredMessage:
    """One message as it arrived. ``message_id`` is its Message-ID header: the same one twice is a repeated delivery."""

    id: int
    received_at: str
    message_id: str
    sender: str
    recipients: list[str]
    subject: str


@dataclass(frozen=True)
class OpenedMessage(StoredMessage):
    """A message with its bodies; an absent one is empty."""

    text: str
    html: str


class MailStore:
    """Safe to use from several threads."""

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self._lock = threading.Lock()
        self._connection = sqlite3.connect(path, check_same_thread=False, isolation_level=None)
        self._connection.execute("PRAGMA journal_mode=WAL")
        self._connection.execute("PRAGMA synchronous=NORMAL")
        self._connection.executescript(SCHEMA)

    def add(self, sender: str, recipients: list[str], raw: bytes) -> int:
        """Keep a message; durable against a kill of this process when it returns."""
        message = _parsed(raw)
        with self._lock:
            self._connection.execute("BEGIN")
            try:
                cursor = self._connection.execute(
                    "INSERT INTO message (received_at, message_id, sender, subject, raw) VALUES (?, ?, ?, ?, ?)",
                    (datetime.now(UTC).isoformat(), _header(message, "Message-ID"), sender, _header(message, "Subject"), raw),
                )
                number = int(cursor.lastrowid or 0)
                addresses = sorted({address.lower() for address in recipients})
                self._connection.executemany("INSERT INTO recipient VALUES (?, ?)", [(number, address) for address in addresses])
                self._connection.execute("COMMIT")
            except BaseException:
                self._connection.execute("ROLLBACK")
                raise
        return number

    def newest(self, *, to: str | None = None, before: int | None = None, limit: int = 50) -> list[StoredMessage]:
        """Messages, newest first; ``to`` is a whole address, ``before`` the last id of the page above."""
        with self._lock:
            rows = self._connection.execute(
                """SELECT id, received_at, message_id, sender, subject FROM message
                   WHERE (:to IS NULL OR id IN (SELECT message FROM recipient WHERE address = :to))
                     AND (:before IS NULL OR id < :before) ORDER BY id DESC LIMIT :limit""",
                {"to": to.lower() if to else None, "before": before, "limit": limit},
            ).fetchall()
            return [self._described(row) for row in rows]

    def open(self, number: int) -> OpenedMessage | None:
        """A message with its bodies, or nothing."""
        with self._lock:
            row = self._connection.execute(
                "SELECT id, received_at, message_id, sender, subject, raw FROM message WHERE id = ?", (number,)
            ).fetchone()
            if row is None:
                return None
            described = self._described(row[:5])
        message = _parsed(row[5])
        return OpenedMessage(**vars(described), text=_body(message, "plain"), html=_body(message, "html"))

    def raw(self, number: int) -> bytes | None:
        with self._lock:
            row = self._connection.execute("SELECT raw FROM message WHERE id = ?", (number,)).fetchone()
        return bytes(row[0]) if row else None

    def counts(self, to: str | None = None) -> tuple[int, int]:
        """How many messages arrived, and how many different Message-IDs they have."""
        with self._lock:
            row = self._connection.execute(
                """SELECT count(*), count(DISTINCT message_id) FROM message
                   WHERE :to IS NULL OR id IN (SELECT message FROM recipient WHERE address = :to)""",
                {"to": to.lower() if to else None},
            ).fetchone()
        return int(row[0]), int(row[1])

    def clear(self) -> None:
        """Forget every message."""
        with self._lock:
            self._connection.executescript("DELETE FROM recipient; DELETE FROM message;")

    def close(self) -> None:
        with self._lock:
            self._connection.close()

    def _described(self, row: tuple[int, str, str, str, str]) -> StoredMessage:
        found = self._connection.execute("SELECT address FROM recipient WHERE message = ? ORDER BY address", (row[0],)).fetchall()
        return StoredMessage(row[0], row[1], row[2], row[3], [address for (address,) in found], row[4])


def _parsed(raw: bytes) -> EmailMessage:
    message = message_from_bytes(raw, policy=policy.default)
    assert isinstance(message, EmailMessage)
    return message


def _header(message: EmailMessage, name: str) -> str:
    try:
        return str(message.get(name, ""))
    except (ValueError, IndexError, AttributeError):
        return ""  # a header no parser can read; the raw message still holds it


def _body(message: EmailMessage, kind: str) -> str:
    part = message.get_body((kind,))
    if part is None:
        return ""
    try:
        return str(part.get_content())
    except (LookupError, UnicodeError, KeyError):
        payload = part.get_payload(decode=True)
        return payload.decode(errors="replace") if isinstance(payload, bytes) else str(payload)
