"""The demo company at a real server: its people at their browsers, its records, and a hand on the clock."""

from __future__ import annotations

import html
import json
import re
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Protocol

from sqlalchemy import Engine, select, update

from engine import clock, database
from engine.tables import Job, ProcessInstance, UserTask
from processes.demo import EVERYBODY
from processes.records.cost_centres import CostCentreEntry
from processes.records.equipment import Equipment, EquipmentEvent
from tests.http_client import Answer, Client
from tests.server_process import Server
from tests.smtp_server import SmtpServer
from webapp.accounts import sessions

_LINK = re.compile(r"/login/(\S+)\n")
_ROW = re.compile(r'<a class="row-name" href="/user-tasks/(\d+)')
_VERSION = re.compile(r'"version": (\d+)')


class Cookies(Protocol):
    """A browser context."""

    def add_cookies(self, cookies: list[dict[str, str]]) -> None:
        """Put cookies into the browser."""


@dataclass(frozen=True)
class Order:
    """One request: its key in addresses and its number for people."""

    key: int
    number: str


@dataclass
class Colleague:
    """Somebody of the company who is signed in. What they do goes over HTTP and nowhere else."""

    login: str
    client: Client
    company: Company

    def asks(self, kind: str, subject: str, details: dict[str, object], *, in_days: int = 5) -> Order:
        """Start a request with its start form and describe it: the step that follows."""
        address = "/orders/new/internal_request"
        assert self.client.get(address).status == 200
        answers = {"subject": subject, "item_kind": kind, "wanted_date": day(in_days)}
        started = self.client.post(address, {"submission": json.dumps(answers)}, as_program=True)
        assert started.status == 200, started.text
        step = int(started.json()["go_to"].partition("?")[0].rpartition("/")[2])
        order = self.company.order_with(subject)
        described = self.completes_step(step, details)
        assert described.status == 200, described.text
        return order

    def sees(self, order: Order) -> dict[str, int]:
        """{name: key} of the steps of an order in this person's inbox, by the names of the diagram."""
        page = self.client.get(f"/inbox?q={order.number}")
        assert page.status == 200
        shown = [int(key) for key in _ROW.findall(page.text)]
        with database.reading(self.company.engine) as session:
            return {session.get_one(UserTask, key).name: key for key in shown}

    def completes(self, order: Order, step: str, answers: dict[str, object]) -> Answer:
        """Open a step from the inbox, fill its form in and send it."""
        seen = self.sees(order)
        assert step in seen, f"{self.login} sees {sorted(seen)}"
        return self.completes_step(seen[step], answers)

    def completes_step(self, key: int, answers: dict[str, object]) -> Answer:
        """The same, for somebody who has the address of the step."""
        return self.client.complete(key, answers, self.opens(key))

    def opens(self, key: int) -> int:
        """Open the page of a step; returns the version that it shows."""
        page = self.client.get(f"/user-tasks/{key}")
        assert page.status == 200, page.status
        return int(_VERSION.search(html.unescape(page.text))[1])


