"""Jobs that a worker took and has not brought back, in the one sentence that every list says of them."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import and_, bindparam, or_

from engine import jobs
from engine.sentences import Label, Sentence, _l
from engine.tables import Job

#: Whoever is there takes a lost job over within seconds; after so long nobody is.
GRACE = timedelta(seconds=30)
#: What is done again is done by now, unless it hangs again.
_SOON = timedelta(seconds=10)

_GONE = _l(
    'Stuck: the worker that took "{step}" has not come back since {until}: it was killed, or this takes too long. '
    "Start a worker, or start the one that hangs anew."
)
_AGAIN = _l(
    'Stuck: "{step}" is tried again since {since}, because the worker that tried it before did not come back: '
    "it was killed, or this takes too long. After the last try it stops with an incident."
)


def missing(job: Any, step: Label, now: datetime) -> Sentence | None:
    """What is said of a job that a worker took and that will not come back by itself; None where all is well."""
    if job.state != "running" or job.kind == "worker":
        return None
    if not now - GRACE <= job.lease_until <= now + jobs.LONGEST_LEASE:
        return Sentence(_GONE, step=step, until=job.lease_until)
    since = job.lease_until - jobs.LEASE
    if job.problem == jobs.LOST and since < now - _SOON:
        return Sentence(_AGAIN, step=step, since=since)
    return None


#: Finds at least the jobs of which `missing` says something; see `moments`.
MAY_BE_MISSING = and_(
    Job.state == "running",
    Job.kind != "worker",
    or_(
        Job.lease_until < bindparam("missed_since"),
        Job.lease_until > bindparam("longest_lease"),
        Job.problem == jobs.LOST,
    ),
)


def moments(now: datetime) -> dict[str, datetime]:
    """What MAY_BE_MISSING asks for."""
    return {"missed_since": now - GRACE, "longest_lease": now + jobs.LONGEST_LEASE}
