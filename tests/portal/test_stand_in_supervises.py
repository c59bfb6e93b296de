"""Who stands in for a supervisor finds the forms of supervision at the portal, and no longer once it is over."""

from __future__ import annotations

from tests.portal.test_talks import Play, at, play, to_monitoring
from tests.portal.test_year import press

__all__ = ["play"]


async def test_who_stands_in_gives_feedback_and_calls_the_team_at_the_portal_while_it_lasts(play: Play) -> None:
    await to_monitoring(play)
    _, boss, superior = await play.cast.employee()
    others = (one for one in play.cast.people if one["roles"] == ["employee"] and one["person_id"] != play.person["person_id"])
    deputy = next(one for one in others if one["person_id"] not in {boss["person_id"], superior["person_id"]} and not one["supervises"])
    visitor, page = play.city.visitor(deputy), f"/cases/{play.case_id}/monitoring"
    assert (await visitor.open(page)).status_code == 404
    body = {
        "for_person_id": boss["person_id"],
        "person_id": deputy["person_id"],
        "starts_on": at(0)[:10],
        "ends_on": at(5)[:10],
        "reason": "Cuti tahunan",
    }
    as_boss = {"as_": boss["person_id"], "roles": ("employee",)}
    begun = await play.city.call("supervision", "POST", "/stand-ins", json=body, **as_boss)
    await play.city.carry()
    assert (await visitor.open(page)).status_code == 200
    given = {"kind": "praise", "about": "value:akuntabel", "text": "Laporannya rapi"}
    assert "Laporannya rapi" in await press(play.city, visitor, f"{page}/feedback", given)
    assert play.person["name"] in (await visitor.open("/meetings")).text
    team = {"topic": "Evaluasi triwulan I", "starts_at": at(5), "place": "Aula", "attendee_ids": play.person["person_id"]}
    assert "Evaluasi triwulan I" in await press(play.city, visitor, "/meetings", team)
    ended = f"/stand-ins/{begun['stand_in']['stand_in_id']}/end"
    await play.city.call("supervision", "POST", ended, json={"reason": "Kembali"}, **as_boss)
    assert (await visitor.open(page)).status_code == 404
