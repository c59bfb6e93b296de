"""E-mails as a mail program sees them: read back by a parser that shares no code with what wrote them."""

from __future__ import annotations

import re
from datetime import timedelta
from email import message_from_bytes
from email.policy import SMTP
from uuid import UUID, uuid4

import pytest
import vobject
from fast_mail_parser import PyMimePart, parse_email, parse_email_tree
from hypothesis import example, given
from hypothesis import settings as run_with
from hypothesis import strategies as st

from contracts.envelope import EventData
from kit.i18n import LANGUAGES, Language
from kit.settings import Settings
from services.notification.channels.base import Invitation, Parcel
from services.notification.channels.email import as_bytes
from services.notification.rendering import Text, mail_of
from tests.notification import facts
from tests.notification.town import BUDI, CASE, DUE, NAMES, RINA, Post, Town, person

FROM = "Siklus <siklus@bandung.example>"
TOLD: tuple[EventData, ...] = (
    facts.opened(task_id="task-1"),
    facts.returned_to_rina(),
    facts.reassigned(task_id="task-3"),
    facts.reminder(1),
    facts.escalated(moved=False),
    facts.approved(),
    facts.phase_opened(),
    facts.objection_decided(),
    facts.closed(),
    facts.attention(),
    facts.invited(),
    facts.called_off(),
    facts.requested(),
    facts.feedback_requested(),
)
# Any letter a person's name or a reason may have; what no header can carry is left out by the standard itself.
LETTERS = st.characters(exclude_categories=("Cs", "Cc", "Zl", "Zp"))
WORDS = st.text(LETTERS, min_size=1, max_size=300).map(lambda words: " ".join(words.split())).filter(bool)
unhurried = run_with(deadline=None, max_examples=60)


@pytest.fixture
def settings(settings: Settings) -> Settings:
    return settings.model_copy(update={"link_secrets": "secret"})


def leaves(part: PyMimePart) -> list[PyMimePart]:
    return [leaf for child in part.children for leaf in leaves(child)] if part.children else [part]


def kinds(part: PyMimePart) -> list[str]:
    return [leaf.content_type for leaf in leaves(part)]


def words_in(part: PyMimePart) -> str:
    assert part.content is not None
    return part.content.decode().replace("\r\n", "\n")


@pytest.mark.parametrize("language", LANGUAGES)
async def test_every_kind_of_e_mail_is_read_back_whole_in_both_languages(town: Town, post: Post, language: Language) -> None:
    await town.hear(*(person(who, language=language) for who in NAMES))
    for told in TOLD:
        await town.hear(told)
    await town.send_all()
    sent = {row["message_id"]: row for row in await town.log(channel="email", state="delivered")}
    assert len({row["kind"] for row in sent.values()}) >= 11
    assert len(post.kept) == len(sent)
    for content in post.kept:
        mail, tree = parse_email(content), parse_email_tree(content)
        identity = re.fullmatch(r"<([0-9a-f-]{36})@bandung\.example>", tree.headers["Message-ID"][0])
        assert identity is not None
        row = sent[identity[1]]
        assert mail.subject == row["title"]
        assert not mail.warnings
        assert mail.from_ is not None
        assert mail.from_.address == "siklus@bandung.example"
        [reader] = mail.to
        assert (reader.display_name, reader.address) == (NAMES[row["person_id"]], person(row["person_id"]).email)
        assert mail.date_parsed is not None
        assert tree.headers["Content-Language"] == [language]
        assert kinds(tree)[:2] == ["text/plain", "text/html"]
        plain, html = map(words_in, leaves(tree)[:2])
        assert NAMES[row["person_id"]] in plain
        assert f'<html lang="{language}">' in html
        assert "https://siklus.bandung.example/" in plain
        assert "https://siklus.bandung.example/" in html


async def test_a_thread_hangs_under_one_root_and_every_mail_offers_one_click(town: Town, post: Post) -> None:
    await town.hear(facts.approved())
    await town.send_all()
    await town.hear(facts.phase_opened())
    await town.send_all()
    first, second = (parse_email_tree(content).headers for content in post.kept)
    assert first["References"] == first["In-Reply-To"] == second["References"] == second["In-Reply-To"]
    assert first["Message-ID"] != second["Message-ID"]
    for headers in (first, second):
        [address] = headers["List-Unsubscribe"]
        assert re.fullmatch(r"<https://siklus\.bandung\.example/unsubscribe/[A-Za-z0-9._-]+>", address)
        assert headers["List-Unsubscribe-Post"] == ["List-Unsubscribe=One-Click"]
        assert headers["List-Id"] == ["Siklus <siklus.bandung.example>"]
        assert headers["Auto-Submitted"] == ["auto-generated"]
        assert all(len(values) == 1 for name, values in headers.items() if name != "Received"), "no header comes twice"


