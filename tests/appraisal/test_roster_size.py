"""The whole city at once."""

from __future__ import annotations

import time

from siklus.roster import make_roster
from tests.appraisal.city import City, files


async def test_twenty_thousand_people_are_imported_within_ten_seconds(empty_city: City) -> None:
    roster = make_roster(20_000, seed=7)
    given = files(roster.units_csv().encode(), roster.people_csv().encode())
    started, worked = time.perf_counter(), time.process_time()
    answer = await empty_city.post("/roster/imports", files=given)
    seconds, work = time.perf_counter() - started, time.process_time() - worked
    print(f"{seconds:.1f} s, of which {work:.1f} s of this process's work")
    assert answer.status_code == 200, answer.text[:2000]
    assert answer.json()["people"] == {"added": 20_000, "changed": 0, "unchanged": 0}
    assert (await empty_city.sql("SELECT count(*) FROM outbox"))[0][0] == 20_000 + len(roster.units)
    # On a machine that others use too, the clock on the wall measures them: the work of this process must leave room.
    assert seconds < 10 or work < 5, f"took {seconds:.1f} s, {work:.1f} s of work"
    again = await empty_city.post("/roster/imports", files=given)
    assert again.json()["people"] == {"added": 0, "changed": 0, "unchanged": 20_000}
    assert (await empty_city.sql("SELECT count(*) FROM outbox"))[0][0] == 20_000 + len(roster.units)
