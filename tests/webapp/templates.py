"""Compiled templates for all applications of this process: each test has an application of its own, the pages are the same."""

from __future__ import annotations

from flask import Flask
from jinja2.bccache import Bucket, BytecodeCache


class _Compiled(BytecodeCache):
    """Jinja asks it by the name of a template and believes it only as long as the source is the same."""

    def __init__(self) -> None:
        self._codes: dict[str, bytes] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        if bucket.key in self._codes:
            bucket.bytecode_from_string(self._codes[bucket.key])

    def dump_bytecode(self, bucket: Bucket) -> None:
        self._codes[bucket.key] = bucket.bytecode_to_string()


_COMPILED = _Compiled()


def compiled_once(app: Flask) -> Flask:
    """The same application, which takes its templates as an earlier one has compiled them."""
    app.jinja_env.bytecode_cache = _COMPILED
    return app
