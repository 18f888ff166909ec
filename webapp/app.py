"""The application: `create_app` puts the rooms together."""

from __future__ import annotations

from typing import Any

from flask import Flask, Response
from werkzeug.middleware.proxy_fix import ProxyFix

from webapp import (
    access,
    assets,
    attempts,
    compiled_pages,
    config,
    database,
    errors,
    headers,
    health,
    keys,
    language,
    live,
    mails,
    plain_json,
    protection,
    repeated,
    shell,
    viewer_texts,
    words,
)
from webapp.accounts import views as accounts
from webapp.booking import views as booking
from webapp.chat import views as chat
from webapp.checks import blueprint as checks
from webapp.cockpit import views as cockpit
from webapp.counter import views as counter
from webapp.dispatch import blueprint as dispatch
from webapp.documents import views as documents
from webapp.exchange import blueprint as exchange
from webapp.house import views as house
from webapp.inbox import statuses
from webapp.inbox import views as inbox
from webapp.office import blueprint as office
from webapp.office import cells
from webapp.portal import views as portal
from webapp.reports import blueprint as reports

ROOMS = (
    accounts.blueprint,
    checks,
    booking.blueprint,
    chat.blueprint,
    cockpit.blueprint,
    counter.blueprint,
    dispatch,
    documents.blueprint,
    exchange,
    health.blueprint,
    house.blueprint,
    inbox.blueprint,
    live.blueprint,
    portal.blueprint,
    office,
    reports,
)


class Orderlane(Flask):
    """Flask, with one transaction around each view."""

    def dispatch_request(self) -> Response:
        """Run the view and commit or roll back, as `webapp.database` promises."""
        view = super().dispatch_request
        return database.in_one_transaction(lambda: repeated.once(view))


def create_app(settings: config.Settings | None = None) -> Orderlane:
    """The application of one installation, ready to serve; it neither migrates nor starts a clock."""
    settings = settings or config.load()
    app = Orderlane("webapp", instance_path=str(settings.instance))
    app.config.from_mapping(_flask_settings(settings))
    if settings.proxy_hops:
        hops = settings.proxy_hops
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops, x_host=hops, x_prefix=hops)
    app.json = plain_json.PlainJsonProvider(app)
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True

    keys.init_app(app)
    database.init_app(app)
    language.init_app(app)
    access.init_app(app)
    attempts.init_app(app)
    # After the guard: who may not open a page learns that, and nothing about tokens.
    protection.init_app(app)
    headers.init_app(app)
    words.init_app(app)
    shell.init_app(app)
    statuses.init_app(app)
    cells.init_app(app)
    mails.init_app(app)
    app.jinja_env.globals["viewer_texts"] = lambda: viewer_texts.dictionary(language.page_language())
    assets.init_app(app)
    errors.init_app(app)
    compiled_pages.init_app(app)
    for room in ROOMS:
        app.register_blueprint(room)
    return app


def _flask_settings(settings: config.Settings) -> dict[str, Any]:
    return {
        "ORDERLANE": settings,
        "SECRET_KEY": settings.secret_key,
        "SQLALCHEMY_DATABASE_URI": settings.database_url,
        "SQLALCHEMY_ENGINE_OPTIONS": _pool(settings),
        "MAX_CONTENT_LENGTH": settings.upload_limit + config.MEGABYTE,
        "MAX_FORM_PARTS": 200,
        "MAX_FORM_MEMORY_SIZE": config.MEGABYTE,
        "SESSION_COOKIE_NAME": "__Host-orderlane_page" if settings.is_https else "orderlane_page",
        "SESSION_COOKIE_SECURE": settings.is_https,
        "SESSION_COOKIE_HTTPONLY": True,
        "SESSION_COOKIE_SAMESITE": "Lax",
        # The token lives as long as the session: a form may stay open over a long visit to the workshop.
        "WTF_CSRF_TIME_LIMIT": None,
        "SEND_FILE_MAX_AGE_DEFAULT": 3600,
        "PREFERRED_URL_SCHEME": "https" if settings.is_https else "http",
    }


def _pool(settings: config.Settings) -> dict[str, Any]:
    # A connection for each thread that may hold one; streams hold none.
    size = {"pool_size": min(settings.threads, 20), "max_overflow": settings.threads, "pool_timeout": 10}
    return size if settings.is_sqlite else {**size, "pool_pre_ping": True}
