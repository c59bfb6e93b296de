"""The notification service as a process."""

from __future__ import annotations

from typing import Any

from fastapi import FastAPI

from kit.bus import make_broker, running, subscribe
from kit.db import Database
from kit.http import create_app as create_service
from kit.http import kafka_check
from kit.inbox import EventConsumer
from kit.mending import mending_router
from kit.operations import operations_router
from kit.settings import Settings, load_settings
from kit.unit import UnitOfWork
from services.notification import endpoints, metrics, stream
from services.notification.channels.ways import WAYS
from services.notification.composer import Composer
from services.notification.domain.rules import Channel
from services.notification.links import Links
from services.notification.live import Listener
from services.notification.sender import Sender, condition_of
from services.notification.service.checks import cycle_checks
from services.notification.service.notify import hear
from services.notification.subscribers import HANDLERS, TOPICS


def create_app(settings: Settings | None = None) -> FastAPI:
    """The service with its routes, its consumer of events, the senders of its channels and its readiness checks.

    Its parts are reachable as ``app.state.consumer``, ``listener``, ``composer`` and ``senders`` (by channel).
    """
    settings = settings or load_settings()
    database = Database(settings.database_url("notification"), pool_size=settings.database_pool_size)
    consumer = EventConsumer("notification", database, settings, HANDLERS, together=hear)
    listener = Listener(database, settings)
    senders = {channel: Sender(channel, way, database, settings, listener) for channel, way in WAYS.items()}
    composer = Composer(database, settings, listener)

    async def own(unit: UnitOfWork) -> dict[str, Any]:
        return await condition_of(unit, settings, senders)

    broker = make_broker(settings)
    subscribe(broker, settings, group="notification", topics=TOPICS, on_batch=consumer.on_batch)
    app = create_service(
        "notification",
        settings,
        title="Siklus notification",
        routers=[
            stream.router,
            *endpoints.ROUTERS,
            operations_router(consumer, cycle_checks),
            mending_router("notification", consumer, own),
        ],
        database=database,
        background=[consumer.retry_parked_for_ever, listener.run, composer.run, *(sender.run for sender in senders.values())],
        around=[lambda: running(broker)],
        measure=metrics.measure,
        checks={"kafka": kafka_check(settings.kafka_bootstrap), "smtp": senders[Channel.EMAIL].check},
    )
    app.state.consumer = consumer
    app.state.listener = listener
    app.state.senders = senders
    app.state.composer = composer
    app.state.links = Links(settings)
    return app
