"""Where tests put what is written much: a file system in memory, where there is one with room.

What a killed process gave to the operating system is there after its death, in memory as on a disk. But nobody waits for
the disk after each of thousands of commits, and no disk looks for room for the two thousand files of each database: on
ext4 that took ten times as much of a processor as PostgreSQL itself.
"""

from __future__ import annotations

import os
import shutil
from pathlib import Path

_PLACE, _ENOUGH = Path("/dev/shm"), 2**30


def place() -> Path | None:
    """The folder in which to make temporary ones; None, which is the usual one, where memory has no room."""
    if not os.access(_PLACE, os.W_OK) or shutil.disk_usage(_PLACE).free < _ENOUGH:
        return None
    return _PLACE
