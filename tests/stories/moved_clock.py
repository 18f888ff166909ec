"""The command `orderlane` with a clock that a test moves: the file ORDERLANE_CLOCK says how many seconds it is ahead.

    python -m tests.stories.moved_clock run
    python -m tests.stories.moved_clock nursery     begins as many of them as it is asked for (tests/stories/nursery.py)

Everything else is the product as it is: the hour is asked for in one place only.
"""

from __future__ import annotations

import gc
import os
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

from engine import clock


def now() -> datetime:
    """The moved moment."""
    ahead = Path(os.environ["ORDERLANE_CLOCK"])
    return datetime.now(UTC) + timedelta(seconds=float(ahead.read_text(encoding="ascii")))


if __name__ == "__main__":
    # Before anything else is imported: columns keep the function as their default.
    clock.now = now
    from tests.stories import nursery
    from webapp import cli

    if sys.argv[1:] == ["nursery"]:
        # What is imported stays: nobody looks through it for garbage.
        gc.disable()
        # The commands import what they need only when they are asked for: every fork would do that anew.
        from tests.stories import memory
        from webapp.commands import doctor, serve  # noqa: F401  (a fork would import them anew)

        memory.keep_what_is_compiled()
        nursery.care(cli.main, memory.begin_work)
    else:
        cli.main()
