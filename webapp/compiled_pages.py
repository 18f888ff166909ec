"""Pages as Jinja has compiled them, kept over restarts: else the first view of each page compiles it anew, in every process."""

from __future__ import annotations

import hashlib

import jinja2
from flask import Flask
from jinja2.bccache import Bucket, FileSystemBytecodeCache


class _Kept(FileSystemBytecodeCache):
    """In a folder of the system's temporary files that only our own user may write to; Jinja sees to that.

    What is kept of a page holds as long as its text stays the same: Jinja compares a digest.
    """

    def dump_bytecode(self, bucket: Bucket) -> None:
        try:
            super().dump_bytecode(bucket)
        except OSError:
            # A full disk, or a folder that was swept out meanwhile: the page is there all the same.
            return


def init_app(app: Flask) -> None:
    """Keep compiled pages where the system has a safe place for them. After everything that changes how Jinja reads a page."""
    reads = app.jinja_env
    filters = {name: str(getattr(each, "jinja_pass_arg", "")) for name, each in sorted(reads.filters.items())}
    options = (jinja2.__version__, reads.trim_blocks, reads.lstrip_blocks, sorted(reads.extensions), filters)
    read_so = hashlib.sha256(repr(options).encode()).hexdigest()[:16]
    try:
        reads.bytecode_cache = _Kept(pattern=f"orderlane_{read_so}_%s")
    except (OSError, RuntimeError):
        # Jinja's words for a place that somebody else owns.
        return
