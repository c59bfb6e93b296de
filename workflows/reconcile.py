"""Mending drift: each finding by the order that ops could give too, each kept in the audit trail first."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Literal
from uuid import uuid4

from pydantic import BaseModel
from temporalio.common import WorkflowIDConflictPolicy, WorkflowIDReusePolicy
from temporalio.exceptions import WorkflowAlreadyStartedError
from temporalio.service import RPCError

from contracts.cycle import CycleDefinition, Phase
from kit.problems import Problem
from workflows import attributes, timing
from workflows.desk import Desk
from workflows.drift import Drift, Kind, Mend
from workflows.drift_look import Services
from workflows.engine_desk import Engine, problem_of
from workflows.inputs import CaseInput, Command, CommandKind
from workflows.order_book import OrderBook

MOST_AT_ONCE = 200
"""Mends of one request; what is left is told, and done by the next."""


class Mended(BaseModel):
    """A finding and what became of it."""

    kind: Kind
    subject: str
    text: str
    mend: Mend
    outcome: Literal["would", "done", "by_hand", "failed", "left"]
    detail: str = ""


def as_found(drift: Drift) -> Mended:
    """A finding before anything is done about it."""
    outcome: Literal["would", "by_hand"] = "by_hand" if drift.mend is Mend.BY_HAND else "would"
    return Mended(kind=drift.kind, subject=drift.subject, text=drift.text, mend=drift.mend, outcome=outcome)


@dataclass
class Mender:
    """Carries out mends for somebody, with their reason."""

    desk: Desk
    services: Services
    book: OrderBook
    cycle_id: str
    reason: str
    by: str

    async def mend(self, found: list[Drift], *, dry_run: bool) -> list[Mended]:
        """Mend what was found, one after the other; one that fails stops none of the others."""
        if dry_run:
            return [as_found(drift) for drift in found]
        done = [await self._mend(drift) for drift in found[:MOST_AT_ONCE]]
        return done + [as_found(drift).model_copy(update={"outcome": "left"}) for drift in found[MOST_AT_ONCE:]]

    async def _mend(self, drift: Drift) -> Mended:
        told = as_found(drift)
        if drift.mend is Mend.BY_HAND:
            return told
        subject = f"cycle:{self.cycle_id}" if drift.mend is Mend.REPLAY else drift.subject
        about = {"drift": drift.kind.value, "mend": drift.mend.value, "text": drift.text}
        try:
            await self.book.keep(subject, "reconcile", self.reason, by=self.by, **about)
            detail = await self._carry_out(drift)
        except Problem as problem:
            return told.model_copy(update={"outcome": "failed", "detail": problem.detail})
        return told.model_copy(update={"outcome": "done", "detail": detail})

    async def _carry_out(self, drift: Drift) -> str:
        case_id = drift.subject
        engine = Engine(self.desk.temporal)
        match drift.mend:
            case Mend.START:
                await self._start(case_id)
            case Mend.BRING_BACK | Mend.SAY_END_AGAIN:
                await engine.redo_last_step(f"case-{case_id}", self.reason, uuid4().hex)
            case Mend.END:
                await self._command(case_id, "cancel")
            case Mend.ANNOUNCE | Mend.SAY_BEGIN_AGAIN:
                await self._command(case_id, "announce")
            case Mend.RE_EMIT:
                return await self._re_emit(case_id)
            case Mend.SETTLE:
                body = {"reason": self.reason, "by": self.by}
                await self.services.order("supervision", f"/cases/{case_id}/settle", body)
            case Mend.REPLAY:
                return await self._replay(drift.subject)
            case Mend.BY_HAND:
                pass
        return ""

    async def _command(self, case_id: str, kind: CommandKind) -> None:
        began = self.desk.clock.calendar(datetime.now(UTC))
        command = Command(command_id=f"reconcile/{uuid4()}", kind=kind, reason=self.reason, by=self.by, began=began)
        await self.desk.order_case(case_id, command)

    async def _re_emit(self, case_id: str) -> str:
        body = {"reason": self.reason, "subject": case_id}
        sent = [await self.services.order(name, "/operations/re-emit", body) for name in ("appraisal", "supervision")]
        events = sum(answer["events"] for answer in sent)
        return f"{events} stored events go out again" if events else "no stored event is left; skip the phase, or open it again"

    async def _replay(self, service: str) -> str:
        replayed, failed = 0, list[str]()
        for letter in await self.services.ask(service, "/operations/dead-letters", limit=MOST_AT_ONCE):
            try:
                await self.services.order(service, f"/operations/dead-letters/{letter['id']}/replay")
                replayed += 1
            except Problem as problem:
                failed.append(f"{letter['id']}: {problem.detail}"[:200])
        return f"{replayed} replayed" + (f"; still not handled: {'; '.join(failed[:5])}" if failed else "")

    async def _start(self, case_id: str) -> None:
        """A workflow for a case that lost its own: it begins in the phase the services know, and says so."""
        case = await self.services.ask("supervision", f"/cases/{case_id}")
        definition = CycleDefinition.model_validate(await self.services.ask("appraisal", f"/cycles/{self.cycle_id}"))
        now = self.desk.clock.calendar(datetime.now(UTC))
        phase, due_at = Phase(case["phase"]), timing.due_when_opened(datetime.fromisoformat(case["phase_due_at"]), now, definition.calendar)
        given = CaseInput(
            cycle_id=self.cycle_id,
            case_id=case_id,
            person_id=case["employee_id"],
            unit_id=case["unit_id"],
            calendar=definition.calendar,
            policies=definition.policies,
            clock=self.desk.clock,
            opened_at=now,
            due_at=due_at,
            first=phase,
        )
        try:
            await self.desk.temporal.start_workflow(
                "AppraisalCase",
                given,
                id=f"case-{case_id}",
                task_queue=self.desk.settings.temporal_task_queue,
                id_reuse_policy=WorkflowIDReusePolicy.ALLOW_DUPLICATE_FAILED_ONLY,
                id_conflict_policy=WorkflowIDConflictPolicy.FAIL,
                search_attributes=attributes.of_case(self.cycle_id, case["unit_id"], phase, due_at),
            )
        except WorkflowAlreadyStartedError:
            return
        except RPCError as error:
            raise problem_of(error, f"There is no case {case_id}.") from error
