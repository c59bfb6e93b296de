"""Which files are kept: by their content, whatever they are called."""

from __future__ import annotations

import zlib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.appraisal.domain.evidence import MEDIA_TYPES, ArchiveEntry, FileType, check_link, check_name, check_package, named_type
from services.appraisal.service.evidence_files import examine
from tests.appraisal import samples


def examined(folder: Path, name: str, content: bytes) -> tuple[FileType, list[str]]:
    path = folder / "content"
    path.write_bytes(content)
    found, errors = examine(path, name, len(content))
    return found, [f"{error.path}: {error.message}" for error in errors]


@pytest.mark.parametrize("name", samples.GOOD)
def test_each_kind_on_the_list_is_known_by_its_content(tmp_path: Path, name: str) -> None:
    assert check_name(name) == []
    assert examined(tmp_path, name, samples.GOOD[name]) == (named_type(name), [])


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("laporan.pdf", samples.PROGRAM, "of the type application/x-msdownload"),
        ("laporan.pdf", b"<html><script>alert(1)</script></html>", "the content is a CSV or text file"),
        ("foto.png", samples.JPEG, "the content is a JPEG file"),
        ("laporan.pdf", samples.workbook(), "the content is a XLSX file"),
        ("rekap.xlsx", samples.package("word/document.xml"), "the content is a DOCX file"),
        ("rekap.xlsx", samples.archive({"readme.txt": b"x"}), "the content is a ZIP archive"),
        ("catatan.txt", b"abc\x00\x01\x02" * 200, "of an unknown type"),
        ("catatan.txt", b"caf\xe9 " * 20, "of an unknown type"),
        ("laporan.pdf", b"", "the file is empty"),
        ("rekap.xlsx", samples.workbook()[:-200], "damaged"),
        ("rekap.xlsx", b"PK\x03\x04" + b"\x00" * 400, "damaged"),
    ],
)
def test_a_disguised_or_broken_file_is_refused_with_the_reason(tmp_path: Path, name: str, content: bytes, reason: str) -> None:
    _, errors = examined(tmp_path, name, content)
    assert len(errors) == 1
    assert reason in errors[0]


def test_a_zip_bomb_of_an_xlsx_is_refused_without_unpacking_it(tmp_path: Path) -> None:
    tight = samples.package("xl/workbook.xml", {"xl/worksheets/sheet1.xml": b"\x00" * 50_000_000})
    assert len(tight) < 100_000
    assert "packed more than 200 to 1" in examined(tmp_path, "rekap.xlsx", tight)[1][0]
    many = samples.package("xl/workbook.xml", {f"xl/{n}.xml": b"x" for n in range(5_001)})
    assert "more than 5000 files" in examined(tmp_path, "rekap.xlsx", many)[1][0]


def test_a_package_that_lies_about_its_content_is_refused(tmp_path: Path) -> None:
    honest = samples.package("word/document.xml", {"word/media/a.bin": b"a" * 400})
    crc = zlib.crc32(b"a" * 400).to_bytes(4, "little")
    assert "damaged" in examined(tmp_path, "notulen.docx", honest.replace(crc, b"\x00\x00\x00\x01"))[1][0]


def test_a_package_with_macros_a_way_out_or_too_much_in_it_is_refused(tmp_path: Path) -> None:
    macros = samples.package("word/document.xml", {"word/vbaProject.bin": b"x"})
    assert "macros" in examined(tmp_path, "notulen.docx", macros)[1][0]
    way_out = samples.package("word/document.xml", {"../../evil.xml": b"x"})
    assert "leads out" in examined(tmp_path, "notulen.docx", way_out)[1][0]
    [locked] = check_package([ArchiveEntry("word/document.xml", 10, 10, encrypted=True)])
    assert "password" in locked.message
    [large] = check_package([ArchiveEntry(f"{n}", 60_000_000, 60_000_000) for n in range(4)])
    assert "240,000,000 bytes" in large.message


@pytest.mark.parametrize(
    "name",
    [
        *("../laporan.pdf", "..\\laporan.pdf", "/etc/laporan.pdf", "a/b.pdf", "a..pdf", "..", "", " ", ".pdf", ".hidden.pdf"),
        *("lap\x00oran.pdf", "lap\noran.pdf", "gnp.\u202efdp.pdf", "laporan.pdf ", " laporan.pdf", "laporan.pdf.", "C:laporan.pdf"),
        *("laporan", "laporan.exe", "laporan.svg", "laporan.docm", "x" * 120 + ".pdf", 'a"b.pdf', "a<b>.pdf"),
    ],
)
def test_a_file_name_with_dots_and_slashes_or_hidden_letters_is_refused_with_the_reason(name: str) -> None:
    [error] = check_name(name)
    assert error.path == "name"
    assert error.message
    assert error.mend


@given(st.text(max_size=150))
def test_no_name_that_is_kept_can_lead_anywhere(name: str) -> None:
    if not check_name(name):
        assert Path(name).name == name
        assert named_type(name) in MEDIA_TYPES
        assert name.isprintable()


@pytest.mark.parametrize("address", ["https://bandung.go.id/laporan?x=1", "https://bandung.go.id:8443/a", "https://192.0.2.1/a"])
def test_https_addresses_are_kept(address: str) -> None:
    assert check_link(address) == []


@pytest.mark.parametrize(
    "address",
    [
        *("http://bandung.go.id", "javascript:alert(1)", "data:text/html,x", "file:///etc/passwd", "ftp://x.id", "bandung.go.id", ""),
        *(
            "https://",
            "https://user:secret@bandung.go.id",
            "https://bandung.go.id/a b",
            "https://[",
            "https://x:99999/",
            "https://x/" + "a" * 2000,
        ),
    ],
)
def test_other_addresses_are_refused_with_the_reason(address: str) -> None:
    [error] = check_link(address)
    assert error.path == "url"
    assert error.mend
