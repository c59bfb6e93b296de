"""The Kubernetes manifests fit the published schemas, each other, the settings and the processes there are."""

from __future__ import annotations

import importlib
from pathlib import Path
from typing import Any

import pytest
import yaml
from kubernetes_validate.utils import ValidationError, validate

from contracts import topics
from kit.settings import Settings
from services.appraisal import subscribers as appraisal
from services.notification import subscribers as notification
from services.supervision import subscribers as supervision
from siklus.city import SIGNING_PARTS
from siklus.commands import migrate, release, run, serve

FOLDER = Path(__file__).resolve().parents[2] / "deploy" / "kubernetes"
KUBERNETES = "1.34"
READ = {
    "appraisal": appraisal.TOPICS,
    "supervision": supervision.TOPICS,
    "notification": notification.TOPICS,
    "bridge": (topics.APPRAISAL, topics.SUPERVISION, topics.PERSONNEL),
}
"""Which topics each scaled consumer reads."""


def documents(*names: str) -> list[dict[str, Any]]:
    paths = [FOLDER / name for name in names] or sorted(FOLDER.glob("*.yaml"))
    return [document for path in paths for document in yaml.safe_load_all(path.read_text()) if document]


ALL = documents()


def of_kind(kind: str) -> list[dict[str, Any]]:
    return [document for document in ALL if document["kind"] == kind]


def named(kind: str) -> set[str]:
    return {document["metadata"]["name"] for document in of_kind(kind)}


def container(document: dict[str, Any]) -> dict[str, Any]:
    [only] = document["spec"]["template"]["spec"]["containers"]
    return dict(only)


DEPLOYMENTS = of_kind("Deployment")
PODS = [*DEPLOYMENTS, *of_kind("Job")]
NAMES = [document["metadata"]["name"] for document in PODS]
NATIVE = [document for document in ALL if document["kind"] not in {"ScaledObject", "Kustomization"}]


@pytest.mark.parametrize("document", NATIVE, ids=lambda document: f"{document['kind']}-{document['metadata']['name']}")
def test_a_manifest_fits_the_published_schema(document: dict[str, Any]) -> None:
    validate(document, KUBERNETES, strict=True)


def test_the_schema_would_refuse_a_mistake() -> None:
    wrong = {**DEPLOYMENTS[0], "spec": {**DEPLOYMENTS[0]["spec"], "replicaz": 2}}
    with pytest.raises(ValidationError):
        validate(wrong, KUBERNETES, strict=True)


def test_the_kustomization_lists_every_file_but_the_example_of_secrets() -> None:
    [kustomization] = of_kind("Kustomization")
    present = {path.name for path in FOLDER.glob("*.yaml")}
    assert set(kustomization["resources"]) == present - {"kustomization.yaml", "secrets.example.yaml"}


def test_every_process_runs_more_than_once_and_migrations_and_releases_are_jobs() -> None:
    commands = {tuple(container(document)["args"][:2]): document["spec"]["replicas"] for document in DEPLOYMENTS}
    assert commands.keys() == {("serve", name) for name in serve.MODULES} | {("run", name) for name in run.MODULES}
    assert min(commands.values()) >= 2
    assert {container(document)["args"][0] for document in of_kind("Job")} == {migrate.NAME, release.NAME}


@pytest.mark.parametrize("document", PODS, ids=NAMES)
def test_every_setting_and_secret_a_pod_is_given_exists(document: dict[str, Any]) -> None:
    known = {f"SIKLUS_{name.upper()}" for name in Settings.model_fields}
    [configuration], [secret] = of_kind("ConfigMap"), of_kind("Secret")
    given = container(document)
    assert [source["configMapRef"]["name"] for source in given["envFrom"]] == [configuration["metadata"]["name"]]
    assert configuration["data"].keys() <= known
    assert secret["stringData"].keys() <= known
    for variable in given["env"]:
        assert variable["name"] in known
        if "valueFrom" in variable:
            reference = variable["valueFrom"]["secretKeyRef"]
            assert reference["name"] == secret["metadata"]["name"]
            assert reference["key"] in secret["stringData"]
    values = {name.removeprefix("SIKLUS_").lower(): value for name, value in configuration["data"].items()}
    Settings.model_validate(values)


def test_only_processes_that_sign_hold_the_private_key() -> None:
    holders = {
        container(document)["name"]
        for document in PODS
        if "SIKLUS_TOKEN_PRIVATE_KEY" in {variable["name"] for variable in container(document)["env"]}
    }
    assert holders == SIGNING_PARTS


