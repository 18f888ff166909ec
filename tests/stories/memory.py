"""What the nurse of tests/stories/nursery.py has done herself before her servers are born, so that they need not learn it.

She lets the work of a company begin and looks at it as its people and its clock will. What SQLAlchemy has compiled for
that and what was imported and read on the way is in every fork: that would be a quarter of all that a server of a story uses.
"""

from __future__ import annotations

import shutil
import tempfile
from typing import Any

import gunicorn.glogging
import gunicorn.workers.gthread  # noqa: F401  (a fork would import it anew)
from sqlalchemy import Engine, select

from engine import accountability, clock, database, worker
from engine.tables import ProcessInstance, UserTask
from processes import demo, watching
from webapp import app, config, prepare
from webapp.accounts import sessions
from webapp.database import db

#: {login: what they open besides the inbox}
_PAGES = {
    "receiver": ["/counter/new", "/orders/new/repair_on_site"],
    "seller": ["/orders/new/delivery_install"],
    "manager": [],
}


def keep_what_is_compiled() -> None:
    """Every engine of this process and its forks, made from now on, goes on with what all others have compiled.

    It is kept by the dialect, so that is one for all, too. They are all of SQLite: each of these servers has a file of its own.
    """
    compiled: dict[Any, Any] = {}
    learning = database.connect("sqlite://")
    # With the first connection a dialect learns what its database can do.
    learning.connect().close()
    prepare_alone = database.prepare

    def prepare_together(engine: Engine) -> None:
        # Its own dialect has to be prepared, too: by that it connects.
        prepare_alone(engine)
        engine.dialect = learning.dialect
        engine.update_execution_options(compiled_cache=compiled)

    database.prepare = prepare_together


def begin_work() -> None:
    """Let the processes begin in the books that the environment names, do what is due, and look round in a copy of it all."""
    settings = config.load()
    engine = database.connect(settings.database_url)
    with database.transaction(engine) as session:
        demo.begin_work(session, clock.now())
    worker.run_until_quiet(engine, now=clock.now)
    engine.dispose()
    with tempfile.TemporaryDirectory() as folder:
        shutil.copytree(settings.instance, folder, dirs_exist_ok=True)
        _look_round(config.load(folder, environ={}))


def _look_round(settings: config.Settings) -> None:
    # What each start asks.
    list(prepare.prepare(settings))
    made = app.create_app(settings)
    with made.app_context():
        engine = db.engine
    now = clock.now()
    with database.transaction(engine) as session:
        watching.look(session, now)
        signed_in = {login: sessions.start(session, login, now=now) for login in _PAGES}
        orders = session.scalars(select(ProcessInstance.key).where(ProcessInstance.state == "active")).all()
        steps = session.scalars(select(UserTask.key).where(UserTask.state == "open")).all()
    accountability.Watch(engine).look(now)
    for login, pages in _PAGES.items():
        browser = made.test_client()
        browser.set_cookie("orderlane", signed_in[login])
        if login == "manager":
            pages = [*(f"/orders/{key}" for key in orders[:3]), *(f"/user-tasks/{key}" for key in steps[:3])]
        for page in ["/inbox", "/inbox?q=R-1", *pages]:
            answer = browser.get(page)
            assert answer.status_code == 200, f"{page}: {answer.status}"
    engine.dispose()
