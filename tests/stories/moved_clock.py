"""The command `orderlane` with a clock that a test moves: the file ORDERLANE_CLOCK says how many seconds it is ahead.

    python -m tests.stories.moved_clock run

Everything else is the product as it is: the hour is asked for in one place only.
"""

from __future__ import annotations

import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

from engine import clock

AHEAD = Path(os.environ["ORDERLANE_CLOCK"])


def now() -> datetime:
    """The moved moment."""
    return datetime.now(UTC) + timedelta(seconds=float(AHEAD.read_text(encoding="ascii")))


if __name__ == "__main__":
    # Before anything else is imported: columns keep the function as their default.
    clock.now = now
    from webapp import cli

    cli.main()
