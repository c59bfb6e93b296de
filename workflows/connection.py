"""The connection to Temporal: typed payloads (pydantic), encrypted where keys are set."""

from __future__ import annotations

import asyncio
import dataclasses

import structlog
from temporalio.api.workflowservice.v1 import DescribeNamespaceRequest
from temporalio.client import Client
from temporalio.contrib.pydantic import pydantic_data_converter
from temporalio.converter import DataConverter
from temporalio.runtime import Runtime
from temporalio.service import RPCError

from kit.http import Check
from kit.settings import Settings
from workflows.codec import codec_from

log = structlog.get_logger()


def data_converter(settings: Settings) -> DataConverter:
    """How payloads are written."""
    return dataclasses.replace(pydantic_data_converter, payload_codec=codec_from(settings.payload_keys))


async def connect(settings: Settings, *, lazy: bool = False, runtime: Runtime | None = None) -> Client:
    """A client of the Temporal server; ``lazy`` connects at the first call.

    Raises:
        RuntimeError, RPCError: the server does not answer.
    """
    return await Client.connect(
        settings.temporal_address,
        namespace=settings.temporal_namespace,
        data_converter=data_converter(settings),
        lazy=lazy,
        runtime=runtime,
    )


async def connected(settings: Settings, runtime: Runtime | None = None) -> Client:
    """A client of the Temporal server, however long that takes to come up."""
    while True:
        try:
            return await connect(settings, runtime=runtime)
        except (RuntimeError, RPCError) as error:
            log.warning("temporal.away", error=str(error)[:200])
            await asyncio.sleep(1)


def temporal_check(settings: Settings) -> Check:
    """A readiness check that the server knows our namespace."""
    client: Client | None = None

    async def check() -> None:
        nonlocal client
        client = client or await connect(settings, lazy=True)
        await client.workflow_service.describe_namespace(DescribeNamespaceRequest(namespace=settings.temporal_namespace))

    return check
