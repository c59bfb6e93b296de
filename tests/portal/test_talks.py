"""Talks at the portal, with forms alone: arranging and signing the session, check-ins with follow-ups, feedback, hearings, meetings."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import pytest
import vobject

from kit.clock import CITY_ZONE
from kit.settings import Settings
from services.portal.talk_helpers import STATEMENTS
from tests.portal.cast import Cast
from tests.portal.city import CYCLE, City
from tests.portal.test_year import open_task, press, submit_plan, to_result
from tests.portal.visitor import Visitor


@dataclass
class Play:
    """A case of the sample city with the people around it at the portal."""

    city: City
    case_id: str
    employee: Visitor
    supervisor: Visitor
    superior: Visitor
    cast: Cast
    person: dict[str, Any]


@pytest.fixture
async def play(settings: Settings, make_database: Callable[[str], str]) -> AsyncIterator[Play]:
    """One employee's case, in target setting."""
    city = City(settings, make_database)
    await city.import_sample()
    cast = await Cast.of(city)
    person, boss, superior = await cast.employee()
    await city.open_cycle(person["person_id"])
    yield Play(city, f"{CYCLE}.{person['person_id']}", city.visitor(person), city.visitor(boss), city.visitor(superior), cast, person)
    await city.close()


def at(days: int, hour: int = 9) -> str:
    """A time to come, as a browser sends it."""
    return (datetime.now(CITY_ZONE) + timedelta(days=days)).strftime(f"%Y-%m-%dT{hour:02}:00")


async def to_monitoring(play: Play) -> None:
    await submit_plan(play.city, play.employee, play.case_id)
    await open_task(play.supervisor, "Setujui rencana kinerja")
    await press(play.city, play.supervisor, f"/cases/{play.case_id}/plan-decision", {"decision": "approve"})


async def to_session(play: Play) -> None:
    """The session is to be arranged."""
    await to_monitoring(play)
    await open_task(play.supervisor, "Catat evaluasi periodik")
    await press(play.city, play.supervisor, f"/cases/{play.case_id}/check-ins", {"progress": "Dua laporan selesai"})
    await open_task(play.employee, "Isi penilaian diri")
    answers = {"realisations-0-value": "4", "summary": "Baik"}
    await press(play.city, play.employee, f"/cases/{play.case_id}/self-assessment", answers, button="submit")
    await open_task(play.supervisor, "Nilai hasil dan perilaku kerja")
    ratings = {"results": "above", "results_reason": "Lebih", "behaviour": "above", "behaviour_reason": "Lebih"}
    await press(play.city, play.supervisor, f"/cases/{play.case_id}/review", ratings, button="submit")


async def test_the_session_is_arranged_moved_and_put_into_a_calendar(play: Play) -> None:
    await to_session(play)
    page = f"/cases/{play.case_id}/session"
    seen = await play.supervisor.open(page)
    assert "Panduan umpan balik yang membangun" in seen.text
    one = await press(play.city, play.supervisor, f"{page}/times", {"times-0-starts_at": at(1), "place": "Ruang 2"}, status=422)
    assert "Usulkan sedikitnya dua waktu" in one
    night = {"times-0-starts_at": at(1), "times-2-starts_at": at(2, 23), "place": "Ruang 2"}
    refused = await press(play.city, play.supervisor, f"{page}/times", night, status=422)
    assert 'href="#times-2-starts_at"' in refused, "the row people typed it in is named"
    await press(play.city, play.supervisor, f"{page}/times", {"times-0-starts_at": at(1), "times-2-starts_at": at(2), "place": "Ruang 2"})
    await play.employee.open(page)
    assert "Pilih satu" in await press(play.city, play.employee, f"{page}/choice", status=422)
    chosen = await press(play.city, play.employee, f"{page}/choice", {"choice": "1"})
    assert "Waktu disepakati" in chosen
    meetings = (await play.supervisor.open("/meetings")).text
    assert "Sesi umpan balik" in meetings
    meeting_id = (await play.city.call("supervision", "GET", f"/cases/{play.case_id}/session-arrangement"))["meeting"]["meeting_id"]
    file = await play.employee.client.get(f"/meetings/{meeting_id}/invitation.ics")
    entry = vobject.readOne(file.text)
    assert entry.vevent.dtstart.value == datetime.fromisoformat(at(2)).replace(tzinfo=CITY_ZONE)
    assert (await play.superior.client.get(f"/meetings/{meeting_id}/invitation.ics")).status_code == 404
    await play.employee.open(page)
    others = await press(play.city, play.employee, f"{page}/choice", {"choice": "others", "note": "Saya pelatihan"})
    assert "Permintaan waktu lain terkirim" in others
    await play.supervisor.open(f"/meetings/{meeting_id}")
    moved = await press(play.city, play.supervisor, f"/meetings/{meeting_id}/change", {"starts_at": at(4), "place": "Ruang 3"})
    assert "Ruang 3" in moved
    await press(play.city, play.supervisor, f"/meetings/{meeting_id}/cancellation", {"reason": ""}, status=422)
    cancelled = await press(play.city, play.supervisor, f"/meetings/{meeting_id}/cancellation", {"reason": "Banjir"})
    assert "Dibatalkan" in cancelled
    inbox = (await play.employee.open("/inbox")).text
    assert "Undangan: sesi umpan balik tahunan" in inbox
    assert "Dibatalkan: sesi umpan balik tahunan" in inbox


