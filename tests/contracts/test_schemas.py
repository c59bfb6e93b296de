"""Published events stay readable: the exported schemas are kept, and an incompatible change is refused."""

from __future__ import annotations

import copy
import json
from pathlib import Path
from typing import Any, ClassVar

import pytest
from jsonschema import Draft202012Validator

from contracts import export as exporting
from contracts.appraisal import Scored
from contracts.compatibility import incompatibilities
from contracts.envelope import EventData
from contracts.registry import EVENT_TYPES, schema_of


@pytest.mark.parametrize("event_type", EVENT_TYPES.values(), ids=EVENT_TYPES.keys())
def test_every_event_has_its_exported_schema(event_type: type[EventData]) -> None:
    path = exporting.path_of(event_type)
    assert path.exists(), "run: python -m contracts.export"
    assert json.loads(path.read_text()) == schema_of(event_type), "run: python -m contracts.export"
    Draft202012Validator.check_schema(schema_of(event_type))


def _without_field(schema: dict[str, Any]) -> None:
    del schema["properties"]["data"]["properties"]["category"]


def _other_type(schema: dict[str, Any]) -> None:
    schema["properties"]["data"]["properties"]["result_version"]["type"] = "string"


def _newly_required(schema: dict[str, Any]) -> None:
    schema["properties"]["data"]["properties"]["grade"] = {"type": "string"}
    schema["properties"]["data"]["required"].append("grade")


def _fewer_values(schema: dict[str, Any]) -> None:
    schema["$defs"]["Rating"]["enum"].remove("above")


@pytest.mark.parametrize(
    ("change", "named"),
    [
        (_without_field, "$.data.category: removed"),
        (_other_type, "$.data.result_version: type integer became string"),
        (_newly_required, "$.data.grade: required"),
        (_fewer_values, "values removed: above"),
    ],
)
def test_an_incompatible_change_of_a_published_event_is_refused(change: Any, named: str) -> None:
    changed = copy.deepcopy(schema_of(Scored))
    change(changed)
    assert any(named in line for line in incompatibilities(schema_of(Scored), changed))


def test_an_optional_field_and_a_new_value_are_compatible() -> None:
    changed = copy.deepcopy(schema_of(Scored))
    changed["properties"]["data"]["properties"]["note"] = {"type": "string", "default": ""}
    changed["$defs"]["Category"]["enum"].append("istimewa")
    assert incompatibilities(schema_of(Scored), changed) == []


def test_the_export_refuses_to_overwrite_a_published_schema_incompatibly(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    exporting.export(tmp_path)

    class ScoredAnew(EventData):
        TYPE: ClassVar[str] = Scored.TYPE

        cycle_id: str

    monkeypatch.setitem(EVENT_TYPES, Scored.TYPE, ScoredAnew)
    before = exporting.path_of(Scored, tmp_path).read_text()
    with pytest.raises(exporting.IncompatibleChangeError, match=r"appraisal\.scored \$\.data\.category: removed"):
        exporting.export(tmp_path)
    assert exporting.path_of(Scored, tmp_path).read_text() == before
