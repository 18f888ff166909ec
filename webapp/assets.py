"""Where the built front end lies: asset("app.js") is its address, with a hash in the name, so browsers keep it forever.

`webapp/frontend/build.mjs` writes static/dist/manifest.json; this module reads it again when it has changed.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from pathlib import Path

from flask import Flask, Response, current_app, g, request, url_for

_FOREVER = "public, max-age=31536000, immutable"


class FrontEndNotBuilt(RuntimeError):
    """The front end is not built yet, so no page can be drawn: `make setup` builds it."""

    def __init__(self) -> None:
        super().__init__(type(self).__doc__)


@dataclass
class _Manifest:
    path: Path
    read_at: int = 0
    files: dict[str, str] = field(default_factory=dict)

    def file(self, name: str) -> str:
        try:
            changed_at = self.path.stat().st_mtime_ns
        except FileNotFoundError:
            raise FrontEndNotBuilt from None
        if changed_at != self.read_at:
            self.files = json.loads(self.path.read_text(encoding="utf-8"))
            self.read_at = changed_at
        if name not in self.files:
            raise KeyError(f'Expected one of {sorted(self.files)}, but got "{name}".')
        return self.files[name]


def init_app(app: Flask) -> None:
    """Give templates `asset(name)` and let browsers keep what it points to."""
    app.extensions["orderlane_assets"] = _Manifest(
        Path(app.static_folder or "static") / "dist" / "manifest.json"
    )
    app.jinja_env.globals["asset"] = asset

    @app.after_request
    def keep_hashed_files(response: Response) -> Response:
        if request.endpoint == "static" and request.path.startswith(f"{app.static_url_path}/dist/"):
            response.headers["Cache-Control"] = _FOREVER
        return response


def asset(name: str) -> str:
    """The address of a built file: "app.js", "app.css", "form.css", "icons.svg" ..."""
    manifest: _Manifest = current_app.extensions["orderlane_assets"]
    file = manifest.file(name)
    # A page names the file of the icons dozens of times.
    addresses: dict[str, str] = g.setdefault("asset_addresses", {})
    if file not in addresses:
        addresses[file] = url_for("static", filename=f"dist/{file}")
    return addresses[file]