async def test_minutes_are_signed_amended_and_signed_again_and_the_superior_reads_how_it_was(play: Play) -> None:
    await to_result(play.city, play.employee, play.supervisor, play.case_id)
    page = f"/cases/{play.case_id}/session"
    await play.employee.open(page)
    first = play.employee.form(f"{page}/signature").values["content_hash"]
    assert "Berlaku" in await press(play.city, play.employee, f"{page}/signature", button="sign")
    await play.supervisor.open(page)
    amended = await press(play.city, play.supervisor, f"{page}/minutes", {"minutes": "Membahas hasil dan pelatihan"})
    assert "Gugur, isi berubah" in amended
    stale = await play.employee.client.post(
        f"{page}/signature", data={**play.employee.form(f"{page}/signature").values, "content_hash": first, "action": "sign"}
    )
    assert stale.status_code == 412
    await play.employee.open(page)
    assert "Tulis alasannya" in await press(play.city, play.employee, f"{page}/signature", button="refuse", status=422)
    declined = await press(play.city, play.employee, f"{page}/signature", {"sign_reason": "Pertanyaan saya tidak dicatat"}, button="refuse")
    assert "Pertanyaan saya tidak dicatat" in declined
    assert "Penolakan Anda dicatat" in declined
    ratings = {f"ratings-{statement}": "4" for statement in STATEMENTS}
    missing = await press(play.city, play.employee, f"{page}/opinion", {"ratings-listened": "4"}, status=422)
    assert 'href="#ratings-positive"' in missing
    await press(play.city, play.employee, f"{page}/opinion", {**ratings, "opinion_comment": "Saya didengarkan dengan baik"})
    assert "Saya didengarkan dengan baik" in (await play.superior.open(page)).text
    assert "Saya didengarkan dengan baik" not in (await play.supervisor.open(page)).text
    hr = play.city.visitor(play.cast.with_role("hr"))
    means = await hr.open(f"/cycles/{CYCLE}/session-opinions")
    assert means.status_code == 200
    assert "Terlalu sedikit jawaban" in means.text
    page_of_task = await open_task(play.employee, "Terima hasil atau ajukan keberatan")
    assert "Terima hasil" in page_of_task, "declining stops nothing"


async def somebody_outside(play: Play) -> tuple[dict[str, Any], dict[str, Any]]:
    """A plain employee of another line, and that person's supervisor, neither of them above the play's employee."""
    known = {person["person_id"]: person for person in play.cast.people}
    above = {person_id: (await play.city.person(person_id)).get("supervisor_id") for person_id in known}
    line = [play.person["person_id"]]
    while (superior_id := above[line[-1]]) is not None:
        line.append(superior_id)
    for person_id, superior_id in above.items():
        plain = all(one is not None and known[one]["roles"] == ["employee"] and one not in line for one in (person_id, superior_id))
        if plain and superior_id is not None:
            return known[person_id], known[superior_id]
    raise AssertionError("everybody is in one line")


