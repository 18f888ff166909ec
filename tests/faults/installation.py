"""An installation for the fault tests: one process that books in a loop, people who may do it, and a server."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from sqlalchemy import Engine, select, text

from engine import clock, database, definitions, instances, roles
from engine.tables import ProcessInstance, UserTask
from tests.conftest import connect
from tests.engine import diagrams
from tests.engine.house import LedgerRow
from tests.faults import compiled
from tests.faults.nursery import Nursery
from tests.http_client import Client
from tests.webapp.visitors import Visitor
from webapp import app, schema
from webapp.accounts import sessions
from webapp.database import db

#: login -> name; the initials differ, because people are named by them.
PEOPLE = {f"person{letter.lower()}": f"{letter} Person" for letter in "ABCDEFGH"}
BOOKING = diagrams.process(
    diagrams.start(),
    diagrams.user_task("count"),
    diagrams.service_task("book", "test.post", {"amount": "=amount"}),
    diagrams.exclusive("again", default="again_to_count"),
    diagrams.end(),
    diagrams.flow("begin", "count"),
    diagrams.flow("count", "book"),
    diagrams.flow("book", "again"),
    diagrams.flow("again", "count"),
    diagrams.flow("again", "done", '=answer = "stop"'),
)


@dataclass
class Installation:
    """A prepared database and the server on it."""

    engine: Engine
    server: Nursery
    clients: list[Client] = field(default_factory=list)

    @classmethod
    def make(cls, folder: Path, database_url: str, before: Callable[[], None] = lambda: None) -> Installation:
        """Prepare the database at `database_url`, which has all tables and no rows, and the server (not yet started).

        before: breaks the server.
        """
        engine = connect(database_url)
        LedgerRow.metadata.create_all(engine)
        with engine.begin() as connection:
            # Made at once instead of migration by migration, and as current as a server wants it.
            connection.execute(text("CREATE TABLE alembic_version (version_num VARCHAR(32) PRIMARY KEY)"))
            for head in schema.heads():
                connection.execute(text("INSERT INTO alembic_version VALUES (:head)"), {"head": head})
        with database.transaction(engine) as session:
            for login, name in PEOPLE.items():
                roles.add_person(session, login, name, ["staff"])
            definitions.deploy(
                session,
                {"booking.bpmn": BOOKING, "answer.form": diagrams.FORM},
                actor=roles.SYSTEM,
                now=clock.now(),
            )
        engine.dispose()  # nothing is shared with the servers
        instance = folder / "instance"
        instance.mkdir(exist_ok=True)
        return cls(engine, Nursery(instance, database_url, before))

    def start_orders(self, count: int) -> list[int]:
        """Start `count` orders; each waits at its first user task."""
        with database.transaction(self.engine) as session:
            actor = roles.actor(session, min(PEOPLE))
            return [instances.start(session, "flow", actor=actor, now=clock.now()).key for _ in range(count)]

    def client(self, login: str) -> Client:
        """Somebody signed in at the running server, on a page that asks the least of the database."""
        client = Client(self.server.url).with_session(self._signed_in(login))
        client.get("/no-such-page")
        self.clients.append(client)
        return client

    def learn(self) -> None:
        """Do two steps of an order by an application in this process: servers born later have compiled what they ask."""
        [order] = self.start_orders(1)
        with compiled.together():
            made = app.create_app(self.server.settings)
        browser = made.test_client()
        browser.set_cookie("orderlane", self._signed_in(min(PEOPLE)))
        person = Visitor(browser)
        for amount in (1, 2):
            step = f"/user-tasks/{self.open_user_task(order)}/complete"
            done = person.submit(step, {"amount": amount, "answer": "go"}, version=1)
            assert done.status_code == 200, done.text
        with made.app_context():
            db.engine.dispose()

    def _signed_in(self, login: str) -> str:
        with database.transaction(self.engine) as session:
            return sessions.start(session, login, now=clock.now())

    def end(self) -> None:
        """Let go of everything."""
        for client in self.clients:
            client.close()
        self.server.end()
        self.engine.dispose()

    def open_user_task(self, order: int) -> int:
        """The key of the user task where the order waits."""
        with database.reading(self.engine) as session:
            return session.scalars(
                select(UserTask.key).where(UserTask.process_instance_key == order, UserTask.state == "open")
            ).one()

    def amounts(self, order: int) -> list[int]:
        """What the ledger has of an order, sorted."""
        with database.reading(self.engine) as session:
            number = session.get_one(ProcessInstance, order).business_key
            return sorted(session.scalars(select(LedgerRow.amount).where(LedgerRow.order_no == number)))

    @contextmanager
    def bookings(self) -> Iterator[Callable[[], int]]:
        """How many bookings of all orders are visible to others: a question that may be asked a thousand times a second."""
        with closing(self.engine.raw_connection()) as connection, closing(connection.cursor()) as cursor:

            def visible() -> int:
                cursor.execute(f"SELECT count(*) FROM {LedgerRow.__tablename__}")
                [[count]] = cursor.fetchall()
                return count

            yield visible

    def is_whole(self) -> bool:
        """What SQLite says of its file; PostgreSQL has no such question, and recovers by itself."""
        if self.engine.dialect.name != "sqlite":
            return True
        with self.engine.connect() as connection:
            return connection.exec_driver_sql("PRAGMA integrity_check").scalar() == "ok"
