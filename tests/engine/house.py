"""A small house for tests of the engine: people, a clock that stands still, deployments, and short words for verbs."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import Engine, bindparam, or_, select
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column

from engine import database, definitions, errors, instances, jobs, messages, roles, user_tasks, worker
from engine.clock import MovedClock
from engine.columns import Key, key_column
from engine.operations import Step, operation
from engine.tables import Mail, ProcessInstance, UserTask
from tests.conftest import begin_with
from tests.engine import diagrams

MONDAY = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)


class TestTables(DeclarativeBase):
    """Base of the tables that only tests have: the product's own metadata must not know them."""

    __test__ = False


class LedgerRow(TestTables):
    """What the operation of these tests posts: one row is one effect."""

    __tablename__ = "test_ledger_row"
    key: Key = key_column()
    order_no: Mapped[str] = mapped_column(index=True)
    element_id: Mapped[str]
    amount: Mapped[int]


class Switch:
    """Makes the operation `test.post` fail: each entry is the exception of one try, in order."""

    failures: list[Exception] = []


@operation("test.post", errors={"TOO_MUCH": "The amount is above the limit."})
def post(session: Session, step: Step, amount: Decimal) -> dict[str, Any]:
    """Post an amount to the ledger of the tests. Result: posted."""
    if amount > 1000:
        raise errors.BusinessError("TOO_MUCH", "The amount is above the limit.")
    session.add(LedgerRow(order_no=step.business_key, element_id=step.element_id, amount=int(amount)))
    session.flush()
    if Switch.failures:
        raise Switch.failures.pop(0)
    return {"posted": amount}


#: Built once: the tests ask it before each of thousands of completions.
_OPEN_TASK = select(UserTask).where(
    UserTask.process_instance_key == bindparam("order"),
    UserTask.element_id == bindparam("element"),
    UserTask.state == "open",
)
_PEOPLE = {"ann": "staff", "ben": "staff", "carl": "staff", "mia": "manager"}
_LEADS = {"carl"}
_ACTORS = {
    login: roles.Actor(login, login.capitalize(), frozenset([role])) for login, role in _PEOPLE.items()
}


def _found(session: Session) -> None:
    """The tables of these tests and the people of the house."""
    TestTables.metadata.create_all(session.connection())
    for login, role in _PEOPLE.items():
        leads = [role] if login in _LEADS else []
        roles.add_person(
            session, login, login.capitalize(), [role], email=f"{login}@example.org", leads=leads
        )


class House:
    """One database, one clock. Ann and Ben are staff, Carl leads it, Mia manages."""

    def __init__(self, engine: Engine, at: datetime = MONDAY):
        self.engine = engine
        self.clock = MovedClock(at)
        self.sent: list[Mail] = []
        Switch.failures = []
        if engine.dialect.name != "sqlite":
            TestTables.metadata.create_all(engine)  # what is copied there are rows only
        with self.write() as session:
            begin_with(session, "house", _found)

    @property
    def now(self) -> datetime:
        return self.clock()

    @contextmanager
    def write(self) -> Iterator[Session]:
        with database.transaction(self.engine) as session:
            yield session

    @contextmanager
    def read(self) -> Iterator[Session]:
        with database.reading(self.engine) as session:
            yield session

    def actor(self, login: str) -> roles.Actor:
        return _ACTORS[login]

    def deploy(self, *models: bytes, **files: bytes) -> definitions.Deployed:
        """Deploy models, the form `answer`, and more files by name."""
        resources = (
            {f"m{n}.bpmn": model for n, model in enumerate(models)} | {"answer.form": diagrams.FORM} | files
        )
        with self.write() as session:
            return definitions.deploy(session, resources, actor=roles.SYSTEM, now=self.now)

    def start(self, process_id: str = "flow", login: str = "ann", **variables: Any) -> int:
        with self.write() as session:
            row = instances.start(
                session, process_id, variables=variables, actor=roles.actor(session, login), now=self.now
            )
            return row.key

    def complete(self, key: int, element_id: str, login: str = "ann", **answers: Any) -> None:
        with self.write() as session:
            task = self.task(session, key, element_id)
            user_tasks.complete(session, task.key, answers, actor=roles.actor(session, login), now=self.now)

    def has_work(self, days: float = 0) -> bool:
        """Whether a worker would find something to do, now or in so many days."""
        with self.read() as session:
            due = select(or_(jobs.ANY_READY, jobs.ANY_LOST))
            return session.scalar(due, jobs.moments(self.now + timedelta(days=days)))

    def publish(self, name: str, correlation_key: str, **options: Any) -> messages.Published:
        with self.write() as session:
            return messages.publish(
                session,
                name,
                correlation_key,
                options.pop("variables", {}),
                actor=roles.SYSTEM,
                now=self.now,
                **options,
            )

    def wait(self, **duration: float) -> int:
        """Let time pass and the worker do what has become due."""
        self.clock.move(timedelta(**duration))
        return self.work()

    def work(self) -> int:
        return worker.run_until_quiet(self.engine, now=self.clock, sender=self.sent.append)

    @staticmethod
    def task(session: Session, key: int, element_id: str) -> UserTask:
        return session.scalars(_OPEN_TASK, {"order": key, "element": element_id}).one()

    def open_tasks(self, key: int) -> list[str]:
        with self.read() as session:
            return sorted(
                session.scalars(
                    select(UserTask.element_id).where(
                        UserTask.process_instance_key == key, UserTask.state == "open"
                    )
                )
            )

    def state(self, key: int) -> str:
        return self.get(key).state

    def get(self, key: int) -> ProcessInstance:
        with self.read() as session:
            return session.get_one(ProcessInstance, key)

    def rows(self, table: Any, *where: Any) -> list[Any]:
        with self.read() as session:
            return list(session.scalars(select(table).where(*where).order_by(*table.__mapper__.primary_key)))

    def ask(self, question: Callable[..., Any], *given: Any) -> Any:
        with self.read() as session:
            return question(session, *given)
