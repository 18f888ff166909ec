"""Work that a service-like element asks for: a registered operation runs inside the step, all else becomes a job."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from engine.errors import BusinessError
from engine.spiff import scopes
from engine.spiff.elements.element import Element
from engine.spiff.facts import JobOpened
from engine.spiff.failures import EXTRACT_VALUE_ERROR, UNHANDLED_ERROR_EVENT, Failure, Uncaught
from engine.spiff.formulas import retries_of, say, text_of
from engine.spiff.surroundings import ServiceCall
from engine.spiff.token import Token

if TYPE_CHECKING:
    from engine.spiff.process import Process
    from engine.spiff.source import Source


class Work:
    """The zeebe:taskDefinition and zeebe:taskHeaders of an element."""

    def __init__(self, source: Source):
        definition = source.zeebe("taskDefinition")
        job_type = source.value_attribute(definition, "type")
        if job_type is None:
            raise source.refused(
                f"Expected a zeebe:taskDefinition with a type on this {source.type}, but there is none. "
                "Choose the operation it runs."
            )
        self.type = job_type
        self.retries = source.value_attribute(definition, "retries")
        self.headers = source.headers()
        self.priority = source.job_priority()

    def call_of(self, token: Token) -> ServiceCall:
        """The call with everything evaluated. Raises Failure(EXTRACT_VALUE_ERROR)."""
        element = token.task_spec
        return ServiceCall(
            token.id,
            element.element_id,
            text_of(self.type, token, "the job type"),
            retries_of(self.retries, token),
            self.headers,
            variables_for_work(token),
            str(token.id),
        )

    def priority_at(self, token: Token) -> int:
        """Own priority, else that of the process, else 0. Raises Failure(EXTRACT_VALUE_ERROR)."""
        value = self.priority or token.task_spec.process.job_priority
        found = 0 if value is None else value.of(token)
        try:
            return int(found)
        except (ValueError, TypeError, OverflowError):
            raise Failure(
                EXTRACT_VALUE_ERROR,
                f"Expected the priority of the job to be a whole number, but it is {say(found)}.",
            ) from None


class JobElement(Element):
    """An element that is work: service task, send task, message throw and end event, tasks with a task definition."""

    is_completed_from_outside = True

    def __init__(self, process: Process, source: Source):
        super().__init__(process, source)
        self.work = Work(source)

    def execute(self, token: Token) -> bool:
        """Run the operation now, or wait for the job."""
        return do_work(self.work, token)


def variables_for_work(token: Token) -> dict[str, Any]:
    """The token's own variables if it has input mappings, else all it sees."""
    own = dict(token.variables or {}) if token.task_spec.input_mappings else scopes.visible(token)
    told = token.task_spec.told_to_work
    return own | told if told else own


def do_work(work: Work, token: Token) -> bool:
    """Do the work inside this step if somebody can; else it waits as a job. Raises Failure."""
    result = serve(work, work.call_of(token), token)
    if result is None:
        return False
    token.task_spec.take_result(token, result)
    return True


def serve(work: Work, call: ServiceCall, token: Token, kind: str = "element") -> dict[str, Any] | None:
    """The result of the call, if somebody serves it inside this step. None: a job of this kind was opened, or a BPMN error
    went upwards and took the token away. Raises Failure.
    """
    tree = token.workflow
    try:
        result = tree.surroundings.serve(call)
    except BusinessError as error:
        if tree.catch_error(token, error.code, error.sentence, error.variables):
            return None
        raise uncaught(token, error.code, error.sentence) from None
    if result is None:
        opened = JobOpened(
            token.id,
            call.element_id,
            call.type,
            call.retries,
            call.headers,
            kind,
            scope=call.effect_scope,
            priority=work.priority_at(token),
        )
        tree.facts.append(opened)
    return result


def uncaught(token: Token, code: str, message: str | None = None) -> Uncaught:
    """The incident of an error that nothing around catches."""
    element = token.task_spec
    said = f" It says: {message}" if message and message != code else ""
    return Uncaught(
        UNHANDLED_ERROR_EVENT,
        f'Expected a boundary event to catch the error "{code}" of "{element.name or element.element_id}", but there is '
        f"none. Add one to the process, or terminate this process instance.{said}",
    )
