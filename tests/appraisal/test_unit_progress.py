"""How far each unit is: counted by phase, page by page, and as files."""

from __future__ import annotations

import csv
import io

import openpyxl

from contracts.cycle import Phase
from tests.appraisal.city import CYCLE, City

PATH = f"/cycles/{CYCLE}/unit-progress"


async def test_units_are_counted_by_phase_page_by_page_and_in_files_alike(city: City) -> None:
    for name in ("rina", "sari", "hani"):
        await city.open_case(name)
    await city.enter(f"{CYCLE}.{city.ids['sari']}", Phase.MONITORING)
    await city.sql(
        "UPDATE appraisal_case SET phase_due_at = now() - interval '1 day' WHERE case_id = :case_id", case_id=f"{CYCLE}.{city.ids['rina']}"
    )
    first = (await city.get(PATH, who="hani", params={"limit": 1})).json()
    assert [one["unit_id"] for one in first["items"]] == ["bkpsdm"]
    second = (await city.get(PATH, who="hani", params={"limit": 1, "cursor": first["next_cursor"]})).json()
    expected = {"unit_id": "dinkes", "unit_name": "Dinas Kesehatan", "cases": 2, "overdue": 1, "paused": 0}
    assert second["items"] == [{**expected, "phases": {"monitoring": 1, "target_setting": 1}}]
    assert second["next_cursor"] is None
    sheet = openpyxl.load_workbook(io.BytesIO((await city.get(f"{PATH}.xlsx", who="hani")).content))["progress"]
    in_sheet = [[str(cell) for cell in row] for row in sheet.iter_rows(values_only=True)]
    in_csv = list(csv.reader(io.StringIO((await city.get(f"{PATH}.csv", who="hani")).content.decode("utf-8-sig"))))
    assert in_sheet == in_csv
    assert in_csv[2][:7] == ["dinkes", "Dinas Kesehatan", "2", "1", "0", "1", "1"]


async def test_a_units_name_never_becomes_a_formula_and_progress_is_for_offices_alone(city: City) -> None:
    await city.open_case("rina")
    await city.sql("UPDATE unit SET name = '=HYPERLINK(\"x\")' WHERE unit_id = 'dinkes'")
    rows = list(csv.reader(io.StringIO((await city.get(f"{PATH}.csv", who="hani")).content.decode("utf-8-sig"))))
    assert rows[1][1] == '\'=HYPERLINK("x")'
    for path in (PATH, f"{PATH}.csv", f"{PATH}.xlsx"):
        assert (await city.get(path, who="rina")).status_code == 403
        assert (await city.get(path, who="sari")).status_code == 403
        assert (await city.get(path, who="sekda")).status_code == 200
        assert (await city.get(path.replace(CYCLE, "none"), who="hani")).status_code == 404
