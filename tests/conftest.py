"""What every test may ask for: a database with all tables, empty, its own.

engine            in-memory SQLite; fast, one connection. The default.
any_database      the test runs twice: on a SQLite file and on PostgreSQL (several connections, threads allowed).
                  A test or fixture that also asks for `engine` gets this same database.
sqlite_file       a SQLite file only.
postgresql        PostgreSQL only. Skipped with a reason where it is not installed.
postgresql_server the session's private cluster (tests/postgres.py), for tests that need several databases.

All of them are SQLAlchemy engines made by engine.database.connect (`connect`); `session` is a write unit on `engine` that is rolled
back at the end, as nothing below the web and the worker commits.
"""

from __future__ import annotations

import contextlib
import fcntl
import gc
import hashlib
import importlib
import importlib.util
import sqlite3
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Dialect, Engine, MetaData
from sqlalchemy.orm import Session
from sqlalchemy.pool import StaticPool

from engine import database
from tests import emptied, postgres
from tests.once import once

#: Run by one process each: their tests share a server, whose start and first pages cost as much as several tests.
_TOGETHER = ("tests/browser/product/", "tests/stories/")
#: What takes longest starts first, so that all processors have work until the end.
_FIRST = (*_TOGETHER, "tests/faults/", "tests/browser/")


