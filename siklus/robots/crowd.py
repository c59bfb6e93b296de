"""All robots of a cycle: they look for open tasks, act as the person each is assigned to, and try again what was refused."""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections import Counter
from typing import Any

import httpx

from kit.auth import TokenSigner
from kit.clock import Clock
from kit.settings import Settings
from siklus.robots.hands import Hands, RefusedError

AT_ONCE = 16
LOOK_EVERY_SECONDS = 0.4
ACT_AGAIN_AFTER_SECONDS = 15.0
"""A task acted on stays open until its event has come round; only after this long the robot believes that it was lost."""


class Crowd:
    """Plays everybody in a cycle until it is told to stop. ``done`` counts actions by kind, ``troubles`` what was refused."""

    def __init__(self, settings: Settings, cycle_id: str) -> None:
        self.settings = settings
        self.cycle_id = cycle_id
        self.done: Counter[str] = Counter()
        self.troubles: Counter[str] = Counter()
        self.last_trouble = ""
        self._signer = TokenSigner(settings)
        self._clock = Clock.from_settings(settings)
        self._tokens: dict[str, str] = {}
        self._roles: dict[str, list[str]] = {}
        self._not_before: dict[str, float] = {}
        self._at_work: set[asyncio.Task[None]] = set()
        self._gate = asyncio.Semaphore(AT_ONCE)

    async def play(self) -> None:
        """Look and act for ever; cancel to stop."""
        async with httpx.AsyncClient(timeout=30, trust_env=False, limits=httpx.Limits(max_connections=AT_ONCE + 4)) as http:
            try:
                while True:
                    try:
                        await self._look(http)
                    except (httpx.HTTPError, RefusedError) as error:
                        self._note_trouble("look", error)
                    await asyncio.sleep(LOOK_EVERY_SECONDS)
            finally:
                for task in self._at_work:
                    task.cancel()
                with contextlib.suppress(asyncio.CancelledError):
                    await asyncio.gather(*self._at_work, return_exceptions=True)

    async def _look(self, http: httpx.AsyncClient) -> None:
        """Give every open task that is not being dealt with to its person."""
        if not self._roles:
            await self._learn_roles(http)
        eyes = self._hands(http, self._service_token())
        cursor = ""
        while True:
            page = await eyes.get(
                f"{self.settings.supervision_url}/tasks?assignee=all&status=open&cycle_id={self.cycle_id}&limit=500{cursor}"
            )
            for task in page["items"]:
                if self._not_before.get(task["task_id"], 0) <= time.monotonic():
                    self._not_before[task["task_id"]] = time.monotonic() + ACT_AGAIN_AFTER_SECONDS
                    work = asyncio.create_task(self._act(http, task))
                    self._at_work.add(work)
                    work.add_done_callback(self._at_work.discard)
            if not page["next_cursor"]:
                return
            cursor = f"&cursor={page['next_cursor']}"

    async def _act(self, http: httpx.AsyncClient, task: dict[str, Any]) -> None:
        async with self._gate:
            try:
                await self._hands(http, self._token(task["assignee_id"])).act(task)
            except RefusedError as error:
                self._note_trouble(f"{task['kind']} {error.status}", error)
                self._not_before[task["task_id"]] = time.monotonic() + (1.0 if error.temporary else ACT_AGAIN_AFTER_SECONDS)
            except httpx.HTTPError as error:
                self._note_trouble(f"{task['kind']} no answer", error)
                self._not_before[task["task_id"]] = time.monotonic() + 1.0
            else:
                self.done[task["kind"]] += 1
                self._not_before[task["task_id"]] = time.monotonic() + ACT_AGAIN_AFTER_SECONDS

    async def _learn_roles(self, http: httpx.AsyncClient) -> None:
        answer = await self._hands(http, self._service_token()).get(f"{self.settings.appraisal_url}/demo-people")
        people: Any = answer["items"] if isinstance(answer, dict) else answer
        self._roles = {person["person_id"]: person["roles"] for person in people}

    def _hands(self, http: httpx.AsyncClient, token: str) -> Hands:
        return Hands(http, self.settings.appraisal_url, self.settings.supervision_url, token, self._clock.now)

    def _token(self, person_id: str) -> str:
        if person_id not in self._tokens:
            self._tokens[person_id] = self._signer.sign(person_id, self._roles.get(person_id) or ["employee"])
        return self._tokens[person_id]

    def _service_token(self) -> str:
        if "" not in self._tokens:
            self._tokens[""] = self._signer.service_token("robots")
        return self._tokens[""]

    def _note_trouble(self, what: str, error: Exception) -> None:
        self.troubles[what] += 1
        self.last_trouble = f"{what}: {error or type(error).__name__}"
