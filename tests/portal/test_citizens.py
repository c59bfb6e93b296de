"""Citizens at the portal with forms alone, and what civil servants read of it, on the real services."""

from __future__ import annotations

import io
import re
from collections.abc import AsyncIterator, Callable
from typing import Any

import pytest
import zxingcpp
from PIL import Image

from contracts.cycle import Phase, PhaseOpened
from kit.settings import Settings
from services.portal.citizen_helpers import form_address, qr_code
from tests.portal.cast import Cast
from tests.portal.city import CYCLE, City
from tests.portal.visitor import Visitor

WORDS = "Antrean panjang sekali, tetapi Ibu Ratna di loket dua sangat membantu"


@pytest.fixture
async def city(settings: Settings, make_database: Callable[[str], str]) -> AsyncIterator[City]:
    """The sample city, whose forms may be sent at once."""
    made = City(settings.model_copy(update={"citizen_form_seconds": 0}), make_database)
    await made.import_sample()
    yield made
    await made.close()


def citizen(city: City) -> Visitor:
    """Somebody without an account."""
    made = Visitor(city.portal, city.settings)
    city.visitors.append(made)
    return made


async def unit_of(city: City, person: dict[str, Any]) -> str:
    return str((await city.person(person["person_id"]))["unit_id"])


async def write(city: City, unit_id: str, **values: str) -> Visitor:
    visitor = citizen(city)
    await visitor.open(f"/service/{unit_id}")
    await visitor.send(f"/service/{unit_id}", values)
    await city.carry()
    return visitor


async def test_from_a_citizens_words_to_the_units_answer(city: City) -> None:
    person, _, _ = await (await Cast.of(city)).employee()
    unit_id = await unit_of(city, person)
    visitor = await write(city, unit_id, text=WORDS, **{"ratings-time": "2", "ratings-conduct": "4"})
    assert visitor.page is not None
    assert visitor.page.status_code == 200
    assert "Terima kasih" in visitor.page.text
    assert "Moderator dari luar unit" in visitor.page.text

    moderator = city.visitor(next(one for one in await city.people() if "hr" in one["roles"]))
    queue = await moderator.open("/citizens/queue")
    assert "<mark>Ratna</mark>" in queue.text
    answer_id = re.findall(r"/citizens/queue/([0-9a-f]{32})", queue.text)[0]
    decided = await moderator.send(f"/citizens/queue/{answer_id}", {f"decision-{answer_id}": "complaint"})
    assert "Sudah diputuskan." in decided.text
    assert "Tidak ada yang menunggu" in decided.text

    head = await head_of(city, unit_id)
    leader = city.visitor(head)
    voice = await leader.open(f"/citizens/units/{unit_id}")
    assert "Ratna" not in voice.text
    assert "Indeks 75 dari 100: C, kurang baik" in voice.text
    assert "Tidak pernah menjadi nilai seseorang" in voice.text
    action = f"/citizens/units/{unit_id}/complaints/{answer_id}"
    empty = await leader.send(action)
    assert "Tulis tindakan unit" in empty.text
    done = await leader.send(action, {f"resolution-{answer_id}": "Loket ketiga dibuka setiap pagi."})
    assert "Pengaduan selesai" in done.text
    public = (await visitor.open(f"/service/{unit_id}")).text
    assert "Loket ketiga dibuka setiap pagi." in public
    assert "Ratna" not in public
    assert (await city.visitor(person).open(f"/citizens/units/{unit_id}")).status_code == 200


async def head_of(city: City, unit_id: str) -> dict[str, Any]:
    units = await city.call("appraisal", "GET", "/units")
    rows = units["items"] if isinstance(units, dict) else units
    head_id = next(one["head_id"] for one in rows if one["unit_id"] == unit_id)
    return next(one for one in await city.people() if one["person_id"] == head_id)


async def test_bad_input_is_told_beside_the_field_and_nothing_typed_is_lost(city: City) -> None:
    visitor = citizen(city)
    page = await visitor.open("/service/kec-coblong")
    assert page.status_code == 200, page.text[:500]
    nothing = await visitor.send("/service/kec-coblong")
    assert nothing.status_code == 422
    assert re.search(r'id="text-error".*?Tulis sesuatu', nothing.text, re.S)
    caught = await visitor.send("/service/kec-coblong", {"text": WORDS, "ratings-cost": "3", "website": "x"})
    assert caught.status_code == 422
    assert re.search(r'id="website-error".*?kosongkan', caught.text, re.S)
    kept = visitor.form("/service/kec-coblong").values
    assert (kept["text"], kept["ratings-cost"]) == (WORDS, "3")
    assert "Terima kasih" in (await visitor.send("/service/kec-coblong", {"website": ""})).text
    again = citizen(city)
    await again.open("/service/kec-coblong")
    same = await again.send("/service/kec-coblong", {"text": WORDS})
    assert (same.status_code, again.form("/service/kec-coblong").values["text"]) == (409, WORDS)
    assert re.search(r'id="text-error".*?sama sudah kami terima', same.text, re.S)


