"""PostgreSQL databases that serve one test after the other: each is looked through and emptied before it is lent again.

To make a database and to drop it costs the server a third of a second, to empty one a tenth of that. A test gets what it
would get of a new one: no row, no page and no connection of an earlier test. Where an earlier test has changed more than
rows (a table, a trigger, a function, a setting), its database is dropped.

`all_rows` and `put_rows` carry what was made in one database into another one.
"""

from __future__ import annotations

import psycopg
from psycopg import sql
from sqlalchemy import MetaData, create_engine, make_url
from sqlalchemy.pool import NullPool

from tests.postgres import Cluster

#: Where everything that is more than a row is written down: whoever changes it adds, removes or renews a row here.
_CATALOGUES = (
    "pg_attrdef",
    "pg_attribute",
    "pg_class",
    "pg_constraint",
    "pg_db_role_setting",
    "pg_enum",
    "pg_extension",
    "pg_index",
    "pg_namespace",
    "pg_policy",
    "pg_proc",
    "pg_rewrite",
    "pg_trigger",
    "pg_type",
)
_STRUCTURE = " UNION ALL ".join(
    f"SELECT '{name}', count(*), max(xmin::text::bigint) FROM {name}" for name in _CATALOGUES
)
_OTHERS = (
    "SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity"
    " WHERE datname = current_database() AND pid <> pg_backend_pid()"
)
#: A table that was written to has pages, also after everything in it is deleted or taken back.
_WRITTEN = (
    "SELECT relname FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace"
    " AND pg_relation_size(oid) > 0"
)

Structure = list[tuple[object, ...]]
#: {table: all its rows as PostgreSQL's COPY writes them}
Rows = dict[str, bytes]


class Lender:
    """Lends the empty databases of a cluster that have these tables, and `more` that only tests have."""

    def __init__(self, cluster: Cluster, metadata: MetaData, more: MetaData | None = None) -> None:
        self._cluster, self._metadata, self._more = cluster, metadata, more
        self._idle: list[str] = []
        self._made: dict[str, Structure] = {}

    def lend(self) -> str:
        """The URL of an empty database with all tables."""
        if self._idle:
            return self._idle.pop()
        url = self._cluster.create_database(self._metadata)
        if self._more is not None:
            engine = create_engine(url, poolclass=NullPool)
            self._more.create_all(engine)
        with _connect(url) as connection:
            self._made[url] = _structure(connection)
        return url

    def take_back(self, url: str) -> None:
        """End the connections that a test forgot; empty the database for the next test, or drop it."""
        with _connect(url) as connection:
            connection.execute(_OTHERS)
            is_as_made = _structure(connection) == self._made[url]
            if is_as_made:
                _empty(connection)
        if is_as_made:
            self._idle.append(url)
        else:
            del self._made[url]
            self._cluster.drop_database(url)


def all_rows(connection: psycopg.Connection) -> Rows:
    """What the transaction of this connection sees in all tables."""
    rows: Rows = {}
    for (table,) in connection.execute(_WRITTEN).fetchall():
        with connection.cursor().copy(_copy("COPY {} TO STDOUT (FORMAT binary)", table)) as copied:
            rows[table] = b"".join(copied)
    return rows


def put_rows(connection: psycopg.Connection, rows: Rows) -> None:
    """Write, in the transaction of this connection, the rows that `all_rows` gave into tables without a row."""
    connection.execute("SET LOCAL session_replication_role = replica")
    for table, written in rows.items():
        with connection.cursor().copy(_copy("COPY {} FROM STDIN (FORMAT binary)", table)) as copied:
            copied.write(written)
    connection.execute("SET LOCAL session_replication_role = DEFAULT")


def _copy(statement: str, table: str) -> sql.Composed:
    return sql.SQL(statement).format(sql.Identifier(table))


def _connect(url: str) -> psycopg.Connection:
    given = make_url(url)
    return psycopg.connect(
        dbname=given.database, host=given.query["host"], user=given.username, autocommit=True
    )


def _structure(connection: psycopg.Connection) -> Structure:
    return connection.execute(_STRUCTURE).fetchall()


def _empty(connection: psycopg.Connection) -> None:
    written = [sql.Identifier(name) for (name,) in connection.execute(_WRITTEN)]
    if not written:
        return
    # Neither foreign keys nor the triggers that keep ledgers from being changed are asked (replica).
    connection.execute("SET session_replication_role = replica")
    connection.execute(sql.SQL("; ").join(sql.SQL("DELETE FROM {}").format(name) for name in written))
    # Gives the pages away too: else a later row may take an earlier one's place, and a test meet another order of rows.
    connection.execute(
        sql.SQL("VACUUM (INDEX_CLEANUP ON, TRUNCATE ON) {}").format(sql.SQL(", ").join(written))
    )
