"""Evidence over HTTP: kept once, read by those who may, fixed from the self-assessment on, and whole whatever fails."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from sqlalchemy.exc import DBAPIError

from contracts.cycle import Phase
from services.appraisal.domain.evidence import MOST_PER_CASE
from services.appraisal.service.evidence_sweep import Sweeper
from tests.appraisal import samples
from tests.appraisal.city import City

PDF_HASH = hashlib.sha256(samples.PDF).hexdigest()


async def upload(
    city: City, case: str, indicator: str, content: Any = samples.PDF, *, name: str = "laporan.pdf", who: str = "rina", **more: Any
) -> httpx.Response:
    params = {"indicator_id": indicator, "name": name, "note": "Triwulan I"}
    return await city.post(f"/cases/{case}/evidence/files", who=who, params=params, content=content, **more)


def kept(city: City) -> list[Path]:
    """The files in the store."""
    return [path for path in Path(city.settings.evidence_store).rglob("*") if path.is_file()]


async def items(city: City, case: str, who: str = "rina") -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = (await city.get(f"/cases/{case}/evidence", who=who)).json()["items"]
    return found


async def test_a_file_is_kept_by_its_hash_and_downloaded_as_an_attachment(city: City, monitored: str, indicators: list[str]) -> None:
    answer = await upload(city, monitored, indicators[0], name="laporan – Q1.pdf")
    assert answer.status_code == 201, answer.text
    evidence = answer.json()
    assert (evidence["media_type"], evidence["size"], evidence["sha256"]) == ("application/pdf", len(samples.PDF), PDF_HASH)
    assert [path.name for path in kept(city)] == [PDF_HASH]
    for who in ("rina", "sari", "kepala", "hani"):
        got = await city.get(f"/cases/{monitored}/evidence/{evidence['evidence_id']}/file", who=who)
        assert (got.status_code, got.content) == (200, samples.PDF)
    assert got.headers["content-disposition"] == "attachment; filename*=UTF-8''laporan%20%E2%80%93%20Q1.pdf"
    assert got.headers["x-content-type-options"] == "nosniff"
    assert got.headers["content-type"] == "application/pdf"
    assert got.headers["etag"] == f'"{PDF_HASH}"'
    assert "sandbox" in got.headers["content-security-policy"]
    path = f"/cases/{monitored}/evidence/{evidence['evidence_id']}/file"
    again = await city._http.get(path, headers={"Authorization": f"Bearer {city.token('rina')}", "If-None-Match": got.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")


async def test_who_may_not_read_the_case_reads_no_evidence_and_nobody_adds_to_anothers(
    city: City, monitored: str, indicators: list[str]
) -> None:
    evidence_id = (await upload(city, monitored, indicators[0])).json()["evidence_id"]
    for path in (f"/cases/{monitored}/evidence", f"/cases/{monitored}/evidence/{evidence_id}/file"):
        assert (await city.get(path, who="budi")).status_code == 404
    for who, status in (("sari", 403), ("kepala", 403), ("hani", 403), ("system", 403), ("budi", 404)):
        assert (await upload(city, monitored, indicators[0], who=who)).status_code == status
        removal = await city.post(f"/cases/{monitored}/evidence/{evidence_id}/removal", who=who, json={"reason": "x"})
        assert removal.status_code == status
    other = await city.open_case("sari")
    assert (await city.get(f"/cases/{other}/evidence/{evidence_id}/file", who="sari")).status_code == 404


async def test_a_file_of_200_mb_is_refused_before_any_of_it_is_read(city: City, monitored: str, indicators: list[str]) -> None:
    read = 0

    async def endless() -> AsyncIterator[bytes]:
        nonlocal read
        for _ in range(200):
            read += 1_000_000
            yield b"x" * 1_000_000

    path = f"/cases/{monitored}/evidence/files?indicator_id={indicators[0]}&name=a.pdf"
    headers = {"Authorization": f"Bearer {city.token('rina')}", "Content-Length": "200000000"}
    told = await city._http.post(path, content=endless(), headers=headers)
    assert (told.status_code, told.json()["type"].rpartition(":")[2]) == (413, "too-large")
    assert "1,000,000 bytes" in told.json()["detail"]
    assert read == 0
    del headers["Content-Length"]
    streamed = await city._http.post(path, content=endless(), headers=headers)
    assert streamed.status_code == 413
    assert read <= 2_000_000
    assert (await items(city, monitored), kept(city)) == ([], [])


@pytest.mark.parametrize(
    ("name", "content", "path", "reason"),
    [
        ("laporan.pdf", samples.PROGRAM, "file", "application/x-msdownload"),
        ("../laporan.pdf", samples.PDF, "name", "no folders"),
        ("..%2Flaporan.pdf", samples.PROGRAM, "name", "no folders"),
        ("rekap.xlsx", samples.package("xl/workbook.xml", {"xl/a.xml": b"\x00" * 20_000_000}), "file", "packed more than"),
        ("laporan.exe", samples.PROGRAM, "name", "not kept"),
    ],
)
async def test_a_disguised_type_a_zip_bomb_or_a_name_with_dots_and_slashes_is_refused_with_the_reason(
    city: City, monitored: str, indicators: list[str], name: str, content: bytes, path: str, reason: str
) -> None:
    answer = await upload(city, monitored, indicators[0], content, name=name)
    assert answer.status_code == 422
    [error] = answer.json()["errors"]
    assert error["path"] == path
    assert reason in error["message"]
    assert (await items(city, monitored), kept(city)) == ([], [])


async def test_the_same_upload_with_the_same_key_is_stored_once_and_another_file_with_it_is_refused(
    city: City, monitored: str, indicators: list[str]
) -> None:
    first = await upload(city, monitored, indicators[0], key="k-1")
    again = await upload(city, monitored, indicators[0], key="k-1")
    assert (again.status_code, again.json()) == (201, first.json())
    other = await upload(city, monitored, indicators[0], samples.PDF + b"\n", key="k-1")
    assert other.json()["type"].endswith("idempotency-key-reused")
    together = await asyncio.gather(*(upload(city, monitored, indicators[1], samples.TEXT, name="a.txt", key="k-2") for _ in range(3)))
    assert {answer.json()["evidence_id"] for answer in together} == {together[0].json()["evidence_id"]}
    assert len(await items(city, monitored)) == 2
    assert len(kept(city)) == 2


async def test_a_store_that_is_away_answers_503_and_nothing_is_half_stored(city: City, monitored: str, indicators: list[str]) -> None:
    folder = Path(city.settings.evidence_store)
    folder.write_text("a file where the folder should be")
    refused = await upload(city, monitored, indicators[0], key="k-1")
    assert (refused.status_code, refused.json()["type"].rpartition(":")[2]) == (503, "unavailable")
    assert await items(city, monitored) == []
    folder.unlink()
    again = await upload(city, monitored, indicators[0], key="k-1")
    assert again.status_code == 201
    kept(city)[0].unlink()
    lost = await city.get(f"/cases/{monitored}/evidence/{again.json()['evidence_id']}/file", who="rina")
    assert lost.status_code == 503


async def test_a_line_that_breaks_half_way_leaves_nothing(city: City, monitored: str, indicators: list[str]) -> None:
    sent: list[Any] = []
    messages = iter([{"type": "http.request", "body": b"%PDF-1.7 half", "more_body": True}, {"type": "http.disconnect"}])

    async def receive() -> Any:
        return next(messages)

    async def send(message: Any) -> None:
        sent.append(message)

    path = f"/cases/{monitored}/evidence/files"
    query = f"indicator_id={indicators[0]}&name=a.pdf".encode()
    headers = [(b"authorization", f"Bearer {city.token('rina')}".encode())]
    scope = {"type": "http", "method": "POST", "path": path, "raw_path": path.encode(), "query_string": query, "headers": headers}
    await city.app({**scope, "http_version": "1.1", "scheme": "http", "server": ("test", 80), "root_path": ""}, receive, send)
    assert sent[0]["status"] == 400
    assert (await items(city, monitored), kept(city)) == ([], [])


async def test_a_stranger_cannot_fill_the_disk(city: City, monitored: str, indicators: list[str]) -> None:
    async def unread() -> AsyncIterator[bytes]:
        raise AssertionError("the body was read")
        yield b""

    path = f"/cases/{monitored}/evidence/files?indicator_id={indicators[0]}&name=a.pdf"
    assert (await city._http.post(path, content=unread())).status_code == 401


async def test_removed_evidence_stays_as_a_trace_and_its_content_is_swept(city: City, monitored: str, indicators: list[str]) -> None:
    one = (await upload(city, monitored, indicators[0])).json()["evidence_id"]
    two = (await upload(city, monitored, indicators[1], name="salinan.pdf")).json()["evidence_id"]
    stray = Path(city.settings.evidence_store) / "ab" / ("ab" * 32)
    stray.parent.mkdir(exist_ok=True)
    stray.write_bytes(b"put by a request that failed before it committed")
    sweeper = Sweeper(city.consumer.database, city.app.state.blobs, city.settings)
    assert await sweeper.sweep() == 0, "what is young may belong to an open transaction"
    await asyncio.sleep(0.01)
    assert await sweeper.sweep(older_than=timedelta(0)) == 1
    removed = await city.post(f"/cases/{monitored}/evidence/{one}/removal", who="rina", json={"reason": "Salah berkas."})
    assert (removed.status_code, removed.json()["removal_reason"]) == (200, "Salah berkas.")
    assert (await city.post(f"/cases/{monitored}/evidence/{one}/removal", who="rina", json={"reason": "x"})).status_code == 409
    assert (await city.get(f"/cases/{monitored}/evidence/{one}/file", who="rina")).status_code == 404
    assert [item["removed_at"] is None for item in await items(city, monitored, "sari")] == [False, True]
    assert await sweeper.sweep(older_than=timedelta(0)) == 0, "the other evidence shows the same content"
    assert (await city.get(f"/cases/{monitored}/evidence/{two}/file", who="sari")).content == samples.PDF
    await city.post(f"/cases/{monitored}/evidence/{two}/removal", who="rina", json={"reason": "Salah berkas."})
    assert await sweeper.sweep(older_than=timedelta(0)) == 1
    assert kept(city) == []
    trail = [entry["action"] for entry in (await city.get(f"/operations/audit/{monitored}")).json()]
    assert trail[-4:] == ["evidence_added", "evidence_added", "evidence_removed", "evidence_removed"]


async def test_evidence_cannot_change_once_the_self_assessment_is_handed_in_or_the_phase_left(
    city: City, monitored: str, indicators: list[str]
) -> None:
    one = (await upload(city, monitored, indicators[0])).json()["evidence_id"]
    await city.enter(monitored, Phase.SELF_ASSESSMENT)
    assert (await upload(city, monitored, indicators[1], name="b.pdf")).status_code == 201
    body = {"realisations": [{"indicator_id": name, "value": 4} for name in indicators], "summary": "Tercapai."}
    await city.put(f"/cases/{monitored}/self-assessment", who="rina", version=0, json=body)
    assert (await city.post(f"/cases/{monitored}/self-assessment/submit", who="rina", version=1)).status_code == 200
    removal = f"/cases/{monitored}/evidence/{one}/removal"
    link = {"indicator_id": indicators[0], "url": "https://bandung.go.id", "name": "x"}
    for phase in (None, Phase.SUPERVISOR_REVIEW, Phase.CLOSED):
        if phase is not None:
            await city.enter(monitored, phase)
        assert (await upload(city, monitored, indicators[0])).status_code == 409
        assert (await city.post(f"/cases/{monitored}/evidence/links", who="rina", json=link)).status_code == 409
        assert (await city.post(removal, who="rina", json={"reason": "x"})).status_code == 409
        assert (await city.get(f"/cases/{monitored}/evidence", who="rina")).json()["open"] is False
    assert (await city.get(f"/cases/{monitored}/evidence/{one}/file", who="rina")).content == samples.PDF


async def test_the_database_itself_keeps_evidence_from_changing(city: City, monitored: str, indicators: list[str]) -> None:
    one = (await upload(city, monitored, indicators[0])).json()["evidence_id"]
    for statement in ("DELETE FROM evidence", "UPDATE evidence SET sha256 = 'x'", "UPDATE evidence SET name = 'x.pdf'"):
        with pytest.raises(DBAPIError, match="evidence"):
            await city.sql(statement)
    assert [item["evidence_id"] for item in await items(city, monitored)] == [one]


async def test_a_link_is_kept_as_text_and_only_https_is(city: City, monitored: str, indicators: list[str]) -> None:
    body = {"indicator_id": indicators[0], "url": "https://bandung.go.id/laporan", "name": "Laporan dinas"}
    answer = await city.post(f"/cases/{monitored}/evidence/links", who="rina", json=body, key="k-1")
    assert (answer.status_code, answer.json()["url"], answer.json()["sha256"]) == (201, body["url"], None)
    path = f"/cases/{monitored}/evidence/{answer.json()['evidence_id']}/file"
    assert (await city.get(path, who="rina")).status_code == 404
    for url in ("http://bandung.go.id", "javascript:alert(1)"):
        refused = await city.post(f"/cases/{monitored}/evidence/links", who="rina", json={**body, "url": url})
        assert (refused.status_code, refused.json()["errors"][0]["path"]) == (422, "url")


async def test_evidence_needs_an_indicator_of_the_plan_and_the_right_phase(city: City, case: str) -> None:
    assert (await upload(city, case, "i-1")).json()["needed_phase"] == "monitoring or self_assessment"
    await city.approve_plan(case, await city.submit_plan(case))
    await city.enter(case, Phase.MONITORING)
    refused = await upload(city, case, "i-1")
    assert (refused.status_code, refused.json()["errors"][0]["path"]) == (422, "indicator_id")
    assert (await upload(city, f"{case}x", "i-1")).status_code == 404


async def test_a_case_holds_no_more_evidence_than_it_may(city: City, monitored: str, indicators: list[str]) -> None:
    await city.sql(
        "INSERT INTO evidence (evidence_id, case_id, indicator_id, kind, name, note, url, added_at, added_by) "
        "SELECT 'e-' || n, :case_id, 'i', 'link', 'x', '', 'https://x.id', now(), 'p' FROM generate_series(1, :most) AS n",
        case_id=monitored,
        most=MOST_PER_CASE,
    )
    assert (await upload(city, monitored, indicators[0])).status_code == 409