async def test_a_delegate_signs_what_they_held_and_their_superior_reads_how_it_was_though_the_case_is_closed_to_both(play: Play) -> None:
    await to_session(play)
    page, boss_id = f"/cases/{play.case_id}/session", (await play.city.person(play.person["person_id"]))["supervisor_id"]
    deputy, above = await somebody_outside(play)
    delegate, superior = play.city.visitor(deputy), play.city.visitor(above)
    today = datetime.now(CITY_ZONE).date()
    days = {"starts_on": str(today), "ends_on": str(today + timedelta(days=5)), "reason": "annual leave"}
    body = {"for_person_id": boss_id, "person_id": deputy["person_id"], **days}
    given = await play.city.call("supervision", "POST", "/stand-ins", as_=boss_id, roles=("employee",), json=body)
    await play.city.carry()
    await open_task(delegate, "Adakan sesi umpan balik")
    await press(
        play.city, delegate, f"/cases/{play.case_id}/feedback-session", {"minutes": "Membahas hasil", "improvement_items": "Belajar"}
    )
    end = f"/stand-ins/{given['stand_in']['stand_in_id']}/end"
    await play.city.call("supervision", "POST", end, as_=boss_id, roles=("employee",), json={"reason": "back"})
    await play.city.carry()
    assert (await delegate.open(f"/cases/{play.case_id}")).status_code == 404
    shown = await delegate.open(page)
    assert shown.status_code == 200
    assert play.person["name"] in shown.text
    assert f'href="/cases/{play.case_id}"' not in shown.text, "no way to a page that is closed to them"
    assert "Usulkan waktu" not in shown.text
    assert "Berlaku" in await press(play.city, delegate, f"{page}/signature", button="sign")
    await delegate.open(page)
    assert "Gugur, isi berubah" in await press(play.city, delegate, f"{page}/minutes", {"minutes": "Membahas hasil dan pelatihan"})
    assert (await superior.open(page)).status_code == 404, "nothing is asked of them yet"
    await play.employee.open(page)
    ratings = {f"ratings-{statement}": "4" for statement in STATEMENTS}
    await press(play.city, play.employee, f"{page}/opinion", {**ratings, "opinion_comment": "Saya didengarkan dengan baik"})
    read = (await superior.open(page)).text
    assert "Saya didengarkan dengan baik" in read
    assert "Membahas hasil" not in read, "the minutes are not theirs to read"
    assert "Saya didengarkan dengan baik" not in (await delegate.open(page)).text


async def test_a_check_in_agrees_on_follow_ups_that_come_back_on_the_next_agenda(play: Play) -> None:
    await to_monitoring(play)
    await open_task(play.supervisor, "Catat evaluasi periodik")
    check_in = {"progress": "Dua laporan selesai", "agenda": "Capaian triwulan I", "follow_ups-1-text": "Belajar SQL"}
    page = await press(play.city, play.supervisor, f"/cases/{play.case_id}/check-ins", {**check_in, "progress": " "}, status=422)
    assert "Belajar SQL" in page
    await press(play.city, play.supervisor, f"/cases/{play.case_id}/check-ins", check_in)
    await play.employee.open(f"/cases/{play.case_id}/monitoring")
    assert play.employee.page is not None
    assert "Belajar SQL" in play.employee.page.text
    done = await press(play.city, play.employee, f"/cases/{play.case_id}/monitoring/follow-up", button="done")
    assert "Tindak lanjut diperbarui" in done


async def test_a_further_check_in_is_recorded_beside_those_the_year_waits_for(play: Play) -> None:
    await to_monitoring(play)
    await open_task(play.supervisor, "Catat evaluasi periodik")
    await play.supervisor.send(f"/cases/{play.case_id}/check-ins", {"progress": "Pertama"})
    page = f"/cases/{play.case_id}/monitoring"
    await play.supervisor.open(page)
    refused = await play.supervisor.send(f"{page}/check-in", {"progress": "", "agenda": "Kendala jaringan"})
    assert refused.status_code == 422
    assert "Kendala jaringan" in refused.text
    assert (await play.supervisor.send(f"{page}/check-in", {"progress": "Kedua", "follow_ups-0-text": "Beli kabel"})).status_code == 200
    assert "Beli kabel" in (await play.employee.open(page)).text


