"""How much memory this process has ever held."""

from __future__ import annotations

import gc
from pathlib import Path


def peak_kilobytes() -> int:
    """The most that this program has held since it began.

    Not `ru_maxrss` of getrusage: a started program inherits that of the one that started it, and pytest is so large that no
    attack shows beside it.
    """
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return int(next(line.split()[1] for line in status.splitlines() if line.startswith("VmHWM:")))


def clear_away() -> None:
    """Let go of what an attack has left in circles: when Python does that by itself hangs on all that came before.

    What is still there is kept, as compiled texts are, and is looked through no more.
    """
    gc.collect()
    gc.freeze()


def begin() -> int:
    """What this program has held so far; what is there now stays, and is looked through no more."""
    clear_away()
    return peak_kilobytes()
