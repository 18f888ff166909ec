"""A small application that shows the parts alone: the style page, the frame, a form and a diagram.

It uses the real templates, assets, headers and CSRF protection, and none of the rooms behind them.
"""

from __future__ import annotations

import json
import queue
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from flask import Flask, Response, jsonify, render_template, request
from flask_babel import Babel
from flask_wtf.csrf import CSRFProtect
from jinja2 import ChoiceLoader, FileSystemLoader

from webapp import assets, viewer_texts

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; "
    "font-src 'self' data:; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
PLACES = [
    {"name": "Inbox", "url": "/inbox", "icon": "inbox", "count": 4, "key": "I", "is_current": True},
    {"name": "Orders", "url": "/orders", "icon": "clipboard-list", "key": "O"},
    {"name": "New request", "url": "/new", "icon": "plus"},
    {"name": "Cockpit", "url": "/cockpit", "icon": "gauge", "count": 5, "is_bad": True, "key": "C"},
]
MENU = [
    {"text": "Română", "url": "/language/ro", "icon": "languages", "is_post": True},
    {"text": "Sign out", "url": "/leave", "icon": "log-out", "is_post": True},
]


def create_app() -> Flask:
    """The application; what the browser sent is kept in `app.sent`, what is put into `app.events` goes to /watch."""
    app = Flask("style", root_path=str(ROOT / "webapp"), static_folder=str(ROOT / "webapp/static"))
    app.config.update(SECRET_KEY="a key for tests", MAX_FORM_MEMORY_SIZE=1_000_000)
    app.jinja_loader = ChoiceLoader(
        [FileSystemLoader(HERE / "pages"), FileSystemLoader(ROOT / "webapp/templates")]
    )
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.jinja_env.globals["page_language"] = _language
    Babel(app)
    CSRFProtect(app)
    assets.init_app(app)
    app.sent = []
    app.events = queue.Queue()
    app.answer = (200, {"go_to": "/style"})
    _add_pages(app)
    return app


def _language() -> str:
    return request.args.get("lang", "en")


def _add_pages(app: Flask) -> None:
    @app.after_request
    def strict(response: Response) -> Response:
        response.headers["Content-Security-Policy"] = POLICY
        return response

    @app.get("/<any(style, form, diagram, small, plain, watch):name>")
    def show(name: str) -> str:
        shell = {
            "places": PLACES,
            "person": {"name": "Ana Rusu", "initials": "AR", "role": "buyer"},
            "person_menu": MENU,
            "theme": request.args.get("theme", "system"),
            "density": request.args.get("density", ""),
            "company": "Orderlane",
            "live_url": "/live" if name == "watch" else "",
        }
        if name == "plain":
            return render_template("plain.html")
        return render_template(f"{name}.html", shell=shell, **_data(name))

    @app.post("/complete")
    def complete() -> Any:
        files = {key: [part.filename for part in request.files.getlist(key)] for key in request.files}
        app.sent.append(
            {"submission": json.loads(request.form["submission"]), "files": files, **_plain(request.form)}
        )
        status, body = app.answer
        return jsonify(body), status

    @app.put("/draft")
    def draft() -> Any:
        app.sent.append({"draft": request.get_json()["submission"]})
        return jsonify(saved="Saved at 10:38")

    @app.get("/live")
    def live() -> Response:
        def events() -> Iterator[str]:
            while True:
                try:
                    yield app.events.get(timeout=1)
                except queue.Empty:
                    yield ": still here\n\n"

        return Response(events(), mimetype="text/event-stream")

    @app.get("/news")
    def news() -> str:
        app.sent.append("news")
        return f"<p>{app.sent.count('news')} changes</p>"

    @app.get("/node/<element_id>")
    def node(element_id: str) -> str:
        return f"<h2>Waiting at {element_id}</h2>"


def _plain(form: Any) -> dict[str, str]:
    return {key: value for key, value in form.items() if key not in ("submission", "csrf_token")}


def _data(name: str) -> dict[str, Any]:
    if name == "form":
        language = _language()
        return {
            "schema": json.loads((HERE / "pages/inspection.form").read_text(encoding="utf-8")),
            "data": {"model": "Barista 220", "warranty": "2027-03-12"},
            "errors": {},
            "texts": viewer_texts.dictionary(language),
        }
    if name in ("diagram", "small"):
        return {"xml": (HERE / "pages/repair.bpmn").read_text(encoding="utf-8")}
    return {}
