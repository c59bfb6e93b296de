"""One action per kind of task, as a person would do it by the pages of the portal."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import httpx

from siklus.robots import gathering, words

FIRST_SUBMITTED_VERSION = 2
"""A plan saved once and submitted; one that came back has been saved again."""
BEGUN_BY_ANOTHER = 412
"""HR had begun the plan from a template."""
TOO_LATE = frozenset({403, 404, 409, 412})
"""What a command met that came after the phase it was for."""


class RefusedError(Exception):
    """A service did not take an action; ``temporary`` says that it may a little later."""

    def __init__(self, answer: httpx.Response) -> None:
        super().__init__(f"{answer.request.method} {answer.request.url.path} answered {answer.status_code}: {answer.text[:300]}")
        self.status = answer.status_code
        self.temporary = answer.status_code in {403, 404, 409, 412, 429} or answer.status_code >= 500


@dataclass
class Hands:
    """One person at work: a signed-in client, the services' addresses, and the calendar."""

    http: httpx.AsyncClient
    appraisal: str
    supervision: str
    token: str
    now: Callable[[], datetime]
    returns_plan: Callable[[str], bool] = words.returns_plan
    """Whether the supervisor of a case sends its first plan back."""

    async def act(self, task: dict[str, Any]) -> None:
        """Do what a task asks for.

        Raises:
            RefusedError: a service refused a step.
            httpx.HTTPError: a service does not answer.
            KeyError: nobody taught robots this kind of task.
        """
        await ACTIONS[task["kind"]](self, task)

    async def get(self, address: str) -> dict[str, Any]:
        answer = await self.http.get(address, headers=self._headers())
        if not answer.is_success:
            raise RefusedError(answer)
        body: dict[str, Any] = answer.json()
        return body

    async def send(
        self, method: str, address: str, key: str, body: Any = None, version: int | None = None, content: bytes | None = None
    ) -> httpx.Response:
        """A command with its key: repeated after a crash in between, it is carried out once."""
        headers = {**self._headers(), "Idempotency-Key": key}
        if version is not None:
            headers["If-Match"] = f'"{version}"'
        answer = await self.http.request(method, address, json=body, content=content, headers=headers)
        if not answer.is_success:
            raise RefusedError(answer)
        return answer

    async def try_to_send(self, method: str, address: str, key: str, body: Any = None, version: int | None = None) -> None:
        """A command that may come too late: what it was for is over meanwhile, and nothing waits for it."""
        try:
            await self.send(method, address, key, body, version)
        except RefusedError as refused:
            if refused.status not in TOO_LATE:
                raise

    async def save(self, address: str, task: dict[str, Any], body: Any, version: int = 0) -> httpx.Response:
        """Save a draft, also over what another left behind: a form begun by HR, the draft of whoever had the task before."""
        key = f"{task['task_id']}-save"
        try:
            return await self.send("PUT", address, key, body, version)
        except RefusedError as refused:
            if refused.status != BEGUN_BY_ANOTHER:
                raise
        found = int((await self.get(address))["version"])
        return await self.send("PUT", address, f"{key}-over-{found}", body, found)

    def _headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.token}"}

    async def write_plan(self, task: dict[str, Any]) -> None:
        address = f"{self.appraisal}/cases/{task['case_id']}/plan"
        version = 0
        if task["note"]:
            version = int((await self.get(address))["version"])
        saved = await self.save(address, task, words.plan(task["case_id"]), version)
        await self.send("POST", f"{address}/submit", f"{task['task_id']}-submit", version=version_in(saved))

    async def approve_plan(self, task: dict[str, Any]) -> None:
        revised = task["phase"] == "monitoring"
        plan = await self.get(f"{self.appraisal}/cases/{task['case_id']}/plan{'/revision' if revised else ''}")
        first_time = not revised and plan["version"] <= FIRST_SUBMITTED_VERSION
        decision = {"decision": "approve", "reason": "", "plan_version": plan["version"]}
        if first_time and self.returns_plan(task["case_id"]):
            decision |= {"decision": "return", "reason": words.RETURN_REASON}
        await self.send("POST", f"{self.supervision}/cases/{task['case_id']}/plan-decision", task["task_id"], decision)

    async def record_check_in(self, task: dict[str, Any]) -> None:
        case = await self.get(f"{self.supervision}/cases/{task['case_id']}")
        body = words.check_in(task["case_id"], len(case["check_ins"]) + 1)
        await self.send("POST", f"{self.supervision}/cases/{task['case_id']}/check-ins", task["task_id"], body)

    async def write_self_assessment(self, task: dict[str, Any]) -> None:
        address = f"{self.appraisal}/cases/{task['case_id']}"
        plan = await self.get(f"{address}/plan")
        await gathering.report_year(self, task, plan)
        await gathering.answer_feedback(self)
        written = words.self_assessment(task["case_id"], plan)
        saved = await self.save(f"{address}/self-assessment", task, written)
        await self.send("POST", f"{address}/self-assessment/submit", f"{task['task_id']}-submit", version=version_in(saved))

    async def write_review(self, task: dict[str, Any]) -> None:
        address = f"{self.supervision}/cases/{task['case_id']}/review"
        await gathering.rate_competencies(self, task)
        saved = await self.save(address, task, words.review(task["case_id"]))
        await self.send("POST", f"{address}/submit", f"{task['task_id']}-submit", version=version_in(saved))

    async def evaluate_case(self, task: dict[str, Any]) -> None:
        body = words.evaluation(task["case_id"])
        await self.send("POST", f"{self.supervision}/cases/{task['case_id']}/evaluation", task["task_id"], body)

    async def decide_evaluation(self, task: dict[str, Any]) -> None:
        body = words.evaluation_decision(task["case_id"])
        await self.send("POST", f"{self.supervision}/cases/{task['case_id']}/evaluation-decision", task["task_id"], body)

    async def decide_calibration(self, task: dict[str, Any]) -> None:
        body = {"approved": False, "reason": "Penilaian atasan langsung sudah sesuai bukti."}
        await self.send("POST", f"{self.supervision}/cases/{task['case_id']}/calibration-decision", task["task_id"], body)

    async def release_results(self, task: dict[str, Any]) -> None:
        body = {"cycle_id": task["cycle_id"], "reason": "Hasil unit telah dibahas."}
        await self.send("POST", f"{self.supervision}/units/{task['unit_id']}/releases", task["task_id"], body)

    async def hold_feedback_session(self, task: dict[str, Any]) -> None:
        body = {"held_at": self.now().isoformat(), "minutes": "Hasil dibahas bersama.", "improvement_items": ["Ikut pelatihan layanan"]}
        await self.send("POST", f"{self.supervision}/cases/{task['case_id']}/feedback-session", task["task_id"], body)

    async def acknowledge_result(self, task: dict[str, Any]) -> None:
        address = f"{self.supervision}/cases/{task['case_id']}"
        if words.objects(task["case_id"]):
            await self.send("POST", f"{address}/objections", task["task_id"], {"reasons": "Dua laporan belum dihitung."})
        else:
            await self.send("POST", f"{address}/acknowledgement", task["task_id"], {"comment": "Terima kasih."})

    async def decide_objection(self, task: dict[str, Any]) -> None:
        case = await self.get(f"{self.supervision}/cases/{task['case_id']}")
        holds = {part: case[part] or case["review"][part] for part in ("results", "behaviour")}
        body = words.objection_decision(task["case_id"], holds)
        await self.send("POST", f"{self.supervision}/cases/{task['case_id']}/objection-decision", task["task_id"], body)

    async def correct_supervisor(self, task: dict[str, Any]) -> None:
        body = {"accepted": False, "supervisor_id": None, "reason": "Data kepegawaian sudah benar."}
        await self.send("POST", f"{self.supervision}/cases/{task['case_id']}/supervisor-corrections/decision", task["task_id"], body)

    async def rate_part(self, task: dict[str, Any]) -> None:
        body = {"results": "as_expected", "behaviour": "as_expected", "reason": "Sesuai rencana selama masa penilaian saya."}
        address = f"{self.supervision}/cases/{task['case_id']}/assessment-parts/{task['number']}/rating"
        await self.send("POST", address, task["task_id"], body)


def version_in(answer: httpx.Response) -> int:
    """The version named by an answer's ETag."""
    return int(answer.headers["etag"].removeprefix("W/").strip('"'))


ACTIONS: dict[str, Callable[[Hands, dict[str, Any]], Awaitable[None]]] = {
    "write_plan": Hands.write_plan,
    "approve_plan": Hands.approve_plan,
    "record_check_in": Hands.record_check_in,
    "write_self_assessment": Hands.write_self_assessment,
    "write_review": Hands.write_review,
    "evaluate_case": Hands.evaluate_case,
    "decide_evaluation": Hands.decide_evaluation,
    "decide_calibration": Hands.decide_calibration,
    "release_results": Hands.release_results,
    "hold_feedback_session": Hands.hold_feedback_session,
    "acknowledge_result": Hands.acknowledge_result,
    "decide_objection": Hands.decide_objection,
    "correct_supervisor": Hands.correct_supervisor,
    "rate_part": Hands.rate_part,
}
