"""The appraisal service as a process."""

from __future__ import annotations

from fastapi import FastAPI

from kit.blobs import BlobStore
from kit.bus import make_broker, running, subscribe
from kit.db import Database
from kit.http import create_app as create_service
from kit.http import kafka_check
from kit.inbox import EventConsumer
from kit.mending import mending_router
from kit.operations import operations_router
from kit.settings import Settings, load_settings
from services.appraisal.documents import engine
from services.appraisal.endpoints import ROUTERS
from services.appraisal.endpoints.evidence import FILES_PATH
from services.appraisal.endpoints.history import HISTORY_PATH
from services.appraisal.endpoints.roster import IMPORT_PATH
from services.appraisal.endpoints.roster_previews import PREVIEW_PATH
from services.appraisal.service.checks import cycle_checks
from services.appraisal.service.evidence_sweep import Sweeper
from services.appraisal.subscribers import HANDLERS, TOPICS, hold


def create_app(settings: Settings | None = None) -> FastAPI:
    """The service with its routes, its consumer of events and its readiness checks.

    The consumer is reachable as ``app.state.consumer``, the evidence files as ``app.state.blobs``.
    """
    settings = settings or load_settings()
    engine.check()
    database = Database(settings.database_url("appraisal"), pool_size=settings.database_pool_size)
    consumer = EventConsumer("appraisal", database, settings, HANDLERS, hold=hold)
    blobs = BlobStore(settings)
    broker = make_broker(settings)
    subscribe(broker, settings, group="appraisal", topics=TOPICS, on_batch=consumer.on_batch)
    app = create_service(
        "appraisal",
        settings,
        title="Siklus appraisal",
        routers=[*ROUTERS, operations_router(consumer, cycle_checks), mending_router("appraisal", consumer)],
        database=database,
        background=[consumer.retry_parked_for_ever, Sweeper(database, blobs, settings).sweep_for_ever],
        around=[lambda: running(broker)],
        checks={"kafka": kafka_check(settings.kafka_bootstrap)},
        limits={FILES_PATH: settings.evidence_limit_bytes},
        upload_paths=[IMPORT_PATH, PREVIEW_PATH, HISTORY_PATH],
    )
    app.state.consumer = consumer
    app.state.blobs = blobs
    return app
