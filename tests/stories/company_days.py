"""The days of a small company: whoever may does what is open, customers answer their mails, some orders are cancelled."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Set
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine import database, roles, user_tasks
from engine.tables import ProcessInstance, UserTask, UserTaskCandidate
from processes.records import devices
from processes.records.orders import day
from tests.http_client import Answer
from tests.stories import company_answers
from tests.stories.company import Order
from tests.stories.company_answers import Answers, Step
from tests.stories.company_house import STAFF, SmallCompany
from tests.stories.company_orders import LATER, Wanted
from tests.stories.repairs import Repair, taken_in

#: What customers answer through the link in a mail: {step: purpose of the link}.
BY_LINK = {
    "Answer the quote": "quote",
    "Confirm the visit": "booking",
    "Say how it was": "survey",
    "Answer the offer": "solution",
}
#: Nobody comes before the time that is agreed.
COMING = {
    "Come to the customer",
    "Come to measure",
    "Come to install",
    "Ring at the customer's door",
    "Ring at the door to install",
    "Perform the maintenance",
}
#: A round of an order comes to an end well before; more than that turns in a circle.
MOST_TIMES = 12


@dataclass
class Days:
    """What was started, and who is still to say what."""

    company: SmallCompany
    started: dict[str, Repair] = field(default_factory=dict)
    #: {number of an order: what was wanted}
    wanted: dict[str, Wanted] = field(default_factory=dict)
    done: Counter[tuple[str, str]] = field(default_factory=Counter)
    steps: int = 0

    def start(self, order: Wanted) -> None:
        """Somebody starts an order with its form."""
        answers = dict(order.start)
        if order.process == "repair_intake":
            repair = taken_in(self.company, order.label, by=order.by, **answers)
        else:
            answers.update(self._only_now_known(order))
            repair = Repair(self.company, self._begin(order, answers), order.email or "")
        self.started[order.label] = repair
        self.wanted[repair.order.number] = order

    def work(self, *, most: int | None = None) -> None:
        """Do what is open until nothing more can be done today, or `most` steps are."""
        looked_at: set[int] = set()
        before = self.steps
        while True:
            open_now = self._open(looked_at)
            for step in open_now:
                looked_at.add(step.key)
                self._do(step)
                if most is not None and self.steps - before >= most:
                    return
            if not open_now:
                self.company.settle()
                if not self._open(looked_at):
                    return

    def left(self) -> list[tuple[str, str]]:
        """(order, step) of everything that is open."""
        return [(step.order_no, step.name) for step in self._open()]

    def _do(self, step: Step) -> None:
        if step.name in COMING and datetime.fromisoformat(step.seen["visit_starts_at"]) > self.company.now():
            return
        order = self.wanted.get(step.order_no)
        times = self.done[step.order_no, step.name]
        assert times < MOST_TIMES, f'{step.order_no}: "{step.name}" comes again and again.'
        self.done[step.order_no, step.name] += 1
        if order is not None and order.cancelled_at == step.name:
            order.cancelled_at = None
            self._cancel(step)
            return
        said = order.says.get(step.name) if order is not None else None
        special = said.pop(0) if said else None
        if special is LATER:
            return
        if step.name in BY_LINK and order is not None and order.email:
            self._answer_by_link(step, order, special)
        else:
            self._complete(step, special)
        self.steps += 1

    def _complete(self, step: Step, special: Answers | None) -> None:
        """Done by the first who may; rules that ask for a second person find one."""
        refused = []
        for login in self._who_may(step):
            answers = company_answers.of(step, login) if special is None else special
            answer = self.company[login].client.complete(step.key, answers, step.version)
            if answer.status == 200:
                return
            refused.append(f"{login}: {answer.status} {answer.text[:600]}")
            if answer.status == 422:
                break
        raise AssertionError(f'{step.order_no} "{step.name}" {answers}: {refused}')

    def _answer_by_link(self, step: Step, order: Wanted, special: Answers | None) -> None:
        purpose = BY_LINK[step.name]
        # The mail with the newest link has to be there.
        self.company.settle()
        fields = special or {"quote": {"decision": "approved"}, "solution": {"decision": "accepted"}}.get(
            purpose, company_answers.ANSWERS[step.name]
        )
        answer = self.started[order.label].answers(purpose, **fields)
        assert answer.status == 303, f"{step.order_no}: {step.name}: {answer.text[:2000]}"

    def _cancel(self, step: Step) -> None:
        asked = self._as_manager(f"/orders/{step.instance_key}/cancel", {"reason": "They move away"})
        assert asked.status in (302, 303), asked.text[:2000]

    def _as_manager(self, address: str, fields: Answers) -> Answer:
        client = self.company["manager"].client
        client.get(address.rpartition("/")[0])
        return client.post(address, fields)

    def _who_may(self, step: Step) -> list[str]:
        if step.assignee:
            return [step.assignee]
        return [login for login, held in STAFF.items() if step.roles & {login, "Requester", *held}]

    def _begin(self, order: Wanted, answers: Answers) -> Order:
        client, address = self.company[order.by].client, f"/orders/new/{order.process}"
        assert client.get(address).status == 200
        sent = client.post(address, {"submission": json.dumps(answers)}, as_program=True)
        assert sent.status == 200, f"{order.label}: {sent.text}"
        with database.reading(self.company.engine) as session:
            newest = select(ProcessInstance.key, ProcessInstance.business_key).where(
                ProcessInstance.process_id == order.process
            )
            return Order(*session.execute(newest.order_by(ProcessInstance.key.desc()).limit(1)).one())

    def _only_now_known(self, order: Wanted) -> Answers:
        """Days, numbers of other orders and keys of records, which nobody knew when the orders were drawn."""
        with database.reading(self.company.engine) as session:
            today = day(session, self.company.now())
            if order.process == "production_order":
                when = today.replace(day=28) if today.day < 15 else today
                return {
                    "delivery_date": when.isoformat(),
                    "source": "stock",
                    "stock_reason": "Below the minimum",
                }
            if order.process == "internal_request":
                return {"wanted_date": today.isoformat()}
            if order.process == "contract_setup":
                return _laundry(session, order, today.replace(day=1).isoformat())
        if order.about:
            return {"about_order_no": self.started[order.about].order.number}
        return {}

    def _open(self, looked_at: Set[int] = frozenset()) -> list[Step]:
        # Of steps that were looked at today nothing is read: the variables of each cost several questions.
        with database.reading(self.company.engine) as session:
            today = day(session, self.company.now())
            rows = session.execute(
                select(UserTask, ProcessInstance.business_key)
                .join(ProcessInstance, ProcessInstance.key == UserTask.process_instance_key)
                .where(UserTask.state == "open")
                .order_by(UserTask.key)
            ).all()
            actor = roles.actor(session, "manager")
            return [
                Step(
                    row.key,
                    row.version,
                    row.name,
                    row.process_id,
                    row.process_instance_key,
                    number,
                    row.assignee,
                    _candidates(session, row.key),
                    user_tasks.variables(session, row, actor),
                    today,
                )
                for row, number in rows
                if row.key not in looked_at
            ]


def _candidates(session: Session, key: int) -> frozenset[str]:
    query = select(UserTaskCandidate.name).where(UserTaskCandidate.user_task_key == key)
    return frozenset(session.scalars(query))


def _laundry(session: Session, order: Wanted, begins: str) -> Answers:
    """The laundry of the demo company wants its machine cared for, from the first of the month."""
    device = devices.search(session, "EL-555-80017", limit=1)[0]
    row = {
        "device": str(device.key),
        "work": "W-CLEAN",
        "first_due": begins[:8] + "15",
        "months": 6,
        "meter_unit": "h",
    }
    written = {"plan": "BASIC", "timing": "arrears", "starts_on": begins, "billing_day": 1}
    order.says["Write the contract"] = [{**written, "items": [str(device.key)], "maintenance_rows": [row]}]
    return {"customer_key": str(device.owner_key)}
