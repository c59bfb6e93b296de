"""The supervision service as a process."""

from __future__ import annotations

from fastapi import FastAPI

from kit.bus import make_broker, running, subscribe
from kit.db import Database
from kit.http import create_app as create_service
from kit.http import kafka_check
from kit.inbox import EventConsumer
from kit.operations import operations_router
from kit.settings import Settings, load_settings
from services.supervision import metrics
from services.supervision.endpoints import ROUTERS
from services.supervision.service.case_desk import CountSweeper
from services.supervision.service.checks import cycle_checks
from services.supervision.service.citizen_watch import ComplaintWatch
from services.supervision.service.duties import DutySweeper
from services.supervision.service.holding import hold_in_order
from services.supervision.subscribers import HANDLERS, TOPICS


def create_app(settings: Settings | None = None) -> FastAPI:
    """The service with its routes, its consumer of events and its readiness checks.

    The consumer is reachable as ``app.state.consumer``, the sweeper of duties as ``app.state.sweeper``, the watch over
    complaints as ``app.state.complaint_watch``.
    """
    settings = settings or load_settings()
    database = Database(settings.database_url("supervision"), pool_size=settings.database_pool_size)
    consumer = EventConsumer("supervision", database, settings, HANDLERS, hold=hold_in_order)
    sweeper = DutySweeper(database, settings)
    watch = ComplaintWatch(database, settings)
    broker = make_broker(settings)
    subscribe(broker, settings, group="supervision", topics=TOPICS, on_batch=consumer.on_batch)
    app = create_service(
        "supervision",
        settings,
        title="Siklus supervision",
        routers=[*ROUTERS, operations_router(consumer, cycle_checks)],
        database=database,
        background=[consumer.retry_parked_for_ever, sweeper.run, watch.look_for_ever, CountSweeper(database).run],
        around=[lambda: running(broker)],
        measure=metrics.measure(consumer.clock),
        checks={"kafka": kafka_check(settings.kafka_bootstrap)},
    )
    app.state.consumer, app.state.sweeper, app.state.complaint_watch = consumer, sweeper, watch
    return app
