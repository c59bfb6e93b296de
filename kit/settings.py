"""Settings from the environment (``SIKLUS_`` prefix), checked at start with every mistake named."""

from __future__ import annotations

import os
from datetime import datetime
from functools import lru_cache
from typing import Literal

from pydantic import Field, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from kit.settings_checks import is_secret, mistakes

ServiceName = Literal["appraisal", "supervision", "notification"]
EPOCH = datetime.fromisoformat("2026-01-01T00:00:00+07:00")


class Settings(BaseSettings):
    """Every setting of every process. docs/operations.md holds the same table; a test compares them."""

    model_config = SettingsConfigDict(env_prefix="SIKLUS_", extra="ignore", frozen=True)

    appraisal_database_url: str = Field(
        "postgresql+asyncpg://postgres@127.0.0.1:5433/siklus_appraisal", description="database of the appraisal service"
    )
    supervision_database_url: str = Field(
        "postgresql+asyncpg://postgres@127.0.0.1:5433/siklus_supervision", description="database of the supervision service"
    )
    notification_database_url: str = Field(
        "postgresql+asyncpg://postgres@127.0.0.1:5433/siklus_notification", description="database of the notification service"
    )
    database_pool_size: int = Field(10, ge=1, le=200, description="database connections a process keeps")

    kafka_bootstrap: str = Field("127.0.0.1:9092", description="Kafka bootstrap servers, comma separated")
    kafka_replication: int = Field(1, ge=1, le=5, description="replicas of each topic; 3 in production")
    topic_prefix: str = Field("siklus", pattern=r"^[a-z0-9][a-z0-9-]*$", description="first word of every topic and consumer group")
    kafka_instance: str = Field(
        "",
        pattern=r"^[A-Za-z0-9._-]{0,100}$",
        description="name of this process in its consumer group, kept over restarts and used by no other; empty: a new one each time",
    )

    dead_letter_limit: int = Field(
        100, ge=1, le=1_000_000, description="dead letters of a service from which the desk calls their queue full"
    )

    temporal_address: str = Field("127.0.0.1:7233", description="Temporal frontend")
    temporal_namespace: str = Field("default", description="Temporal namespace")
    temporal_task_queue: str = Field("siklus", description="task queue of the workers")
    temporal_ui_url: str = Field("http://127.0.0.1:8233", description="address of Temporal's own UI, for links")
    worker_cached_workflows: int = Field(2000, ge=10, description="workflows a worker keeps in memory")

    worker_build: str = Field(
        "", pattern=r"^[A-Za-z0-9._-]{0,80}$", description="build a worker belongs to, for releases beside each other; empty: not versioned"
    )
    worker_deployment: str = Field("siklus", pattern=r"^[A-Za-z0-9_-]{1,80}$", description="name under which Temporal knows the builds")

    appraisal_url: str = Field("http://127.0.0.1:8101", description="address of the appraisal service")
    supervision_url: str = Field("http://127.0.0.1:8102", description="address of the supervision service")
    notification_url: str = Field("http://127.0.0.1:8103", description="address of the notification service")
    control_url: str = Field("http://127.0.0.1:8104", description="address of the workflow control service")
    portal_url: str = Field("http://127.0.0.1:8080", description="address of the portal as people see it; links in messages start with it")
    mail_inbox_url: str = Field("", description="address of the local mail inbox, where there is one")

    token_public_key: str = Field("", description="Ed25519 public key (JWK, JSON) that checks access tokens")
    token_private_key: str = Field(
        "", description="Ed25519 private key (JWK, JSON); only for processes that sign tokens: portal, worker, control, siklus"
    )
    token_minutes: int = Field(480, ge=1, le=1440, description="life of an access token in minutes")
    demo_sign_in: bool = Field(False, description="offer the sign-in page that lists demo people; never in production")
    oidc_issuer: str = Field("", description="OpenID Connect issuer; empty means the local identity page")
    oidc_client_id: str = Field("", description="OpenID Connect client id of the portal")
    oidc_client_secret: str = Field("", description="OpenID Connect client secret of the portal")
    payload_keys: str = Field("", description="keys of the workflow payload codec, newest first: id:base64,id:base64")

    smtp_host: str = Field("127.0.0.1", description="mail relay")
    smtp_port: int = Field(2525, description="port of the mail relay")
    smtp_username: str = Field("", description="user at the mail relay, where it asks for one")
    smtp_password: str = Field("", description="password at the mail relay")
    smtp_starttls: bool = Field(False, description="upgrade the mail connection to TLS")
    smtp_second_host: str = Field(
        "", description="second mail relay, with the first one's user; ops switches to it from the desk; empty: none"
    )
    smtp_second_port: int = Field(25, ge=1, le=65535, description="port of the second mail relay")
    mail_from: str = Field("Siklus <siklus@bandung.example>", description="sender of e-mails")

    evidence_store: str = Field(".var/evidence", description="where evidence files are kept: a folder, or `s3://bucket/prefix`")
    evidence_s3_endpoint: str = Field("", description="address of an S3-compatible store; empty: Amazon's own")
    evidence_s3_region: str = Field("us-east-1", description="region of the S3 store")
    evidence_s3_access_key: str = Field("", description="access key of the S3 store; empty: the machine's own identity")
    evidence_s3_secret_key: str = Field("", description="secret key of the S3 store")
    evidence_limit_bytes: int = Field(10_000_000, ge=1024, le=100_000_000, description="largest evidence file accepted")
    link_secrets: str = Field(
        "", description="secrets that sign the links in messages, newest first, comma separated; empty: messages only lead to the portal"
    )
    vapid_private_key: str = Field("", description="VAPID key of web push (base64url, 32 bytes); empty: no web push")
    push_hosts: str = Field(
        "fcm.googleapis.com,push.services.mozilla.com,push.apple.com,notify.windows.com",
        description="hosts, with all below them, of the push services browsers may name",
    )
    chat_services: str = Field("", description="chat services people may be told over (Apprise names, comma separated); empty: none")
    webhook_hosts: str = Field("", description="hosts, with all below them, that may be told by signed webhooks; empty: none")

    citizen_form_seconds: int = Field(3, ge=0, le=60, description="seconds a citizen's form is open at least before an answer is taken")
    citizen_moderation_days: int = Field(2, ge=1, le=30, description="days citizens' words wait until HR is reminded of them")
    citizen_complaint_days: int = Field(14, ge=1, le=90, description="days a unit has to resolve a citizen's complaint")

    clock_speed: float = Field(1.0, gt=0, description="calendar seconds per real second; 1 in production")
    clock_real_origin: datetime = Field(EPOCH, description="real instant at which the calendar clock stood at its origin")
    clock_calendar_origin: datetime = Field(EPOCH, description="calendar instant at the real origin")

    body_limit_bytes: int = Field(1_048_576, ge=1024, description="largest request body accepted, uploads apart")
    metrics_port: int = Field(
        0, ge=0, le=65535, description="where relay, worker and bridge answer for their health and metrics; 0: nowhere"
    )
    metrics_host: str = Field("127.0.0.1", description="address on which relay, worker and bridge answer there")
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = Field("INFO", description="log level")
    otlp_endpoint: str = Field("", description="OpenTelemetry collector for traces (OTLP over HTTP); empty: no export")

    def database_url(self, service: ServiceName) -> str:
        url: str = getattr(self, f"{service}_database_url")
        return url


class SettingsError(RuntimeError):
    """The environment holds settings that cannot be used."""


@lru_cache
def load_settings() -> Settings:
    """The settings of this process.

    Raises:
        SettingsError: names every wrong variable at once and what is wrong with it.
    """
    wrong = mistakes(os.environ, Settings.model_fields)
    settings: Settings | None = None
    try:
        settings = Settings()
    except ValidationError as error:
        for item in error.errors():
            name = str(item["loc"][0])
            wrong[name] = item["msg"] if is_secret(name) else f"{item['msg']} (got {item['input']!r})"
    if settings is None or wrong:
        lines = [f"  SIKLUS_{name.upper()}: {text}" for name, text in sorted(wrong.items())]
        raise SettingsError("These settings cannot be used:\n" + "\n".join(lines))
    return settings
