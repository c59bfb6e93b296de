"""What is typed and not sent is kept on the server; what was sent takes the kept text of exactly its own form away."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from pydantic import TypeAdapter

from services.portal import endpoints
from services.portal.rendering import HERE
from services.supervision.schemas_desk import FormName
from tests.portal.test_talks import Play, play, to_monitoring
from tests.portal.test_year import press

__all__ = ["play"]
FORM = re.compile(r"<form [^>]*?data-draft=\"((?:[^\"{]|\{\{.*?\}\})*)\"[^>]*>(.*?)</form>", re.DOTALL)
HIDDEN = re.compile(r"\{\{ f\.hidden\(\w+, (.*?)\) \}\}")
POSTED = re.compile(r"<form ((?:[^>{]|\{\{.*?\}\})*?method=\"post\"(?:[^>{]|\{\{.*?\}\})*)>(.*?)</form>", re.DOTALL)
NAME = re.compile(r"data-draft=\"((?:[^\"{]|\{\{.*?\}\})*)\"")
STATE = re.compile(r"\{% set (\w+) = (.*?) %\}")
TAKEN: TypeAdapter[str] = TypeAdapter(FormName)
KEEPS = ("f.keep_button(", "check_in.fields(", "life.buttons(")
"""What draws the button that keeps a form; the script keeps by itself where it is."""
SAVES_ITSELF = {"plan", "plan-revision", "review", "self-assessment", "competency", "template", "progress", "setup"}
"""Forms whose own button saves them half-written, with versions."""
WITHOUT_AN_ACCOUNT = {"citizens/form.html"}
FROM_THE_ENDPOINT = {"bulk", "cycle", "delegation", "life", "reorganisation", "supervisor-correction"}
"""Forms whose endpoint takes the kept text itself, as it looks for the people or units named in it."""
TEMPLATES = sorted(path.relative_to(HERE / "templates").as_posix() for path in (HERE / "templates").rglob("*.html"))


def _as_text(expression: str) -> str:
    """``"check-in:" ~ case_id`` as it is written in an attribute: ``check-in:{{ case_id }}``."""
    parts = [part.strip() for part in expression.split(" ~ ")]
    return "".join(part[1:-1] if part.startswith('"') else "{{ " + part.removeprefix("(").removesuffix(")") + " }}" for part in parts)


@pytest.mark.parametrize("template", TEMPLATES)
def test_every_form_that_keeps_text_says_under_which_name_and_sends_that_name(template: str) -> None:
    source = (HERE / "templates" / template).read_text()
    assert source.count("data-draft=") == len(FORM.findall(source)), "a form whose kept text has no name"
    for name, content in FORM.findall(source):
        hidden = HIDDEN.search(content)
        assert hidden, f"the form {name} does not send its name"
        assert _as_text(hidden.group(1)) == name


@pytest.mark.parametrize("template", TEMPLATES)
def test_every_form_with_room_for_words_keeps_them_on_the_server_and_shows_them_again(template: str) -> None:
    source = (HERE / "templates" / template).read_text()
    for form in POSTED.finditer(source):
        attributes, content = form.groups()
        if "f.textarea(" not in content and "data-draft=" not in attributes:
            continue
        if template in WITHOUT_AN_ACCOUNT:
            continue
        named = NAME.search(attributes)
        assert named, f"what is typed into {attributes} is kept nowhere"
        kind = named.group(1).partition(":")[0]
        assert TAKEN.validate_python(re.sub(r"\{\{.*?\}\}", "x", named.group(1))), "a name the service does not take"
        if kind in SAVES_ITSELF:
            continue
        assert any(call in content for call in KEEPS), f"{named.group(1)} cannot be kept"
        hidden = HIDDEN.search(content)
        assert hidden
        called = re.search(r"f\.hidden\((\w+), (.*?)\) ", hidden.group())
        assert called
        state, name = called.groups()
        shown = [value for given, value in STATE.findall(source[: form.start()]) if given == state]
        assert kind in FROM_THE_ENDPOINT or f"kept({name})" in shown[-1], f"what was kept of {name} is not shown again"


def test_every_endpoint_takes_away_what_the_form_says_it_kept_and_nothing_it_names_itself() -> None:
    for path in sorted(Path(endpoints.__file__).parent.glob("*.py")):
        assert set(re.findall(r"draft=(\w+)", path.read_text())) <= {"draft_of"}, path.name


async def test_a_check_in_is_kept_as_a_draft_without_javascript_found_again_and_gone_once_it_is_sent(play: Play) -> None:
    await to_monitoring(play)
    address = f"/cases/{play.case_id}"
    await play.supervisor.open(address)
    form = play.supervisor.form(f"{address}/check-ins")
    kept = await play.supervisor.client.post("/drafts", data={**form.values, "progress": "Setengah kalimat", "obstacles": ""})
    assert kept.status_code == 200
    assert "Disimpan sebagai draf" in kept.text
    assert str(kept.url).endswith(address)
    again = await play.supervisor.open(address)
    assert "Setengah kalimat" in again.text
    assert "govuk-inset-text draft-kept" in again.text
    assert "Setengah kalimat" not in (await play.employee.open(address)).text
    await play.supervisor.open(address)
    await press(play.city, play.supervisor, f"{address}/check-ins", {"progress": ""}, status=422)
    sent = await press(play.city, play.supervisor, f"{address}/check-ins", {"progress": "Kalimat utuh"})
    assert "govuk-inset-text draft-kept" not in sent
    assert "govuk-inset-text draft-kept" not in (await play.supervisor.open(f"{address}/monitoring")).text


async def test_a_draft_can_be_thrown_away_and_the_page_keeps_by_itself_without_an_answer(play: Play) -> None:
    await to_monitoring(play)
    address = f"/cases/{play.case_id}"
    await play.supervisor.open(address)
    form = play.supervisor.form(f"{address}/check-ins")
    typed = {**form.values, "progress": "Ketikan"}
    silent = await play.supervisor.client.post("/drafts", data=typed, headers={"X-Siklus-Draft": "yes"})
    assert (silent.status_code, silent.text) == (204, "")
    assert "Ketikan" in (await play.supervisor.open(address)).text
    thrown = await play.supervisor.client.post("/drafts/forget", data=typed)
    assert "Draf dibuang" in thrown.text
    assert "Ketikan" not in thrown.text


async def test_of_two_windows_at_one_form_the_one_that_wins_takes_nothing_of_the_others_text_away(play: Play) -> None:
    await to_monitoring(play)
    address = f"/cases/{play.case_id}"
    action, by_itself = f"{address}/check-ins", {"X-Siklus-Draft": "yes"}
    _, boss, _ = await play.cast.employee()
    windows = [play.city.visitor(dict(boss)) for _ in range(2)]
    for window, text in zip(windows, ("Dari jendela pertama", "Dari jendela kedua"), strict=True):
        await window.open(address)
        await window.client.post("/drafts", data={**window.form(action).values, "progress": text}, headers=by_itself)
    first, second = windows
    await press(play.city, first, action, {"progress": "Dari jendela pertama"})
    refused = await second.send(action, {"progress": "Dari jendela kedua"})
    assert refused.status_code in {403, 409, 412}
    assert "Dari jendela kedua" in refused.text
    kept = await play.city.call("supervision", "GET", "/drafts", as_=boss["person_id"], roles=("employee",))
    assert [one["fields"]["progress"] for one in kept["items"]] == ["Dari jendela kedua"], "what the loser's window kept is still there"


async def test_a_form_shown_again_after_a_refusal_still_takes_its_own_kept_text_away(play: Play) -> None:
    await to_monitoring(play)
    address = f"/cases/{play.case_id}"
    action = f"{address}/check-ins"
    await play.supervisor.open(address)
    kept = {**play.supervisor.form(action).values, "progress": "Setengah"}
    await play.supervisor.client.post("/drafts", data=kept, headers={"X-Siklus-Draft": "yes"})
    await press(play.city, play.supervisor, action, {"progress": ""}, status=422)
    await press(play.city, play.supervisor, action, {"progress": "Utuh"})
    assert "govuk-inset-text draft-kept" not in (await play.supervisor.open(f"{address}/monitoring")).text


async def test_a_draft_leads_nobody_to_another_site(play: Play) -> None:
    await to_monitoring(play)
    address = f"/cases/{play.case_id}"
    await play.supervisor.open(address)
    typed = {**play.supervisor.form(f"{address}/check-ins").values, "page": "https://elsewhere.example/x"}
    answer = await play.supervisor.client.post("/drafts", data=typed, follow_redirects=False)
    assert answer.headers["location"] == "/x"