@dataclass
class Company:
    """An installation as `orderlane run` makes it on an empty folder."""

    server: Server
    engine: Engine
    smtp: SmtpServer
    links: dict[str, str]
    people: dict[str, Colleague] = field(default_factory=dict)

    @classmethod
    def found(cls, folder: Path, kind: type[Server] = Server, **environment: str) -> Company:
        """Start the server; everybody gets the link that the first start has printed for them."""
        smtp = SmtpServer()
        server = kind(
            folder,
            "run",
            **environment,
            DATABASE_URL=f"sqlite:///{folder / 'orderlane.sqlite'}",
            SMTP_HOST="127.0.0.1",
            SMTP_PORT=str(smtp.port),
            SMTP_SENDER="Orderlane <orders@demo.example>",
            SMTP_SECURITY="none",
        ).start()
        codes = _LINK.findall(server.log.read_text(encoding="utf-8"))
        # Where people work already, the start prints no links: everybody gets a new one at first use.
        printed = dict(zip(sorted(login for login, *_ in EVERYBODY), codes, strict=bool(codes)))
        return cls(server, database.connect(f"sqlite:///{folder / 'orderlane.sqlite'}"), smtp, printed)

    def close(self) -> None:
        """Everybody goes home."""
        for person in self.people.values():
            person.client.close()
        self.server.stop()
        self.smtp.stop()
        self.engine.dispose()

    def now(self) -> datetime:
        """What the clock of the server shows."""
        return clock.now()

    def __getitem__(self, login: str) -> Colleague:
        """Somebody of the company, signed in with their printed link at first use, later with a new one."""
        if login not in self.people:
            code = self.links.pop(login, None)
            client = Client(self.server.url).sign_in(f"/login/{code}") if code else self.window_of(login)
            self.people[login] = Colleague(login, client, self)
        return self.people[login]

    def sign_in(self, browser: Cookies, login: str) -> None:
        """Give a browser the session of somebody who has signed in before."""
        with database.transaction(self.engine) as session:
            value = sessions.start(session, login, now=clock.now())
        browser.add_cookies([{"name": "orderlane", "value": value, "url": self.server.url}])

    def window_of(self, login: str) -> Client:
        """One more window of the same person. No link: whoever signs in again and again is slowed down."""
        with database.transaction(self.engine) as session:
            value = sessions.start(session, login, now=self.now())
        return Client(self.server.url).with_session(value)

    def order_with(self, subject: str) -> Order:
        """The newest order with this subject."""
        with database.reading(self.engine) as session:
            row = session.execute(
                select(ProcessInstance.key, ProcessInstance.business_key)
                .where(ProcessInstance.subject == subject)
                .order_by(ProcessInstance.key.desc())
                .limit(1)
            ).one()
        return Order(*row)

    def state_of(self, order: Order) -> str:
        """active, completed or terminated."""
        with database.reading(self.engine) as session:
            return session.get_one(ProcessInstance, order.key).state

    def booked(self, order: Order) -> list[tuple[str, str, int]]:
        """(cost centre, kind, cents) of an order's rows in the ledger, in order."""
        with database.reading(self.engine) as session:
            rows = session.scalars(
                select(CostCentreEntry)
                .where(CostCentreEntry.order_no == order.number)
                .order_by(CostCentreEntry.key)
            )
            return [(row.cost_centre_id, row.kind, row.amount_cents) for row in rows]

    def history_of(self, equipment_id: str, order: Order) -> list[EquipmentEvent]:
        """What an order has written into the history of a machine."""
        with database.reading(self.engine) as session:
            return list(
                session.scalars(
                    select(EquipmentEvent).where(
                        EquipmentEvent.equipment_id == equipment_id, EquipmentEvent.order_no == order.number
                    )
                )
            )

    def write_off(self, equipment_id: str, *, off: bool = True) -> None:
        """Take a machine out of use, or back into it, as the accountant would in the records."""
        with database.transaction(self.engine) as session:
            session.get_one(Equipment, equipment_id).written_off_at = clock.now() if off else None

    def make_due(self, order: Order, kind: str, *, element_id: str | None = None, level: int = 0) -> None:
        """Move time for one order: its jobs of a kind become due now; the running server does the rest."""
        with database.transaction(self.engine) as session:
            query = select(Job).where(Job.process_instance_key == order.key, Job.kind == kind)
            jobs = [
                job
                for job in session.scalars(query)
                if element_id in (None, job.element_id) and (not level or job.detail["level"] == level)
            ]
            assert jobs, f"{order.number} has no such job."
            keys = [job.key for job in jobs]
            session.execute(update(Job).where(Job.key.in_(keys)).values(due_at=clock.now()))


def day(in_days: int) -> str:
    """A date as the form sends it."""
    return (date.today() + timedelta(days=in_days)).isoformat()


def until(is_true: Callable[[], bool], timeout_s: float = 20) -> None:
    """Wait for what the server does by itself."""
    deadline = time.monotonic() + timeout_s
    while not is_true():
        assert time.monotonic() < deadline, "It did not come to that."
        time.sleep(0.1)
