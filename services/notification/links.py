"""Links that act: signed, each for one purpose, one task and one person, until a date. Whoever opens one changes nothing."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from itsdangerous import BadData, URLSafeSerializer

from kit.settings import Settings
from services.notification.domain.actions import LIFE, Claim, Purpose


class BadLink(ValueError):
    """The link was not made here, or was altered since."""


class Links:
    """Makes and reads links. Without a secret there are none, and messages only lead to the portal."""

    def __init__(self, settings: Settings) -> None:
        # The serializer signs with the last key and reads with any: a rotation leaves links in people's mailboxes working.
        self._secrets = [secret.strip() for secret in settings.link_secrets.split(",") if secret.strip()][::-1]
        self._portal = settings.portal_url

    def act(self, purpose: str, *, case_id: str | None, task_id: str | None, person_id: str, version: int, made_at: datetime) -> str:
        """The address that finishes a task from its message; empty where there is none."""
        if not self._secrets or not purpose or case_id is None or task_id is None:
            return ""
        expires = int((made_at + LIFE).timestamp())
        return f"{self._portal}/act/{self._sign('action', [purpose, case_id, task_id, person_id, version, expires])}"

    def read_act(self, token: str) -> Claim:
        """What a link says.

        Raises:
            BadLink: forged, altered, or made for something else.
        """
        match self._read("action", token):
            case [str(purpose), str(case_id), str(task_id), str(person_id), int(version), int(expires)] if purpose in set(Purpose):
                return Claim(Purpose(purpose), case_id, task_id, person_id, version, datetime.fromtimestamp(expires, UTC))
        raise BadLink("the link says nothing we know")

    def unsubscribe(self, person_id: str) -> str:
        """The address that turns a person's e-mails off with one click; empty where there is none."""
        return f"{self._portal}/unsubscribe/{self._sign('unsubscribe', [person_id])}" if self._secrets else ""

    def read_unsubscribe(self, token: str) -> str:
        """Whose e-mails a link turns off.

        Raises:
            BadLink: forged, altered, or made for something else.
        """
        match self._read("unsubscribe", token):
            case [str(person_id)]:
                return person_id
        raise BadLink("the link says nothing we know")

    def _serializer(self, use: str) -> URLSafeSerializer:
        return URLSafeSerializer(self._secrets, salt=f"siklus.{use}.1")

    def _sign(self, use: str, value: list[Any]) -> str:
        signed = self._serializer(use).dumps(value)
        return signed.decode() if isinstance(signed, bytes) else signed

    def _read(self, use: str, token: str) -> Any:
        if not self._secrets:
            raise BadLink("links are not in use here")
        try:
            return self._serializer(use).loads(token)
        except BadData as error:
            raise BadLink(str(error)) from error