@pytest.mark.parametrize("document", DEPLOYMENTS, ids=[document["metadata"]["name"] for document in DEPLOYMENTS])
def test_probes_ports_and_scrapes_refer_to_the_port_the_process_listens_on(document: dict[str, Any]) -> None:
    [configuration] = of_kind("ConfigMap")
    given = container(document)
    [port] = given["ports"]
    arguments = given["args"]
    listens_on = arguments[arguments.index("--port") + 1] if "--port" in arguments else configuration["data"]["SIKLUS_METRICS_PORT"]
    assert str(port["containerPort"]) == listens_on
    annotations = document["spec"]["template"]["metadata"]["annotations"]
    assert annotations["prometheus.io/port"] == listens_on
    for probe in ("startupProbe", "readinessProbe", "livenessProbe"):
        assert given[probe]["httpGet"]["port"] == port["name"]
        assert given[probe]["httpGet"]["path"] in {"/health/live", "/health/ready"}
    assert given["livenessProbe"]["httpGet"]["path"] == "/health/live", "a dependency that is away must not restart us"
    labels = document["spec"]["template"]["metadata"]["labels"]
    assert document["spec"]["selector"]["matchLabels"].items() <= labels.items()


@pytest.mark.parametrize("document", PODS, ids=NAMES)
def test_pods_run_the_image_of_the_release_without_rights_they_do_not_need(document: dict[str, Any]) -> None:
    compose = yaml.safe_load((FOLDER.parents[1] / "docker-compose.yml").read_text())
    given = container(document)
    assert given["image"] == compose["x-siklus"]["image"]
    assert document["spec"]["template"]["spec"]["securityContext"]["runAsNonRoot"]
    assert given["securityContext"]["capabilities"] == {"drop": ["ALL"]}
    assert given["resources"]["limits"]["memory"]


def test_services_budgets_and_the_ingress_select_pods_there_are() -> None:
    pods = [document["spec"]["template"]["metadata"]["labels"] for document in DEPLOYMENTS]
    ports = {
        document["spec"]["template"]["metadata"]["labels"]["app.kubernetes.io/name"]: container(document)["ports"][0]
        for document in DEPLOYMENTS
    }
    for document in of_kind("Service"):
        assert any(document["spec"]["selector"].items() <= labels.items() for labels in pods)
        [port] = document["spec"]["ports"]
        assert (port["targetPort"], port["port"]) == (
            ports[document["metadata"]["name"]]["name"],
            ports[document["metadata"]["name"]]["containerPort"],
        )
    budgets = {document["spec"]["selector"]["matchLabels"]["app.kubernetes.io/name"] for document in of_kind("PodDisruptionBudget")}
    assert budgets == ports.keys()
    [ingress] = of_kind("Ingress")
    backend = ingress["spec"]["rules"][0]["http"]["paths"][0]["backend"]["service"]
    assert backend["name"] in named("Service")


def test_every_scaler_scales_something_there_is_once() -> None:
    targets = [
        document["spec"]["scaleTargetRef"]["name"] for kind in ("HorizontalPodAutoscaler", "ScaledObject") for document in of_kind(kind)
    ]
    assert len(targets) == len(set(targets)), "two scalers of one deployment fight"
    assert set(targets) == named("Deployment") - {"relay"}, "relays share the shards of the outboxes; two are enough"


@pytest.mark.parametrize("scaler", of_kind("ScaledObject"), ids=lambda document: document["metadata"]["name"])
def test_consumers_are_scaled_by_the_lag_of_the_topics_they_read(scaler: dict[str, Any]) -> None:
    name = scaler["metadata"]["name"]
    [configuration] = of_kind("ConfigMap")
    prefix = Settings().topic_prefix
    lag = [trigger["metadata"] for trigger in scaler["spec"]["triggers"] if trigger["type"] == "kafka"]
    assert {trigger["topic"] for trigger in lag} == {topic.full_name(prefix) for topic in READ[name]}
    assert {trigger["consumerGroup"] for trigger in lag} == {f"{prefix}.{name}"}
    assert {trigger["bootstrapServers"] for trigger in lag} == {configuration["data"]["SIKLUS_KAFKA_BOOTSTRAP"]}
    assert scaler["spec"]["maxReplicaCount"] <= min(topic.partitions for topic in READ[name])


def test_workers_tell_their_build_and_the_release_sends_cases_to_it() -> None:
    [worker] = [document for document in DEPLOYMENTS if container(document)["name"] == "worker"]
    [released] = [document for document in of_kind("Job") if container(document)["args"][0] == release.NAME]
    environment = {variable["name"]: variable.get("value") for variable in container(worker)["env"]}
    build = environment["SIKLUS_WORKER_BUILD"]
    assert container(released)["args"] == [release.NAME, build]
    assert worker["spec"]["selector"]["matchLabels"]["siklus/build"] == build
    assert importlib.import_module("workflows.releases").versioning(Settings(worker_build=build)) is not None
