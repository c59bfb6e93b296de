"""What a mail server reports about mail it could not deliver (RFC 3464), read from the report it sends back."""

from __future__ import annotations

import email
import email.policy
import re
from dataclasses import dataclass
from email.message import EmailMessage, Message
from uuid import UUID

_OURS = re.compile(r"<([0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})(?:\.\d+)?@[^>\s]+>")
NO_SUCH_MAILBOX = re.compile(r"\b5\.1\.(?:1|2|3|6|10)\b")
LONGEST_DETAIL = 300


@dataclass(frozen=True)
class Bounce:
    """One recipient's report: the message of ours it is about, the address, and whether it will never arrive."""

    message_id: UUID | None
    address: str
    permanent: bool
    detail: str


def read_report(content: bytes) -> list[Bounce]:
    """The bounces a delivery report tells; empty where the mail is no such report (an answer, a holiday notice).

    Only ``failed`` counts: ``delayed``, ``delivered``, ``relayed`` and ``expanded`` change nothing. The original's Message-ID is read
    from the returned message or its headers.
    """
    whole = email.message_from_bytes(content, policy=email.policy.default)
    if whole.get_content_type() != "multipart/report":
        return []
    message_id = _original(whole)
    found: list[Bounce] = []
    for part in whole.walk():
        if part.get_content_type() != "message/delivery-status":
            continue
        blocks = part.get_payload()
        for block in blocks if isinstance(blocks, list) else []:
            bounce = _bounce(block, message_id) if isinstance(block, Message) else None
            if bounce is not None:
                found.append(bounce)
    return found


def _bounce(block: Message[str, str], message_id: UUID | None) -> Bounce | None:
    recipient = str(block.get("Final-Recipient") or block.get("Original-Recipient") or "")
    address = recipient.partition(";")[2].strip().strip("<>")
    if str(block.get("Action", "")).strip().lower() != "failed" or not address:
        return None
    status = str(block.get("Status", "")).strip()
    diagnosis = str(block.get("Diagnostic-Code", "")).partition(";")[2].strip()
    return Bounce(message_id, address.lower(), status.startswith("5"), " ".join(f"{status} {diagnosis}".split())[:LONGEST_DETAIL])


def _original(whole: EmailMessage) -> UUID | None:
    for part in whole.walk():
        if part.get_content_type() in {"message/rfc822", "text/rfc822-headers"}:
            headers = part.get_payload(0) if part.is_multipart() else part.get_content()
            match = _OURS.search(str(headers.get("Message-ID", "")) if isinstance(headers, Message) else str(headers))
            if match:
                return UUID(match.group(1))
    return None


def is_no_such_mailbox(detail: str) -> bool:
    """Whether a refusal says that the address itself is none (enhanced status codes 5.1.x, RFC 3463), so that others will bounce too."""
    return NO_SUCH_MAILBOX.search(detail) is not None
