"""Role x command x whose message over every writing route: what is not one's own is not there, what is not one's office is refused."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal, get_args

import pytest

from kit.auth import Role
from kit.settings import Settings
from services.notification.app import create_app
from tests.notification import facts
from tests.notification.elsewhere import every_channel
from tests.notification.town import BUDI, RINA, STRANGER, WATI, Town

ROLES: tuple[Role, ...] = get_args(Role)
EVERYBODY = frozenset(ROLES)
HR_AND_OPS, OPS, SERVICES = frozenset({"hr", "ops"}), frozenset({"ops"}), frozenset({"service"})
REASON = {"reason": "asked by the unit"}
SNOOZE = {"until": "2026-01-06T09:00:00+07:00"}
PREFERENCES = {"language": "en", "email": False}
MUTE = {"what": "kind", "value": "task_opened"}


@dataclass(frozen=True)
class Command:
    """``whose``: of what is somebody's own (a message, a place to be told at), only the owner's is there; ``self`` changes the caller's."""

    route: str
    may: frozenset[str]
    body: Any = None
    whose: Literal["owner", "self", "office"] = "office"


COMMANDS = (
    Command("POST /inbox/{message_id}/read", EVERYBODY, whose="owner"),
    Command("DELETE /inbox/{message_id}/read", EVERYBODY, whose="owner"),
    Command("POST /inbox/{message_id}/snooze", EVERYBODY, SNOOZE, whose="owner"),
    Command("DELETE /inbox/{message_id}/snooze", EVERYBODY, whose="owner"),
    Command("PUT /preferences", EVERYBODY, PREFERENCES, whose="self"),
    Command("PUT /mutes", EVERYBODY, MUTE, whose="self"),
    Command("DELETE /mutes/{what}/{value}", EVERYBODY, whose="self"),
    Command("POST /destinations", EVERYBODY, {"channel": "webhook", "address": "https://elsewhere.example/hook"}, whose="self"),
    Command("POST /destinations/{destination_id}/rotate", EVERYBODY, whose="owner"),
    Command("POST /destinations/{destination_id}/trial", EVERYBODY, whose="owner"),
    Command("DELETE /destinations/{destination_id}", EVERYBODY, whose="owner"),
    Command("POST /channels/email/relay", OPS, {**REASON, "second": False}),
    Command("POST /channels/{channel}/send-now", OPS, REASON),
    Command("POST /links/read", SERVICES, {"token": "x"}),
    Command("POST /links/use", SERVICES, {"token": "x"}),
    Command("POST /unsubscribes/read", SERVICES, {"token": "x"}),
    Command("POST /unsubscribes", SERVICES, {"token": "x"}),
    Command("POST /bounces", OPS | SERVICES, "not a report"),
    Command("POST /suppressions/lift?address=budi@bandung.example", HR_AND_OPS, REASON),
    Command("POST /messages/{message_id}/resend", HR_AND_OPS, {**REASON, "dry_run": True}),
    Command("POST /messages/resend-failed", HR_AND_OPS, {**REASON, "channel": "email"}),
)
TABLES = ("message", "preference", "mute", "destination", "suppression", "delivery_attempt")


@pytest.fixture
def settings(settings: Settings) -> Settings:
    return every_channel(settings).model_copy(update={"webhook_hosts": "elsewhere.example"})


async def kept(town: Town) -> dict[str, list[Any]]:
    """Everything people have here."""
    return {table: sorted(str(row) for row in await town.rows(f"SELECT * FROM {table}")) for table in TABLES}


async def ids(town: Town) -> dict[str, str]:
    """A message and a place to be told at, both Budi's."""
    await town.hear(facts.opened())
    made = await town.ask(BUDI, "POST", "/destinations", {"channel": "webhook", "address": "https://elsewhere.example/budi"})
    assert made.status_code == 201, made.text
    [message] = await town.inbox(BUDI)
    place = made.json()["destination_id"]
    return {"message_id": message["message_id"], "destination_id": place, "what": "kind", "value": "task_opened", "channel": "email"}


async def test_what_is_another_persons_is_not_there_for_any_role_and_what_is_an_office_is_refused_to_every_other(town: Town) -> None:
    known, wrong = await ids(town), {}
    before = await kept(town)
    for command in COMMANDS:
        method, _, path = command.route.partition(" ")
        for role in ROLES:
            expected = 404 if command.whose == "owner" else 403
            if command.whose == "self" or (command.whose == "office" and role in command.may):
                continue
            answer = await town.ask(STRANGER, method, path.format(**known), command.body, roles=("employee", role))
            if answer.status_code != expected:
                wrong[command.route, role] = f"{answer.status_code} {answer.text[:200]}"
    assert wrong == {}
    assert await kept(town) == before


async def test_what_is_somebodys_own_is_there_for_them_and_changes_nobody_else(town: Town) -> None:
    known, wrong = await ids(town), {}
    owner = [command for command in COMMANDS if command.whose == "owner" and not command.route.endswith("/trial")]
    for command in owner:
        method, _, path = command.route.partition(" ")
        answer = await town.ask(BUDI, method, path.format(**known), command.body)
        if not answer.is_success:
            wrong[command.route] = f"{answer.status_code} {answer.text[:200]}"
    assert wrong == {}
    mine = await town.get(BUDI, "/preferences")
    for command in COMMANDS:
        if command.whose == "self":
            method, _, path = command.route.partition(" ")
            answer = await town.ask(RINA, method, path.format(**known), command.body)
            assert answer.is_success, f"{command.route}: {answer.status_code} {answer.text}"
    assert await town.get(BUDI, "/preferences") == mine
    assert await town.get(BUDI, "/mutes") == await town.get(WATI, "/mutes"), "Wati muted nothing"
    assert (await town.get(BUDI, "/destinations"))["items"] == []


def test_no_writing_route_of_the_service_is_left_out_of_the_matrix(settings: Settings) -> None:
    published = {
        f"{method.upper()} {path}"
        for path, methods in create_app(settings).openapi()["paths"].items()
        for method in methods
        if method in {"post", "put", "patch", "delete"} and not path.startswith("/operations")
    }
    covered = {command.route.partition("?")[0] for command in COMMANDS}
    assert published - covered == set(), "a new command needs a row of the matrix"
    assert covered - published == set(), "a row about a route that is gone"
