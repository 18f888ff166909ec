"""Keys of rows, and how people write keys.

`new_key`: 64-bit keys, unique over processes and machines, growing with time, made without asking the database.

Layout from the top: 41 bits milliseconds since 2026-01-01 UTC, 12 bits node, 10 bits counter. The node is drawn at
random by each operating-system process, so that two workers collide only with the same node, millisecond and counter;
a primary key refuses even that.
"""

from __future__ import annotations

import os
import re
import secrets
import threading
import time
import unicodedata

_EPOCH_MS = 1_767_225_600_000
_lock = threading.Lock()
_node = secrets.randbelow(4096)
_last = 0


def new_key() -> int:
    """A positive 63-bit integer that no other call returns, greater than this process's earlier ones."""
    global _last
    with _lock:
        moment = (time.time_ns() // 1_000_000 - _EPOCH_MS) << 22
        base = moment | (_node << 10)
        _last = base if base > _last else _last + 1
        if (_last >> 10) & 0xFFF != _node:
            # The counter ran over inside one millisecond: go on in the next one, still as our own node.
            _last = (((_last >> 22) + 1) << 22) | (_node << 10)
        return _last


def plain(key: str) -> str:
    """A number of an order without what people add or leave out: case, blanks, signs, leading zeros. "r 0012 " -> "r12"."""
    if whole := re.fullmatch(r"\s*(\d+)[.,]0+\s*", key):  # a number that something wrote with decimals
        key = whole[1]
    letters = "".join(each for each in unicodedata.normalize("NFKC", key).casefold() if each.isalnum())
    return re.sub(r"(?<!\d)0+(?=\d)", "", letters)


def _choose_node() -> None:
    global _node, _lock
    _node = secrets.randbelow(4096)
    _lock = threading.Lock()


os.register_at_fork(after_in_child=_choose_node)
