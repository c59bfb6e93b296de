"""The local mail sink as a part."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from pathlib import Path

import httpx

from siklus.part import NotReady, Part, Probe, probe_port


@dataclass(frozen=True)
class Mail:
    """SMTP on one port, the web inbox on another, messages in one file."""

    smtp_port: int
    web_port: int
    database: Path

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.web_port}"

    def part(self) -> Part:
        ports = ("--smtp-port", str(self.smtp_port), "--web-port", str(self.web_port))
        return Part(
            name="mail",
            command=(sys.executable, "-m", "siklus", "mail-sink", *ports, "--database", str(self.database)),
            probe=self.probe,
            ports={"mail": self.web_port, "smtp": self.smtp_port},
            url=self.url,
        )

    async def probe(self) -> None:
        await probe_port(self.smtp_port)()
        await probe_health(self.url)()


def probe_health(url: str) -> Probe:
    """A probe that is content when ``/health/ready`` answers 200."""

    async def probe() -> None:
        try:
            # Plain HTTP on this machine: reading the certificates of the world for every probe would cost more than the probe.
            async with httpx.AsyncClient(timeout=4, trust_env=False, verify=False) as client:
                answer = await client.get(f"{url}/health/ready")
        except httpx.HTTPError as error:
            raise NotReady(f"{type(error).__name__}: {error}") from error
        if answer.status_code != 200:
            raise NotReady(answer.text[:300])

    return probe
