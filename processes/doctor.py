"""The system check: are all promises kept? Every check of `processes.checks` on the records as they are now."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice

from sqlalchemy.orm import Session

from processes.checks import CHECKS, Check
from processes.checks.check import Finding

#: So many rows of one broken promise are named; the rest is counted with the next run, when these are mended.
MOST_ROWS = 100


@dataclass(frozen=True, slots=True)
class Examined:
    """One check and what it found; `is_complete` is false when there may be more rows than named."""

    check: Check
    findings: list[Finding]
    is_complete: bool


def examine(session: Session, now: datetime, checks: Sequence[Check] = CHECKS) -> Iterator[Examined]:
    """Run the checks one by one, each as it is asked for. Changes nothing."""
    for check in checks:
        found = list(islice(check.run(session, now), MOST_ROWS + 1))
        yield Examined(check, found[:MOST_ROWS], len(found) <= MOST_ROWS)


def findings(session: Session, now: datetime) -> list[Finding]:
    """All that is wrong; empty when every promise is kept."""
    return [finding for examined in examine(session, now) for finding in examined.findings]
