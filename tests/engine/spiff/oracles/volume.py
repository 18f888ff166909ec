"""How many random processes the oracles play: 2,000 together in `make test`, 25 times as many in `make faults`."""

from __future__ import annotations

import os

TIMES = int(os.environ.get("ORDERLANE_TIMES", "1"))
#: Processes that go through the database.
STORED = int(os.environ.get("ORDERLANE_STORED", "60"))
