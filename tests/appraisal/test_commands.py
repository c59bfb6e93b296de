"""What the command line asks of this service: results computed again and explained."""

from __future__ import annotations

import httpx
import pytest

from siklus.results import NoAnswerError, client, rescore, result, whole
from tests.appraisal.city import CYCLE, City


async def test_anyone_with_the_tree_can_verify_it_and_compute_it_again(city: City, case: str) -> None:
    await city.hear(city.review(case, "above", "as_expected"))
    async with client(city.settings, httpx.ASGITransport(city.app)) as http:
        found = await result(http, case)
        assert whole(found)
        forged = found | {"explanation": found["explanation"] | {"outcome": "sangat_baik"}, "category": "sangat_baik"}
        assert not whole(forged)
        assert not whole(found | {"credit_points": found["credit_points"] | {"outcome": 99}})
        assert await rescore(http, CYCLE, dry_run=True) == (1, [])


async def test_a_case_without_a_result_is_said_so(city: City, case: str) -> None:
    async with client(city.settings, httpx.ASGITransport(city.app)) as http:
        with pytest.raises(NoAnswerError, match="Nothing is scored"):
            await result(http, case)
        with pytest.raises(NoAnswerError, match="no cycle lain"):
            await rescore(http, "lain", dry_run=True)
