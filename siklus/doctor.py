"""The doctor: looks through every part for what breaks the invariants of a cycle."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import httpx
from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.errors import KafkaError

from contracts.topics import ALL
from kit.auth import TokenSigner
from kit.settings import Settings


@dataclass(frozen=True)
class Finding:
    """What is wrong, and in which part."""

    part: str
    text: str


async def examine(settings: Settings, cycle_id: str) -> list[Finding]:
    """Everything that breaks an invariant of a cycle that has ended; empty means whole.

    Asked of each service: one result per case, every opened task closed, one notification per person, event and channel,
    outbox drained, no dead letter, audit chains intact. Asked of the workflows: every case closed. Asked of Kafka: nothing
    on a dead-letter topic. And across them: all know the same number of cases.
    """
    token = TokenSigner(settings).service_token("doctor")
    async with httpx.AsyncClient(timeout=60, headers={"Authorization": f"Bearer {token}"}, trust_env=False) as http:
        findings: list[Finding] = []
        for part in ("appraisal", "supervision", "notification"):
            findings += await _service_findings(http, part, getattr(settings, f"{part}_url"), cycle_id)
        findings += await _workflow_findings(http, settings, cycle_id)
    return findings + await _dead_letters(settings)


async def _service_findings(http: httpx.AsyncClient, part: str, url: str, cycle_id: str) -> list[Finding]:
    body = await _asked(http, part, f"{url}/operations/checks/{cycle_id}")
    return body if isinstance(body, list) else [Finding(part, text) for text in body["findings"]]


async def _workflow_findings(http: httpx.AsyncClient, settings: Settings, cycle_id: str) -> list[Finding]:
    state = await _asked(http, "workflows", f"{settings.control_url}/cycles/{cycle_id}")
    if isinstance(state, list):
        return state
    findings = []
    if state["status"] != "completed":
        findings.append(Finding("workflows", f"the cycle is {state['status']}, not completed"))
    if state["running"]:
        waiting = ", ".join(f"{count} in {phase}" for phase, count in state["phases"].items() if count)
        findings.append(Finding("workflows", f"{state['running']} cases have not ended: {waiting}"))
    cases = await _count_cases(http, settings, cycle_id)
    if isinstance(cases, Finding):
        return [*findings, cases]
    if cases != state["closed"] + state["running"]:
        findings.append(Finding("workflows", f"{state['closed'] + state['running']} cases, but supervision knows {cases}"))
    return findings


async def _count_cases(http: httpx.AsyncClient, settings: Settings, cycle_id: str) -> int | Finding:
    count, cursor = 0, ""
    while True:
        page = await _asked(http, "supervision", f"{settings.supervision_url}/cases?cycle_id={cycle_id}&limit=500{cursor}")
        if isinstance(page, list):
            return page[0]
        count += len(page["items"])
        if not page["next_cursor"]:
            return count
        cursor = f"&cursor={page['next_cursor']}"


async def _asked(http: httpx.AsyncClient, part: str, address: str) -> dict[str, Any] | list[Finding]:
    try:
        answer = await http.get(address)
    except httpx.HTTPError as error:
        return [Finding(part, f"does not answer: {type(error).__name__}")]
    if not answer.is_success:
        return [Finding(part, f"{address} answered {answer.status_code}: {answer.text[:200]}")]
    body: dict[str, Any] = answer.json()
    return body


async def _dead_letters(settings: Settings) -> list[Finding]:
    """Events on the dead-letter topics; the services' own are found in their tables too, the bridge's only here."""
    consumer: Any = AIOKafkaConsumer(bootstrap_servers=settings.kafka_bootstrap)
    try:
        await consumer.start()
    except (KafkaError, OSError) as error:
        return [Finding("kafka", f"does not answer: {type(error).__name__}")]
    try:
        known = await consumer.topics()
        names = [name for topic in ALL if (name := topic.dead_letter_name(settings.topic_prefix)) in known]
        ends = await consumer.end_offsets([TopicPartition(name, 0) for name in names])
        return [Finding("kafka", f"{place.topic} holds {count} events") for place, count in ends.items() if count]
    finally:
        await consumer.stop()