async def test_feedback_is_given_opened_and_corrected_and_a_colleague_is_asked(play: Play) -> None:
    await to_monitoring(play)
    page = f"/cases/{play.case_id}/monitoring"
    await play.supervisor.open(page)
    assert "Pilih sasaran atau nilai" in await press(play.city, play.supervisor, f"{page}/feedback", {"text": "Rapi"}, status=422)
    given = {"kind": "praise", "about": "value:akuntabel", "text": "Laporannya rapi dan tepat waktu"}
    await press(play.city, play.supervisor, f"{page}/feedback", given)
    covered = (await play.employee.open(page)).text
    assert "Laporannya rapi" not in covered
    assert "Laporannya rapi" in await press(play.city, play.employee, f"{page}/feedback-read")
    mine = (await play.supervisor.open("/ongoing-feedback")).text
    action = mine.split('action="/ongoing-feedback/')[1].split('"')[0]
    await press(play.city, play.supervisor, f"/ongoing-feedback/{action}", {f"text-{action}": "Laporan kedua"}, button="correct")
    assert "Laporan kedua" in (await play.employee.open(page)).text
    colleague = next(one for one in play.cast.people if one["roles"] == ["employee"] and one["name"] not in {play.person["name"]})
    await play.employee.open(f"{page}?q={colleague['name'].split()[0]}")
    asked = {"giver_id": colleague["person_id"], "asked_about": "Laporan evaluasi layanan tersusun", "question": "Bagaimana laporannya?"}
    await press(play.city, play.employee, f"{page}/feedback-request", asked)
    other = play.city.visitor(colleague)
    shown = (await other.open("/ongoing-feedback")).text
    assert "Bagaimana laporannya?" in shown
    wanted = shown.split('action="/ongoing-feedback/')[1].split('"')[0]
    await press(
        play.city, other, f"/ongoing-feedback/{wanted}", {f"kind-{wanted}": "correction", f"text-{wanted}": "Sumber kurang"}, button="give"
    )


async def test_both_sides_of_an_objection_are_heard_before_it_is_decided(play: Play) -> None:
    await to_result(play.city, play.employee, play.supervisor, play.case_id)
    await open_task(play.employee, "Terima hasil atau ajukan keberatan")
    unsafe = {"reasons": "Dua laporan belum dihitung", "evidence": "javascript://x.y/z"}
    assert "https://" in await press(play.city, play.employee, f"/cases/{play.case_id}/objections", unsafe, status=422)
    objection = {**unsafe, "evidence": "https://berkas.bandung.example/laporan-3"}
    await press(play.city, play.employee, f"/cases/{play.case_id}/objections", objection)
    page = await open_task(play.superior, "Putuskan keberatan")
    assert 'href="https://berkas.bandung.example/laporan-3"' in page
    hearing = f"/cases/{play.case_id}/hearing"
    for party in ("employee", "assessor"):
        await play.superior.open(hearing)
        await press(play.city, play.superior, f"{hearing}/question", {"party": party, "question": f"Bagaimana menurut {party}?"})
    await play.supervisor.open(hearing)
    await press(play.city, play.supervisor, f"{hearing}/statement", {"statement": " "}, status=422)
    await press(play.city, play.supervisor, f"{hearing}/statement", {"statement": "Laporan ketiga terlambat"})
    assert "Laporan ketiga terlambat" in (await play.employee.open(hearing)).text
    await press(play.city, play.employee, f"{hearing}/statement", {"statement": "Terlambat karena banjir"})
    assert "Terlambat karena banjir" in (await play.supervisor.open(hearing)).text


async def test_a_leader_calls_the_team_and_everybody_hears_of_it(play: Play) -> None:
    await play.supervisor.open("/meetings")
    meeting = {"topic": "Evaluasi triwulan I", "starts_at": at(3), "place": "Aula"}
    nobody = await press(play.city, play.supervisor, "/meetings", {**meeting, "attendee_ids": ""}, status=422)
    assert "Pilih sedikitnya satu orang" in nobody
    assert "Evaluasi triwulan I" in nobody
    called = await press(play.city, play.supervisor, "/meetings", {**meeting, "attendee_ids": play.person["person_id"]})
    assert "Undangan terkirim" in called
    assert "Evaluasi triwulan I" in (await play.employee.open("/meetings")).text
    assert "Undangan: rapat evaluasi tim" in (await play.employee.open("/inbox")).text
    assert "Undang tim" not in (await play.employee.open("/meetings")).text


async def test_every_page_of_talks_answers_in_both_languages(play: Play) -> None:
    await to_result(play.city, play.employee, play.supervisor, play.case_id)
    for language in ("id", "en"):
        visitor = play.city.visitor(play.person, language)
        for path in (f"/cases/{play.case_id}/session", f"/cases/{play.case_id}/monitoring", "/meetings", "/ongoing-feedback"):
            assert (await visitor.open(path)).status_code == 200, path


def test_the_nine_statements_are_those_of_the_service() -> None:
    from services.supervision.domain.session_opinion import Statement

    assert tuple(Statement) == STATEMENTS
