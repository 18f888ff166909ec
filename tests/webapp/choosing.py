"""An order of IT whose steps are done in any order, and somebody who begins one of them."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Engine

import engine.database
from engine import clock, definitions, instances, roles
from tests.engine.diagrams import FORM, end, flow, process, start, user_task

MODEL = process(
    '<bpmn:laneSet id="lanes"><bpmn:lane id="it" name="IT"><bpmn:flowNodeRef>extras</bpmn:flowNodeRef></bpmn:lane>'
    "</bpmn:laneSet>",
    start(),
    '<bpmn:adHocSubProcess id="extras" name="Small extras">'
    + user_task("polish", role="IT")
    + user_task("wrap", role="IT")
    + "</bpmn:adHocSubProcess>",
    end(),
    flow("begin", "extras") + flow("extras", "done"),
)


def waits_for_a_choice(database: Engine) -> int:
    """An order of IT that waits until somebody chooses."""
    with engine.database.transaction(database) as session:
        definitions.deploy(
            session, {"flow.bpmn": MODEL, "answer.form": FORM}, actor=roles.SYSTEM, now=clock.now()
        )
        return instances.start(session, "flow", actor=roles.SYSTEM, now=clock.now()).key


def chosen(visitor: Any, order: int, step: str = "polish", login: str = "it") -> Any:
    """The answer to beginning a step as a person does, by the button on the page of choices."""
    person = visitor(login)
    token = person.get("/inbox/choices").text.split('name="token" value="')[1].split('"')[0]
    return person.post(f"/inbox/choices/{order}", {"token": token, "step": step})
