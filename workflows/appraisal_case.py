"""One civil servant's year (PermenPANRB 6/2022), top to bottom."""

from __future__ import annotations

from datetime import timedelta

from temporalio import workflow

with workflow.unsafe.imports_passed_through():
    from contracts.appraisal import Category, Scored, SelfAssessmentSubmitted
    from contracts.cycle import CaseClosed, CaseOutcome, Phase, PhaseWindow, TimeoutPolicy
    from contracts.oversight import CaseDrawn
    from contracts.supervision import (
        CheckInsCompleted,
        EvaluationCompleted,
        ObjectionFiled,
        ObjectionLapsed,
        PlanApproved,
        PlanReturned,
        ResultAcknowledged,
        ResultReleased,
        SessionHeld,
    )
    from workflows import attributes, timing
    from workflows.inputs import CaseInput, Command, Fact
    from workflows.objection import ObjectionCase
    from workflows.phase_walk import CaseEndedError, PhaseReopenedError, PhaseWalk
    from workflows.way_back import from_on

DRAWN_BY_SUPERVISION = "sample-drawn-by-supervision"


@workflow.defn
class AppraisalCase(PhaseWalk):
    """Walks one case from target setting to its end; returns how it ended."""

    @workflow.run
    async def run(self, case: CaseInput) -> CaseOutcome:
        self._begin(case)
        first = Phase.TARGET_SETTING
        while True:
            try:
                return await self._close(await self._walk(first))
            except PhaseReopenedError as back:
                first = back.phase
            except CaseEndedError as end:
                return await self._close(end.outcome, end.reason, end.by)

    async def _walk(self, first: Phase) -> CaseOutcome:
        """The year from its first phase on, or from one that was opened again."""
        to_come = from_on(first)
        if Phase.TARGET_SETTING in to_come:
            await self._target_setting()
        if Phase.MONITORING in to_come:
            await self._monitoring()
        if Phase.SELF_ASSESSMENT in to_come:
            await self._self_assessment()
        if Phase.SUPERVISOR_REVIEW in to_come:
            await self._supervisor_review_and_scoring()
        if Phase.INDEPENDENT_EVALUATION in to_come and (self._is_drawn() or first is Phase.INDEPENDENT_EVALUATION):
            await self._independent_evaluation()
        if Phase.CALIBRATION in to_come and self._the_case().policies.calibration:
            await self._calibration()
        await self._feedback_session()
        if await self._acknowledgement_or_objection():
            return "acknowledged"
        return await self._objection() if self._has(ObjectionFiled) else "lapsed"

    async def _target_setting(self) -> None:
        """Employee and supervisor agree the plan (SKP). Its enrolment has opened this phase the first time."""
        if self._reopening is not None:
            await self._enter(Phase.TARGET_SETTING)
        await self._wait(lambda: self._has(PlanApproved))

    async def _monitoring(self) -> None:
        """The year's work, with the check-ins (evaluasi periodik) the cycle asks for."""
        await self._enter(Phase.MONITORING)
        await self._wait(lambda: self._has(CheckInsCompleted))

    async def _self_assessment(self) -> None:
        await self._enter(Phase.SELF_ASSESSMENT)
        await self._wait(lambda: self._has(SelfAssessmentSubmitted))

    async def _supervisor_review_and_scoring(self) -> None:
        """The review is over when its score is there: scoring is a step of the services, without a person to wait for."""
        await self._enter(Phase.SUPERVISOR_REVIEW)
        await self._wait(lambda: self._has(Scored))

    async def _independent_evaluation(self) -> None:
        await self._enter(Phase.INDEPENDENT_EVALUATION)
        await self._wait(lambda: self._has(EvaluationCompleted))

    async def _calibration(self) -> None:
        """Results are released per unit, on purpose."""
        await self._enter(Phase.CALIBRATION)
        await self._wait(lambda: self._has(ResultReleased))

    async def _feedback_session(self) -> None:
        await self._enter(Phase.FEEDBACK_SESSION)
        await self._wait(lambda: self._has(SessionHeld))

    async def _acknowledgement_or_objection(self) -> bool:
        """From receipt the employee has the objection days of PP 30/2019 article 59; silence lets the result stand."""
        until = SessionHeld.model_validate(self._facts[SessionHeld.TYPE]).objection_until
        self._set_due(until)
        window = PhaseWindow(opens_at=until - timedelta(days=1), due_at=until, on_timeout=TimeoutPolicy.PROCEED)
        if not await self._wait(self._answered, window) and workflow.patched("supervision-says-lapsed"):
            await self._word_of_supervision()
        return self._has(ResultAcknowledged)

    def _answered(self) -> bool:
        return self._has(ResultAcknowledged) or self._has(ObjectionFiled)

    async def _word_of_supervision(self) -> None:
        """The days are over, which supervision has been told. It took an objection of the last moment, or says that none came:
        an objection that was taken is on its way here and is never overtaken by the end of the case."""
        while not (self._answered() or self._has(ObjectionLapsed)):
            await self._next_wake()
            await self._carry_out_commands()
            await self._take_in_news()

    async def _objection(self) -> CaseOutcome:
        """A child workflow walks the objection; orders for the case and what life brings are handed on to it."""
        case = self._the_case()
        self._phase = Phase.OBJECTION
        workflow.upsert_search_attributes([attributes.PHASE.value_set(Phase.OBJECTION.value)])
        objection = await workflow.start_child_workflow(
            ObjectionCase.run,
            case,
            id=f"objection-{case.case_id}",
            search_attributes=attributes.of_case(case.cycle_id, case.unit_id, Phase.OBJECTION, self._due()),
        )
        last_order: Command | None = None
        objection.add_done_callback(lambda _: self._wake())
        for fact in self._life_taken:
            await objection.signal(ObjectionCase.fact, fact)
        while not objection.done():
            while self._commands:
                command = self._commands.pop(0)
                await objection.signal(ObjectionCase.command, command)
                last_order = command
            for fact in self._take_in_life():
                await objection.signal(ObjectionCase.fact, fact)
            await self._next_wake()
        outcome = await objection
        if outcome == "cancelled" and last_order is not None:
            raise CaseEndedError("cancelled", last_order.reason, last_order.by)
        return outcome

    async def _close(self, outcome: CaseOutcome, reason: str = "", by: str | None = None) -> CaseOutcome:
        self._phase = Phase.CLOSED
        self._say(CaseClosed(**self._ids(), outcome=outcome, reason=reason), by)
        await self._publish()
        return outcome

    async def _on_news(self, fact: Fact) -> None:
        """A returned plan gets a new due date, so that nobody receives a task that is late already."""
        if fact.type == PlanReturned.TYPE and self._phase is Phase.TARGET_SETTING:
            calendar = self._the_case().calendar
            self._move_due(timing.due_when_opened(self._due(), self._now(), calendar), "the plan was returned")

    def _is_drawn(self) -> bool:
        """Supervision draws the sample and by the other triggers; an extreme category speaks for itself.

        A draw that comes later than this holds nobody up: its evaluation stands beside the steps until the result is received.
        """
        case = self._the_case()
        if self._has(CaseDrawn) or timing.is_extreme(case.policies, self._category()):
            return True
        # Cases begun before supervision drew the sample were drawn here, each by a lot of its own.
        return timing.has_own_lot(case.policies, case.case_id) and not workflow.patched(DRAWN_BY_SUPERVISION)

    def _category(self) -> Category:
        return Category(self._facts[Scored.TYPE]["category"])
