"""Temporal's development server with a database file."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from pathlib import Path

from temporalio.api.workflowservice.v1 import DescribeNamespaceRequest
from temporalio.client import Client
from temporalio.service import RPCError

from siklus.part import NotReady, Part, probe_port

SEARCH_ATTRIBUTES = {
    "CycleId": "Keyword",
    "UnitId": "Keyword",
    "Phase": "Keyword",
    "PhaseDueAt": "Datetime",
    "Overdue": "Bool",
    "Attention": "Keyword",
}
"""What ops can list cases by; the workflows set them."""

executable = Path(sys.executable).parent / "temporal"


@dataclass(frozen=True)
class Temporal:
    """One development server. ``ui_port`` None means without its UI; ``database`` None keeps everything in memory."""

    port: int
    database: Path | None
    ui_port: int | None = None

    @property
    def address(self) -> str:
        return f"127.0.0.1:{self.port}"

    def part(self) -> Part:
        ports = {"temporal": self.port}
        if self.ui_port is not None:
            ports["temporal-ui"] = self.ui_port
        return Part(
            name="temporal",
            command=self._command(),
            probe=self.probe,
            ports=ports,
            url=f"http://127.0.0.1:{self.ui_port}" if self.ui_port is not None else self.address,
            prepare=self._prepare,
        )

    def _prepare(self) -> None:
        if self.database is not None:
            self.database.parent.mkdir(parents=True, exist_ok=True)

    def _command(self) -> tuple[str, ...]:
        words = [str(executable), "server", "start-dev", "--ip", "127.0.0.1", "--port", str(self.port), "--log-level", "warn"]
        words += ["--headless"] if self.ui_port is None else ["--ui-port", str(self.ui_port)]
        if self.database is not None:
            # Write-ahead logging makes the server 2.7 times as fast as its default (measured), and survives a kill.
            words += ["--db-filename", str(self.database), "--sqlite-pragma", "journal_mode=WAL", "--sqlite-pragma", "synchronous=NORMAL"]
        # The second failure of a workflow task in a row makes it findable, so that the desk shows it within a minute.
        words += ["--dynamic-config-value", "system.numConsecutiveWorkflowTaskProblemsToTriggerSearchAttribute=2"]
        for name, kind in SEARCH_ATTRIBUTES.items():
            words += ["--search-attribute", f"{name}={kind}"]
        return tuple(words)

    async def probe(self) -> None:
        await probe_port(self.port)()
        try:
            client = await Client.connect(self.address)
            await client.workflow_service.describe_namespace(DescribeNamespaceRequest(namespace="default"))
        except (RPCError, RuntimeError) as error:
            raise NotReady(str(error)) from error
