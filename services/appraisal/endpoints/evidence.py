"""Evidence of what was reached: files and links."""

from __future__ import annotations

from typing import Annotated
from urllib.parse import quote

from fastapi import APIRouter, Depends, Path, Query, Request, Response
from fastapi.responses import StreamingResponse

from kit.blobs import BlobStore
from kit.http import Caller, CurrentUpload, Kit, ServiceRoute, Unit, UploadRoute
from services.appraisal.endpoints.inputs import ID_FORM, CaseId
from services.appraisal.progress_schemas import EvidenceList, EvidenceView, LinkBody, RemovalBody
from services.appraisal.schemas import STORABLE
from services.appraisal.service import evidence

FILES_PATH = r"/cases/[^/]+/evidence/files"
PREFIX = "/cases/{case_id}/evidence"
router = APIRouter(prefix=PREFIX, tags=["evidence"], route_class=ServiceRoute)
files = APIRouter(prefix=PREFIX, tags=["evidence"], route_class=UploadRoute)


async def _blobs(request: Request) -> BlobStore:
    blobs: BlobStore = request.app.state.blobs
    return blobs


Blobs = Annotated[BlobStore, Depends(_blobs)]
EvidenceId = Annotated[str, Path(max_length=60, pattern=ID_FORM)]
BINARY = {"schema": {"type": "string", "format": "binary"}}


@router.get("")
async def list_evidence(unit: Unit, caller: Caller, case_id: CaseId, request: Request) -> EvidenceList:
    """All evidence of a case, with the traces of what was removed."""
    kit: Kit = request.app.state.kit
    return await evidence.read(unit, caller, case_id, kit.settings.evidence_limit_bytes)


@files.post(
    "/files",
    status_code=201,
    openapi_extra={"requestBody": {"required": True, "content": {"application/octet-stream": BINARY}}},
)
async def add_file(
    unit: Unit,
    caller: Caller,
    blobs: Blobs,
    upload: CurrentUpload,
    case_id: CaseId,
    indicator_id: Annotated[str, Query(max_length=60, pattern=ID_FORM)],
    name: Annotated[str, Query(max_length=300, pattern=STORABLE, description="the file's name with its extension")],
    note: Annotated[str, Query(max_length=1000, pattern=STORABLE)] = "",
) -> EvidenceView:
    """Keep a file: the body is its content."""
    return await evidence.add_file(unit, caller, blobs, case_id, indicator_id, name, note, upload)


@router.post("/links", status_code=201)
async def add_link(unit: Unit, caller: Caller, case_id: CaseId, body: LinkBody) -> EvidenceView:
    """Keep an address."""
    return await evidence.add_link(unit, caller, case_id, body)


@router.post("/{evidence_id}/removal")
async def remove_evidence(unit: Unit, caller: Caller, case_id: CaseId, evidence_id: EvidenceId, body: RemovalBody) -> EvidenceView:
    """Take evidence back; its trace stays."""
    return await evidence.remove(unit, caller, case_id, evidence_id, body)


@router.get("/{evidence_id}/file", response_class=StreamingResponse, responses={200: {"content": {"application/octet-stream": BINARY}}})
async def download(unit: Unit, caller: Caller, blobs: Blobs, case_id: CaseId, evidence_id: EvidenceId, request: Request) -> Response:
    """A file's content, always to be saved and never shown in place; its hash is its ETag."""
    found = await evidence.file(unit, caller, case_id, evidence_id)
    headers = {"ETag": f'"{found.sha256}"', "Cache-Control": "private, no-cache"}
    if request.headers.get("if-none-match") == headers["ETag"]:
        return Response(status_code=304, headers=headers)
    headers |= {
        "Content-Disposition": f"attachment; filename*=UTF-8''{quote(found.name, safe='')}",
        "Content-Length": str(found.size),
        "Content-Security-Policy": "default-src 'none'; sandbox",
    }
    return StreamingResponse(await evidence.content(blobs, found), media_type=found.media_type, headers=headers)