@pytest.hookimpl(wrapper=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> Iterator[None]:
    """Slow folders first; inside them and after them the order stays."""

    def place(item: pytest.Item) -> int:
        return next((n for n, folder in enumerate(_FIRST) if item.nodeid.startswith(folder)), len(_FIRST))

    with _after_the_first(config.rootpath / "pyproject.toml"):
        # Here hypothesis parses the whole product for its constants, and keeps them: once in a new clone.
        yield
    items.sort(key=place)


@contextlib.contextmanager
def _after_the_first(file: Path) -> Iterator[None]:
    """Of several processes one goes ahead, the others follow together; they meet at this file."""
    with file.open() as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            fcntl.flock(lock, fcntl.LOCK_SH)
        yield


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    """Tests are given to the processes by file, and by folder where a folder shares what is dear."""
    from xdist.scheduler import LoadFileScheduling

    class Together(LoadFileScheduling):
        def _split_scope(self, nodeid: str) -> str:
            folder = next((each for each in _TOGETHER if nodeid.startswith(each)), None)
            return folder or super()._split_scope(nodeid)

    return Together(config, log)


@pytest.hookimpl(tryfirst=True)
def pytest_collection(session: pytest.Session) -> None:
    """What is imported and collected stays: looking through it for garbage again and again took a tenth of that time."""
    gc.disable()
    _share_the_first_reading(session.config)


def _share_the_first_reading(config: pytest.Config) -> None:
    """Each of several processes begins with another part of the test files, and finds the others' parts made.

    In a new clone pytest rewrites the asserts of each file before it can be imported; the processes, each with all files
    in the same order, did the same work at the same moment.
    """
    process = getattr(config, "workerinput", None)
    if process is None:
        return
    root = config.rootpath
    names = [
        ".".join(file.relative_to(root).with_suffix("").parts)
        for file in sorted(root.glob("tests/**/test_*.py"))
    ]
    begin = len(names) * int(process["workerid"].removeprefix("gw")) // process["workercount"]
    for name in names[begin:] + names[:begin]:
        # What cannot be imported is reported when it is collected.
        with contextlib.suppress(Exception, pytest.skip.Exception):
            importlib.import_module(name)


def pytest_collection_finish() -> None:
    """What is there before the first test stays to the end: looking through it for garbage took 8 % of all the time."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(10_000, 20, 50)
    gc.enable()


#: What SQLAlchemy has compiled for the database of one test serves the next one of its kind: half of all the time of a
#: test on a new database went into compiling the same statements again. Keyed by the dialect, so that is kept too.
_COMPILED: dict[Any, Any] = {}
_DIALECTS: dict[str, Dialect] = {}


def connect(url: str) -> Engine:
    """As engine.database.connect, with what was compiled for the engines that were made here before."""
    return share_what_is_compiled(database.connect(url))


def share_what_is_compiled(engine: Engine) -> Engine:
    """Let a new engine go on with what was compiled for the others; returns it."""
    engine.update_execution_options(compiled_cache=_COMPILED)
    kind = engine.dialect.name
    if kind not in _DIALECTS:
        # With the first connection a dialect learns what its database can do.
        engine.connect().close()
        _DIALECTS[kind] = engine.dialect
    engine.dialect = _DIALECTS[kind]
    return engine


Fill = Callable[[Session], object]

#: {what is in it: the bytes of an in-memory database}: made once for all processes of a run, copied for each test.
_MADE: dict[object, bytes] = {}
#: {what is in it: the rows of each table of a PostgreSQL database}.
_ROWS: dict[str, emptied.Rows] = {}
#: Where this run keeps its folders, and the name of a database in one.
_RUN: list[pytest.TempPathFactory] = []
_DATABASE = "database.sqlite"


def in_memory(name: str = "empty", fill: Fill | None = None, into: Engine | None = None) -> Engine:
    """A database in memory (`into` where one is open already) with all tables and what `fill` has put into it."""
    engine = into or _memory()
    _driver(engine).deserialize(_made(name, fill))
    return engine


def begin_with(session: Session, name: str, fill: Fill) -> None:
    """Put into this session's database what `fill` puts into an empty one, once made and then copied where that can be done.

    It is copied into a database without a row; into every other one `fill` puts it, so the test sees no difference.
    """
    if session.new or session.dirty or _has_rows(session):
        fill(session)
    elif session.get_bind().dialect.name == "sqlite":
        engine = session.get_bind()
        session.rollback()
        if engine.url.database is None:
            in_memory(name, fill, into=engine)  # 20 times as fast as a backup
        else:
            made = sqlite3.connect(":memory:")
            made.deserialize(_made(name, fill))
            made.backup(_driver(engine))
            made.close()
        database.begin_write(session)
    elif name in _ROWS:
        emptied.put_rows(_session_driver(session), _ROWS[name])
    else:
        fill(session)
        session.flush()
        _ROWS[name] = emptied.all_rows(_session_driver(session))


def _made(name: str, fill: Fill | None) -> bytes:
    # Keyed by the tables too: a test module imported later may have added some.
    tables = frozenset(all_tables().tables)
    if (name, tables) not in _MADE:
        digest = hashlib.sha256(" ".join(sorted(tables)).encode()).hexdigest()[:8]
        folder = once(_RUN[0], f"{name} {digest}", lambda folder: _make(folder, name, fill))
        _MADE[name, tables] = (folder / _DATABASE).read_bytes()
    return _MADE[name, tables]


def _make(folder: Path, name: str, fill: Fill | None) -> None:
    engine = _memory()
    if fill is None:
        all_tables().create_all(engine)
    else:
        in_memory(into=engine)
        with database.transaction(engine) as session:
            fill(session)
    folder.mkdir()
    (folder / _DATABASE).write_bytes(_driver(engine).serialize())
    engine.dispose()


def _memory() -> Engine:
    return database.connect("sqlite://", poolclass=StaticPool, connect_args={"check_same_thread": False})


def _driver(engine: Engine) -> sqlite3.Connection:
    with engine.connect() as connection:
        return connection.connection.driver_connection


def _session_driver(session: Session) -> Any:
    return session.connection().connection.driver_connection


def _has_rows(session: Session) -> bool:
    # By the driver: SQLAlchemy would look through the long text for parameters.
    any_row = " OR ".join(f'EXISTS (SELECT 1 FROM "{table}")' for table in all_tables().tables)
    return bool(session.connection().exec_driver_sql(f"SELECT {any_row}").scalar())


@pytest.fixture(scope="session", autouse=True)
def _run(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    _RUN.append(tmp_path_factory)
    yield
    _RUN.clear()


@pytest.fixture(scope="session")
def _one_engine() -> Iterator[Engine]:
    """For all tests in memory, one after the other: what SQLAlchemy has compiled for one test serves the next."""
    engine = _memory()
    yield engine
    engine.dispose()


@pytest.fixture
def engine(request: pytest.FixtureRequest) -> Engine:
    """An empty database with all tables: in memory, or the one of `any_database` where the test asks for that."""
    if "any_database" in request.fixturenames:
        return request.getfixturevalue("any_database")
    return in_memory(into=request.getfixturevalue("_one_engine"))


@pytest.fixture
def session(engine: Engine) -> Iterator[Session]:
    """A write unit that is never committed."""
    with Session(engine, expire_on_commit=False) as session:
        database.begin_write(session)
        yield session


@pytest.fixture(params=["sqlite", "postgresql"])
def any_database(request: pytest.FixtureRequest) -> Engine:
    """An empty database with all tables, once on a SQLite file and once on PostgreSQL."""
    return request.getfixturevalue({"sqlite": "sqlite_file", "postgresql": "postgresql"}[request.param])


@pytest.fixture
def sqlite_file(tmp_path: Path) -> Iterator[Engine]:
    """An empty SQLite file with all tables."""
    file = tmp_path / "orderlane.sqlite"
    file.write_bytes(_made("empty", None))
    engine = connect(f"sqlite:///{file}")
    yield engine
    engine.dispose()


@pytest.fixture
def postgresql(lender: emptied.Lender) -> Iterator[Engine]:
    """An empty PostgreSQL database with all tables."""
    url = lender.lend()
    engine = connect(url)
    yield engine
    engine.dispose()
    lender.take_back(url)


Lenders = Callable[..., emptied.Lender]


@pytest.fixture
def lender(lenders: Lenders) -> emptied.Lender:
    """Who lends the database of `postgresql`; a folder whose tests have tables of their own says so here."""
    return lenders()


@pytest.fixture(scope="session")
def lenders(postgresql_server: postgres.Cluster) -> Lenders:
    """Who lends databases with all tables (and `more`): another one after a test module imported later has added some."""
    made: dict[tuple[frozenset[str], MetaData | None], emptied.Lender] = {}

    def lender(more: MetaData | None = None) -> emptied.Lender:
        tables = all_tables()
        which = (frozenset(tables.tables), more)
        return made.setdefault(which, emptied.Lender(postgresql_server, tables, more))

    return lender


@pytest.fixture(scope="session")
def postgresql_server(founded_cluster: Path) -> Iterator[postgres.Cluster]:
    """The private cluster of this test session."""
    with postgres.start(like=founded_cluster) as cluster:
        yield cluster


@pytest.fixture(scope="session")
def founded_cluster(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What a cluster with all tables begins with (`postgres.start`): made once for all processes of a test run."""
    if postgres.programs() is None:
        pytest.skip(postgres.MISSING)
    from tests import founded  # imports the whole product, which few tests of the engine need

    return founded.cluster(tmp_path_factory)


def all_tables() -> MetaData:
    """Every table of the house: those of the engine, of the company's records and of the web."""
    from engine.tables import Base

    for module in ("processes.records", "webapp.tables"):
        package = module.partition(".")[0]
        if importlib.util.find_spec(package) and importlib.util.find_spec(module):
            importlib.import_module(module)
    return Base.metadata
