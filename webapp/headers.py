"""The security headers of every answer, and what a single page may relax."""

from __future__ import annotations

from flask import Flask, Response, g

from webapp.config import Settings

_POLICY = {
    "default-src": "'none'",
    "script-src": "'self'",
    "style-src": "'self'",
    "img-src": "'self' data: blob:",
    "font-src": "'self' data:",
    "connect-src": "'self'",
    "manifest-src": "'self'",
    "worker-src": "'self'",
    "form-action": "'self'",
    "base-uri": "'none'",
    "frame-ancestors": "'none'",
    "object-src": "'none'",
}


def init_app(app: Flask) -> None:
    """Put the headers on every answer, error pages and files included."""
    settings: Settings = app.config["ORDERLANE"]
    plain = {
        "X-Content-Type-Options": "nosniff",
        "X-Frame-Options": "DENY",
        "Referrer-Policy": "same-origin",
        "Cross-Origin-Opener-Policy": "same-origin",
        "Cross-Origin-Resource-Policy": "same-origin",
        "Permissions-Policy": "camera=(self), microphone=(), geolocation=(), payment=(), usb=()",
    }
    if settings.is_https:
        plain["Strict-Transport-Security"] = "max-age=31536000; includeSubDomains"

    @app.after_request
    def add_headers(response: Response) -> Response:
        for name, value in plain.items():
            response.headers.setdefault(name, value)
        response.headers.setdefault("Content-Security-Policy", _policy())
        # Pages show what only this person may see: neither a proxy nor the back button of the next person may keep them.
        response.headers.setdefault("Cache-Control", "no-store")
        return response


def allow_inline_styles() -> None:
    """Relax `style-src` for this answer: bpmn.io's form and diagram viewers write styles into the page they draw."""
    g.inline_styles = True


def _policy() -> str:
    policy = dict(_POLICY)
    if g.get("inline_styles"):
        policy["style-src"] = "'self' 'unsafe-inline'"
    return "; ".join(f"{name} {value}" for name, value in policy.items())
