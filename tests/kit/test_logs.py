"""Logs are JSON lines with the trace id, and tell nothing about people."""

from __future__ import annotations

import ast
import json
from pathlib import Path

import pytest
import structlog

from kit import telemetry
from kit.settings import Settings

ROOT = Path(__file__).resolve().parents[2]
LEVELS = {"debug", "info", "warning", "error", "exception", "critical"}
PERSONAL_FIELDS = {
    "name",
    "email",
    "address",
    "recipient",
    "nip",
    "phone",
    "title",
    "body",
    "text",
    "comment",
    "statement",
    "data",
    "row",
    "person",
}


@pytest.fixture
def logged(settings: Settings, capsys: pytest.CaptureFixture[str]) -> structlog.stdlib.BoundLogger:
    structlog.reset_defaults()
    telemetry.set_up("kit", settings)
    logger: structlog.stdlib.BoundLogger = structlog.get_logger()
    return logger


def lines(capsys: pytest.CaptureFixture[str]) -> list[dict[str, str]]:
    return [json.loads(line) for line in capsys.readouterr().out.splitlines()]


def test_a_log_line_carries_the_trace_of_what_is_being_done(
    logged: structlog.stdlib.BoundLogger, capsys: pytest.CaptureFixture[str]
) -> None:
    parent = telemetry.new_traceparent()
    with telemetry.following(parent, "a step"):
        logged.warning("something.happened", case_id="skp-2026.p-1")
    [line] = lines(capsys)
    assert (line["event"], line["service"], line["trace_id"]) == ("something.happened", "kit", parent.split("-")[1])


def test_an_address_in_another_programs_words_is_masked(logged: structlog.stdlib.BoundLogger, capsys: pytest.CaptureFixture[str]) -> None:
    logged.warning("refused", error="550 <rina.marlina+x@bandung.example>: no such user; key (nip)=(197901012005011001) exists")
    try:
        raise ValueError("budi@bandung.example")
    except ValueError:
        logged.exception("failed")
    out = capsys.readouterr().out
    assert "bandung.example" not in out
    assert "197901012005011001" not in out
    assert "[e-mail]" in out
    assert "[nip]" in out


def test_no_log_call_of_ours_names_a_field_that_holds_personal_data() -> None:
    wrong: list[str] = []
    calls = 0
    for folder in ("kit", "services", "workflows"):
        for path in (ROOT / folder).rglob("*.py"):
            if "node_modules" in path.parts:
                continue
            for node in ast.walk(ast.parse(path.read_text())):
                if (
                    isinstance(node, ast.Call)
                    and isinstance(node.func, ast.Attribute)
                    and node.func.attr in LEVELS
                    and isinstance(node.func.value, ast.Name)
                    and node.func.value.id == "log"
                ):
                    calls += 1
                    named = {keyword.arg for keyword in node.keywords}
                    if named & PERSONAL_FIELDS or not isinstance(node.args[0], ast.Constant):
                        wrong.append(f"{path.relative_to(ROOT)}:{node.lineno}")
    assert calls > 20
    assert wrong == []
