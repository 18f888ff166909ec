"""What a completion costs over HTTP: a real server, a signed-in person, CSRF token, form check, commit.

The same installation completes user tasks through the verb, in this process, and through its server; chunks of the two
take turns. `http_vs_engine` = median over HTTP / median through the verb (budget: at most 3). `queries` are the statements
that one completion over HTTP sends to the database, its own redirect not followed.

    python bench/http.py --json [--completions 200]
"""

from __future__ import annotations

import argparse
import json
import statistics
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

sys.path.remove(str(Path(__file__).parent))  # here lies an http.py, which would hide the library's
sys.path.insert(0, str(Path(__file__).parent.parent))

from sqlalchemy import event

from engine import clock, database, roles, user_tasks
from tests.conftest import all_tables
from tests.faults.installation import PEOPLE, Installation
from tests.http_client import Client
from webapp import config
from webapp.accounts import links
from webapp.app import create_app
from webapp.database import db

CHUNK = 20
ANSWERS = {"amount": 1, "answer": "go"}


def main() -> None:
    """Measure and print one JSON line last."""
    arguments = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    arguments.add_argument("--json", action="store_true", help="only the JSON line")
    arguments.add_argument("--completions", type=int, default=200)
    given = arguments.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{Path(folder) / 'orderlane.sqlite'}"
        all_tables().create_all(database.connect(url))
        installation = Installation.make(Path(folder), url)
        try:
            found = _measure(installation, given.completions) | _queries(installation, Path(folder))
        finally:
            installation.end()
    if not given.json:
        for name, value in found.items():
            print(f"{name:30} {value}")
    print(json.dumps(found))


def _measure(installation: Installation, completions: int) -> dict[str, Any]:
    installation.server.start()
    login = min(PEOPLE)
    client = installation.client(login)
    by_verb, by_http = installation.start_orders(2)
    with database.reading(installation.engine) as session:
        actor = roles.actor(session, login)
    verb_s, http_s = [], []
    for number in range(max(2, completions // CHUNK)):
        verb = _chunk(installation, by_verb, lambda key: _complete(installation, key, actor))
        http = _chunk(installation, by_http, lambda key: _post(client, key))
        if number:  # the first chunk warms both up
            verb_s += verb
            http_s += http
    verb_ms, http_ms = statistics.median(verb_s) * 1000, statistics.median(http_s) * 1000
    return {
        "engine_ms": round(verb_ms, 2),
        "http_ms": round(http_ms, 2),
        "http_vs_engine": round(http_ms / verb_ms, 2),
        "http_completions_per_s": round(1000 / http_ms, 1),
    }


def _chunk(installation: Installation, order: int, complete: Any) -> list[float]:
    taken = []
    for _ in range(CHUNK):
        key = installation.open_user_task(order)
        began = time.perf_counter()
        complete(key)
        taken.append(time.perf_counter() - began)
    return taken


def _complete(installation: Installation, key: int, actor: roles.Actor) -> None:
    with database.transaction(installation.engine) as session:
        user_tasks.complete(session, key, ANSWERS, actor=actor, now=clock.now(), version=1)


def _post(client: Client, key: int) -> None:
    answer = client.complete(key, ANSWERS)
    assert answer.status == 200, answer.text[:300]


def _queries(installation: Installation, folder: Path) -> dict[str, Any]:
    """Statements of one completion, counted in an application of this process on the same database."""
    url = installation.engine.url.render_as_string(hide_password=False)
    app = create_app(config.load(folder, environ={"DATABASE_URL": url}))
    [order] = installation.start_orders(1)
    with app.app_context():
        database_engine = db.engine
    said: list[str] = []
    event.listen(
        database_engine, "before_cursor_execute", lambda _c, _u, statement, *_: said.append(statement)
    )
    client = app.test_client()
    _sign_in(installation, client)
    for _ in range(3):
        key = installation.open_user_task(order)
        token = _token(client)
        said.clear()
        fields = {"submission": json.dumps(ANSWERS), "version": 1, "csrf_token": token}
        answer = client.post(
            f"/user-tasks/{key}/complete", data=fields, headers={"Accept": "application/json"}
        )
        assert answer.status_code == 200, answer.text[:300]
    database_engine.dispose()
    own = ("BEGIN", "SAVEPOINT", "RELEASE")
    return {"queries": sum(not each.startswith(own) for each in said)}


def _sign_in(installation: Installation, client: Any) -> None:
    with database.transaction(installation.engine) as session:
        code = links.make(session, links.LOGIN, min(PEOPLE), now=clock.now())
    answer = client.post(f"/login/{code}", data={"csrf_token": _token(client, f"/login/{code}")})
    assert answer.status_code == 302, answer.text[:300]


def _token(client: Any, page: str = "/inbox") -> str:
    text = client.get(page).text
    return text.split('name="csrf-token" content="', 1)[1].split('"', 1)[0]


if __name__ == "__main__":
    main()
