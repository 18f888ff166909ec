"""What a story can see when it says what must be true: the order, its variables, and the records it has written."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from functools import cached_property
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine import errors, execution, feel, settings
from engine.feel.border import take_in
from engine.feel.functions import Function
from engine.feel.runtime import Run
from engine.scenarios.stage import Finder
from engine.tables import History, Incident, Mail, ProcessInstance, UserTask


class ConditionRefused(errors.Refused):
    """This condition cannot be read."""


class Looks:
    """The names that FEEL sees in a story, for one order; each is looked up when it is asked for."""

    def __init__(
        self,
        session: Session,
        key: int | None,
        finders: Mapping[str, Finder],
        now: datetime,
    ):
        self.session = session
        self.key = key
        self.finders = finders
        self.now = now
        #: FEEL knows data by identity while it evaluates: what a finder found must not make room for something else.
        self._found: list[Any] = []

    @cached_property
    def row(self) -> ProcessInstance | None:
        """The order; most steps say plain values and never ask for it."""
        return self.session.get(ProcessInstance, self.key) if self.key is not None else None

    def value(self, value: Any) -> Any:
        """A plain value; a text that begins with "=" is evaluated, inside of lists and tables too."""
        if isinstance(value, dict):
            return {key: self.value(item) for key, item in value.items()}
        if isinstance(value, list):
            return [self.value(item) for item in value]
        if isinstance(value, str) and value.startswith("="):
            return feel.to_json(self._evaluate(value[1:]).value)
        return value

    def is_true(self, condition: str) -> bool:
        """Whether a condition is true; null is not."""
        return self._evaluate(condition).value is True

    def explain(self, condition: str) -> str:
        """Why it is not true: its value, what went wrong in it, and what its names stand for."""
        result = self._evaluate(condition)
        found = feel.to_json(result.value)
        said = [f"it is {'unknown' if found is None else found}."]
        said += [str(each) for each in result.diagnostics]
        for name in sorted(_compiled(condition).names & self._own().keys()):
            value = self._own()[name]()
            said.append(f"{name} is {str(value)[:300]}.")
        for name in sorted(_compiled(condition).names & self.finders.keys()):
            said.append(f"{name} finds {str(self._find(name))[:600]}.")
        return " ".join(said)

    def _evaluate(self, text: str) -> feel.Result:
        compiled = _compiled(text)
        context: dict[str, Any] = {
            name: look() for name, look in self._own().items() if name in compiled.names
        }
        for name, finder in self.finders.items():
            if name in compiled.names:
                context[name] = self._function(name, finder)
        return compiled.evaluate(context, now=self._local())

    def _function(self, name: str, finder: Finder) -> Function:
        def found(run: Run, arguments: list[Any]) -> Any:
            self._found.append(finder(self.session, arguments[0]))
            return take_in(run, self._found[-1])

        return Function(name, ("order_no",), found)

    def _find(self, name: str) -> Any:
        return self.finders[name](self.session, self.row.business_key) if self.row else None

    def _own(self) -> dict[str, Any]:
        return {
            "order_no": lambda: self.row.business_key if self.row else None,
            "state": lambda: self.row.state if self.row else None,
            "subject": lambda: self.row.subject if self.row else None,
            "variables": self._variables,
            "answers": self._answers,
            "open_steps": self._open_steps,
            "ends": self._ends,
            "visits": self._visits,
            "mails": self._mails,
            "escalations": self._escalations,
            "incidents": self._incidents,
        }

    def _local(self) -> datetime:
        return self.now.astimezone(ZoneInfo(settings.calendar(self.session).time_zone))

    def _variables(self) -> dict[str, Any]:
        """The variables of the order itself while it runs; an ended order has none."""
        return execution.look(self.session, self.row.key).root_variables if self.row else {}

    def _answers(self) -> dict[str, Any]:
        """What people have submitted, the last answer to each question; kept when the order has ended."""
        return {
            name: value
            for row in self._history("completed")
            for name, value in (row.detail or {}).get("submission", {}).items()
        }

    def _open_steps(self) -> list[dict[str, Any]]:
        found = self.session.scalars(select(UserTask).where(UserTask.state == "open").order_by(UserTask.key))
        return [
            {
                "name": each.name,
                "assignee": each.assignee,
                "urgent": each.urgent,
                "escalation_level": each.escalation_level,
                "of_this_order": self.row is not None and each.process_instance_key == self.row.key,
            }
            for each in found
        ]

    def _history(self, *kinds: str) -> list[History]:
        if self.row is None:
            return []
        query = select(History).where(History.process_instance_key == self.row.key, History.kind.in_(kinds))
        return list(self.session.scalars(query.order_by(History.key)))

    def _ends(self) -> list[str]:
        return [row.element_id for row in self._history("passed") if row.element_type == "endEvent"]

    def _visits(self) -> list[str]:
        return [row.element_id for row in self._history("passed", "entered")]

    def _escalations(self) -> list[dict[str, Any]]:
        return [{"step": row.element_id, "level": row.detail["level"]} for row in self._history("escalated")]

    def _mails(self) -> list[dict[str, Any]]:
        found = self.session.scalars(select(Mail).order_by(Mail.key))
        return [{"to": each.recipient, "subject": each.subject, "body": each.body} for each in found]

    def _incidents(self) -> list[dict[str, Any]]:
        found = self.session.scalars(
            select(Incident).where(Incident.resolved_at.is_(None)).order_by(Incident.key)
        )
        return [{"step": each.element_id, "kind": each.kind, "sentence": each.sentence} for each in found]


def names_in(condition: str) -> frozenset[str]:
    """The names that a condition reads. Raises ConditionRefused."""
    return _compiled(condition).names


def _compiled(text: str) -> feel.Expression:
    try:
        return feel.compile(text)
    except feel.FeelError as broken:
        raise ConditionRefused(f"{text} is not FEEL: {broken}") from broken
