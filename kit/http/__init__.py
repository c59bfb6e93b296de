"""HTTP edge of a service: one transaction a request, idempotent commands, problem+json, health, metrics."""

from kit.http.answers import PROBLEM_MEDIA, problem_response, validation_problem
from kit.http.application import create_app, kafka_check
from kit.http.inputs import Caller, PageLimit, Unit, Version, check_version, etag, make_cursor, read_cursor
from kit.http.routes import Check, Kit, ServiceRoute, StreamingRoute
from kit.http.uploads import CurrentUpload, Upload, UploadRoute

__all__ = [
    "PROBLEM_MEDIA",
    "Caller",
    "Check",
    "CurrentUpload",
    "Kit",
    "PageLimit",
    "ServiceRoute",
    "StreamingRoute",
    "Unit",
    "Upload",
    "UploadRoute",
    "Version",
    "check_version",
    "create_app",
    "etag",
    "kafka_check",
    "make_cursor",
    "problem_response",
    "read_cursor",
    "validation_problem",
]
