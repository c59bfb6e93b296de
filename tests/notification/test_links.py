"""Links in messages, as the notification service makes and reads them."""

from __future__ import annotations

import pytest

from contracts.supervision import TaskKind
from kit.settings import Settings
from services.notification.links import BadLink, Links
from tests.notification import facts
from tests.notification.elsewhere import every_channel
from tests.notification.town import BUDI, CASE, DUE, WATI, Post, Town, words_of


@pytest.fixture
def settings(settings: Settings) -> Settings:
    return every_channel(settings)


async def test_an_e_mail_hangs_under_its_case_and_offers_one_click_to_stop(town: Town, post: Post) -> None:
    await town.hear(facts.opened())
    await town.send_all()
    await town.hear(facts.reminder(1))
    await town.send_all()
    first, second = post.to(BUDI)
    assert first["References"] == first["In-Reply-To"] == second["References"]
    assert first["Message-ID"] != second["Message-ID"]
    assert first["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    token = first["List-Unsubscribe"].strip("<>").rpartition("/")[2]
    path = "/unsubscribes"
    assert (await town.ask(BUDI, "POST", path, {"token": token})).status_code == 403
    for wrong in (token[:-1], token + "A", "x"):
        assert (await town.ask("service:portal", "POST", path, {"token": wrong}, roles=("service",))).status_code == 404
    for _ in range(2):
        assert (await town.ask("service:portal", "POST", path, {"token": token}, roles=("service",))).json()["email"] is False
    await town.hear(facts.reminder(0))
    await town.send_all()
    assert len(post.to(BUDI)) == 2


@pytest.mark.parametrize("kind", [TaskKind.WRITE_REVIEW, TaskKind.EVALUATE_CASE, TaskKind.RATE_PART, TaskKind.WRITE_SELF_ASSESSMENT])
async def test_an_e_mail_about_a_rating_holds_no_link_that_acts_only_one_to_its_page(town: Town, post: Post, kind: TaskKind) -> None:
    """Lesson: e-mail links open the full form to whoever holds them."""
    await town.hear(facts.opened(kind=kind))
    await town.send_all()
    [mail] = post.to(BUDI)
    for shown in ("plain", "html"):
        words = words_of(mail, shown)
        assert f"/cases/{CASE}?task=task-1" in words
        assert "/act/" not in words


def test_a_link_survives_a_rotation_of_the_secret_and_no_other_use(settings: Settings) -> None:
    former = Links(settings.model_copy(update={"link_secrets": "former"}))
    made = former.act("approve_plan", case_id=CASE, task_id="t", person_id=BUDI, version=0, made_at=DUE)
    token = made.rpartition("/")[2]
    assert Links(settings).read_act(token).person_id == BUDI
    unsubscribe = former.unsubscribe(WATI).rpartition("/")[2]
    with pytest.raises(BadLink):
        former.read_act(unsubscribe)
    with pytest.raises(BadLink):
        former.read_unsubscribe(token)
    with pytest.raises(BadLink):
        Links(settings.model_copy(update={"link_secrets": "other"})).read_act(token)
    with pytest.raises(BadLink):
        Links(settings.model_copy(update={"link_secrets": ""})).read_act(token)
