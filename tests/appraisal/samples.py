"""Small files of each kind that is kept, and of kinds that are not."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from collections.abc import Mapping

from openpyxl import Workbook

PDF = b"%PDF-1.7\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"
JPEG = b"\xff\xd8\xff\xe0\x00\x10JFIF\x00\x01\x01\x00\x00\x01\x00\x01\x00\x00\xff\xd9"
TEXT = "Laporan triwulan – selesai\n".encode()
CSV = b"bulan;laporan\nJanuari;4\n"
PROGRAM = b"MZ\x90\x00" + bytes(range(256)) * 4
CONTENT_TYPES = '<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>'


def png() -> bytes:
    """A picture of one point."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", 1, 1, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(b"\x00\xff\xff\xff")) + chunk(b"IEND", b"")


def package(main_part: str, parts: Mapping[str, bytes] | None = None) -> bytes:
    """A package of an office program with its main part and further parts."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as made:
        made.writestr("[Content_Types].xml", CONTENT_TYPES)
        made.writestr(main_part, "<document/>")
        for name, content in (parts or {}).items():
            made.writestr(name, content)
    return out.getvalue()


def workbook() -> bytes:
    """A spreadsheet as a program writes it."""
    book, out = Workbook(), io.BytesIO()
    assert book.active is not None
    for row in range(200):
        book.active.append(["Januari", row, "laporan"])
    book.save(out)
    return out.getvalue()


def archive(parts: Mapping[str, bytes]) -> bytes:
    """A plain ZIP archive."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as made:
        for name, content in parts.items():
            made.writestr(name, content)
    return out.getvalue()


GOOD = {
    "laporan.pdf": PDF,
    "foto.png": png(),
    "foto.JPG": JPEG,
    "foto.jpeg": JPEG,
    "notulen.docx": package("word/document.xml"),
    "rekap.xlsx": workbook(),
    "paparan.pptx": package("ppt/presentation.xml"),
    "catatan.txt": TEXT,
    "data.csv": CSV,
    "BM 2026.txt": b"BM adalah singkatan yang bukan gambar\n",
}
