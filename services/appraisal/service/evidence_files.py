"""Looking into a received file: what it is by its content, and whether it may be kept. Nothing is unpacked to disk."""

from __future__ import annotations

import codecs
import struct
import zipfile
import zlib
from pathlib import Path

import filetype

from services.appraisal.domain import evidence as rules
from services.appraisal.domain.evidence import ArchiveEntry, FileType
from services.appraisal.domain.words import InputError

HEAD_BYTES = 8192
PIECE_BYTES = 256 * 1024
DIRECTORY_END = struct.Struct("<4s4H2LH")
LONGEST_DIRECTORY_END = DIRECTORY_END.size + 0xFFFF
DIRECTORY_BYTES_AN_ENTRY = 400
BY_SNIFFED = {"application/pdf": FileType.PDF, "image/png": FileType.PNG, "image/jpeg": FileType.JPEG}
ZIP_SIGNATURE = b"PK\x03\x04"
DAMAGED = InputError("file", "the file is damaged and cannot be opened", "open it, save it again and send that")


def examine(path: Path, name: str, size: int) -> tuple[FileType, list[InputError]]:
    """What a file is, and all that keeps it from being stored. It reads the whole file: call it in a thread."""
    if size == 0:
        return FileType.TEXT, [InputError("file", "the file is empty", "choose the file again")]
    with path.open("rb") as file:
        head = file.read(HEAD_BYTES)
    if head.startswith(ZIP_SIGNATURE):
        return _package(path, name, size)
    sniffed = filetype.guess(head)
    found = BY_SNIFFED.get(sniffed.mime) if sniffed is not None else None
    if found is None and _is_text(path):  # a text that begins like the signature of something else is still a text
        found = FileType.TEXT
    seems = f"of the type {sniffed.mime}" if sniffed is not None else "of an unknown type"
    errors = rules.check_type(name, found, seems)
    said = rules.named_type(name)
    return (said if found is FileType.TEXT and said else found) or FileType.TEXT, errors


def _package(path: Path, name: str, size: int) -> tuple[FileType, list[InputError]]:
    said = rules.named_type(name) or FileType.DOCX
    if _directory_too_large(path, size):
        return said, [InputError("file", f"the package holds more than {rules.MOST_ENTRIES} files", "save the document again")]
    try:
        with zipfile.ZipFile(path) as package:
            infos = package.infolist()
            entries = [ArchiveEntry(info.filename, info.compress_size, info.file_size, bool(info.flag_bits & 1)) for info in infos]
            found = rules.package_type([entry.name for entry in entries])
            errors = rules.check_type(name, found, "a ZIP archive") or rules.check_package(entries)
            if not errors and package.testzip() is not None:
                errors = [DAMAGED]
    # All that zipfile raises for what it cannot read: among them NotImplementedError, for a way of compressing it does not know.
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError, OSError, ValueError, zlib.error):
        return said, [DAMAGED]
    return found or said, errors


def _directory_too_large(path: Path, size: int) -> bool:
    """Whether a package lists more than may be listed; told before the list is read into memory."""
    with path.open("rb") as file:
        file.seek(max(0, size - LONGEST_DIRECTORY_END))
        tail = file.read()
    place = tail.rfind(b"PK\x05\x06")
    if place < 0 or len(tail) - place < DIRECTORY_END.size:
        return False
    _, _, _, _, entries, directory_bytes, _, _ = DIRECTORY_END.unpack_from(tail, place)
    return bool(entries > rules.MOST_ENTRIES or directory_bytes > rules.MOST_ENTRIES * DIRECTORY_BYTES_AN_ENTRY)


def _is_text(path: Path) -> bool:
    """Whether the whole file is text in UTF-8."""
    decoder = codecs.getincrementaldecoder("utf-8")()
    with path.open("rb") as file:
        try:
            while piece := file.read(PIECE_BYTES):
                decoder.decode(piece)
                if not rules.is_text(piece):
                    return False
            decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            return False
    return True
