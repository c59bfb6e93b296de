"""An import looked at first: the preview of its changes, kept by the appraisal service until it is confirmed."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from services.portal.clients.base import ServiceClient, View


class Changes(View):
    added: int = 0
    changed: int = 0
    unchanged: int = 0


class ImportOutcome(View):
    units: Changes = Changes()
    people: Changes = Changes()


class RosterPreview(ImportOutcome):
    """What the files would change."""

    preview_id: str
    made_at: datetime
    missing_units: int = 0
    missing_people: int = 0
    moved: int = 0
    superiors: int = 0
    cases: int = 0

    @property
    def missing(self) -> int:
        return self.missing_units + self.missing_people

    @property
    def changes(self) -> int:
        """How many rows confirming would write."""
        return self.units.added + self.units.changed + self.people.added + self.people.changed


class PreviewField(View):
    field: str
    old: str = ""
    new: str = ""


class PreviewRow(View):
    """A unit or person that would change."""

    kind: str
    change: str
    key: str
    name: str = ""
    fields: list[PreviewField] = []


class RosterCalls(ServiceClient):
    """Imports, as the appraisal service takes them."""

    async def preview_roster(self, token: str, files: dict[str, Any], *, key: str) -> RosterPreview:
        return RosterPreview.model_validate((await self.send("POST", token, "/roster/previews", files=files, key=key)).body)

    async def roster_preview(self, token: str, preview_id: str) -> RosterPreview:
        return RosterPreview.model_validate((await self.get(token, f"/roster/previews/{preview_id}")).body)

    async def roster_preview_rows(self, token: str, preview_id: str, only: str, cursor: str) -> tuple[list[PreviewRow], str | None]:
        query = {name: value for name, value in (("only", only), ("cursor", cursor)) if value}
        body = (await self.get(token, f"/roster/previews/{preview_id}/rows", **query)).body
        return [PreviewRow.model_validate(row) for row in body["items"]], body.get("next_cursor")

    async def confirm_roster(self, token: str, preview_id: str, *, key: str) -> ImportOutcome:
        return ImportOutcome.model_validate((await self.send("POST", token, f"/roster/previews/{preview_id}/confirm", key=key)).body)

    async def renew_roster_preview(self, token: str, preview_id: str) -> RosterPreview:
        return RosterPreview.model_validate((await self.send("POST", token, f"/roster/previews/{preview_id}/renew")).body)

    async def discard_roster_preview(self, token: str, preview_id: str) -> None:
        await self.send("DELETE", token, f"/roster/previews/{preview_id}")
