"""Customers who have a link in a mail: orders of the demo company that wait for their answer, made through verbs."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Engine, select

import engine.database
from engine import clock, instances, mail, roles, user_tasks
from engine.operations import Step
from engine.tables import History, Mail, ProcessInstance, UserTask
from processes.operations import notifications
from processes.records import customer_links
from processes.records.customer_links import CustomerLink
from tests.processes import repair_shop

_LINK = re.compile(r"(/c/[\w-]{43})")
#: Devices of the demo company by the language of their owner.
DEVICES = {"ru": "FD-9401", "ro": "D. P.", "en": "G. W."}
WORKS = [
    {"work": "W-PUMP", "hours": 1, "payer": "client"},
    {"work": "W-CLEAN", "hours": 1, "payer": "warranty"},
]


@dataclass(frozen=True)
class Asked:
    """An order and the database it is in."""

    database: Engine
    order_no: str

    def links(self, purpose: str) -> list[str]:
        """The addresses in the mails to the customer that open a page of this purpose, the oldest first."""
        with engine.database.reading(self.database) as session:
            bodies = [mail.text(each) for each in session.scalars(select(Mail).order_by(Mail.key))]
            found = [address for body in bodies for address in dict.fromkeys(_LINK.findall(body))]
            rows = [(address, customer_links.find(session, address[3:])) for address in found]
        return [address for address, row in rows if (row.order_no, row.purpose) == (self.order_no, purpose)]

    def link(self, purpose: str) -> str:
        """The newest of them."""
        return self.links(purpose)[-1]

    def row(self, address: str) -> CustomerLink:
        """What is kept of a link."""
        with engine.database.reading(self.database) as session:
            return customer_links.find(session, address[3:])

    def step(self, name: str) -> UserTask:
        """The open user task of that element."""
        with engine.database.reading(self.database) as session:
            return session.scalars(self._steps().where(UserTask.element_id == name)).one()

    def open_steps(self) -> list[str]:
        """The elements of all open user tasks of the order."""
        with engine.database.reading(self.database) as session:
            return [each.element_id for each in session.scalars(self._steps())]

    def completed(self, element_id: str) -> list[History]:
        """Who completed a user task with what."""
        with engine.database.reading(self.database) as session:
            rows = session.scalars(
                select(History)
                .join(ProcessInstance, ProcessInstance.key == History.process_instance_key)
                .where(
                    ProcessInstance.business_key == self.order_no,
                    History.element_id == element_id,
                    History.kind == "completed",
                )
            )
            return list(rows)

    def staff_completes(self, login: str, element_id: str, answers: dict[str, Any]) -> None:
        """A colleague fills the form of an open user task in."""
        task, now = self.step(element_id), clock.now()
        with engine.database.transaction(self.database) as session:
            user_tasks.complete(session, task.key, answers, actor=roles.actor(session, login), now=now)

    def starts(self, process_id: str, **variables: Any) -> None:
        """Run a called process for the order."""
        with engine.database.transaction(self.database) as session:
            instances.start(
                session,
                process_id,
                variables=variables,
                business_key=self.order_no,
                actor=roles.actor(session, "receiver"),
                now=clock.now(),
            )

    def told(self, about: str, **inputs: Any) -> dict[str, Any]:
        """Run customers.tell for the order, as a step does."""
        with engine.database.transaction(self.database) as session:
            row = repair_shop.instance(session, self.order_no)
            step = Step(
                process_instance_key=row.key,
                business_key=self.order_no,
                process_id="any",
                element_id=about,
                effect_key=f"{self.order_no}:{about}",
                actor="receiver",
                now=clock.now(),
                headers={"about": about},
            )
            return notifications.tell(session, step, **inputs)

    def _steps(self) -> Any:
        return (
            select(UserTask)
            .join(ProcessInstance, ProcessInstance.key == UserTask.process_instance_key)
            .where(ProcessInstance.business_key == self.order_no, UserTask.state == "open")
        )


def ordered(database: Engine, order_no: str = "R-7001", device: str = "FD-9401") -> Asked:
    """An order that was diagnosed: a pump that the client pays, cleaning under warranty; the device is with us."""
    with engine.database.transaction(database) as session:
        repair_shop.taken_in(
            session, order_no, device=repair_shop.device(session, device), repair_kind="mixed"
        )
        repair_shop.run(
            session,
            "repair_orders.record_diagnosis",
            order_no,
            fault_code="F2",
            cause="The pump is blocked",
            findings="The pump is blocked and leaks",
            works=WORKS,
        )
    return Asked(database, order_no)


def quoted(database: Engine, order_no: str = "R-7001", device: str = "FD-9401") -> Asked:
    """An order whose quote was sent to its customer by mail."""
    asked = ordered(database, order_no, device)
    asked.starts("sub_customer_approval")
    return asked
