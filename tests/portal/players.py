"""The demo's robots at work in a city of a test: they carry some people's cases as far as is asked."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from datetime import datetime
from typing import Any

import httpx

from kit.auth import TokenSigner
from kit.clock import CITY_ZONE
from siklus.robots.hands import Hands, RefusedError
from tests.portal.city import City

STEPS = ("write_plan", "approve_plan", "record_check_in", "write_self_assessment", "write_review")


async def play(city: City, steps: Mapping[str, int]) -> None:
    """Do all that the first so many of the year's steps ask for in the cases that are named; whose case is named last acts first."""
    signer = TokenSigner(city.settings)
    mounts = {f"http://{name}": httpx.ASGITransport(app) for name, app in city.apps.items()}
    async with httpx.AsyncClient(mounts=mounts) as http:
        while True:
            await city.carry()
            found = (await city.call("supervision", "GET", "/tasks?assignee=all&status=open&limit=500"))["items"]
            wanted = [task for task in found if task["kind"] in STEPS[: steps.get(task["case_id"], 0)]]
            if not wanted:
                return
            for task in sorted(wanted, key=lambda one: list(steps).index(one["case_id"]), reverse=True):
                token = signer.sign(task["assignee_id"], ["employee"])
                await _act(_hands(http, token), task)


async def play_to_the_end(city: City) -> None:
    """Do everything that is asked of anybody until nothing is open any more."""
    signer = TokenSigner(city.settings)
    mounts = {f"http://{name}": httpx.ASGITransport(app) for name, app in city.apps.items()}
    async with httpx.AsyncClient(mounts=mounts) as http:
        while True:
            await city.carry()
            found = (await city.call("supervision", "GET", "/tasks?assignee=all&status=open&limit=500"))["items"]
            if not found:
                return
            for task in found:
                token = signer.sign(task["assignee_id"], ["employee"])
                await _act(_hands(http, token), task)
                await city.carry()


def _hands(http: httpx.AsyncClient, token: str) -> Hands:
    """Somebody at work in the city; a plan is approved at once, so that a test can count on what follows."""
    return Hands(http, "http://appraisal", "http://supervision", token, lambda: datetime.now(CITY_ZONE), returns_plan=lambda _: False)


async def _act(hands: Hands, task: dict[str, Any]) -> None:
    """Do what a task asks for; a service that is away for a moment, on a busy machine, is asked again as the demo's crowd does."""
    for pause in (0.5, 1.0, 2.0):
        try:
            await hands.act(task)
        except RefusedError as refused:
            if refused.status < 500:
                raise
            await asyncio.sleep(pause)
        else:
            return
    await hands.act(task)