async def test_a_form_that_is_too_old_or_sent_too_fast_keeps_the_words_and_says_what_to_do(city: City) -> None:
    visitor = citizen(city)
    await visitor.open("/service/kec-coblong")
    old = await visitor.send("/service/kec-coblong", {"text": WORDS, "token": "1.x.y"})
    assert (old.status_code, visitor.form("/service/kec-coblong").values["text"]) == (422, WORDS)
    assert "lebih dari sehari" in old.text
    city.apps["supervision"].state.kit.settings = city.settings.model_copy(update={"citizen_form_seconds": 60})
    token = visitor.form("/service/kec-coblong").values["token"]
    fast = await visitor.send("/service/kec-coblong")
    assert "tunggu tiga detik" in fast.text
    assert visitor.form("/service/kec-coblong").values["token"] == token, "waiting starts no new clock"


async def test_the_form_needs_no_cookie_and_speaks_english(city: City) -> None:
    visitor = citizen(city)
    await visitor.open("/service/kec-coblong")
    await visitor.send("/language", {"language": "en"})
    assert "How was the service?" in (await visitor.open("/service/kec-coblong")).text
    fields = visitor.form("/service/kec-coblong").values
    visitor.client.cookies.clear()
    sent = await visitor.client.post("/service/kec-coblong", data={**fields, "text": "Very helpful, thank you all"})
    assert sent.status_code == 200
    assert "Terima kasih" in sent.text


async def test_a_form_sent_twice_thanks_twice_and_counts_once(city: City) -> None:
    visitor = citizen(city)
    await visitor.open("/service/kec-coblong")
    fields = visitor.form("/service/kec-coblong").values | {"ratings-time": "4"}
    for key in (fields["key"], fields["key"], "another-key"):
        answer = await visitor.client.post("/service/kec-coblong", data={**fields, "key": key})
        assert "Terima kasih" in answer.text
    found = await city.call("supervision", "GET", "/citizens/units/kec-coblong")
    assert found["summary"]["answers"] == 1


async def test_the_public_page_explains_the_process_and_finds_every_unit(city: City) -> None:
    visitor = citizen(city)
    page = (await visitor.open("/for-citizens?q=coblong")).text
    assert "dalam 14 hari" in page
    assert "/service/kec-coblong" in page
    assert "/service/diskominfo" not in page


async def test_link_and_qr_code_lead_to_the_form_and_the_poster_prints_it(city: City) -> None:
    visitor = citizen(city)
    poster = (await visitor.open("/service/kec-coblong/poster")).text
    address = form_address(city.settings, "kec-coblong")
    assert address in poster
    assert 'src="/service/kec-coblong/qr.svg"' in poster
    for kind, media, start in (("svg", "image/svg+xml", b"<?xml"), ("png", "image/png", b"\x89PNG")):
        picture = await visitor.open(f"/service/kec-coblong/qr.{kind}")
        assert (picture.headers["content-type"], picture.content[: len(start)]) == (media, start)
        assert picture.content == qr_code(address, kind)
        if kind == "png":
            [read] = zxingcpp.read_barcodes(Image.open(io.BytesIO(picture.content)).convert("L"))
            assert read.text == address, "as a telephone reads it"
    assert (await visitor.open("/service/nowhere/qr.svg")).status_code == 404
    assert (await visitor.open("/service/nowhere")).status_code == 404


async def test_the_reviewer_reads_the_units_ratings_and_what_its_words_are_about_beside_the_review(city: City) -> None:
    person, boss, _ = await (await Cast.of(city)).employee()
    await city.open_cycle(person["person_id"], required_check_ins=0)
    await write(city, await unit_of(city, person), text="Loket tutup sebelum waktunya", theme="time", **{"ratings-time": "4"})
    moderator = city.visitor(next(one for one in await city.people() if "hr" in one["roles"]))
    answer_id = re.findall(r"/citizens/queue/([0-9a-f]{32})", (await moderator.open("/citizens/queue")).text)[0]
    await moderator.send(f"/citizens/queue/{answer_id}", {f"decision-{answer_id}": "complaint"})
    await city.carry()
    due = city.definition.calendar.supervisor_review.due_at
    case_id = f"{CYCLE}.{person['person_id']}"
    await city.emit(PhaseOpened(cycle_id=CYCLE, case_id=case_id, phase=Phase.SUPERVISOR_REVIEW, due_at=due))
    page = (await city.visitor(boss).open(f"/cases/{case_id}")).text
    assert "Suara warga tentang unit" in page
    assert "bukan penilaian orang ini" in page
    assert "Waktu penyelesaian 1 (pengaduan 1)" in page


async def test_citizens_pages_say_so_when_the_service_is_away_and_keep_the_words(visitor: Visitor) -> None:
    assert "Suara Anda tentang layanan kota" in (await visitor.open("/for-citizens")).text
    answer = await visitor.client.post("/service/kec-coblong", data={"token": "x", "text": WORDS, "key": "k"})
    assert answer.status_code == 503
    assert WORDS in answer.text
