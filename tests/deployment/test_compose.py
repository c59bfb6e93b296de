"""docker-compose.yml fits the published Compose schema, and every setting it passes exists."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from kit.settings import Settings
from siklus.commands import migrate, run, serve

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def compose() -> dict[str, Any]:
    loaded: dict[str, Any] = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
    return loaded


def check(path: Path) -> subprocess.CompletedProcess[str]:
    """Check a file against the published Compose schema."""
    command = [str(Path(sys.executable).parent / "check-jsonschema"), "--builtin-schema", "vendor.compose-spec", str(path)]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def test_the_file_fits_the_published_schema() -> None:
    checked = check(ROOT / "docker-compose.yml")
    assert checked.returncode == 0, checked.stdout


def test_the_schema_would_refuse_a_mistake(compose: dict[str, Any], tmp_path: Path) -> None:
    compose["services"]["postgres"]["comand"] = ["x"]
    wrong = tmp_path / "docker-compose.yml"
    wrong.write_text(yaml.safe_dump(compose))
    assert check(wrong).returncode != 0


def test_every_setting_it_passes_exists(compose: dict[str, Any]) -> None:
    known = {f"SIKLUS_{name.upper()}" for name in Settings.model_fields}
    passed = {
        name for service in compose["services"].values() for name in service.get("environment", {}) if str(name).startswith("SIKLUS_")
    }
    assert passed
    assert passed <= known


def test_every_process_of_the_system_has_its_container(compose: dict[str, Any]) -> None:
    commands = {tuple(service["command"][:2]) for service in compose["services"].values() if "command" in service}
    wanted = {("serve", name) for name in serve.MODULES} | {("run", name) for name in run.MODULES} | {(migrate.NAME,)}
    assert commands == wanted


def test_every_server_has_a_health_check_and_needs_only_services_there_are(compose: dict[str, Any]) -> None:
    services = compose["services"]
    for name, service in services.items():
        assert set(service.get("depends_on", {})) <= set(services), name
        for needed, terms in service.get("depends_on", {}).items():
            if terms["condition"] == "service_healthy":
                assert "healthcheck" in services[needed], needed
    servers = {"postgres", "kafka", "temporal", "mail", *serve.MODULES}
    assert all("healthcheck" in services[name] for name in servers)


def test_files_it_mounts_and_copies_exist(compose: dict[str, Any]) -> None:
    mounts = [volume.split(":")[0] for service in compose["services"].values() for volume in service.get("volumes", [])]
    for source in (mount for mount in mounts if mount.startswith("./")):
        assert (ROOT / source).exists(), source
    for line in re.findall(r"^COPY (?!--from)(.+)$", (ROOT / "Dockerfile").read_text(), flags=re.MULTILINE):
        for source in line.split()[:-1]:
            assert (ROOT / source).exists(), source


def test_only_processes_that_sign_hold_the_private_key(compose: dict[str, Any]) -> None:
    holders = {name for name, service in compose["services"].items() if "SIKLUS_TOKEN_PRIVATE_KEY" in service.get("environment", {})}
    assert holders == {"portal", "control", "worker"}
