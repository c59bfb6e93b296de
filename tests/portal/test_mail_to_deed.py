"""From the e-mail in the mailbox to the deed: the link as it was mailed, opened, pressed, and pressed again."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from kit.clock import CITY_ZONE, Clock
from kit.settings import Settings
from services.notification.domain.rules import Channel
from tests.notification.town import Post, words_of
from tests.portal.city import City
from tests.portal.test_actions import Matter


class MailedMatter(Matter):
    """A plan that waits for its supervisor's yes, and the mail server that got the supervisor's mail."""

    def __init__(self, city: City, post: Post) -> None:
        super().__init__(city)
        self.post = post

    async def mail(self) -> str:
        """Send what waits, at nine the next morning; returns the path of the link in the supervisor's mail."""
        app = self.city.apps["notification"]
        tomorrow = (datetime.now(CITY_ZONE) + timedelta(days=1)).replace(hour=9)
        sender = app.state.senders[Channel.EMAIL]
        for part in (app.state.composer, sender):
            part.clock = Clock(datetime.now(UTC), tomorrow, 1.0)
        await app.state.composer.release()
        way = sender.open_way()
        while await sender.send_batch(way):
            pass
        await way.close()
        supervisor = await self.city.person(self.supervisor)
        [mail] = [mail for mail in self.post.mails if mail["To"].addresses[0].display_name == supervisor["name"]]
        paths: dict[str, Any] = {kind: re.findall(r"/act/[A-Za-z0-9._-]+", words_of(mail, kind)) for kind in ("plain", "html")}
        assert paths["plain"] == paths["html"]
        [path] = paths["plain"]
        return str(path)


@pytest.fixture
async def matter(settings: Settings, make_database: Callable[[str], str]) -> AsyncIterator[MailedMatter]:
    post = Post()
    await post.open()
    changes = {"link_secrets": "secret", "smtp_port": post.port}
    made = MailedMatter(City(settings.model_copy(update=changes), make_database), post)
    await made.open()
    yield made
    await made.city.close()
    await post.close()


async def test_the_link_in_the_mail_finishes_the_task_once_and_only_when_the_button_is_pressed(matter: MailedMatter) -> None:
    path = await matter.mail()
    scanner, reader = matter.stranger(), matter.stranger()
    for _ in range(3):
        assert (await scanner.open(path)).status_code == 200
    await scanner.client.head(path)
    assert await matter.plan_state() == "target_setting"
    page = await reader.open(path)
    assert "Layanan TI berjalan" in page.text
    form = reader.form(path).values
    assert "Selesai. Terima kasih" in (await reader.send(path)).text
    await matter.city.carry()
    assert await matter.plan_state() == "monitoring"
    again = await reader.client.post(path, data=form)
    assert (again.status_code, "sudah dipakai" in again.text) == (409, True)
    assert "sudah dipakai" in (await scanner.open(path)).text
    trail = await matter.city.call("notification", "GET", f"/operations/audit/{matter.case}")
    assert [entry["action"] for entry in trail].count("acted_from_message") == 1


async def test_the_mailed_link_is_of_no_use_to_another_person_and_none_when_altered(matter: MailedMatter) -> None:
    path = await matter.mail()
    other = matter.city.visitor(matter.employee)
    page = await other.open(path)
    assert "bukan untuk orang yang masuk di sini" in page.text
    await other.open("/preferences")
    pressed = await other.client.post(path, data={"csrf": other.form("/preferences").values["csrf"], "version": "1"})
    assert (pressed.status_code, "bukan untuk orang yang masuk di sini" in pressed.text) == (409, True)
    body, _, proof = path.rpartition(".")
    for altered in (f"{body}.{proof[::-1]}", f"{body[:-1]}.{proof}", body):
        assert (await matter.stranger().open(altered)).status_code == 404
    assert await matter.plan_state() == "target_setting"
