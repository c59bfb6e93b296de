"""Logs, metrics and traces. Logs are JSON lines with the trace id; they carry ids, never names or addresses."""

from __future__ import annotations

import contextlib
import logging
import re
import sys
from collections.abc import Iterator
from contextvars import ContextVar
from secrets import token_hex

import structlog
from opentelemetry import context as otel_context
from opentelemetry import propagate, trace
from opentelemetry.sdk.trace import TracerProvider
from prometheus_client import Counter, Gauge, Histogram
from structlog.typing import EventDict

from kit.settings import Settings

DEAD_LETTERS = Counter("siklus_dead_letters_total", "Events that could not be handled", ["consumer"])
EVENTS_PUBLISHED = Counter("siklus_events_published_total", "Events handed to Kafka", ["source"])
OUTBOX_PENDING = Gauge("siklus_outbox_pending", "Events waiting in the outbox", ["service"])
OUTBOX_AGE = Gauge("siklus_outbox_oldest_seconds", "Age of the oldest event waiting in the outbox", ["service"])
PARKED = Gauge("siklus_parked_events", "Events that came before what they need", ["service"])
PARKED_AGE = Gauge("siklus_parked_oldest_seconds", "Age of the oldest parked event", ["service"])
DEAD_LETTERS_WAITING = Gauge("siklus_dead_letters_waiting", "Dead letters not yet replayed", ["service"])
MEASURED_AT = Gauge("siklus_measured_timestamp_seconds", "When the gauges of a service's tables were last set", ["service"])
CONSUMER_LAG = Gauge("siklus_consumer_lag", "Events a consumer group has not yet dealt with", ["group", "topic"])
BATCHES_REPEATED = Counter("siklus_batches_repeated_total", "Batches tried again because something was away", ["group"])
RELAY_FAILURES = Counter("siklus_relay_failures_total", "Attempts to relay an outbox that failed", ["service"])
EVENT_AGE = Histogram(
    "siklus_event_age_seconds",
    "From an event's publication to the end of its handling",
    ["group"],
    buckets=(0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 15, 60, 300, 3600),
)
REQUEST_SECONDS = Histogram(
    "siklus_request_seconds",
    "Time to answer a request",
    ["method", "route", "status"],
    buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.15, 0.25, 0.5, 1, 2.5, 5),
)

_trace: ContextVar[str | None] = ContextVar("siklus_traceparent", default=None)
tracer = trace.get_tracer("siklus")


def new_traceparent() -> str:
    """A fresh W3C traceparent."""
    return f"00-{token_hex(16)}-{token_hex(8)}-01"


def traceparent() -> str | None:
    """The traceparent of what is being done now: OpenTelemetry's span where one is recorded, else the one we were handed."""
    span = trace.get_current_span().get_span_context()
    if span.is_valid:
        return f"00-{span.trace_id:032x}-{span.span_id:016x}-{span.trace_flags:02x}"
    return _trace.get()


@contextlib.contextmanager
def following(parent: str | None, name: str) -> Iterator[None]:
    """Work that belongs to a trace begun elsewhere (a request header, an event's ``trace``)."""
    parent = parent or new_traceparent()
    token = _trace.set(parent)
    attached = otel_context.attach(propagate.extract({"traceparent": parent}))
    try:
        with tracer.start_as_current_span(name):
            yield
    finally:
        otel_context.detach(attached)
        _trace.reset(token)


def step(parent: str | None, name: str) -> None:
    """A span of no length: something passed here. Costs nothing where no spans are exported."""
    if parent and _recording():
        with following(parent, name):
            pass


def _recording() -> bool:
    return isinstance(trace.get_tracer_provider(), TracerProvider)


PERSONAL = (
    (re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+"), "[e-mail]"),
    (re.compile(r"(?<!\d)\d{18}(?!\d)"), "[nip]"),
)
"""What may come with another program's words (a mail server's refusal, a database's complaint) and has no place in a log."""


def _mask(_logger: object, _name: str, event: EventDict) -> EventDict:
    for key, value in event.items():
        if isinstance(value, str):
            for pattern, instead in PERSONAL:
                value = pattern.sub(instead, value)
            event[key] = value
    return event


def _add_trace(_logger: object, _name: str, event: EventDict) -> EventDict:
    parent = traceparent()
    if parent:
        event["trace_id"] = parent.split("-")[1]
    return event


def set_up(service: str, settings: Settings) -> None:
    """Configure this process's logs, and the export of traces where a collector is named."""
    level = logging.getLevelName(settings.log_level)
    logging.basicConfig(stream=sys.stdout, level=max(level, logging.WARNING), format="%(name)s %(levelname)s %(message)s", force=True)
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            _add_trace,
            structlog.processors.format_exc_info,
            _mask,
            structlog.processors.JSONRenderer(),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.PrintLoggerFactory(),
        cache_logger_on_first_use=True,
    )
    structlog.contextvars.bind_contextvars(service=service)
    if settings.otlp_endpoint:
        from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
        from opentelemetry.sdk.resources import Resource
        from opentelemetry.sdk.trace.export import BatchSpanProcessor

        provider = TracerProvider(resource=Resource.create({"service.name": f"siklus-{service}"}))
        provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter(endpoint=settings.otlp_endpoint)))
        trace.set_tracer_provider(provider)
