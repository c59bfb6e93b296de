"""Who comes second to a task, or too late, is told so in their language and keeps every word, also without JavaScript."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlmodel import text

from contracts.cycle import CaseClosed, Phase
from kit.clock import CITY_ZONE
from kit.i18n import long_time
from tests.portal.city import CYCLE, City
from tests.portal.test_oversight import enter, holder
from tests.portal.test_steps import city, to_review
from tests.portal.test_talks import Play, play, to_session
from tests.portal.test_year import open_task, press, to_result
from tests.portal.visitor import Visitor

__all__ = ["city", "play"]


async def another_window(play: Play) -> Visitor:
    """The supervisor's second window."""
    _, boss, _ = await play.cast.employee()
    return play.city.visitor(boss)


async def test_who_comes_second_to_a_task_reads_that_it_is_done_and_every_word_they_typed(play: Play) -> None:
    await to_session(play)
    action, second = f"/cases/{play.case_id}/feedback-session", await another_window(play)
    for window in (play.supervisor, second):
        await open_task(window, "Adakan sesi umpan balik")
    await press(play.city, play.supervisor, action, {"minutes": "Membahas hasil", "improvement_items": "Belajar analisis data"})
    words = {"minutes": "Catatan dari <jendela> kedua", "improvement_items": "Kursus SQL"}
    page = await press(play.city, second, action, words, status=409)
    assert "Yang Anda tulis" in page
    assert "Catatan dari &lt;jendela&gt; kedua" in page
    assert "Kursus SQL" in page
    assert "Membahas hasil" in (await second.open(f"/cases/{play.case_id}")).text, "the first one's minutes hold"


async def test_whose_case_went_to_another_while_they_typed_keeps_their_words_and_reads_nothing_of_it(city: City) -> None:
    case_id, _ = await to_review(city)
    await enter(city, case_id, Phase.INDEPENDENT_EVALUATION, reopened=True)
    first = await holder(city, case_id, "evaluate_case")
    who, action, window = str(first["person_id"]), f"/cases/{case_id}/evaluation", city.visitor(first)
    await window.open(f"/cases/{case_id}")
    declared = {"member_id": who, "person_id": case_id.partition(".")[2], "reason": "A cousin"}
    await city.call("supervision", "POST", f"/cycles/{CYCLE}/evaluation-conflicts", as_=who, roles=("evaluator",), json=declared)
    opinion = {"results": "below", "behaviour": "as_expected", "findings": "Laporan ketiga tidak ada"}
    page = await press(city, window, action, opinion, status=404)
    assert "Laporan ketiga tidak ada" in page
    assert (await window.open(f"/cases/{case_id}")).status_code == 404


async def test_a_form_that_is_still_there_comes_back_itself_with_what_was_typed(play: Play) -> None:
    await to_session(play)
    action = f"/cases/{play.case_id}/feedback-session"
    await open_task(play.supervisor, "Adakan sesi umpan balik")
    page = await press(play.city, play.supervisor, action, {"minutes": "", "improvement_items": "Kursus SQL"}, status=422)
    assert "Yang Anda tulis" not in page
    assert "Kursus SQL" in play.supervisor.form(action).values["improvement_items"]


async def days_to_object_ended(city: City, case_id: str) -> datetime:
    """As if the result had been received long ago."""
    past = datetime.now(CITY_ZONE) - timedelta(days=1)
    async with city.consumer("supervision").database.transaction() as session:
        for table in ("appraisal_case", "feedback_session"):
            statement = text(f"UPDATE {table} SET objection_until = :past WHERE case_id = :case_id")
            await session.execute(statement, {"past": past, "case_id": case_id})
    return past


async def test_a_late_objection_is_refused_with_the_date_that_passed_and_its_reasons_are_kept(play: Play) -> None:
    await to_result(play.city, play.employee, play.supervisor, play.case_id)
    page, action = await open_task(play.employee, "Terima hasil atau ajukan keberatan"), f"/cases/{play.case_id}/objections"
    until = (await play.city.call("supervision", "GET", f"/cases/{play.case_id}"))["objection_until"]
    assert f"Keberatan dapat diajukan sampai {long_time(datetime.fromisoformat(until), 'id')}" in page
    forgotten = play.employee.form(action).values
    past = long_time(await days_to_object_ended(play.city, play.case_id), "id")
    reasons = {"reasons": "Dua laporan belum dihitung"}
    page = await press(play.city, play.employee, action, reasons, status=409)
    assert f"sudah berakhir pada {past} (PP 30/2019 pasal 59)" in page
    assert play.employee.form(action).values["reasons"] == reasons["reasons"]
    await play.city.emit(CaseClosed(cycle_id=CYCLE, case_id=play.case_id, outcome="lapsed"))
    late = await play.employee.client.post(action, data={**forgotten, **reasons})
    assert late.status_code == 409
    assert f"sudah berakhir pada {past}" in late.text
    assert reasons["reasons"] in late.text
    shown = (await play.employee.open(f"/cases/{play.case_id}")).text
    assert f"Waktu mengajukan keberatan berakhir pada {past}" in shown
