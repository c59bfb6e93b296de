"""What is typed and not sent is found again on another day or device, form by form, and goes when the form is sent."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from contracts.cycle import Phase
from tests.portal.cast import Cast
from tests.portal.city import CYCLE, City
from tests.portal.test_oversight import enter, holder
from tests.portal.test_steps import city, to_review
from tests.portal.test_talks import Play, at, play, to_monitoring, to_session
from tests.portal.test_year import open_task, press, to_result
from tests.portal.visitor import Visitor

__all__ = ["city", "play"]


async def drafts_of(city: City, person: Mapping[str, Any]) -> set[str]:
    found = await city.call("supervision", "GET", "/drafts", as_=person["person_id"], roles=tuple(person["roles"]))
    return {one["form"] for one in found["items"]}


async def kept_then_sent(
    city: City, person: Mapping[str, Any], path: str, action: str, typed: Mapping[str, str], rest: Mapping[str, str], *, button: str = ""
) -> None:
    """Type, keep without JavaScript, come back with another browser, find what was typed, add the rest and send it."""
    first = city.visitor(dict(person))
    await first.open(path)
    form = first.form(action)
    answer = await first.client.post("/drafts", data={**form.values, **typed})
    assert answer.status_code == 200, answer.text
    name = form.values["draft"]
    assert name in await drafts_of(city, person)
    later: Visitor = city.visitor(dict(person))
    await later.open(path)
    assert later.page is not None
    assert "govuk-inset-text draft-kept" in later.page.text
    found = later.form(action).values
    assert {field: found.get(field) for field in typed} == dict(typed), name
    await press(city, later, action, rest, button=button)
    assert name not in await drafts_of(city, person), "what was sent is no draft any more"


async def test_times_a_choice_and_a_meeting_are_kept_until_they_are_sent(play: Play) -> None:
    await to_session(play)
    _, boss, _ = await play.cast.employee()
    page = f"/cases/{play.case_id}/session"
    typed = {"times-0-starts_at": at(1), "times-2-starts_at": at(2), "place": "Ruang 2"}
    await kept_then_sent(play.city, boss, page, f"{page}/times", typed, {})
    note = {"choice": "others", "note": "Saya masih pelatihan"}
    await kept_then_sent(play.city, play.person, page, f"{page}/choice", note, {"choice": "0"})
    meeting = (await play.city.call("supervision", "GET", f"/cases/{play.case_id}/session-arrangement"))["meeting"]
    address = f"/meetings/{meeting['meeting_id']}"
    moved = {"starts_at": at(3), "place": "Ruang 3", "agenda": "Hasil dan rencana"}
    await kept_then_sent(play.city, boss, address, f"{address}/change", moved, {})
    await kept_then_sent(play.city, boss, address, f"{address}/cancellation", {"reason": "Banjir di balai kota"}, {})
    team = {"topic": "Evaluasi triwulan I", "starts_at": at(5), "place": "Aula"}
    await kept_then_sent(play.city, boss, "/meetings", "/meetings", team, {"attendee_ids": play.person["person_id"]})


async def test_minutes_and_a_refusal_to_sign_are_kept_until_they_are_sent(play: Play) -> None:
    await to_result(play.city, play.employee, play.supervisor, play.case_id)
    _, boss, _ = await play.cast.employee()
    page = f"/cases/{play.case_id}/session"
    typed = {"minutes": "Membahas hasil dan pelatihan", "improvement_items": "Belajar SQL"}
    await kept_then_sent(play.city, boss, page, f"{page}/minutes", typed, {})
    reason = {"sign_reason": "Pertanyaan saya tidak dicatat"}
    await kept_then_sent(play.city, play.person, page, f"{page}/signature", reason, {}, button="refuse")


async def test_feedback_a_correction_of_the_supervisor_and_a_delegation_are_kept_until_they_are_sent(play: Play) -> None:
    await to_monitoring(play)
    _, boss, superior = await play.cast.employee()
    page = f"/cases/{play.case_id}/monitoring"
    await play.supervisor.open(page)
    given = {"kind": "praise", "about": "value:akuntabel", "text": "Laporannya rapi"}
    await press(play.city, play.supervisor, f"{page}/feedback", given)
    mine = (await play.supervisor.open("/ongoing-feedback")).text
    feedback_id = mine.split('action="/ongoing-feedback/')[1].split('"')[0]
    text = {f"text-{feedback_id}": "Laporannya rapi dan tepat waktu"}
    await kept_then_sent(play.city, boss, "/ongoing-feedback", f"/ongoing-feedback/{feedback_id}", text, {}, button="give")
    asked = {"giver_id": superior["person_id"], "asked_about": "value:loyal", "question": "Bagaimana menurut Ibu?"}
    find = f"?q={superior['name'].split()[0]}"
    first = play.city.visitor(play.person)
    await first.open(page + find)
    await first.client.post("/drafts", data={**first.form(f"{page}/feedback-request").values, **asked})
    await first.open(page)
    assert first.form(f"{page}/feedback-request").values["giver_id"] == superior["person_id"], "who was found is found again"
    await press(play.city, first, f"{page}/feedback-request")
    wrong = {"reason": "Saya sudah pindah bidang"}
    await kept_then_sent(play.city, play.person, "/supervisor-correction", "/supervisor-correction", wrong, {})
    days = {"starts_on": at(20)[:10], "ends_on": at(25)[:10], "reason": "Cuti tahunan"}
    stand_in = {"person_id": superior["person_id"], "action": "record"}
    await kept_then_sent(play.city, boss, "/delegations", "/delegations", days, stand_in)


async def test_a_second_review_and_what_the_superior_decides_of_it_are_kept_until_they_are_sent(city: City) -> None:
    case_id, _ = await to_review(city, calibration=True)
    await enter(city, case_id, Phase.INDEPENDENT_EVALUATION, reopened=True)
    page = f"/cases/{case_id}"
    evaluator, opinion = await holder(city, case_id, "evaluate_case"), {"results": "below", "findings": "Laporan ketiga tidak ada"}
    await kept_then_sent(city, evaluator, page, f"{page}/evaluation", opinion, {"behaviour": "as_expected"})
    superior, reason = await holder(city, case_id, "decide_evaluation"), {"reason": "Bukti laporan ketiga ada"}
    await kept_then_sent(city, superior, page, f"{page}/evaluation-decision", reason, {"decision": "uphold"})


async def test_a_proposal_of_the_calibration_and_a_complaint_are_kept_until_they_are_sent(city: City) -> None:
    case_id, employee = await to_review(city, calibration=True)
    hr = (await Cast.of(city)).with_role("hr")
    reason = {"complaint_reason": "Dua warga mengadu"}
    await kept_then_sent(city, hr, f"/cases/{case_id}", f"/cases/{case_id}/citizen-complaint", reason, {})
    head, unit_id = await holder(city, case_id, "release_results"), (await city.person(employee["person_id"]))["unit_id"]
    calibration = f"/cycles/{CYCLE}/calibration"
    move = {"results": "as_expected", "reason": "Setara dengan seksi lain"}
    await kept_then_sent(city, head, f"{calibration}?unit_id={unit_id}", calibration, move, {"behaviour": "above"})
    superior = await holder(city, case_id, "decide_calibration")
    await open_task(city.visitor(dict(superior)), "Putuskan usulan kalibrasi")
    approved = {"reason": "Angkanya mendukung"}
    await kept_then_sent(city, superior, f"/cases/{case_id}", f"/cases/{case_id}/calibration-decision", approved, {"approved": "yes"})
