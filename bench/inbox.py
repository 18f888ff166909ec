"""Does the inbox page cost more when far more user tasks are open? Ratio of 100,000 to 1,000, over HTTP without network.

The page is the real one: session, list, counts, navigation, template; measured is processor time, which a busy machine
does not stretch (SQLite works inside this process). A person with five roles; a tenth of the user
tasks is theirs, a tenth taken by a colleague, a fifth has no term, a tenth is urgent.

    python bench/inbox.py --json        prints one JSON line last
"""

from __future__ import annotations

import argparse
import json
import random
import statistics
import sys
import tempfile
import time
from datetime import timedelta
from pathlib import Path

sys.path.remove(str(Path(__file__).parent))  # here lies an http.py, which would hide the library's
sys.path.insert(0, str(Path(__file__).parent.parent))

from flask.testing import FlaskClient
from sqlalchemy import Engine, insert

from engine import clock, database, roles
from engine.columns import Base
from engine.tables import Deployment, ProcessDefinition, ProcessInstance, UserTask, UserTaskCandidate
from webapp import config
from webapp.accounts import sessions
from webapp.app import create_app
from webapp.database import db

SIZES = (1_000, 100_000)
PORTION = 5_000
ROUNDS = 15
PAGES = {"list": "/inbox", "urgent": "/inbox?chip=urgent", "free": "/inbox?chip=free"}
ROLES = [f"role {number}" for number in range(5)]


def main() -> None:
    """Build both databases, look at the pages in turns, print the ratios."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--json", action="store_true", help="print one JSON line last")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        clients = {size: _installation(Path(folder) / str(size), size) for size in SIZES}
        seconds = {(size, name): [] for size in SIZES for name in PAGES}
        # In turns, so that a busy moment of the machine meets both sizes.
        for _ in range(ROUNDS):
            for size, (client, _app) in clients.items():
                for name, address in PAGES.items():
                    seconds[size, name].append(_look(client, address))
        for _client, app in clients.values():
            with app.app_context():
                db.engine.dispose()
    middle = {each: statistics.median(measured[2:]) for each, measured in seconds.items()}
    small, large = SIZES
    ratios = {name: round(middle[large, name] / middle[small, name], 2) for name in PAGES}
    for name in PAGES:
        times = f"{middle[small, name] * 1000:.1f} ms and {middle[large, name] * 1000:.1f} ms"
        print(f"{name}: {times} with {small:,} and {large:,} open user tasks: {ratios[name]} times")
    if arguments.json:
        milliseconds = {f"{name}_{size}_ms": round(middle[size, name] * 1000, 1) for size, name in middle}
        print(json.dumps({"growth": max(ratios.values()), "growth_by_page": ratios, **milliseconds}))


def _installation(folder: Path, size: int) -> tuple[FlaskClient, object]:
    settings = config.load(folder, environ={})
    engine = database.connect(settings.database_url)
    Base.metadata.create_all(engine)
    with database.transaction(engine) as session:
        roles.add_person(session, "me", "M. E.", ROLES)
        roles.add_person(session, "other", "O. T.", ROLES)
        session_id = sessions.start(session, "me", now=clock.now())
    _fill(engine, size)
    engine.dispose()
    app = create_app(settings)
    client = app.test_client()
    client.set_cookie("orderlane", session_id)
    return client, app


def _fill(engine: Engine, size: int) -> None:
    chance, now = random.Random(7), clock.now()
    with database.transaction(engine) as session:
        session.add(Deployment(key=1, deployed_at=now, deployed_by="bench"))
        session.flush()
        definition = {"key": 1, "process_id": "p", "version": 1, "name": "P", "deployment_key": 1}
        session.add(ProcessDefinition(**definition, resource_name="p.bpmn", xml=b"", digest=""))
    for start in range(1, size + 1, PORTION):
        numbers = range(start, min(start + PORTION, size + 1))
        orders = [_order(number, now) for number in numbers]
        tasks = [_user_task(number, chance, now) for number in numbers]
        candidates = [_candidate(task) for task in tasks]
        with database.transaction(engine) as session:
            for table, rows in (
                (ProcessInstance, orders),
                (UserTask, tasks),
                (UserTaskCandidate, candidates),
            ):
                session.execute(insert(table), rows)


def _order(number: int, now) -> dict:
    return {
        "key": number, "process_definition_key": 1, "process_id": "p", "business_key": f"IR-{number:06}",
        "subject": f"Request {number}", "state": "active", "version": 1, "tokens": b"x" * 500,
        "started_at": now, "started_by": "other",
    }  # fmt: skip


def _user_task(number: int, chance: random.Random, now) -> dict:
    due = None if chance.random() < 0.2 else now + timedelta(minutes=chance.randint(-600, 20_000))
    return {
        "key": number, "process_instance_key": number, "process_definition_key": 1, "process_id": "p",
        "token_id": 1, "element_id": "work", "name": "Do the work", "lane": ROLES[number % 5], "state": "open",
        "version": 1, "assignee": chance.choice(["me", "other", *[None] * 8]), "priority": 50,
        "urgent": chance.random() < 0.1, "created_at": now, "due_at": due, "escalation_level": 0,
        "properties": {"sla": "PT4H", "sla_clock": "working"},
    }  # fmt: skip


def _candidate(task: dict) -> dict:
    return {
        "user_task_key": task["key"], "kind": "role", "name": task["lane"], "free": task["assignee"] is None,
        "urgent": task["urgent"], "due_at": task["due_at"],
    }  # fmt: skip


def _look(client: FlaskClient, address: str) -> float:
    begin = time.process_time()
    answer = client.get(address, headers={"Accept": "text/html"})
    took = time.process_time() - begin
    if answer.status_code != 200:
        raise SystemExit(f"Expected the page {address}, but got {answer.status}.")
    return took


if __name__ == "__main__":
    main()