async def test_an_invitation_is_a_calendar_part_beside_the_words(town: Town, post: Post) -> None:
    await town.hear(facts.invited())
    await town.send_all()
    for content in post.kept:
        tree = parse_email_tree(content)
        assert tree.content_type == "multipart/mixed"
        assert [child.content_type for child in tree.children] == ["multipart/alternative", "text/calendar"]
        entry = tree.children[1]
        assert (entry.disposition, entry.filename) == ("attachment", "siklus-1.ics")
        assert "method=" in entry.headers["Content-Type"][0]
        event = vobject.readOne(words_in(entry)).vevent
        assert (event.uid.value, event.dtstart.value, event.dtend.value) == ("m-1@siklus", DUE, DUE + timedelta(hours=1))


def parcel(*, title: str, body: str, name: str, invitations: tuple[Invitation, ...] = ()) -> Parcel:
    return Parcel(
        message_id=uuid4(),
        resend=0,
        person_id=BUDI,
        name=name,
        address="budi@bandung.example",
        language="id",
        kind="task_opened",
        urgency="normal",
        title=title,
        body=body,
        link="https://siklus.bandung.example/x",
        thread=CASE,
        created_at=DUE,
        invitations=invitations,
        preferences_link="https://siklus.bandung.example/preferences",
    )


@example("Judul", ".", "A. B., C; <d>")
@unhurried
@given(WORDS, WORDS, WORDS)
def test_any_letters_in_names_titles_and_reasons_come_back_as_they_were(title: str, body: str, name: str) -> None:
    given_ = parcel(title=title, body=body, name=name)
    content = as_bytes(mail_of(given_), given_, FROM)
    mail, tree = parse_email(content), parse_email_tree(content)
    assert mail.subject == title
    assert [one.address for one in mail.to] == ["budi@bandung.example"]
    assert (mail.to[0].display_name or "").split() == name.split()
    assert kinds(tree) == ["text/plain", "text/html"]
    assert body in words_in(leaves(tree)[0])
    assert len(tree.headers["To"]) == len(tree.headers["Subject"]) == 1
    assert "Bcc" not in tree.headers


@unhurried
@given(WORDS, WORDS)
def test_an_e_mail_passes_every_mail_server(title: str, name: str) -> None:
    """Seven bits, no line longer than a server takes (RFC 5321 section 4.5.3.1.6), no line end of half a kind."""
    given_ = parcel(title=title, body=title, name=name, invitations=(Invitation("REQUEST", b"BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n"),))
    content = as_bytes(mail_of(given_), given_, FROM)
    assert content.isascii()
    assert b"\n" not in content.replace(b"\r\n", b"")
    assert b"\r" not in content.replace(b"\r\n", b"")
    assert max(map(len, content.split(b"\r\n"))) <= 998
    head = content.partition(b"\r\n\r\n")[0]
    assert all(line.strip() for line in re.split(rb": |\r\n", head)), "no header begins with an empty line"
    assert max(map(len, re.findall(rb"=\?utf-8\?.\?[^?]*\?=", head)), default=0) <= 75, "RFC 2047 section 2"
    assert message_from_bytes(content, policy=SMTP).defects == []


def test_a_message_sent_again_is_the_same_bytes_and_a_deliberate_repeat_is_another_message() -> None:
    first = parcel(title="Judul", body="Isi", name="Budi")
    again = Parcel(**{**vars(first), "resend": 1})
    as_sent = [as_bytes(mail_of(one), one, FROM) for one in (first, first, again)]
    assert as_sent[0] == as_sent[1]
    ids = [UUID(parse_email_tree(one).headers["Message-ID"][0].strip("<>").partition("@")[0].partition(".")[0]) for one in as_sent]
    assert len(set(ids)) == 1
    assert parse_email_tree(as_sent[2]).headers["Message-ID"] != parse_email_tree(as_sent[0]).headers["Message-ID"]


def test_words_written_into_a_name_or_title_make_no_header_of_their_own() -> None:
    wicked = parcel(title="Judul\r\nBcc: x@y.example", body="Isi", name="Budi\r\nBcc: x@y.example <a@b.example>, c@d.example")
    safe = Parcel(**{**vars(wicked), "title": Text(" ".join(wicked.title.split()), wicked.body).title})
    content = as_bytes(mail_of(safe), safe, FROM)
    headers = parse_email_tree(content).headers
    assert "Bcc" not in headers
    assert [one.address for one in parse_email(content).to] == ["budi@bandung.example"]
    assert RINA not in headers["To"][0]
