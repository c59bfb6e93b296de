"""Every door of the service with input made from its own description: whatever comes, no server error, and each refusal is a problem."""

from __future__ import annotations

from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, seed, settings
from schemathesis import Case as AnyCase

from tests.appraisal.city import CYCLE, City

Case = AnyCase[Any]
READINESS = "/health/ready"
"""It answers 503 while a dependency is away, as here the broker is."""
DRAWN = settings(max_examples=6, database=None, deadline=None, phases=[Phase.generate], suppress_health_check=list(HealthCheck))


def drawn(operation: Any, number: int) -> list[Case]:
    """Some requests to one operation, the same in every run."""
    found: list[Case] = []

    @seed(number)
    @DRAWN
    @given(operation.as_strategy())
    def draw(case: Case) -> None:
        found.append(case)

    draw()
    return found


async def send(city: City, case: Case, who: str) -> Any:
    """The request as somebody; its body as it was drawn, also where it is no JSON of the right shape."""
    asked = case.as_transport_kwargs(base_url="http://appraisal")
    headers = {name: value for name, value in dict(asked["headers"]).items() if name.lower() not in {"authorization", "user-agent"}}
    headers["Authorization"] = f"Bearer {city.token(who)}"
    options = {name: asked[name] for name in ("params", "json", "data", "files") if asked.get(name) is not None}
    if isinstance(options.get("data"), bytes):
        options["content"] = options.pop("data")
    return await city._http.request(asked["method"], asked["url"], headers=headers, **options)


@pytest.mark.parametrize("part", range(4))
async def test_no_input_made_from_the_description_breaks_a_door(city: City, monitored: str, part: int) -> None:
    known = {"case_id": monitored, "person_id": city.ids["rina"], "cycle_id": CYCLE, "unit_id": "dinkes"}
    schema = schemathesis.openapi.from_dict(city.app.openapi())
    found: list[Any] = list(schema.get_all_operations())
    operations = [one for each in found if (one := each.ok()).path != READINESS]
    tried, wrong = 0, []
    for number, operation in enumerate(operations[part::4]):
        for place, case in enumerate(drawn(operation, number)):
            if place % 2:
                case.path_parameters = {
                    **(case.path_parameters or {}),
                    **{k: v for k, v in known.items() if k in (case.path_parameters or {})},
                }
            answer = await send(city, case, ("hani", "rina", "sari")[place % 3])
            tried += 1
            told = answer.headers.get("content-type", "")
            if answer.status_code >= 500 or (answer.status_code >= 400 and not told.startswith("application/problem+json")):
                wrong.append(f"{case.method} {case.formatted_path}: {answer.status_code} {told} {answer.text[:200]}")
    assert wrong == []
    assert tried >= len(operations[part::4]), "every door was tried"
