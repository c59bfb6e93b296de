"""Delivery that can be trusted: bounces, the suppression list, and sending again."""

from __future__ import annotations

from email.message import EmailMessage
from uuid import UUID

import httpx

from services.notification.domain.bounce import read_report
from tests.notification import facts
from tests.notification.town import HADI, RINA, Post, Town, person

BECAUSE = {"reason": "The mailbox was mended"}


def report(message_id: str, address: str, *, action: str = "failed", status: str = "5.1.1") -> bytes:
    """A delivery report as mail servers send it."""
    lines = [
        "From: MAILER-DAEMON@post.example",
        "To: siklus@bandung.example",
        "Subject: Undelivered",
        "MIME-Version: 1.0",
        'Content-Type: multipart/report; report-type=delivery-status; boundary="x"',
        "",
        "--x",
        "Content-Type: text/plain",
        "",
        "Your message could not be delivered.",
        "--x",
        "Content-Type: message/delivery-status",
        "",
        "Reporting-MTA: dns; post.example",
        "",
        f"Final-Recipient: rfc822; {address}",
        f"Action: {action}",
        f"Status: {status}",
        "Diagnostic-Code: smtp; 550 no such user",
        "",
        "--x",
        "Content-Type: text/rfc822-headers",
        "",
        f"Message-ID: {message_id}",
        "Subject: x",
        "",
        "--x--",
        "",
    ]
    return "\r\n".join(lines).encode()


async def tell(town: Town, content: bytes, *roles: str) -> httpx.Response:
    headers = {"Authorization": f"Bearer {town.token('service:mail', *(roles or ('service',)))}", "Content-Type": "message/rfc822"}
    return await town.http.post("/bounces", content=content, headers=headers)


async def test_a_bounce_puts_the_address_on_the_list_and_hr_can_lift_it(town: Town, post: Post) -> None:
    await town.hear(facts.approved())
    await town.send_all()
    [mail] = post.to(RINA)
    assert (await tell(town, report(mail["Message-ID"], "rina@bandung.example"))).json() == {"bounces": 1, "suppressed": 1}
    [row] = [row for row in await town.log() if row["channel"] == "email"]
    assert (row["state"], [step["state"] for step in row["history"]]) == ("failed", ["pending", "delivered", "failed"])
    await town.hear(facts.closed())
    await town.send_all()
    assert len(post.to(RINA)) == 1
    assert "suppression list" in [row for row in await town.log() if row["channel"] == "email"][-1]["reason"]
    [listed] = (await town.get(HADI, "/suppressions", "hr"))["items"]
    assert (listed["address"], listed["person_id"]) == ("rina@bandung.example", RINA)
    assert (await town.ask(RINA, "GET", "/suppressions")).status_code == 403
    lifted = await town.ask(HADI, "POST", "/suppressions/lift?address=rina@bandung.example", BECAUSE, roles=("hr",))
    assert lifted.status_code == 204
    await town.hear(facts.objection_decided())
    await town.send_all()
    assert len(post.to(RINA)) == 2


async def test_a_person_with_a_new_address_is_written_to_again(town: Town, post: Post) -> None:
    await town.hear(facts.approved())
    await town.send_all()
    [mail] = post.to(RINA)
    await tell(town, report(mail["Message-ID"], "rina@bandung.example"))
    await town.hear(person(RINA, email="rina.marlina@bandung.example"), facts.closed())
    await town.send_all()
    assert post.mails[-1]["To"].addresses[0].addr_spec == "rina.marlina@bandung.example"


async def test_a_report_that_is_forged_or_no_report_changes_nothing(town: Town, post: Post) -> None:
    await town.hear(facts.approved())
    await town.send_all()
    [mail] = post.to(RINA)
    answer = EmailMessage()
    answer.set_content("I am on leave.")
    for content in (
        report(mail["Message-ID"], "budi@bandung.example"),
        report("<00000000-0000-0000-0000-000000000000@bandung.example>", "rina@bandung.example"),
        report(mail["Message-ID"], "rina@bandung.example", action="delayed", status="4.4.7"),
        answer.as_bytes(),
        b"\x00\xff nonsense",
    ):
        assert (await tell(town, content)).json() == {"bounces": 0, "suppressed": 0}
    assert (await tell(town, report(mail["Message-ID"], "rina@bandung.example"), "employee")).status_code == 403
    assert (await town.get(HADI, "/suppressions", "hr"))["items"] == []


def test_a_temporary_failure_is_no_reason_to_stop_writing() -> None:
    [bounce] = read_report(report("<00000000-0000-0000-0000-00000000000a.2@x.example>", "A@B.example", status="4.2.2"))
    assert (bounce.message_id, bounce.address, bounce.permanent) == (UUID(int=10), "a@b.example", False)


async def test_a_mailbox_the_server_does_not_know_is_not_written_to_again(town: Town, post: Post) -> None:
    post.answer = lambda recipient: "550 5.1.1 no mailbox here"
    await town.hear(facts.approved())
    await town.send_all()
    post.answer = lambda recipient: None
    await town.hear(facts.closed())
    await town.send_all()
    assert post.kept == []


async def test_a_message_is_sent_again_as_a_new_one_with_the_reason_in_the_audit_trail(town: Town, post: Post) -> None:
    await town.hear(facts.approved())
    await town.send_all()
    [row] = [row for row in await town.log() if row["channel"] == "email"]
    again = f"/messages/{row['message_id']}/resend"
    assert (await town.ask(RINA, "POST", again, BECAUSE)).status_code == 403
    assert (await town.ask(HADI, "POST", again, {**BECAUSE, "dry_run": True}, roles=("hr",))).status_code == 204
    await town.send_all()
    assert len(post.to(RINA)) == 1, "a dry run sends nothing"
    assert (await town.ask(HADI, "POST", again, BECAUSE, roles=("hr",))).status_code == 204
    await town.send_all()
    assert len(post.ids()) == len(post.to(RINA)) == 2
    trail = await town.get(HADI, f"/operations/audit/person:{RINA}", "hr")
    assert [entry["action"] for entry in trail] == ["message_resent"]


async def test_what_was_given_up_is_replayed_together(town: Town, post: Post) -> None:
    post.answer = lambda recipient: "554 5.7.1 not today"
    await town.hear(facts.approved(), facts.closed(), facts.phase_opened())
    await town.send_all()
    assert {row["state"] for row in await town.log(state="failed")} == {"failed"}
    post.answer = lambda recipient: None
    answer = await town.ask(HADI, "POST", "/messages/resend-failed", {"channel": "email", **BECAUSE}, roles=("ops",))
    assert answer.json() == {"messages": 3}
    await town.send_all()
    assert sorted(post.ids().values()) == [1, 1, 1]
