"""A private PostgreSQL for the tests: its own cluster in a temporary folder, reached by a Unix socket only.

`start()` gives a Cluster; `Cluster.create_database()` gives the URL of a fresh database. `found()` makes what later ones
begin with (`like`), so that a test run makes a cluster and all tables once. Nothing waits for the disk (fsync is
off, and the folder is in memory where there is some): what is acknowledged has been given to the operating system, which
outlives every death of the server, and no test takes the power away. PostgreSQL refuses to run as root, so root runs it
as `postgres`.
"""

from __future__ import annotations

import itertools
import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from sqlalchemy import Connection, MetaData, create_engine, make_url, text
from sqlalchemy.pool import NullPool

from tests import in_memory

MISSING = (
    "PostgreSQL is not installed; `make test` as root installs it, else: sudo apt-get install postgresql"
)

#: In the folder of a founded cluster: its data, and the names of the tables in its first template.
_DATA = "data.tar"
_TABLES = "tables"
_FIRST_TEMPLATE = "template_1_of_orderlane"


def programs() -> Path | None:
    """The folder of initdb and pg_ctl, the newest version's, or None where PostgreSQL is not installed."""
    if found := shutil.which("initdb"):
        return Path(found).resolve().parent
    folders = Path("/usr/lib/postgresql").glob("*/bin/initdb")
    return max((path.parent for path in folders), key=lambda path: int(path.parent.name), default=None)


@dataclass
class Cluster:
    """A running server. `folder` holds its data and its socket; `options` are those it was started with."""

    folder: Path
    options: str = ""
    _names: Iterator[int] = field(default_factory=lambda: itertools.count(1))
    _templates: dict[frozenset[str], str] = field(default_factory=dict)

    def url(self, database: str) -> str:
        """The SQLAlchemy URL of a database of this cluster."""
        return f"postgresql+psycopg://orderlane@/{database}?host={self.folder}"

    def create_database(self, metadata: MetaData | None = None, *, like: str | None = None) -> str:
        """Make a new database and return its URL.

        With `metadata`, it has these tables (copied from a template). like: the URL of another one that nobody is
        connected to: it has what that one has.
        """
        name = f"test_{next(self._names)}"
        if metadata is not None:
            template = self._template_for(metadata)
        else:
            template = make_url(like).database if like else "template0"
        self._create(name, template)
        return self.url(name)

    def drop_database(self, url: str) -> None:
        """Remove a database, ending the connections that a test forgot."""
        with self._administration() as connection:
            connection.execute(text(f"DROP DATABASE IF EXISTS {make_url(url).database} WITH (FORCE)"))

    def crash(self) -> None:
        """Stop the server as a crash does: no checkpoint, every connection is cut."""
        _run(_server_account(), self.folder, *self._control(), "-m", "immediate", "stop")

    def begin(self) -> None:
        """Start the server; after a crash it recovers from its log."""
        _run(
            _server_account(),
            self.folder,
            *self._control(),
            "-l",
            self.folder / "log",
            "-o",
            self.options,
            "start",
        )

    def end(self) -> None:
        """Stop the server with all it has written in its files."""
        _run(_server_account(), self.folder, *self._control(), "-m", "fast", "stop")

    def _control(self) -> tuple[object, ...]:
        return (_bin_folder() / "pg_ctl", "-D", self.folder / "data", "-w", "-s")

    def _template_for(self, metadata: MetaData) -> str:
        # Keyed by the tables: a test module imported later may have added some.
        tables = frozenset(metadata.tables)
        if tables not in self._templates:
            name = f"template_{len(self._templates) + 1}_of_orderlane"
            self._create(name, "template0")
            engine = create_engine(self.url(name))
            metadata.create_all(engine)
            engine.dispose()
            self._templates[tables] = name
        return self._templates[tables]

    def _create(self, name: str, template: str) -> None:
        with self._administration() as connection:
            # Half the work of going through the log; before version 15 there was no choice, and no word for it.
            strategy = " STRATEGY file_copy" if connection.dialect.server_version_info >= (15,) else ""
            connection.execute(text(f"CREATE DATABASE {name} TEMPLATE {template}{strategy}"))

    @contextmanager
    def _administration(self) -> Iterator[Connection]:
        """Not kept: a child of the tests would share it, and a crash would cut it."""
        engine = create_engine(self.url("postgres"), isolation_level="AUTOCOMMIT", poolclass=NullPool)
        with engine.connect() as connection:
            yield connection


def found(folder: Path, metadata: MetaData) -> None:
    """Leave in this folder the data of a stopped cluster in which these tables are made already, for `start`."""
    with start() as cluster:
        cluster._template_for(metadata)
        cluster.end()
        # One file: to make two thousand on a disk takes more of a processor than all else here.
        folder.mkdir()
        subprocess.run(["tar", "-C", cluster.folder, "-cf", folder / _DATA, "data"], check=True)
        cluster.begin()
    (folder / _TABLES).write_text("\n".join(sorted(metadata.tables)), encoding="utf-8")


@contextmanager
def start(*, like: Path | None = None) -> Iterator[Cluster]:
    """Run a cluster until the block ends. like: where `found` has left one to begin with."""
    folder = Path(tempfile.mkdtemp(prefix="orderlane-pg-", dir=in_memory.place()))
    owner = _server_account()
    try:
        if owner:
            os.chown(folder, owner.pw_uid, owner.pw_gid)
        if like:
            # With its owner and rights, without which the server does not begin.
            subprocess.run(["tar", "-C", folder, "--preserve-permissions", "-xf", like / _DATA], check=True)
        else:
            initdb = (
                _bin_folder() / "initdb",
                "-D",
                folder / "data",
                "-A",
                "trust",
                "-U",
                "orderlane",
                "-E",
                "UTF8",
            )
            _run(owner, folder, *initdb, "--no-sync")
        options = f"-c listen_addresses='' -c unix_socket_directories='{folder}' -c max_connections=200"
        options += " -c fsync=off -c full_page_writes=off"
        # No database here lives long enough, or grows large enough, to be worth it.
        options += " -c autovacuum=off -c jit=off -c shared_buffers=32MB"
        cluster = Cluster(folder, options)
        if like:
            tables = (like / _TABLES).read_text(encoding="utf-8").split("\n")
            cluster._templates[frozenset(tables)] = _FIRST_TEMPLATE
        cluster.begin()
        try:
            yield cluster
        finally:
            cluster.crash()
    finally:
        shutil.rmtree(folder)


def _bin_folder() -> Path:
    found = programs()
    if found is None:
        raise FileNotFoundError(MISSING)
    return found


def _server_account() -> pwd.struct_passwd | None:
    """The account the server runs as: none when we are not root."""
    return pwd.getpwnam("postgres") if os.geteuid() == 0 else None


def _run(owner: pwd.struct_passwd | None, folder: Path, *command: object) -> None:
    account = {"user": owner.pw_uid, "group": owner.pw_gid, "extra_groups": []} if owner else {}
    environment = {**os.environ, "LC_ALL": "C.UTF-8", "TZ": "UTC"}
    # Output goes to a file: the server inherits it, and a pipe would never close.
    with (folder / f"{Path(str(command[0])).name}.out").open("w+") as output:
        words = [str(word) for word in command]
        ended = subprocess.run(words, stdout=output, stderr=output, cwd=folder, env=environment, **account)
        output.seek(0)
        assert ended.returncode == 0, f"{words[0]} ended with {ended.returncode}: {output.read()}"
