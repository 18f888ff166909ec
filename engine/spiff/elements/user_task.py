"""User task: opens for people, with its assignment, schedule, priority and form evaluated once, on entering."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from engine.spiff import listeners, scopes, task_listeners
from engine.spiff.elements.element import Element
from engine.spiff.facts import FormReference, UserTaskOpened
from engine.spiff.failures import EXTRACT_VALUE_ERROR, Failure
from engine.spiff.formulas import Formula, Text, Value, optional_text_of, say, text_of
from engine.spiff.listeners import Answer
from engine.spiff.token import Token, Transition

if TYPE_CHECKING:
    from engine.spiff.process import Process
    from engine.spiff.source import Source

DEFAULT_PRIORITY = 50


class UserTask(Element):
    """bpmn:userTask. form: as drawn (its form_id may be a `=` expression; the opened task has the value)."""

    is_completed_from_outside = True

    def __init__(self, process: Process, source: Source):
        super().__init__(process, source)
        assignment = source.zeebe("assignmentDefinition")
        schedule = source.zeebe("taskSchedule")
        self.assignee = source.value_attribute(assignment, "assignee")
        self.candidate_groups = source.value_attribute(assignment, "candidateGroups")
        self.candidate_users = source.value_attribute(assignment, "candidateUsers")
        self.due_date = source.value_attribute(schedule, "dueDate")
        self.follow_up_date = source.value_attribute(schedule, "followUpDate")
        self.priority = source.value_attribute(source.zeebe("priorityDefinition"), "priority")
        self.form: FormReference | None = source.form()
        self._form_id = source.value(self.form.form_id) if self.form and self.form.form_id else None
        elsewhere = self.form.external_reference if self.form else None
        self._form_elsewhere = source.value(elsewhere) if elsewhere else None

    def execute(self, token: Token) -> bool:
        """Open the user task, once its listeners agree; `Instance.complete` ends it."""
        attributes = self._attributes_at(token)
        if self.has_task_listeners:
            transition = Transition(attributes, attributes, "create")
            task_listeners.begin(token, listeners.CREATING, transition)
        else:
            token.workflow.facts.append(self.opened(token, attributes))
        return False

    @property
    def has_task_listeners(self) -> bool:
        """Whether anybody is asked about changes of this user task."""
        return not listeners.TASK_EVENTS.isdisjoint(self.listeners)

    @property
    def names_assignee(self) -> bool:
        """Whether the model says who does it."""
        return self.assignee is not None

    def opened(self, token: Token, attributes: dict[str, Any]) -> UserTaskOpened:
        """What people see of it, with these attributes. Raises Failure."""
        return UserTaskOpened(
            token.id,
            self.element_id,
            self.name or self.element_id,
            self.lane,
            attributes["assignee"],
            attributes["candidate_groups"],
            attributes["candidate_users"],
            attributes["due_date"],
            attributes["follow_up_date"],
            attributes["priority"],
            self._form_at(token),
            self.properties,
        )

    def _attributes_at(self, token: Token) -> dict[str, Any]:
        return {
            "assignee": optional_text_of(self.assignee, token, "the assignee"),
            "candidate_groups": _list_of(self.candidate_groups, token, "the candidate groups"),
            "candidate_users": _list_of(self.candidate_users, token, "the candidate users"),
            "due_date": optional_text_of(self.due_date, token, "the due date"),
            "follow_up_date": optional_text_of(self.follow_up_date, token, "the follow-up date"),
            "priority": self._priority_at(token),
        }

    # -- task listeners ---------------------------------------------------------------------------------------------

    def hear(self, token: Token, said: Answer) -> None:
        """A task listener has answered. Raises AnswerRefused."""
        try:
            task_listeners.hear(token, said)
        except Failure as failure:
            token.workflow.stop(token, failure)

    def corrections_in(self, result: dict[str, Any]) -> dict[str, Any]:
        """What of an operation's result corrects the user task."""
        return task_listeners.corrections_in(result)

    def go_on(self, token: Token) -> None:
        """Ask the next listener of the event, or do what had to wait for them."""
        if token.listening.event in listeners.EXECUTION_EVENTS:
            super().go_on(token)
            return
        try:
            task_listeners.go_on_or_deny(token)
        except Failure as failure:
            token.workflow.stop(token, failure)

    def cancelled(self, token: Token) -> None:
        """It is taken away from whoever has it."""
        if listeners.CANCELING in self.listeners:
            task_listeners.cancelled(token)

    # -- what is evaluated ------------------------------------------------------------------------------------------

    def _form_at(self, token: Token) -> FormReference | None:
        if isinstance(self._form_elsewhere, Formula):
            return FormReference(
                external_reference=text_of(self._form_elsewhere, token, "the external form reference")
            )
        if not isinstance(self._form_id, Formula):
            return self.form
        form_id = text_of(self._form_id, token, "the form id")
        return FormReference(form_id, self.form.binding, self.form.version_tag)

    def _priority_at(self, token: Token) -> int:
        if self.priority is None:
            return DEFAULT_PRIORITY
        found = self.priority.of(token)
        try:
            priority = int(found) if not isinstance(found, bool) and found is not None else -1
        except (ValueError, TypeError, OverflowError):
            priority = -1
        if not 0 <= priority <= 100:
            raise Failure(
                EXTRACT_VALUE_ERROR,
                f"Expected the priority to be a number from 0 to 100, but it is {say(found)}.",
            )
        return priority


def _list_of(value: Value | None, token: Token, what: str) -> list[str]:
    """A list of texts; a constant may be written with commas."""
    if value is None:
        return []
    found: Any = value.of(token)
    if found is None or found == "":
        return []
    if isinstance(value, Text) or isinstance(found, str):
        return [part.strip() for part in found.split(",") if part.strip()]
    if isinstance(found, list) and all(isinstance(one, str) for one in found):
        return found
    seen = value.quoted(scopes.read(token, value.names))
    raise Failure(EXTRACT_VALUE_ERROR, f"Expected {what} to be a list of texts, but {seen} is {say(found)}.")
