"""Alerts, dashboards and runbooks fit the programs that read them, each other, and what the code measures."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import grafana_foundation_sdk.cog.plugins as grafana_plugins
import pytest
import yaml
from grafana_foundation_sdk.cog.encoder import JSONEncoder
from grafana_foundation_sdk.models.dashboard import Dashboard

ROOT = Path(__file__).resolve().parents[2]
PROMETHEUS = ROOT / "deploy" / "prometheus"
DASHBOARDS = sorted((ROOT / "deploy" / "grafana" / "dashboards").glob("*.json"))
RUNBOOKS = ROOT / "docs" / "runbooks"
RULES: list[dict[str, Any]] = yaml.safe_load((PROMETHEUS / "alerts.yml").read_text())["groups"][0]["rules"]
ALERTS = [rule["alert"] for rule in RULES]
SECTIONS = ("## What it means", "## Look", "## Mend", "## Over when")


def promtool(*words: str) -> subprocess.CompletedProcess[str]:
    """Prometheus's own checker."""
    program = shutil.which("promtool")
    assert program, "promtool is missing: apt-get install prometheus (Debian); .ci/run does it"
    return subprocess.run([program, *words], cwd=PROMETHEUS, capture_output=True, text=True, check=False)


def measured() -> set[str]:
    """The metrics the code defines, with the names a histogram or counter has in Prometheus."""
    names = {"up"}
    for folder in ("kit", "services", "workflows"):
        for path in (ROOT / folder).rglob("*.py"):
            for kind, name in re.findall(r"(Counter|Gauge|Histogram)\(\s*\"(siklus_\w+)\"", path.read_text()):
                names |= {f"{name}_bucket", f"{name}_count", f"{name}_sum"} if kind == "Histogram" else {name}
    return names


def metrics_in(expression: str) -> set[str]:
    return set(re.findall(r"\b(?:siklus_[a-z_]+|up)\b(?=[{\[)\s]|$)", re.sub(r"label_values\((\w+),.*", r"\1", expression)))


def expressions_of(dashboard: dict[str, Any]) -> list[str]:
    return [target["expr"] for panel in dashboard["panels"] for target in panel["targets"]]


def test_prometheus_takes_its_configuration_and_the_alerts() -> None:
    for words in (("check", "config", "prometheus.yml"), ("check", "rules", "--lint-fatal", "alerts.yml")):
        checked = promtool(*words)
        assert checked.returncode == 0, checked.stdout + checked.stderr


def test_every_alert_rings_for_its_trouble_and_is_quiet_before() -> None:
    checked = promtool("test", "rules", "alerts_test.yml")
    assert checked.returncode == 0, checked.stdout + checked.stderr
    planted = [test["name"] for test in yaml.safe_load((PROMETHEUS / "alerts_test.yml").read_text())["tests"]]
    assert sorted(planted) == sorted(ALERTS)


def test_prometheus_would_refuse_a_mistake(tmp_path: Path) -> None:
    wrong = tmp_path / "alerts.yml"
    wrong.write_text((PROMETHEUS / "alerts.yml").read_text().replace("max by (service) (", "max by (service ((", 1))
    assert promtool("check", "rules", str(wrong)).returncode != 0


@pytest.mark.parametrize("rule", RULES, ids=ALERTS)
def test_every_alert_has_a_runbook_and_rests_on_what_is_measured(rule: dict[str, Any]) -> None:
    assert rule["labels"]["severity"] in {"page", "ticket"}
    text = (ROOT / rule["annotations"]["runbook"]).read_text()
    assert text.startswith(f"# {rule['alert']}\n")
    assert all(section in text for section in SECTIONS)
    assert set() < metrics_in(rule["expr"]) <= measured(), rule["expr"]


def test_every_runbook_belongs_to_an_alert() -> None:
    assert {path.stem for path in RUNBOOKS.glob("*.md")} == set(ALERTS)


@pytest.mark.parametrize("path", DASHBOARDS, ids=lambda path: path.stem)
def test_a_dashboard_fits_grafanas_published_schema(path: Path) -> None:
    """Read by Grafana's own models and written again, nothing of it is lost: what they do not know would be."""
    dashboard = json.loads(path.read_text())
    assert lost(dashboard, through_grafanas_models(dashboard)) == []
    dashboard["panels"][0]["fieldConfig"]["defaults"]["unitt"] = "s"
    assert lost(dashboard, through_grafanas_models(dashboard)) == ["/panels/0/fieldConfig/defaults/unitt"]


def through_grafanas_models(dashboard: dict[str, Any]) -> Any:
    grafana_plugins.register_default_plugins()
    return json.loads(JSONEncoder().encode(Dashboard.from_json(dashboard)))


def lost(given: Any, kept: Any, place: str = "") -> list[str]:
    """Where something given was not kept."""
    if isinstance(given, dict) and isinstance(kept, dict):
        return [line for key, value in given.items() for line in lost(value, kept.get(key, lost), f"{place}/{key}")]
    if isinstance(given, list) and isinstance(kept, list) and len(given) == len(kept):
        return [line for number, value in enumerate(given) for line in lost(value, kept[number], f"{place}/{number}")]
    return [] if given == kept else [place]


@pytest.mark.parametrize("path", DASHBOARDS, ids=lambda path: path.stem)
def test_a_dashboard_asks_only_for_what_is_measured_in_words_prometheus_understands(path: Path, tmp_path: Path) -> None:
    dashboard = json.loads(path.read_text())
    assert dashboard["uid"] == path.stem
    expressions = expressions_of(dashboard)
    for expression in expressions:
        assert set() < metrics_in(expression) <= measured(), expression
    rules = [
        {"record": f"panel:{number}", "expr": expression.replace("$cycle", "skp-2026")} for number, expression in enumerate(expressions)
    ]
    (tmp_path / "panels.yml").write_text(yaml.safe_dump({"groups": [{"name": "panels", "rules": rules}]}))
    checked = promtool("check", "rules", str(tmp_path / "panels.yml"))
    assert checked.returncode == 0, checked.stdout + checked.stderr


def test_all_that_is_measured_is_shown_or_watched() -> None:
    """A metric nobody looks at is left out or put on a dashboard."""
    used = {name for rule in RULES for name in metrics_in(rule["expr"])}
    for path in DASHBOARDS:
        used |= {name for expression in expressions_of(json.loads(path.read_text())) for name in metrics_in(expression)}
    unused = {re.sub(r"_(bucket|count|sum)$", "", name) for name in measured()} - {
        re.sub(r"_(bucket|count|sum)$", "", name) for name in used
    }
    assert unused <= {"siklus_outbox_pending", "siklus_messages_waiting", "siklus_message_wait_seconds"}
