"""Releases of workflow code side by side: which build a worker belongs to, and which build cases go to.

A case lasts a year and moves to the current build at its next step (``AUTO_UPGRADE``; changes of order are written with
``workflow.patched``). An objection stays with the build it began on (``PINNED``), whose workers run until it has ended.
"""

from __future__ import annotations

import asyncio

from pydantic import BaseModel
from temporalio.api.enums.v1 import RoutingConfigUpdateState, VersionDrainageStatus
from temporalio.api.workflowservice.v1 import (
    DescribeWorkerDeploymentRequest,
    SetWorkerDeploymentCurrentVersionRequest,
    SetWorkerDeploymentRampingVersionRequest,
)
from temporalio.client import Client
from temporalio.common import VersioningBehavior, WorkerDeploymentVersion
from temporalio.worker import WorkerDeploymentConfig

from kit.settings import Settings

LONGEST_ROUTING_SECONDS = 60.0
LOOK_EVERY_SECONDS = 0.2
DRAINED = VersionDrainageStatus.VERSION_DRAINAGE_STATUS_DRAINED
SPREADING = RoutingConfigUpdateState.ROUTING_CONFIG_UPDATE_STATE_IN_PROGRESS


class Release(BaseModel):
    """Which build new cases and next steps go to, and the builds whose work has ended: their workers may be stopped."""

    current: str
    ramping: str
    ramp_percent: float
    drained: list[str]


def versioning(settings: Settings) -> WorkerDeploymentConfig | None:
    """How a worker tells its build; None where it has none."""
    if not settings.worker_build:
        return None
    return WorkerDeploymentConfig(
        version=WorkerDeploymentVersion(settings.worker_deployment, settings.worker_build),
        use_worker_versioning=True,
        default_versioning_behavior=VersioningBehavior.AUTO_UPGRADE,
    )


async def make_current(client: Client, settings: Settings, build: str) -> None:
    """From now on cases go to this build: it returns once every part of the server has heard of it.

    Raises:
        RPCError: no worker of the build polls yet, or Temporal is away.
        TimeoutError: the server has not spread it after a minute; it goes on doing so.
    """
    await client.workflow_service.set_worker_deployment_current_version(
        SetWorkerDeploymentCurrentVersionRequest(namespace=client.namespace, deployment_name=settings.worker_deployment, build_id=build)
    )
    await _spread(client, settings)


async def ramp(client: Client, settings: Settings, build: str, percent: float) -> None:
    """Let some percent of the cases go to this build first; it returns once every part of the server has heard of it.

    Raises:
        RPCError: no worker of the build polls yet, or Temporal is away.
        TimeoutError: the server has not spread it after a minute; it goes on doing so.
    """
    await client.workflow_service.set_worker_deployment_ramping_version(
        SetWorkerDeploymentRampingVersionRequest(
            namespace=client.namespace, deployment_name=settings.worker_deployment, build_id=build, percentage=percent
        )
    )
    await _spread(client, settings)


async def _spread(client: Client, settings: Settings) -> None:
    """Wait until no part of the server sends cases by the routing of before."""
    wanted = DescribeWorkerDeploymentRequest(namespace=client.namespace, deployment_name=settings.worker_deployment)
    async with asyncio.timeout(LONGEST_ROUTING_SECONDS):
        while True:
            answer = await client.workflow_service.describe_worker_deployment(wanted)
            if answer.worker_deployment_info.routing_config_update_state != SPREADING:
                return
            await asyncio.sleep(LOOK_EVERY_SECONDS)


async def release(client: Client, settings: Settings) -> Release:
    """Where the releases stand.

    Raises:
        RPCError: no versioned worker was ever there, or Temporal is away.
    """
    answer = await client.workflow_service.describe_worker_deployment(
        DescribeWorkerDeploymentRequest(namespace=client.namespace, deployment_name=settings.worker_deployment)
    )
    routing = answer.worker_deployment_info.routing_config
    drained = [
        summary.deployment_version.build_id
        for summary in answer.worker_deployment_info.version_summaries
        if summary.drainage_info.status == DRAINED
    ]
    return Release(
        current=routing.current_deployment_version.build_id,
        ramping=routing.ramping_deployment_version.build_id,
        ramp_percent=routing.ramping_version_percentage,
        drained=drained,
    )


async def other_builds(client: Client, settings: Settings) -> list[str]:
    """The builds beside the current one that still may have workers, the newest first.

    Raises:
        RPCError: no versioned worker was ever there, or Temporal is away.
    """
    answer = await client.workflow_service.describe_worker_deployment(
        DescribeWorkerDeploymentRequest(namespace=client.namespace, deployment_name=settings.worker_deployment)
    )
    current = answer.worker_deployment_info.routing_config.current_deployment_version.build_id
    found = sorted(answer.worker_deployment_info.version_summaries, key=lambda summary: summary.create_time.ToDatetime(), reverse=True)
    return [summary.deployment_version.build_id for summary in found if summary.deployment_version.build_id != current]
