"""Evidence of what was reached: which files and links may be kept, and until when (PermenPANRB 6/2022: performance is documented)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from urllib.parse import urlsplit

from services.appraisal.domain.case_state import AssessmentStatus
from services.appraisal.domain.words import InputError, Phase

GATHERING = frozenset({Phase.MONITORING, Phase.SELF_ASSESSMENT})
LONGEST_NAME = 120
LONGEST_ADDRESS = 2000
MOST_PER_CASE = 200
MOST_ENTRIES = 5_000
MOST_UNPACKED_BYTES = 200_000_000
HIGHEST_RATIO = 200
SMALL_ENTRY_BYTES = 1_000_000
"""Entries below this may be packed as tightly as they like: a blank sheet is."""
FORBIDDEN_IN_NAMES = frozenset('/\\:*?"<>|')
TEXT_CONTROLS = frozenset(b"\t\n\r\f")


class FileType(StrEnum):
    """The kinds of files that are kept."""

    PDF = "pdf"
    PNG = "png"
    JPEG = "jpeg"
    DOCX = "docx"
    XLSX = "xlsx"
    PPTX = "pptx"
    TEXT = "txt"
    CSV = "csv"


class EvidenceKind(StrEnum):
    """A kept file, or an address elsewhere."""

    FILE = "file"
    LINK = "link"


OFFICE = "application/vnd.openxmlformats-officedocument."
MEDIA_TYPES = {
    FileType.PDF: "application/pdf",
    FileType.PNG: "image/png",
    FileType.JPEG: "image/jpeg",
    FileType.DOCX: f"{OFFICE}wordprocessingml.document",
    FileType.XLSX: f"{OFFICE}spreadsheetml.sheet",
    FileType.PPTX: f"{OFFICE}presentationml.presentation",
    FileType.TEXT: "text/plain",
    FileType.CSV: "text/csv",
}
EXTENSIONS = {kind.value: kind for kind in FileType} | {"jpg": FileType.JPEG}
MAIN_PARTS = {"word/document.xml": FileType.DOCX, "xl/workbook.xml": FileType.XLSX, "ppt/presentation.xml": FileType.PPTX}
"""The part by which a package of an office program is known for what it is."""
PLAIN = frozenset({FileType.TEXT, FileType.CSV})
PACKAGES = frozenset(MAIN_PARTS.values())
ALLOWED = "PDF, PNG, JPEG, DOCX, XLSX, PPTX, TXT or CSV"


@dataclass(frozen=True)
class ArchiveEntry:
    """One file in a package, by what the package says of it."""

    name: str
    packed_bytes: int
    unpacked_bytes: int
    encrypted: bool = False


def gathering_open(phase: Phase, assessment: AssessmentStatus | None) -> bool:
    """Whether progress and evidence may still change: from monitoring until the self-assessment is handed in."""
    return phase in GATHERING and assessment is not AssessmentStatus.SUBMITTED


def check_name(name: str) -> list[InputError]:
    """Whether a file may be called so. A name is refused rather than mended: what is kept is what was sent."""
    why = ""
    if not name.strip() or name in {".", ".."}:
        why, mend = "the file has no name", "give it a name with its extension, for example report.pdf"
    elif FORBIDDEN_IN_NAMES & set(name) or ".." in name:
        why, mend = (
            'a name holds no folders, no two dots in a row and none of / \\ : * ? " < > |',
            "send the bare name, for example report.pdf",
        )
    elif not name.isprintable():
        why, mend = "the name holds characters that cannot be seen", "rename the file with letters, digits, spaces, dots and dashes"
    elif name != name.strip() or name.startswith(".") or name.endswith("."):
        why, mend = "the name begins or ends with a dot or a space", "rename the file"
    elif len(name) > LONGEST_NAME:
        why, mend = f"the name is longer than {LONGEST_NAME} characters", "shorten it"
    elif named_type(name) is None:
        why, mend = f"files of this kind are not kept; {ALLOWED} are", "save it as one of these, with its extension"
    return [InputError("name", why, mend)] if why else []


def named_type(name: str) -> FileType | None:
    """What a name says the file is."""
    stem, dot, extension = name.rpartition(".")
    return EXTENSIONS.get(extension.lower()) if stem and dot else None


def check_type(name: str, found: FileType | None, seems: str) -> list[InputError]:
    """Whether the content is what the name says. ``found`` is the kind the content has, ``seems`` what it looks like otherwise."""
    said = named_type(name)
    if found is None:
        return [InputError("file", f"the content is {seems}, not {ALLOWED}", "send the document itself, saved as one of these")]
    if found is said or (found is FileType.TEXT and said in PLAIN):
        return []
    right = "a CSV or text file" if found in PLAIN else f"a {found.value.upper()} file"
    return [InputError("file", f"the name ends in .{name.rpartition('.')[2]}, but the content is {right}", "give it its true extension")]


def check_package(entries: Sequence[ArchiveEntry]) -> list[InputError]:
    """Whether a package (DOCX, XLSX, PPTX) may be kept: no bomb, no way out of its folder, no macros, nothing locked."""
    if len(entries) > MOST_ENTRIES:
        return [InputError("file", f"the package holds {len(entries)} files, {MOST_ENTRIES} at most are taken", "save the document again")]
    total = sum(entry.unpacked_bytes for entry in entries)
    if total > MOST_UNPACKED_BYTES:
        text = f"unpacked it would be {total:,} bytes, {MOST_UNPACKED_BYTES:,} at most are taken"
        return [InputError("file", text, "leave out large pictures, or send a PDF")]
    for entry in entries:
        if entry.encrypted:
            return [InputError("file", "the document is locked by a password", "save it without one")]
        if entry.unpacked_bytes > SMALL_ENTRY_BYTES and entry.unpacked_bytes > HIGHEST_RATIO * max(entry.packed_bytes, 1):
            text = f"{entry.name[:80]} is packed more than {HIGHEST_RATIO} to 1, as in a file made to overwhelm"
            return [InputError("file", text, "save the document again, or send a PDF")]
        if entry.name.startswith(("/", "\\")) or ".." in entry.name.replace("\\", "/").split("/"):
            return [InputError("file", "the package holds a path that leads out of it", "save the document again")]
        if entry.name.rpartition("/")[2].lower() == "vbaproject.bin":
            return [InputError("file", "the document holds macros", "save it without macros")]
    return []


def package_type(names: Sequence[str]) -> FileType | None:
    """Which document a package is, by its main part."""
    present = set(names)
    if "[Content_Types].xml" not in present:
        return None
    return next((kind for part, kind in MAIN_PARTS.items() if part in present), None)


def is_text(piece: bytes) -> bool:
    """Whether a piece of a file can be part of a text: no control characters but tabs and line ends."""
    return not any(byte < 0x20 and byte not in TEXT_CONTROLS for byte in piece)


def check_link(address: str) -> list[InputError]:
    """Whether an address may be kept: https, a host, no sign-in data in it. It is stored as text and never visited by us."""
    try:
        parts = urlsplit(address)
        host, _ = parts.hostname, parts.port
    except ValueError:
        return [InputError("url", "this is no address", "give one like https://example.go.id/report")]
    if parts.scheme != "https":
        return [InputError("url", "only https addresses are kept", "give an address that begins with https://")]
    if not host or " " in address or not address.isprintable():
        return [InputError("url", "this is no address", "give one like https://example.go.id/report")]
    if parts.username is not None or parts.password is not None:
        return [InputError("url", "the address holds a user name or password", "leave them out")]
    if len(address) > LONGEST_ADDRESS:
        return [InputError("url", f"the address is longer than {LONGEST_ADDRESS} characters", "give a shorter one")]
    return []
